"""What the charts of the page compute and draw: bands, parts that are joined, axes, zoom, marks, files."""

# ruff: noqa: E501, RUF001  (JavaScript in texts; labels with a minus sign)

from __future__ import annotations

import math
import statistics
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.page_modules import page_of, result_of
from support.visits import Visit

Evaluate = Callable[[list[str], str], Any]
Chart = Callable[[str], Any]

CHART = """
document.getElementById("place").style.width = "600px";
const said = [];
const drawn = async (chart) => { do await frame(); while (chart.element.dataset.drawn !== "whole"); };
const lineOf = (key, values, more = {}) => ({
  key, id: key, name: `run ${key}`, color: "rgb(200, 0, 0)", dash: [], breaks: [], marks: [],
  x: Float64Array.from(values, (_, i) => i), y: Float32Array.from(values), ...more,
});
const make = async (lines, more = {}, group = createChartGroup()) => {
  const chart = createChart({ title: "loss", group, announce: (text) => said.push(text) });
  if (more.alone) document.getElementById("place").replaceChildren();
  document.getElementById("place").append(chart.element);
  chart.set({ lines, xKind: "linear", yKind: "linear", xName: "step", ignoreOutliers: false, ...more });
  await drawn(chart);
  return chart;
};
const area = (chart) => chart.element.querySelector(".figure-area");
const at = (chart, step, value) => {
  const box = area(chart).getBoundingClientRect();
  const { x, y, frame } = chart.shown();
  const place = (value, [low, high], start, end) => start + (value - low) / (high - low) * (end - start);
  return {
    bubbles: true, pointerId: 1, button: 0, pointerType: "mouse",
    clientX: box.left + place(step, x, frame.left, frame.right),
    clientY: box.top + place(value, y, frame.bottom, frame.top),
  };
};
const point = (chart, type, step, value, more = {}) => {
  area(chart).setPointerCapture = () => {};
  area(chart).dispatchEvent(new PointerEvent(type, { ...at(chart, step, value), ...more }));
};
const key = (chart, name, more = {}) => area(chart).dispatchEvent(
  new KeyboardEvent("keydown", { key: name, bubbles: true, ...more }));
const tipOf = (chart) => chart.element.querySelector(".chart-tip").textContent;
"""


@pytest.fixture
def evaluate(visit: Visit, tmp_path: Path) -> Evaluate:
    """Run a script beside modules of the page, in a browser."""

    def run(modules: list[str], script: str) -> Any:
        file = tmp_path / "page.html"
        file.write_text(page_of(modules, script), "utf-8")
        visit.page.goto(file.as_uri())
        # Tests read the pixels back, which Chromium remarks.
        visit.expected.append("willReadFrequently")
        result = visit.page.locator("#result")
        result.wait_for(state="attached")
        return result_of(result.text_content() or "")

    return run


@pytest.fixture
def chart(evaluate: Evaluate) -> Chart:
    """Run a script beside the chart engine and what helps to use it."""
    return lambda script: evaluate(["chart.js"], CHART + script)


def test_a_band_is_the_mean_and_the_sample_deviation_of_those_that_have_a_value(
    evaluate: Evaluate,
) -> None:
    band = evaluate(
        ["bands.js"],
        """
        const line = (x, y, breaks = []) => ({ x: Float64Array.from(x), y: Float32Array.from(y), breaks });
        const made = meanBand([
          line([0, 1, 2, 3], [1, 2, 3, 4]),
          line([0, 2], [3, 7]),
          line([1, 3], [100, 200], [1]),
        ]);
        return [[...made.x], [...made.y], [...made.band.n],
          [...made.band.high].map((value, i) => Number.isNaN(value) ? null : value - made.y[i])];
        """,
    )
    values: list[list[float]] = [[1, 3], [2, 5, 100], [3, 7], [4, 200]]
    assert band[0] == [0, 1, 2, 3]
    assert band[1] == pytest.approx([statistics.mean(one) for one in values])
    assert band[2] == [len(one) for one in values]
    assert band[3] == pytest.approx([statistics.stdev(one) for one in values])


