"""What strangers wrote, in the modules that show it: nothing that is of our origin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import chromium
from support.page_modules import evaluate

pytestmark = pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="Debian's package chromium is not installed",
)

CODE = {
    "a `b` c": ["b"],
    "``c ` d``": ["c ` d"],
    "`` `e` ``": ["`e`"],
    "```x```": ["x"],
    "``a`": [],
    "`open": [],
    "x `````a": [],
    "`````a": [
        ""
    ],  # a block of code that nothing ends: https://spec.commonmark.org/0.31.2/#example-127
}


def test_rows_of_backticks_are_code_where_they_end(tmp_path: Path) -> None:
    script = f"""
        const codes = (text) =>
          [...markdownElement(text).querySelectorAll("code")].map((one) => one.textContent);
        return {json.dumps(list(CODE))}.map(codes);
    """
    assert evaluate(tmp_path, ["markdown.js"], script) == list(CODE.values())


def test_an_svg_is_a_picture_of_no_origin(tmp_path: Path) -> None:
    text = "<svg xmlns='http://www.w3.org/2000/svg' onload='x=1'>ä#%</svg>"
    script = f"""
        const picture = contentElement("x.svg", {json.dumps(text)}).querySelector("img");
        const [type, data] = picture.getAttribute("src").split(/,(.*)/s);
        return [type, decodeURIComponent(data)];
    """
    assert evaluate(tmp_path, ["preview.js"], script) == ["data:image/svg+xml;charset=utf-8", text]


def test_the_address_of_a_file_leads_nowhere_else(tmp_path: Path) -> None:
    script = """
        const page = { location: { pathname: "/hub/8642/" }, querySelector: () => null };
        const { fileAddress } = liveSource(page);
        return [
          ["abc", "a b/c#?.png"], ["a/b", "x"], ["abc", "../../hub/logout"], ["..", "x"],
          ["abc", "a/./b"], ["abc", ".."],
        ].map(([id, path]) => fileAddress(id, path));
    """
    addresses = evaluate(tmp_path, ["source.js"], script)
    assert addresses == ["files/abc/a%20b/c%23%3F.png", "files/a%2Fb/x", *4 * [None]]


def test_the_living_docs_of_every_increment_are_shown(tmp_path: Path) -> None:
    script = """
        const increments = ["0042-one", "0043-two"].map((name) => {
          return { name, pages: [{ path: "docs/ml.md", text: `# Of ${name}` }] };
        });
        const shown = [];
        for (const [count, page] of [[0, ""], [1, ""], [2, ""], [2, "0043-two: docs/ml.md"]]) {
          const answer = { increments: increments.slice(0, count) };
          const view = docsView({
            state: { get: () => page, set: () => {} },
            source: { ask: async () => answer },
          });
          view.update(new Set(["open"]));
          for (let turn = 0; turn < 20; turn += 1) await null;
          const options = [...view.element.querySelectorAll("option")];
          shown.push([
            options.map((one) => one.textContent),
            view.element.querySelector("article")?.textContent ?? null,
          ]);
        }
        return shown;
    """
    both = ["0042-one: docs/ml.md", "0043-two: docs/ml.md"]
    assert evaluate(tmp_path, ["docs.js"], script) == [
        [[], None],
        [["docs/ml.md"], "Of 0042-one"],
        [both, "Of 0042-one"],
        [both, "Of 0043-two"],
    ]


def test_a_canvas_shows_control_characters(tmp_path: Path) -> None:
    script = """
        const canvas = document.createElement("canvas");
        const written = [];
        canvas.getContext("2d").fillText = (...given) => written.push(given);
        canvasSurface(canvas).fillText("a\\u202eb\\u0007", 3, 4);
        return written;
    """
    assert evaluate(tmp_path, ["export.js"], script) == [["a\u27e8U+202E\u27e9b\u2407", 3, 4]]
