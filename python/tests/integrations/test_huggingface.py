"""`HuggingFaceCallback` with the real Trainer and a tiny model, made here and never downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification

from specweave import HuggingFaceCallback, load_experiment, track_experiment
from support.tiny_trainer import tiny_trainer

pytestmark = pytest.mark.filterwarnings("ignore")  # of the packages below the Trainer


def test_training_is_an_experiment(tmp_path: Path) -> None:
    callback = HuggingFaceCallback(increment="0042", name="bert", save_model=True)
    running = tiny_trainer(tmp_path, callback)
    running.train()

    found = load_experiment("bert")
    assert found.status == "completed"
    logged = [entry for entry in running.state.log_history if "loss" in entry]
    assert list(found.history("loss").values) == [entry["loss"] for entry in logged]
    assert list(found.history("loss").steps) == [1, 2, 3]
    assert found.metrics["train_runtime"] > 0
    assert found.params["learning_rate"] == 0.001
    assert found.params["max_steps"] == 3
    assert "output_dir" not in found.params
    assert str(tmp_path) not in str(found.facts["training_arguments"])
    assert found.facts["model_config"]["hidden_size"] == 8
    loaded = BertForSequenceClassification.from_pretrained(found.path / "model")
    assert torch.equal(loaded.classifier.weight, running.model.classifier.weight)


def test_evaluation_goes_into_the_same_experiment(tmp_path: Path) -> None:
    running = tiny_trainer(tmp_path, HuggingFaceCallback("0042", name="evaluated"))
    running.train()
    measured = running.evaluate()

    found = load_experiment("evaluated")
    assert found.path.name == "evaluated"
    assert found.metrics["eval_loss"] == measured["eval_loss"]
    assert found.status == "completed"


def test_evaluation_alone_is_an_experiment(tmp_path: Path) -> None:
    callback = HuggingFaceCallback("0042")
    measured = tiny_trainer(tmp_path, callback).evaluate()

    assert callback.experiment is not None
    callback.experiment.finish()
    found = load_experiment("BertForSequenceClassification")
    assert found.metrics["eval_loss"] == measured["eval_loss"]


def test_given_experiment_is_used_and_left_open(tmp_path: Path) -> None:
    with track_experiment("mine", capture=False) as exp:
        tiny_trainer(tmp_path, HuggingFaceCallback(experiment=exp)).train()
        assert exp.status == "running"
    assert list(load_experiment("mine").history("loss").steps) == [1, 2, 3]
