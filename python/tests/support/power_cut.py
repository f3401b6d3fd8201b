"""A disk whose power can be cut: ext4 in a file, stopped by the kernel (FS_IOC_SHUTDOWN)."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN, linux/fs.h."""
JOURNAL_WRITTEN, NOTHING_WRITTEN = 1, 2
"""What the cut leaves of what no sync had asked for: the journal, which says how long files are, or
nothing."""


class Disk:
    """A mounted disk with a project on it."""

    def __init__(self, folder: Path) -> None:
        self.image = folder / "disk.img"
        self.root = folder / "disk"
        self.root.mkdir()
        with self.image.open("wb") as image:
            image.truncate(64 << 20)
        self._run("mkfs.ext4", "-q", "-F", str(self.image))
        self.mount()

    def _run(self, *command: str) -> None:
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip(f"power cuts need a disk of their own, and there is no {command[0]} here")
        except subprocess.CalledProcessError as error:
            reason = f"{' '.join(command)}: {error.stderr.strip()}"
            pytest.skip(f"power cuts need a disk of their own, and none can be mounted: {reason}")

    def mount(self) -> None:
        """Mount the disk, which replays its journal after a cut."""
        self._run("mount", "-o", "loop", str(self.image), str(self.root))

    def unmount(self) -> None:
        """Take the disk away, once whoever still looks at it has gone."""
        for _ in range(100):
            if subprocess.run(["umount", str(self.root)], check=False).returncode == 0:
                return self._wait_until_it_is_free()
            time.sleep(0.1)
        raise AssertionError(f"{self.root} is in use")

    def _wait_until_it_is_free(self) -> None:
        """Wait for namespaces of other tests, each of which was made with a copy of every mount.

        As long as one has it, the next mount gives the same disk again, which answers no more.
        """
        command = ["losetup", "--associated", str(self.image)]
        for _ in range(1200):
            if not subprocess.run(command, check=True, capture_output=True).stdout:
                return
            time.sleep(0.1)
        raise AssertionError(f"{self.image} is in use")

    def remove(self) -> None:
        """Take the disk away at the end, whatever a test that failed still holds of it."""
        subprocess.run(["umount", "--lazy", str(self.root)], check=False, capture_output=True)

    @property
    def project(self) -> Path:
        """The project, made if need be."""
        (self.root / ".specweave/increments/0042-recommendation-model").mkdir(
            parents=True, exist_ok=True
        )
        return self.root

    def cut(
        self,
        code: str,
        what: int,
        *arguments: str,
        goes_on: bool = False,
        answers: Mapping[str, Callable[[], None]] | None = None,
    ) -> list[str]:
        """Run a program until it says `cut`, and cut the power.

        Where it says a word of `answers`, that is done and the program gets a line.

        Returns what it said before, or after if it goes on, on a disk that answers no more.
        """
        script = self.image.with_name("program.py")
        script.write_text(code, "utf-8")
        with subprocess.Popen(
            [sys.executable, str(script), *arguments],
            cwd=self.project,
            env={**os.environ, "SPECWEAVE_QUIET": "1", "SPECWEAVE_ROOT": str(self.root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdout is not None
            assert program.stdin is not None
            said = []
            while (line := program.stdout.readline().strip()) != "cut":
                assert line, "the program ended before the cut"
                said.append(line)
                if answers and line in answers:
                    answers[line]()
                    program.stdin.write("done\n")
                    program.stdin.flush()
            descriptor = os.open(self.root, os.O_RDONLY)
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", what))
            os.close(descriptor)
            if goes_on:
                said = program.communicate("go on\n")[0].splitlines()
                assert program.returncode == 0
            program.kill()
        self.unmount()
        self.mount()
        self._start_anew()
        return said

    def _start_anew(self) -> None:
        """The machine goes on where it was; what remembers its start must not know it again."""
        for pending in self.root.rglob("pending-*.tmp"):
            # What a cut leaves of a file that no sync had asked for may be nothing.
            with contextlib.suppress(ValueError):
                said = json.loads(pending.read_bytes())
                Path(said["folder"], said["name"]).unlink()
                pending.write_text(json.dumps({**said, "boot": "the start before"}), "utf-8")
