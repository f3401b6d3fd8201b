"""Stores that the command line is shown: the one of the document, a damaged one, an empty one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support import document_store, fixture_store


@pytest.fixture
def document(project: Path) -> Path:
    """The project of the test, with the experiments of the document."""
    document_store.fill()
    return project


@pytest.fixture
def damaged(project: Path) -> Path:
    """The fixture store, in which some experiments are damaged in every way."""
    shutil.rmtree(project / ".specweave")
    shutil.copytree(fixture_store.STORE / ".specweave", project / ".specweave")
    return project
