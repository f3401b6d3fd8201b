"""File systems of many kinds, mounted for a test: in files, over folders, by FUSE."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import polyglot

SIZE = 400 << 20
"""XFS is never smaller than 300 MB; the files have holes."""

Mount = Callable[[Path, Path], None]
"""Mounts something at its second argument; in the first it may keep what it needs."""


class MissingError(Exception):
    """This machine cannot make such a file system, and why."""


def run(*command: str) -> None:
    """Run a command; what it needs and this machine does not have is reported."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        raise MissingError(f"there is no {command[0]} here") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip().splitlines()
        raise MissingError(f"{command[0]}: {said[0] if said else error.returncode}") from None


def in_file(make: list[str], *options: str) -> Mount:
    """A file system of the kernel in a file."""

    def mount(work: Path, point: Path) -> None:
        image = work / "disk.img"
        with image.open("wb") as file:
            file.truncate(SIZE)
        run(*make, str(image))
        run("mount", "-o", ",".join(["loop", *options]), str(image), str(point))

    return mount


def tmpfs(_: Path, point: Path) -> None:
    """Memory."""
    run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(point))


def overlay(work: Path, point: Path) -> None:
    """What containers have: a folder over another. Its upper one must itself not be an overlay."""
    run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(work))
    for name in ("lower", "upper", "work"):
        (work / name).mkdir()
    folders = f"lowerdir={work}/lower,upperdir={work}/upper,workdir={work}/work"
    run("mount", "-t", "overlay", "-o", folders, "overlay", str(point))


def over_folder(*command: str) -> Mount:
    """A FUSE program that shows a folder somewhere else."""

    def mount(work: Path, point: Path) -> None:
        run(command[0], str(work), str(point), *command[1:])

    return mount


@contextlib.contextmanager
def passthrough(program: str, words: str, work: Path, point: Path) -> Iterator[None]:
    """Tests/Tracing/passthrough.c, which lacks what the words name."""
    with subprocess.Popen(
        [program, str(work), str(point), words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert server.stderr is not None
        if server.stdout.readline() != "mounted\n":
            raise MissingError(server.stderr.read().strip())
        try:
            yield
        finally:
            unmount(point)
            server.wait(60)


def sshfs(work: Path, point: Path) -> None:
    """A folder of this machine over SSH."""
    keys = work / "keys"
    keys.mkdir(mode=0o700)
    for name in ("host", "user"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name))
    server = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if server is None or shutil.which("sshfs") is None:
        raise MissingError("there is no sshd or no sshfs here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    Path("/run/sshd").mkdir(exist_ok=True)
    options = {
        "ListenAddress": "127.0.0.1", "Port": port, "HostKey": keys / "host",
        "AuthorizedKeysFile": keys / "user.pub", "StrictModes": "no", "UsePAM": "no",
        "PermitRootLogin": "yes", "PidFile": keys / "pid", "Subsystem": "sftp internal-sftp",
    }  # fmt: skip
    settings = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
    run(server, "-f", "/dev/null", *settings)
    (work / "shared").mkdir()
    known = f"StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,IdentityFile={keys}/user"
    address = f"root@127.0.0.1:{work}/shared"
    run("sshfs", "-p", str(port), "-o", known, address, str(point))


def stop_sshd(work: Path) -> None:
    """End the server of `sshfs`, if one was started."""
    pid = work / "keys/pid"
    if pid.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid.read_text("ascii")), 15)


def unmount(point: Path) -> None:
    """Take a file system away, once whoever still looks at it has gone."""
    for _ in range(50):
        if subprocess.run(["umount", str(point)], check=False, capture_output=True).returncode == 0:
            return
        if not point.is_mount():
            return
        time.sleep(0.1)
    subprocess.run(["umount", "--lazy", str(point)], check=False, capture_output=True)


EXT4 = ["mkfs.ext4", "-q", "-F"]
KINDS: dict[str, Mount] = {
    "ext4": in_file(EXT4),
    "ext4 with casefold": in_file([*EXT4, "-O", "casefold"]),
    "xfs": in_file(["mkfs.xfs", "-q", "-f"]),
    "btrfs": in_file(["mkfs.btrfs", "-q", "-f"]),
    "vfat": in_file(["mkfs.vfat"]),
    "exfat": in_file(["mkfs.exfat"]),
    "tmpfs": tmpfs,
    "overlay": overlay,
    "bindfs": over_folder("bindfs"),
    "sshfs": sshfs,
}
"""What the machines of users have, as far as this machine has it."""

LACKING = [
    "",
    "rename",
    "rename link",
    "fsync",
    "locks",
    "mmap fallocate fsyncdir",
    "chmod types nlink inodes",
    "hidden",
    "case names coarse",
    "rename link fsyncdir locks mmap fallocate chmod types nlink inodes hidden case names coarse",
]
"""What Tests/Tracing/passthrough.c lacks in turn."""


@contextlib.contextmanager
def mounted(name: str, folder: Path) -> Iterator[Path]:
    """One of `KINDS`, mounted; the test is skipped where this machine has none, and says why."""
    work, point = folder / "work", folder / "point"
    work.mkdir()
    point.mkdir()
    try:
        KINDS[name](work, point)
        yield point
    except MissingError as reason:
        pytest.skip(f"{name} cannot be had: {reason}")
    finally:
        unmount(point)
        stop_sshd(work)
        if work.is_mount():
            unmount(work)


@contextlib.contextmanager
def lacking(words: str, folder: Path) -> Iterator[Path]:
    """A file system that lacks what the words name; skipped where none can be mounted."""
    work, point = folder / "work", folder / "point"
    work.mkdir()
    point.mkdir()
    program = polyglot.compile_tracer("passthrough", folder)
    try:
        with passthrough(program, words, work, point):
            yield point
    except MissingError as reason:
        pytest.skip(f"file systems of FUSE cannot be mounted: {reason}")
