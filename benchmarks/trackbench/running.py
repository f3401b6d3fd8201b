"""Runs the sections, repetitions outermost, and says how it goes on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trackbench import environments, tools
from trackbench.measure import Bench, FailedError, Figures
from trackbench.suite import SECTIONS, Section
from trackbench.tools import Tool


def tools_of(sections: Sequence[Section], names: Sequence[str] | None) -> list[Tool]:
    """The tools that occur, floors always among them."""
    every = {tool.name: tool for section in SECTIONS for tool in section.tools}
    for name in names or ():
        if name not in every:
            raise SystemExit(f"there is no tool {name!r}; there are: {', '.join(sorted(every))}")
    wanted = {tool.name for section in sections for tool in section.tools}
    return [
        tool
        for name, tool in every.items()
        if name in wanted and (not names or name in names or tool.is_floor)
    ]


def versions_of(used: Sequence[Tool]) -> dict[str, str]:
    """Of the peers' packages."""
    peers = {tool.environment for tool in used if tool in tools.PEERS}
    return {
        name: version
        for environment in sorted(peers)
        for name, version in environments.versions(environment).items()
    }


def run(
    sections: Sequence[Section], used: Sequence[Tool], work: Path, swift_program: Path
) -> dict[str, Any]:
    """Figures and remarks of each section and tool."""
    bench = Bench(work, swift_program)
    return {section.name: rows(bench, section, used) for section in sections}


def rows(bench: Bench, section: Section, used: Sequence[Tool]) -> dict[str, Any]:
    """One section; a tool that fails or refuses once is not asked again."""
    chosen = [tool for tool in section.tools if tool in used]
    trials: dict[str, list[Figures]] = {tool.name: [] for tool in chosen}
    remarks: dict[str, str] = {}
    for repetition in range(max(section.repeats(tool) for tool in chosen)):
        for tool in chosen:
            if repetition >= section.repeats(tool) or tool.name in remarks:
                continue
            print(f"{section.name} {repetition + 1}: {tool.name}", file=sys.stderr)
            try:
                figures = section.measure(bench, tool)
            except FailedError as error:
                remarks[tool.name] = f"failed: {' '.join(str(error).split())}"
                continue
            if "not_measured" in figures:
                remarks[tool.name] = figures["not_measured"]
            else:
                trials[tool.name].append(figures)
    return {
        name: {
            "figures": section.combine(found) if found else {},
            "remark": remarks.get(name, ""),
        }
        for name, found in trials.items()
    }
