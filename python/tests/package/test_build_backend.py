"""What pip and `python -m build` ask of the build backend."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from build_backend.platform_tag import glibc_minor

from support.c_header import ROOT, constants

PROJECT = ROOT / "python"
pytestmark = pytest.mark.xdist_group("folder python")  # which some of them build in


def backend(hook: str, folder: Path, project: Path = PROJECT, **environment: str) -> str:
    """Call a hook as pip does, and return the last line it printed or its error."""
    script = f"import build_backend, sys; print(build_backend.{hook}(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return (result.stdout if result.returncode == 0 else result.stderr).strip()


@pytest.mark.parametrize(
    ("glibc", "cxx", "abi", "minor"),
    [
        ((2, 5), (3, 4), (1, 3), 17),
        ((2, 34), (3, 4, 29), (1, 3, 11), 34),
        ((2, 17), (3, 4, 29), (1, 3), 34),
        ((2, 17), (3, 4), (1, 3, 12), 31),
        ((2, 35), (3, 4, 19), (1, 3), 35),
        ((2, 9), (3, 4), (1, 3), 17),
    ],
)
def test_the_tag_covers_both_run_time_libraries(
    glibc: tuple[int, ...], cxx: tuple[int, ...], abi: tuple[int, ...], minor: int
) -> None:
    needs = {"GLIBC": {(2, 2, 5), glibc}, "GLIBCXX": {cxx}, "CXXABI": {abi}}
    assert glibc_minor(needs) == minor


def test_a_run_time_library_of_the_future_gets_no_tag() -> None:
    with pytest.raises(SystemExit, match="newer than any policy"):
        glibc_minor({"GLIBC": {(2, 17)}, "GLIBCXX": {(9, 0)}, "CXXABI": set()})


def test_an_editable_install_points_at_the_sources(tmp_path: Path) -> None:
    wheel = tmp_path / backend("build_editable", tmp_path).splitlines()[-1]
    with zipfile.ZipFile(wheel) as archive:
        paths = [name for name in archive.namelist() if name.endswith(".pth")]
        assert [archive.read(name).decode().strip() for name in paths] == [str(PROJECT / "src")]
    assert (PROJECT / "src" / "specweave_ml" / "lib" / "libexperimenttracker.so").is_file()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution, unpacked far from the repository."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(folder / backend("build_sdist", folder).splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"specweave_ml-{constants()['ET_VERSION']}"


def test_a_source_distribution_brings_the_swift_sources(unpacked: Path) -> None:
    for path in ("Package.swift", "include/experimenttracker.h", "Sources", "Tests"):
        assert (unpacked / "core" / path).exists(), path
    assert not (unpacked / "src" / "specweave_ml" / "lib").exists()
    assert not list(unpacked.rglob(".build"))


def test_without_swift_the_installation_says_what_to_do(unpacked: Path, tmp_path: Path) -> None:
    message = backend("build_wheel", tmp_path, unpacked, PATH="/nowhere")
    assert "`swift` is not on the PATH" in message
    assert "https://swift.org/install" in message
    assert "Traceback" not in message


def test_a_library_that_was_built_elsewhere_is_used(unpacked: Path, tmp_path: Path) -> None:
    library = PROJECT / "src" / "specweave_ml" / "lib" / "libexperimenttracker.so"
    name = backend("build_wheel", tmp_path, unpacked, SPECWEAVE_LIBRARY=str(library))
    with zipfile.ZipFile(tmp_path / name.splitlines()[-1]) as archive:
        packed = archive.read("specweave_ml/lib/libexperimenttracker.so")
        manuals = [path for path in archive.namelist() if path.endswith("man/man1/specweave-ml.1")]
    assert packed == library.read_bytes()
    assert [path.split(".data/")[1] for path in manuals] == ["data/share/man/man1/specweave-ml.1"]


def test_a_prebuilt_library_that_is_not_there_is_named(tmp_path: Path) -> None:
    message = backend("build_wheel", tmp_path, SPECWEAVE_LIBRARY="/not/there.so")
    assert "SPECWEAVE_LIBRARY names /not/there.so" in message
    assert "Traceback" not in message


def test_another_system_is_refused_by_name(unpacked: Path, tmp_path: Path) -> None:
    script = "import sys, build_backend; sys.platform = 'darwin'; build_backend.build_wheel('x')"
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=unpacked,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "It runs on Linux with x86-64" in result.stderr
    assert "Traceback" not in result.stderr
