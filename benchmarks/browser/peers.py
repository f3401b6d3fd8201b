"""The first chart of the same runs in the pages of other trackers, beside `dashboard.py`.

python benchmarks/browser/peers.py --mlflow PYTHON --trackio PYTHON

Each PYTHON is an interpreter that has that package; `make test` leaves them in `build/mlflow` and
`build/importers`. 50 runs x 1,000 steps x 2 metrics; the clock starts with the command that shows
the page, and stops when the browser, whose cache is empty, has drawn the first line of a chart.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Request, sync_playwright

RUNS = """
import math, random
random.seed(0)
def points():
    pace = 1000 * random.uniform(0.2, 0.6)
    return [
        {key: math.exp(-step / pace) + random.gauss(0, 0.02) for key in ("loss", "accuracy")}
        for step in range(1000)
    ]
"""
MLFLOW_RUNS = (
    RUNS
    + """
import time, mlflow
from mlflow.entities import Metric
client = mlflow.MlflowClient("sqlite:///runs.db")
experiment = client.create_experiment("fifty")
for number in range(50):
    run = client.create_run(experiment, run_name=f"run-{number:04d}").info.run_id
    now = int(time.time() * 1000)
    metrics = [
        Metric(key, value, now, step)
        for step, row in enumerate(points())
        for key, value in row.items()
    ]
    for first in range(0, len(metrics), 1000):
        client.log_batch(run, metrics[first : first + 1000])
    client.set_terminated(run)
print(experiment)
"""
)
TRACKIO_RUNS = (
    RUNS
    + """
import trackio
for number in range(50):
    trackio.init(project="fifty", name=f"run-{number:04d}", auto_log_gpu=False)
    for row in points():
        trackio.log(row)
    trackio.finish()
"""
)
TRACKIO_SHOW = """
import sys, trackio
trackio.show("fifty", open_browser=False, block_thread=True, server_port=int(sys.argv[1]))
"""
# A line that has been drawn: a path of Plotly or Vega, or ink on a canvas.
DRAWN = """() => {
  const lines = document.querySelectorAll(
    ".js-plotly-plot .scatterlayer path.js-line, .mark-line path, canvas.marks");
  for (const line of lines) {
    if (line.tagName !== "CANVAS") {
      if ((line.getAttribute("d") ?? "").length > 20) return true;
    } else if (line.width > 0 && line.height > 0) {
      const data = line.getContext("2d").getImageData(0, 0, line.width, line.height).data;
      if (data.some((value) => value !== 0)) return true;
    }
  }
  return false;
}"""
LINES = """() => document.querySelectorAll(
  ".js-plotly-plot .scatterlayer path.js-line, .mark-line path").length"""
PATIENCE = 180_000


def main() -> None:
    """Make the runs, visit the pages, print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mlflow", type=Path)
    parser.add_argument("--trackio", type=Path)
    arguments = parser.parse_args()
    print("page | first chart, s | kB sent in 10 s more | requests | heap, MB | lines | load")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        if arguments.mlflow:
            visit_mlflow(browser, arguments.mlflow.absolute(), Path(folder, "mlflow"))
        if arguments.trackio:
            visit_trackio(browser, arguments.trackio.absolute(), Path(folder, "trackio"))
        browser.close()


def visit_mlflow(browser: Browser, python: Path, folder: Path) -> None:
    """Show the charts of an experiment on SQLite."""
    folder.mkdir()
    experiment = run(python, MLFLOW_RUNS, folder, os.environ).split()[-1]
    port = free_port()
    store = ("--backend-store-uri", "sqlite:///runs.db")
    command = [str(python), "-m", "mlflow", "server", *store, "--port", str(port), "--workers", "1"]
    page = f"http://127.0.0.1:{port}/#/experiments/{experiment}/runs?compareRunsMode=CHART"
    visit(browser, "MLflow", command, folder, os.environ, port, page)


def visit_trackio(browser: Browser, python: Path, folder: Path) -> None:
    """Show the dashboard of a project."""
    folder.mkdir()
    environment = {**os.environ, "TRACKIO_DIR": str(folder), "TRACKIO_TELEMETRY": "0"}
    run(python, TRACKIO_RUNS, folder, environment)
    port = free_port()
    command = [str(python), "-c", TRACKIO_SHOW, str(port)]
    page = f"http://127.0.0.1:{port}/?project=fifty"
    visit(browser, "Trackio", command, folder, environment, port, page)


def visit(
    browser: Browser, name: str, command: list[str], folder: Path, environment: Mapping[str, str],
    port: int, target: str,
) -> None:  # fmt: skip
    """Start a server, open its page in a browser that has seen nothing, and print what it took."""
    began = time.time()
    server = subprocess.Popen(
        command, cwd=folder, env=dict(environment), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        requests: list[Request] = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(target)
        page.wait_for_function(DRAWN, polling="raf")
        first = time.time() - began
        page.wait_for_timeout(10_000)
        web = [request for request in requests if request.url.startswith("http")]
        sizes = [request.sizes() for request in web]
        sent = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        session = context.new_cdp_session(page)
        session.send("HeapProfiler.enable")
        session.send("HeapProfiler.collectGarbage")
        usage = session.send("Runtime.getHeapUsage")
        heap = (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6
        print(
            f"{name} | {first:.2f} | {sent / 1000:.0f} | {len(web)} | {heap:.0f} | "
            f"{page.evaluate(LINES)} | {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        context.close()
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def run(python: Path, code: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a program of another environment, and return what it printed."""
    done = subprocess.run(
        [str(python), "-c", code], cwd=folder, env=dict(environment), check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    return done.stdout


def wait_for(port: int) -> None:
    """Wait until a server listens."""
    until = time.time() + PATIENCE / 1000
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if time.time() > until:
                raise
            time.sleep(0.02)
        else:
            return


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
