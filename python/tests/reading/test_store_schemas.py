"""docs/schemas/ describes what real files hold, and they hold nothing else."""

from __future__ import annotations

import ast
import math
import re
import shutil
from collections.abc import Callable, Iterator
from ctypes import byref
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from specweave import (
    Experiment,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)
from specweave_ml._native.increments import Increment
from specweave_ml._native.library import library
from specweave_ml._native.pointers import ExperimentPointer
from specweave_ml._native.status import check
from specweave_ml._native.text import encoded_json, owned_json
from specweave_ml.errors import InvalidArgumentError
from specweave_ml.mlflow.registry_files import RegistryFiles
from specweave_ml.mlflow.registry_records import ModelRecord, VersionRecord
from support.fixture_store import EXPECTED, STORE, folder_of
from support.schema_check import SCHEMAS, check_files, schema, strict_json, validate

WHOLE = sorted(
    name
    for name, facts in EXPECTED.items()
    if facts.get("history") == "complete" and name not in ("events-only", "torn-tail")
)
"""The experiments of the fixture store whose three files are as the library wrote them."""


def odd_name(exp: Experiment) -> None:
    exp.log_params({"a\nb": "c: d", "yes": "no", "1": 1, "é模型": [[], {}, None], "~": "~"})
    for text in ("yes", "012", "0x10", "1e3", "1:30", "2024-01-01", "- x", "# c", "&a", "!!x", " "):
        exp.log_note(text)
        exp.add_tag(text)


def odd_numbers(exp: Experiment) -> None:
    for value in (0.0, -0.0, 5e-324, 1.7976931348623157e308, math.nan, math.inf, -math.inf):
        exp.log_metric(f"double {value}", value, step=-3)
        exp.log_param(f"double {value}", value)
    exp.log_metric("integer", 2**63 - 1)
    exp.log_metric("boolean", True)
    exp.log_param("big", -(10**400))
    exp.log_param("changed", math.nan)
    exp.log_param("changed", 1)


def facts(exp: Experiment) -> None:
    exp.log_data("train", [1, 2, 3])
    exp.save_artifact("a/b.json", {"x": math.inf})
    exp.save_artifact("a/b.json", {"x": 1})
    exp.select(rationale=["It is the best.", 'It says "yes".'])
    load_experiment(exp.path).add_tag("from outside")


def failure(exp: Experiment) -> None:
    exp.finish(error=ValueError("line one\n\tline two: \x07"))


def late(exp: Experiment) -> None:
    exp.finish("interrupted")
    load_experiment(exp.path).log_metric("test", 0.5)


def many_metrics(exp: Experiment) -> None:
    for number in range(1010):
        exp.log_metric(f"metric {number}", number)


def texts(exp: Experiment) -> None:
    for text in (
        "",
        "a\r\nb",
        "tab\tand\x00nul",
        "\u2028\ufeff",
        "x" * 100_000,
        "---\n...\n",
        "|\n ",
    ):
        exp.log_note(text)


@pytest.mark.parametrize(
    "use", [odd_name, odd_numbers, facts, failure, late, many_metrics, texts],
    ids=lambda use: use.__name__,
)  # fmt: skip
def test_files_are_as_described_also_while_it_runs(use: Callable[[Experiment], None]) -> None:
    exp = track_experiment(f"{use.__name__} a/b", description="d", params={"x": 1}, tags=["t"])
    check_files(exp.path)
    use(exp)
    exp.flush()
    check_files(exp.path)
    exp.finish()
    check_files(exp.path)


@pytest.mark.parametrize("name", WHOLE)
def test_files_of_every_language_are_as_described(name: str) -> None:
    if name != "edited-views":
        check_files(folder_of(name))


