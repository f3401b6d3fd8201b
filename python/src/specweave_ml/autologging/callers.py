"""Which call of ``fit`` is the user's own.

A search, a pipeline, an ensemble or a cross-validation calls ``fit`` of what it holds, also in
other threads. Those calls come from the code of the package; the user's come from elsewhere.
Another tracker may stand between: what it put in the place of the function is called by whoever
calls the function.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from .trampolines import is_exchanged

LIBRARIES = ("sklearn", "specweave", "specweave_ml")
"""Not joblib: scikit-learn's own functions stand between it and what they call there."""
THROUGH = ("fit_predict", "fit_transform")
"""Methods that only pass a call on to ``fit`` of the same object."""


def is_the_users(holder: Any, name: str, *packages: str) -> bool:
    """Return whether the caller of the calling function is in none of these packages or ours.

    ``holder`` is the object or the module of which it was called, ``name`` the function's name.
    """
    libraries = (*LIBRARIES, *packages)
    frame: FrameType | None = caller(sys._getframe(2), holder, name, libraries)
    while frame is not None and passes_on(frame, holder):
        frame = caller(frame.f_back, holder, frame.f_code.co_name, libraries)
    return frame is None or package_of(frame) not in libraries


def caller(
    frame: FrameType | None, holder: Any, name: str, libraries: tuple[str, ...]
) -> FrameType | None:
    """Return the frame that called the function, or what others have put around it."""
    around = set(codes(holder, name))
    if frame is not None and is_exchanged(frame):
        frame = frame.f_back
    outermost = frame
    while frame is not None and package_of(frame) not in libraries:
        if frame.f_code in around:
            outermost = frame.f_back
        frame = frame.f_back
    return outermost


def codes(holder: Any, name: str) -> Iterator[CodeType]:
    """Yield the code of what is now called by the name, in every class of an object."""
    for owner in (holder, *type(holder).__mro__):
        held = getattr(owner, "__dict__", {}).get(name)
        # A wrapper that is not a function calls the function that it was given for this.
        for function in (held, getattr(held, "_self_wrapper", None), type(held).__call__):
            code = getattr(function, "__code__", None)
            if isinstance(code, CodeType):
                yield code


def passes_on(frame: FrameType, model: object) -> bool:
    """Return whether the code there calls ``fit`` of its own object for another caller."""
    return frame.f_code.co_name in THROUGH and frame.f_locals.get("self") is model


def package_of(frame: FrameType) -> str:
    """Return the package whose code runs there."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
