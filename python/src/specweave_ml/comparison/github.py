"""An issue for GitHub that links to the experiments so far."""

from __future__ import annotations

from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.text import encoded, encoded_json, owned


def github_issue(
    title: str, increment: IncrementName | None = None, *, metric: str | None = None
) -> str:
    """Return the text of an issue for GitHub, as Markdown; nothing is sent.

    It has the best experiments, the parameters of the selected one, else of the best, its data and
    how to run it again. Links are relative to the repository, everything that users wrote is
    escaped. ``specweave-ml github-issue --create`` makes the issue with ``gh``.

    Args:
        title: What is asked for, on one line, which is the heading.
        increment: The increment; None finds it.
        metric: The metric to judge by; None is the one of a comparison.

    Raises:
        InvalidArgumentError: The title is empty, or longer than GitHub takes.
        NotFoundError: No experiment has the metric.

    Example:
        >>> print(github_issue("Retrain model with Q1 2024 data", increment="0042"))
    """
    options = encoded_json({} if metric is None else {"metric": metric})
    function = library().et_increment_github_issue
    return owned(function, Increment.find(increment)._native, encoded(title), options)
