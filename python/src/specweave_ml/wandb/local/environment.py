"""The variables ``WANDB_…`` that mean something here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})


def boolean(name: str) -> bool:
    """Return whether a variable says yes."""
    return os.environ.get(name, "").strip().lower() in TRUE


def truth(text: str) -> bool:
    """Return whether a text says yes."""
    return text.strip().lower() in TRUE


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a text between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def resume_of(text: str) -> str | bool:
    """Return what ``WANDB_RESUME`` says."""
    return truth(text) if text.strip().lower() in (TRUE | {"0", "false", "no"}) else text


VARIABLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "WANDB_CONSOLE": ("console", str),
    "WANDB_DIR": ("root_dir", str),
    "WANDB_DISABLE_CODE": ("disable_code", truth),
    "WANDB_DISABLE_GIT": ("disable_git", truth),
    "WANDB_ENTITY": ("entity", str),
    "WANDB_GIT_COMMIT": ("git_commit", str),
    "WANDB_HOST": ("host", str),
    "WANDB_IGNORE_GLOBS": ("ignore_globs", listed),
    "WANDB_JOB_TYPE": ("run_job_type", str),
    "WANDB_MODE": ("mode", str.strip),
    "WANDB_NAME": ("run_name", str),
    "WANDB_NOTES": ("run_notes", str),
    "WANDB_PROGRAM": ("program", str),
    "WANDB_PROJECT": ("project", str),
    "WANDB_QUIET": ("quiet", truth),
    "WANDB_REINIT": ("reinit", str),
    "WANDB_RESUME": ("resume", resume_of),
    "WANDB_RUN_GROUP": ("run_group", str),
    "WANDB_RUN_ID": ("run_id", str),
    "WANDB_SAVE_CODE": ("save_code", truth),
    "WANDB_SILENT": ("silent", truth),
    "WANDB_STRICT": ("strict", truth),
    "WANDB_SWEEP_ID": ("sweep_id", str),
    "WANDB_SYNC_TENSORBOARD": ("sync_tensorboard", truth),
    "WANDB_TAGS": ("run_tags", listed),
    "WANDB_USERNAME": ("username", str),
}
"""The setting of each variable, and how its text is read."""


def settings() -> dict[str, Any]:
    """Return the settings that the environment makes now; an empty variable makes none."""
    found = {}
    for variable, (name, read) in VARIABLES.items():
        text = os.environ.get(variable, "")
        if text.strip():
            found[name] = read(text)
    # The older switch, which many scripts still set.
    if os.environ.get("WANDB_DISABLED", "").strip().lower() in TRUE and "mode" not in found:
        found["mode"] = "disabled"
    return found
