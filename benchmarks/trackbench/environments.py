"""An environment for each tool, made once and kept in `build/benchmarks`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PROJECT = HERE.parent
ENVIRONMENTS = PROJECT / "build" / "benchmarks"
NATIVE = ENVIRONMENTS / "native"


def python(environment: str) -> Path:
    """The interpreter of an environment, installed first if it is missing or out of date."""
    folder = ENVIRONMENTS / environment
    wanted = (HERE / "requirements" / f"{environment}.txt").read_text(encoding="utf-8")
    stamp = folder / "requirements.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"installing {environment}", file=sys.stderr)
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip(folder, "--requirement", str(HERE / "requirements" / f"{environment}.txt"))
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "bin" / "python"


def versions(environment: str) -> dict[str, str]:
    """The versions of what `requirements/` names."""
    script = (
        "import importlib.metadata as m, json, sys;"
        "print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    )
    names = [
        line.split("==")[0]
        for line in (HERE / "requirements" / f"{environment}.txt").read_text().splitlines()
        if "==" in line
    ]
    answer = subprocess.run(
        [str(python(environment)), "-c", script, *names], check=True, capture_output=True, text=True
    )
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def build_ours() -> Path:
    """The library, the package in its environment, and the programs in C and Swift."""
    library = subprocess.run(
        [sys.executable, str(PROJECT / "python" / "build_backend" / "library.py")],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout.split()[-1]  # fmt: skip
    python("specweave")
    pip(
        ENVIRONMENTS / "specweave", "--no-deps", "--force-reinstall", str(PROJECT / "python"),
        environment={**os.environ, "SPECWEAVE_LIBRARY": library},
    )  # fmt: skip
    NATIVE.mkdir(parents=True, exist_ok=True)
    include, libraries = f"-I{PROJECT / 'include'}", str(Path(library).parent)
    sources = [str(HERE / "c" / name) for name in ("work.c", "survival.c")]
    work = ["cc", "-O2", include, *sources, f"-L{libraries}"]
    run([*work, "-lexperimenttracker", "-lpthread", f"-Wl,-rpath,{libraries}",
         "-o", str(NATIVE / "work")])  # fmt: skip
    shared = ["cc", "-O2", "-shared", "-fPIC"]
    run([*shared, str(HERE / "c" / "floors.c"), "-o", str(NATIVE / "libfloors.so")])
    headers = f"-I{sysconfig.get_paths()['include']}"
    run([*shared, headers, str(HERE / "c" / "floors_extension.c"),
         "-o", str(NATIVE / "floors_extension.so")])  # fmt: skip
    return build_swift()


def build_swift() -> Path:
    """With the flags of the library, so that both share what is compiled."""
    sys.path.insert(0, str(PROJECT / "python"))
    from build_backend.library import SWIFT_BUILD

    flags = [flag for flag in SWIFT_BUILD if not flag.startswith("--product")]
    command = ["swift", *flags, "--product=TrackerBenchmark", f"--package-path={PROJECT}"]
    run(command)
    folder = subprocess.run(
        [*command, "--show-bin-path"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
    return Path(folder) / "TrackerBenchmark"


def pip(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
    """Install into an environment."""
    quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([str(folder / "bin" / "python"), *quiet, *arguments], environment)


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a program whose output is progress, not a result."""
    subprocess.run(command, check=True, env=environment, stdout=sys.stderr)
