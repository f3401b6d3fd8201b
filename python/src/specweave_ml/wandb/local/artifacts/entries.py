"""What is in an artifact: a path, a content or a reference to one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse
from urllib.request import url2pathname

if TYPE_CHECKING:
    from .artifact import Artifact

HEADER = b"wandb-artifact-manifest-v1\n"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Digests:
    """What identifies a content."""

    md5: str
    """In base64, as manifests of Weights & Biases have it."""
    sha256: str
    size: int


def digests_of(path: Path, copy_to: Path | None = None) -> Digests:
    """Return the digests of a file, which is copied in the same pass if that is wanted."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    target = None if copy_to is None else copy_to.open("xb")
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                md5.update(block)
                sha256.update(block)
                size += len(block)
                if target is not None:
                    target.write(block)
    finally:
        if target is not None:
            target.close()
    return Digests(base64.b64encode(md5.digest()).decode(), sha256.hexdigest(), size)


@dataclass
class ArtifactManifestEntry:
    """A file of an artifact."""

    path: str
    digest: str
    size: int | None = None
    ref: str | None = None
    """The URL of what is elsewhere."""
    sha256: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    local_path: str | None = None
    """Where its content lies on this machine, as long as it is there."""
    artifact: Any = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The path."""
        return self.path

    def parent_artifact(self) -> Artifact:
        """Return the artifact that it is in."""
        if self.artifact is None:
            raise ValueError(f"the entry {self.path} is in no artifact")
        found: Artifact = self.artifact
        return found

    def ref_target(self) -> str:
        """Return the URL that it refers to."""
        if self.ref is None:
            raise ValueError("Only reference entries support ref_target().")
        return self.ref

    def ref_url(self) -> str:
        """Return a URL by which another artifact can refer to this file."""
        owner = self.parent_artifact()
        return f"wandb-artifact://{owner.qualified_name}/{self.path}"

    def download(
        self, root: str | None = None, skip_cache: bool | None = None, executor: Any = None
    ) -> str:
        """Copy the file out of the store and return where it is."""
        return str(self.parent_artifact()._download_entry(self, root))

    def source_of_reference(self) -> Path | None:
        """Return the file that a ``file://`` URL means; None for any other URL."""
        url = urlparse(self.ref or "")
        return Path(url2pathname(url.path)) if url.scheme in ("", "file") else None

    def members(self) -> dict[str, Any]:
        """Return it as manifests have it."""
        known = {
            "digest": self.digest,
            "ref": self.ref,
            "size": self.size,
            "sha256": self.sha256,
            "extra": self.extra or None,
        }
        return {key: value for key, value in known.items() if value is not None}

    @classmethod
    def of(cls, path: str, members: Mapping[str, Any]) -> ArtifactManifestEntry:
        """Return the entry that a manifest has."""
        return cls(
            path=path,
            digest=str(members["digest"]),
            size=members.get("size"),
            ref=members.get("ref"),
            sha256=members.get("sha256"),
            extra=dict(members.get("extra") or {}),
        )


class ArtifactManifest:
    """The entries of an artifact by their paths."""

    def __init__(self) -> None:
        self.entries: dict[str, ArtifactManifestEntry] = {}

    def add_entry(self, entry: ArtifactManifestEntry, overwrite: bool = False) -> None:
        """Add an entry; a path holds one content."""
        there = self.entries.get(entry.path)
        if there is not None and there.digest != entry.digest and not overwrite:
            raise ValueError(f"Cannot add the same path twice: {entry.path!r}")
        self.entries[entry.path] = entry

    def remove_entry(self, entry: ArtifactManifestEntry) -> None:
        """Remove an entry."""
        if entry.path not in self.entries:
            raise FileNotFoundError(f"Cannot remove missing entry: {entry.path!r}")
        del self.entries[entry.path]

    def get_entry_by_path(self, path: str) -> ArtifactManifestEntry | None:
        """Return an entry; None if there is none of this path."""
        return self.entries.get(path)

    def get_entries_in_directory(self, directory: str) -> list[ArtifactManifestEntry]:
        """Return the entries below a folder."""
        return [one for path, one in self.entries.items() if path.startswith(f"{directory}/")]

    def digest(self) -> str:
        """Return the digest of the whole: of the paths and contents, as W&B calculates it."""
        found = hashlib.md5(HEADER, usedforsecurity=False)
        for path, entry in sorted(self.entries.items()):
            found.update(f"{path}:{entry.digest}\n".encode())
        return found.hexdigest()

    def size(self) -> int:
        """Return how many bytes the contents have."""
        return sum(entry.size or 0 for entry in self.entries.values())

    def to_manifest_json(self) -> dict[str, Any]:
        """Return the manifest as JSON."""
        contents = {path: entry.members() for path, entry in self.entries.items()}
        return {
            "version": 1,
            "storagePolicy": "wandb-storage-policy-v1",
            "storagePolicyConfig": {"storageLayout": "V2"},
            "contents": contents,
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"<ArtifactManifest of {len(self.entries)} entries>"
