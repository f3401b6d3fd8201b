"""The benchmarks keep working: our adapter, the floors, and the arithmetic of the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

from trackbench import combining, environments, readme, report, suite, tools, works
from trackbench.measure import Bench

FIGURES = {
    "floor: one write(2) a call": {"mean_ns": 1000.0, "median_ns": 900.0},
    "specweave": {"mean_ns": 250.0, "median_ns": 200.0},
    "Aim": {"mean_ns": 250_000.0, "median_ns": 200_000.0},
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Measures with this interpreter in place of the environment that would be installed."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "specweave").symlink_to(sys.prefix)
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "environments")
    return Bench(tmp_path, Path("/nonexistent"))


def test_a_point_of_ours_is_measured(bench: Bench) -> None:
    figures = works.simple("point", keys=1, seconds=0.02)(bench, tools.PYTHON)
    assert figures["points"] > 20
    assert figures["bytes_a_point"] > 30


def test_every_run_is_in_the_table(bench: Bench) -> None:
    figures = works.table_of(7)(bench, tools.PYTHON)
    assert figures["us_each"] > 0


def test_a_long_history_comes_back_whole(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "LONG", 5_000)
    assert works.series(bench, tools.PYTHON)["found"] == 5_000


def test_nothing_is_lost_when_the_process_is_killed(bench: Bench) -> None:
    figures = works.kill(bench, tools.PYTHON)
    assert figures["points"] > 0
    assert figures["lost"] == 0


def test_a_fork_keeps_all_three_hundred_points(bench: Bench) -> None:
    figures = works.fork(bench, tools.PYTHON)
    ended = {"parent_ended": True, "child_ended": True}
    assert figures == {"found": 300, "before": 100, "parent": 100, "child": 100, **ended}


def test_a_table_is_sorted_and_divides_by_the_floor_and_by_us() -> None:
    rows: dict[str, Any] = {
        name: {"figures": figures, "remark": ""} for name, figures in FIGURES.items()
    }
    lines = report.table(section("point"), rows).splitlines()
    assert lines[0] == "|  | mean ns | median ns | x floor | x specweave |"
    assert lines[2] == "| **specweave** | 250 | 200 | 0.25x | 1x |"
    assert lines[4] == "| Aim | 250,000 | 200,000 | 250x | 1,000x |"


def test_losses_are_added_up() -> None:
    trials = [{"lost": 0, "points": 10}, {"lost": 6, "points": 20}]
    assert combining.losses(trials) == {
        "mean_lost": 3, "max_lost": 6, "trials": 2, "trials_with_loss": 1, "acknowledged": 30,
    }  # fmt: skip


def test_of_several_forks_the_worst_counts() -> None:
    trials = [{"found": 300, "child_ended": False}, {"found": 207, "child_ended": True}]
    assert combining.worst(trials) == {"found": 207, "child_ended": False}


def test_a_tool_that_would_take_too_long_is_left_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(works, "MAKING_SECONDS", 1e-6)
    figures = works.table_of(7)(bench, tools.JSON_FILES)
    assert "left out: at" in figures["not_measured"]


def test_the_readme_shows_the_figures_of_the_results(tmp_path: Path) -> None:
    def figures(**each: float) -> dict[str, Any]:
        return {"figures": each}

    names = [tool.name for tool, *_ in readme.ROWS] + [tool.name for tool in readme.OURS]
    safe = figures(trials=4, trials_with_loss=0, max_lost=0, mean_lost=0, acknowledged=100)
    some = figures(trials=4, trials_with_loss=3, max_lost=1097, mean_lost=9, acknowledged=9000)
    results = {
        "versions": {package: "3.17.2" for _, _, package, _ in readme.ROWS},
        "sections": {
            "kill": {**dict.fromkeys(names, safe), "Aim": some},
            "cold-start": dict.fromkeys(names, figures(total_ms=56.2)),
            "point": dict.fromkeys(names, figures(mean_ns=5_806_441.0)),
        },
    }
    file = tmp_path / "README.md"
    file.write_text(f"Before\n{readme.BEGIN}\n| old |\n{readme.END}\nAfter\n", "utf-8")
    readme.renew(file, results)
    lines = file.read_text("utf-8").splitlines()
    assert (lines[0], lines[1], lines[-2], lines[-1]) == (
        "Before", readme.BEGIN, readme.END, "After",
    )  # fmt: skip
    assert "| old |" not in lines
    assert "| specweave-ml | plain files | 0.056 s | 0 of 16 | 5,800 µs |" in lines
    assert "| Aim 3.17 | RocksDB | 0.056 s | 3 of 4, up to 1,097 points | 5,800 µs |" in lines


def section(name: str) -> suite.Section:
    return next(section for section in suite.SECTIONS if section.name == name)
