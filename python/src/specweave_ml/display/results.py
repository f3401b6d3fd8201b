"""Results that only Python knows, drawn for notebooks as the library draws its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .._native.library import library
from .._native.text import encoded_json, owned

Column = tuple[str, str]
"""A heading, and how the values are written: "text", "number", "seconds" or "status"."""


def html(
    title: str = "",
    *facts: str,
    columns: Sequence[Column] = (),
    rows: Iterable[Sequence[Any]] = (),
    best: int | None = None,
    curve: Sequence[float] = (),
    remarks: Iterable[str] = (),
    shares: Iterable[tuple[str, float]] = (),
) -> str:
    """Return a fragment of HTML, everything escaped: `et_results_html` says what each part is."""
    parts = {
        "title": title,
        "facts": facts,
        "columns": [{"heading": heading, "form": form} for heading, form in columns],
        "rows": list(rows),
        "best": best,
        "curve": curve,
        "remarks": [text for text in remarks if text],
        "shares": list(shares),
    }
    return owned(library().et_results_html, encoded_json(parts))
