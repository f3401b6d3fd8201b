"""Installs the C library and what belongs to it below a prefix, or removes it again.

What an installation brings is recorded in it, so that another clone, or another version, can remove
exactly that.

    python3 tools/installation/installation.py install|uninstall --prefix PREFIX [--destdir FOLDER]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(Path(__file__).resolve().parent)]

import linking  # noqa: E402
from build_backend import library  # noqa: E402

TEMPLATES = Path(__file__).resolve().parent
RECORD = "share/experimenttracker/installed.txt"
DOCUMENTS = "share/doc/experimenttracker"
PROGRAM = 0o755
TEXT = 0o644


@dataclass(frozen=True)
class Entry:
    """One file of an installation: its bytes and permissions, or where it links to."""

    content: bytes = b""
    mode: int = TEXT
    link: str | None = None

    def put(self, path: Path) -> None:
        """Write it; programs that use the file of that name go on with the old one."""
        partial = path.with_name(f".{path.name}.partial")
        partial.unlink(missing_ok=True)
        if self.link is not None:
            partial.symlink_to(self.link)
        else:
            partial.write_bytes(self.content)
            partial.chmod(self.mode)
        partial.replace(path)


def entries(prefix: Path) -> dict[str, Entry]:
    """Return every file, by its path below the prefix."""
    version, abi = library.version(ROOT), library.abi_version(ROOT)
    real = f"{library.FILE_NAME}.{version}"
    soname = f"{library.FILE_NAME}.{abi}"
    values = {
        "PREFIX": str(prefix),
        "VERSION": version,
        "MAJOR": version.partition(".")[0],
        "LIBRARY": real,
        "SONAME": soname,
    }
    module_map = source("include/module.modulemap").replace(b'header "', b'header "../')
    found = {
        "bin/specweave-ml": Entry(source("build/bin/specweave-ml"), PROGRAM),
        f"lib/{real}": Entry(source(f"build/lib/{real}"), PROGRAM),
        f"lib/{soname}": Entry(link=real),
        f"lib/{library.FILE_NAME}": Entry(link=soname),
        "include/experimenttracker.h": Entry(source("include/experimenttracker.h")),
        "include/experimenttracker/module.modulemap": Entry(module_map),
        "lib/pkgconfig/experimenttracker.pc": filled("experimenttracker.pc", values),
    }
    for name in ("experimenttrackerConfig.cmake", "experimenttrackerConfigVersion.cmake"):
        found[f"lib/cmake/experimenttracker/{name}"] = filled(name, values)
    found["share/experimenttracker/valgrind.supp"] = Entry(source("tools/valgrind.supp"))
    manual = "share/man/man1/specweave-ml.1"
    found[manual] = Entry(source(f"python/{manual}"))
    for path in documents():
        found[f"{DOCUMENTS}/{path}"] = Entry(source(path))
    return found


def documents() -> list[str]:
    """Return the documents and examples that the header and each other name, and the licence."""
    below = sorted(path for path in (ROOT / "docs").rglob("*") if path.is_file())
    below += sorted((ROOT / "examples" / "c").glob("*.c"))
    return ["CHANGELOG.md", "LICENSE", "NOTICE", *(str(path.relative_to(ROOT)) for path in below)]


def source(path: str) -> bytes:
    """Return the content of a file of the project."""
    return (ROOT / path).read_bytes()


def filled(name: str, values: dict[str, str]) -> Entry:
    """Return a template with its values."""
    text = (TEMPLATES / f"{name}.in").read_text(encoding="utf-8")
    return Entry(re.sub(r"@(\w+)@", lambda found: values[found[1]], text).encode())


def install(prefix: Path, destdir: str) -> None:
    """Put every file there, and take away what an earlier version had and this one has not."""
    wanted = entries(prefix)
    top = staged(prefix, destdir)
    before = recorded(top)
    folders = {folder for name in [*wanted, RECORD] for folder in parents(top, name)}
    # The folders of the user are not ours to remove; those that an earlier installation made are.
    new = {name for name in folders if not below(top, name).is_dir()}
    ours = new | {folder for folder in folders if f"{folder}/" in before}
    lines = [*sorted([*wanted, RECORD]), *(f"{name}/" for name in sorted(ours))]
    record = Entry("".join(f"{line}\n" for line in lines).encode())
    # First, so that what is interrupted can be removed as well.
    for name, entry in {RECORD: record, **wanted}.items():
        make_folders(top, name)
        entry.put(top / name)
    remove(top, [line for line in before if line not in lines])


def uninstall(prefix: Path, destdir: str) -> None:
    """Remove what `install` has put there, and no other file."""
    top = staged(prefix, destdir)
    lines = recorded(top)
    if not lines:
        raise SystemExit(
            f"make uninstall: nothing is installed below {top}: there is no {top / RECORD}. "
            "Name the prefix (and DESTDIR) of the installation: make uninstall PREFIX=..."
        )
    remove(top, lines)


def staged(prefix: Path, destdir: str) -> Path:
    """Return where the prefix is while a package is being made."""
    return Path(os.path.abspath(f"{destdir}{prefix}"))


def recorded(top: Path) -> list[str]:
    """Return what an installation says it has brought: files, and folders with a slash."""
    try:
        text = (top / RECORD).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    lines = text.splitlines()
    for line in lines:
        # Folders above the prefix are removed if they are empty; no file is outside of it.
        if not line.endswith("/") and (line.startswith("/") or ".." in PurePosixPath(line).parts):
            raise SystemExit(f"make: {top / RECORD} names {line}, which is not below the prefix.")
    return lines


def below(top: Path, name: str) -> Path:
    """Return a folder by its recorded name, whether or not the prefix is there."""
    return Path(os.path.normpath(top / name))


def parents(top: Path, name: str) -> Iterator[str]:
    """Yield the folders of a file, from the prefix, which is `.`, and of the prefix itself."""
    yield from (str(folder) for folder in PurePosixPath(name).parents)
    for count in range(1, len(top.parts)):
        yield "/".join([".."] * count)


def make_folders(top: Path, name: str) -> None:
    """Make the folders of a file that are missing, as `install -d` does whatever the umask is."""
    missing = [folder for folder in (top / name).parents if not folder.is_dir()]
    for folder in reversed(missing):
        folder.mkdir()
        folder.chmod(PROGRAM)


def remove(top: Path, lines: list[str]) -> None:
    """Remove files, then those folders that are empty then, the innermost first."""
    for line in lines:
        if not line.endswith("/"):
            (top / line).unlink(missing_ok=True)
    folders = [below(top, line) for line in lines if line.endswith("/")]
    for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=["install", "uninstall"])
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--destdir", default="")
    given = parser.parse_args()
    prefix = Path(os.path.abspath(Path(given.prefix).expanduser()))
    try:
        if given.action == "uninstall":
            uninstall(prefix, given.destdir)
        else:
            install(prefix, given.destdir)
            print("\n".join(linking.advice(prefix, given.destdir)))
    except OSError as error:
        raise SystemExit(
            f"make {given.action}: {error.filename}: {error.strerror}. Name a prefix that you may "
            f'write to: make {given.action} PREFIX="$HOME/.local"; or run it as root.'
        ) from None


if __name__ == "__main__":
    main()
