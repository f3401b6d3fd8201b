"""Names of artifacts and of their versions: ``entity/project/name:alias``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

LATEST = "latest"
USUAL_PROJECT = "uncategorized"
"""The project of runs that name none."""
VERSION = re.compile(r"v(0|[1-9][0-9]*)")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")
FORBIDDEN_IN_ALIASES = re.compile(r"[/:\x00-\x1f]")


@dataclass(frozen=True)
class ArtifactName:
    """What a path of an artifact names."""

    name: str
    alias: str = LATEST
    project: str | None = None
    entity: str | None = None

    @property
    def version(self) -> int | None:
        """The version, if the alias is one."""
        return version_number(self.alias)

    def __str__(self) -> str:
        return "/".join(filter(None, (self.entity, self.project, f"{self.name}:{self.alias}")))


def parsed(path: str) -> ArtifactName:
    """Return what ``[[entity/]project/]name[:alias]`` names.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(path, str) or not path:
        raise ValueError(f"an artifact is named 'name:alias' or 'project/name:alias', not {path!r}")
    parts = path.removeprefix("wandb-artifact://").split("/")
    name, _, alias = parts[-1].partition(":")
    if len(parts) > 3 or not name:
        raise ValueError(
            f"an artifact is named 'name:alias', 'project/name:alias' or "
            f"'entity/project/name:alias', not {path!r}"
        )
    project = parts[-2] if len(parts) > 1 else None
    entity = parts[-3] if len(parts) > 2 else None
    return ArtifactName(name, alias or LATEST, project or None, entity or None)


def checked_name(name: object) -> str:
    """Return the name of an artifact, if it is one."""
    if not isinstance(name, str) or not NAME.fullmatch(name) or name in (".", ".."):
        raise ValueError(
            f"Artifact name may only contain alphanumeric characters, dashes, underscores, and "
            f"dots (at most 128). Invalid name: {name!r}"
        )
    return name


def checked_alias(alias: object) -> str:
    """Return an alias, if it is one that can be given."""
    if not isinstance(alias, str) or not alias or FORBIDDEN_IN_ALIASES.search(alias):
        raise ValueError(f"an alias is a name without '/' and ':', not {alias!r}")
    if VERSION.fullmatch(alias):
        raise ValueError(f"the alias {alias!r} is the name of a version, and cannot be given")
    return alias


def checked_path(path: object) -> str:
    """Return the path of a file within an artifact, if it is one: relative, and below it."""
    text = PurePosixPath(str(path)).as_posix()
    if not str(path) or text.startswith("/") or ".." in text.split("/") or text == ".":
        raise ValueError(f"the path of a file in an artifact lies within it, unlike {str(path)!r}")
    if "\0" in text:
        raise ValueError(f"a path holds no NUL: {text!r}")
    return text


def version_number(alias: str) -> int | None:
    """Return the number of a version's name; None if it is another alias."""
    found = VERSION.fullmatch(alias)
    return int(found[1]) if found else None
