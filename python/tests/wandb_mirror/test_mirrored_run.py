"""One run of the real wandb with everything in it, and what stands in the increment."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from conftest import INCREMENT
from specweave_ml.tracking.lookup import load_experiment
from specweave_ml.wandb.offline_file.file import OfflineFile
from specweave_ml.wandb.offline_file.records import HistoryRow
from support.offline_run_file import only_run_file
from wandb_mirror.conftest import others, points, rows_of_wandb, run_program

pytestmark = pytest.mark.xdist_group("mirrored-run")

CODE = """
import math
import time
import numpy as np

run = wandb.init(
    name="xgboost-v1", notes="the notes", tags=["a"], group="folds", job_type="train",
    config={"lr": 0.001, "net": {"layers": [1, 2]}},
)
run.define_metric("epoch")
wandb.define_metric("val/*", step_metric="epoch", summary="min,max")
for step in range(20):
    deep = {"x": np.float32(step), "word": "text"}
    wandb.log({"loss": 1 / (step + 1), "deep": deep, "nan": math.nan})
    if step % 5 == 0:
        wandb.log({"val/acc": step, "epoch": step // 5}, commit=False)
run.log({"loss": 7.0}, step=30)
run.log({"late": 1}, step=30)
run.log({"loss": 5.0}, step=3)
run.config["later"] = 3
run.config.update({"lr": 2}, allow_val_change=True)
run.config.setdefaults({"lr": 9, "seed": 4})
run.summary["best"] = 9
run.summary["sub"] = {"k": 1}
run.summary.update({"words": "many"})
run.tags += ("b",)
run.notes = "other notes"
run.alert("careful", "it is hot")
print("printed by the program")
picture = wandb.Image(np.zeros((8, 8, 3), dtype=np.uint8), caption="black")
table = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])
run.log({"picture": picture, "spread": wandb.Histogram([1, 2, 3]), "table": table, "n": 1})
run.log({"pictures": [wandb.Image(np.ones((4, 4, 3), dtype=np.uint8)) for _ in range(2)]})
run._log({"around": 4})
time.sleep(1)  # for some measurements of the machine
with open("weights.bin", "wb") as file:
    file.write(b"weights")
