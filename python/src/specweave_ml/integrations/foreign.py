"""Callbacks that derive from a class of a package which is imported only when one is wanted."""

from __future__ import annotations

from typing import Any, ClassVar

from .._native.optional_packages import need


class Foreign:
    """A class that becomes one of another package's kind when an object of it is made."""

    base: ClassVar[tuple[str, str, str | None]]
    """Module and name of the other package's class, and our extra that installs it."""

    def __new__(cls, *arguments: Any, **options: Any) -> Any:
        """Make the object; raises `MissingExtraError` if the package is not installed."""
        module, name, extra = cls.base
        base = getattr(need(module, cls.__name__, extra=extra), name)
        if issubclass(cls, base):
            return object.__new__(cls)
        kind = type(cls.__name__, (cls, base), {"_plain": cls, "__module__": cls.__module__})
        return object.__new__(kind)

    def __reduce__(self) -> tuple[Any, ...]:
        # Estimators are copied and pickled with their callbacks; the class made here has no name.
        return again, (getattr(self, "_plain", type(self)),), self.__dict__


def again(kind: type[Foreign]) -> Foreign:
    """An object of the class, to be given its state."""
    made: Foreign = kind.__new__(kind)
    return made
