"""How long a rank of torchrun waits for the experiment of rank 0."""

from __future__ import annotations

from pathlib import Path

import pytest

from specweave import ExperimentNotFoundError, track_experiment


@pytest.fixture(autouse=True)
def run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "night")


def test_a_rank_that_need_not_wait_says_at_once_what_is_missing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    with pytest.raises(ExperimentNotFoundError, match="waited 0 seconds for rank 0 of the run"):
        track_experiment("train", capture=False, rank_wait=0)
    with pytest.raises(ExperimentNotFoundError, match=r"waited 0.25 seconds .*rank_wait"):
        track_experiment("train", capture=False, rank_wait=0.25)


def test_a_rank_joins_what_rank_0_has_started(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "0")
    with track_experiment("train", capture=False) as owner:
        monkeypatch.setenv("RANK", "1")
        joined = track_experiment("train", capture=False, rank_wait=0)
        assert joined.path == owner.path


@pytest.mark.parametrize("wrong", [-1, float("nan")])
def test_a_wait_is_a_number_of_seconds(project: Path, wrong: float) -> None:
    with pytest.raises(ValueError, match="rank_wait"):
        track_experiment("train", capture=False, rank_wait=wrong)
