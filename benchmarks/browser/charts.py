"""Draw many lines with the dashboard's own charts and with uPlot in a browser, and time what a person waits for.

    python -m venv build/browser
    build/browser/bin/pip install playwright youplot==1.0.0
    build/browser/bin/python benchmarks/browser/charts.py [--chromium /usr/bin/chromium]

`youplot` carries uPlot's minified file. Each case is a page of its own; a time ends when the pixels can be read back.
"""

import argparse
import functools
import http.server
import importlib.util
import os
import pathlib
import threading

from playwright.sync_api import sync_playwright

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "Sources" / "DashboardAssets" / "page"
CASES = [
    ("own canvas", "benchmarkOwn", {}),
    ("uPlot, places of columns", "benchmarkUPlot", {"exact": False}),
    ("uPlot, exact steps", "benchmarkUPlot", {"exact": True}),
]
SIZES = [(50, 1_000), (1_000, 10_000)]
PARTS = ("first", "zoom", "hover", "highlight")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve this folder, and the page's modules below `page/`."""

    def translate_path(self, path: str) -> str:
        """Where a path of an address is on disk."""
        if path.startswith("/page/"):
            return str(PAGE / pathlib.PurePosixPath(path).name)
        return super().translate_path(path)

    def log_message(self, *arguments: object) -> None:
        """Say nothing of requests."""


def uplot_file() -> pathlib.Path:
    """The file of uPlot in the installed package."""
    found = importlib.util.find_spec("youplot")
    if found is None or found.origin is None:
        raise SystemExit("uPlot is not installed: pip install youplot==1.0.0")
    return pathlib.Path(found.origin).parent / "vendor" / "uplot.iife.min.js"


def main() -> None:
    """Measure every case and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--chromium", default="/usr/bin/chromium")
    options.add_argument("--only", default="", help="measure the cases whose name contains this")
    chosen = options.parse_args()
    chromium = chosen.chromium
    handler = functools.partial(Handler, directory=str(HERE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; milliseconds, MB")
    print("| lines x points | with | first | zoom to 10 % | pointer | highlight | heap | load |")
    print("|---|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for count, points in SIZES:
            for name, function, more in CASES:
                if chosen.only not in name:
                    continue
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.set_default_timeout(180_000)
                page.goto(f"http://127.0.0.1:{server.server_port}/charts.html")
                page.add_script_tag(path=str(uplot_file()))
                call = "async ([f, a]) => (await import('./charts.js'))[f](a)"
                times = page.evaluate(call, [function, {**more, "count": count, "points": points}])
                session = page.context.new_cdp_session(page)
                session.send("HeapProfiler.enable")
                session.send("HeapProfiler.collectGarbage")
                use = session.send("Runtime.getHeapUsage")
                heap = (use["usedSize"] + use.get("backingStorageSize", 0)) / 1e6
                row = " | ".join(f"{times[part]:.0f}" for part in PARTS)
                load = os.getloadavg()[0]
                print(f"| {count:,} x {points:,} | {name} | {row} | {heap:.0f} | {load:.1f} |", flush=True)
                page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
