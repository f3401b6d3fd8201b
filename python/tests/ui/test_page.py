"""The page as a person uses it, in a browser: click, type, zoom, reload, back."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from specweave_ml import track_experiment
from support.dashboard_server import Served, serving
from support.dashboard_stores import SEEDS
from support.visits import DESKTOP, PHONE, Visit, Visitor

VIEWS = (
    *("table", "curves", "parallel", "scatter", "bars", "pair", "experiment"),
    *("comparison", "sweep", "pipeline", "docs"),
)


def address(served: Served, view: str) -> str:
    """Return the address of a view in which something is to be seen."""
    ids = served.ids()
    chosen = next(name for name in (*ids, "") if not name or name.startswith("sgd-0.1"))
    first = ids.get(chosen) or next(iter(ids.values()))
    second = next(one for one in ids.values() if one != first)
    options = {"pair": f"?sel={first},{second}", "experiment": f"?id={first}"}
    return f"{served.address}#{view}{options.get(view, '')}"


def where(page: Page, condition: str) -> None:
    """Type a condition."""
    box = page.get_by_role("searchbox", name="Condition that the experiments must meet")
    box.fill(condition)
    box.press("Enter")


def counted(page: Page, text: str) -> None:
    """Wait until the page says how many experiments pass."""
    expect(page.locator(".filter .count")).to_have_text(text)


def test_the_table_is_sorted_and_filtered_and_a_link_shows_the_same(
    usual: Served, visit: Visit
) -> None:
    page = visit.open(usual.address)
    expect(page).to_have_title(re.compile("forecast"))
    counted(page, "18 experiments")
    where(page, "metrics.loss.count > 100 and params.learning_rate >= 0.01")
    counted(page, "6 of 18 experiments")
    page.get_by_role("button", name="Sort by learning_rate").click()
    expect(page).to_have_url(re.compile("sort=params.learning_rate"))
    first = page.locator(".grid-body a").first
    expect(first).to_contain_text("sgd-0.01")
    before = visit.names()
    assert ["sgd-0.1" in name for name in before] == 3 * [False] + 3 * [True]
    shown = page.url
    assert "where=" in shown
    page.reload()
    counted(page, "6 of 18 experiments")
    assert visit.names() == before
    page.get_by_role("button", name="Sort by learning_rate").click()
    expect(first).to_contain_text("sgd-0.1")
    page.go_back()
    expect(first).to_contain_text("sgd-0.01")
    assert page.url == shown
    page.go_forward()
    expect(first).to_contain_text("sgd-0.1")


def test_a_wrong_condition_shows_the_place(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    counted(page, "18 experiments")
    where(page, "metrics.accuracy > ")
    error = page.get_by_role("alert")
    expect(error).to_contain_text("ends too early")
    lines = error.inner_text().splitlines()
    assert lines[-1].strip() == "^"
    assert lines[-1].index("^") == len(lines[-2])
    where(page, "status = 'failed'")
    expect(error).to_be_hidden()
    counted(page, "1 of 18 experiments")


def test_children_open_below_their_sweep(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    counted(page, "18 experiments")
    before = len(visit.names())
    grid = page.get_by_role("treegrid", name="Experiments")
    row = grid.get_by_role("row").filter(has_text="sweep").first
    assert row.get_attribute("aria-expanded") == "false"
    grid.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(row).to_have_attribute("aria-expanded", "true")
    assert len(visit.names()) == before + 6
    page.reload()
    expect(row).to_have_attribute("aria-expanded", "true")


def test_the_keyboard_reaches_everything(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    counted(page, "18 experiments")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main:focus, main :focus")).to_have_count(1)
    page.keyboard.press("2")
    expect(page.get_by_role("link", name="Curves")).to_have_attribute("aria-current", "page")
    page.keyboard.press("1")
    expect(page.get_by_role("treegrid", name="Experiments")).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_table_as_csv(usual: Served, visit: Visit, tmp_path: Path) -> None:
    page = visit.open(usual.address)
    where(page, "name = 'sgd-0.1'")
    counted(page, "3 of 18 experiments")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    file = tmp_path / "table.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 3
    assert {row["name"] for row in rows} == {"sgd-0.1"}
    assert {row["params.learning_rate"] for row in rows} == {"0.1"}


def test_curves_zoom_together_and_the_address_keeps_it(usual: Served, visit: Visit) -> None:
    page = visit.open(address(usual, "curves"))
    charts = page.get_by_role("application")
    expect(charts.first).to_be_visible()
    expect(charts).to_have_count(2)
    expect(page.locator(".legend-row").first).to_be_visible()
    box = charts.first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"curves\.zoom="))
    zoomed = [chart.get_attribute("aria-label") for chart in charts.all()]
    page.reload()
    expect(charts.first).to_have_attribute("aria-label", zoomed[0] or "?")
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"curves\.zoom="))


def test_a_click_in_the_legend_hides_a_line(usual: Served, visit: Visit) -> None:
    page = visit.open(address(usual, "curves"))
    row = page.locator(".legend-row").first
    expect(row).to_have_attribute("aria-pressed", "true")
    row.click()
    expect(row).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile("hidden="))
    page.reload()
    expect(row).to_have_attribute("aria-pressed", "false")


def test_the_table_is_whole_when_it_appears(usual: Served, visit: Visit) -> None:
    visit.page.add_init_script("""
      window.counts = [];
      new MutationObserver(() => {
        const rows = document.querySelectorAll(".grid-body [role=row]").length;
        if (rows !== (window.counts.at(-1) ?? 0)) window.counts.push(rows);
      }).observe(document, { childList: true, subtree: true });
    """)
    page = visit.open(usual.address)
    counted(page, "18 experiments")
    visit.settle()
    top_level = usual.ask({"ask": "experiments"})
    parents = next(one for one in top_level["columns"] if one["key"] == "parent")["values"]
    assert page.evaluate("counts") == [parents.count(None)]


def test_a_run_has_one_colour_everywhere_and_after_reload(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    counted(page, "18 experiments")
    colours = """() => Object.fromEntries([...document.querySelectorAll(".grid-body [role=row]")]
      .map((row) => [row.querySelector("a").getAttribute("href"), row.querySelector("a")
        .closest("[role=rowheader]").innerHTML.match(/(?:rgb|#|hsl)[^;"]+/)?.[0]]))"""
    first = page.evaluate(colours)
    assert len(set(first.values())) > 5
    page.reload()
    counted(page, "18 experiments")
    assert page.evaluate(colours) == first


def test_an_experiment_shows_what_is_known_of_it(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#experiment?id={named(usual, 'sgd-0.1', seed=0)}")
    for text in (
        "sgd-0.1", "completed", "learning_rate", "trained with 0.1", "done", "settings.json",
        "README.md", "reproduce",
    ):  # fmt: skip
        expect(page.get_by_text(text).first).to_be_visible()
    assert "\x1b" not in page.locator("main").inner_text()
    page = visit.open(f"{usual.address}#experiment?id={named(usual, 'sgd-0.1', seed=SEEDS - 1)}")
    for text in ("Best accuracy", "They liked it."):
        expect(page.get_by_text(text).first).to_be_visible()


def named(served: Served, name: str, *, seed: int) -> str:
    """Return the identifier of a run of a series."""
    answer = served.ask({"ask": "filter", "where": f"name = '{name}' and params.seed = {seed}"})
    return str(answer["ids"][0])


def test_the_comparison_says_why(usual: Served, visit: Visit) -> None:
    page = visit.open(address(usual, "comparison"))
    reasons = usual.ask({"ask": "comparison"})["reasons"]
    assert reasons
    for reason in reasons:
        expect(page.get_by_text(reason).first).to_be_visible()


def test_the_comparison_is_put_in_the_order_of_a_column(usual: Served, visit: Visit) -> None:
    page = visit.open(address(usual, "comparison"))
    table = page.locator("table.values")
    head = table.get_by_role("columnheader", name="Loss")
    names = table.locator("tbody th[scope=row]")
    expect(names.first).to_be_visible()
    as_before = names.all_inner_texts()
    answer = usual.ask({"ask": "comparison"})
    losses = [row["values"].get("loss") for row in answer["rows"]]
    losses = [value for value in losses if isinstance(value, float)]
    place = [column["heading"] for column in answer["columns"]].index("Loss")
    cells = table.locator(f"tbody tr td:nth-child({place + 2})")

    def shown() -> list[float]:
        texts = [text.strip("\u2013 \n") for text in cells.all_inner_texts()]
        # What is no number comes last, whichever way the numbers go.
        end = texts.index("NaN")
        assert set(texts[end:]) == {"NaN", ""}
        return [float(text) for text in texts[:end]]

    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert shown() == pytest.approx(sorted(losses), rel=1e-2)
    page.reload()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(head.get_by_role("button")).to_be_focused()
    assert shown() == pytest.approx(sorted(losses, reverse=True), rel=1e-2)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "none")
    assert names.all_inner_texts() == as_before


def test_a_column_whose_name_begins_with_a_sign_keeps_its_order(
    project: Path, visit: Visit
) -> None:
    for value in (2, 3, 1):
        with track_experiment(f"{value}", capture=False) as exp:
            exp.log_metrics({"-x": value, "+y": 4 - value})
    with serving(project) as served:
        page = visit.open(f"{served.address}#comparison")
        table = page.locator("table.values")
        names = table.locator("tbody th[scope=row]")
        for heading, rising in (("-x", ["1", "2", "3"]), ("+y", ["3", "2", "1"])):
            head = table.get_by_role("columnheader", name=heading)
            for order, expected in (("ascending", rising), ("descending", rising[::-1])):
                head.get_by_role("button").click()
                for _ in range(2):
                    expect(head).to_have_attribute("aria-sort", order)
                    found = [re.findall(r"\d", text)[0] for text in names.all_inner_texts()]
                    assert found == expected
                    page.reload()


def test_two_side_by_side(usual: Served, visit: Visit) -> None:
    first, second = named(usual, "sgd-0.1", seed=0), named(usual, "sgd-0.01", seed=0)
    page = visit.open(f"{usual.address}#pair?sel={first},{second}")
    expect(page.get_by_text("learning_rate").first).to_be_visible()
    expect(page.get_by_text("0.01", exact=True).first).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_accessible_in_light_and_dark_on_a_desk_and_a_phone(
    usual: Served, visitor: Visitor, view: str
) -> None:
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        with visitor.visit(size=size, color_scheme=scheme) as visit:
            visit.open(address(usual, view))
            visit.settle()
            assert visit.violations() == []
            assert visit.overflow() == []


def test_it_prints_on_white(usual: Served, visitor: Visitor) -> None:
    with visitor.visit(color_scheme="dark") as visit:
        page = visit.open(usual.address)
        counted(page, "18 experiments")
        page.emulate_media(media="print")
        look = page.evaluate(
            "() => [getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('.filter')).display]"
        )
        assert look[0] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert len(page.pdf()) > 5_000


def test_a_table_that_is_wider_than_the_paper_is_printed_whole(
    project: Path, visitor: Visitor
) -> None:
    for name in ("first", "second"):
        params = {f"parameter_{i:02}": f"{name} {i} " + "word " * 6 for i in range(30)}
        with track_experiment(name, params=params, capture=False) as exp:
            exp.log_metric("accuracy", len(name) / 10)
    with serving(project) as served, visitor.visit(size=(718, 1000)) as visit:
        page = visit.open(served.address)
        counted(page, "2 experiments")
        page.emulate_media(media="print")
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        tables = page.locator("table.paper")
        assert tables.count() > 5
        heads = [text for table in tables.all() for text in table.locator("th").all_inner_texts()]
        for number in range(30):
            assert heads.count(f"parameter_{number:02}") == 1
        for table in tables.all():
            rows = table.locator("tbody th").all_inner_texts()
            assert ["second" in row for row in rows] == [True, False]
        assert visit.overflow() == []
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
        expect(tables).to_have_count(0)
        expect(page.locator(".grid-body [role=row]")).to_have_count(2)


def test_nothing_is_asked_from_elsewhere(usual: Served, visit: Visit) -> None:
    for view in VIEWS:
        visit.open(address(usual, view))
        visit.settle()
    assert visit.hosts == {f"127.0.0.1:{usual.port}"}
    answers = {url.split("/", 3)[3].partition("#")[0].partition("/")[0] for url in visit.requests}
    assert answers <= {"", "ask", "files"}


def test_no_answer_is_said_and_comes_back(project: Path, visit: Visit) -> None:
    with track_experiment("one", capture=False):
        pass
    with serving(project) as served:
        page = visit.open(served.address)
        counted(page, "1 experiment")
        port = str(served.port)
    visit.expected += ["ERR_CONNECTION_REFUSED", "Failed to fetch"]
    expect(page.get_by_text("no answer")).to_be_visible()
    with track_experiment("two", capture=False):
        pass
    with serving(project, "--port", port):
        counted(page, "2 experiments")
        expect(page.get_by_text("live", exact=True)).to_be_visible()


def test_state_is_json_free_of_tokens(usual: Served, visit: Visit) -> None:
    page = visit.open(usual.address)
    where(page, "name = 'a&b=c#d'")
    counted(page, "0 of 18 experiments")
    page.reload()
    box = page.get_by_role("searchbox", name="Condition that the experiments must meet")
    expect(box).to_have_value("name = 'a&b=c#d'")
    assert json.dumps(page.evaluate("Object.keys(localStorage)")) in ("[]", '["theme"]')


def test_a_view_begins_at_its_top_and_back_leads_to_the_same_place(
    usual: Served, visitor: Visitor
) -> None:
    with visitor.visit(size=(900, 400)) as visit:
        page = visit.open(f"{usual.address}#experiment?id={named(usual, 'sgd-0.1', seed=0)}")
        expect(page.get_by_role("heading", name="Environment")).to_be_visible()
        main = page.locator("main.view")
        main.evaluate("(element) => { element.scrollTop = 300; }")
        page.get_by_role("link", name="Compare", exact=True).click()
        expect(page.get_by_role("heading", name="Parallel coordinates")).to_be_visible()
        assert main.evaluate("(element) => element.scrollTop") == 0
        page.get_by_role("link", name="Table", exact=True).click()
        expect(visit.rows().first).to_be_visible()
        grid = page.get_by_role("treegrid", name="Experiments")
        grid.evaluate("(element) => { element.scrollTop = 112; }")
        visit.settle()
        before = grid.evaluate("(element) => element.scrollTop")
        assert before > 50
        page.locator(".grid-body a").nth(8).evaluate("(link) => link.click()")
        expect(page.get_by_role("heading", name="Environment")).to_be_visible()
        page.go_back()
        expect(visit.rows().first).to_be_visible()
        assert grid.evaluate("(element) => element.scrollTop") == before


def test_dragging_beside_a_line_selects_no_words(usual: Served, visit: Visit) -> None:
    for view in ("parallel", "scatter", "curves"):
        page = visit.open(address(usual, view))
        expect(page.locator(f'[data-view="{view}"] .figure-area').first).to_be_visible()
        box = page.locator(".figure-area").first.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 5, box["y"] + 5)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 120, steps=4)
        page.mouse.up()
        assert page.evaluate("() => getSelection().toString()") == ""
