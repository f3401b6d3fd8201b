"""The installed packages as environment/requirements.txt; the list is made once in a process.

What `importlib.metadata` would say, in a tenth of its time: it parses each package's description to
find the name and version in the first lines, and its import alone takes longer than the rest.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

from .._native.library import library
from .._native.text import encoded, owned

BEGINNING = 1024
"""Bytes that hold the name and version of nearly every package."""
FINDERS = ("_frozen_importlib_external", "importlib_metadata")
"""Modules of the finders of distributions that look for folders in `sys.path`."""
NOT_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)
"""What `importlib.metadata` takes for a file that is not there."""

_list: str | None = None


def files() -> Iterator[tuple[str, str]]:
    """Yield the file's name and its text."""
    global _list
    if _list is None:
        _list = requirements()
    yield "requirements.txt", _list


def requirements() -> str:
    """Return one line for each installed distribution, as ``pip freeze`` writes them."""
    lines: dict[str, str] = {}
    for distribution in distributions():
        try:
            name = distribution.name
            if name:
                lines.setdefault(name.lower(), line(name, distribution))
        except (OSError, KeyError, ValueError):
            continue  # half removed: pip does not list it either
    return "".join(lines[name] + "\n" for name in sorted(lines))


class Distribution(Protocol):
    """What is asked of an installed distribution."""

    @property
    def name(self) -> str:
        """The name as its author writes it."""
        ...

    @property
    def version(self) -> str:
        """The version."""
        ...

    def read_text(self, filename: str) -> str | None:
        """Return the text of a file beside its metadata."""
        ...


class InstalledFolder:
    """A distribution by its folder ``*.dist-info`` or ``*.egg-info``."""

    def __init__(self, path: str, name: str, version: str) -> None:
        self.path = path
        self.name = name
        self.version = version

    def read_text(self, filename: str) -> str | None:
        """Return the text of a file in the folder."""
        try:
            with open(os.path.join(self.path, filename), encoding="utf-8") as file:
                return file.read()
        except NOT_THERE:
            return None


def distributions() -> Iterator[Distribution]:
    """Yield every installed distribution, in the order in which `importlib.metadata` finds them."""
    if any(others(finder) for finder in sys.meta_path):
        yield from parsed(None)
        return
    places: list[object] = list(sys.path)
    for entry in places:
        if not isinstance(entry, str):
            continue
        place = entry or "."
        try:
            names = os.listdir(place)
        except NotADirectoryError:
            yield from parsed([entry])  # an archive
            continue
        except (OSError, ValueError):
            continue
        is_egg = os.path.basename(place).lower().endswith(".egg")
        for name in names:
            low = name.lower()
            if low.endswith((".dist-info", ".egg-info")) or (is_egg and low == "egg-info"):
                yield installed(os.path.join(place, name))


def others(finder: object) -> bool:
    """Return whether a finder knows distributions that are not folders in `sys.path`."""
    if not hasattr(finder, "find_distributions"):
        return False
    known = finder if isinstance(finder, type) else type(finder)
    return known.__module__.partition(".")[0] not in FINDERS


def installed(path: str) -> Distribution:
    """Return the distribution of a folder, or of the file that distutils wrote in its place."""
    for file in ("METADATA", "PKG-INFO", ""):
        try:
            with open(os.path.join(path, file) if file else path, "rb", buffering=0) as metadata:
                beginning = metadata.read(BEGINNING)
        except OSError:
            continue
        if (known := name_and_version(beginning)) is not None:
            return InstalledFolder(path, *known)
        break
    from importlib.metadata import PathDistribution
    from pathlib import Path

    return PathDistribution(Path(path))


def name_and_version(beginning: bytes) -> tuple[str, str] | None:
    """Return what the start of a package's metadata says; None where it all has to be parsed."""
    found: dict[bytes, bytes] = {}
    lines = beginning.replace(b"\r\n", b"\n").split(b"\n")
    # The last line may be cut, and the one before it may continue there.
    for present, following in pairwise(lines[:-1]):
        label, colon, value = present.partition(b":")
        if not colon or label != label.strip():
            return None
        label, value = label.lower(), value.lstrip(b" \t")
        if label in (b"name", b"version") and label not in found:
            goes_on = following[:1] in (b" ", b"\t")
            if goes_on or not value.isascii() or not value.strip() or value != value.rstrip():
                return None
            found[label] = value
            if len(found) == 2:
                return found[b"name"].decode(), found[b"version"].decode()
    return None


def parsed(path: list[str] | None) -> Iterator[Distribution]:
    """Yield what `importlib.metadata` finds, in a path or everywhere."""
    from importlib import metadata

    yield from metadata.distributions() if path is None else metadata.distributions(path=path)


def line(name: str, distribution: Distribution) -> str:
    """Return the requirement that installs this distribution again."""
    direct = distribution.read_text("direct_url.json")
    if direct:
        origin = json.loads(direct)
        url = str(origin.get("url", ""))
        version_control = origin.get("vcs_info")
        if not version_control and url.startswith("file:"):
            return f"{name}=={distribution.version}  # installed from a local folder"
        if url:
            url = owned(library().et_url_redact, encoded(url))
        if version_control:
            return f"{name} @ {version_control['vcs']}+{url}@{version_control['commit_id']}"
        if url:
            return f"{name} @ {url}"
    return f"{name}=={distribution.version}"
