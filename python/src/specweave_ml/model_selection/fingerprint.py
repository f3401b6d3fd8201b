"""What makes a sweep the same one, so that a resumed one never mixes results of two."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import InvalidArgumentError
from ..values import identity
from ..values.identity import UnidentifiableError

WHAT = {
    "data": "the data",
    "folds": "the folds (give the splitter a random_state)",
    "combinations": "the combinations of parameters (give a random search a random_state)",
    "model": "the model",
    "scoring": "the scoring",
    "fit": "what is passed to fit",
}
MADE_OF_CODE = {"combinations", "model", "scoring", "fit"}
FORM = 2
"""Which kind of digest it is; the first kind was made of how values are shown."""
PREFIX = "not comparable: "


class AnotherSweepError(InvalidArgumentError):
    """The sweep to resume is not the one that was started, or that is unknown."""


def of_data(*data: Any) -> str:
    """Return the digest of everything in the data."""
    return identified(lambda: identity.of(list(data), "data"))


def of_model(estimator: Any) -> str:
    """Return the digest of an estimator as the search clones it."""
    return identified(lambda: identity.of_template(estimator, "estimator"))


def of_combinations(params: list[dict[str, Any]]) -> str:
    """Return the digest of all combinations; each value is cloned like a model."""
    pairs = [[(name, combination[name]) for name in sorted(combination)] for combination in params]
    return identified(lambda: identity.of_template(pairs, "parameters"))


def of_scoring(scoring: Any, train: Any, error: Any) -> str:
    """Return the digest of the scorers and of what belongs to them."""
    return identified(lambda: identity.of([scoring, train, error], "scoring"))


def of_params(params: Mapping[str, Any]) -> str:
    """Return the digest of what is passed to `fit`, including arrays."""
    return identified(lambda: identity.of(dict(params), "fit"))


def identified(made: Callable[[], str]) -> str:
    """Return the digest, or why there is none."""
    try:
        return made()
    except UnidentifiableError as reason:
        return f"{PREFIX}{reason}"


def unknown(digests: Mapping[str, Any]) -> list[str]:
    """Return what cannot be recognised in a later session, each with the reason."""
    return [
        f"{WHAT[part].partition(' (')[0]} ({str(digest).removeprefix(PREFIX)})"
        for part, digest in digests.items()
        if part in WHAT and str(digest).startswith(PREFIX)
    ]


def facts(digests: Mapping[str, str]) -> dict[str, Any]:
    """Return what is stored of it."""
    return {**digests, "form": FORM, "python": platform.python_version()}


def require_same(before: Mapping[str, Any], now: Mapping[str, str], where: object) -> None:
    """Refuse to continue a sweep that was another one, or that may have been."""
    if before.get("form") != FORM:
        raise AnotherSweepError(
            f"the sweep in {where} cannot continue: it was started by another version of this "
            f"package, which recorded too little to tell whether it is the same; start a new one "
            f"without resume"
        )
    lacking = unknown(now) or unknown(before)
    if lacking:
        raise AnotherSweepError(
            f"the sweep in {where} cannot continue: whether it is the same is unknown because "
            f"of {' and of '.join(lacking)}; start a new one without resume"
        )
    changed = [part for part in now if before.get(part) != now[part]]
    if changed:
        raise AnotherSweepError(
            f"the sweep in {where} cannot continue: {' and '.join(WHAT[part] for part in changed)} "
            f"changed since it was started{reason(changed, before)}; pass what it was started "
            f"with, or start a new one without resume"
        )


def reason(changed: list[str], before: Mapping[str, Any]) -> str:
    """Return what else may have changed it: functions are compared by their bytecode."""
    if MADE_OF_CODE.isdisjoint(changed):
        return ""
    if before.get("python", "").split(".")[:2] != platform.python_version().split(".")[:2]:
        return f" (with Python {before.get('python')}; this is {platform.python_version()})"
    return " (the code of functions and classes, what they read, and their packages count too)"
