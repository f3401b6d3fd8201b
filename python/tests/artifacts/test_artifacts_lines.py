"""JSON Lines, files in memory, tensors as arrays."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars
import pytest
import torch

from specweave import Experiment, track_experiment
from specweave_ml.errors import SerialisationError

RECORDS = [{"name": "é", "loss": 0.5}, {"name": "b", "loss": 0.25}]


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


def lines(exp: Experiment, name: str, obj: Any) -> list[Any]:
    exp.save_artifact(name, obj)
    text = exp.artifact_path(name).read_text("utf-8")
    assert text.endswith("\n")
    return [json.loads(line, parse_constant=pytest.fail) for line in text.splitlines()]


def test_records_are_a_line_each(exp: Experiment) -> None:
    assert lines(exp, "list.jsonl", RECORDS) == RECORDS
    assert lines(exp, "pandas.jsonl", pd.DataFrame(RECORDS)) == RECORDS
    assert lines(exp, "polars.jsonl", polars.DataFrame(RECORDS)) == RECORDS
    assert lines(exp, "mixed.jsonl", [1, math.nan, None, [2]]) == [1, "NaN", None, [2]]


def test_a_line_that_has_no_plain_form_is_named(exp: Experiment) -> None:
    with pytest.raises(SerialisationError, match=r"line 2\['model'\] is a builtins\.object"):
        exp.save_artifact("a.jsonl", [{"a": 1}, {"model": object()}])
    assert exp.artifacts == []


def test_text_with_this_extension_is_kept_as_it_is(exp: Experiment) -> None:
    exp.save_artifact("a.jsonl", '{"a": 1}\n')
    assert exp.load_artifact("a.jsonl") == '{"a": 1}\n'


def test_a_file_in_memory_is_what_it_holds(exp: Experiment) -> None:
    buffer = io.BytesIO()
    buffer.write(b"\x89PNG")
    exp.save_artifact("picture.png", buffer)
    exp.save_artifact("notes.txt", io.StringIO("two\nlines\n"))

    assert exp.artifact_path("picture.png").read_bytes() == b"\x89PNG"
    assert exp.load_artifact("notes.txt") == "two\nlines\n"
    assert buffer.tell() == 4


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_a_tensor_is_an_array(exp: Experiment, name: str) -> None:
    exp.save_artifact(name, torch.tensor([[1.5, 2.0]], requires_grad=True) * 2)
    found = exp.load_artifact(name)
    array = found if name == "a.npy" else found["array"]
    assert np.array_equal(array, [[3.0, 4.0]])
    assert array.dtype == np.float32


def test_a_tensor_of_short_numbers_loses_nothing(exp: Experiment) -> None:
    exp.save_artifact("a.npy", torch.tensor([1.5, 3.140625], dtype=torch.bfloat16))
    assert exp.load_artifact("a.npy").tolist() == [1.5, 3.140625]
