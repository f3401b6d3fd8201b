"""What no run is made for: it is recorded as far as it can be, and never breaks the training."""

from __future__ import annotations

import os
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.errors import TrackingWarning
from specweave_ml.wandb.runs.history_file import read_lines

load_experiment = public.load("load_experiment")
check_store = public.load("check_store")


class Mute:
    """An object that cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize("name", ["..", " ", "a\nb", "a\0b"])
def test_a_name_that_is_none_becomes_a_number(project: Path, name: str) -> None:
    with pytest.warns(TrackingWarning, match="called by a number"):
        run = wandb.init(name=name)
    run.finish()
    assert run.experiment.name == "exp-001"
    assert run.name == name
    assert run.experiment.facts["wandb"]["name"] == name


@pytest.mark.parametrize("name", ["a/b", "x" * 300, "\u00e9 \U0001f600", "CON", "_archive", 5])
def test_any_other_name_is_kept(project: Path, name: Any) -> None:
    with wandb.init(name=name) as run:
        run.log({"a": 1})
    assert load_experiment(str(name)).metrics["a"] == 1


def test_what_holds_itself_is_cut(project: Path) -> None:
    ring: dict[str, Any] = {}
    ring["me"] = ring
    loop: list[Any] = []
    loop.append(loop)
    run = wandb.init(name="rings", config={"ring": ring, "loop": loop, "lr": 1})
    run.log({"ring": ring, "loop": loop, "loss": 1})
    run.summary.update({"ring": ring})
    run.finish()
    found = load_experiment("rings")
    assert found.metrics["loss"] == 1
    assert found.params["lr"] == 1
    assert found.params["ring"]["me"]["me"]["me"]


def test_what_cannot_be_shown_and_numbers_of_other_kinds(project: Path) -> None:
    run = wandb.init(name="kinds", config={"mute": Mute()})
    run.log({"mute": Mute(), "bytes": b"\xff", "set": {1}, "decimal": Decimal("1.5"), "z": 1j})
    run.finish()
    found = load_experiment("kinds")
    assert dict(found.metrics) == {"decimal": 1.5}
    assert {line["key"] for line in read_lines(found.path)} == {"mute", "bytes", "set", "z"}
    assert "RuntimeError" in found.params["mute"]


def test_a_step_that_is_no_step(project: Path) -> None:
    run = wandb.init(name="steps")
    with pytest.warns(TrackingWarning, match="does not fit into 64 bits"):
        run.log({"a": 1}, step=2**70)
    with pytest.raises(ValueError, match="invalid literal"):
        run.log({"a": 1}, step="one")
    run.log({"a": 2}, step=-3)
    run.log({"a": 3})
    run.finish()
    history = load_experiment("steps").history("a")
    assert [(step, value) for step, value in zip(history.steps, history.values, strict=True)] == [
        (-3, 2.0), (0, 3.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "fast"}, {"reinit": "often"}, {"resume": "maybe"}, {"project": "a/b"},
        {"settings": {"projekt": "x"}}, {"settings": 3}, {"fork_from": "x", "resume_from": "y"},
        {"resume": "must"}, {"id": " "},
    ],
)  # fmt: skip
def test_init_refuses_what_means_nothing(project: Path, options: dict[str, Any]) -> None:
    with pytest.raises(wandb.errors.UsageError):
        wandb.init(**options)
    assert wandb.run is None
    assert not (project / ".specweave/increments/0042-recommendation-model/experiments").exists()


def test_a_setting_that_is_misspelt_names_the_one_that_was_meant() -> None:
    with pytest.raises(wandb.errors.UsageError, match="did you mean 'project'"):
        wandb.Settings(projekt="x")


def test_threads_and_a_fork(project: Path) -> None:
    run = wandb.init(name="many")

    def work(name: str) -> None:
        for value in range(100):
            run.log({name: value, "text": name})

    threads = [threading.Thread(target=work, args=(f"t{index}",)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    child = os.fork()
    if child == 0:
        run.log({"child": 1})
        os._exit(0)
    os.waitpid(child, 0)
    run.log({"parent": 1})
    run.finish()
    found = load_experiment("many")
    for index in range(4):
        assert sorted(found.history(f"t{index}").values) == list(range(100))
    assert run.step == 401
    assert len(list(read_lines(found.path))) == 400
    assert (found.metrics["child"], found.metrics["parent"]) == (1, 1)
    assert check_store().findings == []


def test_a_run_in_a_process_of_its_own(run: Any, project: Path) -> None:
    done = run(
        """
        import multiprocessing
        import specweave.wandb as wandb

        def work(run):
            run.log({"worker": 5})

        if __name__ == "__main__":
            with wandb.init(name="spawned") as run:
                process = multiprocessing.get_context("spawn").Process(target=work, args=(run,))
                process.start()
                process.join()
                assert process.exitcode == 0
                run.log({"main": 1})
        """
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("spawned")
    assert (found.metrics["worker"], found.metrics["main"]) == (5, 1)
    assert found.status == "completed"
    assert len(list((project / ".specweave").rglob("metadata.yaml"))) == 1


def test_files_outside_are_not_saved_and_links_lead_nowhere(project: Path) -> None:
    (project / "secret").write_text("secret")
    run = wandb.init(name="files")
    with pytest.raises(ValueError, match="not below the base path"):
        run.save("/etc/hostname", base_path=str(project))
    (Path(run.dir) / "link").symlink_to(project / "secret")
    with pytest.warns(TrackingWarning, match="a link that leads out"):
        run.finish()
    found = load_experiment("files")
    assert not [saved for saved in found.artifacts if saved["path"].startswith("files/")]