def answers(project: Path) -> Iterator[tuple[str, Any]]:
    """What the library says of every experiment of the fixture store."""
    shutil.copytree(STORE, project, dirs_exist_ok=True)
    place = Increment.find("0042")
    listing = place.listing(children=True, archived=True)["experiments"]
    assert len(listing) == len(EXPECTED)
    for entry in listing:
        yield "experiment", entry
    for experiment in list_experiments("0042"):
        yield "experiment", load_experiment(experiment.path)._facts()
    yield "comparison", compare_experiments("0042")._facts
    yield "comparison", compare_experiments("0042", children=True, reruns="all", write=False)._facts
    series = compare_experiments("0042", experiments=["document", "python-curve"], write=False)
    yield "comparison", series._facts
    groups = compare_experiments("0042", group_by="-seed", children=True, write=False)
    yield "comparison", groups._facts
    first, second = (load_experiment(name)._native for name in ("document", "python-curve"))
    yield "difference", owned_json(library().et_experiment_diff, first, second, None)


@pytest.mark.filterwarnings("ignore:.* is damaged")
def test_what_the_library_says_is_as_described(project: Path) -> None:
    for name, value in answers(project):
        validate(name, value)


def test_the_files_of_the_model_registry_are_as_described(project: Path) -> None:
    files = RegistryFiles(project)
    inside = f"specweave:{project}/.specweave/increments/0042-x/experiments/a/models/m-1"
    least = VersionRecord(1, 5, 6, None, "None", "READY")
    whole = VersionRecord(
        *(2, 5, 6, inside, "Production", "READY", "text", "m-1", "a1", "link", "message"),
        *("s3://bucket/x", {"key": "value"}, "user"),
    )
    assert files.add_model(ModelRecord("Least", 5, 6))
    assert files.add_model(ModelRecord("Whole", 5, 6, "text", {"a": "b"}, {"champion": 2}, 2))
    assert files.add_version("Whole", least)
    assert files.add_version("Whole", whole)
    found = sorted((project / ".specweave" / "models").rglob("*.json"))
    kinds = ["registered-model", "registered-model", "model-version", "model-version"]
    for kind, file in zip(kinds, found, strict=True):
        validate(kind, strict_json(file.read_text("utf-8")))
    assert files.versions("Whole") == [least, whole]
    assert [model.name for model in files.models()] == ["Least", "Whole"]


def test_every_schema_is_a_schema_and_has_the_format_in_its_name() -> None:
    files = sorted(SCHEMAS.glob("*.schema.json"))
    text = (SCHEMAS / "README.md").read_text("utf-8")
    described = re.findall(r"\]\(([^)]*\.schema\.json)\)", text)
    assert sorted(set(described)) == [file.name for file in files]
    for file in files:
        found = schema(file.name.removesuffix(".schema.json"))
        jsonschema.Draft202012Validator.check_schema(found)
        kind = "command" if file.name.startswith("command-") else "format"
        assert found["$id"].startswith(f"urn:specweave-ml:{kind}:1:")


def test_the_options_described_are_the_options_there_are() -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        start({"unknown": 1})
    assert sorted(refused.value.candidates) == sorted(schema("start-options")["properties"])


@pytest.mark.parametrize(
    "options",
    ['{"tags": "a"}', '{"resume": "maybe"}', '{"capture": ["all"]}', '{"sync": -1}', '{"about": 1}',
     '{"strict": "yes"}', '{"rank": 1.5}', '{"parms": {}}', '{"child": true}', '{"kind": 7}'],
)  # fmt: skip
def test_options_that_the_schema_refuses_are_refused(options: str) -> None:
    value = ast.literal_eval(options.replace("true", "True"))
    with pytest.raises(AssertionError):
        validate("start-options", value)
    with pytest.raises(InvalidArgumentError):
        start(value)


def start(options: dict[str, Any]) -> None:
    """Start an experiment with options as they are."""
    pointer = ExperimentPointer()
    place = Increment.find("0042")
    check(library().et_experiment_start(place._native, b"x", encoded_json(options), byref(pointer)))
