"""What lies around runs: variables of the environment, ``setup``, the terminal, ``wandb.util``."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public

load_experiment = public.load("load_experiment")

PROGRAM = """
import specweave.wandb as wandb
first = wandb.init(name="first")
print("printed")
second = wandb.init(name="second", reinit="create_new")
second.finish()
"""


def files_of(name: str) -> set[str]:
    return {saved["path"] for saved in load_experiment(name).artifacts}


def test_the_environment_says_what_is_captured(run: Any, project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    assert run(PROGRAM).returncode == 0
    plain = load_experiment("first")
    assert (plain.path / "output.log").read_text() == "printed\n"
    assert "git" in plain.facts
    assert any(name.startswith("environment/code/") for name in files_of("first"))
    done = run(
        PROGRAM.replace('"first"', '"bare"'),
        WANDB_CONSOLE="off", WANDB_DISABLE_CODE="true", WANDB_DISABLE_GIT="true",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    bare = load_experiment("bare")
    assert not (bare.path / "output.log").exists()
    assert "git" not in bare.facts
    assert not any(name.startswith("environment/code/") for name in files_of("bare"))


def test_the_environment_says_what_becomes_of_open_runs(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_REINIT", "finish_previous")
    first = wandb.init(name="one")
    second = wandb.init(name="two")
    assert second is not first
    assert first._is_finished
    second.finish()
    monkeypatch.setenv("WANDB_RESUME", "must")
    monkeypatch.setenv("WANDB_RUN_ID", second.id)
    with wandb.init() as run:
        assert run.name == "two"
        assert run.resumed


def test_save_code_false_keeps_no_code(project: Path) -> None:
    wandb.init(name="none", save_code=False).finish()
    assert "code" not in load_experiment("none").facts
    assert not any(name.startswith("environment/code/") for name in files_of("none"))


def test_setup_gives_all_runs_their_settings(project: Path) -> None:
    session = wandb.setup(settings=wandb.Settings(project="shared", run_tags=["s"]))
    assert session.settings.project == "shared"
    run = wandb.init()
    assert (run.project, run.tags) == ("shared", ("s",))
    wandb.teardown(exit_code=2)
    assert run.experiment.status == "failed"
    assert wandb.run is None
    assert wandb.setup().settings.project is None


def test_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    wandb.termlog("hello\nthere")
    wandb.termwarn("careful", repeat=False)
    wandb.termwarn("careful", repeat=False)
    wandb.termerror("bad \x1b[31m", prefix=False)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == ["wandb: hello", "wandb: there", "wandb: WARNING careful"]
    assert len(lines) == 4
    assert "\x1b" not in lines[3]
    monkeypatch.setenv("WANDB_SILENT", "true")
    wandb.termlog("unseen")
    assert capsys.readouterr().err == ""


def test_util() -> None:
    util = wandb.util
    assert len({util.generate_id() for _ in range(100)}) == 100
    assert len(util.generate_id(12)) == 12
    assert util.get_module("json").dumps([1]) == "[1]"
    assert util.get_module("no_such_module") is None
    with pytest.raises(wandb.Error, match="needs it"):
        util.get_module("no_such_module", required="needs it")
    assert util.make_artifact_name_safe("a b/c") == "a_b_c"
    assert util.downsample(list(range(10)), 4) == [0, 3, 6, 9]
    assert util.to_human_size(1_500_000) == "1.5MB"
    assert util.json_friendly_val({"a": (1, {2})}) == {"a": [1, [2]]}
    assert util.get_full_typename(Path()).startswith("pathlib")


def test_a_yaml_file_configures(project: Path) -> None:
    pytest.importorskip("yaml")
    (project / "config-defaults.yaml").write_text(
        "wandb_version: 1\nlr:\n  desc: rate\n  value: 0.1\nbatch: 8\n"
    )
    (project / "mine.yaml").write_text("batch: 16\n")
    with wandb.init(config="mine.yaml") as run:
        assert run.config.as_dict() == {"lr": 0.1, "batch": 16}
    (project / "mine.yaml").write_text("a: [")
    with pytest.raises(wandb.Error, match=r"Invalid YAML in mine\.yaml"):
        wandb.init(config="mine.yaml")
    assert wandb.run is None


def test_flags_of_absl_configure(project: Path) -> None:
    flags = pytest.importorskip("absl.flags")
    values = flags.FlagValues()
    flags.DEFINE_integer("depth", 3, "", flag_values=values)
    values(["program", "--depth=5"])
    with wandb.init() as run:
        run.config.update(values)
        assert run.config.depth == 5


def test_alerts_are_told_once_in_a_while(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="specweave")
    with wandb.init(name="alerts") as run:
        run.alert("low", "accuracy", level=wandb.AlertLevel.ERROR)
        run.alert("low", "accuracy again")
        run.alert("low", "without waiting", wait_duration=0)
        run.alert("other", "text")
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "INFO"]
    notes = load_experiment("alerts").notes
    assert [note.splitlines()[0] for note in notes] == ["ERROR: low", "INFO: low", "INFO: other"]
