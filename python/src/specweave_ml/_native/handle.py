"""Handles: objects of the library that are closed once and unusable afterwards."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from ..errors import ClosedError
from .library import library
from .pointers import Owned

AnyPointer = TypeVar("AnyPointer", bound=Owned)


class Handle(Generic[AnyPointer]):
    """An object of the library."""

    _free_name: ClassVar[str]

    def __init__(self, pointer: AnyPointer) -> None:
        pointer.own(getattr(library(), self._free_name))
        self._pointer: AnyPointer | None = pointer

    @property
    def _native(self) -> AnyPointer:
        """The pointer as an argument of the library."""
        if self._pointer is None:
            raise ClosedError(f"this {type(self).__name__} is already closed")
        return self._pointer

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._pointer is None

    def close(self) -> None:
        """Release it. Idempotent."""
        self._pointer = None
