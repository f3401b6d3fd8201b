"""A project that cannot be written to, also by root."""

from __future__ import annotations

import subprocess
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
