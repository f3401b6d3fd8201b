"""Text across the C boundary, in both directions."""

from __future__ import annotations

import json
import os
from ctypes import byref, c_void_p, string_at
from typing import TYPE_CHECKING, Any

from ..errors import InvalidNameError
from .library import library
from .status import check

if TYPE_CHECKING:
    from re import Match


def to_bytes(text: str) -> bytes:
    """Return the bytes of a text: of one from `os.fsdecode` those of the file's name.

    Other lone surrogates are the three bytes that stand for them.
    """
    try:
        return str.encode(text, "utf-8")
    except UnicodeEncodeError:
        return b"".join(
            char.encode(
                "utf-8", "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
            )
            for char in str.__iter__(text)
        )


def to_text(data: bytes) -> str:
    """Return the text from which `to_bytes` makes the same bytes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        import re

        text = data.decode("utf-8", "surrogateescape")
        lone = "\udced([\udca0-\udcb1\udcb4-\udcbf])([\udc80-\udcbf])"
        return re.sub(lone, _surrogate, text)


def _surrogate(found: Match[str]) -> str:
    """Return the lone surrogate that three bytes stand for."""
    high, low = (ord(part) & 0x3F for part in found.groups())
    return chr(0xD000 | high << 6 | low)


def encoded(text: str) -> bytes:
    """Return the bytes of a key or value: NUL as C0 80.

    Names with it, or with bytes that are not text, are refused by the library, which is what we
    want for names.
    """
    data = to_bytes(text)
    return data.replace(b"\0", b"\xc0\x80") if b"\0" in data else data


def encoded_path(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a path of the file system."""
    data = os.fsencode(path)
    if b"\0" in data:
        raise InvalidNameError(f"the path {os.fspath(path)!r} holds a NUL character")
    return data


def encoded_json(value: Any) -> bytes:
    """Return JSON text; NaN and the infinities are words, as the library's options allow."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def decoded(data: bytes | None) -> str:
    """Return text from the library; bytes that are not text are shown as escapes."""
    if data is None:
        return ""
    if b"\xc0\x80" in data:
        data = data.replace(b"\xc0\x80", b"\0")
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace")


def owned(function: Any, *arguments: Any) -> str:
    """Call a function whose last argument is a ``char **`` and take the text over."""
    return decoded(owned_bytes(function, *arguments))


def owned_json(function: Any, *arguments: Any) -> Any:
    """Call a function as `owned` does and decode the JSON that it returns."""
    return json.loads(owned_bytes(function, *arguments))


def shown(text: str) -> str:
    """Return the text for people: what a terminal would obey is escaped, by the library's rule.

    Lines stay lines.
    """
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(owned(library().et_text_shown, encoded(line)) for line in text.split("\n"))


def owned_bytes(function: Any, *arguments: Any) -> bytes:
    """Return the bytes that a function hands over through a ``char **``."""
    return owned_and_code(function, *arguments)[0]


def owned_and_code(function: Any, *arguments: Any) -> tuple[bytes, int]:
    """Return what `owned_bytes` does, and the code: of one that logs it may be ``ET_DEFERRED``."""
    out = c_void_p()
    code = check(function(*arguments, byref(out)))
    if out.value is None:
        return b"", code
    try:
        return string_at(out.value), code
    finally:
        library().et_string_free(out)
