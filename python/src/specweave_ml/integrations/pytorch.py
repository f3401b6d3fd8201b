"""`track_pytorch_model`: a model, its training loop and their experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .._native.increments import IncrementName
from .._native.optional_packages import need
from .estimators import facts_of_model
from .tracked import Tracked


class TrackedTorch(Tracked):
    """Everything of an `Experiment`, and ``train_epoch``."""

    def __init__(
        self,
        model: Any,
        increment: IncrementName | None,
        name: str | None,
        optimizer: Any,
        loss: Callable[[Any, Any], Any] | None,
    ) -> None:
        self.torch = need("torch", "track_pytorch_model")
        super().__init__(name or type(model).__name__, increment)
        self.model = model
        self.optimizer = optimizer
        self.loss: Any = loss
        self.epoch = 0
        self.prepared = False
        self.log_params(facts_of_model(model))

    def train_epoch(self, loader: Iterable[Any], device: Any = None) -> float:
        """Train one epoch, and record and return its mean loss, ``train_loss``.

        Args:
            loader: Batches of inputs and targets.
            device: Where to compute; None is where the model is.
        """
        target_device = device or next((weight.device for weight in self.model.parameters()), None)
        self.model.train()
        total, count = 0.0, 0
        for inputs, targets in loader:
            inputs, targets = inputs.to(target_device), targets.to(target_device)
            self.prepare(targets)
            self.optimizer.zero_grad()
            value = self.loss(self.model(inputs), targets)
            value.backward()
            self.optimizer.step()
            total += float(value.detach()) * len(inputs)
            count += len(inputs)
        mean = total / count if count else float("nan")
        self.log_metric("train_loss", mean, step=self.epoch)
        self.epoch += 1
        return mean

    def prepare(self, targets: Any) -> None:
        """Choose what was left open by the first batch, and record what is used."""
        if self.prepared:
            return
        self.prepared = True
        if self.loss is None:
            nn = self.torch.nn
            self.loss = nn.MSELoss() if targets.is_floating_point() else nn.CrossEntropyLoss()
        if self.optimizer is None:
            self.optimizer = self.torch.optim.Adam(self.model.parameters())
        self.log_params(
            {
                "loss": getattr(self.loss, "__name__", type(self.loss).__name__),
                "optimizer": type(self.optimizer).__name__,
                **{f"optimizer.{key}": value for key, value in self.optimizer.defaults.items()},
            }
        )


def track_pytorch_model(
    model: Any,
    increment: IncrementName | None = None,
    *,
    name: str | None = None,
    optimizer: Any = None,
    loss: Callable[[Any, Any], Any] | None = None,
) -> TrackedTorch:
    """Start an experiment for a PyTorch model.

        with track_pytorch_model(model, increment="0042") as tracked:
            for epoch in range(10):
                tracked.train_epoch(train_loader)
                tracked.log_metric("val_accuracy", accuracy(model), step=epoch)

    Args:
        model: The module.
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment; None is the model's class.
        optimizer: None is Adam with PyTorch's defaults.
        loss: A function of outputs and targets; None is cross entropy where the targets are whole
            numbers, else the mean squared error.
    """
    return TrackedTorch(model, increment, name, optimizer, loss)
