"""The plug-in `ml` for coding agents: its files are valid, and every command line in them runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from specweave import track_experiment
from specweave_ml._version import VERSION
from support.c_header import ROOT
from support.command import environment, program

PLUGIN = ROOT / "plugins" / "ml"
SKILL = PLUGIN / "skills" / "experiment-tracker" / "SKILL.md"
AGENT = PLUGIN / "agents" / "ml-engineer.md"
COMMANDS = {
    "list-experiments": "0042",
    "compare-experiments": "0042",
    "show-experiment": "exp-003-xgboost",
    "export-experiments": "0042 --format csv",
}
"""The slash commands of the document with the arguments that it writes."""

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
INLINE = re.compile(r"!`([^`]+)`")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def parts(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter of a file and its body."""
    text = path.read_text("utf-8")
    assert text.startswith("---\n")
    front, body = text[4:].split("\n---\n", 1)
    found = yaml.safe_load(front)
    assert isinstance(found, dict)
    return found, body


def blocks(path: Path, language: str) -> list[str]:
    """The blocks of code of a language."""
    return [code for found, code in FENCED.findall(parts(path)[1]) if found == language]


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line as an agent does: by a shell that finds the program on the PATH."""
    path = f"{Path(program()).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        env=environment(PATH=path),
    )


@pytest.fixture
def increment(project: Path) -> Path:
    for place, (name, accuracy) in enumerate(
        (("exp-001-baseline", 0.65), ("exp-002-lightgbm", 0.86), ("exp-003-xgboost", 0.87)), 1
    ):
        with track_experiment(name, increment="0042", capture=False) as exp:
            exp.log_params({"n_estimators": 100 * place, "max_depth": 6})
            for step in range(30):
                exp.log_metric("loss", 1 / (step + place), step=step)
            exp.log_metrics({"accuracy": accuracy, "f1": accuracy - 0.01})
    return project


def test_the_manifest_names_the_plugin_and_the_release() -> None:
    manifest = json.loads((PLUGIN / ".claude-plugin/plugin.json").read_text("utf-8"))
    assert manifest["name"] == "ml"
    assert manifest["version"] == VERSION
    assert manifest["description"]
    assert manifest["author"]["name"]
    market = json.loads((ROOT / ".claude-plugin/marketplace.json").read_text("utf-8"))
    assert NAME.fullmatch(market["name"])
    assert market["owner"]["name"]
    (entry,) = market["plugins"]
    assert entry["name"] == manifest["name"]
    assert entry["description"] == manifest["description"]
    assert (ROOT / entry["source"]).resolve() == PLUGIN


def test_the_plugin_holds_nothing_else() -> None:
    found = {str(path.relative_to(PLUGIN)) for path in PLUGIN.rglob("*") if path.is_file()}
    assert found == {
        ".claude-plugin/plugin.json",
        "agents/ml-engineer.md",
        "skills/experiment-tracker/SKILL.md",
        *(f"commands/{name}.md" for name in COMMANDS),
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_a_slash_command_is_one_line_that_runs(name: str, increment: Path) -> None:
    front, body = parts(PLUGIN / "commands" / f"{name}.md")
    assert set(front) == {"description", "argument-hint", "allowed-tools"}
    assert front["allowed-tools"] == "Bash(specweave-ml:*)"
    assert 0 < len(front["description"]) <= 100
    assert isinstance(front["argument-hint"], str)
    (line,) = body.splitlines()
    match = INLINE.fullmatch(line)
    assert match is not None
    assert match[1] == f"specweave-ml {name} $ARGUMENTS"
    done = shell(match[1].replace("$ARGUMENTS", COMMANDS[name]))
    assert done.returncode == 0, done.stderr
    assert "exp-003-xgboost" in done.stdout


def test_the_skill_is_one_that_agents_find() -> None:
    front, body = parts(SKILL)
    assert set(front) == {"name", "description"}
    assert front["name"] == SKILL.parent.name
    assert NAME.fullmatch(front["name"])
    assert len(front["name"]) <= 64
    assert 0 < len(front["description"]) <= 1024
    assert "<" not in front["description"]
    assert len(body.splitlines()) < 500


def test_the_agent_is_one_that_can_be_called() -> None:
    front, body = parts(AGENT)
    assert front["name"] == AGENT.stem
    assert NAME.fullmatch(front["name"])
    assert "Reviews experiment results and suggests improvements" in front["description"]
    assert front["tools"].split(", ") == ["Bash", "Read", "Grep", "Glob"]
    assert "specweave-ml review 0042 --json" in body


@pytest.mark.parametrize("path", [SKILL, AGENT], ids=["skill", "agent"])
def test_every_command_line_runs(path: Path, increment: Path) -> None:
    lines = [line for block in blocks(path, "sh") for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        assert shlex.split(line)[0] == "specweave-ml"
        done = shell(line)
        assert done.returncode == 0, (line, done.stderr)


def test_the_commands_that_the_text_names_exist() -> None:
    known = shell("specweave-ml --help").stdout
    for path in (SKILL, AGENT):
        for name in re.findall(r"`specweave-ml ([a-z-]+)", parts(path)[1]):
            assert name.startswith("--") or f"\n  {name}" in known


def test_the_code_of_the_skill_records_an_experiment(increment: Path) -> None:
    (code,) = blocks(SKILL, "python")
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    done = shell("specweave-ml show xgboost-tuned-depth6 --fields status,accuracy,params.seed")
    assert done.stdout.splitlines()[-3:] == [
        "status\tcompleted",
        "accuracy\t0.87",
        "params.seed\t42",
    ]


def test_what_the_agent_starts_from_are_facts(increment: Path) -> None:
    found = json.loads(shell("specweave-ml review 0042 --json").stdout)["review"]
    assert [finding["id"] for finding in found["findings"]] == [
        "noise-unknown/accuracy",
        "edge/n_estimators",
    ]
    for finding in found["findings"]:
        assert finding["sentence"]
        assert finding["advice"]
        assert finding["numbers"]
