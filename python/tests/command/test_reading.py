"""`list`, `compare`, `history` and `export`: their options."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specweave import compare_experiments, load_experiment, track_experiment
from support.command import environment, in_terminal, output, plain, program, run
from support.schema_check import strict_json


def names(*arguments: str) -> list[str]:
    """The names that `list` gives."""
    return output("list", *arguments, "--fields", "name", "--format", "tsv").splitlines()[1:]


def rows(text: str) -> list[dict[str, str]]:
    """The rows of CSV."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_list_is_chosen_sorted_and_cut(document: Path) -> None:
    everything = ["neural-net-attempt", "depths", "exp-004-neural-net", "exp-003-lightgbm",
                  "exp-002-xgboost", "exp-001-baseline"]  # fmt: skip
    assert names() == everything
    assert names("0042") == names("42") == names("0042-recommendation-model") == everything
    assert names("--limit", "2") == everything[:2]
    assert names("--limit", "0") == []
    assert names("--where", "metrics.accuracy > 0.8 and params.n_estimators < 300") == [
        "exp-003-lightgbm", "exp-002-xgboost",
    ]  # fmt: skip
    assert names("--sort", "accuracy", "--descending", "--limit", "2") == [
        "exp-002-xgboost", "exp-003-lightgbm",
    ]  # fmt: skip
    assert names("--children")[1:4] == ["depths", "depth-3", "depth-6"]
    assert names("--where", "status == 'failed'") == ["neural-net-attempt"]


def test_a_list_covers_the_project_and_the_archive(document: Path) -> None:
    (document / ".specweave/increments/0043-next").mkdir()
    with track_experiment("elsewhere", increment="0043", capture=False):
        pass
    load_experiment("exp-001-baseline").archive()
    assert "elsewhere" not in names("0042")
    assert {"elsewhere", "exp-002-xgboost"} <= set(names("--all"))
    assert "exp-001-baseline" not in names("0042")
    assert "exp-001-baseline" in names("0042", "--archived")
    header = output("list", "--all", "--format", "tsv").splitlines()[0].split("\t")
    assert header[:3] == ["label", "name", "increment"]


def test_fields_are_those_of_conditions(document: Path) -> None:
    text = output(
        "list", "--where", "name == 'exp-002-xgboost'", "--format", "csv",
        "--fields", "label,name,accuracy,n_estimators,params.model.kind,metrics.loss.min,tags",
    )  # fmt: skip
    assert text == (
        "label,name,accuracy,n_estimators,params.model.kind,metrics.loss.min,tags\r\n"
        "exp-002,exp-002-xgboost,0.87,100,xgboost,0.02,\r\n"
    )
    found = strict_json(output("list", "--fields", "name,accuracy", "--json"))["experiments"]
    assert found[0] == {"name": "neural-net-attempt", "accuracy": None}
    assert run("list", "--fields", "name,,x")[0] == 2
    code, text, messages = run("list", "--fields", "acuracy", "--format", "csv")
    assert code == 0
    assert messages == (
        "No experiment has the metric metrics.acuracy; did you mean metrics.accuracy?\n"
    )


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--metrics", "f1,accuracy"], {"metrics": ["f1", "accuracy"]}),
        (["--sort", "recall", "--limit", "2"], {"sort_by": "recall", "limit": 2}),
        (["--where", "metrics.accuracy < 0.8"], {"where": "metrics.accuracy < 0.8"}),
        (["--params", "differing"], {"params": True}),
        (["--params", "max_depth,learning_rate"], {"params": ["max_depth", "learning_rate"]}),
        (["--group-by", "max_depth"], {"group_by": ["max_depth"]}),
        (["--group-by=-max_depth"], {"group_by": "-max_depth"}),
        (["--only", "exp-001,exp-003"], {"only": ["exp-001", "exp-003"]}),
        (["--series", "exp-003,exp-001"], {"experiments": ["exp-003", "exp-001"]}),
        (["--children"], {"children": True}),
        (["--archived"], {"archived": True}),
        (["--reruns", "all"], {"reruns": "all"}),
        (
            ["--reruns", "newest", "--group-by", "max_depth"],
            {"reruns": "newest", "group_by": ["max_depth"]},
        ),
        (["--direction", "accuracy=lower"], {"directions": {"accuracy": "lower"}}),
        (["--note", "One sentence.", "--note", "Two."], {"notes": ["One sentence.", "Two."]}),
    ],
)
def test_a_comparison_has_the_options_of_python(
    words: list[str], options: dict[str, Any], document: Path
) -> None:
    written = document / ".specweave/increments/0042-recommendation-model/experiments/comparison.md"
    load_experiment("depths").archive()
    in_python = compare_experiments("0042", **options)
    as_file = written.read_text("utf-8")
    written.unlink()
    found = strict_json(output("compare", "0042", *words, "--json"))["comparison"]
    assert found == {**in_python._facts, "path": found["path"]}
    assert written.read_text("utf-8") == as_file
    assert output("compare", "0042", *words, "--format", "md") == in_python.markdown


