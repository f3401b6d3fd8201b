"""What every command shows: at 80 and 200 columns, in a pipe, as Markdown, on odd stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import check_snapshot, in_terminal, plain, run

SCREENS = {
    "list": ["list", "0042"],
    "list-children": ["list", "0042", "--children"],
    "list-fields": ["list", "0042", "--fields", "name,accuracy,params.model.kind,metrics.loss.min"],
    "show": ["show", "exp-004"],
    "show-parent": ["show", "depths"],
    "show-failed": ["show", "neural-net-attempt"],
    "show-fields": ["show", "exp-002", "--fields", "status,accuracy,max_depth"],
    "compare": ["compare", "0042"],
    "compare-params": ["compare", "0042", "--params", "differing", "--metrics", "accuracy,f1"],
    "compare-series": ["compare", "--series", "exp-001,exp-002,exp-003"],
    "compare-condition": ["compare", "--where", "metrics.accuracy > 0.8", "--sort", "f1"],
    "diff": ["diff", "exp-001", "exp-004"],
    "history": ["history", "exp-001"],
    "history-metric": ["history", "exp-001", "loss", "--points", "8"],
    "notes": ["notes", "exp-001"],
    "tag": ["tag", "exp-004"],
    "review": ["review", "0042"],
    "why": ["why", "exp-001", "exp-004"],
    "review-metric": ["review", "0042", "--metric", "f1"],
}
"""Command lines by the name of their snapshot."""

ODD = {
    "list": ["list"],
    "compare": ["compare"],
    "show-torn": ["show", "torn-tail"],
    "show-views": ["show", "views-only"],
    "history-views": ["history", "views-only"],
    "review": ["review"],
}
"""Command lines for the damaged store."""

FORMS = {"tsv": ["--format", "tsv"], "csv": ["--format", "csv"], "md": ["--format", "md"]}


def answer(*arguments: str, **changes: str) -> str:
    """Output and messages, without what is new in every run."""
    _, text, messages = run(*arguments, **changes)
    return plain(text + (f"-- messages\n{messages}" if messages else ""))


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen(name: str, document: Path) -> None:
    for columns in (80, 200):
        shown = plain(in_terminal(*SCREENS[name], columns=columns))
        check_snapshot(f"{name}-{columns}.snapshot", shown)
        assert plain(in_terminal(*SCREENS[name], columns=columns, NO_COLOR="1")) == shown


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", ["list-fields", "show-fields", "compare-params", "diff", "review", "why"]
)
def test_the_forms(name: str, form: str, document: Path) -> None:
    check_snapshot(f"{name}-{form}.snapshot", answer(*SCREENS[name], *FORMS[form]))


@pytest.mark.parametrize("name", ODD)
def test_the_screen_of_a_damaged_store(name: str, damaged: Path) -> None:
    shown = plain(in_terminal(*ODD[name]))
    check_snapshot(f"damaged-{name}.snapshot", shown)


@pytest.mark.parametrize(
    "words", [["list"], ["compare"], ["export"], ["review"], ["list", "--json"]], ids=str
)
def test_the_screen_of_an_empty_increment(words: list[str], project: Path) -> None:
    name = "-".join(words).replace("---", "-")
    check_snapshot(f"empty-{name}.snapshot", plain(in_terminal(*words)))
