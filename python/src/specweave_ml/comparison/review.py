"""What stands out among the experiments of an increment."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.text import encoded_json, owned, owned_json


def review(
    increment: IncrementName | None = None,
    *,
    metric: str | None = None,
    direction: str | None = None,
) -> Review:
    """Say what stands out among the experiments of an increment, and what to try.

    Facts computed from what was recorded, never a guess: the best value of a parameter at the end
    of what was tried, ties within noise, gaps between training and other data, curves that worsen,
    do not end or become NaN, metrics that some never logged, what failed experiments share.
    docs/review.md describes the rules and their thresholds.

    Args:
        increment: The increment; None finds it.
        metric: The metric to judge by; None is the one of a comparison.
        direction: "higher" or "lower" is better, where the metric's name does not say so.

    Raises:
        NotFoundError: No experiment has the metric.

    Example:
        >>> for finding in review("0042").findings:
        ...     print(finding["id"], finding["sentence"])
    """
    return Review(Increment.find(increment), {"metric": metric, "direction": direction})


class Review:
    """What `review` finds; true if anything stands out, and text when it is shown."""

    def __init__(self, increment: Increment, options: Mapping[str, Any]) -> None:
        self._increment = increment
        self._options = {name: value for name, value in options.items() if value is not None}
        facts = owned_json(
            library().et_increment_review, increment._native, encoded_json(self._options)
        )
        self.increment: str = facts["increment"]
        """The increment's name."""
        self.findings: list[dict[str, Any]] = facts["findings"]
        """What stands out, the most urgent first: ``id``, ``kind``, ``sentence``, ``advice``,
        ``experiments`` (``name``, ``folder``, ``numbers``) and ``numbers``."""
        self.best: str | None = facts["best"]
        """The folder of the best experiment."""
        self.thresholds: dict[str, float] = facts["thresholds"]
        """From where on something stands out, by the names of docs/review.md."""

    @property
    def markdown(self) -> str:
        """The review as Markdown, everything in it escaped."""
        return self._shown({"as": "markdown"})

    def __len__(self) -> int:
        return len(self.findings)

    def __repr__(self) -> str:
        width = shutil.get_terminal_size((100, 24)).columns
        return self._shown({"as": "text", "width": width}).rstrip("\n")

    def _repr_html_(self) -> str:
        """Return the review as HTML for a notebook."""
        return self._shown({"as": "html"})

    def _shown(self, options: Mapping[str, Any]) -> str:
        request = encoded_json({**self._options, **options})
        return owned(library().et_increment_review, self._increment._native, request)
