"""The list of installed packages: what `importlib.metadata` says, without parsing descriptions."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from specweave_ml.capture import packages


def parsed(monkeypatch: pytest.MonkeyPatch) -> str:
    """The same list, made by `importlib.metadata`."""
    with monkeypatch.context() as patch:
        patch.setattr(packages, "distributions", metadata.distributions)
        return packages.requirements()


def install(place: Path, folder: str, text: str, file: str = "METADATA") -> Path:
    path = place / folder
    path.mkdir(parents=True)
    (path / file).write_bytes(text.encode())
    return path


def test_the_list_of_this_environment_is_that_of_importlib(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "\npytest==" in packages.requirements()
    assert packages.requirements() == parsed(monkeypatch)


def test_every_kind_of_installation_is_told_as_importlib_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    install(first, "ruamel_yaml-0.18.dist-info", "Name: ruamel.yaml\nVersion: 0.18\n\nName: no\n")
    install(first, "renamed-1.0.dist-info", "Metadata-Version: 2.1\nVERSION: 2.0\nname:Other\n\n")
    install(first, "windows-1.0.dist-info", "Name: windows\r\nVersion: 1.0\r\n\r\ntext\r\n")
    install(first, "old.egg-info", "Metadata-Version: 1.0\nName: old\nVersion: 3.1\n\n", "PKG-INFO")
    (first / "older-4.egg-info").write_text("Name: older\nVersion: 4\nSummary: x\n\n")
    install(first, "late-5.dist-info", f"Name: late\nSummary: {'x' * 4000}\nVersion: 5\n\n")
    install(first, "folded-6.dist-info", "Name: folded\nVersion: 6\n .1\n\n")
    install(first, "no_version.dist-info", "Name: no-version\nSummary: x\n\n")
    install(first, "foreign-7.dist-info", "Name: fören\nVersion: 7\nSummary: x\n\n")
    install(first, "short-8.dist-info", "Name: short\nVersion: 8")
    install(first, "twice-1.dist-info", "Name: Twice\nVersion: 1\n\n")
    install(second, "twice-2.dist-info", "Name: twice\nVersion: 2\n\n")
    (first / "half_removed-1.dist-info").mkdir()
    install(first, "not_a_distribution", "Name: no\nVersion: 1\n\n")
    local = install(first, "local-1.dist-info", "Name: local\nVersion: 1\n\n")
    (local / "direct_url.json").write_text(json.dumps({"url": "file:///x", "dir_info": {}}))
    broken = install(first, "broken-1.dist-info", "Name: broken\nVersion: 1\n\n")
    (broken / "direct_url.json").write_text("{")
    install(tmp_path / "x.egg", "EGG-INFO", "Name: egg\nVersion: 9\n\n", "PKG-INFO")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("zipped-1.dist-info/METADATA", "Name: zipped\nVersion: 1\n\n")
    places = [first, tmp_path / "nothing", second, tmp_path / "x.egg", tmp_path / "archive.zip"]
    monkeypatch.setattr(sys, "path", [*map(str, places), first])
    listed = packages.requirements()
    assert listed == parsed(monkeypatch)
    for line in ("ruamel.yaml==0.18", "Other==2.0", "windows==1.0", "old==3.1", "older==4",
                 "late==5", "Twice==1", "egg==9", "zipped==1", "short==8",
                 "local==1  # installed from a local folder"):  # fmt: skip
        assert line in listed.splitlines(), line
    assert "half" not in listed
    assert "broken" not in listed


def test_a_finder_of_its_own_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = install(tmp_path, "elsewhere-1.dist-info", "Name: elsewhere\nVersion: 1\n\n")

    class Finder:
        @staticmethod
        def find_spec(*_: object) -> None: ...

        @staticmethod
        def find_distributions(*_: object) -> list[metadata.Distribution]:
            return [metadata.PathDistribution(path)]

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert "elsewhere==1" in packages.requirements().splitlines()
    assert packages.requirements() == parsed(monkeypatch)


def test_only_the_beginning_of_each_description_is_read() -> None:
    program = """if True:
        import sys
        from specweave_ml.capture import packages
        opened = []
        sys.addaudithook(lambda event, facts: event == "open" and opened.append(facts[0]))
        count = len(packages.requirements().splitlines())
        assert count > 20
        assert len(opened) <= 2 * count + 5, opened
        assert "importlib.metadata" not in sys.modules
        assert "email" not in sys.modules
        print(count)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
