"""Each check accepts the tree and refuses what it is for: a check that cannot fail is none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns("__pycache__", "lib", "*.so", "*.egg-info")


def check(name: str, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / f"check_{name}.py"), str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources, to be spoilt."""
    shutil.copy(ROOT / "Package.swift", tmp_path)
    shutil.copytree(ROOT / "Sources", tmp_path / "Sources")
    (tmp_path / "python" / "src").mkdir(parents=True)
    return tmp_path


def append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


@pytest.mark.parametrize("name", ["constructs", "text"])
def test_the_tree_passes(name: str) -> None:
    result = check(name, ROOT)
    assert result.returncode == 0, result.stderr


SWIFT_FLAGS = re.search(r"^SWIFT_FLAGS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
TWO_TARGETS = """// swift-tools-version: 6.2
import PackageDescription
let package = Package(
  name: "two",
  targets: [
    .target(name: "Lower", dependencies: [%s]), .target(name: "Upper", dependencies: [%s]),
  ])
"""


@pytest.mark.parametrize(
    ("lower", "upper", "fault"),
    [
        ("", '"Lower"', None),
        ("", "", "without declaring it a dependency"),
        ('"Upper"', '"Lower"', "cyclic dependency"),
    ],
)
def test_an_import_against_the_manifest_and_a_circle_in_it_fail(
    tmp_path: Path, lower: str, upper: str, fault: str | None
) -> None:
    assert SWIFT_FLAGS
    append(tmp_path / "Package.swift", TWO_TARGETS % (lower, upper))
    append(tmp_path / "Sources/Lower/Lower.swift", "public let number = 1")
    append(tmp_path / "Sources/Upper/Upper.swift", "import Lower\nlet other = number")
    done = subprocess.run(
        ["swift", "build", "--package-path", tmp_path, *SWIFT_FLAGS[1].split()],
        capture_output=True,
        text=True,
        check=False,
    )
    if fault is None:
        assert done.returncode == 0, done.stdout + done.stderr
    else:
        assert done.returncode == 1
        assert fault in done.stdout + done.stderr


def imports_of_python(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--no-logo",
            "--no-cache",
            "pyproject.toml",
        ],
        cwd=root / "python",
        env={**os.environ, "PYTHONPATH": str(root / "python" / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("place", "statement"),
    [
        ("_native/spoilt", "from ..values import scalars"),
        ("reading/spoilt", "from ..capture import environment"),
        ("artifacts/spoilt", "def late():\n    from ..tracking.start import track_experiment"),
        ("capture/spoilt", "if TYPE_CHECKING:\n    from ..tracking.experiment import Experiment"),
        ("tracking/spoilt", "import specweave"),
        ("newcomer/__init__", ""),
    ],
)
def test_an_import_between_python_rooms_that_points_up_fails(
    tree: Path, place: str, statement: str
) -> None:
    packages = tree / "python" / "src"
    shutil.copytree(ROOT / "python" / "src", packages, dirs_exist_ok=True, ignore=NOT_COPIED)
    shutil.copy(ROOT / "python" / "pyproject.toml", tree / "python")
    assert imports_of_python(tree).returncode == 0
    append(packages / "specweave_ml" / f"{place}.py", statement)
    result = imports_of_python(tree)
    assert result.returncode == 1, result.stdout
    assert place.replace("/", ".").removesuffix(".__init__") in result.stdout


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("Sources/EventLog/Spoilt.swift", "let a = try! open()", "try!"),
        ("Sources/EventLog/Spoilt.swift", "let a = b as! Int", "as!"),
        ("Sources/EventLog/Spoilt.swift", 'fatalError("never")', "fatalError("),
        ("Sources/EventLog/Spoilt.swift", "precondition(a > 0)", "precondition("),
        ("Sources/EventLog/Spoilt.swift", "let lock = Mutex<Int>(0)", "Mutex<"),
        ("Sources/EventLog/Spoilt.swift", "package import Foundation", "import Foundation"),
        ("Sources/EventLog/Spoilt.swift", "import struct Foundation.Date", "import struct Fo"),
        ("Sources/EventLog/Spoilt.swift", "import Dispatch", "import Dispatch"),
        ("python/src/specweave_ml/spoilt.py", "value = pickle.load(file)", "pickle.load("),
        ("python/src/specweave_ml/spoilt.py", "value = yaml.load(text)", "yaml.load("),
        ("python/src/specweave_ml/spoilt.py", "value = eval(text)", "eval("),
    ],
)
def test_a_forbidden_construct_fails(tree: Path, path: str, code: str, found: str) -> None:
    append(tree / path, code)
    result = check("constructs", tree)
    assert result.returncode == 1
    assert f"{path}:2: `{found}" in result.stderr


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Sources/EventLog/Fine.swift", "// never fatalError() here"),
        ("Sources/EventLog/Fine.swift", "// import Foundation"),
        ("Sources/EventLog/Fine.swift", 'let text = "say fatalError("'),
        ("python/src/specweave_ml/fine.py", "model.eval()"),
        ("python/src/specweave_ml/fine.py", "value = yaml.safe_load(text)"),
        ("python/src/specweave_ml/artifacts/pickles.py", "value = pickle.load(file)"),
    ],
)
def test_what_only_looks_forbidden_passes(tree: Path, path: str, text: str) -> None:
    append(tree / path, text)
    assert check("constructs", tree).returncode == 0


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("one \ntwo\n", "1: trailing blanks"),
        ("one\ntwo\r\n", "2: a carriage return"),
        ("one\ntwo", "2: no newline at the end"),
        ("one\n\n", "2: an empty line at the end"),
        ("one\n<<<<<<< mine\n", "2: a conflict mark"),
    ],
)
def test_unclean_text_fails(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "file.md").write_bytes(content.encode())
    result = check("text", tmp_path)
    assert result.returncode == 1
    assert f"file.md:{fault}" in result.stderr


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ("  /// " + "é" * 94, True),
        ("  /// " + "é" * 95, False),
        ("// " + "a" * 98, False),
        ('let text = "' + "a" * 98 + '"', True),
    ],
)
def test_only_a_long_comment_in_swift_fails(tmp_path: Path, line: str, passes: bool) -> None:
    append(tmp_path / "Long.swift", line)
    result = check("text", tmp_path)
    assert (result.returncode == 0) == passes
    assert passes or "Long.swift:2: a comment of more than 100 characters" in result.stderr
