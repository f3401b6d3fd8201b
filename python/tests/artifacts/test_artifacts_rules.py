"""How the name and the object decide what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from specweave import Experiment, load_experiment, track_experiment
from specweave_ml.errors import InvalidNameError, SerialisationError, StorageError


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


def folder(exp: Experiment) -> Path:
    return Path(exp.path)


def test_text_is_content(exp: Experiment) -> None:
    exp.save_artifact("notes.md", "# Überschrift\n")
    exp.save_artifact("config.json", '{"as": "it is"}')
    exp.save_artifact("no_extension", "text")

    assert (folder(exp) / "notes.md").read_bytes() == "# Überschrift\n".encode()
    assert (folder(exp) / "config.json").read_text(encoding="utf-8") == '{"as": "it is"}'
    assert (folder(exp) / "no_extension").read_text(encoding="utf-8") == "text"


def test_text_that_is_a_file_name_is_still_content_for_a_text_file(
    exp: Experiment, tmp_path: Path
) -> None:
    (tmp_path / "real.txt").write_text("of the file", encoding="utf-8")

    exp.save_artifact("copy.txt", "real.txt")

    assert (folder(exp) / "copy.txt").read_text(encoding="utf-8") == "real.txt"


def test_text_for_a_binary_file_names_a_file(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "trained.pkl").write_bytes(b"pickle bytes")

    exp.save_artifact("model.pkl", "trained.pkl")

    assert (folder(exp) / "model.pkl").read_bytes() == b"pickle bytes"


def test_text_for_a_binary_file_that_names_no_file_is_an_error(exp: Experiment) -> None:
    with pytest.raises(SerialisationError, match=r"model\.pkl.*'nowhere\.pkl'.*not an existing"):
        exp.save_artifact("model.pkl", "nowhere.pkl")

    assert not (folder(exp) / "model.pkl").exists()


def test_path_is_a_file_to_copy(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("report", encoding="utf-8")

    exp.save_artifact("reports/first.txt", tmp_path / "report.txt")

    assert (folder(exp) / "reports/first.txt").read_text(encoding="utf-8") == "report"


def test_one_argument_is_a_path(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("report", encoding="utf-8")

    exp.save_artifact("report.txt")
    exp.log_artifact(tmp_path / "report.txt")

    assert (folder(exp) / "report.txt").read_text(encoding="utf-8") == "report"


def test_one_argument_that_is_no_path_is_an_error(exp: Experiment) -> None:
    with pytest.raises(SerialisationError, match="with one argument takes the path"):
        exp.save_artifact({"not": "a path"})  # type: ignore[arg-type]


def test_missing_file_is_an_error(exp: Experiment, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        exp.save_artifact(tmp_path / "missing.bin")


def test_folder_is_copied_whole(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "checkpoint/deep").mkdir(parents=True)
    (tmp_path / "checkpoint/a.bin").write_bytes(b"a")
    (tmp_path / "checkpoint/deep/b.bin").write_bytes(b"b")

    exp.save_artifact("checkpoint")

    assert (folder(exp) / "checkpoint/deep/b.bin").read_bytes() == b"b"
    assert exp.load_artifact("checkpoint") == folder(exp) / "checkpoint"


def test_bytes_are_written_as_they_are(exp: Experiment) -> None:
    exp.save_artifact("a.bin", b"\0\1")
    exp.save_artifact("b.pkl", bytearray(b"\2"))
    exp.save_artifact("c", memoryview(b"\3"))

    assert (folder(exp) / "a.bin").read_bytes() == b"\0\1"
    assert (folder(exp) / "b.pkl").read_bytes() == b"\2"
    assert (folder(exp) / "c").read_bytes() == b"\3"


def test_extension_decides_among_the_forms_of_an_object(exp: Experiment) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    exp.save_artifact("t.csv", frame)
    exp.save_artifact("t.JSON", frame)
    exp.save_artifact("t.pkl", frame)

    assert (folder(exp) / "t.csv").read_text(encoding="utf-8") == "a\n1\n2\n"
    assert json.loads((folder(exp) / "t.JSON").read_bytes()) == [{"a": 1}, {"a": 2}]
    assert exp.load_artifact("t.pkl", trust=True).equals(frame)


@pytest.mark.parametrize("name", ["thing.xyz", "thing", "thing.png"])
def test_object_without_a_form_for_the_extension_is_told_the_choices(
    exp: Experiment, name: str
) -> None:
    with pytest.raises(SerialisationError, match=r"builtins\.dict.*\.json, \.yaml.*\.pkl"):
        exp.save_artifact(name, {"a": [1]})

    assert not (folder(exp) / name).exists()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../out.txt", "/etc/out.txt", "a/../../out.txt", "a\0b", "params.json"]
)
def test_names_that_escape_or_are_reserved_are_refused(
    exp: Experiment, tmp_path: Path, name: str
) -> None:
    exp.flush()
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(InvalidNameError):
        exp.save_artifact(name, "text")

    assert sorted(tmp_path.rglob("*")) == before


def test_same_name_again_keeps_the_older_one(exp: Experiment) -> None:
    for text in ("first", "second", "third"):
        exp.save_artifact("notes.txt", text)

    assert (folder(exp) / "notes.txt").read_text(encoding="utf-8") == "third"
    kept = sorted(
        path.read_text(encoding="utf-8")
        for path in (folder(exp) / ".versions").rglob("*")
        if path.is_file()
    )
    assert kept == ["first", "second"]


def test_details_say_what_was_saved_and_with_what(exp: Experiment) -> None:
    exp.save_artifact("array.npy", np.arange(3))
    exp.finish()

    text = (folder(exp) / ".summary.json").read_text(encoding="utf-8")
    assert "numpy.ndarray" in text
    assert np.__version__ in text


def bytes_read(save: Callable[[], object]) -> int:
    """How many bytes this process asks the kernel for while it saves something."""

    def count() -> int:
        return int(re.findall(r"rchar: (\d+)", Path("/proc/self/io").read_text())[0])

    before = count()
    save()
    return count() - before


@pytest.mark.parametrize("by", ["the owner", "the owner after the end", "a loaded handle"])
@pytest.mark.parametrize("names", ["many", "one"])
def test_saving_reads_the_same_beside_hundreds_of_artifacts(by: str, names: str) -> None:
    exp = track_experiment("x", capture=False)
    if by != "the owner":
        exp.finish()
    saver = load_experiment("x") if by == "a loaded handle" else exp

    def save(number: int) -> int:
        name = f"a/{number}.txt" if names == "many" else "a.txt"
        return bytes_read(lambda: saver.save_artifact(name, f"text {number:06}"))

    read = [save(number) for number in range(400)]
    # Now and then the views are written anew, which costs more the more there is.
    early, late = (sorted(part)[len(part) // 2] for part in (read[100:150], read[350:]))
    assert late <= early + 4096
    assert len(exp._facts()["artifacts"]) == 400
