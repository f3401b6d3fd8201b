"""``specweave-ml-import``: what it says, asks and ends with."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import find_foreign_experiments, list_experiments
from specweave_ml.importing.commands import main


@pytest.fixture
def sources(project: Path) -> list[str]:
    """Two files that can be imported, one of them with a damaged line."""
    (project / "logs").mkdir()
    (project / "logs" / "good.csv").write_text("step,loss\n0,0.5\n1,0.25\n")
    (project / "torn.csv").write_text("step,loss\n0,0.5\n1\n")
    return ["logs/good.csv", "torn.csv"]


def ended(*arguments: str) -> int:
    """Run it and return its exit code."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(str(end.code))


def answering(monkeypatch: pytest.MonkeyPatch, answer: str, *, watched: bool = True) -> None:
    """Let somebody answer at a terminal."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return watched

    monkeypatch.setattr("sys.stdin", Terminal(answer))


def test_one_source(sources: list[str], capsys: pytest.CaptureFixture[str], project: Path) -> None:
    assert ended("logs/good.csv") == 0
    assert capsys.readouterr().out == (
        f"{project}/logs/good.csv (CSV): 1 run, 1 new in 0042-recommendation-model\n"
        "2 of 2 points equal\n"
    )
    assert ended("torn.csv", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["schema_version"], report["ok"], report["points_equal"]) == (1, False, 1)
    assert report["problems"] == [f"{project}/torn.csv: line 3: 1 cells below 2 names; left out"]
    assert ended("logs/good.csv") == 0
    assert "1 run, nothing new in 0042-recommendation-model" in capsys.readouterr().out


def test_all_finds_what_lies_side_by_side(project: Path) -> None:
    table = "step,loss\n0,0.5\n1,0.25\n"
    run = project / "wandb" / "offline-run-20261129_101112-x1"
    run.mkdir(parents=True)
    (run / "run-x1.wandb").write_bytes(b":W&B\xe1\xbe\x00")
    run = project / "mlruns" / "0" / ("0123456789abcdef" * 2)
    run.mkdir(parents=True)
    (run / "meta.yaml").write_text(f"run_id: {run.name}\nstatus: 3\n")
    (project / "history.csv").write_text(table)
    (project / "logs").mkdir()
    (project / "logs" / "other.csv").write_text(table)
    assert [(one.path, one.kind) for one in find_foreign_experiments()] == [
        ("history.csv", "csv"),
        ("logs/other.csv", "csv"),
        ("mlruns", "mlruns"),
        ("wandb", "wandb"),
    ]


def test_a_dry_run_needs_no_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "history.csv").write_text("step,loss\n0,0.5\n1,0.25\n")
    assert ended("history.csv", "--dry-run") == 0
    assert "1 run" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["history.csv"]
    assert ended("history.csv", "--dry-run", "--increment", "0042") == 3
    assert "no project" in capsys.readouterr().err


def test_a_dry_run_stores_nothing(
    sources: list[str], capsys: pytest.CaptureFixture[str], experiments: Path
) -> None:
    assert ended("logs/good.csv", "--dry-run") == 0
    assert "nothing stored" in capsys.readouterr().out
    assert ended("--all", "--dry-run") == 1
    assert not experiments.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gone"], 3, "there is no file or folder 'gone' to import"),
        (["logs"], 1, "none of what can be imported"),
        ([], 2, "give a source, or --all"),
        (["torn.csv", "--all"], 2, "give a source, or --all"),
        (["torn.csv", "--from", "sheet"], 2, "invalid choice"),
        (["torn.csv", "--increment", "0099"], 3, "0099"),
    ],
)
def test_what_cannot_be(
    sources: list[str], arguments: list[str], code: int, said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert ended(*arguments) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_all_lists_what_is_there_and_asks(
    sources: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "n\n")
    assert ended("--all") == 1
    captured = capsys.readouterr()
    first, *rows = captured.out.splitlines()
    assert first.split() == ["source", "kind", "runs", "points", "size"]
    assert [row.split()[:2] for row in rows] == [[path, "csv"] for path in sources]
    assert captured.err == "Import 2 sources? [y/N] "
    assert len(list_experiments()) == 0
    answering(monkeypatch, "y\n")
    assert ended("--all") == 1  # of one a line is damaged
    assert {one.name for one in list_experiments()} == {"good", "torn"}


def test_all_without_a_terminal_needs_yes(
    sources: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "y\n", watched=False)
    assert ended("--all") == 1
    assert "--yes imports what is listed" in capsys.readouterr().err
    assert len(list_experiments()) == 0
    assert ended("--all", "--yes", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in found["sources"]] == sources
    assert [one["ok"] for one in found["reports"]] == [True, False]


def test_all_where_there_is_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--all") == 3
    assert "found nothing to import" in capsys.readouterr().err
    assert find_foreign_experiments() == []


def test_an_interruption_leaves_whole_experiments(
    sources: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    experiments: Path,
) -> None:  # fmt: skip
    from specweave_ml.importing import writing

    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(writing, "log_points", interrupted)
        assert ended("logs/good.csv") == 130
    assert "interrupted; the next one continues it" in capsys.readouterr().err
    assert len(list_experiments()) == 0
    assert not (experiments / ".pull").exists()
    assert ended("logs/good.csv") == 0


def test_a_report_in_a_notebook_escapes_names(project: Path) -> None:
    from specweave_ml import import_experiments

    Path("x.csv").write_text("step,loss,run\n0,1,<b>\n")
    html = import_experiments("x.csv")._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "1 of 1" in html
