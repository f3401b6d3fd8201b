"""Which call of ``fit`` is the user's own.

A search, a pipeline, an ensemble or a cross-validation calls ``fit`` of what it holds, also in
other threads. Those calls come from the code of the package; the user's come from elsewhere.
"""

from __future__ import annotations

import sys
from types import FrameType

LIBRARIES = ("sklearn", "joblib", "specweave", "specweave_ml")
THROUGH = ("fit_predict", "fit_transform")
"""Methods that only pass a call on to ``fit`` of the same object."""


def is_the_users(model: object, *packages: str) -> bool:
    """Whether the caller of the calling function is neither one of these packages nor of ours."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and passes_on(frame, model):
        frame = frame.f_back
    return frame is None or package_of(frame) not in (*LIBRARIES, *packages)


def passes_on(frame: FrameType, model: object) -> bool:
    """Whether the code there calls ``fit`` of its own object for somebody else."""
    return frame.f_code.co_name in THROUGH and frame.f_locals.get("self") is model


def package_of(frame: FrameType) -> str:
    """The package whose code runs there."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
