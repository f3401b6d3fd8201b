"""docs/records/sklearn-equality.md: what is compared with scikit-learn."""

from __future__ import annotations

from pathlib import Path

from support import equality_matrix, sweep_equality

PAGE = Path(__file__).resolve().parents[3] / "docs" / "records" / "sklearn-equality.md"

INTRODUCTION = """\
# Equal to scikit-learn

`track_grid_search` and `track_hyperparameters` give what `GridSearchCV` and `RandomizedSearchCV`
give: the scores of every fold, means, deviations and ranks to the last bit, the same best
combination, and a best model with the same predictions. `track_cross_validation` gives what
`cross_validate` gives. So it is with scikit-learn 1.9 and, by `make test-oldest`,
with 1.4.

Made by `PYTHONPATH=python/tests python -m support.equality_page`; the tests keep both the same.

## Every kind of model with every kind of folds

Each cell stands for two tests (`python/tests/model_selection/test_equality_matrix.py`): a grid
search, and a cross-validation with training scores; everything but the times is compared. It says
the form of the data and what else was asked for. Two more tests show that folds which cannot be
fitted score as `error_score` says, NaN or -1.
"""

SPECIAL = """\
## What else a search can be asked for

Each row is a case in which a test (`python/tests/model_selection/test_sweep_equality.py`) compares
everything in `cv_results_` but the times.
"""


def page() -> str:
    """The whole page."""
    rows = [case.row for case in sweep_equality.cases()]
    head = ("Model", "Task", "Data", "Folds", "Search", "And")
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join([INTRODUCTION, *equality_matrix.table(), "", SPECIAL, *lines]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
