"""Runs of the stand-in: what is logged, configured and summarised, and how it ends."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.errors import TrackingWarning
from specweave_ml.tracking.experiment import Experiment

load_experiment = public.load("load_experiment")


def points(experiment: Experiment, key: str) -> list[tuple[int, float]]:
    history = experiment.history(key)
    return list(zip(list(history.steps), list(history.values), strict=True))


def test_a_plain_script(project: Path) -> None:
    run = wandb.init(project="mnist", name="first", config={"lr": 0.1})
    for step in range(3):
        wandb.log({"loss": 1 / (step + 1), "val": {"acc": step}})
    assert wandb.run is run
    wandb.finish()
    assert wandb.run is None
    found = load_experiment("first")
    assert found.status == "completed"
    assert found.params == {"lr": 0.1}
    assert points(found, "loss") == [(0, 1.0), (1, 0.5), (2, 1 / 3)]
    assert points(found, "val.acc") == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert found.facts["wandb"]["project"] == "mnist"


def test_without_a_project_the_increment_is_it(project: Path) -> None:
    with wandb.init() as run:
        assert run.project == "0042-recommendation-model"
        assert run.name == "exp-001"
        assert run.url == run.experiment.path.as_uri()


@pytest.mark.parametrize(
    "call",
    [
        lambda: wandb.log({"a": 1}),
        lambda: wandb.config.lr,
        lambda: wandb.summary["x"],
        lambda: wandb.define_metric("a"),
    ],
)
def test_what_needs_a_run_says_so(project: Path, call: Any) -> None:
    with pytest.raises(wandb.Error, match=r"You must call wandb\.init\(\) before wandb\."):
        call()


def test_rows_are_merged_by_the_rules_of_wandb(project: Path) -> None:
    run = wandb.init(name="rows")
    run.log({"a": 1}, commit=False)
    assert run.step == 0
    run.log({"b": 2})
    assert run.step == 1
    run.log({"a": 3}, step=5)
    run.log({"b": 4}, step=5)
    run.log({"c": 5})  # completes the row of step 5
    assert run.step == 6
    run.log({"a": 6}, step=9, commit=True)
    assert run.step == 10
    run.log({"late": 7}, step=2)
    assert run.step == 10
    run.finish()
    found = load_experiment("rows")
    assert points(found, "a") == [(0, 1.0), (5, 3.0), (9, 6.0)]
    assert points(found, "b") == [(0, 2.0), (5, 4.0)]
    assert points(found, "c") == [(5, 5.0)]
    assert points(found, "late") == [(2, 7.0)]


def test_a_step_metric_logged_after_its_metric_in_one_row(project: Path) -> None:
    run = wandb.init(name="parts")
    run.define_metric("val/*", step_metric="epoch")
    run.log({"val/acc": 0.5, "loss": 3}, commit=False)
    assert points(run.experiment, "loss") == [(0, 3.0)], "what needs not wait is recorded at once"
    run.log({"epoch": 7})
    run.log({"val/acc": 0.6}, commit=False)
    run.finish()
    found = load_experiment("parts")
    assert points(found, "val/acc") == [(7, 0.5), (7, 0.6)]
    assert points(found, "epoch") == [(0, 7.0), (1, 7.0)]


@pytest.mark.parametrize(
    ("data", "error"), [([1], TypeError), ({1: 2}, TypeError), (None, TypeError)]
)
def test_what_cannot_be_logged_raises_as_in_wandb(project: Path, data: Any, error: Any) -> None:
    with wandb.init() as run, pytest.raises(error):
        run.log(data)


def test_a_finished_run_refuses(project: Path) -> None:
    run = wandb.init()
    run.finish()
    run.finish()
    with pytest.raises(wandb.errors.UsageError, match="is finished"):
        run.log({"a": 1})


def test_config_in_all_its_forms(project: Path) -> None:
    run = wandb.init(name="c", config=argparse.Namespace(lr=0.1, layers=(1, 2)))
    run.config.batch = 32
    run.config["net"] = {"depth": 3}
    run.config.update({"lr": 0.1, "seed": 1})
    with pytest.raises(wandb.sdk.lib.config_util.ConfigError, match='change value of key "lr"'):
        run.config.lr = 0.2
    with pytest.raises(wandb.Error, match="allow_val_change"):
        run.config.update({"new": 1, "seed": 2})
    assert "new" not in run.config
    run.config.update({"lr": 0.3}, allow_val_change=True)
    run.config.setdefaults({"lr": 9, "extra": None})
    assert run.config.lr == run.config["lr"] == wandb.config.get("lr") == 0.3
    assert run.config.get("missing", 5) == 5
    assert sorted(run.config.keys()) == ["batch", "extra", "layers", "lr", "net", "seed"]
    assert dict(run.config) == run.config.as_dict()
    assert dict(**wandb.config)["net"] == {"depth": 3}
    with pytest.raises(AttributeError):
        _ = run.config.missing
    run.finish()
    expected = {"lr": 0.3, "layers": [1, 2], "batch": 32, "net": {"depth": 3}, "seed": 1,
                "extra": None}  # fmt: skip
    assert load_experiment("c").params == expected


def test_summary_in_all_its_forms(project: Path) -> None:
    run = wandb.init(name="s")
    run.log({"loss": 0.5, "m": {"a": 1}, "text": "x"})
    run.summary["best"] = 0.9
    run.summary.other = "word"
    run.summary.update({"loss": 0.1, "deep": {"er": 2}})
    wandb.summary["deep"]["added"] = math.nan
    assert run.summary["m"]["a"] == 1
    assert run.summary["text"] == "x"
    assert run.summary["loss"] == run.summary.loss == 0.1
    assert run.summary.get("missing") is None
    assert run.summary["_step"] == 0
    assert run.summary["deep"]["er"] == 2
    assert math.isnan(run.summary["deep"]["added"])
    del run.summary["other"]
    assert "other" not in run.summary
    run.finish()
    found = load_experiment("s")
    assert found.facts["wandb.summary"]["loss"] == 0.1
    assert found.facts["wandb.summary"].get("other") is None
    assert found.metrics["best"] == 0.9
    assert found.metrics["loss"] == 0.5


def test_exit_codes_and_exceptions(project: Path) -> None:
    wandb.init(name="failed").finish(exit_code=3)
    with pytest.raises(ZeroDivisionError), wandb.init(name="raised"):
        1 / 0  # noqa: B018
    with wandb.init(name="good"):
        wandb.log({"a": 1})
    assert load_experiment("failed").status == "failed"
    assert (load_experiment("raised").failure or {})["type"] == "ZeroDivisionError"
    assert load_experiment("good").status == "completed"
    assert wandb.run is None


def test_disabled_writes_nothing_and_works(project: Path) -> None:
    run = wandb.init(mode="disabled", config={"a": 1}, name="never")
    run.log({"loss": 0.25, "text": "x"})
    run.config.b = 2
    run.summary["best"] = 1
    (Path(run.dir) / "weights").write_text("x")
    folder = run.dir
    run.alert("title", "text")
    assert run.disabled
    assert run.url is None
    assert run.config.a == 1
    assert run.summary["loss"] == 0.25
    assert run.summary["best"] == 1
    run.finish()
    assert not Path(folder).exists()
    assert not (project / ".specweave/increments/0042-recommendation-model/experiments").exists()


@pytest.mark.parametrize("variables", [{"WANDB_MODE": "disabled"}, {"WANDB_DISABLED": "true"}])
def test_the_environment_disables(
    project: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with wandb.init() as run:
        assert run.disabled


def test_the_environment_says_what_a_run_is(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".specweave/increments/0043-ranking").mkdir()
    given = {
        "WANDB_PROJECT": "0043-ranking", "WANDB_ENTITY": "team", "WANDB_NAME": "from-env",
        "WANDB_RUN_ID": "abcd1234", "WANDB_RUN_GROUP": "g", "WANDB_JOB_TYPE": "eval",
        "WANDB_TAGS": "a, b", "WANDB_NOTES": "why", "WANDB_API_KEY": "0" * 40,
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with wandb.init(job_type="train") as run:
        assert (run.project, run.entity, run.name, run.id) == (
            "0043-ranking", "team", "from-env", "abcd1234",
        )  # fmt: skip
        assert (run.group, run.job_type, run.tags, run.notes) == ("g", "train", ("a", "b"), "why")
        assert run.path == "team/0043-ranking/abcd1234"
    assert run.experiment.increment == "0043-ranking"
    assert run.experiment.tags == ["a", "b"]
    everything = "".join(
        path.read_text(errors="replace") for path in project.rglob("*") if path.is_file()
    )
    assert "0" * 40 not in everything, "a key is never stored"


def test_an_open_run_is_returned_or_ended_or_left(project: Path) -> None:
    first = wandb.init(name="one")
    with pytest.warns(TrackingWarning, match="still open"):
        assert wandb.init(name="again") is first
    assert wandb.init(reinit="return_previous") is first
    other = wandb.init(name="two", reinit="create_new")
    assert wandb.run is first
    other.log({"b": 2})
    first.log({"a": 1})
    third = wandb.init(name="three", reinit=True)
    assert wandb.run is third
    assert first._is_finished
    assert other._is_finished
    third.finish()
    assert dict(load_experiment("one").metrics) == {"a": 1}
    assert dict(load_experiment("two").metrics) == {"b": 2}


def test_resume_by_id(project: Path) -> None:
    with wandb.init(project="p", id="abc", name="r", config={"lr": 1}, tags=["t"]) as run:
        run.log({"loss": 1.0, "t": "x"})
    with wandb.init(project="p", id="abc", resume="must", config={"lr": 2, "new": 3}) as run:
        assert run.resumed
        assert run.step == 1
        assert run.config.lr == 2
        assert run.tags == ("t",)
        assert run.summary["loss"] == 1.0
        run.log({"loss": 0.5})
    with wandb.init(project="p", id="abc", resume="allow") as run:
        run.config.update({"lr": 2, "new": 4})
        with pytest.raises(wandb.Error, match='change value of key "new" from 4 to 5'):
            run.config.new = 5
    found = load_experiment("r")
    assert points(found, "loss") == [(0, 1.0), (1, 0.5)]
    assert found.params == {"lr": 2, "new": 4}
    with wandb.init(project="p", id="xyz", resume="allow") as run:
        assert not run.resumed
    with pytest.raises(wandb.errors.UsageError, match="no run 'nope'"):
        wandb.init(project="p", id="nope", resume="must")
    with pytest.raises(wandb.errors.UsageError, match="a run 'abc' already"):
        wandb.init(project="p", id="abc", resume="never")
    assert wandb.run is None


def test_resume_auto_continues_what_did_not_finish(project: Path) -> None:
    with pytest.raises(ValueError, match="boom"), wandb.init(project="p", resume=True) as run:
        raise ValueError("boom")
    with wandb.init(project="p", resume="auto") as again:
        assert again.id == run.id
        assert again.resumed
    with wandb.init(project="p", resume="auto") as fresh:
        assert fresh.id != run.id


def test_fork_and_rewind_begin_with_history(project: Path) -> None:
    with wandb.init(id="parent", config={"lr": 1}) as run:
        for step in range(5):
            run.log({"loss": float(step)})
    with wandb.init(fork_from="parent?_step=2", name="fork") as run:
        assert run.step == 3
        run.log({"loss": 9.0})
    found = load_experiment("fork")
    assert points(found, "loss") == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 9.0)]
    assert found.params == {"lr": 1}
    with wandb.init(resume_from="parent?_step=0", name="rewound") as run:
        assert run.id == "parent"
        run.log({"loss": 7.0})
    assert points(load_experiment("rewound"), "loss") == [(0, 0.0), (1, 7.0)]
    with pytest.raises(wandb.errors.UsageError, match="run-id"):
        wandb.init(fork_from="parent")


def test_files_of_a_run_become_artifacts(project: Path) -> None:
    (project / "out" / "deep").mkdir(parents=True)
    (project / "out" / "deep" / "a.txt").write_text("a")
    (project / "out" / "b.txt").write_text("b")
    run = wandb.init(name="f")
    (Path(run.dir) / "model.bin").write_bytes(b"weights")
    saved = run.save("out/*")
    assert [Path(path).relative_to(run.dir).as_posix() for path in saved] == [
        "out/b.txt", "out/deep/a.txt",
    ]  # fmt: skip
    wandb.save(str(project / "out" / "deep" / "a.txt"), base_path=str(project / "out"))
    (project / "out" / "b.txt").write_text("changed later")
    run.finish()
    found = load_experiment("f")
    files = {saved["path"] for saved in found.artifacts if saved["path"].startswith("files/")}
    assert files == {
        "files/model.bin", "files/out/b.txt", "files/out/deep/a.txt", "files/deep/a.txt",
    }  # fmt: skip
    assert found.artifact_path("files/out/b.txt").read_text() == "changed later"
    for name in files:
        found.check_artifact(name)
    assert not list((found.path / ".versions").glob("files/*"))
    again = wandb.restore("out/b.txt", run_path=f"0042-recommendation-model/{run.id}")
    assert again is not None
    with again:
        assert again.read() == "changed later"
    assert wandb.restore("missing", run_path=run.id) is None


def test_what_a_program_prints_is_kept(run: Any, project: Path) -> None:
    done = run(
        """
        import specweave.wandb as wandb
        wandb.init(name="printed")
        print("hello")
        wandb.log({"a": 1}, commit=False)
        """
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("printed")
    assert found.status == "completed"
    assert (found.path / "output.log").read_text() == "hello\n"


def test_the_import_loads_nothing_else(run: Any) -> None:
    done = run(
        """
        import sys
        import specweave.wandb
        loaded = [name for name in sys.modules if name.startswith("specweave_ml.wandb")]
        assert not any(".local" in name or ".runs" in name for name in loaded), loaded
        assert "ctypes" not in sys.modules
        """
    )
    assert done.returncode == 0, done.stderr


def test_an_increment_of_ones_own_choice(project: Path) -> None:
    (project / ".specweave/increments/0043-ranking").mkdir()
    with wandb.init(increment="0043", project="mnist", name="chosen") as run:
        assert run.project == "mnist"
    assert run.experiment.increment == "0043-ranking"
    with wandb.init(increment=43, id=run.id, resume="must") as again:
        assert (again.name, again.project) == ("chosen", "mnist")
