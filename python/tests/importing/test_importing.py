"""What every import promises, whatever the source."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from specweave_ml import (
    check_store,
    compare_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)
from specweave_ml._native.increments import Increment
from specweave_ml.importing.identity import identity_of
from specweave_ml.importing.report import RunReport
from specweave_ml.importing.runs import ForeignFile, ForeignRun, Series
from specweave_ml.importing.writing import Writer


def written(*runs: ForeignRun) -> list[RunReport]:
    """Write runs into the active increment."""
    writer = Writer(Increment.find(), "Tool", "tool", "/source")
    with writer.open():
        return [writer.write(run) for run in runs]


def points(count: int, start: int = 0) -> Series:
    steps = array("q", range(start, start + count))
    return Series(
        "loss", steps, array("d", [1 / (step + 1) for step in steps]),
        array("d", [1.7e9 + step / 7 for step in steps]),
    )  # fmt: skip


def test_ids_names_times_and_everything_else_are_kept(project: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"w" * 1000)
    run = ForeignRun(
        "0123456789abcdef0123456789abcdef", "größtes Modell", created=1.6e9, ended=1.6e9 + 60,
        status="failed", failure={"type": "ValueError", "message": "no"}, author="ada",
        description="why", params={"lr": 0.1, "n": 3, "deep": {"on": True, "none": None}},
        series=[points(5)], tags=["best"], notes=["look", "look"], facts={"tool": {"x": 1.5}},
        files=[ForeignFile("out/weights.bin", str(tmp_path / "weights.bin"))],
        left_out=["its dashboard"],
    )  # fmt: skip
    (report,) = written(run)
    assert report.equal
    assert report.left_out == ["its dashboard"]
    assert report.problems == []
    experiment = load_experiment("größtes Modell")
    facts = experiment._facts()
    assert facts["id"] == run.id
    assert (facts["created"], facts["ended"], facts["status"]) == (1.6e9, 1.6e9 + 60, "failed")
    assert experiment.failure is not None
    assert experiment.failure["type"] == "ValueError"
    assert experiment.params == run.params
    assert experiment.tags == ["best"]
    assert experiment.notes == ["look", "look"]
    assert experiment.facts["about"]["author"] == "ada"
    assert experiment.facts["about"]["description"] == "why"
    assert experiment.facts["tool"] == {"x": 1.5}
    assert experiment.facts["imported"] == {
        "tool": "Tool", "kind": "tool", "source": "/source", "id": run.id,
    }  # fmt: skip
    assert list(experiment.history("loss").times) == list(run.series[0].times or ())
    assert experiment.artifact_path("out/weights.bin").read_bytes() == b"w" * 1000
    assert check_store(artifacts=True).healthy
    (again,) = written(run)
    assert (again.changed, again.equal, again.points_new) == (False, True, 0)


def test_other_ids_become_digits_that_stay(project: Path) -> None:
    first, second = written(ForeignRun("a1"), ForeignRun("a1", scope="other"))
    assert first.id != second.id
    assert first.id == identity_of("Tool", "/source", "a1")
    assert [one.id for one in written(ForeignRun("a1"))] == [first.id]
    assert load_experiment(first.id).facts["imported"]["id"] == "a1"


def test_runs_inside_others_and_later_ones(project: Path, experiments: Path) -> None:
    outer = ForeignRun("outer")
    written(outer, ForeignRun("inner", parent="outer"), ForeignRun("deep", parent="inner"))
    written(ForeignRun("second", parent="outer"), ForeignRun("lost", parent="gone"))
    labels = {one.name: one.label for one in list_experiments(children=True)}
    assert labels["outer"] == "exp-001"
    assert (labels["inner"], labels["second"]) == ("exp-001.1", "exp-001.2")
    assert (experiments / "outer" / "inner" / "deep" / "metadata.yaml").is_file()
    assert labels["lost"] == "exp-002"
    assert load_experiment("lost").facts["imported"]["parent"] == "gone"
    assert check_store().healthy
    with track_experiment("next"):
        pass
    assert load_experiment("next").label == "exp-003"


def test_equal_names_and_names_that_are_none(project: Path, experiments: Path) -> None:
    with track_experiment("same"):
        pass
    reports = written(
        ForeignRun("r1", "same"), ForeignRun("r2", "same"), ForeignRun("r3", "a\nb"),
        ForeignRun("r/\n4", ""),
    )  # fmt: skip
    assert [Path(report.path).name for report in reports[:2]] == ["same-2", "same-3"]
    assert load_experiment(reports[2].id).name == "r3"
    assert load_experiment(reports[2].id).facts["imported"]["name"] == "a\nb"
    assert load_experiment(reports[3].id).name == "exp-005"
    assert [load_experiment(report.id).label for report in reports] == [
        "exp-002", "exp-003", "exp-004", "exp-005",
    ]  # fmt: skip


def test_numbers_continue_in_a_clone(project: Path, experiments: Path) -> None:
    with track_experiment("first"):
        pass
    shutil.rmtree(experiments / ".numbers")
    (report,) = written(ForeignRun("r"))
    assert load_experiment(report.id).label == "exp-002"
    with track_experiment("third"):
        pass
    assert load_experiment("third").label == "exp-003"


def test_growth_is_added_and_what_was_here_stays(project: Path) -> None:
    written(ForeignRun("r", params={"lr": 1}, series=[points(3)], status="running"))
    assert load_experiment("r").status != "completed"
    load_experiment("r").log_note("ours")
    (report,) = written(
        ForeignRun("r", params={"lr": 2, "new": "x"}, series=[points(8)], ended=1.7e9 + 5)
    )
    assert (report.points_new, report.points_equal, report.changed) == (5, 8, True)
    experiment = load_experiment("r")
    assert experiment.params == {"lr": 2, "new": "x"}
    assert experiment.notes == ["ours"]
    assert experiment.status == "completed"
    assert list(experiment.history("loss").steps) == list(range(8))


def test_points_that_came_between_others_are_found(project: Path) -> None:
    written(ForeignRun("r", series=[points(3, 5)]))
    whole = points(10)
    (report,) = written(ForeignRun("r", series=[whole]))
    assert (report.points_new, report.points_equal) == (7, 10)


def test_an_unequal_store_is_seen(project: Path) -> None:
    run = ForeignRun("r", params={"a": 1, "api_key": "sk-live-0123456789abcdef0123456789abcdef"})
    (report,) = written(run)
    assert report.equal
    assert any("api_key" in line for line in report.left_out)
    from specweave_ml.importing import writing

    counted = RunReport("r", "r")
    other = ForeignRun("r", params={"a": 1.0, "b": 2}, series=[points(2)])
    writing.compare(other, load_experiment("r"), counted)
    assert (counted.params, counted.params_equal) == (2, 0)
    assert (counted.points, counted.points_equal, counted.equal) == (2, 0, False)


def test_files_whose_names_the_store_keeps(project: Path) -> None:
    files = [ForeignFile(name, content=name.encode()) for name in ("params.json", "a:b/c?.txt")]
    (report,) = written(ForeignRun("r", files=files))
    assert (report.artifacts, report.artifacts_equal) == (2, 2)
    experiment = load_experiment("r")
    assert experiment.artifact_path("artifacts/params.json").read_bytes() == b"params.json"
    assert {one["details"].get("original_path") for one in experiment.artifacts} == {
        "params.json", "a:b/c?.txt",
    }  # fmt: skip
    assert not written(ForeignRun("r", files=files))[0].changed


def test_a_file_that_is_gone_is_a_problem_of_its_run_only(project: Path) -> None:
    missing = ForeignRun("r", files=[ForeignFile("x", "/nonexistent/x")])
    first, second = written(missing, ForeignRun("s"))
    assert "x" in first.problems[0]
    assert not first.equal
    assert second.equal


KILLED = """
import sys
from array import array
from specweave_ml._native.increments import Increment
from specweave_ml.importing.runs import ForeignRun, Series
from specweave_ml.importing.writing import Writer
def endless():
    writer = Writer(Increment.find(), "Tool", "tool", "/source")
    with writer.open():
        for number in range(int(sys.argv[1])):
            n = 20000
            values = array("d", range(n))
            series = Series("loss", array("q", range(n)), values, values)
            print(writer.write(ForeignRun(f"r{number}", series=[series])).equal, flush=True)
