"""Projects for the dashboard to show; as a program it fills the one that it runs in."""

from __future__ import annotations

import io
import json
import math
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SEEDS = 3
STEPS = 200
RATES = (0.001, 0.01, 0.1)

SCRIPT = "<script>window.attacked=1;parent.attacked=1</script>"
HANDLER = '<img src="x" onerror="window.attacked=1">'
HOSTILE = [
    HANDLER,
    SCRIPT,
    '"><svg onload=window.attacked=1>',
    "</script>" + SCRIPT,
    "<!--<script>",
    "</style><style>*{display:none}</style>",
    "javascript:window.attacked=1",
    "__proto__",
    "constructor",
    "\u202egnp.exe",
    "a\u2066b\u2069c\u200f",
    "\x1b[31mred\x1b]0;title\x07",
    "x" * 150,
    "a\u0301" * 40,
    '=HYPERLINK("http://127.0.0.1:9/","x")',
    '<iframe srcdoc="<script>parent.attacked=1</script>">',
    "{{7*7}}${7*7}",
]
"""Names, keys and texts that a page, a terminal or a spreadsheet could obey."""

FILES = {
    "page.html": SCRIPT + "<h1>a page</h1>",
    "picture.svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="parent.attacked=1">'
    f"{SCRIPT}<circle r='9'/></svg>",
    "text.md": f"# Title\n{SCRIPT}\n\n[a link](javascript:window.attacked=1)\n\n"
    f"![picture](http://127.0.0.1:9/x.png) {HANDLER}\n\n```\n</script>{SCRIPT}\n```\n",
    "table.csv": f'=cmd|calc,"{HANDLER}"\n1,2\n'.replace('"x"', '""x""'),
    "data.json": json.dumps({"__proto__": {"x": 1}, SCRIPT: "</script>" + SCRIPT}),
    "fake.png": SCRIPT,
    "text.txt": "\x1b[31mred\x1b[0m " + SCRIPT,
}


def picture(step: int) -> bytes:
    """Return a small PNG that is different at each step."""
    from PIL import Image

    image = Image.new("RGB", (48, 32), (step * 25 % 256, 120, 200))
    stream = io.BytesIO()
    image.save(stream, "png")
    return stream.getvalue()


def usual() -> None:
    """A project as people have it: series of seeds, a sweep, a failure, files, a decision."""
    from specweave_ml import load_experiment, track_experiment

    for rate in RATES:
        for seed in range(SEEDS):
            params = {"learning_rate": rate, "optimizer": {"name": "sgd"}, "seed": seed}
            with track_experiment(
                f"sgd-{rate}", params=params, tags=["seeds"], capture_output=seed == 0
            ) as exp:
                speed = 10 + 2000 * rate
                for step in range(STEPS):
                    noise = 0.02 * math.sin(7.3 * step + seed)
                    loss = math.exp(-step * speed / 1e4) + 0.03 * seed + noise
                    exp.log_metrics({"loss": loss, "accuracy": 1 - loss / 2}, step=step)
                if seed == 0:
                    print(f"trained with {rate}\n\x1b[32mdone\x1b[0m")
                    files(exp)
    with track_experiment("diverged", params={"learning_rate": 10.0}, tags=["bad"]) as exp:
        for step in range(20):
            exp.log_metric("loss", math.exp(step) if step < 12 else math.nan, step=step)
        exp.log_metric("accuracy", math.inf)
    with suppress(ValueError), track_experiment("broken", params={"learning_rate": -1.0}):
        int("a learning rate")
    with track_experiment("sweep", kind="sweep") as sweep:
        for number in range(6):
            params = {"depth": 1 + number % 3, "share": 0.2 if number < 3 else 0.6}
            with track_experiment(f"{number:04d}", parent=sweep, params=params) as child:
                child.log_metric("accuracy", 0.6 + 0.05 * number)
        sweep.log_metric("accuracy", 0.85)
    best = load_experiment("sgd-0.1")
    best.select(["Best accuracy", "Simple"])
    best.log_note("Shown to the **team**.\nThey liked it.")


def files(exp: Any) -> None:
    """Save a file of each kind that the page previews."""
    for step in (0, 50, 100):
        target = Path(f"step-{step:06d}.png")
        target.write_bytes(picture(step))
        exp.log_artifact(target, f"samples/{target.name}")
        target.unlink()
    exp.log_table("mistakes", {"row": [1, 2], "guess": ["a", "b"]}, step=0)
    exp.log_text("report", "# A report\n\nIt is *short*.\n", step=0)
    exp.save_artifact("settings.json", {"rate": 0.1, "layers": [64, 32]})
    exp.save_artifact("README.md", "# Result\n\nA *small* model.\n\n- one\n- two\n")


def hostile() -> None:
    """Names, keys, texts and files that would do harm where they are not treated as text."""
    from specweave_ml import track_experiment
    from specweave_ml.errors import InvalidNameError

    for number, text in enumerate(HOSTILE):
        options: dict[str, Any] = {
            "description": text,
            "tags": [text],
            "params": {text: text, "nested": {text: number}, "rate": number},
            "capture_output": True,
        }
        try:
            exp = track_experiment(text, **options)
        except InvalidNameError:
            exp = track_experiment(f"hostile-{number}", **options)
        with exp:
            print(text, SCRIPT, "\x1b[2J\x1b[1;31mloud\x1b[0m\r\x08 end")
            for step in range(20):
                exp.log_metric(text, step * (number + 1), step=step)
                exp.log_metric("loss", 1 / (step + 1 + number), step=step)
            exp.log_note(f"{text}\n<b onmouseover=window.attacked=1>bold</b>")
            if number < 3:
                for name, content in FILES.items():
                    store(exp, name, content)


def store(exp: Any, name: str, content: str) -> None:
    """Save a text under a name, whatever that promises."""
    scratch = Path("scratch-file")
    scratch.write_text(content, "utf-8")
    exp.log_artifact(scratch, name)
    scratch.unlink()


STORES: dict[str, Callable[[], None]] = {"usual": usual, "hostile": hostile}


def make(name: str, folder: Path) -> Path:
    """Make a project in a new folder, in a process of its own, and return the folder."""
    (folder / ".specweave" / "increments" / "0042-recommendation-model").mkdir(parents=True)
    tests = Path(__file__).resolve().parents[1]
    subprocess.run(
        [sys.executable, "-m", "support.dashboard_stores", name],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), *filter(None, sys.path)])},
        capture_output=True,
        check=True,
        timeout=200,
    )
    return folder


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    STORES[sys.argv[1]]()
