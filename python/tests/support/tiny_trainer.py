"""A Hugging Face Trainer with a model so small that it is made here and never downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments


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


def tiny_trainer(folder: Path, *callbacks: Any, **options: Any) -> Any:
    """Three steps of training and an evaluation, without a file or a bar of its own."""
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
        callbacks=list(callbacks),
    )
