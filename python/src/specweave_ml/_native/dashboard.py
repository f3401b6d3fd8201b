"""The page that shows experiments, and the answers to what it asks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from ctypes import byref
from pathlib import Path
from typing import Any

from .handle import Handle
from .increments import Increment
from .library import library
from .pointers import DashboardPointer
from .status import check
from .text import encoded_json, owned_bytes


class Dashboard(Handle[DashboardPointer]):
    """The dashboard of an increment, or of all of a project. It may be asked from any thread."""

    _free_name = "et_dashboard_free"

    @classmethod
    def open(
        cls,
        increment: Increment | None = None,
        *,
        edit: bool = False,
        directory: str | os.PathLike[str] | None = None,
    ) -> Dashboard:
        """Open the dashboard of an increment; without one, of the project around a directory."""
        options: dict[str, Any] = {"edit": edit}
        if directory is not None:
            options["directory"] = os.fspath(directory)
        pointer = DashboardPointer()
        native = None if increment is None else increment._native
        check(library().et_dashboard_open(native, encoded_json(options), byref(pointer)))
        return cls(pointer)

    def html(self, *, token: str | None = None) -> bytes:
        """Return the page without data, for a server."""
        options = {} if token is None else {"token": token}
        return owned_bytes(library().et_dashboard_html, self._native, encoded_json(options))

    def file(self, ids: Iterable[str] | None = None) -> bytes:
        """Return the page with its data in it; `ids` are the experiments, None is all."""
        options: dict[str, Any] = {"embed": True}
        if ids is not None:
            options["ids"] = list(ids)
        return owned_bytes(library().et_dashboard_html, self._native, encoded_json(options))

    def answer(self, request: bytes) -> bytes:
        """Return the answer to the JSON that the page sent."""
        # A NUL would end the text; what stands for it is no JSON either, and is refused.
        data = request.replace(b"\0", b"\xc0\x80")
        return owned_bytes(library().et_dashboard_ask, self._native, data)

    def ask(self, ask: str, **members: Any) -> Any:
        """Return what a request is answered with, decoded."""
        return json.loads(self.answer(json.dumps({"ask": ask, **members}).encode("ascii")))


def save_page(path: str | os.PathLike[str], page: bytes) -> Path:
    """Write a page to a file, whole or not at all, and return where it is."""
    target = Path(path).absolute()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(page)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target
