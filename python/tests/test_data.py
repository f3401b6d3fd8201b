"""What is recorded of the data that an experiment used."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from specweave import TrackingWarning, load_experiment, track_experiment
from specweave_ml.data import describe


def test_array_has_shape_type_and_digest() -> None:
    data = np.arange(6, dtype=np.float32).reshape(2, 3)
    facts = describe(data)
    assert (facts["shape"], facts["dtype"]) == ([2, 3], "float32")
    assert facts["sha256"] == hashlib.sha256(data.tobytes()).hexdigest()
    assert describe(np.asfortranarray(data))["sha256"] == facts["sha256"]


def test_table_has_columns_and_a_digest_of_its_content() -> None:
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    facts = describe(table)
    assert facts["shape"] == [2, 2]
    assert list(facts["columns"]) == ["a", "b"]
    assert describe(table.copy())["sha256"] == facts["sha256"]
    assert describe(table.assign(a=[1, 3]))["sha256"] != facts["sha256"]
    assert describe(table["a"])["sha256"] != describe(table["b"])["sha256"]


def test_file_has_the_identities_of_git_and_dvc(project: Path) -> None:
    path = project / "train.csv"
    path.write_bytes(b"hello\n")
    path.with_name("train.csv.dvc").write_text(
        "outs:\n- md5: b1946ac92492d2347c6235b4d2611184\n  size: 6\n  path: train.csv\n"
    )
    facts = describe(path)
    assert facts["path"] == "train.csv"
    assert facts["size"] == 6
    assert facts["sha256"] == hashlib.sha256(b"hello\n").hexdigest()
    assert facts["git_blob"] == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert facts["dvc"]["md5"] == "b1946ac92492d2347c6235b4d2611184"


def test_folder_is_the_digest_of_its_files(project: Path) -> None:
    folder = project / "images"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "1.png").write_bytes(b"1")
    (folder / "2.png").write_bytes(b"22")
    facts = describe("images")
    assert (facts["files"], facts["size"]) == (2, 3)
    (folder / "2.png").write_bytes(b"33")
    assert describe(folder)["sha256"] != facts["sha256"]


def test_folder_of_links_is_described_by_what_they_lead_to(project: Path) -> None:
    (project / "blobs").mkdir()
    (project / "data" / "deep").mkdir(parents=True)
    for name, content in [("1", b"1"), ("2", b"22")]:
        (project / "blobs" / name).write_bytes(content)
    (project / "data" / "a.csv").symlink_to("../blobs/1")
    (project / "data" / "deep" / "more").symlink_to("../../blobs")
    facts = describe(Path("data"))
    listing = b"".join(
        hashlib.sha256(content).hexdigest().encode() + b"  " + name + b"\n"
        for name, content in [(b"a.csv", b"1"), (b"deep/more/1", b"1"), (b"deep/more/2", b"22")]
    )
    assert (facts["files"], facts["size"]) == (3, 4)
    assert facts["sha256"] == hashlib.sha256(listing).hexdigest()
    (project / "blobs" / "1").write_bytes(b"x")
    assert describe(Path("data"))["sha256"] != facts["sha256"]


def test_folder_has_the_digest_of_the_artifact_that_it_is_saved_as(project: Path) -> None:
    for name in ("a/x", "a-b/x", "a.b", "z"):
        (project / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (project / "data" / name).write_text(name)
    with track_experiment("folder", capture=False) as exp:
        exp.log_artifact("data")
        exp.log_data("train", Path("data"))
    (saved,) = exp.artifact_versions("data")
    assert saved["sha256"] == load_experiment("folder").facts["data"]["train"]["sha256"]


def test_what_cannot_be_read_of_a_folder_is_said(project: Path) -> None:
    folder = project / "data"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "gone").symlink_to("nowhere")
    (folder / "self").symlink_to("self")
    (folder / "round").symlink_to(".")
    os.mkfifo(folder / "pipe")
    with (
        track_experiment("data", capture=False) as exp,
        pytest.warns(
            TrackingWarning, match="without 4 of its entries: gone: a link that leads nowhere"
        ),
    ):
        exp.log_data("train", folder)
    assert load_experiment("data").facts["data"]["train"]["left_out"] == [
        "gone: a link that leads nowhere",
        "pipe: neither a file nor a folder",
        "round: a link to a folder around it",
        "self: a link that leads nowhere",
    ]


def test_names_that_are_not_utf8_count(project: Path) -> None:
    (project / "data").mkdir()
    (project / "data" / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    facts = describe(Path("data"))
    listing = hashlib.sha256(b"x").hexdigest().encode() + b"  caf\xe9.csv\n"
    assert facts["sha256"] == hashlib.sha256(listing).hexdigest()


def test_a_store_in_a_folder_is_no_data(project: Path) -> None:
    (project / "a.csv").write_text("1")
    before = describe(project)
    track_experiment("store", capture=False).finish()
    assert describe(project) == before


@pytest.mark.parametrize("path", ["", Path(""), "."])
def test_the_working_directory_is_not_described_unasked(path: str | Path) -> None:
    exp = track_experiment("data", capture=False)
    with pytest.warns(TrackingWarning, match="is the working directory"):
        exp.log_data("train", path)
    assert exp.dropped == 1


def test_a_file_that_grows_is_read_as_it_was(project: Path) -> None:
    path = project / "run.log"
    path.write_bytes(b"x" * (32 << 20))
    grow = "import sys\nwhile True: open(sys.argv[1], 'ab').write(b'x' * (1 << 20))"
    with subprocess.Popen([sys.executable, "-c", grow, str(path)]) as writer:
        try:
            facts = describe(path)
        finally:
            writer.kill()
    content = path.read_bytes()[: facts["size"]]
    assert facts["sha256"] == hashlib.sha256(content).hexdigest()
    blob = b"blob %d\0" % len(content) + content
    assert facts["git_blob"] == hashlib.sha1(blob, usedforsecurity=False).hexdigest()


def test_data_is_recorded_with_further_details(project: Path) -> None:
    with track_experiment("data", capture=False) as exp:
        exp.log_data("train", np.zeros((3, 2)), version="v2024-01")
        exp.log_data("test", [1, 2])
        exp.log_data("remote", "s3://bucket/data/v2024-01")
    data = load_experiment("data").facts["data"]
    assert data["train"]["shape"] == [3, 2]
    assert data["train"]["version"] == "v2024-01"
    assert data["test"]["length"] == 2
    assert data["remote"] == {"url": "s3://bucket/data/v2024-01"}


def test_missing_file_is_a_warning() -> None:
    exp = track_experiment("data", capture=False)
    with pytest.warns(TrackingWarning, match="nowhere"):
        exp.log_data("train", Path("nowhere.csv"))
    assert exp.dropped == 1
