"""Which runs are recorded, and how they end."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from conftest import INCREMENT
from specweave_ml.tracking.lookup import list_experiments, load_experiment
from wandb_mirror.conftest import Program, points

wandb: Any = import_module("wandb")
OTHER = "0043-other"


def increments(project: Path) -> Path:
    return project / ".specweave" / "increments"


def test_a_project_that_names_an_increment_is_recorded_and_no_other_one(
    program: Program, project: Path
) -> None:
    done = program(
        f"""
        import specweave
        import wandb
        assert wandb.init.__module__ == "wandb.sdk.wandb_init"

        with wandb.init(project="{INCREMENT}", name="named", mode="offline") as run:
            run.log({{"loss": 1}})
        with wandb.init(project="0042", name="numbered", mode="offline") as run:
            run.log({{"loss": 2}})
        with wandb.init(project="elsewhere", name="left-alone", mode="offline") as run:
            run.log({{"loss": 3}})
        with wandb.init(project="{INCREMENT}", name="off", mode="disabled") as run:
            run.log({{"loss": 4}})
        """,
        beginning="",
    )
    assert done.returncode == 0, done.stderr
    assert sorted(found.name for found in list_experiments("0042")) == ["named", "numbered"]
    assert points(load_experiment("numbered", "0042"), "loss") == [(0, 2.0)]
    assert not (increments(project) / INCREMENT / "wandb").exists()


def test_importing_specweave_second_is_early_enough(program: Program) -> None:
    done = program(
        f"""
        import wandb
        from wandb import init
        import specweave

        run = init(project="{INCREMENT}", name="second", mode="offline")
        wandb.log({{"loss": 1}})
        wandb.finish()
        """,
        beginning="",
    )
    assert done.returncode == 0, done.stderr
    assert points(load_experiment("second"), "loss") == [(0, 1.0)]
    assert load_experiment("second").status == "completed"


@pytest.mark.skipif(
    "create_new" not in str(wandb.init.__doc__), reason="this wandb has one run at a time"
)
def test_runs_that_are_open_at_once_are_kept_apart(program: Program) -> None:
    done = program(
        """
        first = wandb.init(name="first", group="both", config={"n": 1})
        second = wandb.init(name="second", group="both", reinit="create_new", config={"n": 2})
        for step in range(3):
            first.log({"loss": step})
            second.log({"loss": 10 * step})
        second.config["m"] = 3
        first.summary["best"] = 7
        first.finish()
        second.log({"loss": 99})
        second.finish(exit_code=3)
        """
    )
    assert done.returncode == 0, done.stderr
    first, second = load_experiment("first"), load_experiment("second")
    assert points(first, "loss") == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert points(second, "loss") == [(0, 0.0), (1, 10.0), (2, 20.0), (3, 99.0)]
    assert (first.params, second.params) == ({"n": 1}, {"n": 2, "m": 3})
    assert (first.metrics["best"], "best" in second.metrics) == (7, False)
    assert (first.status, second.status) == ("completed", "failed")
    assert first._facts()["facts"]["wandb"]["group"] == "both"


def test_several_runs_in_one_program_are_experiments_of_their_own(
    program: Program, project: Path
) -> None:
    (increments(project) / OTHER).mkdir()
    done = program(
        f"""
        first = wandb.init(name="first")
        first.log({{"loss": 1}})
        second = wandb.init(name="second", reinit=True)
        second.log({{"loss": 2}})
        second.finish(exit_code=3)
        try:
            with wandb.init(name="third", project="{OTHER}") as third:
                third.log({{"loss": 1}})
                raise RuntimeError("out of memory")
        except RuntimeError:
            pass
        wandb.init(name="fourth")
        wandb.log({{"loss": 4}})
        """
    )
    assert done.returncode == 0, done.stderr
    first, second = load_experiment("first"), load_experiment("second")
    assert (points(first, "loss"), first.status) == ([(0, 1.0)], "completed")
    assert (points(second, "loss"), second.status) == ([(0, 2.0)], "failed")
    third = load_experiment("third", OTHER)
    assert third.status == "failed"
    assert "RuntimeError: out of memory" in str(third._facts())
    fourth = load_experiment("fourth")
    assert (fourth.status, points(fourth, "loss")) == ("completed", [(0, 4.0)])


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [("", "completed", 0), ("import sys; sys.exit(3)", "failed", 3), ("1 / 0", "failed", 1)],
)
def test_a_program_that_does_not_finish_its_run_ends_it_with_its_own_end(
    program: Program, project: Path, end: str, status: str, code: int
) -> None:
    done = program(
        f"""
        run = wandb.init(name="open")
        run.log({{"loss": 1}})
        run.log({{"table": wandb.Table(columns=["a"], data=[[1]])}})
        run._log({{"around": 2}})
        print("last words")
        {end}
        """
    )
    assert done.returncode == code, done.stderr
    found = load_experiment("open")
    assert found.status == status
    # wandb has ended first, so its file was whole when it was read.
    assert points(found, "around") == [(2, 2.0)]
    assert "last words" in (found.path / "output.log").read_text()


def test_a_run_that_is_resumed_continues_its_experiment(program: Program) -> None:
    code = """
        import sys
        run = wandb.init(id="abc123", resume="allow", name="resumed", config={"part": sys.argv[1]})
        for value in range(3):
            run.log({"loss": value, "word": sys.argv[1]})
        run.finish()
    """
    assert program(code, "one").returncode == 0
    assert program(code, "two").returncode == 0
    (found,) = list_experiments("0042")
    experiment = load_experiment(found.name)
    assert points(experiment, "loss") == [(step, float(step % 3)) for step in range(6)]
    assert experiment.params["part"] == "two"
    for key in experiment.metrics:
        if key.startswith("system/"):
            measured = list(experiment.history(key).steps)
            assert measured == list(range(len(measured)))
    lines = (experiment.path / "history.jsonl").read_text().splitlines()
    assert [('"one"' in line, '"two"' in line) for line in lines] == [
        (True, False)] * 3 + [(False, True)] * 3  # fmt: skip


def test_the_wrapper_starts_a_run_in_both_places(program: Program, project: Path) -> None:
    done = program(
        """
        from specweave import wandb as sw_wandb

        run = sw_wandb.init(increment="0042", name="xgboost", config={"depth": 6})
        run.log({"auc": 0.87})
        sw_wandb.log({"auc": 0.9})
        run.finish()
        import wandb
        assert type(run) is wandb.sdk.wandb_run.Run
        assert sw_wandb.Table is wandb.Table
        """,
        beginning="",
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("xgboost", "0042")
    assert points(found, "auc") == [(0, 0.87), (1, 0.9)]
    assert found.params == {"depth": 6}
    assert len(list((increments(project) / INCREMENT / "wandb").glob("offline-run-*"))) == 1


def test_a_key_or_a_mode_of_the_user_is_left_alone(program: Program) -> None:
    code = """
        import os
        for name in ("WANDB_MODE", "WANDB_PROJECT", "WANDB_CACHE_DIR"):
            print(os.environ.get(name))
    """
    assert program(code).stdout.split()[0] == "offline"
    kept = program(code, WANDB_API_KEY="a" * 40, WANDB_CACHE_DIR="/scratch/cache")
    assert kept.stdout.split() == ["None", INCREMENT, "/scratch/cache"]
    assert "no key" not in kept.stderr
    assert program(code, WANDB_MODE="disabled").stdout.split()[0] == "disabled"


def test_a_torn_down_session_has_ended_its_runs(program: Program) -> None:
    done = program(
        """
        from specweave import load_experiment
        run = wandb.init(name="torn-down")
        run.log({"loss": 1})
        wandb.teardown()
        print(load_experiment("torn-down").status)
        """
    )
    assert done.stdout.split()[-1] == "completed", done.stderr
    assert points(load_experiment("torn-down"), "loss") == [(0, 1.0)]


def test_a_session_that_was_started_before_is_told(program: Program, project: Path) -> None:
    done = program(
        f"""
        import wandb
        wandb.setup()
        from specweave import configure_wandb
        configure_wandb("0042")
        run = wandb.init(name="late")
        assert wandb.init() is run
        assert run.project == "{INCREMENT}"
        other = wandb.init(name="other", project="other", reinit=True)
        assert other.project == "other"
        other.finish()
        """,
        beginning="",
    )
    assert done.returncode == 0, done.stderr
    assert [found.status for found in list_experiments("0042")] == ["completed"] * 2
    folders = (increments(project) / INCREMENT / "wandb").glob("offline-run-*")
    assert len(list(folders)) >= 2
    assert not (project / "wandb").exists()


def test_logging_from_several_threads_doubles_nothing(program: Program) -> None:
    done = program(
        """
        from threading import Thread

        run = wandb.init(name="threads")
        def log(key):
            for value in range(200):
                run.log({key: value})
        threads = [Thread(target=log, args=(key,)) for key in "abcd"]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        run.finish()
        """
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("threads")
    for key in "abcd":
        assert [value for _, value in points(found, key)] == list(range(200))
    steps = [step for key in "abcd" for step, _ in points(found, key)]
    assert sorted(steps) == list(range(800))


def test_what_another_process_logs_into_the_run_is_recorded_at_the_end(program: Program) -> None:
    done = program(
        """
        import multiprocessing

        def log(run):
            run.log({"child": 5})

        if __name__ == "__main__":
            run = wandb.init(name="forked")
            run.log({"parent": 1})
            child = multiprocessing.get_context("fork").Process(target=log, args=(run,))
            child.start()
            child.join()
            run.log({"parent": 2})
            run.finish()
        """
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("forked")
    assert [value for _, value in points(found, "parent")] == [1.0, 2.0]
    assert [value for _, value in points(found, "child")] == [5.0]


def test_tensorboards_scalars_that_wandb_follows_are_points(program: Program) -> None:
    pytest.importorskip("tensorboard")
    done = program(
        """
        from tensorboard.summary import Writer

        run = wandb.init(name="followed", sync_tensorboard=True)
        writer = Writer("logs")
        for step in range(5):
            writer.add_scalar("train/loss", step / 4, step)
        writer.close()
        run.finish()
        """
    )
    assert done.returncode == 0, done.stderr
    values: Any = points(load_experiment("followed"), "train/loss")
    assert [value for _, value in values] == [0, 0.25, 0.5, 0.75, 1.0]
