"""README.md: its first example runs in an empty folder and makes the files that are shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from support.c_header import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def shown_files() -> set[str]:
    """The paths of the tree that the page shows, folders aside."""
    tree = TEXT.split("in an empty folder, the program makes:\n\n```\n", 1)[1].split("```", 1)[0]
    first, *lines = tree.splitlines()
    folders = [first.rstrip("/")]
    paths = set()
    for line in lines:
        name = line.split()[0]
        del folders[(len(line) - len(line.lstrip())) // 2 :]
        if name.endswith("/"):
            folders.append(name.rstrip("/"))
        else:
            paths.add("/".join([*folders, name]))
    return paths


def test_the_first_example_makes_the_folder_that_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    example = re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)[0]
    (folder / "train.py").write_text("model = {'a': 'model'}\n" + example, "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "train.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    made = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    made = {re.sub(r"tfevents\..*", "tfevents.…", path) for path in made}
    numbers = {path for path in made if "/.numbers/" in path}
    assert made - numbers - {"train.py"} == shown_files()
    assert any(path.endswith("/.numbers/001") for path in numbers)


def test_links_and_pictures_exist() -> None:
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", TEXT):
        assert (ROOT / link).exists(), link
    picture = ROOT / "docs" / "images" / "comparison.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= 150_000


def test_pictures_of_the_documents_exist_and_are_small() -> None:
    shown = set()
    for page in (ROOT / "docs").glob("*.md"):
        for link in re.findall(r"!\[[^\]]+\]\((?!http)([^)]+)\)", page.read_text("utf-8")):
            picture = page.parent / link
            start = {".png": b"\x89PNG", ".svg": b"<?xml"}[picture.suffix]
            assert picture.read_bytes().startswith(start), link
            assert picture.stat().st_size <= 200_000, link
            if picture.parent.name == "images":
                shown.add(picture.name)
    readme = set(re.findall(r"\]\(docs/images/([^)]+)\)", TEXT))
    assert shown | readme == {path.name for path in (ROOT / "docs" / "images").iterdir()}