def test_a_comparison_writes_its_file_unless_told_not_to(document: Path) -> None:
    written = document / ".specweave/increments/0042-recommendation-model/experiments/comparison.md"
    written.unlink()
    assert run("compare", "--no-write")[0] == 0
    assert not written.exists()
    assert run("compare")[0] == 0
    assert written.exists()
    place = written.relative_to(document)
    assert in_terminal("compare").endswith(f"\nAlso in {place}\n")


def test_a_comparison_is_a_page_of_html(document: Path) -> None:
    (document / "page.html").write_text("an earlier one")
    code, _, told = run(
        "compare", "0042", "--html", "page.html", "--where", "name == 'exp-002-xgboost'"
    )
    assert code == 0, told
    assert told == "Wrote page.html\n"
    page = (document / "page.html").read_text()
    assert page.startswith("<!doctype html>\n")
    data = re.search(r'id="data">(.*)</script>', page)
    assert data is not None
    answers = json.loads(data[1])["answers"]
    assert [row["name"] for row in answers["comparison"]["rows"]] == ["exp-002-xgboost"]
    names = next(one for one in answers["experiments"]["columns"] if one["key"] == "name")
    assert names["values"] == ["exp-002-xgboost"]
    assert run("compare", "0042", "--html", "none/page.html")[0] == 1


def test_a_comparison_with_another_increment(document: Path) -> None:
    (document / ".specweave/increments/0043-next").mkdir()
    with track_experiment("elsewhere", increment="0043", capture=False) as exp:
        exp.log_metric("accuracy", 0.99)
    found = strict_json(output("compare", "0042", "--with", "0043", "--json"))["comparison"]
    assert found["best"]["name"] == "0043-next/elsewhere"
    assert run("compare", "0042", "--direction", "accuracy")[0] == 2
    assert run("compare", "0042", "--direction", "accuracy=up")[0] == 2


def test_a_history_keeps_ends_and_extremes(project: Path) -> None:
    values = [1 / (step + 1) for step in range(1000)]
    values[613] = 1e6
    values[700] = -1e6
    values[800] = float("nan")
    with track_experiment("long", increment="0042", capture=False) as exp:
        exp.log_series("loss", values)
        exp.log_metric("count", 7)
    code, text, messages = run("history", "long", "loss", "--json")
    assert code == 0
    history = strict_json(text)["history"]
    shown = {point["step"]: point["value"] for point in history["points"]}
    assert len(shown) <= 20
    assert {0, 613, 700, 800, 999} <= set(shown)
    assert (shown[613], shown[800]) == (1e6, "NaN")
    assert history["count"] == 1000
    assert history["not_finite"] == 1
    assert (history["min"]["step"], history["max"]["step"]) == (700, 613)
    assert messages == f"{len(shown)} of 1000 points; --points all gives all of them\n"

    everything = rows(output("history", "long", "loss", "--points", "all", "--format", "csv"))
    assert [float(row["value"]) for row in everything][:3] == values[:3]
    assert len(everything) == 1000
    assert len(rows(run("history", "long", "loss", "--points", "5", "--format", "csv")[1])) <= 5
    for wrong in ("4", "0", "-1", "x"):
        assert run("history", "long", "loss", f"--points={wrong}")[0] == 2
    overview = strict_json(output("history", "long", "--json"))["histories"]
    assert [one["key"] for one in overview] == ["loss", "count"]
    assert overview[1]["points"][0]["value"] == 7


def test_an_export_is_csv_that_computes_nothing(project: Path) -> None:
    with track_experiment("first", increment="0042", capture=False) as exp:
        exp.log_params({"formula": "=1+1", "text": 'a "b",\nc', "n": -3, "nested": {"x": [1, 2]}})
        exp.log_metric("auc", 0.1)
        exp.log_metric("bad", float("inf"))
    text = output("export", "0042", "--format", "csv")
    assert text.endswith("\r\n")
    (row,) = rows(text)
    assert row["params.formula"] == "'=1+1"
    assert row["params.text"] == 'a "b",\nc'
    assert row["params.n"] == "-3"
    assert row["params.nested.x"] == "[1, 2]"
    assert row["metrics.auc"] == "0.1"
    assert row["created"].endswith("Z")


