"""Whether the project uses MLflow or Weights & Biases too, and how to connect them.

Nothing is connected, imported or asked over the network for it: the answer comes from the
environment variables of the two and from what lies in the working directory.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

STORES_OF_MLFLOW = ("mlruns", "mlflow.db")
VARIABLES_OF_WANDB = ("WANDB_PROJECT", "WANDB_ENTITY", "WANDB_API_KEY", "WANDB_MODE")
FOLDER_OF_WANDB = "wandb"
RUNS_OF_WANDB = ("latest-run", "run-", "offline-run-")
OURS = ".specweave"


def hints() -> list[str]:
    """Return a sentence for each tracker that the project uses and that is not connected."""
    said: list[str] = []
    for reason_of, connect in ((mlflow_in_use, to_mlflow), (wandb_in_use, to_wandb)):
        reason = safely(reason_of)
        if reason:
            said.append(connect(reason))
    return said


def to_mlflow(reason: str) -> str:
    """Return how to connect MLflow."""
    return f"{reason}: specweave.configure_mlflow() lets MLflow write into the increment"


def to_wandb(reason: str) -> str:
    """Return how to connect Weights & Biases."""
    return f"{reason}: specweave.configure_wandb() records its runs in the increment too"


def mlflow_in_use() -> str:
    """Return what shows that MLflow is used and writes elsewhere, or an empty text.

    `mlflow.set_tracking_uri` sets the variable too.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    if uri:
        is_here = uri.startswith("specweave:") or OURS in uri
        return "" if is_here else "MLFLOW_TRACKING_URI is set"
    found = [name for name in STORES_OF_MLFLOW if os.path.exists(name)]
    return f"{found[0]} is here" if found else ""


def wandb_in_use() -> str:
    """Return what shows that Weights & Biases is used and not recorded here, or an empty text."""
    if "specweave_ml.wandb.runs" in sys.modules:  # the mirror or the stand-in is at work
        return ""
    environ = os.environ
    if environ.get("WANDB_MODE") == "disabled" or OURS in environ.get("WANDB_DIR", ""):
        return ""
    if environ.get("WANDB_DISABLED", "").lower() in ("true", "1"):
        return ""
    for name in VARIABLES_OF_WANDB:
        if environ.get(name):
            return f"{name} is set"
    with os.scandir(FOLDER_OF_WANDB) as entries:
        for entry in entries:
            if entry.name.startswith(RUNS_OF_WANDB):
                return f"{FOLDER_OF_WANDB}/{entry.name} is here"
    return ""


def safely(ask: Callable[[], str]) -> str:
    """Return the answer; what cannot be looked at is not there."""
    try:
        return ask()
    except OSError:
        return ""
