"""Functions that stand in the place of a tracked one, of the same kind as it is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..tracking import current
from .call import Call

Begin = Callable[[tuple[Any, ...], dict[str, Any]], Call]


def wrapped(function: Any, begin: Begin) -> Any:
    """Return the function that does the same and records it."""
    if inspect.isasyncgenfunction(function):
        return of_asynchronous_generator(function, begin)
    if inspect.iscoroutinefunction(function):
        return of_coroutine(function, begin)
    if inspect.isgeneratorfunction(function):
        return of_generator(function, begin)
    return of_function(function, begin)


def of_function(function: Any, begin: Begin) -> Any:
    """Wrap a plain function."""

    @functools.wraps(function)
    def tracked(*arguments: Any, **keywords: Any) -> Any:
        call = begin(arguments, keywords)
        with call.experiment:
            result = function(*arguments, **keywords)
            call.record_result(result)
        return result

    return tracked


def of_coroutine(function: Any, begin: Begin) -> Any:
    """Wrap an ``async def``."""

    @functools.wraps(function)
    async def tracked(*arguments: Any, **keywords: Any) -> Any:
        call = begin(arguments, keywords)
        with call.experiment:
            result = await function(*arguments, **keywords)
            call.record_result(result)
        return result

    return tracked


def of_generator(function: Any, begin: Begin) -> Any:
    """Wrap a generator: the experiment is the current one only while the generator runs."""

    @functools.wraps(function)
    def tracked(*arguments: Any, **keywords: Any) -> Any:
        call = begin(arguments, keywords)
        inner = function(*arguments, **keywords)
        step: Callable[[], Any] = functools.partial(next, inner)
        try:
            while True:
                block = current.enter(call.experiment)
                try:
                    item = step()
                except StopIteration as end:
                    call.record_result(end.value)
                    call.experiment.finish()
                    return end.value
                finally:
                    current.leave(block)
                try:
                    step = functools.partial(inner.send, (yield item))
                except GeneratorExit:
                    inner.close()
                    raise
                except BaseException as error:
                    step = functools.partial(inner.throw, error)
        except BaseException as error:
            call.experiment.finish(error=error)
            raise

    return tracked


def of_asynchronous_generator(function: Any, begin: Begin) -> Any:
    """Wrap an asynchronous generator in the same way."""

    @functools.wraps(function)
    async def tracked(*arguments: Any, **keywords: Any) -> Any:
        call = begin(arguments, keywords)
        inner = function(*arguments, **keywords)
        step: Callable[[], Any] = inner.__anext__
        try:
            while True:
                block = current.enter(call.experiment)
                try:
                    item = await step()
                except StopAsyncIteration:
                    call.experiment.finish()
                    return
                finally:
                    current.leave(block)
                try:
                    step = functools.partial(inner.asend, (yield item))
                except GeneratorExit:
                    await inner.aclose()
                    raise
                except BaseException as error:
                    step = functools.partial(inner.athrow, error)
        except BaseException as error:
            call.experiment.finish(error=error)
            raise

    return tracked
