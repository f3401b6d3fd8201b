"""What means nothing without a server is said once, and is no error."""

from __future__ import annotations

from ..._native.warn import warn

_said: set[str] = set()


def once(what: str, message: str) -> None:
    """Warn, unless this was warned of before in this process."""
    if what not in _said:
        _said.add(what)
        warn(message)


def forget() -> None:
    """Say everything again from now on."""
    _said.clear()
