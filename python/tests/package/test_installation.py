"""`make install` and `make uninstall`, as those who build C programs with the library meet them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import c_header
from support.c_header import ROOT

pytestmark = pytest.mark.xdist_group("installation")  # which is made once

PROGRAM = """
#include <experimenttracker.h>
#include <stdio.h>

int main(void) {
  et_experiment *experiment = NULL;
  if (et_abi_version() != ET_ABI_VERSION) return 2;
  if (et_experiment_start(NULL, "linked", NULL, &experiment)) {
    fprintf(stderr, "%s\\n", et_last_error());
    return 1;
  }
  int code = et_experiment_finish(experiment, ET_COMPLETED, NULL);
  et_experiment_free(experiment);
  return code;
}
"""
LISTS = """
cmake_minimum_required(VERSION 3.13)
project(client C)
find_package(experimenttracker {version} REQUIRED)
add_executable(program program.c)
target_link_libraries(program PRIVATE experimenttracker::experimenttracker)
"""
VERSION = str(c_header.constants()["ET_VERSION"])
ABI = c_header.constants()["ET_ABI_VERSION"]
DOCUMENTS = Path("share", "doc", "experimenttracker")
# CMake and pkg-config come with requirements/test.txt, where the system has none.
PATH = f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"
CLEAN = {
    "PATH": PATH,
    **{name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ},
}


def make(target: str, prefix: Path | str, destdir: Path | str = "") -> str:
    """What make prints, without the flags of a make around this test."""
    done = subprocess.run(
        ["make", "--no-print-directory", target, f"PREFIX={prefix}", f"DESTDIR={destdir}"],
        cwd=ROOT,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A prefix, and what was printed about it."""
    prefix = tmp_path_factory.mktemp("installed") / "prefix"
    return prefix, make("install", prefix)


@pytest.fixture(scope="module")
def spaced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same, with what a shell reads as something else in the path."""
    prefix = tmp_path_factory.mktemp("installed") / "a prefix with spaces"
    return prefix, make("install", prefix)


@pytest.fixture(params=["plain", "spaced"])
def installed(request: pytest.FixtureRequest) -> tuple[Path, str]:
    """Each of the two."""
    found: tuple[Path, str] = request.getfixturevalue(request.param)
    return found


def tree(folder: Path) -> dict[str, bytes | str | None]:
    """Everything below a folder: the content of files, the targets of links, None for folders."""
    found: dict[str, bytes | str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = None if path.is_dir() else path.read_bytes()
    return found


def sh(lines: str, folder: Path, **environment: str) -> str:
    """What a shell prints that reads these lines, without what this test's environment has."""
    done = subprocess.run(
        ["sh", "-ec", lines],
        cwd=folder,
        env={**CLEAN, "SPECWEAVE_ROOT": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{lines}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Path]:
    """A folder with a program; at the end the program must have written an experiment there."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "program.c").write_text(PROGRAM, "utf-8")
    yield folder
    written = list(folder.glob(".specweave/increments/*/experiments/linked/params.json"))
    assert len(written) == 1, tree(folder).keys()


def cmake(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Call the real CMake, with nothing in the environment that would help it to find anything."""
    return subprocess.run(
        ["cmake", *arguments],
        cwd=folder,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_file_has_its_place(plain: tuple[Path, str]) -> None:
    prefix, _ = plain
    files = {name for name, content in tree(prefix).items() if content is not None}
    assert {name for name in files if not name.startswith(str(DOCUMENTS))} == {
        "bin/specweave-ml",
        "include/experimenttracker.h",
        "include/experimenttracker/module.modulemap",
        f"lib/libexperimenttracker.so.{VERSION}",
        f"lib/libexperimenttracker.so.{ABI}",
        "lib/libexperimenttracker.so",
        "lib/cmake/experimenttracker/experimenttrackerConfig.cmake",
        "lib/cmake/experimenttracker/experimenttrackerConfigVersion.cmake",
        "lib/pkgconfig/experimenttracker.pc",
        "share/experimenttracker/installed.txt",
        "share/experimenttracker/valgrind.supp",
        "share/man/man1/specweave-ml.1",
    }
    for link in (f"lib/libexperimenttracker.so.{ABI}", "lib/libexperimenttracker.so"):
        assert (prefix / link).resolve() == prefix / "lib" / f"libexperimenttracker.so.{VERSION}"
    shown = subprocess.run(
        [str(prefix / "bin" / "specweave-ml"), "--version"],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == f"specweave-ml {VERSION}\n"


def test_the_module_map_finds_the_header(plain: tuple[Path, str]) -> None:
    module_map = plain[0] / "include" / "experimenttracker" / "module.modulemap"
    header = re.search(r'header "(.*)"', module_map.read_text(encoding="utf-8"))
    assert header is not None
    assert (module_map.parent / header[1]).resolve() == plain[0] / "include" / "experimenttracker.h"


def test_everything_may_be_read_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        make("install", tmp_path / "prefix")
    finally:
        os.umask(before)
    for path in [tmp_path / "prefix", *(tmp_path / "prefix").rglob("*")]:
        if not path.is_symlink():
            executable = path.is_dir() or path.name in ("specweave-ml", f"{c_library()}.{VERSION}")
            assert path.stat().st_mode & 0o777 == (0o755 if executable else 0o644), path


def c_library() -> str:
    """The name that linkers look for."""
    return "libexperimenttracker.so"


def test_every_document_that_the_header_names_is_installed(plain: tuple[Path, str]) -> None:
    header = (plain[0] / "include" / "experimenttracker.h").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w./])docs/[\w./-]*[\w/]", header))
    assert {"docs/schemas/", "docs/schemas/difference.schema.json", "docs/review.md"} <= named
    assert {name for name in named if not (plain[0] / DOCUMENTS / name).exists()} == set()
    assert str(DOCUMENTS) in header, "the header does not say where the documents are"


def test_links_in_the_documents_lead_to_installed_documents(plain: tuple[Path, str]) -> None:
    documents = plain[0] / DOCUMENTS
    # The records of how the project was checked lead to its sources.
    pages = sorted(set(documents.rglob("*.md")) - set(documents.glob("docs/records/*")))
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not link.startswith(("http:", "https:"))
    ]
    assert len(links) > 50
    assert [
        (str(page.relative_to(documents)), link)
        for page, link in links
        if not (page.parent / link).exists()
    ] == []


