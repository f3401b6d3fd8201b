"""A path to an increment as MLflow's tracking URI, as SpecWeave's documents write it.

    import specweave
    mlflow.set_tracking_uri(".specweave/increments/0042.../experiments")

MLflow takes a path for its store of files, which it has given up. Once specweave is imported, and
MLflow too, in whichever order, such a path is the increment; any other URI is left to MLflow.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..autologging.import_hooks import Waiting

TRACKING = "mlflow.tracking._tracking_service.utils"
REGISTRY = "mlflow.tracking._model_registry.utils"
SCHEMES = ("", "file")

Builder = Callable[..., Any]

_waiting = Waiting()


def wait_for_mlflow() -> None:
    """Offer increments by their paths as soon as MLflow is imported."""
    _waiting.when_loaded(TRACKING, offer_tracking)
    _waiting.when_loaded(REGISTRY, offer_registry)


def offer_tracking(module: ModuleType) -> None:
    """Let MLflow's tracking store of a path be ours where the path is an increment."""
    from .plugin_entry_points import tracking_store

    offer(module._tracking_store_registry, tracking_store)


def offer_registry(module: ModuleType) -> None:
    """Let MLflow's model registry of a path be ours where the path is an increment.

    MLflow makes the table of its registries at the first use of one.
    """
    from .plugin_entry_points import model_registry_store

    made_by_mlflow = module._get_store_registry

    def table_of_registries() -> Any:
        table = made_by_mlflow()
        offer(table, model_registry_store)
        return table

    module._get_store_registry = table_of_registries  # type: ignore[attr-defined]


def offer(table: Any, ours: Builder) -> None:
    """Put a builder before those that MLflow has for paths."""
    for scheme in SCHEMES:
        theirs = table._registry.get(scheme)
        if theirs is not None and not isinstance(theirs, PathBuilder):
            table.register(scheme, PathBuilder(ours, theirs))


class PathBuilder:
    """Builds a store of ours for a path to an increment, and what MLflow builds for any other."""

    def __init__(self, ours: Builder, theirs: Builder) -> None:
        self.ours = ours
        self.theirs = theirs
        self.__module__ = theirs.__module__
        self.__wrapped__ = theirs  # whose arguments MLflow looks at

    def __call__(self, store_uri: str, **arguments: Any) -> Any:
        """Return the store of a URI."""
        path = path_of_increment(store_uri)
        if path is None:
            return self.theirs(store_uri=store_uri, **arguments)
        return self.ours(store_uri=f"specweave:{path}", **arguments)


def path_of_increment(uri: Any) -> str | None:
    """Return the absolute path that a URI is, if it leads to an increment or into one."""
    import os
    from urllib.parse import unquote, urlsplit

    from .store_uri import increment_in

    text = str(uri)
    path = unquote(urlsplit(text).path) if text.startswith("file:") else text
    path = os.path.abspath(os.path.expanduser(path))
    return path if increment_in(path) is not None else None
