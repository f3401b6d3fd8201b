"""Stores that are made once, their servers, and a browser in which nothing may go wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import chromium, dashboard_stores
from support.dashboard_server import Served, serving
from support.visits import Visit, Visitor


@pytest.fixture(scope="session")
def usual_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as people have it."""
    return dashboard_stores.make("usual", tmp_path_factory.mktemp("usual") / "forecast")


@pytest.fixture(scope="session")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of somebody who means harm."""
    return dashboard_stores.make("hostile", tmp_path_factory.mktemp("hostile") / "hostile")


@pytest.fixture(scope="session")
def usual(usual_store: Path) -> Iterator[Served]:
    """The server of the usual project, which changes nothing."""
    with serving(usual_store) as served:
        yield served


@pytest.fixture(scope="session")
def hostile(hostile_store: Path) -> Iterator[Served]:
    """The server of the hostile project."""
    with serving(hostile_store) as served:
        yield served


@pytest.fixture(scope="session")
def visitor() -> Iterator[Visitor]:
    """The browser."""
    if chromium.program() is None and not os.environ.get("CI"):
        pytest.skip("Debian's package chromium is not installed")
    with Visitor() as browser:
        yield browser


@pytest.fixture
def visit(visitor: Visitor) -> Iterator[Visit]:
    """A fresh visit; whatever the console said of errors, or was asked from elsewhere, fails."""
    with visitor.visit() as one:
        yield one
