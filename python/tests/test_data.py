"""What is recorded of the data that an experiment used."""

from __future__ import annotations

import hashlib
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
