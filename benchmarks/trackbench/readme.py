"""The few figures that README.md shows, taken from the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trackbench import tools
from trackbench.tools import Tool

BEGIN, END = "<!-- renewed by the benchmarks -->", "<!-- until here -->"
HEAD = (
    "| | where a run lives | start to first value | points lost, trials with loss "
    "| a point in a hot loop |\n|---|---|---|---|---|"
)
EVERYTHING = 0.99

ROWS: tuple[tuple[Tool, str, str, str], ...] = (
    (tools.MLFLOW, "MLflow {} (SQLite)", "mlflow", "SQLite database"),
    (tools.WANDB, "Weights & Biases {} (offline)", "wandb", "binary log"),
    (tools.TRACKIO, "Trackio {}", "trackio", "SQLite database"),
    (tools.AIM, "Aim {}", "aim", "RocksDB"),
    (tools.DVCLIVE, "DVCLive {}", "dvclive", "text files"),
    (tools.TENSORBOARDX, "tensorboardX {}", "tensorboardX", "event file"),
)
OURS = (tools.PYTHON, tools.CTYPES, tools.C, tools.SWIFT)


def renew(file: Path, results: dict[str, Any]) -> None:
    """Put the figures between the marks."""
    before, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(f"{file} has no {BEGIN} … {END}")
    file.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}", encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """A row a tool; this project's Python first."""
    kills = results["sections"]["kill"]
    ours = [kills[tool.name]["figures"] for tool in OURS if kills[tool.name]["figures"]]
    together = {
        "trials": sum(figures["trials"] for figures in ours),
        "trials_with_loss": sum(figures["trials_with_loss"] for figures in ours),
        "max_lost": max(figures["max_lost"] for figures in ours),
        "mean_lost": 0,
        "acknowledged": 1,
    }
    lines = [HEAD, row("specweave-ml", "plain files", tools.PYTHON, together, results)]
    for tool, label, package, where in ROWS:
        version = ".".join(results["versions"][package].split(".")[:2])
        figures = kills[tool.name]["figures"]
        lines.append(row(label.format(version), where, tool, figures, results))
    return "\n".join(lines)


def row(label: str, where: str, tool: Tool, kill: dict[str, Any], results: dict[str, Any]) -> str:
    """One line of the table."""
    start = results["sections"]["cold-start"][tool.name]["figures"]["total_ms"] / 1e3
    point = results["sections"]["point"][tool.name]["figures"]["mean_ns"] / 1e3
    return f"| {label} | {where} | {rounded(start)} s | {lost(kill)} | {rounded(point)} µs |"


def lost(kill: dict[str, Any]) -> str:
    """How many trials lost something, and how much at most."""
    text = f"{kill['trials_with_loss']:.0f} of {kill['trials']:.0f}"
    if not kill["trials_with_loss"]:
        return text
    if kill["mean_lost"] * kill["trials"] >= EVERYTHING * kill["acknowledged"]:
        return f"{text}, everything"
    return f"{text}, up to {kill['max_lost']:,.0f} points"


def rounded(value: float) -> str:
    """Two significant digits, without an exponent."""
    if value >= 100:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{float(f'{value:.2g}'):g}"
