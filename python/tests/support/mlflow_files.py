"""The files of experiments that go to another MLflow and come back."""

from __future__ import annotations

import os
from pathlib import Path


def content(experiments: Path) -> dict[str, Path]:
    """Return files and empty folders by path, without what an increment has of its own."""
    return {
        str(path.relative_to(experiments)): path
        for path in sorted(experiments.rglob("*"))
        if (path.is_file() or (path.is_dir() and not os.listdir(path)))
        and ".numbers" not in path.parts
        and path.name != "comparison.md"
    }
