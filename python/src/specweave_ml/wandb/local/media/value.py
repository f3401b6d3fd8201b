"""What can be logged beside numbers: values with a JSON form, and media, which are files too."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from .run_files import Content, RunFiles

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

REFERENCE = re.compile(r"(gs|s3|https?)://")
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f\ud800-\udfff]')
"""What some file systems cannot have in names."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST_PART = 150
"""The most bytes of a part of a path that is made of a key."""
DIGITS_IN_NAMES = 20
"""How much of the SHA-256 stands in a file's name."""
BLOCK = 1 << 20


class WBValue:
    """A value with a JSON form, which says by ``_type`` what it is."""

    _log_type: ClassVar[str] = ""
    _types: ClassVar[dict[str, type[WBValue]]] = {}
    _artifact_source: tuple[Any, str] | None = None
    """The artifact that it was read from, and its name there."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls._log_type:
            WBValue._types.setdefault(cls._log_type, cls)

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Return the JSON that stands in the history; files are put beside it."""
        raise NotImplementedError

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Return the JSON that stands in an artifact; files are added to it."""
        raise NotImplementedError

    def to_json(self, artifact: Any) -> dict[str, Any]:
        """Return the JSON that stands in an artifact; files are added to it."""
        return self.for_artifact(artifact)

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Any:
        """Return the value that an artifact holds as this JSON."""
        raise NotImplementedError

    @classmethod
    def with_suffix(cls, name: str, filetype: str = "json") -> str:
        """Return the name under which an artifact holds it."""
        suffix = f"{cls._log_type}.{filetype}"
        return name if name.endswith(suffix) else f"{name}.{suffix}"

    @staticmethod
    def init_from_json(json_obj: dict[str, Any], source_artifact: Artifact) -> Any:
        """Return the value of any type that an artifact holds as this JSON; None if unknown."""
        kind = WBValue._types.get(str(json_obj.get("_type")))
        return None if kind is None else kind.from_json(json_obj, source_artifact)

    def to_data_array(self) -> list[Any]:
        """Return what it holds as plain lists."""
        raise NotImplementedError

    def __hash__(self) -> int:
        return id(self)


class Media(WBValue):
    """A value that is a file: one that the user has, or bytes made from an object."""

    folder: ClassVar[str] = "media"
    """Where files of this type are in a run and in an artifact."""
    kind: ClassVar[str] = "file"
    """What the experiment records the file as."""

    def __init__(self, caption: str | None = None) -> None:
        self._caption = caption
        self._content: Content | None = None
        self._bound: tuple[RunFiles, dict[str, Any]] | None = None
        """The run that it was logged in, and its JSON there."""
        self._extension = ""
        self._sha256 = ""
        self._size = 0

    def _set_bytes(self, data: bytes, extension: str) -> None:
        """Hold a file that was made here."""
        self._content, self._extension = data, extension
        self._sha256, self._size = hashlib.sha256(data).hexdigest(), len(data)

    def _set_path(self, path: str | os.PathLike[str], extension: str | None = None) -> None:
        """Hold a file of the user's; it is copied when it is logged."""
        source = Path(path)
        digest = hashlib.sha256()
        with source.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
        self._content = source
        self._extension = source.suffix if extension is None else extension
        self._sha256, self._size = digest.hexdigest(), source.stat().st_size

    @property
    def path(self) -> str | None:
        """The user's file, if it is one."""
        return str(self._content) if isinstance(self._content, Path) else None

    def read(self) -> bytes:
        """Return what the file holds."""
        if isinstance(self._content, Path):
            return self._content.read_bytes()
        return self._content or b""

    @staticmethod
    def path_is_reference(path: object) -> bool:
        """Return whether a path is a URL."""
        return isinstance(path, str) and REFERENCE.match(path) is not None

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the file into the run and return its JSON."""
        name = f"{safe_key(key)}_{step}_{self._sha256[:DIGITS_IN_NAMES]}{self._extension}"
        path = f"{self.folder}/{name}"
        details: dict[str, Any] = {"caption": self._caption} if self._caption is not None else {}
        if isinstance(step, int):
            details["step"] = step
        files.place(path, self._content or b"", self.kind, details)
        found = {} if self._caption is None else {"caption": self._caption}
        return {
            **found,
            "_type": self._log_type,
            "sha256": self._sha256,
            "size": self._size,
            "path": path,
        }

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Add the file to an artifact and return its JSON."""
        found: dict[str, Any] = {} if self._caption is None else {"caption": self._caption}
        short = self._sha256[:DIGITS_IN_NAMES]
        if isinstance(self._content, Path):
            name = f"{self.folder}/{short}/{self._content.name}"
            artifact.add_file(self._content, name=name)
        else:
            name = f"{self.folder}/{short}{self._extension}"
            artifact.add_bytes(self._content or b"", name)
        return {**found, "path": name, "sha256": self._sha256, "_type": self._log_type}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Any:
        """Return the medium that an artifact holds as this JSON."""
        path = source_artifact.get_entry(json_obj["path"]).download()
        found = cls(path)  # the path comes first in every medium
        found._caption = json_obj.get("caption")
        return found

    @classmethod
    def several_for_run(
        cls, items: Sequence[Any], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any] | list[Any]:
        """Return the JSON of a list of this type that was logged under one key."""
        return [item.for_run(files, key, step) for item in items]

    @staticmethod
    def captions(items: Sequence[Media]) -> list[str | None] | bool:
        """Return the captions of a list; False if the first has none."""
        return [item._caption for item in items] if items[0]._caption is not None else False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Media)
            and type(other) is type(self)
            and self._sha256 == other._sha256
            and self._caption == other._caption
        )

    __hash__ = WBValue.__hash__

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"<{name} of {self._size} bytes>" if self._content is not None else f"<{name}>"


def safe_key(key: object) -> str:
    """Return a key as the beginning of a path below its folder that every computer can store.

    That is the key itself, unless it has letters, names or lengths that some cannot.
    """
    parts = [part for part in str(key).split("/") if part] or [""]
    return "/".join([*(safe_part(part) for part in parts[:-1]), safe_part(parts[-1], last=True)])


def safe_part(part: str, *, last: bool = False) -> str:
    """Return one part of a path; behind the last one come the step and the digest."""
    if part in (".", ".."):
        return part.replace(".", "_")
    found = FORBIDDEN.sub("-", part)
    if len(found.encode("utf-8", "replace")) > LONGEST_PART:
        digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        found = f"{found[: LONGEST_PART // 8]}~{digest}"
    return found if last or not (RESERVED.fullmatch(found) or found[-1] in " .") else f"{found}_"


def text_of(stream: Any) -> str:
    """Return the text of a stream, from its beginning."""
    if hasattr(stream, "seek"):
        stream.seek(0)
    found = stream.read()
    return found.decode("utf-8") if isinstance(found, bytes) else str(found)
