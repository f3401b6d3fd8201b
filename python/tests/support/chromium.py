"""Pages as Debian's Chromium shows them, without a window."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

PATIENCE = 120
IS_WANTED = bool(os.environ.get("CI"))
"""Whether a test that needs it fails where it is missing, instead of being skipped."""
VIRTUAL = 20_000
"""Milliseconds of the page's own time, which stands still while it waits for an answer."""


def program() -> str | None:
    """Return the program; None where the package is not installed."""
    return shutil.which("chromium")


def text_of(url: str, profile: Path) -> str:
    """Return the text that a page shows when it has loaded everything."""
    browser = program()
    assert browser is not None, "Debian's package chromium is missing; .ci/run installs it"
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--virtual-time-budget={VIRTUAL}"]
    shown = subprocess.run(
        [browser, *options, f"--user-data-dir={profile}", "--dump-dom", url],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout
    plain = re.sub(r"<(script|style|noscript)\b[^>]*>.*?</\1>", " ", shown, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain)))
