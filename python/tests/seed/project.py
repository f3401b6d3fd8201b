"""The project of the document, and what its examples train on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

X_train, X_test, y_train, y_test = train_test_split(
    *load_breast_cancer(return_X_y=True), random_state=0
)


def increment_0042(project: Path) -> Path:
    """The increment that SpecWeave made, the only one of the project."""
    folder = project / ".specweave" / "increments" / "0042-recommendation-model"
    folder.mkdir(parents=True)
    (folder / "spec.md").write_text("# Recommendation Model\n", encoding="utf-8")
    return folder


def read(path: Path) -> Any:
    """The values of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
