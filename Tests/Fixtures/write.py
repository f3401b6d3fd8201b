"""Writes the fixture store: python Tests/Fixtures/write.py .build/debug/Quickstart

What the tests expect is written down here, not read back from what was written.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from specweave import track_experiment
from specweave_ml._native.library import SONAME, library

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INCREMENT = "0042-recommendation-model"
LOSSES = [1.0, 0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0]
NOTE = 'Two lines,\nwith "quotes" and # signs: yes'

expected: dict[str, dict[str, Any]] = {}


def completed(**facts: Any) -> dict[str, Any]:
    """What is expected of an experiment that ended well."""
    return {"status": ["completed"], "history": "complete", **facts}


def python_curve() -> None:
    params = {
        "learning_rate": 0.1,
        "layers": [64, 32, None],
        "optimizer": {"name": "adam", "betas": [0.9, 0.999]},
        "seed": 2**70,
        "yes": "no",
        "模型": "é",
        "amsgrad": False,
    }
    with track_experiment(
        "python-curve", tags=["python", "first"], params=params, capture=False
    ) as exp:
        for step, loss in enumerate(LOSSES):
            exp.log_metric("validation/loss", loss, step=step)
        exp.log_metrics({"accuracy": float("nan"), "recall": float("inf")}, step=3)
        exp.log_metric("samples", 2**53 + 1)
        exp.log_metric("converged", True)
        exp.log_note(NOTE)
        exp.save_artifact("config.json", {"depth": 6})
    expected["python-curve"] = completed(
        name="python-curve",
        params=params,
        metrics={
            "validation/loss": -0.0,
            "accuracy": "NaN",
            "recall": "Infinity",
            "samples": 2**53 + 1,
            "converged": True,
        },
        tags=["python", "first"],
        notes=[NOTE],
        artifacts=["config.json"],
        points={"validation/loss": [[step, loss] for step, loss in enumerate(LOSSES)]},
    )


def c_oscillator(project: Path) -> None:
    program = project / "write"
    shared = Path(library()._name).resolve()
    (project / SONAME).symlink_to(shared)
    subprocess.run(
        ["cc", str(HERE / "write.c"), f"-I{ROOT / 'include'}", str(shared), f"-Wl,-rpath,{project}",
         "-o", str(program)],
        check=True,
    )  # fmt: skip
    subprocess.run([str(program)], cwd=project, check=True)
    expected["c-oscillator"] = completed(
        name="c-oscillator",
        params={"damping": 0.3, "steps": 5, "settled": True, "method": "semi-implicit Euler"},
        metrics={"energy": 0.8192, "evaluations": 2**63 - 1},
        tags=["c", "simulation"],
        notes=["Written by C."],
        artifacts=["state.txt"],
        points={"energy": [[0, 2.0], [10, 1.6], [20, 1.28], [30, 1.024], [40, 0.8192]]},
    )


def line_swift(project: Path, program: Path) -> None:
    subprocess.run(["Quickstart"], executable=program, cwd=project, check=True, capture_output=True)
    expected["line-swift"] = completed(
        name="line-swift",
        params={"learning_rate": 0.5, "points": 100},
        tags=["swift"],
        counts={"loss": 200},
    )


def others(experiments: Path) -> None:
    with track_experiment("模型 a/b", capture=False) as exp:
        exp.log_metric("accuracy", 0.5)
    expected[exp.path.name] = completed(name="模型 a/b", metrics={"accuracy": 0.5})

    exp = track_experiment("failed", capture=False)
    exp.log_metric("loss", 0.5)
    exp.finish(error=ValueError("the loss is not finite"))
    expected["failed"] = {
        "status": ["failed"],
        "history": "complete",
        "failure": "the loss is not finite",
        "metrics": {"loss": 0.5},
    }

    child = os.fork()
    if child == 0:
        exp = track_experiment("killed", capture=False)
        exp.log_metric("loss", 0.25)
        exp.log_note("The last words.")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    expected["killed"] = {
        "status": ["crashed", "unknown"],
        "history": "complete",
        "metrics": {"loss": 0.25},
        "notes": ["The last words."],
        "points": {"loss": [[0, 0.25]]},
    }

    with track_experiment("grid", kind="sweep", capture=False) as grid:
        for depth in (3, 6):
            with track_experiment(None, parent=grid, params={"depth": depth}, capture=False) as exp:
                exp.log_metric("accuracy", depth / 10)
    expected["grid"] = completed(params={}, metrics={})
    expected["grid/0001"] = completed(params={"depth": 3}, metrics={"accuracy": 0.3})
    expected["grid/0002"] = completed(params={"depth": 6}, metrics={"accuracy": 0.6})


def damaged(experiments: Path) -> None:
    """Copies of python-curve with something wrong with each."""
    whole = expected["python-curve"]
    views = ("params.json", "metrics.json", "metadata.yaml", ".summary.json")

    def copy(name: str) -> tuple[Path, Path]:
        folder = experiments / name
        shutil.copytree(experiments / "python-curve", folder)
        return folder, next(folder.glob("events.*"))

    folder, events = copy("views-only")
    events.unlink()
    (folder / "model.pkl").write_bytes(b"\x80\x04N.")
    expected["views-only"] = {
        **{name: whole[name] for name in ("name", "params", "metrics", "tags", "notes", "status")},
        "history": "missing",
    }

    folder, _ = copy("events-only")
    for file in folder.iterdir():
        if not file.name.startswith("events"):
            file.unlink()
    expected["events-only"] = {**whole, "artifacts": whole["artifacts"]}

    folder, events = copy("torn-tail")
    for name in views:
        (folder / name).unlink()
    events.write_bytes(events.read_bytes()[:-7])
    expected["torn-tail"] = {**whole, "status": ["crashed", "unknown"]}

    folder, events = copy("flipped-byte")
    for name in views:
        (folder / name).unlink()
    content = bytearray(events.read_bytes())
    place = content.index(b"validation/loss", content.index(b"validation/loss") + 1)
    content[place] ^= 4
    events.write_bytes(content)
    expected["flipped-byte"] = {
        **{name: whole[name] for name in ("name", "params", "metrics", "tags", "notes", "status")},
        "history": "damaged",
        "problem": events.name,
        "points": {"validation/loss": [[s, v] for s, v in enumerate(LOSSES) if s != 1]},
    }

    folder, _ = copy("edited-views")
    (folder / "params.json").write_text('{"learning_rate": 0.1,\n')
    (folder / "metadata.yaml").write_text("name: [python-curve\nstatus: &a completed\n")
    expected["edited-views"] = whole

    folder = experiments / "document"
    folder.mkdir()
    (folder / "params.json").write_text('{"n_estimators": 100}\n')
    (folder / "metrics.json").write_text('{"auc": 0.87, "loss": "NaN"}\n')
    (folder / "metadata.yaml").write_text(
        "name: xgboost-v1\nauthor: ada\ntags: [baseline, v1]\ncreated: '2025-03-01T10:00:00Z'\n"
    )
    (folder / "model.pkl").write_bytes(b"\x80\x04N.")
    expected["document"] = {
        "status": ["completed"],
        "history": "missing",
        "name": "xgboost-v1",
        "params": {"n_estimators": 100},
        "metrics": {"auc": 0.87, "loss": "NaN"},
        "tags": ["baseline", "v1"],
    }

    folder = experiments / "garbage"
    folder.mkdir()
    (folder / "metadata.yaml").write_bytes(b"\x00\xff\xfe: [\n")
    (folder / "events.out.tfevents.1.host").write_bytes(bytes(range(256)) * 2)
    expected["garbage"] = {"problem": "metadata.yaml"}


def foreign(experiments: Path) -> None:
    run = experiments / "mlruns/0/6f3a"
    (run / "metrics").mkdir(parents=True)
    (run.parent / "meta.yaml").write_text("experiment_id: '0'\nname: Default\n")
    (run / "meta.yaml").write_text("run_id: 6f3a\nstatus: 3\n")
    (run / "metrics/loss").write_text("1763000000000 0.5 0\n")
    shutil.copytree(run.parent, experiments / "0")
    files = experiments / "wandb/run-20250301_100000-abc/files"
    files.mkdir(parents=True)
    (files / "config.yaml").write_text("wandb_version: 1\n")
    (files / "wandb-summary.json").write_text('{"loss": 0.5}\n')
    (experiments / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    (experiments / "ideas.txt").write_text("try a deeper tree\n")


def main() -> None:
    os.environ["SPECWEAVE_QUIET"] = "1"
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        experiments = project / ".specweave/increments" / INCREMENT / "experiments"
        experiments.parent.mkdir(parents=True)
        os.chdir(project)
        python_curve()
        c_oscillator(project)
        line_swift(project, program)
        others(experiments)
        damaged(experiments)
        foreign(experiments)
        for numbers in list(experiments.rglob(".numbers")):
            shutil.rmtree(numbers)
        (experiments / "comparison.md").unlink(missing_ok=True)
        shutil.rmtree(HERE / "store", ignore_errors=True)
        shutil.copytree(project / ".specweave", HERE / "store/.specweave")
        os.chdir(HERE)
    text = json.dumps(expected, indent=2, ensure_ascii=False, allow_nan=False)
    (HERE / "expected.json").write_text(text + "\n", "utf-8")
    print(f"{len(expected)} experiments in {HERE / 'store'}", file=sys.stderr)


if __name__ == "__main__":
    main()
