"""`show()`: a frame of its own in a notebook, the browser elsewhere."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import expect

from conftest import Run
from specweave_ml import compare_experiments, list_experiments, load_experiment, track_experiment
from support.visits import Visit


@pytest.fixture(autouse=True)
def experiments_to_show() -> None:
    """Two experiments."""
    for name in ("first", "second"):
        with track_experiment(name, capture=False) as exp:
            for step in range(10):
                exp.log_metric("loss", 1 / (step + 1), step=step)


def output_of(code: str) -> str:
    """Run a cell of a notebook and return the HTML that it shows."""
    cell: Any = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    book = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    NotebookClient(book, timeout=200, kernel_name="python3").execute()
    shown = [output["data"]["text/html"] for output in cell.outputs if "data" in output]
    assert len(shown) == 1, cell.outputs
    return str(shown[0])


@pytest.mark.parametrize(
    "shown", ["compare_experiments(write=False)", "list_experiments()", "load_experiment('first')"]
)
def test_a_notebook_shows_a_frame_that_reaches_nothing(
    shown: str, tmp_path: Path, visit: Visit
) -> None:
    text = output_of(f"from specweave_ml import *\nimport specweave_ml as s\ns.{shown}.show()")
    assert text.startswith("<iframe ")
    found = re.search(r'sandbox="([^"]*)"', text)
    assert found is not None
    assert "allow-scripts" in found[1]
    assert "allow-same-origin" not in found[1]
    book = tmp_path / "book.html"
    book.write_text(f"<!doctype html><title>book</title><body>{text}", "utf-8")
    visit.page.goto(book.as_uri())
    frame = visit.page.frame_locator("iframe")
    expect(frame.get_by_text("first").first).to_be_visible()
    # Moving about in it works although it has no address of its own.
    frame.get_by_role("link", name="Curves", exact=True).first.click()
    expect(frame.get_by_role("application").first).to_be_visible()
    assert visit.page.url == book.as_uri()
    assert visit.hosts == set()


def test_a_script_opens_the_browser(run: Run, tmp_path: Path, visit: Visit) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.tmp && mv {opened}.tmp {opened}\n')
    browser.chmod(0o755)
    done = run(
        """
        from specweave_ml import load_experiment
        print(load_experiment("first").show())
        """,
        BROWSER=str(browser),
        TMPDIR=str(tmp_path),
    )
    assert done.stderr == ""
    file = Path(done.stdout.strip())
    assert file.parent == tmp_path
    assert re.fullmatch(r"first-\w+\.html", file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert opened.read_text() == file.as_uri()
    page = visit.open(file.as_uri())
    expect(page.get_by_text("first").first).to_be_visible()


def test_where_no_browser_opens_it_says_where_the_page_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    shown: list[tuple[Any, list[str]]] = [
        (compare_experiments(write=False), ["first", "second"]),
        (list_experiments(), ["first", "second"]),
        (load_experiment("second"), ["second"]),
    ]
    for result, names in shown:
        caplog.clear()
        file = result.show()
        assert caplog.messages == [f"no browser opens here; the page is {file}"]
        assert held(file) == names
        file.unlink()


def held(file: Path) -> list[str]:
    """Return the names of the experiments that a page holds."""
    text = file.read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    columns = json.loads(found[1])["answers"]["experiments"]["columns"]
    return sorted(next(column["values"] for column in columns if column["key"] == "name"))
