"""Programs in Python, C and Swift are killed; a short run of ``make stress``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from stress.disks import fail_and_cut, kill_on_a_file_system, kill_where_calls_are_missing
from stress.killing import kill_at_every_call, kill_at_random
from stress.laboratory import LANGUAGES, Laboratory
from stress.racing import rank_saves, resume_races

STRIDE = 23
pytestmark = pytest.mark.xdist_group("stress")  # one laboratory for all of them


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """The programs under test."""
    return Laboratory(tmp_path_factory.mktemp("laboratory"))


def seeded() -> random.Random:
    """Return the choices of these tests: the same in every run; `make stress` draws others."""
    return random.Random(20261129)  # noqa: S311 - not for secrets


def test_no_acknowledged_call_is_lost_by_a_kill_at_any_moment(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    chance = seeded()
    for _ in range(5):
        print(kill_at_random(laboratory, tmp_path, chance, 6))


@pytest.mark.parametrize("how", ["kill", "torn"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_acknowledged_call_is_lost_by_a_kill_at_a_system_call(
    laboratory: Laboratory, tmp_path: Path, language: str, how: str
) -> None:
    first = seeded().randint(1, STRIDE)
    print(kill_at_every_call(laboratory, tmp_path, language, how, first, STRIDE))


def test_exactly_one_resumes_whoever_is_killed(refuse: Path, tmp_path: Path) -> None:
    print(resume_races(refuse, tmp_path, seeded(), 4))


@pytest.mark.parametrize("kills", [False, True])
def test_the_versions_of_one_name_are_exact(refuse: Path, tmp_path: Path, *, kills: bool) -> None:
    chance = seeded()
    for _ in range(3):
        print(rank_saves(refuse, tmp_path, chance, kills=kills))


def test_what_a_sync_said_to_be_on_the_disk_is_there(tmp_path: Path) -> None:
    chance = seeded()
    for _ in range(3):
        print(fail_and_cut(tmp_path, chance))


def test_no_acknowledged_call_is_lost_by_a_kill_where_calls_are_missing(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    chance = seeded()
    for _ in range(2):
        print(kill_where_calls_are_missing(laboratory, tmp_path, chance, 6))


def test_no_acknowledged_call_is_lost_by_a_kill_where_a_file_system_lacks_something(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    chance = seeded()
    for _ in range(2):
        print(kill_on_a_file_system(laboratory, tmp_path, chance, 6))
