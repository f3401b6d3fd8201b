"""`install`: other packages find the stand-in under the name of the real package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import public

load_experiment = public.load("load_experiment")


def test_every_way_to_look_for_the_package(run: Any) -> None:
    done = run(
        """
        import importlib.metadata, importlib.util, sys
        import specweave.wandb
        assert "wandb" not in sys.modules, "nothing is installed by itself"
        assert importlib.util.find_spec("wandb") is None
        before = sorted(d.metadata["Name"] for d in importlib.metadata.distributions())
        assert specweave.wandb.install() is True
        assert specweave.wandb.install() is True
        assert importlib.util.find_spec("wandb").name == "wandb"
        assert importlib.util.find_spec("wandb.nothing") is None
        assert importlib.metadata.version("wandb") == "0.31.0"
        assert importlib.metadata.metadata("wandb")["Name"] == "wandb"
        assert before == sorted(d.metadata["Name"] for d in importlib.metadata.distributions())
        import wandb
        assert wandb.__version__ == "0.31.0" and wandb.__spec__ is not None
        assert wandb.sdk.wandb_init.init is wandb.init
        import wandb.sdk.wandb_init
        from wandb.sdk.wandb_init import init as started
        assert started is wandb.init
        import wandb.sdk.lib, wandb.util, wandb.errors
        from wandb.sdk.lib import RunDisabled
        from wandb.sdk.lib.config_util import ConfigError
        from wandb.sdk.wandb_run import Run
        from wandb.errors import CommError, UsageError
        from wandb import Settings, init
        assert wandb.sdk.wandb_run.Run is Run is wandb.Run
        assert issubclass(ConfigError, wandb.Error)
        try:
            import wandb.no_such_module
        except ModuleNotFoundError as error:
            assert "wandb.no_such_module" in str(error)
        else:
            raise AssertionError("a module that is not there was imported")
        assert not hasattr(wandb, "no_such_name")
        assert {"init", "log", "run", "sdk", "util"} <= set(dir(wandb))
        """,
        SPECWEAVE_WANDB="",
    )
    assert done.returncode == 0, done.stderr


def test_a_folder_that_runs_have_left_behind_is_not_the_package(run: Any, project: Path) -> None:
    (project / "wandb" / "offline-run-1").mkdir(parents=True)
    done = run(
        """
        import wandb
        assert wandb.__file__ is None, "the folder"
        import specweave.wandb as sw
        assert sw.install() is True
        import wandb
        wandb.init(name="beside a folder").finish()
        """,
        SPECWEAVE_WANDB="",
    )
    assert done.returncode == 0, done.stderr
    assert load_experiment("beside a folder").status == "completed"


def test_the_real_package_is_left_alone(run: Any, project: Path) -> None:
    (project / "wandb").mkdir()
    (project / "wandb" / "__init__.py").write_text("def init(**_):\n    return 'real'\n")
    done = run(
        """
        import specweave.wandb as sw
        assert sw.install() is False
        import wandb
        assert wandb.init() == "real"
        """,
        SPECWEAVE_WANDB="",
    )
    assert done.returncode == 0, done.stderr


def test_lightning_logs_through_it(run: Any) -> None:
    pytest.importorskip("lightning")
    done = run(
        """
        import specweave.wandb
        assert specweave.wandb.install()
        import torch, lightning.pytorch as pl
        from lightning.pytorch.loggers import WandbLogger

        class Model(pl.LightningModule):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(4, 1)
                self.save_hyperparameters({"lr": 0.1, "depth": 2})
            def training_step(self, batch, index):
                loss = self.layer(batch[0]).pow(2).mean()
                self.log("train_loss", loss)
                return loss
            def validation_step(self, batch, index):
                self.log("val_loss", self.layer(batch[0]).pow(2).mean())
            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), 0.1)

        data = torch.utils.data.DataLoader(
            torch.utils.data.TensorDataset(torch.randn(32, 4)), 8
        )
        logger = WandbLogger(project="lit", name="lightning", save_dir=".", tags=["x"])
        trainer = pl.Trainer(
            max_epochs=2, logger=logger, enable_checkpointing=False, accelerator="cpu",
            enable_progress_bar=False, enable_model_summary=False, log_every_n_steps=2,
        )
        trainer.fit(Model(), data, data)
        import wandb
        assert logger.version == wandb.run.id
        wandb.finish()
        """,
        warnings="ignore",
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("lightning")
    assert found.params == {"lr": 0.1, "depth": 2}
    assert list(found.history("train_loss").steps) == [1, 3, 5, 7]
    assert list(found.history("val_loss").steps) == [3, 7]
    assert found.tags == ["x"]
    assert found.facts["wandb"]["project"] == "lit"
    assert found.status == "completed"


def test_transformers_report_to_it(run: Any) -> None:
    pytest.importorskip("transformers")
    done = run(
        """
        import specweave.wandb
        assert specweave.wandb.install()
        import torch
        from transformers import BertConfig, BertForSequenceClassification
        from transformers import Trainer, TrainingArguments

        class Data(torch.utils.data.Dataset):
            def __len__(self):
                return 16
            def __getitem__(self, index):
                return {"input_ids": torch.randint(0, 50, (6,)), "labels": torch.tensor(index % 2)}

        model = BertForSequenceClassification(BertConfig(
            vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16,
        ))
        arguments = TrainingArguments(
            output_dir="out", report_to="wandb", run_name="bert", num_train_epochs=2, use_cpu=True,
            per_device_train_batch_size=4, logging_steps=2, eval_strategy="epoch",
            save_strategy="no", disable_tqdm=True,
        )
        Trainer(model=model, args=arguments, train_dataset=Data(), eval_dataset=Data()).train()
        """,
        warnings="ignore",
        WANDB_PROJECT="hf",
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("bert")
    assert list(found.history("train/loss").steps) == [2, 4, 6, 8]
    assert list(found.history("eval/loss").steps) == [4, 8]
    assert found.params["per_device_train_batch_size"] == 4
    assert found.params["hidden_size"] == 16
    assert found.metrics["total_flos"] > 0
    assert found.facts["wandb"]["project"] == "hf"
    assert found.status == "completed"


def test_keras_logs_through_it(run: Any) -> None:
    if importlib.util.find_spec("keras") is None:
        pytest.skip("keras is not installed")
    done = run(
        """
        import specweave.wandb
        assert specweave.wandb.install()
        import keras, numpy, wandb
        from wandb.integration.keras import WandbMetricsLogger

        wandb.init(name="keras", config={"layers": 1})
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        x, y = numpy.ones((16, 4)), numpy.zeros((16, 1))
        model.fit(x, y, epochs=2, verbose=0, batch_size=8, callbacks=[WandbMetricsLogger()])
        model.fit(x, y, epochs=1, verbose=0, batch_size=4, callbacks=[WandbMetricsLogger(2)])
        wandb.finish()
        """,
        warnings="ignore",
        KERAS_BACKEND="torch",
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("keras")
    assert list(found.history("epoch/loss").steps)[:2] == [0, 1]
    assert list(found.history("batch/loss").steps) == [0, 2]
    assert found.metrics["epoch/learning_rate"] == pytest.approx(0.01)


def test_a_finder_is_removed_without_a_trace(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from specweave_ml.wandb.local import installing

    monkeypatch.setattr("specweave_ml.wandb.choice.is_installed", lambda: False)
    before = list(sys.meta_path)
    assert installing.install()
    assert "wandb" in sys.modules
    installing.uninstall()
    assert "wandb" not in sys.modules
    assert sys.meta_path == before
