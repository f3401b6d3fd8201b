"""The curves and the comparisons that are drawn, as a person uses them in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from specweave_ml import track_experiment
from support.dashboard_server import Served, serving
from support.visits import PHONE, Visit, Visitor

VIEWS = ["curves", "parallel", "scatter", "bars", "bars?bars.show=importance"]


def test_the_address_holds_what_the_curves_show(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#curves?q=sgd")
    page.get_by_label("Smoothing, as in TensorBoard").fill("0.6")
    page.get_by_role("button", name="log y").click()
    page.get_by_label("Group", exact=True).select_option(label="learning_rate")
    rows = page.locator(".legend-row")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("learning_rate=")
    expect(rows.first).to_contain_text("n=3")
    rows.first.click()
    expect(rows.first).to_have_attribute("aria-pressed", "false")
    for part in ("curves.smoothing=0.6", "curves.logy=1", "curves.group=params.learning_rate"):
        assert part in page.url
    page.reload()
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_label("Smoothing, as in TensorBoard")).to_have_value("0.6")
    rows.first.click()
    expect(rows.first).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(rows.first).to_have_attribute("aria-pressed", "false")


def test_a_run_has_the_same_colour_in_the_legend_after_a_reload(
    usual: Served, visit: Visit
) -> None:
    page = visit.open(f"{usual.address}#curves")
    page.locator(".legend-row").first.wait_for()

    def colors() -> list[str]:
        found: list[str] = page.locator(".legend-row").evaluate_all(
            "rows => rows.map((row) => { const { background, borderColor } ="
            " row.querySelector('i').style;"
            " return `${row.textContent}|${background || borderColor}`; })"
        )
        return found

    before = colors()
    page.reload()
    page.locator(".legend-row").first.wait_for()
    assert colors() == before
    assert len({color.split("|")[-1] for color in before}) > 3


def test_dragging_over_a_chart_zooms_all_of_them_and_the_address_keeps_it(
    usual: Served, visit: Visit
) -> None:
    page = visit.open(f"{usual.address}#curves?q=sgd")
    area = page.locator(".chart-area").first
    expect(page.locator(".figure").first).to_have_attribute("data-drawn", "whole")
    box = area.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"curves\.zoom=[\d.]+~[\d.]+"))
    page.mouse.dblclick(box["x"] + box["width"] / 2, middle)
    expect(page).not_to_have_url(re.compile(r"curves\.zoom"))


def test_a_chart_is_saved_as_svg_and_png(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#curves?q=sgd")
    expect(page.locator(".figure").first).to_have_attribute("data-drawn", "whole")
    for kind, start in (("SVG", b"<svg "), ("PNG", b"\x89PNG")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=re.compile(f"as {kind}$")).first.click()
        assert saved.value.suggested_filename.endswith(f".{kind.lower()}")
        assert saved.value.path().read_bytes().startswith(start)


def test_a_range_on_an_axis_leaves_the_experiments_that_pass_it(
    usual: Served, visit: Visit
) -> None:
    page = visit.open(f"{usual.address}#parallel?q=sgd&parallel.axes=params.learning_rate")
    page.get_by_label("learning_rate from").fill("0.05")
    page.get_by_label("learning_rate from").press("Tab")
    expect(page.locator(".curves-bar output")).to_have_text("3 of 9 experiments")
    page.get_by_role("button", name="Check these").click()
    expect(page.locator(".curves-bar output")).to_have_text("3 experiments")
    assert "sel=" in page.url


@pytest.mark.parametrize("view", VIEWS)
def test_views_of_charts_are_accessible_and_fit_a_phone(
    usual: Served, visitor: Visitor, view: str
) -> None:
    with visitor.visit() as visit:
        page = visit.open(f"{usual.address}#{view}")
        page.locator(".figure").first.wait_for()
        assert visit.violations() == []
        assert page.locator(".figure-area").first.get_attribute("aria-label")
        page.locator(".figure-table summary").first.click()
        expect(page.locator(".figure-rows table").first).to_be_visible()
    with visitor.visit(size=PHONE, color_scheme="dark") as visit:
        page = visit.open(f"{usual.address}#{view}")
        page.locator(".figure").first.wait_for()
        assert visit.overflow() == []


def test_a_run_is_called_by_its_name(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#curves?q=diverged")
    expect(page.locator(".legend-row")).to_have_text(re.compile(r"^exp-\d+ diverged$"))
    page.goto(f"{usual.address}#bars?q=sgd-0.1")
    page.locator(".figure-table summary").click()
    expect(page.locator(".figure-rows tbody th").first).to_have_text(
        re.compile(r"^exp-\d+ sgd-0\.1$")
    )


def test_what_is_read_on_a_button_is_its_name(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#curves")
    for name in ("log x", "log y", "no outliers", "Reset zoom"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_single_values_are_one_click_away(project: Path, visit: Visit) -> None:
    with track_experiment("one", capture=False) as exp:
        exp.log_metric("auc", 0.9)
        for step in range(3):
            exp.log_metric("loss", 1 / (1 + step), step=step)
    with serving(project) as served:
        page = visit.open(f"{served.address}#curves")
        text = page.get_by_text("1 metric has one value per run: auc.")
        text.get_by_role("link", name="Show it as bars").click()
        expect(page).to_have_url(re.compile("#bars"))
        expect(page.get_by_role("heading", name="auc")).to_be_visible()


def test_the_axes_of_a_scatter_are_those_of_its_points(usual: Served, visit: Visit) -> None:
    page = visit.open(
        f"{usual.address}#scatter?scatter.x=params.learning_rate&scatter.y=metrics.accuracy"
    )
    # "diverged" has a rate of 10 and no finite accuracy; without it the rates are all positive.
    note = page.get_by_text("are not drawn: one of the two values is missing or not finite.")
    expect(note).to_have_text(re.compile(r"^9 experiments"))
    expect(page.get_by_role("button", name="log x")).to_have_attribute("aria-pressed", "true")


def test_it_is_seen_that_only_checked_experiments_are_drawn(usual: Served, visit: Visit) -> None:
    first, second = list(usual.ids().values())[:2]
    page = visit.open(f"{usual.address}#bars?sel={first},{second}")
    chip = page.get_by_role("button", name="2 checked")
    expect(chip).to_be_visible()
    page.get_by_role("link", name="Table", exact=True).click()
    # The table has its own bar for them.
    expect(page.get_by_role("region", name="Checked")).to_be_visible()
    expect(chip).to_be_hidden()
    page.go_back()
    chip.click()
    expect(chip).to_be_hidden()
    assert "sel=" not in page.url


def test_a_key_leads_to_the_charts(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#curves?q=sgd-0.1")
    expect(page.locator('.figure[data-drawn="whole"]').first).to_be_visible()
    visit.settle()
    page.keyboard.press("g")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chart-tip").first).to_contain_text("sgd-0.1")


def test_a_metric_that_no_shown_experiment_has_is_no_empty_chart(
    project: Path, visit: Visit
) -> None:
    for name, metric in (("first", "loss"), ("second", "reward")):
        with track_experiment(name, capture=False) as exp:
            for step in range(3):
                exp.log_metric(metric, step, step=step)
    with serving(project) as served:
        page = visit.open(f"{served.address}#curves")
        titles = page.locator(".figure-title")
        expect(titles).to_have_text(["loss", "reward"])
        page.get_by_role("searchbox", name="Words that must occur").fill("second")
        expect(titles).to_have_text(["reward"])


def test_parallel_coordinates_say_what_their_colours_mean(usual: Served, visit: Visit) -> None:
    page = visit.open(f"{usual.address}#parallel?q=sgd")
    colour = page.get_by_label("Colour", exact=True)
    expect(colour.locator("option:checked")).to_have_text("by accuracy")
    expect(page.locator(".legend-scale")).to_contain_text("accuracy")
    colour.select_option(label="by experiment")
    expect(page.locator(".legend-scale")).to_have_count(0)
    page.reload()
    expect(colour.locator("option:checked")).to_have_text("by experiment")


def test_the_axes_have_room_on_a_phone(usual: Served, visitor: Visitor) -> None:
    with visitor.visit(size=PHONE) as visit:
        page = visit.open(f"{usual.address}#parallel")
        area = page.locator(".parallel-area")
        expect(area).to_be_visible()
        axes = int(re.findall(r"\d+", page.locator(".choose summary").inner_text())[0])
        assert axes >= 5
        box = area.bounding_box()
        assert box is not None
        assert box["width"] >= 80 * axes
        assert visit.overflow() == []
        figure = page.locator(".chart-view .figure")
        figure.evaluate("(element) => { element.scrollLeft = 200; }")
        assert figure.evaluate("(element) => element.scrollLeft") > 0
