"""Names: kept exactly, or refused before anything is made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas
import pytest
from sklearn.datasets import make_classification
from sklearn.tree import DecisionTreeClassifier

from specweave import (
    AmbiguousIncrementError,
    ExperimentPipeline,
    IncrementNotFoundError,
    InvalidNameError,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
    track_grid_search,
)

REFUSED = [
    "",
    " ",
    "\t",
    ".",
    "..",
    "../x",
    "a/../../x",
    "a/..",
    "/abs",
    "a\0b",
    "a\nb",
    "\x1b[31m",
]
REFUSED += ["\ud800", "x\udcff", "~", "~root/x"]
KEPT = [
    "run 2026-11-22 10:30",
    "x:y",
    "CON",
    "模型",
    "depth=6, lr=0.1",
    "a/b",
    "-rf",
    "--help",
]
KEPT += ["🚀", "$(id)", "`id`", "'; DROP TABLE", "a*?[b]", "%2e%2e%2fx", "{}", "x" * 200, ".hidden"]
KEPT += ["con.txt", "trailing.", "comparison.md", "e\u0301", "\u00e9", "Model", "model"]


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_name_that_cannot_be_stored_is_refused(name: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InvalidNameError) as caught:
        track_experiment(name)
    assert caught.value.code == -2
    assert str(caught.value)
    made = set(tmp_path.rglob("*")).difference(before)
    assert {path.name for path in made} <= {"experiments", ".numbers", ".gitignore"}


def test_every_other_name_is_kept_exactly_and_apart(experiments: Path) -> None:
    paths = set()
    for name in KEPT:
        exp = track_experiment(name, capture=False)
        exp.log_param("name", name)
        exp.finish()
        assert exp.name == name
        assert exp.path.parent == experiments
        paths.add(exp.path.name.casefold())
    assert len(paths) == len(KEPT)
    for name in KEPT:
        assert load_experiment(name).params["name"] == name


@pytest.mark.parametrize("name", [7, 1.5, b"x", ["a"], True, object()])
def test_name_of_another_type_is_a_type_error(name: Any) -> None:
    with pytest.raises(TypeError, match="name"):
        track_experiment(name)


def test_path_and_str_subclass_are_names() -> None:
    class Hostile(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "../../escape"

        def encode(self, *arguments: Any) -> bytes:
            return b"../../escape"

    assert track_experiment(Path("folder"), capture=False).name == "folder"
    assert track_experiment(Hostile("real"), capture=False).name == "real"


def test_unknown_increment_lists_the_closest(project: Path) -> None:
    with pytest.raises(IncrementNotFoundError) as caught:
        track_experiment("x", increment="0042-recomendation-model")
    assert "0042-recommendation-model" in caught.value.candidates
    assert os.listdir(project / ".specweave" / "increments") == ["0042-recommendation-model"]


def test_several_increments_in_flight_are_listed(project: Path) -> None:
    for name in ("0042-recommendation-model", "0043-other"):
        folder = project / ".specweave" / "increments" / name
        folder.mkdir(exist_ok=True)
        (folder / "metadata.json").write_text(f'{{"id": "{name}", "status": "active"}}')
    with pytest.raises(AmbiguousIncrementError) as caught:
        track_experiment("x")
    assert sorted(caught.value.candidates) == ["0042-recommendation-model", "0043-other"]


@pytest.mark.parametrize("increment", [1.5, True, ["0042"], object()])
def test_increment_of_another_type_is_a_type_error(increment: Any) -> None:
    with pytest.raises(TypeError, match="increment"):
        track_experiment("x", increment=increment)


SCRIPTS = {
    "Chinese": "梯度提升实验",
    "Japanese": "勾配ブースティング実験",
    "Korean": "그래디언트 부스팅",
    "Hebrew": "ניסוי חיזוק",
    "Arabic": "تجربة التعزيز",
    "Devanagari": "ग्रेडिएंट बूस्टिंग",
    "Thai": "การทดลองเพิ่มพูน",
    "Greek": "πείραμα ενίσχυσης",
    "Cyrillic": "градиентный бустинг",
    "Tamil": "சாய்வு ஊக்கம்",
    "decomposed": "e\u0301preuve",
    "mark first": "\u0301x",
    "joined": "👩\u200d🔬 run",
}


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_goes_through_every_function(name: str, experiments: Path) -> None:
    with track_experiment(name, tags=[name], capture=False) as exp:
        exp.log_params({name: name})
        exp.log_metric(name, 0.5)
        exp.log_note(name)
        exp.log_text(f"{name}/{name}.txt", name, step=3)
        exp.log_table(f"{name}.csv", [{name: 1}])
        exp.save_artifact(f"{name}/{name}.json", {name: [name]})
        exp.save_artifact(f"{name}/{name}.json", {name: []})
        folder = experiments.parent / f"{name}-folder"
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.txt").write_text(name, "utf-8")
        exp.log_artifact(folder, "copied")
        exp.log_artifact(folder)
        with track_experiment(name, parent=exp, capture=False) as inner:
            inner.log_metric("auc", 0.25)
            with track_experiment(name, parent=inner, capture=False) as innermost:
                innermost.log_metric("auc", 0.125)
    with track_experiment(f"{name} 2", capture=False) as other:
        other.log_metric(name, 0.75)

    loaded = load_experiment(name)
    assert (loaded.path, loaded.name, loaded.tags) == (exp.path, name, [name])
    assert (dict(loaded.params), loaded.metrics[name]) == ({name: name}, 0.5)
    assert loaded.load_artifact(f"{name}/{name}.json") == {name: []}
    assert loaded.load_artifact(f"{name}/{name}/step-000003.txt") == name
    for copied in ("copied", f"{name}-folder"):
        assert (loaded.artifact_path(copied) / name / f"{name}.txt").read_text("utf-8") == name
    for made in (exp, inner, innermost):
        assert load_experiment(made.path).path == made.path
        assert load_experiment(str(made.path.relative_to(experiments)) + "/").path == made.path
    assert [found.path for found in list_experiments(children=True)] == [
        exp.path,
        inner.path,
        innermost.path,
        other.path,
    ]
    # Both ended, so that the comparison was written without being asked for.
    assert f"{name} 2" in (experiments / "comparison.md").read_text("utf-8")
    best = compare_experiments(metrics=[name]).best
    assert best is not None
    assert best.path == other.path


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_sweep_and_a_pipeline_in_every_script(name: str, experiments: Path) -> None:
    _, results = track_grid_search(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": [1, 2]},
        *make_classification(60, random_state=0),
        name=name,
        cv=2,
        progress=False,
    )
    assert len(results) == 2
    sweep = load_experiment(name)
    assert [child.path.parent for child in results] == [sweep.path, sweep.path]

    with ExperimentPipeline(f"{name} |") as pipeline:
        for stage in (name, f"{name} b"):
            with pipeline.stage(stage) as exp:
                exp.log_metric("rows", 1)
    page = load_experiment(f"{name} |").path / "pipeline.md"
    assert f"{name} b" in page.read_text("utf-8")


BYTES = os.fsdecode(b"caf\xe9.csv")
"""A name that is not UTF-8, as Python tells it."""


def test_a_name_of_bytes_is_the_same_bytes_everywhere() -> None:
    shown = "caf\\xe9.csv"
    with track_experiment("bytes", tags=[BYTES], capture=False) as exp:
        exp.log_param("one", BYTES)
        exp.log_params({"several": BYTES, "inside": {BYTES: [BYTES]}})
        exp.log_metric(BYTES, 0.5)
        exp.log_metrics({BYTES: 0.75})
        exp.log_note(BYTES)
    loaded = load_experiment("bytes")
    assert dict(loaded.params) == {"one": shown, "several": shown, "inside": {shown: [shown]}}
    assert (loaded.tags, loaded.notes) == ([shown], [shown])
    assert loaded.history(BYTES).values.tolist() == [0.5, 0.75]
    assert list(loaded.metrics) == [shown]


@pytest.mark.parametrize(
    "text", [BYTES, f"\ud800é{BYTES}\udfff", "é\0\udc80", "\udced\udcb3\udca9"]
)
def test_text_of_bytes_comes_back(text: str) -> None:
    with track_experiment("texts", capture=False) as exp:
        exp.log_text("file", text)
    assert load_experiment("texts").load_artifact("file.txt") == text


def test_text_of_a_file_name_is_its_bytes() -> None:
    with track_experiment("texts", capture=False) as exp:
        exp.log_text("file", BYTES)
    assert (exp.path / "file.txt").read_bytes() == b"caf\xe9.csv"


def test_table_of_names_of_bytes_comes_back() -> None:
    # pandas keeps such text in columns of objects only; in others it shows as in parameters.
    frame = pandas.DataFrame({"file": pandas.Series([BYTES, "x"], dtype=object), "size": [1, 2]})
    with track_experiment("tables", capture=False) as exp:
        exp.log_table("records", [{"file": BYTES, BYTES: 1}])
        exp.log_table("frame", frame)
    for name in ("records.csv", "frame.csv"):
        assert b"caf\xe9.csv" in (exp.path / name).read_bytes()
    loaded = load_experiment("tables")
    records = loaded.load_artifact("records.csv")
    shown = "caf\\xe9.csv"
    assert records.to_dict("records") == [{"file": shown, shown: 1}]
    pandas.testing.assert_frame_equal(loaded.load_artifact("frame.csv"), frame)


def test_file_whose_name_is_bytes_is_saved_under_another(project: Path) -> None:
    Path(BYTES).write_bytes(b"a,b\n1,2\n")
    with track_experiment("files", capture=False) as exp:
        exp.log_artifact(BYTES, "coffee.csv")
        with pytest.raises(InvalidNameError, match=r"caf\\xe9.*not valid UTF-8"):
            exp.log_artifact(BYTES)
        exp.log_data("train", Path(BYTES))
    assert (exp.path / "coffee.csv").read_bytes() == b"a,b\n1,2\n"
    assert exp.facts["data"]["train"]["path"] == "caf\\xe9.csv"
    with pytest.raises(InvalidNameError, match=r"caf\\xe9.*not valid UTF-8"):
        track_experiment(BYTES)
