"""``wandb.integration.keras``: callbacks that log to the open run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ...integrations.base import Foreign
from ...integrations.keras import learning_rate
from . import current, namespace

Logs = Mapping[str, Any] | None


class WandbMetricsLogger(Foreign):
    """Logs the metrics of each epoch, or of every so many batches, with the learning rate.

    Args:
        log_freq: "epoch", "batch", or after how many batches.
        initial_global_step: The batch that counting begins with.
    """

    base = ("keras.callbacks", "Callback", "keras")
    model: Any

    def __init__(
        self,
        log_freq: str | int = "epoch",
        initial_global_step: int = 0,
        *arguments: Any,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        run = current.require("WandbMetricsLogger()")
        self.every = 1 if log_freq == "batch" else log_freq if isinstance(log_freq, int) else None
        self.batch = initial_global_step
        if self.every is None:
            run.define_metric("epoch/epoch")
            run.define_metric("epoch/*", step_metric="epoch/epoch")
        else:
            run.define_metric("batch/batch_step")
            run.define_metric("batch/*", step_metric="batch/batch_step")

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Log the metrics of an epoch."""
        self.log("epoch", {"epoch/epoch": epoch}, logs)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Log the metrics of a batch, where it is one to be logged."""
        if self.every is not None and batch % self.every == 0:
            self.log("batch", {"batch/batch_step": self.batch}, logs)
            self.batch += self.every

    def log(self, group: str, place: dict[str, Any], logs: Logs) -> None:
        """Log metrics with the learning rate."""
        row = {f"{group}/{key}": value for key, value in (logs or {}).items()}
        rate = learning_rate(self.model)
        if rate is not None:
            row[f"{group}/learning_rate"] = rate
        current.require("wandb.log()").log({**row, **place})


class WandbModelCheckpoint(Foreign):
    """Saves the model as ``keras.callbacks.ModelCheckpoint`` does, and each file as an artifact."""

    base = ("keras.callbacks", "ModelCheckpoint", "keras")
    filepath: Any
    save_freq: Any

    def __init__(self, filepath: str | os.PathLike[str], *arguments: Any, **options: Any) -> None:
        current.require("WandbModelCheckpoint()")
        super().__init__(os.fspath(filepath), *arguments, **options)  # type: ignore[call-arg]
        self.known: dict[str, int] = {}

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Save the model and keep it."""
        super().on_epoch_end(epoch, logs)  # type: ignore[misc]
        if self.save_freq == "epoch":
            path = self._get_file_path(epoch, None, logs)  # type: ignore[attr-defined]
            self.keep(path, ["latest", f"epoch_{epoch}"])

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Save the model after a batch, where it is time for it, and keep it."""
        super().on_train_batch_end(batch, logs)  # type: ignore[misc]
        if self.save_freq != "epoch":
            epoch = self._current_epoch  # type: ignore[attr-defined]
            path = self._get_file_path(epoch, batch, logs)  # type: ignore[attr-defined]
            self.keep(path, ["latest", f"epoch_{epoch}_batch_{batch}"])

    def keep(self, path: str, aliases: list[str]) -> None:
        """Keep a file that was saved, unless it is the one that was kept before."""
        if not os.path.exists(path) or self.known.get(path) == os.stat(path).st_mtime_ns:
            return
        self.known[path] = os.stat(path).st_mtime_ns
        run = current.require("WandbModelCheckpoint")
        artifact = namespace.lookup("Artifact")(f"run_{run.id}_model", type="model")
        artifact.add_dir(path) if os.path.isdir(path) else artifact.add_file(path)
        namespace.lookup("log_artifact")(artifact, aliases=aliases)


class WandbEvalCallback(Foreign):
    """Logs a table of predictions after each epoch; derived classes fill the tables."""

    base = ("keras.callbacks", "Callback", "keras")
    data_table: Any
    data_table_ref: Any
    pred_table: Any

    def __init__(
        self,
        data_table_columns: list[str],
        pred_table_columns: list[str],
        *arguments: Any,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        current.require("WandbEvalCallback()")
        self.data_table_columns = data_table_columns
        self.pred_table_columns = pred_table_columns

    def on_train_begin(self, logs: Logs = None) -> None:
        """Log the true values."""
        self.init_data_table(self.data_table_columns)
        self.add_ground_truth(logs)
        self.log_data_table()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Log the predictions."""
        self.init_pred_table(self.pred_table_columns)
        self.add_model_predictions(epoch, logs)
        self.log_pred_table()

    def add_ground_truth(self, logs: Logs = None) -> None:
        """Fill ``data_table``."""
        raise NotImplementedError(f"{type(self).__name__}.add_ground_truth")

    def add_model_predictions(self, epoch: int, logs: Logs = None) -> None:
        """Fill ``pred_table``."""
        raise NotImplementedError(f"{type(self).__name__}.add_model_predictions")

    def init_data_table(self, column_names: list[str]) -> None:
        """Make the table of the true values."""
        self.data_table = namespace.lookup("Table")(columns=column_names, allow_mixed_types=True)

    def init_pred_table(self, column_names: list[str]) -> None:
        """Make the table of the predictions."""
        self.pred_table = namespace.lookup("Table")(columns=column_names)

    def log_data_table(
        self, name: str = "val", type: str = "dataset", table_name: str = "val_data"
    ) -> None:
        """Log the table of the true values as an artifact that the run uses."""
        artifact = namespace.lookup("Artifact")(name, type=type)
        artifact.add(self.data_table, table_name)
        namespace.lookup("use_artifact")(artifact)
        artifact.wait()
        self.data_table_ref = artifact.get(table_name)

    def log_pred_table(
        self,
        type: str = "evaluation",
        table_name: str = "eval_data",
        aliases: list[str] | None = None,
    ) -> None:
        """Log the table of the predictions as a version of an artifact."""
        run = current.require("WandbEvalCallback")
        artifact = namespace.lookup("Artifact")(f"run_{run.id}_pred", type=type)
        artifact.add(self.pred_table, table_name)
        namespace.lookup("log_artifact")(artifact, aliases=aliases or ["latest"])


class WandbCallback(WandbMetricsLogger):
    """The older callback: the metrics of each epoch under their own names, and the best of them.

    Args:
        monitor: The metric whose best value is kept in the summary.
        mode: "min", "max" or "auto", which guesses by the name.
        save_model: Whether the best model is saved as an artifact of the run.
        options: Of the further ones, those about gradients and predictions are ignored.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        save_model: bool = False,
        **options: Any,
    ) -> None:
        Foreign.__init__(self)
        current.require("WandbCallback()")
        self.every = None
        self.monitor = monitor
        self.rises = mode == "max" or (mode == "auto" and "acc" in monitor)
        self.saves_model = save_model
        self.best: float | None = None

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Log the metrics of an epoch, and note the best."""
        run = current.require("wandb.log()")
        run.log({**(logs or {}), "epoch": epoch})
        value = (logs or {}).get(self.monitor)
        if value is None or not (self.best is None or (value > self.best) is self.rises):
            return
        self.best = float(value)
        run.summary[f"best_{self.monitor}"] = self.best
        run.summary["best_epoch"] = epoch
        if self.saves_model:
            self.model.save(os.path.join(run.dir, "model-best.keras"))
