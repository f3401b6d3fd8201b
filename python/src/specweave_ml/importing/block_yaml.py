"""YAML as trackers write it: mappings, lists and scalars in block style, without a package.

What else there is in YAML, as anchors, tags and keys that are lists, is refused with its line.
"""

from __future__ import annotations

import json
import re
from typing import Any

INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NUMBER_OF_PYYAML = re.compile(r"[-+]?[0-9]*\.[0-9]*([eE][-+][0-9]+)?")
"""Of YAML 1.1, in which 1e5 is a text, and PyYAML writes such a text without quotes."""
WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
    ".Inf": float("inf"), "-.Inf": float("-inf"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[\]{}#&*!|>%@`,?-][^#]*?|-[^\s][^#]*?)\s*:(?:\s+|$)"""
)
ESCAPES = {"0": "\0", "a": "\a", "e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028",
           "P": "\u2029", " ": " ", "v": "\v"}  # fmt: skip
TOKEN = re.compile(
    r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\[\]{},:]|[^\s"'\[\]{},:][^\[\]{},]*?(?=\s*(?:[\[\]{},]|:\s|$)))"""
)
DEEPEST = 100


class YamlError(ValueError):
    """Text that is no YAML of this kind, with the line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line
        self.what = what


def parsed(text: str, *, by_pyyaml: bool = False) -> Any:
    """Return the value in a text.

    Args:
        text: The text.
        by_pyyaml: Whether PyYAML wrote it, which takes 1e5 and 0o17 for texts.

    Raises:
        YamlError: It is none, or none of this kind.
    """
    reader = _Reader(text, by_pyyaml)
    value = reader.block(0, 0)
    if reader.place < len(reader.lines):
        raise reader.error("this does not belong to what is above it")
    return value


class _Reader:
    """The lines that are left."""

    def __init__(self, text: str, by_pyyaml: bool) -> None:
        self.by_pyyaml = by_pyyaml
        self.lines: list[tuple[int, int, str]] = []
        """The number, the indentation and the content of each line."""
        self.place = 0
        for number, line in enumerate(text.splitlines(), 1):
            content = line.strip()
            if number == 1:
                content = content.lstrip("\ufeff")
            if content in ("---", "...") and not line.startswith(" "):
                continue
            self.lines.append((number, len(line) - len(line.lstrip(" ")), content))

    def error(self, what: str) -> YamlError:
        """Return an error at the line that is next."""
        place = min(self.place, len(self.lines) - 1)
        return YamlError(self.lines[place][0] if self.lines else 1, what)

    def peek(self) -> tuple[int, str] | None:
        """Return indentation and content of the next line that says something."""
        while self.place < len(self.lines):
            _, indent, content = self.lines[self.place]
            if content and not content.startswith("#"):
                return indent, content
            self.place += 1
        return None

    def block(self, indent: int, depth: int) -> Any:
        """Return the value of the lines with at least this indentation."""
        found = self.peek()
        if found is None or found[0] < indent:
            return None
        if depth > DEEPEST:
            raise self.error(f"values inside each other more than {DEEPEST} times")
        inside, content = found
        if content.startswith("- ") or content == "-":
            return self._list(inside, depth)
        if KEY.match(content):
            return self._mapping(inside, depth)
        self.place += 1
        return self._scalar(content, inside - 1, depth)

    def _list(self, indent: int, depth: int) -> list[Any]:
        """Return a list whose dashes have this indentation."""
        items: list[Any] = []
        while (found := self.peek()) is not None and found[0] == indent:
            content = found[1]
            if content != "-" and not content.startswith("- "):
                break
            rest = content[1:].lstrip(" ")
            number = self.lines[self.place][0]
            if not rest or rest.startswith("#"):
                self.place += 1
                items.append(self.block(indent + 1, depth + 1))
            elif rest.startswith("- ") or rest == "-" or KEY.match(rest):
                # What stands behind a dash is a block of its own, as far in as it stands there.
                self.lines[self.place] = (number, indent + len(content) - len(rest), rest)
                items.append(self.block(indent + 1, depth + 1))
            else:
                self.place += 1
                items.append(self._scalar(rest, indent, depth))
        return items

    def _mapping(self, indent: int, depth: int) -> dict[Any, Any]:
        """Return a mapping whose keys have this indentation."""
        entries: dict[Any, Any] = {}
        while (found := self.peek()) is not None and found[0] == indent:
            match = KEY.match(found[1])
            if match is None:
                break
            key = self._plain(match.group(1))
            rest = found[1][match.end() :]
            self.place += 1
            if rest and not rest.startswith("#"):
                entries[key] = self._scalar(rest, indent, depth)
                continue
            following = self.peek()
            dashes = following is not None and following[1].startswith("-")
            # The dashes of a list may stand as far out as the key.
            least = indent if dashes and following and following[0] == indent else indent + 1
            entries[key] = self.block(least, depth + 1)
        return entries

    def _scalar(self, text: str, indent: int, depth: int) -> Any:
        """Return a scalar that begins with this text, and goes on in lines that are further in."""
        first = text[0]
        if first in "|>":
            return self._literal(text, indent)
        if first in "&*!%@`":
            raise YamlError(self.lines[self.place - 1][0], f"{first!r} is not understood")
        if first in "\"'":
            begun = self.lines[self.place - 1][0]
            while not is_closed(text):
                if self.place >= len(self.lines):
                    raise YamlError(begun, "a quoted text has no end")
                content = self.lines[self.place][2]
                text = folded(text, content)
                self.place += 1
            return self._plain(text)
        if first in "[{":
            while not is_balanced(text):
                if self.place >= len(self.lines):
                    raise self.error("a bracket is not closed")
                text += " " + self.lines[self.place][2]
                self.place += 1
            return self._flow(text, self.lines[self.place - 1][0])
        text = re.split(r"\s#", text, maxsplit=1)[0].rstrip()
        while self.place < len(self.lines):
            _, inside, content = self.lines[self.place]
            if content and (inside <= indent or content.startswith("#")):
                break
            if not content and not self._goes_on(indent):
                break
            if KEY.match(content):
                raise self.error("a key does not belong to what is above it")
            text = folded(text, content)
            self.place += 1
        return self._plain(text.rstrip())

    def _goes_on(self, indent: int) -> bool:
        """Return whether something further in follows the empty lines here."""
        for _, inside, content in self.lines[self.place :]:
            if content:
                return inside > indent
        return False

    def _literal(self, header: str, indent: int) -> str:
        """Return a text whose lines are kept (``|``) or folded (``>``)."""
        rows: list[str] = []
        margin: int | None = None
        while self.place < len(self.lines):
            _, inside, content = self.lines[self.place]
            if content and inside <= indent:
                break
            if content and margin is None:
                margin = inside
            rows.append(" " * max(0, inside - (margin or 0)) + content if content else "")
            self.place += 1
        while rows and not rows[-1]:
            rows.pop()
        if header[0] == "|":
            text = "\n".join(rows)
        else:
            text = ""
            for row in rows:
                text = folded(text, row) if text else row
        return text if "-" in header[1:3] or not rows else text + "\n"

    def _plain(self, text: str) -> Any:
        """Return the value of a scalar."""
        if text[:1] == '"':
            try:
                return json.loads(re.sub(r"\\(x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|.)", escape, text))
            except ValueError as error:
                raise self.error(f"a text in double quotes: {error}") from error
        if text[:1] == "'":
            return text[1:-1].replace("''", "'")
        return plain_value(text, self.by_pyyaml)

    def _flow(self, text: str, line: int) -> Any:
        """Return the value of a text with brackets."""
        parts: list[str] = []
        place = 0
        while place < len(text):
            match = TOKEN.match(text, place)
            if match is None:
                if text[place:].strip():
                    raise YamlError(line, f"{text[place:][:30]!r} is not understood")
                break
            parts.append(match.group(1))
            place = match.end()
        value, end = self._flow_value(parts, 0, line, 0)
        if end < len(parts):
            raise YamlError(line, f"{parts[end]!r} stands behind the value")
        return value

    def _flow_value(self, parts: list[str], place: int, line: int, depth: int) -> tuple[Any, int]:
        """Return the value that begins with a token, and the place behind it."""
        if place >= len(parts) or depth > DEEPEST:
            raise YamlError(line, "a bracket is not closed")
        part = parts[place]
        if part not in ("[", "{"):
            if part in ("]", "}", ",", ":"):
                raise YamlError(line, f"{part!r} is not expected there")
            return self._plain(part), place + 1
        closing = "]" if part == "[" else "}"
        items: list[Any] = []
        entries: dict[Any, Any] = {}
        place += 1
        while place < len(parts) and parts[place] != closing:
            value, place = self._flow_value(parts, place, line, depth + 1)
            if part == "{":
                if place < len(parts) and parts[place] == ":":
                    entries[str(value)], place = self._flow_value(parts, place + 1, line, depth + 1)
                else:
                    entries[str(value)] = None
            else:
                items.append(value)
            if place < len(parts) and parts[place] == ",":
                place += 1
        if place >= len(parts):
            raise YamlError(line, "a bracket is not closed")
        return (items if part == "[" else entries), place + 1


def plain_value(text: str, by_pyyaml: bool) -> Any:
    """Return the value of a scalar without quotes."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        if len(text) > 4000 or (by_pyyaml and text.startswith("0o")):
            return text
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if (NUMBER_OF_PYYAML if by_pyyaml else NUMBER).fullmatch(text) and text.strip("+-."):
        return float(text)
    return text


def escape(match: re.Match[str]) -> str:
    """Return an escape of YAML as JSON has it."""
    found = match.group(1)
    if found[0] in "xU" and len(found) > 1:
        return json.dumps(chr(min(int(found[1:], 16), 0x10FFFF)))[1:-1]
    if found in ESCAPES:
        return json.dumps(ESCAPES[found])[1:-1]
    return match.group(0)


def is_closed(text: str) -> bool:
    """Return whether a quoted text ends with its quote."""
    if text[0] == "'":
        return re.fullmatch(r"'(?:[^']|'')*'\s*(#.*)?", text) is not None
    return re.fullmatch(r'"(?:[^"\\]|\\.)*"\s*(#.*)?', text, re.DOTALL) is not None


def folded(text: str, line: str) -> str:
    """Return a text with its next line: a space between them, an empty line is a line break."""
    if not line:
        return text + "\n"
    if text.endswith("\\"):  # of a double-quoted text
        return text[:-1] + line.removeprefix("\\")
    return text + line if text.endswith("\n") else f"{text} {line}"


def is_balanced(text: str) -> bool:
    """Return whether all brackets are closed, but for those in quotes."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", text)
    return sum(bare.count(char) for char in "[{") <= sum(bare.count(char) for char in "]}")
