"""What a person waits for: from `specweave-ml ui` to the first chart, a zoom, a large table.

python benchmarks/browser/dashboard.py              50 runs x 1,000 steps x 2 metrics
python benchmarks/browser/dashboard.py --large      also 1,000 x 10,000, and 10,000 experiments
python benchmarks/browser/dashboard.py --live       a run of 10,000 points a second is followed

It needs Debian's chromium, and an environment with python/requirements/browser.txt and the package.
Times are of one visit with an empty cache; the load of the machine is printed beside them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy
from playwright.sync_api import Browser, Page, Request, sync_playwright

from specweave_ml import track_experiment

PROGRAM = "import sys; from specweave_ml.ui.commands import main; sys.exit(main())"
INK = """
window.inked = null;
(function look() {
  for (const canvas of document.querySelectorAll("main canvas")) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    if (pixels.some((value) => value !== 0)) {
      window.inked = performance.timeOrigin + performance.now();
      return;
    }
  }
  requestAnimationFrame(look);
})();
"""
ROWS = """
window.rowed = null;
(function look() {
  if (document.querySelectorAll(".grid-body [role=row]").length > 5) {
    window.rowed = performance.timeOrigin + performance.now();
  } else requestAnimationFrame(look);
})();
"""
RUN = """
import sys, time
from specweave_ml import track_experiment
seconds, rate = float(sys.argv[1]), int(sys.argv[2])
with track_experiment("live", capture=False) as exp:
    print("begins", flush=True)
    began, cost, step = time.perf_counter(), time.process_time(), 0
    while (passed := time.perf_counter() - began) < seconds:
        due = min(step + 1000, int(passed * rate)) if rate else step + 1000
        while step < due:
            exp.log_metric("loss", 1 / (1 + step), step=step)
            step += 1
        if rate:
            time.sleep(0.001)
    cost = time.process_time() - cost
print(step, cost / step * 1e6)
"""
"""Logs for some seconds, so many points a second or as many as it can; prints how many, and what
one cost in microseconds of processor time."""

PATIENCE = 300_000


def main() -> None:
    """Measure what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="also the large stores")
    parser.add_argument("--live", action="store_true", help="a run that is followed")
    arguments = parser.parse_args()
    if arguments.live:
        live()
    else:
        stores(large=arguments.large)


def stores(*, large: bool) -> None:
    """Make the stores, visit them, print a line for each."""
    print("store | first chart or table, s | zoom, ms | kB sent | requests | heap, MB | load")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        visit(browser, curves(Path(folder, "fifty"), 50, 1000, ("loss", "accuracy")), "curves")
        if large:
            visit(browser, curves(Path(folder, "thousand"), 1000, 10_000, ("loss",)), "curves")
            visit(browser, table(Path(folder, "many"), 10_000), "table")
        browser.close()


def live() -> None:
    """Follow a run in a page, and print what that costs the server and the run."""
    print("points a second | us a point | us a point, followed | server, % of a core | load")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for rate in (10_000, 0):
            enter(project := Path(folder, f"live-{rate}"))
            alone = logged(15, rate)[1]
            with serving(project) as (server, address):
                context = browser.new_context(viewport={"width": 1280, "height": 800})
                page = context.new_page()
                page.goto(f"{address}#curves")
                page.wait_for_load_state("networkidle")
                before = processor_time(server.pid)
                began = time.perf_counter()
                points, followed = logged(30, rate)
                passed = time.perf_counter() - began
                share = (processor_time(server.pid) - before) / passed * 100
                context.close()
            print(
                f"{points / 30:,.0f} | {alone:.2f} | {followed:.2f} | {share:.1f} | "
                f"{os.getloadavg()[0]:.1f}",
                flush=True,
            )
        browser.close()


def logged(seconds: int, rate: int) -> tuple[int, float]:
    """Log for some seconds; return how many points, and what one cost in microseconds."""
    command = [sys.executable, "-c", RUN, str(seconds), str(rate)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    points, cost = done.stdout.splitlines()[-1].split()
    return int(points), float(cost)


def processor_time(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def curves(project: Path, runs: int, points: int, metrics: tuple[str, ...]) -> Path:
    """Make runs with noisy falling curves."""
    enter(project)
    random = numpy.random.default_rng(0)
    steps = numpy.arange(points)
    for number in range(runs):
        with track_experiment(f"run-{number:04d}", params={"seed": number}, capture=False) as exp:
            for metric in metrics:
                falling = numpy.exp(-steps / (points * random.uniform(0.2, 0.6)))
                exp.log_series(metric, falling + 0.02 * random.standard_normal(points))
    return project


def table(project: Path, runs: int) -> Path:
    """Make many small experiments."""
    enter(project)
    random = numpy.random.default_rng(0)
    for number in range(runs):
        params = {"rate": float(random.random()), "depth": number % 12}
        with track_experiment(f"run-{number:05d}", params=params, capture=False) as exp:
            exp.log_metric("loss", float(random.random()))
    return project


def enter(project: Path) -> None:
    """Make an empty project the working directory."""
    (project / ".specweave" / "increments" / "0001-experiments").mkdir(parents=True)
    os.chdir(project)


def visit(browser: Browser, project: Path, view: str) -> None:
    """Start the server, open a view in a browser that has seen nothing, and print what it took."""
    began = time.time()
    with serving(project) as (_, address):
        look(browser, project, view, address, began)


@contextmanager
def serving(project: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a project, and yield the server and its address."""
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--no-browser", "--port", "0"],
        cwd=project, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        yield server, server.stdout.readline().split()[0]
    finally:
        server.terminate()
        server.communicate()


def look(browser: Browser, project: Path, view: str, address: str, began: float) -> None:
    """Look at a view, and print what it took since the command was given."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{{INK}{ROWS}}})")
    page.goto(f"{address}#{view}")
    name = "window.inked" if view == "curves" else "window.rowed"
    page.wait_for_function(f"{name} ?? null")
    first = page.evaluate(name) / 1000 - began
    page.wait_for_load_state("networkidle")
    web = [request for request in requests if request.url.startswith("http")]
    sizes = [request.sizes() for request in web]
    sent = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    zoom = f"{zoomed(page):.0f}" if view == "curves" else "-"
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    heap = (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6
    load = os.getloadavg()[0]
    print(
        f"{project.name} | {first:.2f} | {zoom} | {sent / 1000:.0f} | {len(web)} | {heap:.0f} | "
        f"{load:.1f}",
        flush=True,
    )
    context.close()


def zoomed(page: Page) -> float:
    """Zoom into the middle of the first chart; milliseconds until it has been drawn again."""
    box = page.locator(".figure-area").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.45, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.55, middle, steps=3)
    began = time.perf_counter()
    page.mouse.up()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
