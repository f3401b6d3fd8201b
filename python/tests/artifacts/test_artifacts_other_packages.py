"""Objects of packages that few projects have all of: polars, pyarrow, seaborn, plotly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import plotly.graph_objects as go
import polars as pl
import pyarrow as pa
import pytest
import seaborn as sns

from specweave import Experiment, track_experiment

mpl.use("Agg")

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 0.25, 0.125]})


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


@pytest.mark.parametrize(
    "table", [FRAME, pl.DataFrame(FRAME.to_dict("list")), pa.table(FRAME.to_dict("list"))]
)
def test_parquet_is_the_same_table_whoever_wrote_it(exp: Experiment, table: Any) -> None:
    exp.save_artifact("t.parquet", table)

    back = exp.load_artifact("t.parquet")
    assert type(back) is type(table)
    assert back.equals(table)
    assert pd.read_parquet(Path(exp.path) / "t.parquet").equals(FRAME)


@pytest.mark.parametrize(
    ("name", "text"),
    [("t.csv", "a,b\n1,0.5\n2,0.25\n3,0.125\n"), ("t.tsv", "a\tb\n1\t0.5\n2\t0.25\n3\t0.125\n")],
)
def test_polars_and_pandas_write_the_same_text(exp: Experiment, name: str, text: str) -> None:
    for table in (FRAME, pl.DataFrame(FRAME.to_dict("list"))):
        exp.save_artifact(name, table)
        assert (Path(exp.path) / name).read_text(encoding="utf-8") == text


def test_a_series_is_a_table_of_one_column(exp: Experiment) -> None:
    exp.save_artifact("s.csv", pl.Series("s", [1, 2]))

    assert (Path(exp.path) / "s.csv").read_text(encoding="utf-8") == "s\n1\n2\n"


def test_seaborn_grids_are_pictures(exp: Experiment) -> None:
    for name, grid in {
        "pairs.png": sns.PairGrid(FRAME),
        "facets.png": sns.FacetGrid(FRAME, col="a"),
        "joint.png": sns.JointGrid(data=FRAME, x="a", y="b"),
    }.items():
        exp.save_artifact(name, grid)
        assert (Path(exp.path) / name).read_bytes().startswith(b"\x89PNG")
    plt.close("all")


def test_plotly_figures_are_pages_and_data(exp: Experiment) -> None:
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
    exp.save_artifact("curve.html", figure)
    exp.save_artifact("curve.json", figure)

    assert "plotly" in (Path(exp.path) / "curve.html").read_text(encoding="utf-8")
    data = json.loads((Path(exp.path) / "curve.json").read_bytes())
    assert data["data"][0]["y"] == [3, 4]