def test_points_that_come_later_extend_a_line_and_finer_ones_replace_its_part(
    evaluate: Evaluate,
) -> None:
    joined = evaluate(
        ["curvedata.js"],
        """
        const part = (x, y, more) => ({
          id: "a", metric: "loss", x: Float64Array.from(x), y: Float32Array.from(y), breaks: [], marks: [], ...more });
        const plain = (one) => ({ ...one, x: [...one.x], y: [...one.y] });
        const known = part([0, 1, 2], [5, 4, 3], { from: 0, count: 3 });
        return {
          more: plain(extended(known, part([4, 5], [2, 1], { from: 3, count: 6, marks: [[3, NaN]] }))),
          again: plain(extended(known, part([7], [9], { from: 0, count: 1 }))),
          lost: plain(extended(known, part([7], [9], { from: 5, count: 6 }))),
          fine: plain(spliced(
            part([0, 10, 20, 30], [0, 1, 2, 3], { breaks: [1, 3] }),
            part([9, 10, 11, 12], [7, 8, 9, 10], { breaks: [2] }))),
        };
        """,
    )
    assert joined["more"]["x"] == [0, 1, 2, 4, 5]
    assert joined["more"]["y"] == [5, 4, 3, 2, 1]
    assert joined["more"]["breaks"] == [3]
    assert joined["more"]["count"] == 6
    assert joined["again"]["x"] == [7]
    assert joined["lost"]["x"] == [0, 1, 2]
    assert joined["fine"]["x"] == [0, 9, 10, 11, 12, 20, 30]
    assert joined["fine"]["y"] == [0, 7, 8, 9, 10, 2, 3]
    assert joined["fine"]["breaks"] == [1, 3, 6]


def test_ticks_are_round_and_none_of_any_range_is_wrong(evaluate: Evaluate) -> None:
    texts = evaluate(
        ["axes.js"],
        """
        const texts = (kind, low, high) => axisTicks(makeAxis(kind, low, high, 0, 500), 6).map((tick) => tick.text);
        return {
          unit: texts("linear", 0, 1), thousands: texts("linear", 0, 10000), small: texts("linear", 2e-5, 9e-5),
          far: texts("linear", 1000000, 1000005), log: texts("log", 1e-5, 3), decade: texts("log", 1, 80),
          duration: texts("duration", 0, 9000), huge: texts("linear", -1.7e308, 1.7e308),
          one: widenRange("linear", 3, 3), none: widenRange("log", Infinity, -Infinity),
          most: ["linear", "log", "time", "duration"].map((kind) => Math.max(...[1e-300, 1e-9, 0.3, 1, 59, 1e5, 1.7e9, 1e300]
            .map((high) => axisTicks(makeAxis(kind, kind === "log" ? high / 1e7 || 1e-320 : 0, high, 0, 500), 6).length))),
        };
        """,
    )
    assert texts["unit"] == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert texts["thousands"] == ["0", "2k", "4k", "6k", "8k", "10k"]
    assert texts["small"] == ["2e−5", "4e−5", "6e−5", "8e−5"]
    assert texts["far"] == [str(1_000_000 + number) for number in range(6)]
    assert texts["log"] == ["1e−5", "0.0001", "0.001", "0.01", "0.1", "1"]
    assert texts["decade"] == ["1", "2", "5", "10", "20", "50"]
    assert texts["duration"] == ["0", "30 min", "1:00 h", "1:30 h", "2:00 h", "2:30 h"]
    assert texts["huge"] == ["−1e308", "0", "1e308"]
    assert texts["one"][0] < 3 < texts["one"][1]
    assert texts["none"] == [0.1, 1]
    assert all(1 <= most <= 30 for most in texts["most"])


def test_a_metric_is_chosen_by_text_words_or_a_pattern(evaluate: Evaluate) -> None:
    names = ["train/loss", "val/loss", "val/accuracy", "lr"]
    found = evaluate(
        ["curves.js"],
        f"""
        const names = {names};
        const chosen = (text) => names.filter(metricMatcher(text));
        return [chosen(""), chosen("LOSS"), chosen("lr accuracy"), chosen("/^val/"), chosen("loss$"), chosen("[loss"),
          metricMatcher("[loss").wrong];
        """,
    )
    assert found == [
        names,
        ["train/loss", "val/loss"],
        ["val/accuracy", "lr"],
        ["val/loss", "val/accuracy"],
        ["train/loss", "val/loss"],
        [],
        True,
    ]


