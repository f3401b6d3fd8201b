"""The notebook and the demo, each in a project of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from specweave import load_experiment
from support import polyglot
from support.c_header import ROOT


def test_notebook_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    path = ROOT / "examples/notebooks/quickstart.ipynb"
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit it without outputs"

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()

    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("text/html" in output.get("data", {}) for output in shown) >= 2
    for rate in ("0.0001", "0.01"):
        exp = load_experiment(f"logistic-lr{rate}")
        assert exp.status == "completed"
        assert len(exp.history("loss").values) == 20
    assert "candidate" in load_experiment("logistic-lr0.01").tags


def test_demo_ends_with_the_comparison_and_where_to_look(tmp_path: Path) -> None:
    output = polyglot.run([sys.executable, str(ROOT / "examples/python/demo.py")], tmp_path)

    made = tmp_path / "demo/.specweave/increments/0042-recommendation-model/experiments"
    assert (made / "comparison.md").is_file()
    assert f"tensorboard --logdir {made}" in output
    assert str(made / "comparison.md") in output
    for name in ("baseline-random", "xgboost", "lightgbm", "random-forest"):
        assert name in output
