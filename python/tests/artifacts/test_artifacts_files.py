"""Files that are copied: only files and folders, never anything that could block."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub.file_download import _create_symlink, repo_folder_name

from specweave import (
    Experiment,
    InvalidArgumentError,
    SerialisationError,
    TrackingWarning,
    track_experiment,
)
from specweave_ml._native.library import library
from specweave_ml._native.text import owned_json
from specweave_ml.errors import TrackingError


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


def test_link_to_a_file_is_followed(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "real.bin").write_bytes(b"real")
    (tmp_path / "link.bin").symlink_to("real.bin")

    exp.save_artifact(tmp_path / "link.bin")

    copy = Path(exp.path) / "link.bin"
    assert copy.read_bytes() == b"real"
    assert not copy.is_symlink()


@pytest.mark.parametrize("kind", ["fifo", "socket", "device", "dangling", "loop", "memory"])
def test_what_is_no_file_is_refused_at_once(exp: Experiment, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source.bin"
    listener = socket.socket(socket.AF_UNIX)
    if kind == "fifo":
        os.mkfifo(source)
    elif kind == "socket":
        listener.bind(str(source))
    elif kind == "dangling":
        source.symlink_to("nowhere")
    elif kind == "loop":
        source.symlink_to("source.bin")
    else:
        source = Path("/dev/zero" if kind == "device" else "/proc/self/mem")

    try:
        with pytest.raises(TrackingError):
            exp.save_artifact("copy.bin", source)
    finally:
        listener.close()

    assert not (Path(exp.path) / "copy.bin").exists()


def test_empty_file(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "empty.bin").touch()

    exp.save_artifact(tmp_path / "empty.bin")

    assert (Path(exp.path) / "empty.bin").read_bytes() == b""


def test_names_inside_a_folder_are_kept(exp: Experiment, tmp_path: Path) -> None:
    source = tmp_path / "folder"
    source.mkdir()
    odd = ['quote".txt', "new\nline.txt", "100%.txt", "模型.txt"]
    for name in odd:
        (source / name).write_text(name, encoding="utf-8")

    exp.save_artifact(source)

    assert {path.name for path in (Path(exp.path) / "folder").iterdir()} == set(odd)


def test_hash_is_of_what_was_stored(exp: Experiment, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "data.bin").write_bytes(content)

    exp.save_artifact(tmp_path / "data.bin")
    exp.save_artifact("same.bin", content)
    exp.finish()

    metadata = (Path(exp.path) / "metadata.yaml").read_text(encoding="utf-8")
    assert metadata.count(hashlib.sha256(content).hexdigest()) == 2


def test_nothing_of_a_failed_copy_stays(exp: Experiment, tmp_path: Path) -> None:
    exp.flush()
    before = {path.name for path in Path(exp.path).rglob("*")}
    with pytest.raises(TrackingError):
        exp.save_artifact("copy.bin", tmp_path / "missing.bin")

    assert {path.name for path in Path(exp.path).rglob("*")} == before


def hub(root: Path) -> Path:
    """A model as huggingface_hub keeps it: files are links to blobs named by their content."""
    model = root / repo_folder_name(repo_id="org/name", repo_type="model")
    snapshot = model / "snapshots" / ("a1" * 20)
    (model / "blobs").mkdir(parents=True)
    for place, content in [("config.json", b"{}"), ("onnx/model.bin", b"weights")]:
        blob = model / "blobs" / hashlib.sha256(content).hexdigest()
        blob.write_bytes(content)
        (snapshot / place).parent.mkdir(parents=True, exist_ok=True)
        _create_symlink(str(blob), str(snapshot / place))
        assert (snapshot / place).is_symlink()
    return snapshot


def entry(exp: Experiment, path: str) -> dict[str, Any]:
    """What is recorded of an artifact."""
    artifacts = owned_json(library().et_experiment_read, exp._native)["artifacts"]
    return next(artifact for artifact in artifacts if artifact["path"] == path)


def test_a_folder_of_hugging_face_is_copied_with_its_content(
    exp: Experiment, tmp_path: Path
) -> None:
    exp.log_artifact(hub(tmp_path), "model")

    copy = Path(exp.path) / "model"
    assert (copy / "config.json").read_bytes() == b"{}"
    assert (copy / "onnx" / "model.bin").read_bytes() == b"weights"
    assert not any(path.is_symlink() for path in copy.rglob("*"))
    assert entry(exp, "model")["details"] == {"files": 2, "left_out": 0}


@pytest.mark.parametrize(
    "cache",
    ["cache/files/md5/5d/41402abc4b2a76b9719d911017c592", ".git/annex/objects/Xx/0q/MD5-s5--5d/k"],
)
def test_links_of_dvc_and_git_annex_are_followed(
    exp: Experiment, tmp_path: Path, cache: str
) -> None:
    blob = tmp_path / "elsewhere" / cache
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"hello")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.csv").symlink_to(blob)

    exp.log_artifact(tmp_path / "data")

    assert (Path(exp.path) / "data" / "train.csv").read_bytes() == b"hello"


def test_links_inside_a_folder_are_followed(exp: Experiment, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    (runs / "step-3").mkdir(parents=True)
    (runs / "step-3" / "w.bin").write_bytes(b"3")
    (runs / "latest").symlink_to("step-3")
    (runs / "best").symlink_to(runs / "step-3")
    (runs / "best.bin").symlink_to("latest/w.bin")

    exp.log_artifact(runs)

    copy = Path(exp.path) / "runs"
    found = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    assert found == {"step-3/w.bin", "latest/w.bin", "best/w.bin", "best.bin"}


def test_what_is_not_copied_of_a_folder_is_said(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key").write_text("private")
    source = tmp_path / "folder"
    (source / "deep").mkdir(parents=True)
    (source / "a.txt").write_text("a")
    (source / "key").symlink_to(tmp_path / "private" / "key")
    (source / "all").symlink_to(tmp_path / "private")
    (source / "gone").symlink_to("nowhere")
    (source / "self").symlink_to("self")
    (source / "deep" / "up").symlink_to("..")
    os.mkfifo(source / "pipe")
    (source / os.fsdecode(b"caf\xe9.csv")).write_text("x")

    with pytest.warns(TrackingWarning, match="7 entries of the folder saved as 'folder'") as said:
        exp.log_artifact(source)

    assert len(said) == 1
    copy = Path(exp.path) / "folder"
    assert {str(path.relative_to(copy)) for path in copy.rglob("*")} == {"a.txt", "deep"}
    assert entry(exp, "folder")["details"] == {
        "files": 1,
        "left_out": 7,
        "left_out_entries": [
            "all: a link that leads out of the folder",
            "caf\\xe9.csv: its name is not UTF-8",
            "deep/up: a link to a folder that contains it",
            "gone: a link that leads nowhere",
            "key: a link that leads out of the folder",
            "pipe: neither a file nor a folder",
            "self: a link that leads nowhere",
        ],
    }


def test_all_links_are_followed_if_asked_for(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "disk" / "more").mkdir(parents=True)
    (tmp_path / "disk" / "more" / "x.bin").write_bytes(b"x")
    (tmp_path / "disk" / "more" / "back").symlink_to(tmp_path / "disk")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train").symlink_to(tmp_path / "disk")
    (tmp_path / "data" / "store").symlink_to(Path(exp.path).parent)

    with pytest.warns(TrackingWarning, match="2 entries"):
        exp.log_artifact(tmp_path / "data", follow_links=True)

    copy = Path(exp.path) / "data"
    found = [str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()]
    assert found == ["train/more/x.bin"]


def test_folders_that_link_to_each_other_come_to_an_end(exp: Experiment, tmp_path: Path) -> None:
    source = tmp_path / "ring"
    for name in "abc":
        (source / name).mkdir(parents=True)
        (source / name / "file").write_text(name)
    for name in "abc":
        for other in set("abc") - {name}:
            (source / name / other).symlink_to(f"../{other}")

    with pytest.warns(TrackingWarning, match="a link to a folder that contains it"):
        exp.log_artifact(source)

    assert (Path(exp.path) / "ring" / "a" / "b" / "c" / "file").read_text() == "c"


@pytest.mark.parametrize("path", ["", ".", "./", "./."])
@pytest.mark.parametrize("form", [str, Path])
def test_the_working_directory_is_not_copied_unasked(
    exp: Experiment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    form: Callable[[str], str | Path],
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "secret.txt").write_text("secret")
    monkeypatch.chdir(work)
    before = set(Path(exp.path).rglob("*"))

    with pytest.raises(InvalidArgumentError, match="is the working directory"):
        exp.log_artifact(form(path))
    with pytest.raises(InvalidArgumentError, match="is the working directory"):
        exp.log_artifact(form(path), "copy")
    with pytest.raises(InvalidArgumentError, match="is the working directory"):
        exp.save_artifact(form(path))

    assert set(Path(exp.path).rglob("*")) == before
    exp.log_artifact(Path.cwd())
    assert (Path(exp.path) / "work" / "secret.txt").read_text() == "secret"


def test_a_folder_with_the_store_in_it_is_refused(exp: Experiment, tmp_path: Path) -> None:
    for place in (tmp_path, Path(exp.path), Path(exp.path).parent, Path(exp.path) / ".."):
        with pytest.raises(InvalidArgumentError, match="holds the experiment itself"):
            exp.log_artifact(place, "copy")


def test_a_path_of_another_type_is_refused(exp: Experiment) -> None:
    for wrong in (None, 3, {"a": 1}):
        with pytest.raises(SerialisationError, match="log_artifact takes the path of a file"):
            exp.log_artifact(wrong)  # type: ignore[arg-type]


GROW = """
import sys, time
with open(sys.argv[1], "ab", buffering=0) as log:
    while True:
        log.write(b"x" * (1 << 20))
"""


def test_a_file_that_grows_is_copied_as_it_was(exp: Experiment, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"x" * (64 << 20))
    with subprocess.Popen([sys.executable, "-c", GROW, str(log)]) as writer:
        try:
            exp.log_artifact(log)
        finally:
            writer.kill()

    kept = (Path(exp.path) / "run.log").read_bytes()
    assert 64 << 20 <= len(kept) <= log.stat().st_size
    assert entry(exp, "run.log")["sha256"] == hashlib.sha256(kept).hexdigest()


def test_a_file_of_the_kernel_is_copied_whole(exp: Experiment) -> None:
    exp.log_artifact("/proc/version")

    assert (Path(exp.path) / "version").read_bytes() == Path("/proc/version").read_bytes()
