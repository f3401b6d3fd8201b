"""Which parameters differ, by the rule of the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._native.library import library
from .._native.text import encoded_json, owned_json
from .json_values import json_value


def differing(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[int | None]]:
    """Return for each parameter that differs which of its values each row has; None for none."""
    named = [{name: json_value(value) for name, value in row.items()} for row in rows]
    return dict(owned_json(library().et_params_differing, encoded_json(named)))