artifact = wandb.Artifact("weights", "dataset", description="d", metadata={"auc": 0.9})
artifact.add_file("weights.bin", name="inner/weights.bin")
run.log_artifact(artifact, aliases=["best"])
run.log_model("weights.bin", name="net")
run.save("weights.bin")
run.finish()
"""


@pytest.fixture(scope="module")
def root(made_project: Path) -> Path:
    done = run_program(made_project, CODE)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    (made_project / "err.txt").write_text(done.stderr)
    return made_project


@pytest.fixture
def experiment(root: Path) -> Any:
    return load_experiment("xgboost-v1", root / ".specweave" / "increments" / INCREMENT)


def test_numbers_of_every_row_are_points_of_metrics(experiment: Any) -> None:
    expected = [(step, 1 / (step + 1)) for step in range(20)]
    assert points(experiment, "loss") == [*expected, (30, 7.0), (3, 5.0)]
    assert points(experiment, "deep.x") == [(step, float(step)) for step in range(20)]
    nans = points(experiment, "nan")
    assert [step for step, _ in nans] == list(range(20))
    assert all(math.isnan(value) for _, value in nans)
    assert points(experiment, "late") == [(30, 1.0)]


def test_a_row_that_wandb_drops_is_kept(experiment: Any, root: Path) -> None:
    assert (3, 5.0) in points(experiment, "loss")
    assert [row["_step"] for row in rows_of_wandb(root) if row.get("loss") == 5.0] == []


def test_metrics_with_a_step_metric_have_its_steps(experiment: Any) -> None:
    assert points(experiment, "val/acc") == [(0, 0.0), (1, 5.0), (2, 10.0), (3, 15.0)]


def test_texts_and_media_stand_in_the_history_with_their_files(experiment: Any) -> None:
    found = others(experiment.path)
    assert found["deep.word"] == [(step, "text") for step in range(20)]
    ((step, picture),) = found["picture"]
    assert (step, picture["_type"], picture["caption"]) == (30, "image-file", "black")
    assert (experiment.path / picture["path"]).read_bytes().startswith(b"\x89PNG")
    ((_, spread),) = found["spread"]
    assert spread["_type"] == "histogram"
    assert sum(spread["values"]) == 3
    ((_, table),) = found["table"]
    assert (table["_type"], table["nrows"]) == ("table-file", 2)
    (file,) = (experiment.path / "media" / "table").iterdir()
    assert json.loads(file.read_text())["data"] == [[1, "x"], [2, "y"]]
    ((_, pictures),) = found["pictures"]
    assert pictures["_type"] == "images/separated"
    assert all((experiment.path / path).is_file() for path in pictures["filenames"])


def test_what_libraries_log_around_the_method_is_found_in_the_file(experiment: Any) -> None:
    assert points(experiment, "around") == [(32, 4.0)]


def test_the_configuration_has_its_last_values(experiment: Any) -> None:
    assert experiment.params == {"lr": 2, "net": {"layers": [1, 2]}, "later": 3, "seed": 4}


def test_the_summary_holds_what_the_run_has_set(experiment: Any) -> None:
    facts = experiment._facts()["facts"]
    assert facts["wandb.summary"]["best"] == 9
    assert facts["wandb.summary"]["sub.k"] == 1
    assert facts["wandb.summary"]["words"] == "many"
    assert facts["wandb.summary"]["val/acc"] == {"min": 0, "max": 15}
    assert experiment.metrics["best"] == 9
    assert "loss" not in facts["wandb.summary"]


def test_names_tags_notes_and_alerts_are_facts(experiment: Any) -> None:
    facts = experiment._facts()
    section = facts["facts"]["wandb"]
    assert experiment.tags == ["a", "b"]
    assert facts["facts"]["about"]["description"] == "other notes"
    assert facts["notes"][0]["text"] == "INFO: careful\n\nit is hot"
    assert section["project"] == INCREMENT
    assert (section["group"], section["job_type"], section["mode"]) == ("folds", "train", "offline")
    assert section["id"] == only_run_file(experiment._increment_path).stem.removeprefix("run-")
    assert experiment.status == "completed"


def test_output_and_measurements_of_the_machine_are_there(experiment: Any) -> None:
    assert "printed by the program\n" in (experiment.path / "output.log").read_text()
    measured = [key for key in experiment.metrics if key.startswith("system/")]
    assert any("cpu" in key for key in measured)
    stats = experiment.history(measured[0])
    assert list(stats.steps) == list(range(len(stats.steps)))


def test_nothing_is_doubled(experiment: Any, root: Path) -> None:
    """Every value of the file of wandb is one point, and no other value was added."""
    rows = rows_of_wandb(root)
    for key in ("loss", "nan", "n", "late"):
        in_file = [row["_step"] for row in rows if key in row]
        kept = [step for step, _ in points(experiment, key)]
        assert sorted(kept) == sorted([*in_file, *([3] if key == "loss" else [])])
    assert len((experiment.path / "history.jsonl").read_text().splitlines()) == 24


def test_saved_files_are_artifacts(experiment: Any) -> None:
    assert (experiment.path / "files" / "weights.bin").read_bytes() == b"weights"


def test_artifacts_and_models_are_in_the_store_with_their_aliases(root: Path) -> None:
    from specweave_ml.wandb.local.artifacts.artifact import Artifact
    from specweave_ml.wandb.local.artifacts.names import parsed
    from specweave_ml.wandb.local.artifacts.store import ArtifactStore

    store = ArtifactStore.here(root)
    found = Artifact._logged(store, *store.find(parsed("weights:best"), INCREMENT))
    assert (found.type, found.description, found.metadata) == ("dataset", "d", {"auc": 0.9})
    (entry,) = found.manifest.entries.values()
    assert entry.path == "inner/weights.bin"
    assert Path(str(entry.local_path)).read_bytes() == b"weights"
    model = Artifact._logged(store, *store.find(parsed("net:latest"), INCREMENT))
    assert model.type == "model"


def test_all_folders_of_wandb_are_in_the_increment_and_out_of_git(root: Path) -> None:
    folder = root / ".specweave" / "increments" / INCREMENT / "wandb"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert only_run_file(root).is_relative_to(folder)
    assert {path.name for path in root.iterdir()} == {
        ".specweave", "err.txt", "train.py", "weights.bin",
    }  # fmt: skip
    assert not (root.parent / ".cache").exists()
    assert not (root.parent / ".local").exists()


def test_being_offline_without_a_key_is_said_on_one_line(root: Path) -> None:
    lines = [line for line in (root / "err.txt").read_text().splitlines() if "offline" in line]
    assert lines == [
        "specweave: no key for wandb's server was found, so wandb's runs are offline; "
        "`wandb login` saves one"
    ]


def test_the_reader_says_what_wandbs_own_protobuf_says(root: Path) -> None:
    from wandb_mirror.generated import compare

    compared = compare(only_run_file(root))
    assert compared["history"] >= 23
    assert {"run", "summary", "config", "metric", "artifact", "exit", "alert"} <= compared.keys()


def test_the_file_was_read_to_its_end(root: Path) -> None:
    file = OfflineFile(only_run_file(root))
    assert sum(isinstance(record, HistoryRow) for record in file.records()) == len(
        rows_of_wandb(root)
    )
    assert (file.ended, file.damage, file.unknown) == (True, [], {})
