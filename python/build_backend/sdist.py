"""Adds the Swift sources to a source distribution, below `core/`, so that it can be built."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

# The manifest names the tests and the example, and Swift wants to see the folders it names.
PARTS = ("Package.swift", "Package.resolved", "Sources", "include", "Tests", "examples/swift")


def add_core(archive: Path, root: Path) -> None:
    """Rewrite the archive with the Swift package added."""
    folder = archive.name.removesuffix(".tar.gz")
    packed = io.BytesIO()
    with (
        tarfile.open(archive, "r:gz") as source,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as target,
    ):
        present = set()
        for member in source:
            present.add(member.name)
            target.addfile(member, source.extractfile(member) if member.isfile() else None)
        for path in files(root):
            name = f"{folder}/core/{path.relative_to(root).as_posix()}"
            if name not in present:
                target.add(path, arcname=name, recursive=False, filter=anonymous)
    archive.write_bytes(gzip.compress(packed.getvalue(), mtime=0))


def files(root: Path) -> list[Path]:
    """Return the files of the Swift package, in a stable order."""
    parts = [root / part for part in PARTS]
    return sorted(
        path
        for part in parts
        for path in ([part] if part.is_file() else part.rglob("*"))
        if path.is_file()
    )


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return the same file without the name of who packed it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
