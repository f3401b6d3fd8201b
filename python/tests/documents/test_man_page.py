"""specweave-ml.1 is what the commands say of themselves, and every part of it is understood."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from support.command import output
from support.man_page import PAGE, page

CHECKS = {
    "groff": ["groff", "-man", "-Tutf8", "-ww", "-z", "-K", "utf-8"],
    "mandoc": ["mandoc", "-Tlint", "-W", "warning"],
}
"""Programs that read manual pages and say what they do not understand."""


def test_the_page_is_made_from_the_commands() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m support.command_page"


@pytest.mark.parametrize("name", [name for name in CHECKS if shutil.which(name)] or [None])
def test_readers_understand_all_of_it(name: str | None) -> None:
    if name is None:
        pytest.skip(f"none of {', '.join(CHECKS)} is installed here")
    done = subprocess.run(
        [*CHECKS[name], str(PAGE)], capture_output=True, text=True, timeout=60, check=False
    )
    # The page has no date: it would be new in every build.
    said = [line for line in (done.stdout + done.stderr).splitlines() if "date" not in line]
    assert said == []


def test_every_command_and_option_is_there() -> None:
    text = PAGE.read_text("utf-8").replace("\\-", "-")
    commands = json.loads(output("--experimental-dump-help"))["command"]["subcommands"]
    assert len(commands) > 15
    for command in commands:
        assert re.search(rf"^\.SS {re.escape(command['commandName'])}\b", text, re.MULTILINE)
        for argument in command["arguments"]:
            for name in argument.get("names", []):
                if argument["shouldDisplay"] and name["name"] not in ("h", "help", "version"):
                    assert f"--{name['name']}" in text
