"""MLflow's autologging of Keras and of PyTorch Lightning writes into the increment.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Run
from specweave import load_experiment
from support import packages_of_tests
from support.mlflow_itself import IS_3

BEGIN = """
import mlflow, numpy as np, specweave
specweave.configure_mlflow("0042")
x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
y = x.sum(axis=1, keepdims=True)
"""

KERAS = """
import keras
mlflow.keras.autolog(log_models=False, silent=True)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(learning_rate=0.125), "mse")
with mlflow.start_run(run_name="net"):
    model.fit(x, y, epochs=4, batch_size=16, verbose=0, validation_split=0.25)
"""

LIGHTNING = """
import lightning, torch
from torch.utils.data import DataLoader, TensorDataset
mlflow.pytorch.autolog(log_models=False, silent=True)

class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)

    def training_step(self, batch, _):
        loss = ((self.layer(batch[0]) - batch[1]) ** 2).mean()
        self.log("train_loss", loss, on_epoch=True, on_step=False)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.125)

data = DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=16)
trainer = lightning.Trainer(
    max_epochs=3, logger=False, enable_checkpointing=False, enable_progress_bar=False,
    enable_model_summary=False, accelerator="cpu",
)
with mlflow.start_run(run_name="lit"):
    trainer.fit(Net(), data)
"""


def trained(run: Run, code: str, **environment: str) -> None:
    text = packages_of_tests.code() + BEGIN + code
    result = run(text, warnings="ignore", SPECWEAVE_CAPTURE_SECONDS="5", **environment)
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(
    not packages_of_tests.are_there("keras", "torch"), reason="needs Keras and PyTorch in .venv"
)
@pytest.mark.skipif(not IS_3, reason="MLflow 2 knows Keras 3 with TensorFlow only")
def test_keras(client: Any, run: Run) -> None:
    trained(run, KERAS, KERAS_BACKEND="torch")
    net = load_experiment("net")
    assert net.status == "completed"
    assert (net.params["epochs"], net.params["batch_size"]) == (4, 16)
    assert net.params["optimizer_learning_rate"] == 0.125
    loss = net.history("loss")
    assert loss.steps.tolist() == [0, 1, 2, 3]
    assert loss.values[3] < loss.values[0]
    assert len(net.history("val_loss")) == 4
    assert "Dense" in net.artifact_path("artifacts/model_summary.txt").read_text()
    (found,) = client.search_runs(["42"], "params.epochs = '4'")
    assert found.data.metrics["loss"] == loss.values[3]


@pytest.mark.skipif(
    not packages_of_tests.are_there("lightning", "torch"), reason="needs Lightning in .venv"
)
def test_lightning(client: Any, run: Run) -> None:
    trained(run, LIGHTNING)
    lit = load_experiment("lit")
    assert lit.status == "completed"
    assert (lit.params["optimizer_name"], lit.params["lr"], lit.params["epochs"]) == (
        "SGD",
        0.125,
        3,
    )
    loss = lit.history("train_loss")
    assert loss.steps.tolist() == [0, 1, 2]
    assert loss.values[2] < loss.values[0]
    assert "Linear" in lit.artifact_path("artifacts/model_summary.txt").read_text()
    (found,) = client.search_runs(["42"], "params.optimizer_name = 'SGD'")
    assert found.data.metrics["train_loss"] == loss.values[2]
