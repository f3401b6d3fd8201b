"""The library in the wheel needs nothing but the C and C++ run-time, and its tag is honest."""

from __future__ import annotations

import ctypes
import importlib.metadata
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
from build_backend.platform_tag import symbol_versions

from specweave_ml import _version
from specweave_ml._native import library
from support import c_header, library_file, polyglot

SYSTEM = re.compile(r"(libc|libm|libstdc\+\+|libgcc_s|libpthread|libdl|ld-linux-[\w-]+)\.so\.\d+")


def test_it_needs_only_the_c_and_cxx_run_time() -> None:
    needed = [name for kind, name in library_file.dynamic() if kind == "NEEDED"]
    assert needed
    assert [name for name in needed if not SYSTEM.fullmatch(name)] == []


def test_it_carries_no_path_of_the_machine_that_built_it() -> None:
    assert [entry for entry in library_file.dynamic() if entry[0] in ("RUNPATH", "RPATH")] == []


def test_its_soname_and_every_other_place_have_the_number_of_the_abi() -> None:
    number = c_header.constants()["ET_ABI_VERSION"]
    soname = f"libexperimenttracker.so.{number}"
    assert library_file.soname() == soname
    manifest = (c_header.ROOT / "Package.swift").read_text(encoding="utf-8")
    assert re.findall(r"-soname=([\w.]+)", manifest) == [soname]
    versions = (c_header.ROOT / "Sources/ExperimentTrackerABI/libexperimenttracker.map").read_text()
    assert re.findall(r"\w+_\d+", versions) == [f"EXPERIMENTTRACKER_{number}"]
    assert soname == library.SONAME
    built = c_header.ROOT / "build" / "lib"
    assert (built / soname).resolve().name == f"libexperimenttracker.so.{_version.VERSION}"
    # The Makefile, the launcher and the build backend read the header.
    for name in ("Makefile", "Sources/SpecweaveLauncher/main.c", "python/build_backend/library.py"):
        text = (c_header.ROOT / name).read_text(encoding="utf-8")
        assert re.findall(r"\.so\.\d", text) == [], name


def test_every_function_has_the_version_of_the_abi() -> None:
    number = c_header.constants()["ET_ABI_VERSION"]
    node = f"EXPERIMENTTRACKER_{number}"
    symbols = library_file.run("readelf", "--dyn-syms", "--wide").splitlines()
    defined = {
        word
        for line in symbols
        if " UND " not in line
        for word in line.split()
        if word.startswith("et_")
    }
    assert defined == {f"{name}@@{node}" for name in c_header.functions()}
    assert re.findall(r"Name: (EXPERIMENTTRACKER_\w+)", library_file.versions()) == [node]


def test_a_program_asks_for_the_version_of_the_abi(tmp_path: Path) -> None:
    program = tmp_path / "program"
    polyglot.compile_c(c_header.ROOT / "examples" / "c" / "quickstart.c", program)
    needed = library_file.run("readelf", "--version-info", "--wide", library=program)
    number = c_header.constants()["ET_ABI_VERSION"]
    assert f"Name: EXPERIMENTTRACKER_{number} " in needed


def test_it_is_stripped() -> None:
    assert ".symtab" not in library_file.run("readelf", "--sections", "--wide")


def test_loading_it_changes_no_signal_handler() -> None:
    script = (
        "import ctypes, sys\n"
        "def caught():\n"
        "    return [x for x in open('/proc/self/status') if x.startswith('SigCgt')]\n"
        "before = caught()\n"
        "ctypes.CDLL(sys.argv[1])\n"
        "assert caught() == before\n"
    )
    subprocess.run([sys.executable, "-c", script, str(library_file.path())], check=True)


@pytest.mark.parametrize("part", ["library", "accelerator", "program"])
def test_nothing_needs_more_than_red_hat_9_has(part: str) -> None:
    needs = symbol_versions(parts()[part])
    assert needs["GLIBC"]
    assert max(needs["GLIBC"]) <= (2, 34)
    assert max(needs["GLIBCXX"], default=(0,)) <= (3, 4, 29)
    assert max(needs["CXXABI"], default=(0,)) <= (1, 3, 13)


def parts() -> dict[str, Path]:
    """Everything in the installed wheel that was compiled."""
    files = importlib.metadata.files("specweave-ml") or []
    found = {
        "library": [library_file.path()],
        "accelerator": [
            Path(str(one.locate()))
            for one in files
            if one.name.startswith("_accelerator.") and one.suffix == ".so"
        ],
        "program": [Path(str(one.locate())) for one in files if one.name == "specweave-ml"],
    }
    assert {name: len(paths) for name, paths in found.items()} == dict.fromkeys(found, 1), files
    return {name: paths[0].resolve() for name, paths in found.items()}


def test_the_wheel_is_tagged_for_red_hat_9() -> None:
    metadata = importlib.metadata.distribution("specweave-ml").read_text("WHEEL") or ""
    tags = re.findall(r"^Tag: (\S+)$", metadata, re.MULTILINE)
    assert tags == [f"py3-none-manylinux_2_34_{platform.machine()}"]


def test_the_version_is_the_same_everywhere() -> None:
    constants = c_header.constants()
    parts = [constants[f"ET_VERSION_{part}"] for part in ("MAJOR", "MINOR", "PATCH")]
    version = ".".join(str(part) for part in parts)
    loaded = ctypes.CDLL(str(library_file.path()))
    loaded.et_version.restype = ctypes.c_char_p
    changelog = (c_header.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^#{2,3} \[?(\d+\.\d+\.\d+)\]?", changelog, re.MULTILINE)
    assert constants["ET_VERSION"] == version
    assert loaded.et_version().decode() == version
    assert importlib.metadata.version("specweave-ml") == version
    assert newest is not None, "CHANGELOG.md has no heading of a release"
    assert newest[1] == version


def test_the_abi_version_is_the_header_s() -> None:
    loaded = ctypes.CDLL(str(library_file.path()))
    assert loaded.et_abi_version() == c_header.constants()["ET_ABI_VERSION"]
