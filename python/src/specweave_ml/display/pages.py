"""Whole pages: in a notebook as a frame of their own, elsewhere in the browser."""

from __future__ import annotations

import html
import logging
import os
import re
import sys
import tempfile
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from .terminal import in_ipython_kernel

HEIGHT = 640
"""Pixels of a page in a notebook."""


class Frame:
    """A page in a notebook: it cannot reach the notebook, and the notebook's styles not the page.

    It is of no origin (``sandbox`` without ``allow-same-origin``), so that a script that got into
    it could neither read the notebook nor act as its user.
    """

    def __init__(self, page: str, title: str, height: int = HEIGHT) -> None:
        self._page = page
        self._title = title
        self._height = height

    def __repr__(self) -> str:
        return f"<page of {self._title!r}>"

    def _repr_html_(self) -> str:
        """Return the frame."""
        return (
            f'<iframe srcdoc="{html.escape(self._page)}" sandbox="allow-scripts allow-downloads" '
            f'title="{html.escape(self._title)}" loading="lazy" '
            f'style="width:100%;height:{self._height}px;border:1px solid #8884"></iframe>'
        )


def show(page: bytes, title: str) -> Path | None:
    """Show a page: below the cell of a notebook, else in the browser from a file.

    Returns:
        The file; None in a notebook. It stays when the program ends, since the browser may not
        have read it by then.
    """
    if in_ipython_kernel():
        from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

        display(Frame(page.decode(), title))  # type: ignore[no-untyped-call, unused-ignore]
        return None
    file = temporary(page, title)
    if has_browser(os.environ):
        webbrowser.open(file.as_uri())
    else:
        logging.getLogger("specweave_ml").warning("no browser opens here; the page is %s", file)
    return file


def temporary(page: bytes, title: str) -> Path:
    """Write a page into a new file that only its owner can read."""
    name = re.sub(r"[^\w.-]+", "-", title, flags=re.ASCII).strip("-.")[:60] or "page"
    handle, path = tempfile.mkstemp(".html", f"{name}-")
    with open(handle, "wb") as file:
        file.write(page)
    return Path(path)


def has_browser(environment: Mapping[str, str]) -> bool:
    """Return whether a browser would open where the person sees it, and not in this terminal."""
    if environment.get("BROWSER") or sys.platform == "darwin":
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
