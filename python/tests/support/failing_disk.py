"""A disk that can begin to refuse writes, and recover: ext4 in a file on a tmpfs that is full.

Where the file has holes, the loop device cannot store a block while the tmpfs is full, and answers
an error, as a dying disk does. What is there already can be written again.

The loop device takes a write that the tmpfs could do in part for a whole one (lo_rw_aio_complete
in drivers/block/loop.c): every request is therefore one page, of which nothing or all is written.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from support.power_cut import Disk

SIZE = 48 << 20
ROOM = 72 << 20
"""More than the file: what is over is the filler's."""
PAGE = 4096


class FailingDisk(Disk):
    """A mounted disk whose writes can be made to fail."""

    def __init__(self, folder: Path) -> None:
        self.memory = folder / "memory"
        self.memory.mkdir()
        self.image = self.memory / "disk.img"
        self.root = folder / "disk"
        self.root.mkdir()
        self._run("mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(self.memory))
        allocate = ("fallocate", "--length", str(SIZE), str(self.image))
        self._run(*allocate)
        # What ext4 would put off, it would do some seconds after the mount by making holes, which
        # gives memory back to the tmpfs: a full one would then take writes again.
        options = "nodiscard,lazy_itable_init=0,lazy_journal_init=0"
        self._run("mkfs.ext4", "-q", "-F", "-b", str(PAGE), "-E", options, str(self.image))
        # What mkfs left out, the journal among it, can then always be written.
        self._run(*allocate)
        self._punch_what_is_free()
        self.mount()

    def _punch_what_is_free(self) -> None:
        printed = subprocess.run(
            ["dumpe2fs", str(self.image)], check=True, capture_output=True, text=True
        ).stdout
        found = re.search(r"^Block size: +(\d+)$", printed, re.MULTILINE)
        assert found
        size = int(found[1])
        for blocks in re.findall(r"^  Free blocks: (.+)$", printed, re.MULTILINE):
            for part in blocks.split(", "):
                first, _, last = part.partition("-")
                count = int(last or first) - int(first) + 1
                self._run(
                    "fallocate", "--punch-hole", "--offset", str(int(first) * size),
                    "--length", str(count * size), str(self.image),
                )  # fmt: skip

    def mount(self) -> None:
        """Mount the disk, which recovers for it: the journal has to be replayed."""
        self._filler.unlink(missing_ok=True)
        super().mount()
        device = os.stat(self.root).st_dev
        limit = f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/queue/max_sectors_kb"
        try:
            Path(limit).write_text(str(PAGE >> 10), "ascii")
        except OSError as error:
            pytest.skip(f"the requests of a loop device cannot be limited here: {error}")

    @property
    def _filler(self) -> Path:
        return self.memory / "filler"

    def fail(self) -> None:
        """Let every write to a new block fail from now on."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (1 << 16, PAGE):
                with contextlib.suppress(OSError):
                    while file.write(b"\1" * size) == size:
                        pass

    def recover(self) -> None:
        """Let writes succeed again."""
        self._filler.unlink()

    def remove(self) -> None:
        """Take the disk and its memory away."""
        super().remove()
        subprocess.run(["umount", "--lazy", str(self.memory)], check=False, capture_output=True)
