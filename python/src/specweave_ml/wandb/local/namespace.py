"""The names of the stand-in, and where each of them is."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from . import current

WANDB_VERSION = "0.31.0"
"""The version of Weights & Biases whose interface this is; other packages compare it."""

NAMES: Mapping[str, str] = {
    "AlertLevel": "run_logging",
    "Api": "api.api",
    "Artifact": "artifacts.artifact",
    "ArtifactTTL": "artifacts.state",
    "Audio": "media.clips",
    "AuthenticationError": "errors",
    "Classes": "media.labels",
    "CommError": "errors",
    "Config": "config",
    "Error": "errors",
    "EvalTable": "media.table",
    "Graph": "media.graph",
    "Histogram": "media.histogram",
    "Html": "media.html",
    "Image": "media.image",
    "JoinedTable": "media.joined_table",
    "Molecule": "media.shapes",
    "Object3D": "media.shapes",
    "Plotly": "media.plotly",
    "Run": "run",
    "Settings": "settings",
    "Table": "media.table",
    "UsageError": "errors",
    "Video": "media.clips",
    "agent": "sweeps.agent",
    "attach": "attaching",
    "box3d": "media.shapes",
    "controller": "sweeps.controller",
    "ensure_configured": "session",
    "finish": "session",
    "init": "starting",
    "login": "session",
    "plot_table": "plots.chart",
    "require": "session",
    "restore": "run_saving",
    "setup": "session",
    "sweep": "sweeps.sweep",
    "teardown": "session",
    "termerror": "terminal",
    "termlog": "terminal",
    "termsetup": "terminal",
    "termwarn": "terminal",
    "visualize": "plots.chart",
}
"""What is the same object all the time, and the module of this package that it is in."""

ALIASES: Mapping[str, str] = {
    "_attach": "attach",
    "_teardown": "teardown",
    "join": "finish",
}
"""Further names of the same."""

RUN_CALLS = frozenset(
    {
        *("alert", "define_metric", "finish_artifact", "link_artifact", "link_model", "log"),
        *("log_artifact", "log_code", "log_model", "mark_preempting", "pin_config_keys", "save"),
        *("unwatch", "upsert_artifact", "use_artifact", "use_model", "watch", "write_logs"),
    }
)
"""Calls of the open run that are functions of ``wandb`` too."""

SUBMODULES: Mapping[str, Mapping[str, str] | str] = {
    "apis": {"PublicApi": "api.api"},
    "apis.public": "api.public",
    "data_types": "data_types",
    "env": "env",
    "errors": "errors",
    "helper": {"parse_config": "config"},
    "integration": {},
    "integration.keras": "keras",
    "integration.lightgbm": "lightgbm",
    "integration.sklearn": "sklearn",
    "integration.xgboost": "xgboost",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "plot": "plots",
    "sdk": NAMES,
    "sdk.artifacts": {},
    "sdk.artifacts.artifact": {"Artifact": "artifacts.artifact"},
    "sdk.data_types": {},
    "sdk.data_types.histogram": "media.histogram",
    "sdk.data_types.image": "media.image",
    "sdk.data_types.table": "media.table",
    "sdk.lib": {"RunDisabled": "run"},
    "sdk.lib.config_util": {"ConfigError": "errors"},
    "sdk.lib.runid": {"generate_id": "identifiers"},
    "sdk.wandb_config": {"Config": "config"},
    "sdk.wandb_init": {"init": "starting"},
    "sdk.wandb_login": {"login": "session"},
    "sdk.wandb_run": {"Run": "run"},
    "sdk.wandb_settings": {"Settings": "settings"},
    "sdk.wandb_summary": {"Summary": "summary"},
    "sdk.wandb_sweep": {"controller": "sweeps.controller", "sweep": "sweeps.sweep"},
    "sklearn": "sklearn",
    "util": "util",
    "wandb_agent": {"agent": "sweeps.agent"},
    "wandb_controller": {"controller": "sweeps.controller", "sweep": "sweeps.sweep"},
    "wandb_run": {"Run": "run"},
    "xgboost": "xgboost",
}
"""Modules below ``wandb``: where their names are, or the module that has all of them."""

DYNAMIC = ("config", "run", "summary")
MISSING = object()


def lookup(name: str) -> Any:
    """Return what a name of ``wandb`` means now; `MISSING` if it means nothing."""
    if name == "run":
        return current.run()
    if name in ("config", "summary"):
        run = current.run()
        return current.BeforeInit(f"wandb.{name}") if run is None else getattr(run, name)
    if name in RUN_CALLS:
        return call_of_run(name)
    name = ALIASES.get(name, name)
    if name in NAMES:
        return member(NAMES[name], name)
    return MISSING


def member(module: str, name: str) -> Any:
    """Return something of a module of this package."""
    return getattr(import_module(f"{__package__}.{module}"), name)


@functools.cache
def call_of_run(name: str) -> Callable[..., Any]:
    """Return the function that calls the open run."""

    def call(*arguments: Any, **named: Any) -> Any:
        return getattr(current.require(f"wandb.{name}()"), name)(*arguments, **named)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Call ``{name}`` of the open run."
    return call


class Namespace(ModuleType):
    """``wandb``, or a module below it; names are looked up when they are used."""

    __specweave__ = True
    __version__ = WANDB_VERSION

    def __init__(self, path: str = "") -> None:
        super().__init__(f"wandb.{path}" if path else "wandb", "Weights & Biases, without it.")
        self._path = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        inside = f"{self._path}.{name}" if self._path else name
        found = self._found(name)
        if found is MISSING and inside in SUBMODULES:
            return submodule(inside)
        if found is MISSING:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return found

    def _found(self, name: str) -> Any:
        """Return what a name means here, but for modules below."""
        if not self._path:
            return lookup(name)
        table = SUBMODULES[self._path]
        if isinstance(table, str):
            return getattr(import_module(f"{__package__}.{table}"), name, MISSING)
        return member(table[name], name) if name in table else MISSING

    def __dir__(self) -> list[str]:
        table = SUBMODULES[self._path] if self._path else {**NAMES, **dict.fromkeys(ALIASES)}
        names = dir(import_module(f"{__package__}.{table}")) if isinstance(table, str) else table
        prefix = f"{self._path}." if self._path else ""
        below = {path[len(prefix) :] for path in SUBMODULES if path.startswith(prefix)}
        further = () if self._path else (*RUN_CALLS, *DYNAMIC, "__version__")
        return sorted({*names, *further, *(path for path in below if "." not in path)})


_modules: dict[str, Namespace] = {}


def submodule(path: str) -> Namespace:
    """Return the module of a path below ``wandb``; the same object every time."""
    found = _modules.get(path)
    if found is None:
        found = _modules[path] = Namespace(path)
        found.__path__ = []
    return found


def module() -> Namespace:
    """Return the module that stands for ``wandb``."""
    return submodule("")
