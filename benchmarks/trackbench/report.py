"""Tables of the results: a row a tool, with its ratio to the floor and to this project."""

from __future__ import annotations

from typing import Any

from trackbench.suite import SECTIONS, Section

Results = dict[str, Any]


def markdown(results: Results, pictures: str | None = None) -> str:
    """The whole report; `pictures` is the folder that they lie in, relative to it."""
    parts = ["# Benchmarks", INTRODUCTION, facts(results)]
    for section in SECTIONS:
        rows = results["sections"].get(section.name)
        if not rows:
            continue
        parts += [f"## {section.title}", section.about]
        if pictures and section.name in results.get("pictures", []):
            parts.append(f"![{section.title}]({pictures}/{section.name}.svg)")
        parts.append(table(section, rows))
        parts.append(remarks(rows))
    return "\n\n".join(part for part in parts if part) + "\n"


INTRODUCTION = """\
The same work with every tool, side by side in one run of `make benchmarks`. Each measurement is a
new process in the tool's own environment, offline, with its defaults; repetitions are the outer
loop, so that all see the same machine. Rows are medians. Ratios say more than figures: a shared
machine varies by a factor of up to two. The floors are what the machine itself costs."""


def facts(results: Results) -> str:
    """Machine and versions."""
    lines = [f"- {name}: {value}" for name, value in results["machine"].items()]
    versions = ", ".join(f"{name} {value}" for name, value in results["versions"].items())
    return "\n".join([*lines, f"- versions: {versions}"])


def table(section: Section, rows: dict[str, Results]) -> str:
    """The rows that have figures, best first."""
    primary = next(iter(section.columns))
    measured = {name: row["figures"] for name, row in rows.items() if primary in row["figures"]}
    columns = {
        figure: heading
        for figure, heading in section.columns.items()
        if any(figure in figures for figures in measured.values())
    }
    ratios = [
        ("x floor", section.floor.name if section.floor else ""),
        ("x specweave", "specweave"),
    ]
    ratios = [(heading, name) for heading, name in ratios if has_base(measured, name, primary)]
    head = ["", *columns.values(), *(heading for heading, _ in ratios)]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    order = sorted(
        measured, key=lambda name: measured[name][primary], reverse=section.more_is_better
    )
    for name in order:
        figures = measured[name]
        cells = [number(figures[figure]) if figure in figures else "-" for figure in columns]
        cells += [ratio(figures[primary] / measured[base][primary]) for _, base in ratios]
        label = f"**{name}**" if name.startswith("specweave") else name
        lines.append("| " + " | ".join([label, *cells]) + " |")
    return "\n".join(lines)


def has_base(measured: dict[str, Results], name: str, primary: str) -> bool:
    """Whether anything can be divided by it."""
    return bool(measured.get(name, {}).get(primary))


def remarks(rows: dict[str, Results]) -> str:
    """Why a tool has no row."""
    return "\n".join(
        f"- {name}: {row['remark']}" for name, row in rows.items() if row.get("remark")
    )


def number(value: float) -> str:
    """Three significant digits, and whole numbers with separators."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def ratio(value: float) -> str:
    """Two digits."""
    return f"{value:,.0f}x" if value >= 10 else f"{value:.2g}x"
