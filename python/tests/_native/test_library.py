"""The library in the wheel needs nothing but the C and C++ run-time, and its tag is honest."""

from __future__ import annotations

import ctypes
import importlib.metadata
import re
import subprocess
import sys

from support import c_header, library_file

SYSTEM = re.compile(r"(libc|libm|libstdc\+\+|libgcc_s|libpthread|libdl|ld-linux-[\w-]+)\.so\.\d+")


def test_it_needs_only_the_c_and_cxx_run_time() -> None:
    needed = [name for kind, name in library_file.dynamic() if kind == "NEEDED"]
    assert needed
    assert [name for name in needed if not SYSTEM.fullmatch(name)] == []


def test_it_carries_no_path_of_the_machine_that_built_it() -> None:
    assert [entry for entry in library_file.dynamic() if entry[0] in ("RUNPATH", "RPATH")] == []


def test_its_soname_is_that_of_the_abi() -> None:
    assert ("SONAME", "libexperimenttracker.so.0") in library_file.dynamic()


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


def test_the_wheel_s_tag_covers_every_symbol_it_needs() -> None:
    metadata = importlib.metadata.distribution("specweave-ml").read_text("WHEEL") or ""
    tag = re.search(r"^Tag: py3-none-manylinux_2_(\d+)_(\w+)$", metadata, re.MULTILINE)
    assert tag is not None, metadata
    needed = library_file.run("readelf", "--version-info", "--wide")
    versions = [int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", needed)]
    assert versions
    assert max(versions) <= int(tag[1])


def test_the_version_is_the_same_everywhere() -> None:
    constants = c_header.constants()
    parts = [constants[f"ET_VERSION_{part}"] for part in ("MAJOR", "MINOR", "PATCH")]
    version = ".".join(str(part) for part in parts)
    library = ctypes.CDLL(str(library_file.path()))
    library.et_version.restype = ctypes.c_char_p
    changelog = (c_header.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^#{2,3} \[?(\d+\.\d+\.\d+)\]?", changelog, re.MULTILINE)
    assert constants["ET_VERSION"] == version
    assert library.et_version().decode() == version
    assert importlib.metadata.version("specweave-ml") == version
    assert newest is not None, "CHANGELOG.md has no heading of a release"
    assert newest[1] == version


def test_the_abi_version_is_the_header_s() -> None:
    library = ctypes.CDLL(str(library_file.path()))
    assert library.et_abi_version() == c_header.constants()["ET_ABI_VERSION"]
