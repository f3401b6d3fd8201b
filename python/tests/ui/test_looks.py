"""How the page looks: reports, both themes, paper, a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from specweave_ml import ExperimentPipeline
from support.dashboard_server import Served, serving
from support.visits import PHONE, Visit, Visitor

LIGHT_SOFT, DARK_SOFT = (0x57, 0x5C, 0x63), (0xA9, 0xAE, 0xB6)
"""The colour of the words on the axes."""


def style(page: Page, selector: str, name: str) -> str:
    """Return a property of the first element with a selector, as the browser has it."""
    found: str = page.locator(selector).first.evaluate(
        "(element, name) => getComputedStyle(element).getPropertyValue(name)", name
    )
    return found


def has_color(page: Page, color: tuple[int, int, int]) -> bool:
    """Return whether a pixel of the first chart has a colour."""
    found: bool = page.evaluate(
        """(color) => {
          const canvas = document.querySelector("canvas.figure-layer-0");
          const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          for (let at = 0; at < all.length; at += 4) {
            if (all[at + 3] === 255 && color.every((part, one) => all[at + one] === part)) {
              return true;
            }
          }
          return false;
        }""",
        color,
    )
    return found


def looking(visit: Visit) -> Visit:
    """Read pixels without the browser's advice on it."""
    visit.expected.append("willReadFrequently")
    return visit


def drawn(page: Page) -> None:
    """Wait until the first chart is drawn."""
    expect(page.locator('.figure[data-drawn="whole"]').first).to_be_visible()


def test_the_comparison_is_a_table_with_lines_and_bars(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#comparison")
    expect(page.locator("table.values .place > span").first).to_be_visible()
    assert style(page, "table.values td", "border-bottom-width") == "1px"
    assert style(page, "table.values td.number", "text-align") == "end"
    assert style(page, ".report-view", "padding-left") == "16px"
    best = style(page, "table.values tr.is-best td", "background-color")
    assert best == "rgb(229, 244, 234)"


def test_the_differences_have_signs_and_colours(usual: Served, visit: Visit) -> None:
    ids = usual.ids()
    page = visit.open(f"{usual.address}#pair?sel={ids['sgd-0.1']},{ids['sgd-0.001']}")
    expect(page.locator(".gain, .loss").first).to_be_visible()
    # Each table is called by what it holds.
    expect(page.get_by_role("group", name=re.compile("^Parameter, exp-"))).to_have_count(1)
    expect(page.get_by_role("group", name=re.compile("^Metric, exp-"))).to_have_count(1)
    colors = {"gain": "rgb(26, 122, 69)", "loss": "rgb(179, 38, 30)"}
    for name in page.locator(".gain, .loss").evaluate_all("all => all.map(one => one.className)"):
        assert style(page, f".{name}", "color") == colors[name]


def test_the_stages_of_a_pipeline_can_be_read(project: Path, visit: Visit) -> None:
    pipeline = ExperimentPipeline("nightly")
    for name in ("prepare", "train"):
        with pipeline.stage(name):
            pass
    with serving(project) as served:
        page = visit.open(f"{served.address}#pipeline")
        expect(page.locator(".diagram .stage-name").first).to_have_text("prepare")
        box, words = (
            style(page, selector, "fill") for selector in (".diagram rect", ".diagram .stage-name")
        )
        assert (box, words) == ("rgb(255, 255, 255)", "rgb(28, 30, 33)")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_chosen_theme_wins_over_that_of_the_system(
    usual: Served, visitor: Visitor, system: str
) -> None:
    grounds = {"light": "rgb(252, 252, 251)", "dark": "rgb(21, 23, 26)"}
    words = {"light": LIGHT_SOFT, "dark": DARK_SOFT}
    with visitor.visit(color_scheme=system) as visit:
        page = looking(visit).open(f"{usual.address}#curves")
        drawn(page)
        other = "dark" if system == "light" else "light"
        for now in (system, other, system):
            drawn(page)
            assert style(page, "html", "background-color") == grounds[now]
            assert has_color(page, words[now])
            page.get_by_role("button", name="Light or dark").click()
            page.wait_for_timeout(50)


def test_charts_are_printed_for_white_paper(usual: Served, visitor: Visitor) -> None:
    with visitor.visit(color_scheme="dark") as visit:
        page = looking(visit).open(f"{usual.address}#curves")
        drawn(page)
        assert has_color(page, DARK_SOFT)
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        assert has_color(page, LIGHT_SOFT)
        assert not has_color(page, DARK_SOFT)
        page.emulate_media(media="print")
        assert style(page, ".figure", "background-color") == "rgb(255, 255, 255)"
        page.emulate_media(media="screen", color_scheme="dark")
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        visit.settle()
        assert has_color(page, DARK_SOFT)


def test_words_are_not_torn_on_a_phone(usual: Served, visitor: Visitor) -> None:
    ids = usual.ids()
    with visitor.visit(size=PHONE) as visit:
        page = visit.open(f"{usual.address}#pair?sel={ids['sgd-0.1']},{ids['sgd-0.001']}")
        cell = page.get_by_role("cell", name=re.compile(r"^0\.\d+$")).first
        height = cell.evaluate("(element) => element.getClientRects()[0].height")
        assert height < 40
        tabs = page.get_by_role("navigation", name="Views", exact=True)
        assert tabs.evaluate("(element) => element.scrollWidth <= element.clientWidth")
