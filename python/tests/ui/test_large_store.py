"""A store with more experiments than are shown at first."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from specweave_ml import track_experiment
from specweave_ml._native.dashboard import Dashboard
from specweave_ml.ui.answers import Answers
from support.dashboard_server import serving
from support.many import multiply
from support.visits import Visit

EXPERIMENTS = 1_500


@pytest.fixture
def large(project: Path) -> Path:
    """The project with many experiments of one metric."""
    with track_experiment("run", capture=False) as experiment:
        experiment.log_metric("loss", 0.5)
    multiply(Path(experiment.path), EXPERIMENTS)
    return project


def test_the_table_begins_before_all_was_read(large: Path, visit: Visit) -> None:
    visit.page.add_init_script("""
      window.counts = [];
      new MutationObserver(() => {
        const text = document.querySelector(".filter .count")?.textContent ?? "";
        if (text !== window.counts.at(-1)) window.counts.push(text);
      }).observe(document, { childList: true, subtree: true });
    """)
    with serving(large) as served:
        page = visit.open(served.address)
        expect(page.locator(".filter .count")).to_have_text(re.compile(r"^1\s500 experiments$"))
        # Thousands have a thin space between their digits.
        counts = [re.sub(r"(?<=\d)\s(?=\d)", "", text) for text in page.evaluate("counts")]
        first, *_, last = [text for text in counts if text not in ("", "0 experiments")]
        parts = re.fullmatch(r"(\d+) experiments, (\d+) still to read", first)
        assert parts is not None, first
        shown, unread = map(int, parts.groups())
        assert 0 < shown <= 1000
        assert shown + unread == EXPERIMENTS
        assert last == f"{EXPERIMENTS} experiments"
        grid = page.get_by_role("treegrid", name="Experiments")
        expect(grid).to_have_attribute("aria-rowcount", str(EXPERIMENTS + 1))
        page.goto(f"{served.address}#table?sort=metrics.loss")
        expect(page.locator(".grid-body a").first).to_contain_text("run-000002")


def test_all_is_read_though_nobody_asks(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specweave_ml.ui.answers.BEGINNING", 0)
    monkeypatch.setattr("specweave_ml.ui.answers.BROWSER_STARTS", 0.01)
    dashboard = Dashboard.open()
    answers = Answers(dashboard)
    answers._prepare()
    part = dashboard.ask("experiments", within=0, most=EXPERIMENTS)
    assert len(part["ids"]) == EXPERIMENTS
    assert part["unread"] == 0
    best = next(one for one in part["columns"] if one["key"] == "best")["values"]
    assert best.count(True) == 1
    assert json.loads(dashboard.answer(b'{"ask":"read","within":0}'))["unread"] == 0
