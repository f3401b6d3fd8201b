"""Modules of the page by themselves, in Debian's Chromium: what their functions return."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from . import chromium

PAGE = Path(__file__).resolve().parents[3] / "Sources" / "DashboardAssets" / "page"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";$', re.MULTILINE)
FRAMES = 300_000
"""Milliseconds of the page's own time: each frame that a script waits for takes some of it."""
RESULT = re.compile(r"RESULT(.*?)END", re.DOTALL)


def joined(*names: str) -> str:
    """Return modules and those that they import as one script, as the core joins them."""
    parts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in parts:
            return
        text = (PAGE / name).read_text("utf-8")
        parts[name] = ""
        for other in IMPORT.findall(text):
            add(other)
        # Again at the end, since those that it imports come before it.
        del parts[name]
        parts[name] = re.sub(r"^export ", "", IMPORT.sub("", text), flags=re.MULTILINE)

    for name in names:
        add(name)
    return "\n".join(parts.values())


def evaluate(folder: Path, modules: list[str], script: str, more: str = "") -> Any:
    """Run the body of an async function beside modules, and return what it returns.

    Args:
        folder: Where the page and the browser's profile may lie.
        modules: The modules that the script uses.
        script: JavaScript that returns something that JSON can hold.
        more: Script that is placed before.
    """
    style = (PAGE / "style.css").read_text("utf-8")
    script = script.replace("</", "<\\/")
    page = folder / "page.html"
    page.write_text(
        f"<!doctype html><meta charset='utf-8'><style>{style}</style>"
        f"<body><div id='place'></div><script type='module'>{more}\n{joined(*modules)}\n"
        "const frame = () => new Promise((done) => requestAnimationFrame(done));\n"
        "const show = (text) => document.body.append(`RESULT${text}END`);\n"
        f"try {{ show(JSON.stringify(await (async () => {{ {script} }})())); }}\n"
        "catch (error) { show(JSON.stringify({ thrown: String(error.stack) })); }\n"
        "</script></body>",
        "utf-8",
    )
    shown = chromium.text_of(page.as_uri(), folder / "profile", virtual=FRAMES)
    found = RESULT.search(shown)
    assert found is not None, f"the script did not end: {shown[-500:]}"
    result = json.loads(found[1])
    assert not (isinstance(result, dict) and "thrown" in result), result["thrown"]
    return result
