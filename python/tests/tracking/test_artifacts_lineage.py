"""Artifacts that a program writes itself, their versions, and who made and used them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from specweave import (
    Experiment,
    InvalidArgumentError,
    NotFoundError,
    TrackingWarning,
    find_artifact,
    load_experiment,
    track_artifacts,
    track_experiment,
)


@pytest.fixture
def exp() -> Experiment:
    return track_experiment("producer", capture=False)


def write(path: str, text: str = "content") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


def test_files_written_in_the_block_are_recorded() -> None:
    write("outputs/old.txt")
    write("outputs/changed.txt")
    with (
        track_experiment("xgboost-v1", capture=False) as exp,
        track_artifacts("outputs/") as recorded,
    ):
        write("outputs/changed.txt", "another content")
        write("outputs/plots/roc.svg")
        write("outputs/.specweave/ours")
        Path("outputs/link").symlink_to("old.txt")
    assert recorded.paths == ["outputs/changed.txt", "outputs/plots/roc.svg"]
    assert [saved["path"] for saved in exp.artifacts] == recorded.paths
    assert exp.artifact_path("outputs/changed.txt").read_text("utf-8") == "another content"


def test_folder_may_appear_in_the_block(exp: Experiment) -> None:
    with track_artifacts("later", exp) as recorded:
        write("later/a.txt")
    assert recorded.paths == ["later/a.txt"]


def fail_after_writing(exp: Experiment, close: bool = False) -> None:
    with track_artifacts("outputs", exp):
        write("outputs/partial.txt")
        if close:
            exp.close()
        raise ValueError("boom")


def raised(function: Callable[[], None]) -> str:
    try:
        function()
    except ValueError as error:
        return str(error)
    return ""


def test_error_leaves_what_was_written_recorded(exp: Experiment) -> None:
    with pytest.raises(ValueError, match="boom"):
        fail_after_writing(exp)
    assert [saved["path"] for saved in exp.artifacts] == ["outputs/partial.txt"]


def test_error_of_the_user_is_the_one_to_see(exp: Experiment) -> None:
    with pytest.warns(TrackingWarning, match="not all files"):
        assert raised(lambda: fail_after_writing(exp, close=True)) == "boom"


def test_decorator_records_each_call(exp: Experiment) -> None:
    @track_artifacts("outputs", experiment=exp)
    def plot(name: str) -> str:
        """Plot it."""
        write(f"outputs/{name}")
        return name

    @track_artifacts("outputs", experiment=exp)
    async def later(name: str) -> str:
        await asyncio.sleep(0)
        write(f"outputs/{name}")
        return name

    assert (plot("a.txt"), plot("b.txt")) == ("a.txt", "b.txt")
    assert asyncio.run(later("c.txt")) == "c.txt"
    assert plot.__doc__ == "Plot it."
    assert [saved["path"] for saved in exp.artifacts] == [
        "outputs/a.txt",
        "outputs/b.txt",
        "outputs/c.txt",
    ]


def test_decorator_finds_the_experiment_that_is_open() -> None:
    @track_artifacts("outputs")
    def plot() -> None:
        write("outputs/a.txt", str(len(list(Path("outputs").glob("*")))))

    for name in ("first", "second"):
        with track_experiment(name, capture=False) as exp:
            plot()
        assert len(exp.artifacts) == 1


def test_without_an_experiment_it_says_so() -> None:
    with pytest.raises(InvalidArgumentError, match="no experiment is open"), track_artifacts("a"):
        pass


def test_folder_is_found_again_after_a_change_of_directory(
    exp: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with track_artifacts("outputs", exp) as recorded:
        write("outputs/a.txt")
        monkeypatch.chdir(tmp_path)
    assert recorded.paths == ["outputs/a.txt"]


def test_versions_are_listed_newest_first(exp: Experiment) -> None:
    for text in ("one", "two", "three"):
        exp.save_artifact("notes.txt", text)
    versions = exp.artifact_versions("notes.txt")
    assert [facts["version"] for facts in versions] == [3, 2, 1]
    assert [facts["file"].read_text("utf-8") for facts in versions] == ["three", "two", "one"]
    with pytest.raises(NotFoundError, match=r"notes\.txt"):
        exp.artifact_versions("other.txt")


def test_lineage_tells_who_made_and_who_used_it(exp: Experiment) -> None:
    exp.save_artifact("model.json", {"weights": [1, 2]})
    consumer = track_experiment("consumer", capture=False)
    path = consumer.use_artifact("producer", "model.json")
    assert path == exp.artifact_path("model.json")
    used = load_experiment("consumer").facts["inputs"]["producer/model.json"]
    digest = exp.artifacts[0]["sha256"]
    assert (used["experiment"], used["version"], used["sha256"]) == ("producer", 1, digest)

    for asked in (digest, digest[:12].upper(), path):
        found = find_artifact(asked)
        assert [(use.relation, use.experiment.name, use.path) for use in found] == [
            ("produced", "producer", "model.json"),
            ("used", "consumer", "model.json"),
        ]


def test_older_versions_are_found_too(exp: Experiment) -> None:
    exp.save_artifact("model.json", {"weights": [1]})
    consumer = track_experiment("consumer", capture=False)
    consumer.use_artifact(exp, "model.json")
    first = exp.artifacts[0]["sha256"]
    exp.save_artifact("model.json", {"weights": [2]})
    assert [(use.relation, use.version) for use in find_artifact(first)] == [
        ("produced", 1),
        ("used", 1),
    ]


def test_artifact_that_is_not_there_cannot_be_used(exp: Experiment) -> None:
    with pytest.raises(NotFoundError, match="producer"):
        track_experiment("consumer", capture=False).use_artifact(exp, "model.json")
    assert find_artifact("0" * 64) == []


@pytest.mark.parametrize("asked", ["abc", "model.pkl", ""])
def test_what_is_no_digest_is_refused(asked: str) -> None:
    with pytest.raises(InvalidArgumentError, match="hexadecimal"):
        find_artifact(asked)


def test_an_empty_path_is_no_folder_to_watch() -> None:
    with pytest.raises(InvalidArgumentError, match="the path is empty"):
        track_artifacts("")
