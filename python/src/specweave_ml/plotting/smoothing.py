"""Smoothing as TensorBoard does it, so that both show the same curve."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..errors import InvalidArgumentError


def checked(weight: float) -> float:
    """Return the weight of the past, from 0 (none) to below 1."""
    if not 0 <= weight < 1:
        raise InvalidArgumentError(f"smoothing is at least 0 and below 1, not {weight!r}")
    return float(weight)


def smoothed(values: Iterable[float], weight: float) -> list[float]:
    """Return the exponential moving average without its bias towards the start.

    The formula of ``classicSmoothing`` in TensorBoard's
    ``tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts``: with the weight w the average
    average = w * average + (1 - w) * value is divided by 1 - w**n after n values. What is not
    finite stays as it is and counts for nothing; a constant stays constant.
    """
    raw = list(values)
    if not raw or all(value == raw[0] for value in raw):
        return raw
    average, remaining = 0.0, 1.0
    result = []
    for value in raw:
        if math.isfinite(value):
            average = average * weight + (1 - weight) * value
            remaining *= weight
            result.append(average / (1 - remaining))
        else:
            result.append(value)
    return result
