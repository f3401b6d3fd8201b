"""The header and docs/c.md name every variable of the environment that the library reads."""

from __future__ import annotations

import re
from pathlib import Path

from support.c_header import HEADER, ROOT

SOURCES = ROOT / "Sources"
NAME = r'"([A-Z][A-Z0-9_][A-Za-z0-9_]+)"'
ACCESS = re.compile(
    # A subscript that is read, a function that looks one up, a name that has a constant.
    rf"(?:environment|host)\[{NAME}\](?! =[^=])"
    rf"|\b(?:variable|getenv|value|number)\({NAME}\)"
    rf"|(?:static let variable = |#define VARIABLE ){NAME}"
)
LISTS = re.compile(
    r"(?:private static let passed = |candidates \+= |attempt = |for name in )"
    r"(\[[^\]]*\])"
)
# These look like variables and are something else, or belong to the programs around the library.
OTHER = {"SPECWEAVE_LIBRARY"}


def read_by_the_library() -> set[str]:
    found: set[str] = set()
    for path in [*SOURCES.rglob("*.swift"), *SOURCES.rglob("*.c")]:
        text = path.read_text("utf-8")
        for match in ACCESS.finditer(text):
            found |= {name for name in match.groups() if name}
        for match in LISTS.finditer(text):
            found |= set(re.findall(NAME, match[1]))
    return found - OTHER


def table() -> set[str]:
    section = re.search(r"\n \* ENVIRONMENT\n(.*?)\n \*/", HEADER.read_text("utf-8"), re.DOTALL)
    assert section is not None
    names: set[str] = set()
    for line in section[1].splitlines():
        listed = re.match(r" \*     ((?:[A-Z][A-Za-z_0]*[A-Z0-9_a-z]*(?: |$))+)", line)
        if listed:
            names |= set(listed[1].split())
    return names


def test_the_header_names_the_variables_that_the_sources_read() -> None:
    assert table() == read_by_the_library()
    assert {"SPECWEAVE_ROOT", "RANK", "PMIX_NAMESPACE", "GIT_CONFIG_GLOBAL", "TERM"} <= table()


def test_the_page_names_the_variables_that_are_recorded() -> None:
    source = (SOURCES / "EnvironmentCapture" / "HostFacts.swift").read_text("utf-8")
    names = re.search(r"private static let names = \[(.*?)\]", source, re.DOTALL)
    assert names is not None
    recorded = set(re.findall(NAME, names[1]))
    page = Path(ROOT / "docs" / "c.md").read_text("utf-8")
    told = re.search(r"Recorded, most of them not used otherwise:\n\n(.*?)\n\n", page, re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`(\w+)`", told[1])) == recorded
