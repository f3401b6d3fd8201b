"""Compiles everything written in C for aarch64, and runs what depends on the processor under qemu.

Swift is not compiled: this toolchain has no library of Swift for aarch64. Needs Debian's
gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user.

    python3 tools/check_aarch64.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMPILER = "aarch64-linux-gnu-gcc"
EMULATOR = "qemu-aarch64"
SYSTEM = "/usr/aarch64-linux-gnu"
STRICT = ("-O2", "-Wall", "-Wextra", "-Werror", "-fPIC")


def run(*command: str | Path) -> str:
    """Run a program and return what it prints; end with its messages if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_all(folder: Path) -> Path:
    """Compile the sources, the launcher, the accelerator and the check; return the check."""
    platform = sorted((ROOT / "Sources" / "CPlatform").glob("*.c"))
    include = "-ISources/CPlatform/include"
    check = folder / "check"
    run(COMPILER, "-std=gnu11", *STRICT, include, "Tests/Processors/check.c", *platform,
        "-o", check, "-lm", "-pthread", "-ldl")  # fmt: skip
    run(COMPILER, "-std=c11", *STRICT, "Sources/SpecweaveLauncher/main.c",
        "-o", folder / "specweave-ml", "-ldl")  # fmt: skip
    run(COMPILER, "-std=c99", *STRICT, "-pedantic", "-Iinclude", "-fsyntax-only",
        "Tests/HeaderTest/headertest.c")  # fmt: skip
    accelerator = "python/src/specweave_ml/_native/_accelerator.c"
    headers = sysconfig.get_path("include")
    if (Path(headers) / "Python.h").is_file():
        # Debian keeps pyconfig.h apart for each processor; both have 64 bits and the same order.
        own = f"/usr/include/{sysconfig.get_config_var('MULTIARCH')}"
        if Path(own).is_dir():
            (folder / "aarch64-linux-gnu").symlink_to(own)
        run(COMPILER, "-std=c11", "-O2", "-fPIC", "-fsyntax-only", f"-I{headers}", f"-I{folder}",
            accelerator)  # fmt: skip
    else:
        print(f"not compiled: {accelerator}: no Python.h in {headers}")
    return check


def main() -> None:
    """Compile and run."""
    missing = [name for name in (COMPILER, EMULATOR) if shutil.which(name) is None]
    if missing:
        raise SystemExit(
            f"{' and '.join(missing)} not found. On Debian: apt-get install "
            "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check = compile_all(folder)
        store = folder / "store"
        store.mkdir()
        sys.stdout.write(run(EMULATOR, "-L", SYSTEM, check, store))
        # Without a library it says where it looked, which it does by itself only if it works.
        program = [EMULATOR, "-L", SYSTEM, str(folder / "specweave-ml"), "--version"]
        said = subprocess.run(program, capture_output=True, text=True, check=False, env={}).stderr
        if "libexperimenttracker.so was not found" not in said:
            raise SystemExit(f"the launcher said: {said}")
        print("passed: the launcher starts and looks for the library")


if __name__ == "__main__":
    main()
