"""Files that are copied: only files and folders, never anything that could block."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from specweave import Experiment, track_experiment
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
