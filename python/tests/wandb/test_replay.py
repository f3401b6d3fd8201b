"""The same script through the real package, offline, and through the stand-in: value by value.

What the real one says stands in its ``run-<id>.wandb``, what ours says in the experiment. These
differences are meant: a row whose step goes back, which the real one drops, is there; the points of
a metric with a step metric are at its value, where that is an integer; a number that only the
summary has is a metric too; and an array of one number in the configuration is that number, not its
text.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import public
from specweave_ml.wandb.offline_file.file import OfflineFile
from specweave_ml.wandb.offline_file.records import (
    ConfigChange,
    Exit,
    HistoryRow,
    Metric,
    Run,
    SummaryChange,
)
from specweave_ml.wandb.runs.history_file import read_lines

real_wandb = pytest.importorskip("wandb")
numpy = pytest.importorskip("numpy")
load_experiment = public.load("load_experiment")
PATIENCE = 200

SCRIPT = """
import argparse, enum, json, pathlib, sys
from dataclasses import dataclass
import numpy as np

class Mode(enum.Enum):
    FAST = 1

@dataclass
class Model:
    depth: int = 3
    name: str = "net"

def plain(value):
    return {k: plain(value[k]) for k in value.keys()} if hasattr(value, "keys") else value

run = wandb.init(
    project="replay", entity="team", name="one", group="g", job_type="train", notes="a note",
    tags=["x", "y"], id="replay01", mode="offline",
    config={
        "lr": 0.1, "layers": (1, 2), "net": {"depth": 3, "act": "relu"}, "none": None, "flag": True,
        "f32": np.float32(0.25), "i64": np.int64(7), "arr": np.arange(3), "mode": Mode.FAST,
        "path": pathlib.PurePosixPath("a/b"), "model": Model(), "nan": float("nan"),
        "text": "\\u00e9\\n", "one": np.array([4]), "set": {5}, "-dashed": 1, "function": plain,
    },
)
run.config.update(argparse.Namespace(batch=32, optimizer="sgd"))
run.config["later"] = [1, {"a": 2}]
run.config.update({"lr": 0.2}, allow_val_change=True)
run.config.setdefaults({"lr": 5, "default": "d"})
for bad in ("run.config.lr = 9", "run.config.update({'batch': 1})"):
    try:
        exec(bad)
    except wandb.Error as error:
        print("refused", str(error).splitlines()[0])

run.define_metric("epoch")
run.define_metric("val/*", step_metric="epoch", summary="max")
run.define_metric("shaped", summary="min,max,mean,first,last")
run.define_metric("unseen", summary="none")
run.define_metric("half", step_metric="fraction")
steps = [run.step]
for i in range(4):
    run.log({
        "loss": 1 / (i + 1), "shaped": [3, -1, 7.5, 2][i], "unseen": i,
        "group": {"a": i, "b": {"c": -i}},
        "flag": i % 2 == 0, "text": f"step {i}", "list": [1, "two", None, 3.5], "nothing": None,
        "f32": np.float32(0.1), "i8": np.int8(-3), "one": np.array([2.5]), "arr": np.arange(4),
        "big": 2**53 + 2, "tiny": 5e-324, "zero": -0.0,
    })
    steps.append(run.step)
