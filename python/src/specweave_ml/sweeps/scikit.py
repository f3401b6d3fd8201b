"""scikit-learn's own search, with its fits handed out one by one.

Whatever `GridSearchCV` does (routing of metadata, scorers, weights, callbacks, errors, ranks, the
final fit) is left to its own code, so that results are equal to the last bit. Only where it runs
its fits, in one call of joblib's ``Parallel``, they are run here: one result at a time, as they
come, and without those that were done before. scikit-learn has no hook there, and replacing the
name for the whole process would reach into other threads; so `fit` gets names of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..errors import LibraryError
from .fits import SCORE_ERROR, borrowed, fit_and_score

Result = dict[str, Any]
Task = tuple[Any, tuple[Any, ...], dict[str, Any]]
Known = Callable[[list[Task]], dict[int, Result]]
Seen = Callable[[int, Result], None]

BATCH = 8


def numbered(
    index: int, function: Callable[..., Result], args: Any, kwargs: Any
) -> tuple[int, Result]:
    """Run a fit in a worker; the number tells which one it was."""
    return index, fit_and_score(function, args, kwargs)


def fit(search: Any, known: Known, seen: Seen, *data: Any, **params: Any) -> None:
    """``search.fit(*data, **params)``.

    Args:
        search: A `GridSearchCV` or `RandomizedSearchCV`.
        known: Gets all fits that are to be done and gives the results that are there already.
        seen: Gets the number and the result of each other fit, in this process, as they come.
        data: X and, unless there is none, y.
        params: What else `fit` takes.
    """
    from sklearn.base import _fit_context

    original = inspect.unwrap(type(search).fit)
    names = original.__globals__
    if not {"Parallel", "_fit_and_score"} <= names.keys() or original.__closure__:
        import sklearn

        raise LibraryError(
            f"sweeps do not know how scikit-learn {sklearn.__version__} runs its fits; "
            f"use a version from 1.4 to 1.9"
        )

    def parallel(**options: Any) -> Fits:
        return Fits(options, known, seen)

    function = borrowed(original, Parallel=parallel)
    _fit_context(prefer_skip_nested_validation=False)(function)(search, *data, **params)


class Fits:
    """Stands where scikit-learn makes its ``Parallel``."""

    def __init__(self, options: dict[str, Any], known: Known, seen: Seen) -> None:
        self.options = options
        self.known = known
        self.seen = seen

    def __enter__(self) -> Fits:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __call__(self, fits: Iterable[Task]) -> list[Result]:
        """The results of all fits, in order."""
        tasks = list(fits)
        results = self.known(tasks)
        missing = [index for index in range(len(tasks)) if index not in results]
        for index, result in run(tasks, missing, self.options):
            self.seen(index, result)
            result.pop(SCORE_ERROR, None)
            results[index] = result
        return [results[index] for index in range(len(tasks))]


def run(
    tasks: list[Task], chosen: list[int], options: dict[str, Any]
) -> Iterator[tuple[int, Result]]:
    """Run the chosen ones where joblib is told to, and give each result as soon as it is there."""
    from joblib import effective_n_jobs
    from sklearn.utils.parallel import Parallel, delayed

    def prepared(indices: list[int]) -> Iterator[Any]:
        for index in indices:
            wrapper, args, kwargs = tasks[index]
            yield delayed(numbered)(index, wrapper.function, args, kwargs)

    try:
        parallel = Parallel(return_as="generator_unordered", **options)
    except ValueError:
        # The backend can not give results one by one (multiprocessing, Ray): a few at a time.
        with Parallel(**options) as parallel:
            size = BATCH * max(1, effective_n_jobs(options.get("n_jobs")))
            for start in range(0, len(chosen), size):
                yield from parallel(prepared(chosen[start : start + size]))
        return
    yield from parallel(prepared(chosen))
