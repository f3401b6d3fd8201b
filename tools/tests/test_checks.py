"""Each check accepts the tree and refuses what it is for: a check that cannot fail is none."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize("name", ["layers", "constructs", "text"])
def test_the_tree_passes(name: str) -> None:
    result = check(name, ROOT)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("place", "statement", "reason"),
    [
        (
            "TrackingEntities",
            "import TrackingStore",
            "may not import TrackingStore, which is above",
        ),
        ("TrackingStore", "package import ExperimentRuntime", "which is above"),
        ("TrackingStore", "@testable import ContentDigest", "may not import its sibling"),
        ("ContentDigest", "import struct TrackingStore.Directory", "may not import its sibling"),
        ("ExperimentAnalysis", "public import ExperimentTracker", "which is above"),
        ("ExperimentRuntime", "import Foundation", "neither ours nor on the list"),
        ("ExperimentRuntime", "import Crypto", "neither ours nor on the list"),
        ("ExperimentTracker", "import CExperimentTracker", "may not use the C header"),
        ("Newcomer", "import TrackingEntities", "is in no layer"),
    ],
)
def test_an_import_against_the_direction_fails(
    tree: Path, place: str, statement: str, reason: str
) -> None:
    append(tree / "Sources" / place / "Spoilt.swift", f"// first\n{statement}")
    result = check("layers", tree)
    assert result.returncode == 1
    assert f"Sources/{place}/Spoilt.swift:3: {place} " in result.stderr
    assert reason in result.stderr


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


def test_a_manifest_against_the_direction_fails(tree: Path) -> None:
    manifest = tree / "Package.swift"
    text = manifest.read_text(encoding="utf-8")
    declared = 'name: "TrackingStore", dependencies: ["TrackingEntities"'
    assert declared in text
    manifest.write_text(
        text.replace(declared, declared + ', "ExperimentTracker"'), encoding="utf-8"
    )
    result = check("layers", tree)
    assert result.returncode == 1
    assert "Package.swift: TrackingStore may not import ExperimentTracker" in result.stderr


def test_a_comment_about_an_import_is_no_import(tree: Path) -> None:
    append(tree / "Sources" / "TrackingEntities" / "Spoilt.swift", "// import ExperimentTracker")
    assert check("layers", tree).returncode == 0


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("Sources/TrackingStore/Spoilt.swift", "let a = try! open()", "try!"),
        ("Sources/TrackingStore/Spoilt.swift", "let a = b as! Int", "as!"),
        ("Sources/TrackingStore/Spoilt.swift", 'fatalError("never")', "fatalError("),
        ("Sources/TrackingStore/Spoilt.swift", "precondition(a > 0)", "precondition("),
        ("Sources/TrackingStore/Spoilt.swift", "let lock = Mutex<Int>(0)", "Mutex<"),
        ("python/src/specweave_ml/spoilt.py", "value = pickle.load(file)", "pickle.load("),
        ("python/src/specweave_ml/spoilt.py", "value = yaml.load(text)", "yaml.load("),
        ("python/src/specweave_ml/spoilt.py", "value = eval(text)", "eval("),
    ],
)
def test_a_forbidden_construct_fails(tree: Path, path: str, code: str, found: str) -> None:
    append(tree / path, code)
    result = check("constructs", tree)
    assert result.returncode == 1
    assert f"{path}:2: `{found}`" in result.stderr


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Sources/TrackingStore/Fine.swift", "// never fatalError() here"),
        ("Sources/TrackingStore/Fine.swift", 'let text = "say fatalError("'),
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
