"""The parameters of an experiment, cached between reads."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

MANY = 500
"""The number of parameters from which on they are not copied for each access."""


def params_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters; numbers that JSON cannot write are numbers again."""
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


class ReadParams:
    """The parameters of one reading; each caller gets a dictionary of its own.

    Many parameters are not copied for ``exp.params["x"]`` in a loop: the dictionary that was
    returned is returned again if nobody kept or changed it.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self._params = params_of(facts)
        self._inside = [
            key for key, value in self._params.items() if isinstance(value, (dict, list))
        ]
        self._spare: ManyParams | None = None

    def hand_out(self) -> dict[str, Any]:
        """Return the parameters as a dictionary that the caller may keep and change."""
        if len(self._params) < MANY or self._inside or ALONE == 0:
            params = self._params.copy()
            for key in self._inside:
                params[key] = deepcopy(params[key])
            return params
        spare = self._spare
        if (
            spare is None
            or sys.getrefcount(spare) != ALONE
            or spare.changed
            or len(spare) != len(self._params)
        ):
            self._spare = spare = ManyParams(self._params)
        return spare


class ManyParams(dict[str, Any]):
    """A dictionary that knows whether it was changed; copies and pickles are plain ones."""

    __slots__ = ("changed",)

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__(params)
        self.changed = False

    def __setitem__(self, key: str, value: Any) -> None:
        self.changed = True
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self.changed = True
        super().__delitem__(key)

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        self.changed = True
        return super().__ior__(other)

    def update(self, *others: Any, **values: Any) -> None:
        """Update as `dict.update` does."""
        self.changed = True
        super().update(*others, **values)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Set a default as `dict.setdefault` does."""
        self.changed = True
        return super().setdefault(key, default)

    def pop(self, *key: Any) -> Any:
        """Remove a parameter as `dict.pop` does."""
        self.changed = True
        return super().pop(*key)

    def popitem(self) -> tuple[str, Any]:
        """Remove the last parameter as `dict.popitem` does."""
        self.changed = True
        return super().popitem()

    def clear(self) -> None:
        """Remove all parameters as `dict.clear` does."""
        self.changed = True
        super().clear()

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def references() -> int:
    """Return what `sys.getrefcount` is in `hand_out` for a dictionary that nobody else has.

    0 where it says nothing: in other Pythons, and without the global lock.
    """
    if not hasattr(sys, "getrefcount") or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return 0
    holder = ReadParams({"params": {}})
    holder._spare = ManyParams({})
    spare = holder._spare
    return sys.getrefcount(spare)


ALONE = references()