run.log({"nan": float("nan"), "inf": float("inf"), "ninf": float("-inf")})
run.log({"epoch": 1, "val/acc": 0.5})
run.log({"val/acc": 0.75})
run.log({"val/acc": 0.25, "epoch": 2})
run.log({"half": 3, "fraction": 0.5})
run.log({"a": 1}, commit=False)
run.log({"b": 2}, commit=False)
run.log({"c": 3})
steps.append(run.step)
run.log({"a": 4}, step=20)
run.log({"b": 5}, step=20)
steps.append(run.step)
run.log({"c": 6})
steps.append(run.step)
run.log({"a": 7}, step=30, commit=True)
run.log({"late": 8}, step=10)
steps.append(run.step)
run.log({"x/y": 1, "with.dot": 2, "\\u00fcn\\u00ef": 3, "sp ace": 4})
run.summary["best"] = 0.9
run.summary["loss"] = 0.05
run.summary.update({"words": ["a", "b"], "deep": {"er": {"est": 1}}, "np": np.float64(1.5)})
run.summary["gone"] = 1
del run.summary["gone"]
run.log({"end": 1, "best": 0.95})
seen = {
    "config": plain(run.config), "steps": steps, "keys": sorted(run.config.keys()),
    "id": run.id, "name": run.name, "project": run.project, "entity": run.entity,
    "group": run.group, "job_type": run.job_type, "tags": list(run.tags), "notes": run.notes,
    "path": run.path, "offline": run.offline, "disabled": run.disabled, "resumed": run.resumed,
    "sweep_id": run.sweep_id,
    "summary": {k: v for k, v in plain(run.summary).items() if not k.startswith("_")},
}
run.summary["deep"]["added"] = 2
print(run.finish(exit_code=0), wandb.run)
for call in ("run.log({'a': 1})", "wandb.log({'a': 1})", "wandb.config.lr", "wandb.config['lr']",
             "wandb.config.update({})", "wandb.summary['a']", "wandb.define_metric('a')",
             "run.name = 'z'"):
    try:
        exec(call)
    except Exception as error:
        print(call, type(error).__name__, str(error).split(" (")[0][:60])
pathlib.Path(sys.argv[1]).write_text(json.dumps(seen))
"""


class Replay:
    """What one of the two said and stored."""

    def __init__(self, folder: Path, module: str) -> None:
        self.folder = folder
        script = folder / "script.py"
        script.write_text(f"import {module} as wandb\n{textwrap.dedent(SCRIPT)}", "utf-8")
        environment = {
            **os.environ,
            "SPECWEAVE_WANDB": "local",
            "WANDB_SILENT": "true",
            "WANDB_DIR": str(folder),
            "WANDB_ERROR_REPORTING": "false",
            "GIT_CEILING_DIRECTORIES": str(folder),
        }
        done = subprocess.run(
            [sys.executable, str(script), str(folder / "seen.json")],
            cwd=folder, env=environment, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.printed = done.stdout
        self.seen = json.loads((folder / "seen.json").read_text())


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return Replay(tmp_path_factory.mktemp("real"), "wandb")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("ours")
    (folder / ".specweave" / "increments" / "0042-recommendation-model").mkdir(parents=True)
    return Replay(folder, "specweave.wandb")


@pytest.fixture(scope="module")
def records(real: Replay) -> list[Any]:
    (path,) = real.folder.rglob("run-*.wandb")
    file = OfflineFile(path)
    found = list(file.records())
    assert not file.damage
    return found


@pytest.fixture
def experiment(ours: Replay, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(ours.folder)
    return load_experiment("one")


def same(value: Any, other: Any) -> bool:
    """Return whether two values are equal, NaN being equal to NaN."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(same(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same, value, other))
    if isinstance(value, float) and isinstance(other, float) and math.isnan(value):
        return math.isnan(other)
    return bool(value == other and isinstance(value, str) is isinstance(other, str))


def different(value: dict[Any, Any], other: dict[Any, Any]) -> dict[Any, Any]:
    """Return the entries that are not the same in both."""
    return {
        key: (value.get(key, "missing"), other.get(key, "missing"))
        for key in [*value, *other]
        if key not in value or key not in other or not same(value[key], other[key])
    }


