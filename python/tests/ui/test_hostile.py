"""Names, notes and files of somebody who means harm: shown as text, and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.dashboard_server import Served
from support.dashboard_stores import HANDLER, SCRIPT
from support.visits import PHONE, Visit, Visitor

ATTACKED = "() => [window.attacked, Object.prototype.polluted, document.title]"


def unharmed(visit: Visit) -> None:
    """Check that nothing ran, and that the page is what it was."""
    attacked, polluted, title = visit.page.evaluate(ATTACKED)
    assert (attacked, polluted) == (None, None)
    assert "experiments" in title
    assert len(visit.page.context.pages) == 1
    # Elements that only texts of the store could have made.
    assert visit.page.locator("main iframe, main script, main img[onerror], main b").count() == 0
    assert visit.page.get_by_role("navigation", name="Views", exact=True).is_visible()


@pytest.mark.parametrize("view", ["table?table.all=1", "curves", "comparison", "parallel", "bars"])
def test_views_show_them_as_text(hostile: Served, visit: Visit, view: str) -> None:
    visit.open(f"{hostile.address}#{view}")
    visit.settle()
    unharmed(visit)
    assert visit.overflow() == []


def test_names_that_could_be_markup_are_read_as_they_are(hostile: Served, visit: Visit) -> None:
    page = visit.open(hostile.address)
    expect(page.get_by_text("__proto__", exact=True).first).to_be_visible()
    shown = "".join(visit.names())
    assert "{{7*7}}${7*7}" in shown
    for obeyed in ("\x1b", "\u202e", "\u2066"):
        assert obeyed not in shown
    unharmed(visit)


def test_an_experiment_of_theirs_with_all_of_its_files(hostile: Served, visit: Visit) -> None:
    first = hostile.ask({"ask": "filter", "where": "params.rate = 0"})["ids"][0]
    page = visit.open(f"{hostile.address}#experiment?id={first}")
    visit.settle()
    expect(page.get_by_text("window.attacked=1").first).to_be_visible()
    assert HANDLER in page.locator("main").inner_text()
    assert SCRIPT in page.locator("main").inner_text()
    for name in ("page.html", "picture.svg", "text.md", "table.csv", "data.json", "fake.png"):
        page.get_by_text(name, exact=True).first.click()
        visit.settle()
        unharmed(visit)
    for link in page.locator("main a").all():
        assert not (link.get_attribute("href") or "").lower().startswith("javascript:")
    assert visit.hosts == {f"127.0.0.1:{hostile.port}"}


def test_a_file_of_theirs_that_is_opened_by_itself(hostile: Served, visit: Visit) -> None:
    first = hostile.ask({"ask": "filter", "where": "params.rate = 0"})["ids"][0]
    visit.page.goto(f"{hostile.address}files/{first}/text.txt")
    assert SCRIPT in visit.page.locator("body").inner_text()
    assert visit.page.evaluate("window.attacked") is None
    assert visit.page.evaluate("self.origin") == "null"
    visit.open(hostile.address)
    for name in ("page.html", "picture.svg"):
        with visit.page.expect_download() as download:
            file = f"{hostile.address}files/{first}/{name}"
            visit.page.evaluate("to => { location.href = to; }", file)
        assert download.value.suggested_filename == name


def test_a_condition_that_is_markup(hostile: Served, visit: Visit) -> None:
    page = visit.open(f"{hostile.address}#table?where={SCRIPT}{HANDLER}&q=<b>x</b>")
    expect(page.get_by_role("alert")).to_be_visible()
    unharmed(visit)


def test_a_phone_shows_them_too(hostile: Served, visitor: Visitor) -> None:
    with visitor.visit(size=PHONE) as visit:
        for view in ("table", "curves", "comparison"):
            visit.open(f"{hostile.address}#{view}")
            visit.settle()
            assert visit.overflow() == []
            unharmed(visit)
