"""Modules of the page by themselves, in Debian's Chromium: what their functions return."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from . import chromium

PAGE = Path(__file__).resolve().parents[3] / "Sources" / "DashboardAssets" / "page"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";$', re.MULTILINE)
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


def page_of(modules: list[str], script: str) -> str:
    """Return a page that runs the body of an async function and shows its result."""
    style = (PAGE / "style.css").read_text("utf-8")
    script = script.replace("</", "<\\/")
    return (
        f"<!doctype html><meta charset='utf-8'><style>{style}</style>"
        f"<body><div id='place'></div><script type='module'>{joined(*modules)}\n"
        "const frame = () => new Promise((done) => requestAnimationFrame(done));\n"
        "const show = (text) => { const shown = document.createElement('output');"
        " shown.id = 'result'; shown.textContent = `RESULT${text}END`;"
        " document.body.append(shown); };\n"
        f"try {{ show(JSON.stringify(await (async () => {{ {script} }})())); }}\n"
        "catch (error) { show(JSON.stringify({ thrown: String(error.stack) })); }\n"
        "</script></body>"
    )


def result_of(text: str) -> Any:
    """Return what the function of a page returned, from the text that it shows."""
    found = RESULT.search(text)
    assert found is not None, f"the script did not end: {text[-500:]}"
    result = json.loads(found[1])
    assert not (isinstance(result, dict) and "thrown" in result), result["thrown"]
    return result


def evaluate(folder: Path, modules: list[str], script: str) -> Any:
    """Run the body of an async function that draws nothing beside modules; return its result.

    Args:
        folder: Where the page and the browser's profile may lie.
        modules: The modules that the script uses.
        script: JavaScript that returns something that JSON can hold.
    """
    page = folder / "page.html"
    page.write_text(page_of(modules, script), "utf-8")
    return result_of(chromium.text_of(page.as_uri(), folder / "profile"))