def test_what_is_printed_compiles_a_program_that_runs(
    installed: tuple[Path, str], client: Path
) -> None:
    prefix, printed = installed
    compiling = re.search(r"^A C program:\n((?:  .*\n)+)", printed, re.MULTILINE)
    assert compiling is not None, printed
    sh(f"{compiling[1]}./program", client)
    lines = printed.splitlines()
    called = lines[lines.index("The command line:") + 1]
    assert f"{prefix}/bin/specweave-ml" in shlex.split(called)
    assert "linked" in sh(called.replace("--help", "list"), client)


def test_what_is_printed_configures_cmake(installed: tuple[Path, str], client: Path) -> None:
    _, printed = installed
    (client / "CMakeLists.txt").write_text(LISTS.format(version=VERSION), "utf-8")
    line = next(line for line in printed.splitlines() if line.startswith("  cmake "))
    sh(f"{line}\ncmake --build build\n./build/program", client)


def test_a_moved_installation_is_found_by_cmake(plain: tuple[Path, str], client: Path) -> None:
    moved = client / "moved"
    shutil.copytree(plain[0], moved, symlinks=True)
    (client / "CMakeLists.txt").write_text(LISTS.format(version=""), "utf-8")
    sh(f"cmake -B build -DCMAKE_PREFIX_PATH={moved}\ncmake --build build", client)
    used = sh("ldd build/program", client)
    assert f"{moved}/lib/libexperimenttracker.so.{ABI}" in used
    sh("./build/program", client)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", True),
        (VERSION, True),
        (f"{VERSION} EXACT", True),
        ("0.0.1", True),
        ("0.0.1...<1", True),
        (f"0.0.1...{VERSION}", True),
        (f"0.0.1...<{VERSION}", False),
        ("0.0.1 EXACT", False),
        ("99", False),
        ("0.99", False),
    ],
)
def test_cmake_takes_a_version_that_fits(
    asked: str, found: bool, plain: tuple[Path, str], tmp_path: Path
) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.19)\nproject(client C)\n"
        f"find_package(experimenttracker {asked} QUIET)\n"
        'message("${experimenttracker_FOUND} ${experimenttracker_VERSION}")\n',
        "utf-8",
    )
    done = cmake("-B", "build", f"-DCMAKE_PREFIX_PATH={plain[0]}", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    words = done.stderr.split()
    assert words == (["1", VERSION] if found else ["0"])


def test_an_incomplete_installation_is_said_by_cmake(
    plain: tuple[Path, str], tmp_path: Path
) -> None:
    shutil.copytree(plain[0], tmp_path / "prefix", symlinks=True)
    (tmp_path / "prefix" / "include" / "experimenttracker.h").unlink()
    (tmp_path / "CMakeLists.txt").write_text(LISTS.format(version=""), "utf-8")
    (tmp_path / "program.c").write_text(PROGRAM, "utf-8")
    done = cmake("-B", "build", f"-DCMAKE_PREFIX_PATH={tmp_path / 'prefix'}", folder=tmp_path)
    assert done.returncode != 0
    words = " ".join(done.stderr.split())
    assert "include/experimenttracker.h is missing. Run `make install` again." in words


def test_pkg_config_finds_the_library(installed: tuple[Path, str], client: Path) -> None:
    prefix, _ = installed
    where = {"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")}
    assert sh("pkg-config --modversion experimenttracker", client, **where).strip() == VERSION
    compile_program = (
        'eval "cc program.c -o program $(pkg-config --cflags --libs experimenttracker)"\n./program'
    )
    sh(compile_program, client, **where, LD_LIBRARY_PATH=str(prefix / "lib"))


