"""The page as one file: opened from the disk, it asks for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from specweave_ml import compare_experiments, list_experiments, load_experiment
from support.visits import Visit

OWN = 500_000
"""Bytes that the file of a usual project has at most."""


@pytest.fixture
def saved(usual_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The comparison of the usual project as a file."""
    monkeypatch.chdir(usual_store)
    return compare_experiments(write=False, reruns="all").save_html(tmp_path / "page.html")


def test_it_is_small_and_needs_nothing(saved: Path) -> None:
    text = saved.read_text("utf-8")
    assert len(text.encode()) <= OWN
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert "connect-src 'none'" in text or "default-src 'none'" in text


def test_it_opens_from_the_disk_without_a_request(saved: Path, visit: Visit) -> None:
    page = visit.open(saved.as_uri())
    # What it was made for comes first.
    expect(page.get_by_role("heading", name="Best: ")).to_be_visible()
    page.get_by_role("link", name="Table").click()
    expect(page.locator(".grid-body a").first).to_be_visible()
    assert any("sgd-0.1" in name for name in visit.names())
    page.get_by_role("link", name="Curves").click()
    expect(page.get_by_role("application").first).to_be_visible()
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_text("Highest accuracy (0.98").first).to_be_visible()
    assert visit.hosts == set()
    assert visit.requests == [saved.as_uri()]


def test_its_view_is_in_the_address_too(saved: Path, visit: Visit) -> None:
    page = visit.open(f"{saved.as_uri()}#table?q=diverged")
    expect(page.locator(".grid-body a")).to_have_count(1)
    page.reload()
    expect(page.locator(".grid-body a")).to_have_count(1)
    page.get_by_role("link", name="Curves").click()
    page.go_back()
    expect(page.locator(".grid-body a")).to_have_count(1)


def test_one_experiment(
    usual_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, visit: Visit
) -> None:
    monkeypatch.chdir(usual_store)
    file = load_experiment("broken").save_html(tmp_path / "broken.html")
    page = visit.open(file.as_uri())
    expect(page.get_by_role("heading", name="broken", level=2)).to_be_visible()
    expect(page.get_by_role("link", name="Experiment")).to_have_attribute("aria-current", "page")
    assert "sgd-0.1" not in file.read_text("utf-8")


def test_one_sweep_is_shown_with_what_is_inside_it(
    usual_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, visit: Visit
) -> None:
    monkeypatch.chdir(usual_store)
    page = visit.open(load_experiment("sweep").save_html(tmp_path / "sweep.html").as_uri())
    expect(page.get_by_role("heading", name="sweep", level=2)).to_be_visible()
    page.get_by_role("link", name="Table").click()
    page.get_by_label("Show what is below").click()
    expect(page.locator(".grid-body a")).to_have_count(7)


def test_experiments_of_a_list_are_a_table(
    usual_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, visit: Visit
) -> None:
    monkeypatch.chdir(usual_store)
    page = visit.open(list_experiments().save_html(tmp_path / "list.html").as_uri())
    expect(page.locator(".grid-body a").first).to_be_visible()


def test_what_it_does_not_hold_is_said_in_plain_words(saved: Path, visit: Visit) -> None:
    for view, what in (("docs", "the living docs"), ("pair", "what differs in code")):
        page = visit.open(f"{saved.as_uri()}#{view}")
        text = page.get_by_text(f"This file does not hold {what}")
        expect(text).to_contain_text("“specweave-ml ui” in the project shows more.")


def test_a_hostile_store(
    hostile_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, visit: Visit
) -> None:
    monkeypatch.chdir(hostile_store)
    file = compare_experiments(write=False).save_html(tmp_path / "page.html")
    assert file.read_text("utf-8").count("<script") == 2  # its data, and its own
    for view in ("table", "curves", "comparison"):
        visit.open(f"{file.as_uri()}#{view}")
        visit.settle()
        assert visit.page.evaluate("window.attacked") is None
    assert visit.hosts == set()
