"""The installed packages as environment/requirements.txt; the list is made once in a process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from urllib.parse import urlsplit, urlunsplit

_list: str | None = None


def files() -> Iterator[tuple[str, str]]:
    """The file and its text."""
    global _list
    if _list is None:
        _list = requirements()
    yield "requirements.txt", _list


def requirements() -> str:
    """One line for each installed distribution, as ``pip freeze`` writes them."""
    lines: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            name = distribution.metadata["Name"]
            if name:
                lines.setdefault(name.lower(), line(name, distribution))
        except (OSError, KeyError, ValueError):
            continue  # half removed: pip does not list it either
    return "".join(lines[name] + "\n" for name in sorted(lines))


def line(name: str, distribution: metadata.Distribution) -> str:
    """The requirement that installs this distribution again."""
    direct = distribution.read_text("direct_url.json")
    if direct:
        origin = json.loads(direct)
        url = without_credentials(str(origin.get("url", "")))
        version_control = origin.get("vcs_info")
        if version_control:
            return f"{name} @ {version_control['vcs']}+{url}@{version_control['commit_id']}"
        if url.startswith("file:"):
            return f"{name}=={distribution.version}  # installed from a local folder"
        if url:
            return f"{name} @ {url}"
    return f"{name}=={distribution.version}"


def without_credentials(url: str) -> str:
    """The URL without user, password, query and fragment, where tokens are."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
