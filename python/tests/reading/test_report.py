"""``save_report``: one experiment as a Markdown document."""

from __future__ import annotations

import pytest

from specweave import InvalidNameError, load_experiment, track_experiment


def test_the_report_says_what_was_done_and_how_to_do_it_again() -> None:
    with track_experiment(
        "xgboost-v1", description="Gradient boosting", tags=["baseline"], params={"depth": 6}
    ) as exp:
        for step in range(3):
            exp.log_metric("auc", 0.5 + step / 10)
        exp.log_note("converged")
        exp.log_text("summary", "all well")
    assert exp.save_report() == "report.md"
    text = (exp.path / "report.md").read_text("utf-8")
    for part in (
        "# xgboost-v1\n",
        "**completed**",
        "Gradient boosting",
        "| auc | 0.70 | 0.50 | 0.70 | 0.60 | 3 |",
        "| depth | 6 |",
        ": converged",
        "[summary.txt](summary.txt)",
        "## How to run it again",
    ):
        assert part in text, text


def test_it_is_written_anew_only_if_something_changed() -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_metric("auc", 0.5)
    exp.save_report()
    exp.save_report()
    assert [one["version"] for one in exp.artifact_versions("report.md")] == [1]
    later = load_experiment("x")
    later.log_note("seen")
    later.save_report()
    assert [one["version"] for one in later.artifact_versions("report.md")] == [2, 1]
    assert later.save_report("docs/final.md") == "docs/final.md"
    with pytest.raises(InvalidNameError):
        later.save_report("../outside.md")
