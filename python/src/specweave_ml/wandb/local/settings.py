"""``wandb.Settings``: what is known of a run before it starts, from several places."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from . import environment
from .errors import UsageError

DEFAULTS: Mapping[str, Any] = {
    "allow_val_change": False,
    "anonymous": None,
    "api_key": None,
    "base_url": None,
    "capture_loggers": (),
    "code_dir": None,
    "config_paths": (),
    "console": "auto",
    "disable_code": False,
    "disable_git": False,
    "disable_git_fork_point": False,
    "disable_job_creation": True,
    "email": None,
    "entity": None,
    "finish_timeout": 0.0,
    "force": False,
    "fork_from": None,
    "git_commit": None,
    "git_remote": "origin",
    "git_remote_url": None,
    "git_root": None,
    "host": None,
    "ignore_globs": (),
    "init_timeout": 90.0,
    "label_disable": False,
    "launch": None,
    "login_timeout": None,
    "mode": "offline",
    "notebook_name": None,
    "organization": None,
    "program": None,
    "project": None,
    "quiet": False,
    "reinit": "default",
    "relogin": None,
    "resume": None,
    "resume_from": None,
    "resumed": False,
    "root_dir": None,
    "run_group": None,
    "run_id": None,
    "run_job_type": None,
    "run_name": None,
    "run_notes": None,
    "run_tags": (),
    "save_code": None,
    "show_colors": None,
    "show_emoji": None,
    "show_errors": True,
    "show_info": True,
    "show_warnings": True,
    "silent": False,
    "start_method": None,
    "strict": False,
    "summary_warnings": 5,
    "sweep_id": None,
    "sweep_param_path": None,
    "symlink": True,
    "sync_tensorboard": False,
    "system_sample_seconds": None,
    "table_raise_on_max_row_limit_exceeded": False,
    "username": None,
    "x_disable_meta": False,
    "x_disable_stats": True,
    "x_stats_sampling_interval": None,
}
"""The settings that are known, and what they are if nobody sets them."""

TEXTS = ("entity", "project", "run_group", "run_id", "run_job_type", "run_name", "run_notes")
MODES = ("online", "offline", "disabled", "shared", "dryrun", "run")
REINIT = ("default", "return_previous", "finish_previous", "create_new")
RESUME = ("allow", "must", "never", "auto")


class Settings:
    """Settings by name, as keyword arguments or attributes.

    Those about a server, a network or colours are accepted and mean nothing here.
    """

    def __init__(self, **settings: Any) -> None:
        self._set: dict[str, Any] = {}
        for name, value in settings.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") and name != "_set":
            name = "x" + name  # how private settings were called earlier
        if name == "_set":
            object.__setattr__(self, name, value)
            return
        self._set[name] = checked(name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_set":
            raise AttributeError(name)
        if name in self._set:
            return self._set[name]
        if name in DEFAULTS:
            return DEFAULTS[name]
        if name == "_offline":
            return self.mode != "disabled"
        if name == "_noop":
            return self.mode == "disabled"
        if name.startswith(("x_", "_")):
            return None
        raise AttributeError(f"Settings has no attribute {name!r}")

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a setting, or the default where there is no such setting."""
        return getattr(self, name, default)

    def was_set(self, name: str) -> bool:
        """Return whether anybody has set it."""
        return name in self._set

    def update(self, settings: Any = None, **further: Any) -> None:
        """Take over what other settings, or a dict, have set."""
        for name, value in {**set_of(settings), **further}.items():
            setattr(self, name, value)

    update_from_dict = update
    update_from_settings = update

    def copy(self) -> Settings:
        """Return the same settings, independent of these."""
        return Settings(**self._set)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, **_: Any) -> Settings:
        """Return the same settings, some of them changed."""
        return Settings(**{**self._set, **(update or {})})

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """Return all settings by name."""
        return {**DEFAULTS, **self._set}

    to_dict = model_dump

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and other._set == self._set

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self._set.items())
        return f"Settings({inside})"


def set_of(settings: Any) -> dict[str, Any]:
    """Return what settings, or a dict of some, have set."""
    if settings is None:
        return {}
    if isinstance(settings, Settings):
        return dict(settings._set)
    if isinstance(settings, Mapping):
        return dict(settings)
    raise UsageError(f"settings are a wandb.Settings or a dict, not {type(settings).__name__}")


def checked(name: str, value: Any) -> Any:
    """Return a setting that is what it may be.

    Raises:
        UsageError: There is no such setting, or it cannot have this value.
    """
    if name not in DEFAULTS and not name.startswith("x_"):
        close = get_close_matches(name, DEFAULTS, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"wandb.Settings has no setting {name!r}{hint}")
    if value is None:
        return DEFAULTS.get(name)
    if name == "mode" and value not in MODES:
        raise UsageError(f"mode {value!r} is none of {', '.join(MODES[:4])}")
    if name == "reinit":
        return reinit_of(value)
    if name == "resume":
        return resume_of(value)
    if name == "run_tags":
        return tags_of(value)
    if name == "run_id" and not str(value).strip():
        raise UsageError("the id of a run is empty")
    if name == "project" and any(char in str(value) for char in "/\\#?%:"):
        raise UsageError(f"the project {value!r} holds one of / \\ # ? % :")
    if name in TEXTS:
        return value if isinstance(value, str) else str(value)
    if name == "root_dir":
        return os.fspath(value)
    return value


def reinit_of(value: Any) -> str:
    """Return what ``reinit`` says as one of its words."""
    if isinstance(value, bool) or str(value).lower() in ("true", "false", "1", "0"):
        return "finish_previous" if str(value).lower() in ("true", "1") else "default"
    if value not in REINIT:
        raise UsageError(f"reinit {value!r} is none of True, False, {', '.join(REINIT)}")
    return str(value)


def resume_of(value: Any) -> str | None:
    """Return what ``resume`` says as one of its words."""
    if value is True:
        return "auto"
    if value is False:
        return None
    if value not in RESUME:
        raise UsageError(f"resume {value!r} is none of True, False, {', '.join(RESUME)}")
    return str(value)


def tags_of(value: Any) -> tuple[str, ...]:
    """Return tags, each once."""
    given: Iterable[Any] = (value,) if isinstance(value, str) else value
    return tuple(dict.fromkeys(str(tag) for tag in given))


def merged(*layers: Any) -> Settings:
    """Return the settings of the environment, changed by each layer in order."""
    settings = Settings(**environment.settings())
    for layer in layers:
        settings.update(layer)
    if settings.program is None:
        settings.program = getattr(sys.modules.get("__main__"), "__file__", None)
    return settings