def test_uninstall_leaves_what_was_there_before(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    for folder in ("lib", "share/man/man1", "share/doc"):
        (prefix / folder).mkdir(parents=True)
    (prefix / "lib" / "libother.so").write_bytes(b"another's")
    (prefix / "share" / "man" / "man1" / "other.1").write_bytes(b"another's")
    before = tree(tmp_path)
    make("install", prefix)
    assert tree(tmp_path).items() > before.items()
    make("uninstall", prefix)
    assert tree(tmp_path) == before


def test_uninstall_keeps_what_came_later(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    make("install", prefix)
    (prefix / "bin" / "other").write_bytes(b"another's")
    (prefix / "share" / "doc" / "experimenttracker" / "own notes.txt").write_bytes(b"mine")
    make("uninstall", prefix)
    assert {name for name, content in tree(prefix).items() if content is not None} == {
        "bin/other",
        "share/doc/experimenttracker/own notes.txt",
    }


def test_installed_twice_is_installed_once(tmp_path: Path) -> None:
    before = tree(tmp_path)
    prefix = tmp_path / "of" / "many" / "folders"
    make("install", prefix)
    first = tree(tmp_path)
    make("install", prefix)
    assert tree(tmp_path) == first
    make("uninstall", prefix)
    assert tree(tmp_path) == before


def test_what_an_earlier_version_had_alone_is_removed(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    make("install", prefix)
    current = tree(prefix)
    record = prefix / "share" / "experimenttracker" / "installed.txt"
    (prefix / "lib" / "old").mkdir()
    (prefix / "lib" / "old" / "libexperimenttracker.so.0.0.9").write_bytes(b"old")
    with record.open("a", encoding="utf-8") as lines:
        lines.write("lib/old/libexperimenttracker.so.0.0.9\nlib/old/\n")
    make("install", prefix)
    assert {name: content for name, content in tree(prefix).items() if name in current} == current
    assert not (prefix / "lib" / "old").exists()
    make("uninstall", prefix)
    assert not prefix.exists()


def test_a_record_that_names_other_files_is_refused(tmp_path: Path) -> None:
    record = tmp_path / "prefix" / "share" / "experimenttracker" / "installed.txt"
    record.parent.mkdir(parents=True)
    other = tmp_path / "other"
    for line in ("../other", str(other), "lib/../../other"):
        other.write_text("another's")
        record.write_text(f"{line}\n", "utf-8")
        done = subprocess.run(
            ["make", "uninstall", f"PREFIX={tmp_path / 'prefix'}"],
            cwd=ROOT,
            env=CLEAN,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert f"names {line}, which is not below the prefix" in done.stderr
        assert other.read_text() == "another's"


def test_a_package_is_staged_below_destdir(tmp_path: Path) -> None:
    stage = tmp_path / "a stage"
    printed = make("install", "/opt/tracker", stage)
    assert printed.splitlines()[-1] == f"Staged below {stage}, to be used as /opt/tracker."
    assert not Path("/opt/tracker").exists()
    names = {name for name, content in tree(stage).items() if content is not None}
    assert f"opt/tracker/lib/libexperimenttracker.so.{VERSION}" in names
    assert all(name.startswith("opt/tracker/") for name in names)
    staged = [content for content in tree(stage).values() if isinstance(content, bytes)]
    assert not any(str(stage).encode() in content for content in staged)
    package = stage / "opt" / "tracker" / "lib" / "pkgconfig" / "experimenttracker.pc"
    assert "prefix=/opt/tracker\n" in package.read_text(encoding="utf-8")
    make("uninstall", "/opt/tracker", stage)
    assert not stage.exists()


@pytest.mark.parametrize("target", ["install", "uninstall"])
def test_a_failure_says_what_to_do(target: str, tmp_path: Path) -> None:
    prefix = tmp_path / "file"
    prefix.write_text("no folder")
    done = subprocess.run(
        ["make", target, f"PREFIX={prefix}"],
        cwd=ROOT,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"make {target}: " in done.stderr
    assert "PREFIX=" in done.stderr
    assert "Traceback" not in done.stderr
    assert prefix.read_text() == "no folder"


def test_uninstall_without_an_installation_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "uninstall", f"PREFIX={tmp_path}"],
        cwd=ROOT,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"nothing is installed below {tmp_path}" in done.stderr
