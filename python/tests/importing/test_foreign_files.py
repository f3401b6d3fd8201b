"""Files of other trackers as they were in older versions, or damaged: made by hand."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import struct
import zlib
from pathlib import Path

import pytest

from specweave_ml import (
    FormatError,
    ImportReport,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)
from specweave_ml.importing.block_yaml import YamlError, parsed
from specweave_ml.importing.readers.tensorboard.crc32c import checksums, masked
from specweave_ml.importing.torn_json import object_in


def first_trackio(path: str) -> None:
    """Make a database as the first versions of Trackio did: names identify runs, JSON is text."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, "
            "run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL)"
        )
        for step in range(3):
            connection.execute(
                "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, 'a', ?, ?)",
                (f"2025-08-01T00:00:0{step}+00:00", step, json.dumps({"loss": 1 / (step + 1)})),
            )
    connection.close()


def frame(payload: bytes) -> bytes:
    """Return a frame of a TFRecord file."""
    length = struct.pack("<Q", len(payload))
    sums = [struct.pack("<I", masked(checksums([data])[0])) for data in (length, payload)]
    return length + sums[0] + payload + sums[1]


def event(step: int, value: float) -> bytes:
    """Return an event with a scalar, as TensorBoard's first versions wrote it."""
    summary = b"\x0a\x0b\x0a\x04loss\x15" + struct.pack("<f", value)
    return (
        b"\x09" + struct.pack("<d", 1.6e9 + step) + b"\x10" + bytes([step]) + b"\x2a\x0d" + summary
    )


VERSION = b"\x09" + struct.pack("<d", 1.6e9) + b"\x1a\x0dbrain.Event:2"


def test_the_first_databases_of_trackio(project: Path) -> None:
    first_trackio("churn.db")
    Path("train.py").touch()
    assert [(s.path, s.kind, s.runs) for s in find_foreign_experiments()] == [
        ("churn.db", "trackio", 1)
    ]
    assert import_experiments("churn.db").ok
    assert not any(run.changed for run in import_experiments("churn.db").runs)
    loss = load_experiment("a").history("loss")
    assert list(loss.values) == [1.0, 0.5, 1 / 3]
    assert loss.times[2] == 1754006402.0
    assert load_experiment("a").status == "completed"
    with sqlite3.connect("churn.db") as connection:  # what 0.5 has added
        connection.execute(
            "CREATE TABLE configs (id INTEGER PRIMARY KEY, run_name TEXT, config TEXT, "
            "created_at TEXT)"
        )
        connection.execute("INSERT INTO configs VALUES (1, 'a', '{\"lr\": 0.1}', 'x')")
    connection.close()
    grown = import_experiments("churn.db")
    assert grown.ok
    assert load_experiment("a").params == {"lr": 0.1}


def test_one_damaged_database_keeps_no_other_from_it(project: Path) -> None:
    Path("all").mkdir()
    first_trackio("all/one.db")
    first_trackio("all/two.db")
    data = bytearray(Path("all/one.db").read_bytes())
    data[100:4096] = bytes(3996)
    Path("all/one.db").write_bytes(data)
    report = import_experiments("all", kind="trackio")
    assert len(report.problems) == 1
    assert "all/one.db: " in report.problems[0]
    assert report.equal
    assert [run.name for run in report.runs] == ["a"]


def test_a_project_with_stores_of_several_trackers(project: Path) -> None:
    first_trackio("churn.db")
    Path("runs/a").mkdir(parents=True)
    Path("runs/a/events.out.tfevents.1600000000.host").write_bytes(frame(VERSION))
    Path("runs/b/train").mkdir(parents=True)
    Path("runs/b/train/events.out.tfevents.1600000000.host").write_bytes(frame(VERSION))
    Path("src").mkdir()
    Path("src/notes.txt").write_text("nothing")
    found = [(source.path, source.kind, source.runs) for source in find_foreign_experiments()]
    assert found == [("churn.db", "trackio", 1), ("runs", "tensorboard", 2)]


def test_pipes_are_not_waited_for(project: Path) -> None:
    places = ("a/1/run.json", "a/1/config.json", "b/plots/metrics/x.tsv", "b/metrics.json")
    for place in (*places, "c/inbox/w/0.jsonl", "d/x.db", "d/x.log", "e/events.out.tfevents.1.h"):
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(place)
    assert find_foreign_experiments() == []


def test_event_files_of_every_length_of_numbers(project: Path) -> None:
    Path("log").mkdir()
    frames = [frame(VERSION), *(frame(event(step, step / 2)) for step in range(100))]
    Path("log/events.out.tfevents.1600000000.my.host").write_bytes(b"".join(frames))
    report = import_experiments("log")
    assert report.ok
    experiment = load_experiment("log")
    assert list(experiment.history("loss").steps) == list(range(100))
    assert list(experiment.history("loss").values) == [step / 2 for step in range(100)]
    assert experiment.facts["tensorboard"]["files"] == ["events.out.tfevents.1600000000.my.host"]


