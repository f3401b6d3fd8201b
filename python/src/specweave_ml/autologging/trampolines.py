"""Functions that do something else for a while and stay the same objects.

Whoever holds a function, has it in a partial or pickles it by its name means the object. So it is
the function's code that is exchanged, for one that calls the replacement, and not the function.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType
from typing import Any

MISSING: Any = object()
CALL = "call"


class Hook:
    """What the exchanged code calls; it is one of the code's constants."""

    def __init__(self, plain: FunctionType, call: Callable[..., Any]) -> None:
        self.plain = plain
        self.call = call

    def __reduce__(self) -> Any:
        """Pickle as the original function: in another process nothing is replaced."""
        return Hook, (self.plain, self.plain)


class Exchange:
    """A function whose code was exchanged."""

    def __init__(self, function: FunctionType, make: Callable[[FunctionType], Any]) -> None:
        """Exchange the code; ``make`` returns the replacement, given a copy of the function."""
        self._function = function
        self._code = function.__code__
        self._signature = vars(function).get("__signature__", MISSING)
        hook = Hook(plain := copied(function), make(plain))
        if self._signature is MISSING and not hasattr(function, "__wrapped__"):
            function.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]
        self._new = function.__code__ = calling(hook, function.__code__)

    def undo(self) -> None:
        """Restore the code, unless other code has exchanged it since."""
        if self._function.__code__ is not self._new:
            return
        self._function.__code__ = self._code
        if self._signature is MISSING:
            vars(self._function).pop("__signature__", None)


def copied(function: FunctionType) -> FunctionType:
    """Return a copy of the function."""
    plain = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    plain.__kwdefaults__ = function.__kwdefaults__
    plain.__qualname__ = function.__qualname__
    plain.__module__ = function.__module__
    plain.__doc__ = function.__doc__
    plain.__annotations__ = function.__annotations__
    vars(plain).update(vars(function))
    return plain


def calling(hook: Hook, code: CodeType) -> CodeType:
    """Return code that calls the hook with all arguments, located where the original code is."""
    made = template(code.co_freevars)
    constants = tuple(hook if constant == CALL else constant for constant in made.co_consts)
    location: dict[str, Any] = {"co_name": code.co_name, "co_firstlineno": code.co_firstlineno}
    if hasattr(code, "co_qualname"):  # from Python 3.11
        location["co_qualname"] = code.co_qualname
    return made.replace(co_consts=constants, co_filename=code.co_filename, **location)


@functools.cache
def template(around: tuple[str, ...]) -> CodeType:
    """Return code that calls a constant, for functions that use these variables of outer ones.

    A function keeps its closure, so that its code must name as many variables. They stand behind
    the ``return``: the compiler sees them, and nothing reads them.
    """
    values = "".join(f" {name} = None\n" for name in around)
    names = "".join(f"; {name}" for name in around)
    call = f"{CALL!r}.{CALL}(*_arguments_, **_named_)"
    source = f"def outer():\n{values} def inner(*_arguments_, **_named_): return {call}{names}\n"
    return inner_code(inner_code(compile(source, "<autolog>", "exec", dont_inherit=True)))


def inner_code(code: CodeType) -> CodeType:
    """Return the code of the function that is defined in other code."""
    return next(constant for constant in code.co_consts if isinstance(constant, CodeType))


def is_exchanged(frame: FrameType) -> bool:
    """Return whether the frame only calls a replacement."""
    return any(isinstance(constant, Hook) for constant in frame.f_code.co_consts)
