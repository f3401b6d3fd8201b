"""Which models of MLflow 3 went into a run and came out of it: the section ``mlflow_links``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import fact_sections
from .fact_sections import INPUT, OUTPUT
from .run_handles import OpenRun

SECTION = fact_sections.LINKS


def of(sections: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return the models that went into a run, and those that came out of it."""
    links: dict[str, Any] = sections.get(SECTION, {})
    if not links:
        return [], []
    from mlflow.entities import LoggedModelInput, LoggedModelOutput

    inputs = [LoggedModelInput(key[len(INPUT) :]) for key in links if key.startswith(INPUT)]
    outputs = [
        LoggedModelOutput(key[len(OUTPUT) :], int(link["step"]))
        for key, link in links.items()
        if key.startswith(OUTPUT)
    ]
    return inputs, outputs


def log_inputs(run: OpenRun, models: Iterable[Any]) -> None:
    """Note models that went into a run."""
    members: dict[str, Any] = {INPUT + model.model_id: {} for model in models}
    if members:
        run.log_fact(SECTION, members)


def log_outputs(run: OpenRun, models: Iterable[Any]) -> None:
    """Note models that came out of a run."""
    members = {OUTPUT + model.model_id: {"step": model.step} for model in models}
    if members:
        run.log_fact(SECTION, members)
