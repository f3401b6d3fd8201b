"""`HuggingFaceCallback` with the real Trainer and a tiny model, made here and never downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

from specweave import HuggingFaceCallback, load_experiment, track_experiment

pytestmark = pytest.mark.filterwarnings("ignore")  # of the packages below the Trainer


def network() -> Any:
    config = BertConfig(
        vocab_size=20,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=8,
    )
    return BertForSequenceClassification(config)


def rows() -> list[dict[str, Any]]:
    return [
        {"input_ids": torch.tensor([i, i + 1, 2]), "labels": torch.tensor(i % 2)} for i in range(8)
    ]


def trainer(folder: Path, callback: Any, **options: Any) -> Any:
    arguments = TrainingArguments(
        output_dir=str(folder / "output"),
        per_device_train_batch_size=4,
        learning_rate=0.001,
        max_steps=3,
        logging_steps=1,
        report_to=[],
        save_strategy="no",
        use_cpu=True,
        disable_tqdm=True,
        **options,
    )
    return Trainer(
        model=network(),
        args=arguments,
        train_dataset=rows(),
        eval_dataset=rows(),
        callbacks=[callback],
    )


def test_training_is_an_experiment(tmp_path: Path) -> None:
    callback = HuggingFaceCallback(increment="0042", name="bert", save_model=True)
    running = trainer(tmp_path, callback)
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
    running = trainer(tmp_path, HuggingFaceCallback("0042", name="evaluated"))
    running.train()
    measured = running.evaluate()

    found = load_experiment("evaluated")
    assert found.path.name == "evaluated"
    assert found.metrics["eval_loss"] == measured["eval_loss"]
    assert found.status == "completed"


def test_evaluation_alone_is_an_experiment(tmp_path: Path) -> None:
    callback = HuggingFaceCallback("0042")
    measured = trainer(tmp_path, callback).evaluate()

    assert callback.experiment is not None
    callback.experiment.finish()
    found = load_experiment("BertForSequenceClassification")
    assert found.metrics["eval_loss"] == measured["eval_loss"]


def test_given_experiment_is_used_and_left_open(tmp_path: Path) -> None:
    with track_experiment("mine", capture=False) as exp:
        trainer(tmp_path, HuggingFaceCallback(experiment=exp)).train()
        assert exp.status == "running"
    assert list(load_experiment("mine").history("loss").steps) == [1, 2, 3]
