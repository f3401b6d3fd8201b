"""`LightningLogger` with the real PyTorch Lightning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightning
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from specweave import LightningLogger, load_experiment, track_experiment

pytestmark = pytest.mark.filterwarnings("ignore")  # Lightning warns about small machines


class Line(lightning.LightningModule):
    def __init__(self, rate: float = 0.1, fail_at: int | None = None) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(1, 1)
        self.rate = rate
        self.fail_at = fail_at
        self.losses: list[float] = []

    def training_step(self, batch: Any, index: int) -> Any:
        inputs, targets = batch
        loss = torch.nn.functional.mse_loss(self.layer(inputs), targets)
        if self.global_step == self.fail_at:
            raise ValueError("the loss is gone")
        self.log("train_loss", loss)
        self.losses.append(float(loss.detach()))
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        inputs, targets = batch
        self.log("val_loss", torch.nn.functional.mse_loss(self.layer(inputs), targets))

    def test_step(self, batch: Any, index: int) -> None:
        self.log("test_loss", 0.25)

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=self.rate)


def loader() -> DataLoader[tuple[torch.Tensor, ...]]:
    inputs = torch.linspace(0, 1, 8).unsqueeze(1)
    return DataLoader(TensorDataset(inputs, 2 * inputs), batch_size=4)


def trainer(logger: Any, **options: Any) -> lightning.Trainer:
    return lightning.Trainer(
        logger=logger,
        max_epochs=2,
        log_every_n_steps=1,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        **{"enable_checkpointing": False, **options},
    )


def test_training_is_an_experiment() -> None:
    logger = LightningLogger(increment="0042", name="line")
    model = Line(rate=0.05)
    trainer(logger).fit(model, loader(), loader())

    found = load_experiment("line")
    assert found.status == "completed"
    assert found.params["rate"] == 0.05
    assert list(found.history("train_loss").values) == model.losses
    assert list(found.history("train_loss").steps) == [0, 1, 2, 3]
    assert len(found.history("val_loss").values) == 2


def test_test_after_the_training_goes_into_the_same_experiment() -> None:
    logger = LightningLogger("0042", name="tested")
    runner, model = trainer(logger), Line()
    runner.fit(model, loader(), loader())
    runner.test(model, loader(), verbose=False)

    found = load_experiment("tested")
    assert found.path.name == "tested"
    assert found.metrics["test_loss"] == 0.25
    assert found.status == "completed"


def test_failure_is_recorded_with_its_traceback() -> None:
    logger = LightningLogger("0042", name="failing")
    with pytest.raises(ValueError, match="the loss is gone"):
        trainer(logger).fit(Line(fail_at=1), loader())

    found = load_experiment("failing")
    assert found.status == "failed"
    assert found.failure is not None
    assert found.failure["message"] == "the loss is gone"
    assert "training_step" in found.failure["traceback"]


def test_best_checkpoint_is_kept(tmp_path: Path) -> None:
    from lightning.pytorch.callbacks import ModelCheckpoint

    best = ModelCheckpoint(tmp_path, filename="best", monitor="val_loss")
    logger = LightningLogger("0042", name="kept", save_best=True)
    trainer(logger, enable_checkpointing=True, callbacks=[best]).fit(Line(), loader(), loader())

    found = load_experiment("kept")
    assert (
        found.artifact_path("checkpoints/best.ckpt").read_bytes()
        == (tmp_path / "best.ckpt").read_bytes()
    )


def test_given_experiment_is_used_and_left_open() -> None:
    with track_experiment("mine", capture=False) as exp:
        trainer(LightningLogger(experiment=exp)).fit(Line(), loader())
        assert exp.status == "running"
    assert len(load_experiment("mine").history("train_loss").values) == 4


def test_other_processes_record_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from lightning.pytorch.utilities import rank_zero_only

    monkeypatch.setattr(rank_zero_only, "rank", 1)
    logger = LightningLogger("0042", name="second")
    logger.log_metrics({"loss": 1.0}, 0)
    logger.log_hyperparams({"rate": 1.0})
    logger.finalize("success")
    assert logger.started is None
