"""Compares what our reader says of a file with what wandb's own classes say."""

from __future__ import annotations

import json
import math
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from specweave_ml.wandb.offline_file import records
from specweave_ml.wandb.offline_file.changes import tree_of
from specweave_ml.wandb.offline_file.decoding import Decoder
from specweave_ml.wandb.offline_file.framing import HEADER, Damage, Frames

messages: Any = import_module("wandb.proto.wandb_internal_pb2")


def compare(path: Path) -> Counter[str]:
    """Compare record by record; return how many of each kind were equal."""
    equal: Counter[str] = Counter()
    decoder = Decoder()
    damage: list[Damage] = []
    with path.open("rb") as file:
        assert HEADER.size == 7
        for offset, data in Frames(file, damage).records():
            theirs = messages.Record()
            theirs.ParseFromString(data)
            kind = theirs.WhichOneof("record_type")
            ours = decoder.record(data)
            check(kind, ours, getattr(theirs, kind), offset)
            equal[kind] += 1
    assert all(found.at_end for found in damage)
    return equal


def check(kind: str, ours: Any, theirs: Any, offset: int) -> None:
    """Compare the parts of one record."""
    if kind == "history":
        assert same(ours.values, pairs(theirs.item)), offset
        assert ours.step == theirs.step.num
    elif kind in ("summary", "config"):
        assert same(ours.changes.as_dict(), pairs(theirs.update)), offset
        removed = [tuple(item.nested_key) or (item.key,) for item in theirs.remove]
        assert list(ours.changes.removed) == removed
    elif kind == "run":
        assert (ours.id, ours.project, ours.name) == (
            theirs.run_id, theirs.project, theirs.display_name
        )  # fmt: skip
        assert (ours.group, ours.job_type, ours.notes) == (
            theirs.run_group, theirs.job_type, theirs.notes
        )  # fmt: skip
        assert ours.tags == tuple(theirs.tags)
        assert same(ours.config.as_dict(), pairs(theirs.config.update))
        assert math.isclose(ours.start_time, theirs.start_time.ToNanoseconds() / 1e9)
    elif kind == "metric":
        assert ours.name == (theirs.name or theirs.glob_name)
        assert (ours.step_metric, ours.step_sync) == (theirs.step_metric, theirs.options.step_sync)
        asked = {field.name for field, value in theirs.summary.ListFields() if value}
        assert set(ours.summary) == asked
    elif kind in ("output", "output_raw"):
        assert (ours.text, ours.stream) == (
            theirs.line, "stdout" if theirs.output_type else "stderr"
        )  # fmt: skip
    elif kind == "stats":
        assert same(ours.values, {item.key: json.loads(item.value_json) for item in theirs.item})
    elif kind == "artifact":
        assert (ours.name, ours.type, ours.digest) == (theirs.name, theirs.type, theirs.digest)
        assert [(file.path, file.size, file.local_path) for file in ours.files] == [
            (entry.path, entry.size, entry.local_path) for entry in theirs.manifest.contents
        ]
        assert ours.aliases == tuple(theirs.aliases)
    elif kind == "exit":
        assert (ours.code, ours.runtime) == (theirs.exit_code, theirs.runtime)
    elif kind == "alert":
        assert (ours.title, ours.text, ours.level) == (theirs.title, theirs.text, theirs.level)
    elif kind == "files":
        assert [file.path for file in ours.files] == [file.path for file in theirs.files]
    elif kind == "environment":
        assert ours.values.get("os", "") == theirs.os
        assert ours.values.get("cpu_count", 0) == theirs.cpu_count
    else:
        assert isinstance(
            ours, (records.Header, records.Telemetry, records.Other, records.TensorBoardFolder)
        )
        assert not isinstance(ours, records.Other) or ours.known


def pairs(items: Any) -> dict[str, Any]:
    """Return items as nested dicts."""
    return tree_of(
        (tuple(item.nested_key) or (item.key,), json.loads(item.value_json)) for item in items
    )


def same(one: Any, other: Any) -> bool:
    """Return whether both are equal, with NaN and with the kinds of numbers."""
    return repr(one) == repr(other)