def flattened(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the values by their names with dots, without the columns of the real one."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict) and "_type" not in value:
            found |= flattened(value, f"{prefix}{key}.")
        elif prefix or not key.startswith("_"):
            found[prefix + key] = value
    return found


def test_the_script_sees_the_same(real: Replay, ours: Replay) -> None:
    assert different(real.seen["config"], ours.seen["config"]) == {"one": ("4", 4)}
    late = {"late": ("missing", 8)}
    assert different(real.seen["summary"], ours.seen["summary"]) == late
    rest = {key: value for key, value in real.seen.items() if key not in ("config", "summary")}
    assert different(rest, {key: ours.seen[key] for key in rest}) == {}
    assert real.printed == ours.printed


def test_the_configuration_is_the_same(records: list[Any], experiment: Any) -> None:
    config: dict[str, Any] = {}
    for record in records:
        if isinstance(record, Run):
            record.config.apply(config)
        elif isinstance(record, ConfigChange):
            record.changes.apply(config)
    config.pop("_wandb", None)
    assert len(config) == 21
    assert different(config, experiment.params) == {"one": ("4", 4)}


def test_what_the_run_is_called_is_the_same(records: list[Any], experiment: Any) -> None:
    run = [record for record in records if isinstance(record, Run)][-1]
    mark = experiment.facts["wandb"]
    assert (run.id, run.entity, run.project, run.group, run.job_type) == (
        mark["id"], mark["entity"], mark["project"], mark["group"], mark["job_type"],
    )  # fmt: skip
    assert run.name == experiment.name
    assert list(run.tags) == experiment.tags
    assert run.notes == experiment.facts["about"]["description"]
    assert [record.code for record in records if isinstance(record, Exit)] == [0]
    assert experiment.status == "completed"


def test_the_history_is_the_same(records: list[Any], experiment: Any) -> None:
    rows: dict[tuple[str, Any], list[Any]] = {}
    for record in records:
        if isinstance(record, HistoryRow):
            values = flattened(record.values)
            for key, value in values.items():
                step = values["epoch"] if key.startswith("val/") else record.step
                rows.setdefault((key, step), []).append(value)
    found: dict[tuple[str, Any], list[Any]] = {}
    for key in experiment.metrics:
        history = experiment.history(key)
        for step, value in zip(history.steps, history.values, strict=True):
            found.setdefault((key, int(step)), []).append(float(value))
    words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    for line in read_lines(experiment.path):
        value = line["value"]
        found.setdefault((line["key"], line["step"]), []).append(
            words.get(value, value) if isinstance(value, str) else value
        )
    assert found.pop(("late", 10)) == [8.0], "a step that goes back is kept"
    only = experiment.facts["wandb"]["summary_only"]
    assert sorted(only) == ["deep.added", "deep.er.est", "gone", "np"]
    found = {key: values for key, values in found.items() if key[0] not in only}
    assert found.pop(("best", 31)) == [0.9], "what only the summary had then is a metric too"
    assert different(rows, found) == {}
    assert len(rows) > 80


def test_the_summary_is_the_same(records: list[Any], experiment: Any) -> None:
    summary: dict[str, Any] = {}
    for record in records:
        if isinstance(record, SummaryChange):
            record.changes.apply(summary)
    summary.pop("_wandb")
    expected = flattened(summary)
    facts = experiment.facts
    found = dict(experiment.metrics)
    found |= {line["key"]: line["value"] for line in read_lines(experiment.path)}
    found = {key: value for key, value in found.items() if value is not None}
    shown = {key: value for key, value in facts["wandb.summary"].items() if value is not None}
    found |= flattened(shown)
    for key in [key for key in shown if isinstance(shown[key], dict)]:
        found.pop(key, None)
    for key in [
        key for key, said in facts["wandb.metrics"].items() if "none" in said.get("summary", ())
    ]:
        found.pop(key)
    assert found.pop("gone") == 1.0, "the metric of a value that was deleted stays"
    late = {"late": ("missing", 8.0)}
    assert different(expected, found) == late


def test_the_definitions_are_the_same(records: list[Any], experiment: Any) -> None:
    said = {
        record.name: (record.step_metric, tuple(sorted(record.summary)))
        for record in records
        if isinstance(record, Metric) and not record.from_glob
    }
    ours = {
        name: (facts.get("step_metric", ""), tuple(sorted(facts.get("summary", ()))))
        for name, facts in experiment.facts["wandb.metrics"].items()
    }
    assert different(said, ours) == {}
