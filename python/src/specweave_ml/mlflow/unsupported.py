"""What MLflow's store can be asked and this one does not have, such as traces and scorers.

A question gets an empty answer, so that no page of MLflow's fails; a request to store something
gets an error that says so. Methods that a later MLflow adds are found by themselves.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import NOT_IMPLEMENTED, RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList

LISTS = ("list_", "batch_get_", "find_", "filter_", "_load_")
PAGES = ("search_", "query_", "_search_")
QUESTIONS = ("get_",)
PLURALS = (
    "get_online_scoring_configs",
    "get_active_online_scorers",
    "get_online_trace_details",
    "get_dataset_experiment_ids",
    "list_scorers_across_experiments",
)
PAIRS = ("search_traces",)
NOTHING = ("_delete_traces", "archive_traces")
"""What deletes or moves that of which there is none: 0 of them."""
NOT_IMPLEMENTED_BY = {"NotImplementedError", "MlflowNotImplementedException"}
LEFT = ("resolve_trace_archival_config",)


def fill(store: type) -> type:
    """Give a store an answer for each method that its bases only declare."""
    for name, declared in undecided(store):
        answer = answer_of(name)
        answer.__name__ = name
        answer.__qualname__ = f"{store.__qualname__}.{name}"
        answer.__doc__ = f"Answer `{declared.__qualname__}`, which this store does not offer."
        setattr(store, name, answer)
    return store


def undecided(store: type) -> Iterator[tuple[str, Any]]:
    """Yield the methods of a store that do nothing but to say that there is nothing."""
    for name in dir(store):
        if name.startswith("__") or name in LEFT:
            continue
        declared = getattr(store, name)
        function = inspect.unwrap(declared) if callable(declared) else None
        code = getattr(function, "__code__", None)
        if code is not None and (is_empty(code) or NOT_IMPLEMENTED_BY.intersection(code.co_names)):
            yield name, declared


def is_empty(code: Any) -> bool:
    """Return whether a method has no body."""
    return not code.co_names and code.co_consts[-1:] == (None,) and len(code.co_code) <= SHORTEST


def nothing_at_all(self: Any) -> None:
    """Do what a method without a body does."""


SHORTEST = len(nothing_at_all.__code__.co_code)


def answer_of(name: str) -> Callable[..., Any]:
    """Return what answers a method of this name."""
    if name in PAIRS:
        return lambda self, *arguments, **named: ([], None)
    if name.startswith(PAGES):
        return lambda self, *arguments, **named: PagedList([], None)
    if name.startswith(LISTS) or name in PLURALS:
        return lambda self, *arguments, **named: []
    if name in NOTHING:
        return lambda self, *arguments, **named: 0

    def refuse(self: Any, *arguments: Any, **named: Any) -> Any:
        if name.startswith(QUESTIONS):
            raise MlflowException(
                f"{name}: the store of specweave-ml keeps none of these", RESOURCE_DOES_NOT_EXIST
            )
        raise MlflowException(
            f"The store of specweave-ml does not offer {name}: it keeps experiments, runs, models "
            "and datasets of runs. Use a server of MLflow's with a database for the rest",
            NOT_IMPLEMENTED,
        )

    return refuse
