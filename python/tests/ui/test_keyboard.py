"""What a mouse does in the table, keys do too."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from support.dashboard_server import Served
from support.visits import Visit


def focused(page: Page) -> str:
    """Return what a screen reader calls the element with the focus."""
    name: str = page.evaluate("() => document.activeElement.getAttribute('aria-label') ?? ''")
    return name


def head(page: Page, name: str) -> str | None:
    """Return in which order the column with this head sorts."""
    cell = page.get_by_role("columnheader").filter(has=page.get_by_label(name, exact=True))
    order: str | None = cell.first.get_attribute("aria-sort")
    return order


def test_a_column_is_sorted_pinned_and_hidden(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    expect(visit.rows().first).to_be_visible()
    page.keyboard.press("h")
    assert focused(page) == "Sort by Experiment"
    for _ in range(20):
        if focused(page) == "Sort by accuracy":
            break
        page.keyboard.press("ArrowRight")
    assert focused(page) == "Sort by accuracy"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sort=-metrics[.]accuracy"))
    visit.settle()
    # The heads were made again, and the next key still reaches this one.
    assert focused(page) == "Sort by accuracy"
    assert head(page, "Sort by accuracy") == "descending"
    page.keyboard.press("m")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("table[.]left=metrics[.]accuracy"))
    visit.settle()
    assert focused(page) == "Sort by accuracy"
    page.keyboard.press("m")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Sort by accuracy", exact=True)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("treegrid", name="Experiments").evaluate(
        "(grid) => grid === document.activeElement"
    )


def test_tab_reaches_the_heads_with_one_stop(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    expect(visit.rows().first).to_be_visible()
    stops = page.locator(".grid .sort").evaluate_all("all => all.map(one => one.tabIndex)")
    assert sorted(stops)[-2:] == [-1, 0]


def test_all_rows_are_checked_and_children_opened(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    expect(visit.rows().first).to_be_visible()
    page.keyboard.press("a")
    bar = page.get_by_role("region", name="Checked")
    expect(bar).to_contain_text(f"{visit.rows().count()} checked")
    page.keyboard.press("a")
    expect(bar).to_be_hidden()
    # The newest is the sweep, with six combinations.
    before = visit.rows().count()
    page.keyboard.press("ArrowRight")
    expect(visit.rows()).to_have_count(before + 6)
    page.keyboard.press("ArrowLeft")
    expect(visit.rows()).to_have_count(before)


def test_the_keys_are_listed(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    expect(visit.rows().first).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for text in ("Go to the heads of the columns", "Check all rows shown", "below the row"):
        expect(keys).to_contain_text(text)
