"""The fast path of ``log_metric()``: a small C extension where there is one, else nothing.

``SPECWEAVE_ACCELERATOR=off`` leaves it out; everything behaves the same without it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING


class PlainMetrics:
    """Without the extension: `Experiment.log_metric` is the method in Python."""

    __slots__ = ()


def chosen() -> type[object]:
    """Return the extension's class, or the plain one."""
    if os.environ.get("SPECWEAVE_ACCELERATOR", "").lower() not in ("off", "0", "no", "false"):
        try:
            from ._accelerator import FastMetrics
        except ImportError:  # it is optional
            return PlainMetrics
        return FastMetrics
    return PlainMetrics


if TYPE_CHECKING:
    FastMetrics = PlainMetrics
else:
    FastMetrics = chosen()
