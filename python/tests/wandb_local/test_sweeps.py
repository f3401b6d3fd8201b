"""Sweeps: which values are tried, the runs that try them, and what is recorded of the best."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.errors import MissingExtraError, TrackingWarning
from specweave_ml.wandb.local.sweeps.config import SweepConfig
from specweave_ml.wandb.local.sweeps.program import command_of
from specweave_ml.wandb.local.sweeps.records import SweepFiles
from specweave_ml.wandb.local.sweeps.spaces import space_of

load_experiment = public.load("load_experiment")
GRID = {
    "method": "grid",
    "name": "grid",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"lr": {"values": [0.1, 0.2]}, "depth": {"min": 1, "max": 3}, "k": {"value": 7}},
}


def train() -> None:
    with wandb.init(config={"lr": 99, "epochs": 2}) as run:
        config = wandb.config
        for epoch in range(config.epochs):
            run.log({"loss": config.lr * config.depth / (epoch + 1)})


def values(sweep_id: str) -> list[dict[str, Any]]:
    return [trial.values for trial in SweepFiles.here().trials(sweep_id)]


def test_a_grid_is_tried_completely(project: Path) -> None:
    sweep_id = wandb.sweep(GRID, project="cats")
    wandb.agent(sweep_id, train)
    assert values(sweep_id) == [
        {"lr": rate, "depth": depth, "k": 7} for rate in (0.1, 0.2) for depth in (1, 2, 3)
    ]
    sweep = wandb.Api().sweep(f"cats/{sweep_id}")
    assert (sweep.state, sweep.expected_run_count, len(sweep.runs)) == ("FINISHED", 6, 6)
    best = sweep.best_run()
    assert best.config == {"lr": 0.1, "depth": 1, "k": 7, "epochs": 2}
    assert best.summary["loss"] == 0.05
    assert best.sweep.id == sweep_id


def test_its_runs_are_experiments_inside_its_experiment(project: Path) -> None:
    wandb.agent(wandb.sweep(GRID), train)
    sweep = load_experiment("grid")
    assert sweep.status == "completed"
    assert sweep.params == {"lr": 0.1, "depth": 1, "k": 7}
    assert sweep.metrics["loss"] == 0.05
    children = sorted(path.parent.name for path in sweep.path.glob("*/metadata.yaml"))
    assert children == [f"000{number}" for number in range(1, 7)]
    report = (sweep.path / "sweep.md").read_text()
    assert "6 trials, 0 failed" in report
    assert "| 1 | 0001 | 0.05 | 0.1 | 1 | 7 | 2 |" in report


def test_an_interrupted_sweep_goes_on(project: Path) -> None:
    sweep_id = wandb.sweep(GRID)
    wandb.agent(sweep_id, train, count=2)
    assert wandb.Api().sweep(sweep_id).state == "RUNNING"
    code = (
        "import specweave.wandb as wandb, sys\n"
        "def train():\n"
        "    with wandb.init() as run: run.log({'loss': wandb.config.depth})\n"
        "wandb.agent(sys.argv[1], train)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", code, sweep_id], env=environment, check=True)
    assert len(values(sweep_id)) == 6
    assert wandb.Api().sweep(sweep_id).state == "FINISHED"


def test_what_a_kill_interrupted_is_tried_again(project: Path) -> None:
    code = (
        "import os, signal, specweave.wandb as wandb\n"
        "def train():\n"
        "    run = wandb.init()\n"
        "    run.log({'loss': 1})\n"
        "    if run.config.depth == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "wandb.agent(wandb.sweep({'method': 'grid', 'metric': {'name': 'loss'},\n"
        "             'parameters': {'depth': {'values': [1, 2, 3]}}}), train)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    (sweep_id,) = SweepFiles.here().ids()
    wandb.agent(sweep_id, train_by_depth)
    trials = SweepFiles.here().trials(sweep_id)
    assert [(trial.values["depth"], trial.state) for trial in trials] == [
        (1, "finished"),
        (2, "killed"),
        (2, "finished"),
        (3, "finished"),
    ]
    assert wandb.Api().sweep(sweep_id).state == "FINISHED"


def train_by_depth() -> None:
    with wandb.init() as run:
        run.log({"loss": run.config.depth})


def test_ctrl_c_ends_the_agent_and_leaves_the_sweep_open(project: Path) -> None:
    def interrupted() -> None:
        wandb.init()
        raise KeyboardInterrupt

    sweep_id = wandb.sweep(GRID)
    wandb.agent(sweep_id, interrupted)
    (trial,) = SweepFiles.here().trials(sweep_id)
    assert trial.state == "killed"
    assert wandb.Api().sweep(sweep_id).state == "RUNNING"
    assert wandb.run is None


def test_values_of_a_sweep_cannot_be_replaced(project: Path) -> None:
    seen = []

    def function() -> None:
        with wandb.init(config={"lr": 5}) as run:
            run.config.update({"lr": 6, "other": 1})
            seen.append(dict(run.config))

    wandb.agent(wandb.sweep({"method": "grid", "parameters": {"lr": {"values": [0.5]}}}), function)
    assert seen == [{"lr": 0.5, "other": 1}]


def test_a_run_that_is_open_is_finished_before_the_sweep_begins(project: Path) -> None:
    opened = wandb.init(name="opened")
    sweep_id = wandb.sweep({"method": "grid", "parameters": {"x": {"values": [1, 2]}}})
    wandb.agent(sweep_id, lambda: wandb.init())
    assert load_experiment("opened").status == "completed"
    assert [run.config for run in wandb.Api().sweep(sweep_id).runs] == [{"x": 1}, {"x": 2}]
    assert opened.id not in [run.id for run in wandb.Api().sweep(sweep_id).runs]


def test_nested_parameters(project: Path) -> None:
    config = {
        "method": "grid",
        "parameters": {"model": {"parameters": {"depth": {"values": [1, 2]}, "k": {"value": 0}}}},
    }
    seen = []

    def function() -> None:
        with wandb.init():
            seen.append(wandb.config["model"])

    wandb.agent(wandb.sweep(config), function)
    assert seen == [{"depth": 1, "k": 0}, {"depth": 2, "k": 0}]


def test_chance_is_repeatable_and_within_bounds(project: Path) -> None:
    config = {
        "method": "random",
        "run_cap": 20,
        "parameters": {
            "lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
            "units": {"distribution": "q_uniform", "min": 16, "max": 64, "q": 8},
            "kind": {"values": ["a", "b"], "probabilities": [0.0, 1.0]},
        },
    }
    sweep_id = wandb.sweep(config)
    wandb.agent(sweep_id, lambda: wandb.init().finish())
    tried = values(sweep_id)
    assert len(tried) == 20
    assert all(1e-4 <= one["lr"] <= 1e-1 and one["kind"] == "b" for one in tried)
    assert {one["units"] for one in tried} <= {16, 24, 32, 40, 48, 56, 64}
    assert len({one["lr"] for one in tried}) == 20


def test_optuna_finds_the_maximum(project: Path) -> None:
    config = {
        "method": "bayes",
        "metric": {"name": "score", "goal": "maximize"},
        "run_cap": 40,
        "parameters": {"x": {"min": -10.0, "max": 10.0}, "kind": {"values": ["good", "bad"]}},
    }

    def function() -> None:
        with wandb.init() as run:
            bonus = 10 if run.config.kind == "good" else 0
            run.log({"score": bonus - (run.config.x - 3) ** 2})

    sweep_id = wandb.sweep(config)
    wandb.agent(sweep_id, function)
    later = values(sweep_id)[20:]
    best = wandb.Api().sweep(sweep_id).best_run()
    assert best.config["kind"] == "good"
    assert abs(best.config["x"] - 3) < 1
    # It proposes near the best more often than chance would, which is 1 in 10.
    assert sum(abs(one["x"] - 3) < 2 and one["kind"] == "good" for one in later) > len(later) / 4


def run_agent(sweep_id: str) -> None:
    os.environ["SPECWEAVE_WANDB"] = "local"

    def function() -> None:
        with wandb.init(settings={"console": "off"}) as run:
            run.log({"loss": run.config.depth})

    wandb.agent(sweep_id, function)


def test_two_agents_try_nothing_twice(project: Path) -> None:
    config = {**GRID, "parameters": {"depth": {"min": 1, "max": 12}}}
    sweep_id = wandb.sweep(config)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(run_agent, [sweep_id, sweep_id]))
    assert sorted(one["depth"] for one in values(sweep_id)) == list(range(1, 13))
    assert len(wandb.Api().sweep(sweep_id).runs) == 12


def test_failures_end_the_agent(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    def failing() -> None:
        wandb.init()
        raise ValueError("no data")

    sweep_id = wandb.sweep({**GRID, "parameters": {"depth": {"min": 1, "max": 50}}})
    with pytest.warns(TrackingWarning, match="5 runs in a row failed"):
        wandb.agent(sweep_id, failing)
    trials = SweepFiles.here().trials(sweep_id)
    assert [trial.state for trial in trials] == ["failed"] * 5
    assert {run.state for run in wandb.Api().sweep(sweep_id).runs} == {"failed"}
    assert "ValueError: no data" in caplog.text


def test_a_program_is_run_for_each_trial(project: Path) -> None:
    Path("train.py").write_text(
        "import sys, specweave.wandb as wandb\n"
        "with wandb.init() as run:\n"
        "    run.log({'loss': run.config.depth, 'arguments': ' '.join(sys.argv[1:])})\n"
    )
    config = {**GRID, "program": "train.py", "parameters": {"depth": {"values": [4, 5]}}}
    (project / "sweep.yaml").write_text(json.dumps(config))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    sweep_id = wandb.sweep("sweep.yaml")
    wandb.agent(sweep_id)
    runs = wandb.Api().sweep(sweep_id).runs
    assert [(run.summary["loss"], run.summary["arguments"]) for run in runs] == [
        (4, "--depth=4"),
        (5, "--depth=5"),
    ]


def test_commands() -> None:
    config = SweepConfig({**GRID, "program": "t.py", "command": [
        "${interpreter}", "-u", "${program}", "${args_no_boolean_flags}", "${args_json}"
    ]})  # fmt: skip
    assert command_of(config, {"a": True, "b": False, "c": {"d": 1}}) == [
        *(sys.executable, "-u", "t.py", "--a", "--c.d=1"),
        '{"a": true, "b": false, "c": {"d": 1}}',
    ]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ({"min": 0.0, "max": 2.0}, 0.0, 2.0),
        ({"distribution": "log_uniform", "min": -2, "max": 0}, math.exp(-2), 1.0),
        ({"distribution": "inv_log_uniform_values", "min": 0.1, "max": 10.0}, 0.1, 10.0),
        ({"distribution": "beta", "a": 2, "b": 5}, 0.0, 1.0),
        ({"distribution": "q_log_uniform_values", "min": 1, "max": 1000, "q": 10}, 0, 1000),
        ({"min": 3, "max": 5}, 3, 5),
    ],
)
def test_drawn_values_lie_within(said: dict[str, Any], low: float, high: float) -> None:
    chance = random.Random(0)  # noqa: S311
    drawn = [space_of(("x",), said).draw(chance) for _ in range(200)]
    assert all(low <= value <= high for value in drawn)
    assert min(drawn) < low + 0.2 * (high - low) or said.get("min") == 3


def test_normal_values_have_their_mean_and_deviation() -> None:
    chance = random.Random(0)  # noqa: S311
    space = space_of(("x",), {"distribution": "normal", "mu": 5, "sigma": 2})
    drawn = [space.draw(chance) for _ in range(4000)]
    mean = sum(drawn) / len(drawn)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in drawn) / len(drawn))
    assert mean == pytest.approx(5, abs=0.15)
    assert deviation == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "method is one of grid, random, bayes"),
        ({"method": "grid"}, "parameters is a dict"),
        ({"method": "grid", "parameters": {"x": 3}}, "the parameter 'x' is a dict, not 3"),
        ({"method": "grid", "parameters": {"x": {"min": 0.0, "max": 1.0}}}, "a grid needs values"),
        ({"method": "random", "parameters": {"x": {"min": 2, "max": 1}}}, "min 2 is larger"),
        ({"method": "random", "parameters": {"x": {"values": []}}}, "at least one value"),
        ({"method": "random", "parameters": {"x": {"distribution": "cauchy"}}}, "'cauchy' is none"),
        ({"method": "random", "parameters": {"x": {}}}, "neither value, values, min and max"),
        ({"method": "bayes", "parameters": {"x": {"value": 1}}}, "'bayes' needs a metric"),
        ({**GRID, "metric": {"name": "x", "goal": "more"}}, "minimize, maximize, not 'more'"),
        ({**GRID, "run_cap": 0}, "run_cap is a number of runs of at least 1"),
        ("none.yaml", "cannot be read"),
        (3, "a sweep is a dict or a file"),
    ],
)
def test_what_is_no_sweep_is_refused(project: Path, config: Any, message: str) -> None:
    with pytest.raises((wandb.UsageError, ValueError), match=message):
        wandb.sweep(config)
    assert not (project / ".specweave/sweeps").exists()
    assert list((project / ".specweave").rglob("metadata.yaml")) == []


def test_a_package_that_is_missing_is_named_before_anything_is_made(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("optuna", "yaml"):
        monkeypatch.setitem(sys.modules, name, None)
    config = {**GRID, "method": "bayes", "run_cap": 2}
    (project / "sweep.yaml").write_text(json.dumps(GRID))
    for given, package in ((config, "optuna"), ("sweep.yaml", "pyyaml")):
        with pytest.raises(MissingExtraError, match=f"pip install '{package}'"):
            wandb.sweep(given)
    assert list((project / ".specweave").rglob("metadata.yaml")) == []


def test_a_function_without_a_run_is_told(project: Path) -> None:
    sweep_id = wandb.sweep({"method": "grid", "parameters": {"x": {"values": [1, 2]}}})
    with pytest.warns(TrackingWarning, match=r"calls wandb\.init\(\), or nothing is recorded"):
        wandb.agent(sweep_id, lambda: None)
    assert len(values(sweep_id)) == 2


def test_an_agent_needs_a_sweep_and_a_function(project: Path) -> None:
    with pytest.raises(wandb.CommError, match="Could not find sweep 'nothing'"):
        wandb.agent("nothing", train)
    with pytest.raises(TypeError, match="must be callable"):
        wandb.agent("nothing", 3)
    sweep_id = wandb.sweep(GRID)
    with pytest.raises(wandb.UsageError, match="no program of its own"):
        wandb.agent(sweep_id)


def test_early_termination_is_said_once(project: Path) -> None:
    config = {**GRID, "early_terminate": {"type": "hyperband", "min_iter": 3}}
    with pytest.warns(TrackingWarning, match="ends no run"):
        sweep_id = wandb.sweep(config)
    wandb.agent(sweep_id, train, count=1)


def test_a_controller_begins_a_sweep(project: Path) -> None:
    controller = wandb.controller()
    controller.configure_search("grid")
    controller.configure_metric("loss", "minimize")
    controller.configure_parameter("depth", values=[1, 2])
    controller.configure_parameter("lr", value=0.1)
    controller.create()
    assert not controller.done()
    wandb.agent(controller.sweep_id, train)
    assert controller.done()
    assert controller.print_status() == f"Sweep: {controller.sweep_id} (2 of 2 runs)"
