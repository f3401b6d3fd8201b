"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path


def facts(work: Path) -> dict[str, str]:
    """Processor, memory, file system, kernel, Python and the date; no name of a host."""
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') >> 30} GB",
        "file system": file_system(work),
        "kernel": f"Linux {platform.release()}",
        "Python": platform.python_version(),
    }


def processor() -> str:
    """As the kernel calls it."""
    content = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"^model name\s*:\s*(.+)$", content, re.MULTILINE)
    return found[1] if found else platform.machine()


def file_system(folder: Path) -> str:
    """The kind that holds the stores."""
    answer = subprocess.run(
        ["stat", "--file-system", "--format=%T", str(folder)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return answer.stdout.strip()