def test_a_record_that_claims_to_be_huge_is_not_read_into_memory(project: Path) -> None:
    Path("log").mkdir()
    length = struct.pack("<Q", 1 << 40)
    huge = length + struct.pack("<I", masked(checksums([length])[0]))
    start = frame(VERSION) + frame(event(0, 0.5))
    path = Path("log/events.out.tfevents.1600000000.host")
    path.write_bytes(start + huge + b"x" * 100)
    report = import_experiments("log")
    assert report.all_problems == [
        f"log: {path.absolute()}: byte {len(start)}: the length of a record does not fit its "
        "checksum; nothing behind was read"
    ]
    assert list(load_experiment("log").history("loss").values) == [0.5]


def test_checksums_are_those_of_crc_32c() -> None:
    assert checksums([b"123456789", b"", b"\0" * 32, bytes(range(32))]) == [
        0xE3069283, 0, 0x8A9136AA, 0x46DD794E
    ]  # fmt: skip
    generator = random.Random(1)  # noqa: S311
    messages = [generator.randbytes(size) for size in (1, 31, 32, 33, 255, 256, 257, 512, 5000)]
    assert checksums(messages) == [slowly(message) for message in messages]
    assert checksums(messages) != [zlib.crc32(message) for message in messages]


def slowly(message: bytes) -> int:
    """Return a CRC-32C bit by bit."""
    state = 0xFFFFFFFF
    for byte in message:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (0x82F63B78 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


def test_yaml_of_trackers() -> None:
    text = (
        "# by hand\nlr: 1e-3\nname: 'it''s'\nbetas: [0.9, 0.999]\nempty:\nnested:\n  deep:\n"
        "  - a\n  -   b: 1\n      c: [x, 'y, z']\nfolded: one two\n  three\nliteral: |\n  a\n   b\n"
        'escaped: "tab\\tnew\\nline \\u00fc \\x41"\nlist:\n- - 1\n  - 2\n-\n  - 3\nhex: 0x1F\n'
        "no: no\nmap: {a: 1, b: [2, {c: null}]}\ndate: 2026-01-02\n"
    )
    assert parsed(text) == {
        "lr": 1e-3, "name": "it's", "betas": [0.9, 0.999], "empty": None,
        "nested": {"deep": ["a", {"b": 1, "c": ["x", "y, z"]}]}, "folded": "one two three",
        "literal": "a\n b\n", "escaped": "tab\tnew\nline ü A", "list": [[1, 2], [3]], "hex": 31,
        "no": "no", "map": {"a": 1, "b": [2, {"c": None}]}, "date": "2026-01-02",
    }  # fmt: skip
    for wrong, line in (("a: 1\nb: *x\n", 2), ("a: 1\n- b\n", 2), ("a: 'x\n", 1), ("a: [1\n", 1)):
        with pytest.raises(YamlError) as error:
            parsed(wrong)
        assert error.value.line == line


def test_json_that_was_cut_off_is_read_up_to_there() -> None:
    whole = b'{"a": {"x": [1, 2]}, "b": 3, "c": [4, 5]}'
    assert object_in(whole) == ({"a": {"x": [1, 2]}, "b": 3, "c": [4, 5]}, "")
    for end in range(1, len(whole)):
        found, wrong = object_in(whole[:end])
        assert wrong.startswith("line 1, byte ")
        assert found == {
            key: value
            for key, value in {"a": {"x": [1, 2]}, "b": 3}.items()
            if end > whole.index(b"," if key == "a" else b', "c"', 18)
        }
    assert object_in(b"[1]")[1] == "byte 0: a list where an object was expected"


def imported(source: str, kind: str) -> ImportReport | None:
    """Import a source; None if it was refused by the one error that may be raised."""
    try:
        return import_experiments(source, kind=kind)
    except FormatError as error:
        if source not in str(error):
            raise
        return None


@pytest.mark.parametrize("seed", range(3))
def test_damage_anywhere_never_raises_anything_else(project: Path, seed: int) -> None:
    generator = random.Random(seed)  # noqa: S311
    Path("good/log").mkdir(parents=True)
    first_trackio("good/churn.db")
    frames = [frame(VERSION), *(frame(event(step, step / 2)) for step in range(20))]
    Path("good/log/events.out.tfevents.1600000000.host").write_bytes(b"".join(frames))
    for number in range(25):
        shutil.copytree("good", "bad")
        for path in [path for path in Path("bad").rglob("*") if path.is_file()]:
            data = bytearray(path.read_bytes())
            for _ in range(generator.choice((1, 10, 200))):
                data[generator.randrange(len(data))] = generator.randrange(256)
            path.write_bytes(data[: generator.choice((len(data), generator.randrange(len(data))))])
        for source, kind in (("bad/churn.db", "trackio"), ("bad/log", "tensorboard")):
            report = imported(source, kind)
            assert report is None or report.equal, number
        shutil.rmtree("bad")
    for experiment in list_experiments():
        assert not experiment._facts()["problems"]