def test_an_export_is_json_of_all_that_is_known(document: Path) -> None:
    whole = strict_json(output("export", "0042", "--format", "json"))
    assert whole["schema_version"] == 1
    lines = output("export", "0042", "--format", "jsonl").splitlines()
    assert [strict_json(line) for line in lines] == whole["experiments"]
    assert [one["label"] for one in whole["experiments"]] == [
        "exp-001", "exp-002", "exp-003", "exp-004", "exp-005", "exp-006",
    ]  # fmt: skip
    assert whole["experiments"][0]["notes"][0]["text"] == "Baseline: exp-001-baseline"
    chosen = output(
        "export", "0042", "--format", "jsonl", "--fields", "name,accuracy", "--sort", "accuracy",
        "--descending", "--limit", "1",
    )  # fmt: skip
    assert strict_json(chosen) == {"name": "exp-002-xgboost", "accuracy": 0.87}


def test_an_export_has_every_point(document: Path) -> None:
    found = rows(output("export", "0042", "--points", "--where", "name == 'exp-001-baseline'"))
    assert len(found) == 50 + 5
    assert found[1]["experiment"] == "exp-001-baseline"
    assert (found[1]["metric"], found[1]["step"], found[1]["value"]) == ("loss", "1", "0.5")
    lines = output("export", "0042", "--points", "--format", "jsonl").splitlines()
    assert strict_json(lines[1])["value"] == 0.5
    assert len(strict_json(output("export", "--points", "--format", "json"))["points"]) == len(
        lines
    )
    assert run("export", "--points", "--fields", "name")[0] == 2


def test_an_export_to_a_file_is_whole_or_not_there(document: Path) -> None:
    target = document / "out.csv"
    target.write_text("older")
    assert output("export", "0042", "--output", "out.csv") == ""
    assert target.read_bytes().decode() == output("export", "0042")
    assert list(document.glob("out.csv.*")) == []
    assert run("export", "0042", "-o", "missing/out.csv")[0] == 1
    assert run("export", "0042", "-o", "new.csv", "--fields", "a,,b")[0] == 2
    assert not (document / "new.csv").exists()
    assert list(document.glob("new.csv*")) == []


def test_an_export_needs_no_memory_for_what_it_writes(project: Path) -> None:
    script = (
        "import os, resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )

    def kilobytes() -> int:
        words = [program(), "export", "--points", "--format", "jsonl"]
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            capture_output=True, text=True, check=True, env=environment(),
        )  # fmt: skip
        return int(done.stdout)

    with track_experiment("long", increment="0042", capture=False) as exp:
        exp.log_series("loss", [1 / (step + 1) for step in range(1000)])
    before = kilobytes()
    exp.log_series("loss", [1 / (step + 1) for step in range(400_000)])
    assert kilobytes() < before + (16 << 10)  # the text has 40 MB


def test_an_export_to_head_ends_early(project: Path) -> None:
    with track_experiment("long", increment="0042", capture=False) as exp:
        exp.log_series("loss", [float(step) for step in range(300_000)])
    done = subprocess.run(
        ["bash", "-c", '"$0" export --points | head -1; echo "${PIPESTATUS[0]}"', program()],
        capture_output=True, text=True, check=True, env=environment(),
    )  # fmt: skip
    assert done.stdout.splitlines() == ["experiment,metric,step,value,time", "0"]
    assert done.stderr == ""


def test_a_terminal_gets_the_first_rows_of_a_comparison(project: Path) -> None:
    for number in range(25):
        with track_experiment(f"run-{number:02}", increment="0042", capture=False) as exp:
            exp.log_metric("accuracy", 0.9 if number == 1 else number / 100)
    shown = in_terminal("compare", "0042", "--no-write")
    # The newest ones, and the best.
    assert re.findall(r"(?m)^(run-\d\d)(?: \*)? +0\.", plain(shown)) == [
        f"run-{number:02}" for number in (1, *range(6, 25))
    ]
    assert shown.endswith("… 5 more, --limit 0 shows all\n")
    every = in_terminal("compare", "0042", "--no-write", "--limit", "0")
    assert ("run-00" in every, "more" in every) == (True, False)
    ordered = in_terminal("compare", "0042", "--no-write", "--sort", "accuracy")
    assert ("run-24" in ordered, "run-02" in ordered) == (True, False)
    assert len(re.findall("run-2", in_terminal("compare", "--no-write", "--limit", "2"))) == 0
    # A program gets all.
    for arguments in ([], ["--limit", "0"], ["--format", "table"]):
        assert "run-00" in run("compare", "0042", "--no-write", *arguments)[1]
