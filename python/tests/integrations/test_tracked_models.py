"""`track_model` and `track_pytorch_model` as SpecWeave documents them."""

from __future__ import annotations

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch.utils.data import DataLoader, TensorDataset

from seed.project import X_test, X_train, y_test, y_train
from specweave import load_experiment, track_model, track_pytorch_model


def test_track_model_takes_the_object_before_the_name() -> None:
    with track_model("logistic", increment="0042") as tracked:
        model = LogisticRegression(max_iter=5000).fit(X_train, y_train)
        tracked.log_metrics({"accuracy": model.score(X_test, y_test)})
        tracked.save_artifact(model, "model.pkl")
        tracked.save_artifact("other.pkl", model)
        tracked.save_artifact("some text", "notes.txt")

    found = load_experiment("logistic")
    assert found.status == "completed"
    assert found.metrics["accuracy"] > 0.9
    loaded = found.load_artifact("model.pkl", trust=True)
    assert (loaded.coef_ == model.coef_).all()
    assert found.artifact_path("other.pkl").is_file()
    assert found.load_artifact("notes.txt") == "some text"


def test_track_model_without_a_block() -> None:
    tracked = track_model("plain", increment="0042")
    tracked.log_metrics({"accuracy": 0.5})
    tracked.finish()
    tracked.add_tag("later")

    assert load_experiment("plain").status == "completed"
    assert load_experiment("plain").tags == ["later"]


def test_track_model_that_fails() -> None:
    with pytest.raises(ValueError, match="no"), track_model("failing", increment="0042"):
        raise ValueError("no")
    assert load_experiment("failing").status == "failed"


def loader(targets: torch.Tensor) -> DataLoader[tuple[torch.Tensor, ...]]:
    inputs = torch.linspace(0, 1, 24).reshape(12, 2)
    return DataLoader(TensorDataset(inputs, targets), batch_size=5)


def test_track_pytorch_model_trains_an_epoch() -> None:
    torch.manual_seed(0)
    model = torch.nn.Linear(2, 3)
    twin = torch.nn.Linear(2, 3)
    twin.load_state_dict(model.state_dict())
    targets = torch.arange(12) % 3
    with track_pytorch_model(model, increment="0042") as tracked:
        losses = [tracked.train_epoch(loader(targets)) for _ in range(3)]
        tracked.log_metric("val_accuracy", 0.5)

    found = load_experiment("Linear")
    assert losses[0] > losses[2]
    assert list(found.history("train_loss").values) == losses
    assert list(found.history("train_loss").steps) == [0, 1, 2]
    assert found.metrics["val_accuracy"] == 0.5
    assert found.params["loss"] == "CrossEntropyLoss"
    assert found.params["optimizer"] == "Adam"
    assert found.params["optimizer.lr"] == 0.001
    assert found.params["weights"] == 9
    assert losses == by_hand(twin, targets)


def by_hand(model: torch.nn.Module, targets: torch.Tensor) -> list[float]:
    """The losses of the loop that everybody writes."""
    optimizer, loss = torch.optim.Adam(model.parameters()), torch.nn.CrossEntropyLoss()
    means = []
    for _ in range(3):
        total = 0.0
        for inputs, expected in loader(targets):
            optimizer.zero_grad()
            value = loss(model(inputs), expected)
            value.backward()
            optimizer.step()
            total += float(value.detach()) * len(inputs)
        means.append(total / 12)
    return means


def test_track_pytorch_model_uses_what_it_is_given() -> None:
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    targets = torch.ones(12, 1)
    with track_pytorch_model(
        model, "0042", name="sgd", optimizer=optimizer, loss=torch.nn.functional.l1_loss
    ) as tracked:
        tracked.train_epoch(loader(targets))

    params = load_experiment("sgd").params
    assert (params["loss"], params["optimizer"], params["optimizer.lr"]) == ("l1_loss", "SGD", 0.5)


def test_track_pytorch_model_chooses_squares_for_fractions() -> None:
    with track_pytorch_model(torch.nn.Linear(2, 1), "0042", name="regression") as tracked:
        tracked.train_epoch(loader(torch.ones(12, 1)))
    assert load_experiment("regression").params["loss"] == "MSELoss"
