"""``watch``: gradients and parameters of torch modules as histograms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml.wandb.runs.history_file import read_lines

torch = pytest.importorskip("torch")


def trained(run: Any, module: Any, passes: int) -> dict[str, list[Any]]:
    """Train for some passes; return what was logged by key."""
    for number in range(passes):
        module.zero_grad()
        module(torch.ones(4, 3)).sum().backward()
        run.log({"loss": number})
    found: dict[str, list[Any]] = {}
    for line in read_lines(run.experiment.path):
        found.setdefault(line["key"], []).append((line["step"], line["value"]))
    return found


def test_gradients_are_histograms_of_every_nth_pass(project: Path) -> None:
    module = torch.nn.Linear(3, 2)
    with wandb.init() as run:
        wandb.watch(module, log_freq=2)
        found = trained(run, module, 5)
    assert set(found) == {"gradients/weight", "gradients/bias"}
    assert [step for step, _ in found["gradients/weight"]] == [1, 3]
    _, histogram = found["gradients/bias"][0]
    assert histogram["_type"] == "histogram"
    assert sum(histogram["values"]) == 2
    # Each of the two biases has the gradient 4: one for each sample.
    assert histogram["bins"][0] <= 4 <= histogram["bins"][-1]


def test_parameters_and_unwatch(project: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    with wandb.init() as run:
        run.watch(module, log="all", log_freq=1, log_graph=True)
        trained(run, module, 1)
        run.unwatch(module)
        found = trained(run, module, 2)
    assert len(found["parameters/0.weight"]) == 1
    assert len(found["gradients/1.bias"]) == 1
    assert sum(found["parameters/0.weight"][0][1]["values"]) == 6
    assert found["graph"][0][1]["_type"] == "graph-file"


def test_values_that_are_not_finite_are_left_out(project: Path) -> None:
    module = torch.nn.Linear(3, 2)
    with wandb.init() as run:
        run.watch(module, log="parameters", log_freq=1)
        with torch.no_grad():
            module.weight[0, 0] = float("nan")
            module.bias.fill_(float("inf"))
        found = trained(run, module, 1)
    assert sum(found["parameters/weight"][0][1]["values"]) == 5
    assert "parameters/bias" not in found


def test_wrong_calls_are_refused(project: Path) -> None:
    module = torch.nn.Linear(1, 1)
    with wandb.init() as run:
        with pytest.raises(ValueError, match="'gradients', 'parameters', 'all', or None"):
            run.watch(module, log="everything")
        with pytest.raises(TypeError, match=r"Expected a pytorch model"):
            run.watch(3)
        run.watch(module)
        with pytest.raises(ValueError, match="once per model"):
            run.watch(module)
    with pytest.raises(wandb.Error, match=r"You must call wandb\.init"):
        wandb.watch(module)