endless()
"""


def test_a_kill_leaves_whole_experiments_only_and_the_next_import_continues(
    project: Path, experiments: Path
) -> None:
    program = [sys.executable, "-c", KILLED]
    for delay in (0.0, 0.003, 0.01, 0.02):
        child = subprocess.Popen([*program, "1000000"], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        for one in list_experiments():
            assert (len(one.history("loss")), one.status) == (20000, "completed")
    there = len(list_experiments())
    done = subprocess.run([*program, str(there + 3)], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n" * (there + 3)
    assert len(list_experiments()) == there + 3
    assert not (experiments / ".pull").exists()
    assert check_store().healthy


def test_two_imports_at_once_import_nothing_twice(project: Path) -> None:
    program = [sys.executable, "-c", KILLED, "5"]
    both = [subprocess.Popen(program, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [child.wait() for child in both] == [0, 0]
    assert len(list_experiments()) == 5


@pytest.fixture(autouse=True)
def _no_links_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


def test_the_comparison_is_made_again_with_its_own_choices(
    project: Path, experiments: Path
) -> None:
    path = project / "points.csv"
    path.write_text("run,key,step,value\na,loss,0,3\nb,loss,0,1\n")
    import_experiments(path)
    comparison = experiments / "comparison.md"
    assert "**Best Model**: b" in comparison.read_text()
    compare_experiments(sort_by="loss", directions={"loss": "higher"})
    assert "**Best Model**: a" in comparison.read_text()
    path.write_text(path.read_text() + "c,loss,0,5\n")
    import_experiments(path)
    assert "**Best Model**: c" in comparison.read_text()
    comparison.write_text("my own words\n")
    path.write_text(path.read_text() + "d,loss,0,6\n")
    import_experiments(path)
    assert comparison.read_text() == "my own words\n"
