"""The YAML that other trackers write: mappings of scalars, some with lists or mappings inside.

It reads what PyYAML dumps in block style (and ``{}`` and ``[]``). Anything else is an error with
its line.
"""

from __future__ import annotations

import re
from typing import Any

PLAIN_KEY = r"""[^\s#&*!|>'"%@`\[\]{},-][^#]*?|-[^\s#][^#]*?"""
KEY = re.compile(rf"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|{PLAIN_KEY})\s*:(?:\s+|$)""")
NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?)")
WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True,
    "false": False, "False": False, "yes": True, "no": False, ".nan": float("nan"),
    ".inf": float("inf"), "-.inf": float("-inf"), "[]": [], "{}": {},
}  # fmt: skip
ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


class YAMLError(ValueError):
    """A text is not of this form; the message has the line."""


def mapping_in(text: str) -> dict[str, Any]:
    """Return the mapping that a text holds; an empty text is an empty one.

    Raises:
        YAMLError: It holds something else.
    """
    lines = Lines(text)
    if lines.ended:
        return {}
    found = value_at(lines, lines.indent)
    lines.require_end()
    if not isinstance(found, dict):
        raise YAMLError("line 1: it holds no keys with values")
    return found


class Lines:
    """The lines of a text that are no comments, and where one is in them."""

    def __init__(self, text: str) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.place = 0
        self.skip()

    def skip(self) -> None:
        """Go on to the next line that says something."""
        while not self.ended:
            line = self.line.strip()
            if line and not line.startswith("#") and line not in ("---", "..."):
                return
            self.place += 1

    @property
    def ended(self) -> bool:
        """Whether there is no line any more."""
        return self.place >= len(self.lines)

    @property
    def line(self) -> str:
        """The line."""
        return self.lines[self.place]

    @property
    def indent(self) -> int:
        """How far it is indented."""
        return len(self.line) - len(self.line.lstrip(" "))

    def require_end(self) -> None:
        """Refuse a line that belongs to nothing before it."""
        if not self.ended:
            raise self.wrong("is not indented as the lines before")

    def wrong(self, what: str, place: int | None = None) -> YAMLError:
        """Return the error for a line, by default the current one."""
        at = self.place if place is None else place
        return YAMLError(f"line {at + 1}: {self.lines[at].strip()[:60]!r} {what}")


def value_at(lines: Lines, indent: int) -> Any:
    """Return the mapping or list whose first line is the current one."""
    if is_item(lines.line.strip()):
        return list_at(lines, indent)
    return mapping_at(lines, indent)


def mapping_at(lines: Lines, indent: int) -> dict[str, Any]:
    """Return the mapping whose first key is in the current line."""
    found: dict[str, Any] = {}
    while not lines.ended and lines.indent == indent and not is_item(lines.line.strip()):
        content = lines.line[indent:]
        match = KEY.match(content)
        if match is None:
            raise lines.wrong("is no key with a value")
        key = scalar(match[1], lines, lines.place)
        found[str(key)] = after_key(lines, indent, content[match.end() :])
    return found


def after_key(lines: Lines, indent: int, rest: str) -> Any:
    """Return the value of a key: on its line, or on those below it."""
    if rest.strip() and not rest.lstrip().startswith("#"):
        return scalar_from(lines, indent, rest)
    lines.place += 1
    lines.skip()
    if lines.ended:
        return None
    if lines.indent > indent or (lines.indent == indent and is_item(lines.line.strip())):
        return value_at(lines, lines.indent)
    return None


def list_at(lines: Lines, indent: int) -> list[Any]:
    """Return the list whose first item is in the current line."""
    found: list[Any] = []
    while not lines.ended and lines.indent == indent and is_item(lines.line.strip()):
        content = lines.line[indent + 1 :]
        inner = content.lstrip(" ")
        if not inner:
            found.append(after_key(lines, indent, ""))
        elif is_item(inner) or KEY.match(inner):
            # What follows the dash is as if it stood on a line of its own.
            deeper = indent + 1 + len(content) - len(inner)
            lines.lines[lines.place] = " " * deeper + inner
            found.append(value_at(lines, deeper))
        else:
            found.append(scalar_from(lines, indent, inner))
    return found


def scalar_from(lines: Lines, indent: int, first: str) -> Any:
    """Return the scalar that begins with a text, and go on to the line after it."""
    text, start = first.strip(), lines.place
    if text[:1] in ("|", ">"):
        return block_of(lines, indent, text)
    quote = text[:1] if text[:1] in ("'", '"') else ""
    parts = [text]
    while quote and not is_closed("\n".join(parts), quote):
        lines.place += 1
        if lines.ended:
            raise lines.wrong("begins a text that does not end", start)
        parts.append(lines.line.strip())
    lines.place += 1
    if not quote:
        while not lines.ended and (not lines.line.strip() or lines.indent > indent):
            if KEY.match(lines.line.strip()):
                raise lines.wrong("is indented deeper than the keys before")
            parts.append(lines.line.strip())
            lines.place += 1
        while parts and not parts[-1]:
            parts.pop()
    lines.skip()
    return scalar(folded(parts), lines, start)


def block_of(lines: Lines, indent: int, header: str) -> str:
    """Return the text of a block that begins with ``|`` or ``>``."""
    lines.place += 1
    parts: list[str] = []
    while not lines.ended and (not lines.line.strip() or lines.indent > indent):
        parts.append(lines.line)
        lines.place += 1
    inner = min((len(part) - len(part.lstrip(" ")) for part in parts if part.strip()), default=0)
    text = [part[inner:] for part in parts]
    while text and not text[-1]:
        text.pop()
    lines.skip()
    joined = "\n".join(text) if header[0] == "|" else folded(text)
    return joined if header.endswith("-") or not text else joined + "\n"


def folded(parts: list[str]) -> str:
    """Return lines as one text: a line break is a space, an empty line a line break."""
    text = parts[0]
    breaks = 0
    for part in parts[1:]:
        if not part:
            breaks += 1
            continue
        if text.endswith("\\") and not text.endswith("\\\\") and not breaks:
            text = text[:-1] + part
        else:
            text += ("\n" * breaks or " ") + part
        breaks = 0
    return text


def is_closed(text: str, quote: str) -> bool:
    """Return whether a quoted text ends with its quote."""
    if quote == "'":
        return len(text) > 1 and text.endswith("'") and text.count("'") % 2 == 0
    return len(text) > 1 and re.fullmatch(r'"(?:[^"\\]|\\.)*"', text, re.DOTALL) is not None


def scalar(text: str, lines: Lines, place: int) -> Any:
    """Return the value that a text means which begins in a line."""
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        return ESCAPE.sub(unescaped, text[1:-1])
    text = text.split(" #", 1)[0].rstrip()
    if text in WORDS:
        value = WORDS[text]
        return value.copy() if isinstance(value, (list, dict)) else value
    if text[:1] in ("[", "{", "&", "*", "!", "%", "@", "`"):
        raise lines.wrong("is a form that is not read here", place)
    if NUMBER.fullmatch(text):
        return int(text.replace("_", ""))
    if FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    return text


def unescaped(match: re.Match[str]) -> str:
    """Return what an escape stands for."""
    digits = match[1] or match[2] or match[3]
    return chr(int(digits, 16)) if digits else ESCAPES.get(match[4], match[4])


def is_item(text: str) -> bool:
    """Return whether a line is an item of a list."""
    return text == "-" or text.startswith("- ")
