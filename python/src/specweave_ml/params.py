"""Parameters as the library tells them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any


def params_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with their values; numbers that JSON cannot write are numbers again."""
    params = {
        key: deepcopy(value) if isinstance(value, (dict, list)) else value
        for key, value in facts["params"].items()
    }
    for place in facts.get("params_not_finite", ()):
        holder: Any = params
        for part in place[:-1]:
            holder = holder[part]
        holder[place[-1]] = float(holder[place[-1]])
    return params