def test_pointing_names_the_nearest_point_and_highlights_its_line_in_every_chart(
    chart: Chart,
) -> None:
    seen = chart(
        """
        const group = createChartGroup();
        const lines = [lineOf("a", [1, 2, 3, 4]), lineOf("b", [4, 3.5, 2.5, 1])];
        const one = await make(lines, {}, group);
        const other = await make(lines, {}, group);
        point(one, "pointermove", 2, 3);
        await drawn(one); await drawn(other); await frame();
        const first = [group.key, tipOf(one), group.cursor];
        const dimmed = [one, other].map((chart) => chart.element.querySelector(".figure-layer-1").classList.contains("dimmed"));
        point(one, "pointermove", 3, 1);
        const second = [group.key, tipOf(one)];
        point(one, "pointerdown", 3, 1); point(one, "pointerup", 3, 1);
        area(one).dispatchEvent(new PointerEvent("pointerleave"));
        return { first, dimmed, second, pinned: group.key };
        """,
    )
    assert seen["first"][0] == "a"
    assert seen["first"][1] == "run astep2value3"
    assert seen["first"][2] == 2
    assert seen["dimmed"] == [True, True]
    assert seen["second"] == ["b", "run bstep3value1"]


def test_dragging_zooms_every_chart_and_a_double_click_shows_everything_again(chart: Chart) -> None:
    seen = chart(
        """
        const group = createChartGroup();
        const values = Array.from({ length: 101 }, (_, i) => i);
        const one = await make([lineOf("a", values)], {}, group);
        const other = await make([lineOf("a", values)], {}, group);
        const whole = other.shown().x;
        point(one, "pointerdown", 20, 50); point(one, "pointermove", 30, 50); point(one, "pointerup", 40, 50);
        point(one, "pointermove", 40, 50);
        await drawn(one); await drawn(other);
        const zoomed = [one.shown(), other.shown()].map(({ x, y }) => [...x, ...y]);
        area(one).dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
        await drawn(one); await drawn(other);
        return { whole, zoomed, again: other.shown().x, range: group.range };
        """,
    )
    assert seen["whole"] == [0, 100]
    for low, high, bottom, top in seen["zoomed"]:
        assert low == pytest.approx(20, abs=0.5)
        assert high == pytest.approx(30, abs=0.5)
        assert bottom == pytest.approx(19.5, abs=1)
        assert top == pytest.approx(30.5, abs=1)
    assert seen["again"] == [0, 100]
    assert seen["range"] is None


def test_everything_works_with_keys(chart: Chart) -> None:
    seen = chart(
        """
        const group = createChartGroup();
        const one = await make([lineOf("a", [1, 2, 3, 4, 5]), lineOf("b", [5, 4, 3.5, 2, 1])], {}, group);
        key(one, "ArrowRight"); key(one, "ArrowRight"); key(one, "ArrowRight");
        const along = said.at(-1);
        key(one, "ArrowUp");
        const up = [said.at(-1), group.key];
        key(one, "End");
        const last = said.at(-1);
        key(one, "+");
        await drawn(one);
        const zoomed = group.range;
        key(one, "ArrowLeft", { shiftKey: true });
        const panned = group.range;
        key(one, "0");
        const whole = group.range;
        key(one, "Escape");
        const label = area(one).getAttribute("aria-label");
        return { along, up, last, zoomed, panned, whole, key: group.key, label };
        """,
    )
    assert seen["along"] == "run a: 3 at step 2"
    assert seen["up"] == ["run b: 3.5 at step 2", "b"]
    assert seen["last"] == "run b: 1 at step 4"
    assert seen["zoomed"][1] - seen["zoomed"][0] == pytest.approx(0.7 * 4)
    assert seen["panned"][0] < seen["zoomed"][0]
    assert seen["whole"] is None
    assert seen["key"] is None
    assert seen["label"].startswith("loss: 2 lines over step.")


