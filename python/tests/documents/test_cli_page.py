"""docs/cli.md is what the commands say of themselves."""

from __future__ import annotations

import shlex
from itertools import takewhile
from pathlib import Path

from support.command import run
from support.command_page import PAGE, page


def test_the_page_is_made_from_the_commands() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m support.command_page"


def test_the_examples_are_command_lines_that_are_understood(project: Path) -> None:
    examples = [
        shlex.split(line, comments=True)[1:]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("specweave-ml ")
    ]
    assert len(examples) > 20
    for example in examples:
        words = list(takewhile(lambda word: word not in (">", ">>", "&&"), example))
        if words[0] == "watch" and "--once" not in words:
            words.append("--once")  # it would not end
        code, _, messages = run(*words)
        assert code != 2, messages
