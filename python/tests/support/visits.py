"""Visits of a page with a browser, as a person makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from . import chromium

PATIENCE = 60_000
"""Milliseconds that nothing takes."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP = (1280, 800)
PHONE = (390, 844)


class Visit:
    """One page in a browser that has seen nothing before."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        """What the console said, and what was thrown."""
        self.requests: list[str] = []
        self.expected: list[str] = []
        """Parts of problems that a test brings about."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.problems.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def open(self, address: str) -> Page:
        """Go to an address and wait until there is something to see."""
        self.page.goto(address)
        self.page.locator("main.view > *").first.wait_for(state="attached")
        return self.page

    def settle(self) -> None:
        """Wait until nothing is being asked and the page has drawn."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    @property
    def hosts(self) -> set[str]:
        """Where anything was asked for."""
        parts = [urlsplit(url) for url in self.requests]
        return {part.netloc for part in parts if part.scheme in ("http", "https", "ws", "wss")}

    @property
    def unexpected(self) -> list[str]:
        """The problems that no test brings about."""
        return [
            problem
            for problem in self.problems
            if not any(part in problem for part in self.expected)
        ]

    def rows(self) -> Locator:
        """Return the rows of the table below its head."""
        grid = self.page.get_by_role("treegrid", name="Experiments")
        return grid.get_by_role("row").filter(has=self.page.get_by_role("rowheader"))

    def names(self) -> list[str]:
        """Return the names in the table from top to bottom."""
        return list(self.page.locator(".grid-body a").all_inner_texts())

    def violations(self) -> list[str]:
        """Return what axe-core finds, one line each."""
        self.page.evaluate(AXE_FILE_PATH.read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
            " resultTypes: ['violations']})",
            RULES,
        )
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def overflow(self) -> list[str]:
        """Return the elements because of which the whole page would scroll sideways."""
        found: list[str] = self.page.evaluate(
            """() => {
              const wide = document.documentElement.clientWidth;
              if (document.scrollingElement.scrollWidth <= wide) return [];
              return [...document.body.querySelectorAll("*")]
                .filter((one) => one.getBoundingClientRect().right > wide + 1)
                .map((one) => `${one.tagName}.${one.className}`).slice(0, 10);
            }"""
        )
        return found


class Visitor:
    """A browser, from its start to its end."""

    def __enter__(self) -> Visitor:
        self._playwright = sync_playwright().start()
        program = chromium.program()
        assert program is not None, "Debian's package chromium is missing; .ci/run installs it"
        # Without a sandbox, since tests of containers run as root.
        self.browser: Browser = self._playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self._playwright.stop()

    @contextmanager
    def visit(self, *, size: tuple[int, int] = DESKTOP, **options: Any) -> Iterator[Visit]:
        """Open a page that remembers nothing, and look at the end whether anything was wrong."""
        viewport: Any = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(viewport=viewport, **options)
        try:
            one = Visit(context)
            yield one
            assert one.unexpected == []
        finally:
            context.close()
