"""Recording the runs of the real Weights & Biases in an increment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from .._native.increments import Increment, IncrementName
from .._native.optional_packages import need
from .._native.warn import warn
from ..errors import MissingExtraError
from . import choice, credentials

NO_KEY = "no key for wandb's server was found, so wandb's runs are offline; `wandb login` saves one"
FOLDER = "wandb"
"""The folder of wandb in an increment; wandb calls it so itself, within ``WANDB_DIR``."""
INSIDE = {
    "WANDB_DATA_DIR": "data",
    "WANDB_CACHE_DIR": "cache",
    "WANDB_ARTIFACT_DIR": "artifacts",
    "WANDB_CONFIG_DIR": "config",
}

_set_by_us: dict[str, str] = {}
_unread: dict[str, str] = {}
"""Arguments of `wandb.init` for variables that wandb does not read any more."""
ARGUMENTS = {"WANDB_PROJECT": "project", "WANDB_DIR": "dir", "WANDB_MODE": "mode"}
_increment: Path | None = None


def configure_wandb(increment: IncrementName | None = None) -> str:
    """Let wandb write into an increment from now on, and record its runs as experiments there.

        import wandb
        configure_wandb(increment="0042")
        run = wandb.init(name="xgboost-v1")
        run.log({"auc": 0.87})
        run.finish()

    The project is the name of the increment. wandb's folders for runs, data, cache, artifacts and
    settings are in ``wandb/`` of the increment, which git ignores; one whose variable, such as
    ``WANDB_CACHE_DIR``, is set already stays where it is. Without a key for wandb's server runs are
    offline, unless ``WANDB_MODE`` says otherwise. Call it before `wandb.init`.

    Args:
        increment: Its number or folder name; None is the active one, as for `track_experiment`.

    Returns:
        The folder of wandb in the increment.

    Raises:
        MissingExtraError: wandb is not installed.
        IncrementNotFoundError: No increment fits.
    """
    global _increment
    if not choice.is_installed():
        raise MissingExtraError(
            "configure_wandb() needs wandb: pip install 'specweave-ml[wandb]'. Without wandb, and "
            "without an account, `import specweave.wandb as wandb` records the same runs"
        )
    found = Increment.find(increment, create=True)
    folder = made_folder(found.path)
    settings_exist = credentials.settings_file().is_file()
    put("WANDB_PROJECT", found.name, replace=True)
    put("WANDB_DIR", str(found.path))
    for variable, name in INSIDE.items():
        if variable != "WANDB_CONFIG_DIR" or not settings_exist:
            put(variable, str(folder / name))
    need("wandb", "configure_wandb()", extra="wandb")
    if "WANDB_MODE" not in os.environ and not credentials.has_key():
        put("WANDB_MODE", "offline")
        say(NO_KEY)
    _increment = found.path
    from .waiting import wait_for_wandb

    wait_for_wandb()
    return str(folder)


def ends_failed_runs(wandb: Any) -> bool:
    """Return whether this wandb gives up a run whose start failed; older ones go on trying."""
    major, minor = str(wandb.__version__).split(".")[:2]
    return (int(major), int(minor)) >= (0, 19)


def made_folder(increment: Path) -> Path:
    """Return the folder for wandb in an increment, which git ignores."""
    folder = increment / FOLDER
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")
    return folder


def put(variable: str, value: str, *, replace: bool = False) -> None:
    """Set an environment variable, unless the user has."""
    now = os.environ.get(variable)
    if now and not replace and _set_by_us.get(variable) != now:
        return
    os.environ[variable] = _set_by_us[variable] = value
    if variable in ARGUMENTS and credentials.is_session_started():
        _unread[ARGUMENTS[variable]] = value


def unread_options() -> dict[str, str]:
    """Return what runs have to be told, since wandb was set up before `configure_wandb`."""
    return _unread


def configured_increment() -> Path | None:
    """Return the increment that `configure_wandb` was called with last."""
    return _increment


def say(line: str) -> None:
    """Print a line as the start of an experiment does."""
    from ..tracking import console

    console.say(line)


def start_run(increment: IncrementName | None, options: dict[str, Any], *rest: Any) -> Any:
    """Start a run with the real package, recorded in an increment."""
    from . import waiting

    named = options.get("project")
    if increment is not None or (_increment is None and not waiting.names_increment(named)):
        configure_wandb(increment)
    else:
        waiting.wait_for_wandb()
    wandb = sys.modules.get("wandb") or need("wandb", "specweave.wandb", extra="wandb")
    with waiting.wanted(Increment.find(increment).path if increment is not None else None):
        try:
            return wandb.init(*rest, **options)
        except wandb.errors.CommError as error:
            if options.get("mode") == "offline" or not ends_failed_runs(wandb):
                raise
            warn(f"wandb's server was not reached, so this run of wandb is offline: {error}")
            return wandb.init(*rest, **options | {"mode": "offline"})
