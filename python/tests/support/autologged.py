"""What every test of `autolog` begins with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from specweave import autolog, list_experiments


@pytest.fixture(autouse=True)
def off_at_the_end() -> Iterator[None]:
    """Leaves the next test with packages as they were."""
    yield
    autolog(False)


def names() -> list[str]:
    """The experiments of the increment, inner ones too."""
    return [experiment.name for experiment in list_experiments("0042", children=True)]
