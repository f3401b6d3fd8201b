"""The platform tag of PEP 600 that compiled files deserve, read from their symbol versions.

`manylinux_2_N` promises that the file runs with glibc 2.N and with the C++ run-time library that
the distributions of that time have. Both are counted here, so that the tag never promises too much.
"""

from __future__ import annotations

import platform
import re
import subprocess
from pathlib import Path

# The newest GLIBCXX and CXXABI that come with the policy of each glibc, as auditwheel lists them.
CXX_POLICIES = {
    17: ((3, 4, 19), (1, 3, 7)),
    24: ((3, 4, 22), (1, 3, 10)),
    28: ((3, 4, 24), (1, 3, 11)),
    31: ((3, 4, 28), (1, 3, 12)),
    34: ((3, 4, 29), (1, 3, 13)),
    35: ((3, 4, 30), (1, 3, 13)),
    39: ((3, 4, 33), (1, 3, 15)),
}


Versions = dict[str, set[tuple[int, ...]]]


def platform_tag(*files: Path) -> str:
    """Return the tag for compiled files on the machine they were built for."""
    newest = max(glibc_minor(symbol_versions(file)) for file in files)
    return f"manylinux_2_{newest}_{platform.machine()}"


def glibc_minor(needs: Versions) -> int:
    """Return the N of the oldest glibc 2.N whose systems have all that is needed."""
    glibc = max(needs["GLIBC"], default=(2, 17))[1]
    cxx = max(needs["GLIBCXX"], default=(0,))
    abi = max(needs["CXXABI"], default=(0,))
    for minor, (newest_cxx, newest_abi) in CXX_POLICIES.items():
        if cxx <= newest_cxx and abi <= newest_abi:
            return max(glibc, minor)
    raise SystemExit(f"GLIBCXX_{cxx} or CXXABI_{abi} is newer than any policy known here")


def symbol_versions(file: Path) -> Versions:
    """Return the versions of all symbols that a library or program imports, by family."""
    text = subprocess.run(
        ["readelf", "--version-info", "--wide", str(file)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: Versions = {"GLIBC": set(), "GLIBCXX": set(), "CXXABI": set()}
    for family, number in re.findall(r"Name: (GLIBC|GLIBCXX|CXXABI)_([0-9.]+)", text):
        found[family].add(tuple(int(part) for part in number.split(".")))
    return found
