"""What depends on the processor, on this one; `make check-aarch64` runs the same under qemu."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.c_header import ROOT


def test_checksums_locks_and_system_calls_are_right(tmp_path: Path) -> None:
    program, store = tmp_path / "check", tmp_path / "store"
    store.mkdir()
    platform = [str(path) for path in sorted((ROOT / "Sources" / "CPlatform").glob("*.c"))]
    include = f"-I{ROOT / 'Sources' / 'CPlatform' / 'include'}"
    check = str(ROOT / "Tests" / "Processors" / "check.c")
    compile_it = ["cc", "-std=gnu11", "-O2", include, check, *platform, "-o", str(program)]
    subprocess.run([*compile_it, "-lm", "-pthread", "-ldl"], check=True)
    command = [str(program), str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "passed: CRC-32C of 123456789\n" in done.stdout
    assert "passed: a child takes the mutex of its parent\n" in done.stdout
    assert done.stdout.endswith("0 failed\n")
