"""``wandb.env``: the variables that scripts read and set through it."""

from __future__ import annotations

import os
from typing import Any

from . import environment

PROJECT = "WANDB_PROJECT"
ENTITY = "WANDB_ENTITY"
MODE = "WANDB_MODE"
DIR = "WANDB_DIR"
RUN_ID = "WANDB_RUN_ID"
NAME = "WANDB_NAME"
TAGS = "WANDB_TAGS"
API_KEY = "WANDB_API_KEY"
SILENT = "WANDB_SILENT"
RESUME = "WANDB_RESUME"
RUN_GROUP = "WANDB_RUN_GROUP"
JOB_TYPE = "WANDB_JOB_TYPE"
NOTES = "WANDB_NOTES"
SWEEP_ID = "WANDB_SWEEP_ID"


def get_project(default: str | None = None, env: Any = None) -> str | None:
    """Return the project that the environment names."""
    return (os.environ if env is None else env).get(PROJECT, default)


def get_entity(default: str | None = None, env: Any = None) -> str | None:
    """Return the entity that the environment names."""
    return (os.environ if env is None else env).get(ENTITY, default)


def get_run(default: str | None = None, env: Any = None) -> str | None:
    """Return the id of a run that the environment names."""
    return (os.environ if env is None else env).get(RUN_ID, default)


def get_dir(default: str | None = None, env: Any = None) -> str | None:
    """Return the folder that the environment names."""
    return (os.environ if env is None else env).get(DIR, default)


def set_project(value: str, env: Any = None) -> None:
    """Name the project of later runs."""
    (os.environ if env is None else env)[PROJECT] = value


def set_entity(value: str, env: Any = None) -> None:
    """Name the entity of later runs."""
    (os.environ if env is None else env)[ENTITY] = value


def is_offline(env: Any = None) -> bool:
    """Return whether nothing leaves this computer, which is so."""
    return True


def is_silent() -> bool:
    """Return whether nothing is to be written to the terminal."""
    return environment.boolean(SILENT)


is_quiet = is_silent
