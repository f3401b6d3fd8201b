"""docs/records/seed-coverage.md says what is true."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from seed import extract, page

TESTS = Path(__file__).parents[1]


def test_page_is_made_from_the_list() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run python/tests/seed/page.py"


def test_every_test_that_the_list_names_exists() -> None:
    entries = json.loads(extract.COVERAGE.read_text(encoding="utf-8"))
    for entry in entries:
        if "later" in entry:
            assert "test" not in entry
            continue
        file, _, name = entry["test"].partition("::")
        module = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


def test_every_example_that_the_list_names_exists() -> None:
    entries = json.loads(extract.COVERAGE.read_text(encoding="utf-8"))
    shown = {entry["example"] for entry in entries if "example" in entry}
    for file in shown:
        assert (page.PAGE.parents[2] / "examples/python" / file).is_file()
    without = [
        entry["item"]
        for entry in entries
        if entry["kind"] == "examples"
        and "test" in entry
        and "example" not in entry
        and not entry["test"].startswith(("mlflow/", "wandb_mirror/"))  # the examples need neither
    ]
    assert without == [
        '/sw:inc "0042-recommendation-model"',
        '/sw:github:create-issue "Retrain model with Q1 2024 data"',
        "/ml:list-experiments 0042",
        "/ml:compare-experiments 0042",
        "/ml:show-experiment exp-003-xgboost",
        "/ml:export-experiments 0042 --format csv",
    ]


def test_extraction_finds_examples_names_methods_paths_commands_and_tips() -> None:
    text = (
        "Some words about it.\n"
        "from specweave import track_experiment\n"
        'with track_experiment("a") as exp: exp.log_param("n", 1)\n'
        "Creates .specweave/increments/0042.../experiments/a/params.json there.\n"
        "/ml:list-experiments 0042\n"
        "No tip - but a sentence\n"
        "Tips\n-\nPrune old experiments - Archive them\nAdvanced: more\n"
    )
    assert extract.inventory(text) == {
        "examples": [
            'with track_experiment("a") as exp: exp.log_param("n", 1)',
            "/ml:list-experiments 0042",
        ],
        "names": ["track_experiment"],
        "methods": ["exp.log_param"],
        "paths": [".specweave/increments/0042.../experiments/a/params.json"],
        "commands": ["/ml:list-experiments"],
        "tips": ["Prune old experiments - Archive them"],
    }


def test_what_the_list_does_not_know_is_reported() -> None:
    assert extract.missing("from specweave import something_new\n") == [
        "from specweave import something_new",
        "something_new",
    ]
