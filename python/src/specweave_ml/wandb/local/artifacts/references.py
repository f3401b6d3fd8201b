"""References: what an artifact knows of files that stay where they are."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from ...._native.warn import warn
from .entries import ArtifactManifestEntry, digests_of

MOST = 10_000_000


def entries_of_reference(
    url: str, name: str | None, checksum: bool, most: int | None
) -> list[ArtifactManifestEntry]:
    """Return the entries of what a URL means: a file, all files of a folder, or an object."""
    parts = urlparse(url)
    if not parts.scheme:
        raise ValueError(
            f"References must be URIs. To reference a local file, use file://{os.path.abspath(url)}"
        )
    if parts.scheme == "file":
        return local_entries(Path(url2pathname(parts.path)), url, name, checksum, most)
    if checksum and parts.scheme != "wandb-artifact":
        warn(f"no server is asked: what lies at {url} is identified by this URL alone")
    path = name or parts.path.rpartition("/")[2] or parts.netloc
    return [ArtifactManifestEntry(path, url, ref=url)]


def local_entries(
    path: Path, url: str, name: str | None, checksum: bool, most: int | None
) -> list[ArtifactManifestEntry]:
    """Return the entries of a file or a folder of this machine."""
    if path.is_file():
        return [local_entry(path, url, name or path.name, checksum)]
    if not path.is_dir():
        raise ValueError(f'Path "{url}" must be a valid file or directory path')
    files = sorted(file for file in path.rglob("*") if file.is_file())
    if len(files) > (MOST if most is None else most):
        raise ValueError(f"{url} has {len(files)} files, more than max_objects={most}")
    found = []
    for file in files:
        inside = file.relative_to(path).as_posix()
        target = f"{name}/{inside}" if name else inside
        found.append(local_entry(file, f"{url.rstrip('/')}/{inside}", target, checksum))
    return found


def local_entry(file: Path, url: str, name: str, checksum: bool) -> ArtifactManifestEntry:
    """Return the entry of one file."""
    if not checksum:
        return ArtifactManifestEntry(name, url, file.stat().st_size, ref=url)
    digests = digests_of(file)
    return ArtifactManifestEntry(name, digests.md5, digests.size, ref=url, sha256=digests.sha256)