def test_what_is_not_finite_is_marked_and_interrupts_the_line(chart: Chart) -> None:
    seen = chart(
        """
        const broken = lineOf("a", [1, 1, 1, 1], {
          x: Float64Array.from([0, 1, 5, 6]), breaks: [2], marks: [[3, NaN], [4, Infinity]] });
        const chart = await make([broken]);
        const pixel = (step, value, dx = 0, dy = 0) => {
          const place = at(chart, step, value);
          const box = area(chart).getBoundingClientRect();
          const layer = chart.element.querySelector(".figure-layer-1");
          const around = layer.getContext("2d").getImageData(place.clientX - box.left - 2 + dx, place.clientY - box.top - 2 + dy, 5, 5).data;
          let most = 0;
          for (let i = 3; i < around.length; i += 4) most = Math.max(most, around[i]);
          return most > 40;
        };
        const { y } = chart.shown();
        return {
          line: pixel(0.5, 1), gap: pixel(2, 1), nan: pixel(3, 1), after: pixel(4.5, 1), right: pixel(5.5, 1),
          infinity: pixel(4, y[1], 0, 4), table: chart.element.querySelector("details") !== null,
        };
        """,
    )
    assert seen == {
        "line": True,
        "gap": False,
        "nan": True,
        "after": False,
        "right": True,
        "infinity": True,
        "table": True,
    }


def test_logarithmic_axes_leave_out_what_they_cannot_show_and_outliers_are_cut(
    chart: Chart,
) -> None:
    seen = chart(
        """
        const values = Array.from({ length: 101 }, (_, i) => i === 50 ? 1e6 : 1 + i / 100);
        const plain = (await make([lineOf("a", values)], { alone: true })).shown().y;
        const cut = (await make([lineOf("a", values)], { alone: true, ignoreOutliers: true })).shown().y;
        const log = (await make([lineOf("a", [-1, 0, 0.001, 10])], { alone: true, yKind: "log" })).shown().y;
        const empty = (await make([], { alone: true })).shown().y;
        const logEmpty = (await make([lineOf("a", [-1, -2])], { alone: true, yKind: "log" })).shown().y;
        return { plain, cut, log, empty, logEmpty };
        """,
    )
    assert seen["plain"][1] > 1e6
    assert 1.0 <= seen["cut"][0] <= 1.06
    assert 1.94 <= seen["cut"][1] <= 2.05
    assert 0 < seen["log"][0] <= 0.001
    assert seen["log"][1] >= 10
    assert all(math.isfinite(value) for value in seen["empty"] + seen["logEmpty"])


def test_a_chart_is_saved_as_svg_with_names_that_cannot_be_markup(chart: Chart) -> None:
    text = chart(
        """
        let saved = null;
        HTMLAnchorElement.prototype.click = () => {};
        URL.createObjectURL = (blob) => { saved = blob; return "about:blank#"; };
        const evil = lineOf("a", [1, 2, 3], { name: '<script>alert(1)</script>"&\\u0007' });
        const chart = await make([evil]);
        [...chart.element.querySelectorAll("button")].find((one) => one.textContent === "SVG").click();
        return await saved.text();
        """,
    )
    root = ElementTree.fromstring(text)  # noqa: S314  (our own)
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "defs", "clipPath", "path", "rect", "text"}
    written = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "loss" in written
    assert any(one is not None and one.startswith("<script>alert(1)") for one in written)
    strokes = [
        element
        for element in root.iter("{http://www.w3.org/2000/svg}path")
        if element.get("stroke") == "rgb(200, 0, 0)" and element.get("clip-path")
    ]
    assert [element.get("d", "").count("L") for element in strokes] == [2]


def test_marks_of_a_file_lie_between_the_times_of_their_neighbours(evaluate: Evaluate) -> None:
    marks = evaluate(
        ["source.js"],
        """
        const data = (values) => btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
        const answer = {
          xs: [{ type: "u16", base: 0, data: data(Uint16Array.from([0, 1, 3])) },
            { type: "f64", data: data(Float64Array.from([100, 110, 130])) }],
          series: [{ id: "a", metric: "loss", count: 5, x: 0, t: 1, start: 100, breaks: [2],
            y: { type: "f32", data: data(Float32Array.from([1, 2, 3])) },
            marks: [[2, "NaN"], [9, "Infinity"]] }],
        };
        const held = { textContent: JSON.stringify({ answers: { series: [answer] } }) };
        const source = openSource({ getElementById: () => held });
        const marks = async (x) =>
          (await source.series({ metrics: ["loss"], x })).series[0].marks.map(([place, value]) => [place, String(value)]);
        return [await marks("step"), await marks("relative"), await marks("time")];
        """,
    )
    assert marks == [
        [[2, "NaN"], [9, "Infinity"]],
        [[20, "NaN"], [30, "Infinity"]],
        [[120, "NaN"], [130, "Infinity"]],
    ]
