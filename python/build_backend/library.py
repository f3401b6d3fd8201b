"""Builds `libexperimenttracker.so`, for `make build` and for pip alike.

The Swift runtime is linked into it, so that it needs nothing but the C and C++ run-time libraries.
A library that is newer than all of its sources is used again.

    python3 python/build_backend/library.py
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

FILE_NAME = "libexperimenttracker.so"
SWIFT_BUILD = [
    "build",
    "--configuration=release",
    "--product=experimenttracker",
    "--explicit-target-dependency-import-check=error",
    "--disable-local-rpath",
    *("-Xswiftc", "-static-stdlib"),
    *("-Xswiftc", "-no-toolchain-stdlib-rpath"),
    # Swift's own linker leaves no name of ours but et_* in the table of symbols.
    *("-Xswiftc", "-use-ld=lld"),
    *("-Xlinker", "--strip-all"),
]
PROJECT = Path(__file__).resolve().parent.parent


def core() -> Path:
    """Return the folder of the Swift package, in a source distribution or around this project."""
    for folder in (PROJECT / "core", PROJECT.parent):
        if (folder / "Package.swift").is_file():
            return folder
    raise stop(
        f"the Swift sources are not in {PROJECT.parent}.",
        "Install from a clone of the whole repository: pip install ./python",
    )


def place(target: Path) -> None:
    """Put a library at `target` that is as new as its sources."""
    prebuilt = os.environ.get("SPECWEAVE_LIBRARY")
    if prebuilt and not Path(prebuilt).is_file():
        raise stop(f"SPECWEAVE_LIBRARY names {prebuilt}, which is not a file.")
    source = Path(prebuilt) if prebuilt else built(core())
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    shutil.copyfile(source, partial)
    shutil.copystat(source, partial)
    partial.replace(target)


def built(root: Path) -> Path:
    """Return the library in `build/lib`, built first if a source is newer."""
    result = root / "build" / "lib" / f"{FILE_NAME}.{version(root)}"
    newest = max(modified(path) for path in sources(root))
    if result.is_file() and modified(result) >= newest:
        return result
    compiled = compile_library(root)
    result.parent.mkdir(parents=True, exist_ok=True)
    partial = result.with_suffix(".partial")
    shutil.copyfile(compiled, partial)
    partial.chmod(0o755)
    # A source that changed while the compiler ran is then newer than the library.
    os.utime(partial, ns=(newest, newest))
    partial.replace(result)
    return result


def compile_library(root: Path) -> Path:
    """Compile the library with Swift and return where it is."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        raise stop(
            f"there is no library for {platform.system()} on {platform.machine()} yet.",
            "It runs on Linux with x86-64 (wheels) and aarch64 (built from source).",
        )
    swift = shutil.which("swift")
    if swift is None:
        raise stop(
            "the library has to be compiled here, and `swift` is not on the PATH.",
            "Install Swift 6.2 or later from https://swift.org/install/linux and try again, or set",
            "SPECWEAVE_LIBRARY to a libexperimenttracker.so that was built elsewhere.",
        )
    # In a folder of its own, so that the tests can be built at the same time.
    scratch = root / ".build" / "library"
    command = [str(swift), *SWIFT_BUILD, f"--package-path={root}", f"--scratch-path={scratch}"]
    if subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode:
        raise stop("the Swift compiler reported the errors above.", f"Command: {' '.join(command)}")
    folder = subprocess.run(
        [*command, "--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    return Path(folder) / FILE_NAME


def version(root: Path) -> str:
    """Return the version that the header declares."""
    return declared(root, "ET_VERSION", r'"([0-9.]+)"')


def abi_version(root: Path) -> str:
    """Return the number in the soname, which the header declares."""
    return declared(root, "ET_ABI_VERSION", r"([0-9]+)")


def declared(root: Path, name: str, pattern: str) -> str:
    """Return what the header defines a name as."""
    header = (root / "include" / "experimenttracker.h").read_text(encoding="utf-8")
    found = re.search(rf"^#define {name} {pattern}$", header, re.MULTILINE)
    if found is None:
        raise stop(f"include/experimenttracker.h has no {name}.")
    return found[1]


def sources(root: Path) -> list[Path]:
    """Return all sources of the library; folders too, since a deletion shows only there."""
    inner = [path for part in ("Sources", "include") for path in (root / part).rglob("*")]
    return [root / "Package.swift", Path(__file__), *inner]


def modified(path: Path) -> int:
    """Return when it was changed, in nanoseconds."""
    return path.stat().st_mtime_ns


def stop(*lines: str) -> SystemExit:
    """Return an exception that ends the build with a message and without a traceback."""
    return SystemExit("\nspecweave-ml: " + "\n".join(lines) + "\n")


def main() -> None:
    """Build into `build/lib` and add the names that linkers and loaders look for."""
    result = built(core())
    soname = f"{FILE_NAME}.{abi_version(core())}"
    for name, target in ((soname, result.name), (FILE_NAME, soname)):
        link = result.parent / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    print(result)


if __name__ == "__main__":
    main()
