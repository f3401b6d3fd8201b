"""A picture a section: bars on a logarithmic scale, ours in colour.

python -m trackbench.pictures RESULTS FOLDER     (matplotlib; run in our own environment)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from trackbench.suite import SECTIONS, Section

OURS, FLOOR, PEER = "#0b6e99", "#b8c4cc", "#8a8f98"


def main() -> None:
    """Draw what has enough rows, and add the list of pictures to the results."""
    results_file, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    results = json.loads(results_file.read_bytes())
    drawn = []
    for section in SECTIONS:
        rows = bars(section, results["sections"].get(section.name, {}))
        if section.drawn and sum(1 for _, value in rows if value) >= 3:
            draw(section, rows).savefig(folder / f"{section.name}.svg", metadata={"Date": None})
            drawn.append(section.name)
    results["pictures"] = drawn
    results_file.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")


def bars(section: Section, rows: dict[str, Any]) -> list[tuple[str, float]]:
    """Names and values, the best last, as a horizontal picture wants them."""
    primary = next(iter(section.columns))
    found = [
        (name, float(row["figures"][primary]))
        for name, row in rows.items()
        if row["figures"].get(primary, -1) >= 0
    ]
    return sorted(found, key=lambda bar: bar[1], reverse=not section.more_is_better)


def draw(section: Section, rows: list[tuple[str, float]]) -> Figure:
    """One picture."""
    figure = Figure(figsize=(8, 0.8 + 0.27 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    values = [value for _, value in rows]
    colours = [
        OURS if name.startswith("specweave") else FLOOR if name.startswith("floor") else PEER
        for name, _ in rows
    ]
    axes.barh([name for name, _ in rows], values, color=colours, height=0.7)
    axes.set_xscale("log")
    begin = min(value for value in values if value) / 2
    axes.set_xlim(begin, max(values) * 4)
    for index, value in enumerate(values):
        text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        axes.annotate(text, (max(value, begin), index), (3, 0), textcoords="offset points",
                      va="center", fontsize=8)  # fmt: skip
    better = "more" if section.more_is_better else "less"
    axes.set_title(section.title, fontsize=11, loc="left")
    heading = next(iter(section.columns.values()))
    axes.set_xlabel(f"{heading}, logarithmic; {better} is better", fontsize=9)
    axes.tick_params(labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


if __name__ == "__main__":
    main()
