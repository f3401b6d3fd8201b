"""What is recorded of the data that an experiment used."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
import torch

import specweave_ml
from specweave import TrackingWarning, load_experiment, track_experiment
from specweave_ml.values.datasets import describe


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
        "round: a link to a folder that contains it",
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


def structured(second: float) -> Any:
    made = np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True))
    made["b"] = [0.5, second]
    return made


def masked(mask: Any) -> Any:
    return np.ma.MaskedArray([1.0, 2.0, 3.0], mask=mask)


SPARSE = [[0.0, 1.5], [0.0, 0.0]]
STAMP = 1_700_000_000_000_000_000
KINDS: dict[str, Any] = {
    "column of lists": [pd.DataFrame({"x": [[1], [2, 3]]}), pd.DataFrame({"x": [["1"], [2, 3]]})],
    "column of dicts": [pd.DataFrame({"x": [{"a": 1}]}), pd.DataFrame({"x": [{"a": "1"}]})],
    "column of arrays": [
        pd.DataFrame({"x": [np.zeros(2), np.zeros(3)]}),
        pd.DataFrame({"x": [np.zeros(2), np.ones(3)]}),
    ],
    "column of objects": [
        pd.DataFrame({"x": pd.Series(["1", 2], dtype=object)}),
        pd.DataFrame({"x": pd.Series([1, 2], dtype=object)}),
        pd.DataFrame({"x": pd.Series([1.0, 2], dtype=object)}),
        pd.DataFrame({"x": pd.Series([None, 2], dtype=object)}),
    ],
    "nullable": [
        pd.DataFrame({"x": pd.array([1, None], dtype="Int64")}),
        pd.DataFrame({"x": pd.array([None, 1], dtype="Int64")}),
        pd.DataFrame({"x": pd.array([1, 1], dtype="Int64")}),
    ],
    "index": [pd.DataFrame({"x": [1]}, index=[1]), pd.DataFrame({"x": [1]}, index=["1"])],
    "categories": [
        pd.DataFrame({"x": pd.Categorical(["a", "b"])}), pd.DataFrame({"x": ["a", "b"]})
    ],
    "two of a name": [
        pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame([[2, 1]], columns=["a", "a"])
    ],
    "series": [pd.Series([[1]]), pd.Series([["1"]]), pd.Series([1]), pd.Series(["1"])],
    "masks": [masked([0, 0, 1]), masked([0, 1, 0]), masked([0, 0, 0]), masked(np.ma.nomask).data],
    "objects": [
        np.array([1, "1"], object), np.array(["1", 1], object), np.array([[1], [2]], object)
    ],
    "structured": [structured(1.0), structured(2.0)],
    "polars": [
        pl.DataFrame({"x": [[1], [2]]}), pl.DataFrame({"x": [["1"], ["2"]]}),
        pl.DataFrame({"x": [1, None]}), pl.DataFrame({"x": [None, 1]}),
        pl.DataFrame({"x": [{"a": 1}]}), pl.DataFrame({"x": [{"a": 2}]}),
    ],
    "polars times": [
        pl.DataFrame({"t": pl.Series([STAMP]).cast(pl.Datetime("ns"))}),
        pl.DataFrame({"t": pl.Series([STAMP + 1]).cast(pl.Datetime("ns"))}),
    ],
    "polars series": [pl.Series([1, None]), pl.Series([None, 1]), pl.Series(["1", None])],
    "arrow": [
        pa.table({"x": [[1], [2]]}), pa.table({"x": [["1"], ["2"]]}), pa.table({"x": [1, None]}),
        pa.table({"x": [None, 1]}), pa.table({"x": pa.array([STAMP], pa.timestamp("ns"))}),
        pa.table({"x": pa.array([STAMP + 1], pa.timestamp("ns"))}),
    ],
    "arrow columns": [pa.array([1, None]), pa.array([None, 1]), pa.chunked_array([["1"]])],
    "sparse": [
        scipy.sparse.csr_matrix(SPARSE), scipy.sparse.csr_matrix([[1.5, 0], [0, 0]]),
        scipy.sparse.coo_array(SPARSE), scipy.sparse.csc_array([[1.5, 0], [0, 0]]),
    ],
    "tensors": [
        torch.tensor([1.0, 2.0], dtype=torch.bfloat16),
        torch.tensor([1.0, 3.0], dtype=torch.bfloat16),
        torch.tensor(SPARSE).to_sparse(), torch.tensor([[1.5, 0]]).to_sparse(),
    ],
    "lists": [[1, 2], ["1", 2], [1.0, 2], [[1], 2], [None, 2], [], [1, 2, 3], [np.zeros(2), 2]],
    "rows": [[[1, 2], [3, 4]], [[1, 2], [4, 3]], [{"a": 1}], [{"a": "1"}]],
    "dicts": [{"a": [1]}, {"a": ["1"]}, {"b": [1]}, {"a": np.zeros(1)}, {"a": {"b": 1}}],
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_different_data_has_different_digests_and_equal_data_the_same(kind: str) -> None:
    digests = [describe(data)["sha256"] for data in KINDS[kind]]

    assert len(set(digests)) == len(digests)
    again = [describe(copy.deepcopy(data))["sha256"] for data in KINDS[kind]]
    assert again == digests


def test_digests_are_the_same_in_every_process() -> None:
    code = (
        "import json, sys; from python.tests.values.test_data import KINDS; "
        "from specweave_ml.values.datasets import describe; "
        "print(json.dumps({k: [describe(x)['sha256'] for x in v] for k, v in KINDS.items()}))"
    )
    root = Path(__file__).parents[3]
    found = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path_of_package()},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    here = {kind: [describe(data)["sha256"] for data in some] for kind, some in KINDS.items()}

    assert found[0] == found[1]
    assert json.loads(found[0]) == here


def path_of_package() -> str:
    return str(Path(specweave_ml.__file__).parents[1])


def test_shape_and_columns_are_there_whatever_the_columns_hold() -> None:
    frame = pd.DataFrame({"x": [[1], [2]], "y": [{"a": 1}, {}], "z": [np.zeros(2), np.ones(2)]})
    facts = describe(frame)
    assert facts["shape"] == [2, 3]
    assert facts["columns"] == {"x": "object", "y": "object", "z": "object"}
    assert describe(KINDS["two of a name"][0])["columns"] == {"a": "int64", "a (2)": "int64"}
    assert describe(structured(1.0))["columns"] == {"a": "int8", "b": "float64"}
    assert describe(masked([0, 1, 1]))["masked"] == 2
    arrow = describe(pa.table({"x": [1], "y": ["a"]}))
    assert (arrow["shape"], arrow["columns"]) == ([1, 2], {"x": "int64", "y": "string"})
    sparse = describe(scipy.sparse.csr_matrix(SPARSE))
    assert (sparse["shape"], sparse["dtype"], sparse["stored"]) == ([2, 2], "float64", 1)
    assert describe([{"a": 1, "b": "x"}])["columns"] == {"a": "int", "b": "str"}
    assert describe([[1, 2], [3, 4], [5, 6]])["shape"] == [3, 2]
    assert describe({"x": np.zeros(3), "y": [1, 2, 3]})["shape"] == [3, 2]


def test_how_equal_values_lie_in_memory_does_not_count() -> None:
    frame = pd.DataFrame(np.arange(6.0).reshape(3, 2), columns=["a", "b"])
    apart = pd.DataFrame({"a": [0.0, 2.0, 4.0], "b": [1.0, 3.0, 5.0]})
    assert describe(apart)["sha256"] == describe(frame)["sha256"]
    assert describe(frame.iloc[::-1].iloc[::-1])["sha256"] == describe(frame)["sha256"]
    zeros = np.ma.MaskedArray([0.0, 1.0], mask=[True, False])
    nines = np.ma.MaskedArray([9.0, 1.0], mask=[True, False])
    assert describe(zeros)["sha256"] == describe(nines)["sha256"]
    other = scipy.sparse.csr_matrix((np.array([0.5, 1.0]), np.array([1, 1]), np.array([0, 2, 2])))
    summed = scipy.sparse.csr_matrix((np.array([1.5]), np.array([1]), np.array([0, 1, 1])))
    assert describe(other)["sha256"] == describe(summed)["sha256"]
    pieces = pa.chunked_array([[1], [2, 3]])
    assert describe(pieces)["sha256"] == describe(pa.chunked_array([[1, 2, 3]]))["sha256"]
    assert describe({"a": 1, "b": 2})["sha256"] == describe({"b": 2, "a": 1})["sha256"]
    with np.errstate(invalid="ignore"):
        nothing = pd.DataFrame({"x": np.array([np.inf]) - np.inf})
    assert describe(nothing)["sha256"] == describe(pd.DataFrame({"x": [np.nan]}))["sha256"]


def test_a_dataset_that_makes_its_items_is_not_read() -> None:
    class Rows:
        def __len__(self) -> int:
            return 3

        def __getitem__(self, place: int) -> int:
            raise AssertionError("read")

    assert describe(Rows())["length"] == 3
