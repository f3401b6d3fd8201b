"""Figures and tables of ``wandb.sklearn``: made without a window, kept with the open run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._native.optional_packages import need
from . import current

PURPOSE = "wandb.sklearn"


def displays() -> Any:
    """Return the module of scikit-learn that scores models."""
    need("matplotlib.figure", PURPOSE, extra="plots")
    return need("sklearn.metrics", PURPOSE)


def axes() -> Any:
    """Return empty axes of a figure that no window shows."""
    figure = need("matplotlib.figure", PURPOSE, extra="plots").Figure(layout="constrained")
    return figure.add_subplot()


def log_figure(name: str, figure: Any) -> None:
    """Keep a figure with the run, at its step."""
    run = current.require(f"wandb.sklearn.plot_{name}()")
    run._experiment.log_figure(f"media/sklearn/{name}.png", figure, step=run.step)


def log_rows(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Keep a table with the run."""
    run = current.require(f"wandb.sklearn.plot_{name}()")
    run._experiment.log_table(f"media/sklearn/{name}.csv", [list(row) for row in rows],
                              step=run.step, columns=columns)  # fmt: skip
