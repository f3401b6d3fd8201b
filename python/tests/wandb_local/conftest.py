"""The stand-in for Weights & Biases, with nothing left over from another test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from specweave_ml.wandb.local import current, installing, notices, session


@pytest.fixture(autouse=True)
def _fresh(project: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("WANDB_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SPECWEAVE_WANDB", "local")
    notices.forget()
    yield
    session.teardown()
    assert current.opened() == []
    installing.uninstall()
