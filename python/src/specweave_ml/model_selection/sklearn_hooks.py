"""scikit-learn's own search, with its fits handed out one by one.

Whatever `GridSearchCV` does (routing of metadata, scorers, weights, callbacks, errors, ranks, the
final fit) is left to its own code, so that results are equal to the last bit. Only where it runs
its fits, in one call of joblib's ``Parallel``, they are run here: one result at a time, as they
come, and without those that were done before. scikit-learn has no hook there, and replacing the
name for the whole process would reach into other threads; so `fit` gets names of its own.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType
from typing import Any

from ..display.progress import Bar
from ..errors import LibraryError

Result = dict[str, Any]
Task = tuple[Any, tuple[Any, ...], dict[str, Any]]
CachedResults = Callable[[list[Task]], dict[int, Result]]
OnResult = Callable[[int, Result], None]

BATCH = 8


def numbered(
    index: int, function: Callable[..., Result], args: Any, kwargs: Any
) -> tuple[int, Result]:
    """Run a fit in a worker; the number identifies it."""
    return index, fit_and_score(function, args, kwargs)


def fit(
    search: Any, cached_results: CachedResults, on_result: OnResult, *data: Any, **params: Any
) -> None:
    """Run ``search.fit(*data, **params)`` with stored results and a callback for the others.

    Args:
        search: A `GridSearchCV` or `RandomizedSearchCV`.
        cached_results: Gets all fits that are to be done and gives the results that are there
            already.
        on_result: Gets the number and the result of each other fit, in this process, as they come.
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
        return Fits(options, cached_results, on_result)

    function = with_globals(original, Parallel=parallel)
    _fit_context(prefer_skip_nested_validation=False)(function)(search, *data, **params)


class Fits:
    """Stands where scikit-learn makes its ``Parallel``."""

    def __init__(
        self, options: dict[str, Any], cached_results: CachedResults, on_result: OnResult
    ) -> None:
        self.options = options
        self.cached_results = cached_results
        self.on_result = on_result

    def __enter__(self) -> Fits:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __call__(self, fits: Iterable[Task]) -> list[Result]:
        """Return the results of all fits, in order."""
        tasks = list(fits)
        results = self.cached_results(tasks)
        missing = [index for index in range(len(tasks)) if index not in results]
        for index, result in run(tasks, missing, self.options):
            self.on_result(index, result)
            result.pop(SCORE_ERROR, None)
            results[index] = result
        return [results[index] for index in range(len(tasks))]


def run(
    tasks: list[Task], chosen: list[int], options: dict[str, Any]
) -> Iterator[tuple[int, Result]]:
    """Run the chosen ones where joblib is configured to, and yield each result when it is ready."""
    from joblib import effective_n_jobs
    from sklearn.utils.parallel import Parallel, delayed

    def prepared(indices: list[int]) -> Iterator[Any]:
        for index in indices:
            wrapper, args, kwargs = tasks[index]
            yield delayed(numbered)(index, wrapper.function, args, kwargs)

    try:
        parallel = Parallel(return_as="generator_unordered", **options)
    except ValueError:
        # The backend cannot give results one by one (multiprocessing, Ray): a few at a time.
        with Parallel(**options) as parallel:
            size = BATCH * max(1, effective_n_jobs(options.get("n_jobs")))
            for start in range(0, len(chosen), size):
                yield from parallel(prepared(chosen[start : start + size]))
        return
    yield from parallel(prepared(chosen))


FAILED = "Scoring failed."
SCORE_ERROR = "score_error"


def fit_and_score(function: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """Run scikit-learn's function, and add ``score_error`` to its result where a score failed."""
    errors: list[str] = []
    result: dict[str, Any] = capture_score_errors(function, errors.append)(*args, **kwargs)
    if errors:
        result[SCORE_ERROR] = errors[0]
    return result


def capture_score_errors(function: Any, tell: Callable[[str], None]) -> Any:
    """Return a function that does the same and also reports the traceback of each failed score."""
    names = getattr(function, "__globals__", {})
    score = names.get("_score")
    if not isinstance(function, FunctionType) or not isinstance(score, FunctionType):
        return function
    # What was warned about once is remembered in the module, not in a copy of its names.
    score.__globals__.setdefault("__warningregistry__", {})
    return with_globals(function, _score=with_globals(score, warnings=Warnings(tell)))


def with_globals(function: FunctionType, **names: Any) -> FunctionType:
    """Return a function with the same code and some of its globals replaced."""
    other = FunctionType(
        function.__code__,
        {**function.__globals__, **names},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    other.__kwdefaults__ = function.__kwdefaults__
    return other


class Warnings:
    """Stands for the module `warnings`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell

    def __getattr__(self, name: str) -> Any:
        return getattr(warnings, name)

    def warn(self, message: Any, category: Any = None, stacklevel: int = 1, **more: Any) -> None:
        """Pass a warning on, and note whether it is about a score."""
        text = str(message)
        if text.startswith(FAILED):
            self.tell(text.partition("Details:")[2].strip() or text)
        warnings.warn(message, category, stacklevel + 1, **more)


def with_progress(original: Any, bar: Bar) -> Any:
    """Return the function itself, or with a bar one that does the same and counts its fits."""
    plain = inspect.unwrap(original)
    names = getattr(plain, "__globals__", {})
    constraints = getattr(original, "_skl_parameter_constraints", None)
    known = {"Parallel", "_fit_and_score"} <= names.keys() and isinstance(plain, FunctionType)
    if not bar.wanted or not known or constraints is None:
        return original
    from sklearn.utils._param_validation import validate_params

    def begin(tasks: list[Task]) -> dict[int, Result]:
        bar.begin(len(tasks), "fold")
        return {}

    def on_result(index: int, result: Result) -> None:
        bar.advance()

    def parallel(**options: Any) -> Fits:
        return Fits(options, begin, on_result)

    counted = with_globals(plain, Parallel=parallel)
    return validate_params(constraints, prefer_skip_nested_validation=False)(counted)
