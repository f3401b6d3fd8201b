"""What the records of a file say."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import pytest

from specweave_ml.wandb.offline_file import records
from specweave_ml.wandb.offline_file.changes import Changes
from specweave_ml.wandb.offline_file.file import OfflineFile
from support.offline_run_file import field, item, number_field, record, row, write


def read(tmp_path: Path, *written: bytes) -> list[records.Record]:
    file = OfflineFile(write(tmp_path / "run-a.wandb", written))
    found = list(file.records())
    assert file.damage == []
    return found


def time_of(seconds: int, nanos: int) -> bytes:
    return number_field(1, seconds) + number_field(2, nanos)


def test_a_row_has_its_step_its_time_and_nested_groups(tmp_path: Path) -> None:
    items = [
        item(("loss",), 0.25),
        item(("val", "acc"), 1),
        item(("val", "deep", "er"), "text"),
        item("plain", {"a": {"b": [1, None]}}),
        item(("nan",), math.nan),
        item(("inf",), -math.inf),
        item(("yes",), True),
        item(("_timestamp",), 1795971349.8),
        item(("long" * 50,), 2**80),
        item(("ä.b",), "x" * 300),
    ]
    body = b"".join(field(1, found) for found in items) + field(2, number_field(1, 17))
    (found,) = read(tmp_path, record(2, body))
    assert isinstance(found, records.HistoryRow)
    assert found.step == 17
    assert found.time == 1795971349.8
    assert math.isnan(found.values.pop("nan"))
    assert found.values == {
        "loss": 0.25,
        "val": {"acc": 1, "deep": {"er": "text"}},
        "plain": {"a": {"b": [1, None]}},
        "inf": -math.inf,
        "yes": True,
        "_timestamp": 1795971349.8,
        "long" * 50: 2**80,
        "ä.b": "x" * 300,
    }
    assert type(found.values["yes"]) is bool


def test_a_row_without_a_step_takes_the_column_and_one_without_both_has_none(
    tmp_path: Path,
) -> None:
    with_column = record(2, field(1, item("_step", 4)))
    without = record(2, field(1, item("loss", 4)))
    zero = record(2, field(1, item("loss", 4)) + field(2, b""))
    found = read(tmp_path, with_column, without, zero)
    assert [one.step for one in found if isinstance(one, records.HistoryRow)] == [4, None, 0]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (number_field(3, 0), None),
        (number_field(4, 1), True),
        (number_field(5, 7), -4),  # the lowest bit is the sign
        (b"\x31" + struct.pack("<d", 0.1), 0.1),
        (field(7, "words"), "words"),
        (field(8, '{"a": 1}'), {"a": 1}),
        (field(7, "words") + field(16, "2.5"), 2.5),  # both are written: they say the same
        (field(16, "2.5") + field(7, "words"), 2.5),
    ],
)
def test_values_that_are_not_written_as_json(tmp_path: Path, content: bytes, value: Any) -> None:
    (found,) = read(tmp_path, record(2, field(1, field(1, "key") + content)))
    assert isinstance(found, records.HistoryRow)
    assert found.values == {"key": value}


def test_a_run_has_its_names_times_and_configuration(tmp_path: Path) -> None:
    body = b"".join(
        [
            field(1, "9rekfka9"),
            field(2, "team"),
            field(3, "project"),
            field(4, field(1, item("lr", 0.1)) + field(1, item(("net", "layers"), 3))),
            field(6, "group"),
            field(7, "train"),
            field(8, "name"),
            field(9, "notes\nof two lines"),
            field(10, "a"),
            field(10, "b"),
            field(12, "sweep"),
            number_field(14, 30),
            field(17, time_of(1795971349, 500_000_000)),
            number_field(18, 1),
            field(21, field(1, "https://host/repository") + field(2, "abc")),
        ]
    )
    (found,) = read(tmp_path, record(17, body))
    assert isinstance(found, records.Run)
    assert found.config.as_dict() == {"lr": 0.1, "net": {"layers": 3}}
    assert (found.id, found.entity, found.project) == ("9rekfka9", "team", "project")
    assert (found.group, found.job_type, found.name) == ("group", "train", "name")
    assert (found.notes, found.tags) == ("notes\nof two lines", ("a", "b"))
    assert (found.sweep_id, found.starting_step, found.resumed) == ("sweep", 30, True)
    assert found.start_time == 1795971349.5
    assert (found.remote, found.commit) == ("https://host/repository", "abc")


def test_changes_set_and_remove(tmp_path: Path) -> None:
    body = (
        field(1, item(("net", "layers"), 4))
        + field(1, item("new", 1))
        + field(2, item(("net", "gone"), 0))
        + field(2, item("missing", 0))
    )
    config, summary = read(tmp_path, record(5, body), record(3, field(1, item("best", 9))))
    assert isinstance(config, records.ConfigChange)
    tree: dict[str, Any] = {"net": {"layers": 3, "gone": 1}, "lr": 0.1}
    config.changes.apply(tree)
    assert tree == {"net": {"layers": 4}, "lr": 0.1, "new": 1}
    assert summary == records.SummaryChange(Changes(((("best",), 9),)))


def test_definitions_of_metrics(tmp_path: Path) -> None:
    glob = (
        field(2, "val/*")
        + field(4, "epoch")
        + field(6, number_field(1, 1) + number_field(2, 1))
        + field(7, number_field(1, 1) + number_field(4, 1))
        + number_field(8, 2)
        + field(9, number_field(1, 1))
    )
    found = read(tmp_path, record(12, glob), record(12, field(1, "epoch")))
    assert found == [
        records.Metric(
            "val/*",
            step_metric="epoch",
            step_sync=True,
            hidden=True,
            summary=("min", "best"),
            goal="maximize",
            overwrite=True,
        ),
        records.Metric("epoch"),
    ]


def test_output_measurements_files_alerts_and_the_end(tmp_path: Path) -> None:
    minus_one = number_field(1, -1)
    path = tmp_path / "run-a.wandb"
    write(
        path,
        [
            record(21, field(1, field(1, "0.31.0") + field(2, "0.1"))),
            record(13, number_field(1, 1) + field(2, time_of(5, 0)) + field(3, "one\n")),
            record(4, field(3, "two\n")),
            record(7, field(2, time_of(6, 0)) + field(3, item("cpu.0", 0.5))),
            record(6, field(1, field(1, "media/a.png") + number_field(3, 2))),
            record(10, field(1, "title") + field(2, "text") + field(3, "WARN")),
            record(9, field(1, "logs") + number_field(2, 1)),
            record(11, field(4, "3.11.7") + field(5, "0.31.0")),
            record(25, field(1, "id") + field(2, "model") + field(3, "m:v0")),
            record(18, minus_one + number_field(2, 60)),
            record(20, b""),
            record(4711, b"a future kind"),
        ],
    )
    file = OfflineFile(path)
    assert list(file.records()) == [
        records.Header("0.31.0", "0.1"),
        records.Output("stdout", 5.0, "one\n"),
        records.Output("stderr", None, "two\n"),
        records.Stats(6.0, {"cpu.0": 0.5}),
        records.Files((records.RunFile("media/a.png", "media"),)),
        records.Alert("title", "text", "WARN"),
        records.TensorBoardFolder("logs", "", save=True),
        records.Telemetry("3.11.7", "0.31.0"),
        records.UsedArtifact("id", "model", "m:v0"),
        records.Exit(-1, 60),
        records.Other(20),
        records.Other(4711, known=False),
    ]
    assert file.ended
    assert file.unknown == {4711: 1}
    assert file.report().endswith("1 records of kind 4711, which this reader does not know")


def test_artifacts_with_their_files(tmp_path: Path) -> None:
    entry = (
        field(1, "weights/a.bin")
        + field(2, "digest")
        + number_field(4, 12)
        + field(6, "/staging/tmp1")
    )
    reference = field(1, "far.bin") + field(3, "s3://bucket/far.bin")
    body = (
        field(4, "model")
        + field(5, "net")
        + field(6, "whole")
        + field(7, "the net")
        + field(8, '{"auc": 0.9}')
        + number_field(9, 1)
        + field(11, "latest")
        + field(11, "best")
        + field(12, field(4, entry) + field(4, reference))
        + field(15, "client")
        + field(19, "tag")
    )
    (found,) = read(tmp_path, record(8, body))
    assert found == records.Artifact(
        name="net",
        type="model",
        digest="whole",
        description="the net",
        metadata={"auc": 0.9},
        aliases=("latest", "best"),
        tags=("tag",),
        files=(
            records.ArtifactFile("weights/a.bin", "digest", "", 12, "/staging/tmp1"),
            records.ArtifactFile("far.bin", reference="s3://bucket/far.bin"),
        ),
        client_id="client",
        user_created=True,
    )


def test_the_environment_has_the_names_of_its_metadata(tmp_path: Path) -> None:
    body = (
        field(1, "Linux")
        + field(3, time_of(9, 0))
        + field(5, "--lr")
        + field(5, "1")
        + number_field(16, 2)
        + field(20, field(1, "/") + field(2, number_field(1, 100) + number_field(2, 50)))
        + field(21, number_field(1, 2**40))
        + field(24, field(1, "H100") + number_field(3, 9))
        + field(27, field(1, "job_id") + field(2, "7"))
        + field(199, "writer")
    )
    (found,) = read(tmp_path, record(26, body))
    assert found == records.Environment(
        {
            "os": "Linux",
            "started_at": 9.0,
            "args": ["--lr", "1"],
            "cpu_count": 2,
            "disk": {"/": {"total": 100, "used": 50}},
            "memory": {"total": 2**40},
            "gpu_nvidia": [{"name": "H100", "cuda_cores": 9}],
            "slurm": {"job_id": "7"},
        }
    )


def test_reading_stops_when_nobody_asks_for_more(tmp_path: Path) -> None:
    """A record is read when it is asked for: a large file costs no memory."""
    path = write(tmp_path / "run-a.wandb", (row(step, loss=1) for step in range(5000)))
    file = OfflineFile(path)
    found = file.records()
    next(found)
    first = file.position
    next(found)
    assert first < file.position < file.size // 100
    assert not file.ended
