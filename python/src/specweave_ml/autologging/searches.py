"""A search of scikit-learn in one experiment: the best, and a table of all."""

from __future__ import annotations

import csv
import io
from typing import Any

from ..model_selection.names import Scores
from ..tracking.experiment import Experiment
from ..values.estimators import model_params, short_name
from ..values.objects import of_repr, qualified

TABLE = "cv_results.csv"


def title(search: Any) -> str:
    """Return what the experiment is called: ``grid-search-svc``."""
    kind = short_name(type(search)).removesuffix("-cv")
    return f"{kind}-{short_name(search.estimator)}"


def metric(search: Any) -> str:
    """Return the score that decides."""
    naming = Scores(search.scoring, search.estimator)
    found = [key[10:] for key in getattr(search, "cv_results_", ()) if key.startswith("mean_test_")]
    primary = naming.primary(search.refit, found)
    return naming.single if primary == "score" else primary


def record_start(experiment: Experiment, search: Any) -> None:
    """Record what is searched, and how."""
    experiment._log_fact(
        "search",
        {
            "search": type(search).__name__,
            "estimator": qualified(type(search.estimator)),
            "scoring": search.scoring,
            "cv": None if search.cv is None else of_repr(search.cv),
        },
    )


def record_end(experiment: Experiment, search: Any) -> None:
    """Record the best parameters, their score, and the table of all."""
    results = search.cv_results_
    best = getattr(search, "best_index_", None)
    chosen = getattr(search, "best_estimator_", search.estimator)
    experiment.log_params(model_params(chosen) | getattr(search, "best_params_", {}))
    experiment._log_fact("search", {"combinations": len(results["params"])})
    if best is not None:
        name = metric(search)
        column = name if f"mean_test_{name}" in results else "score"
        experiment.log_metrics(
            {
                name: results[f"mean_test_{column}"][best],
                f"{name}_std": results[f"std_test_{column}"][best],
            }
        )
    experiment.save_artifact(TABLE, table(results))


def table(results: dict[str, Any]) -> str:
    """Return ``cv_results_`` as CSV, a combination in each row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [key for key in results if key != "params"]
    writer.writerow(columns)
    for index in range(len(results["params"])):
        cells = [results[key][index] for key in columns]
        writer.writerow("" if repr(cell) == "masked" else cell for cell in cells)
    return text.getvalue()
