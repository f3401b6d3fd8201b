"""Programs in Python, C and Swift are killed; a short run of ``make stress``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from stress.killing import kill_at_every_call, kill_at_random
from stress.laboratory import LANGUAGES, Laboratory

STRIDE = 23
pytestmark = pytest.mark.xdist_group("stress")  # one laboratory for all of them


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """The programs under test."""
    return Laboratory(tmp_path_factory.mktemp("laboratory"))


def test_no_acknowledged_call_is_lost_by_a_kill_at_any_moment(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    for _ in range(5):
        print(kill_at_random(laboratory, tmp_path, chance, 6))


@pytest.mark.parametrize("how", ["kill", "torn"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_acknowledged_call_is_lost_by_a_kill_at_a_system_call(
    laboratory: Laboratory, tmp_path: Path, language: str, how: str
) -> None:
    first = random.SystemRandom().randint(1, STRIDE)
    print(kill_at_every_call(laboratory, tmp_path, language, how, first, STRIDE))
