"""A project that cannot be written to, also by root."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def mount_read_only(project: Path) -> list[str]:
    """What to put before a command so that it sees the project read-only."""
    script = f'mount --bind "{project}" "{project}" && mount -o remount,bind,ro "{project}"'
    prefix = ["unshare", "-m", "sh", "-c", f'{script} && cd . && cd "{project}" && exec "$@"', "sh"]
    probe = subprocess.run([*prefix, "touch", "x"], cwd=project, capture_output=True, check=False)
    if b"Read-only" in probe.stderr:
        return prefix
    for path in sorted(project.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    project.chmod(0o555)
    return []


@contextmanager
def mounted_read_only(project: Path) -> Iterator[list[str]]:
    """As `mount_read_only`, until the end of the block."""
    modes = {path: path.stat().st_mode for path in [project, *project.rglob("*")]}
    prefix = mount_read_only(project)
    try:
        yield prefix
    finally:
        if not prefix:
            for path, mode in modes.items():
                path.chmod(mode)


WITHOUT_POWER = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
        sys.exit("the capabilities of root cannot be dropped")
os.execv(sys.argv[1], sys.argv[1:])
"""


def without_power() -> list[str]:
    """What to put before a command for which the modes of files hold although root runs it."""
    return [sys.executable, "-c", WITHOUT_POWER] if os.geteuid() == 0 else []


@contextmanager
def without_write_permission(project: Path) -> Iterator[list[str]]:
    """As `mounted_read_only`, by the modes of files and folders."""
    paths = [path for path in [project, *project.rglob("*")] if not path.is_symlink()]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield without_power()
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
