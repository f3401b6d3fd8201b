"""Puts the compiled program among the scripts of a wheel, where setuptools expects text."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar

from setuptools import Command


class CompiledScripts(Command):
    """Copies each script as it is: the usual command reads its first line, which is no text."""

    user_options: ClassVar[list[tuple[str, str, str]]] = [
        ("build-dir=", "d", "directory to copy to"),
        ("force", "f", "accepted for other commands"),
        ("executable=", "e", "accepted for other commands"),
    ]

    def initialize_options(self) -> None:
        """Know nothing yet."""
        self.build_dir: str | None = None
        self.force: bool | None = None
        self.executable: str | None = None

    def finalize_options(self) -> None:
        """Take what the command `build` was told."""
        self.set_undefined_options("build", ("build_scripts", "build_dir"))

    def get_source_files(self) -> list[str]:
        """Return nothing for a source distribution: the program is compiled again."""
        return []

    def get_outputs(self) -> list[str]:
        """Return the copies."""
        return [str(Path(self.build_dir or ".", Path(script).name)) for script in self.scripts()]

    def scripts(self) -> list[str]:
        """Return what pyproject.toml lists."""
        return list(self.distribution.scripts or [])

    def run(self) -> None:
        """Copy them, each with its permissions."""
        for script, copy in zip(self.scripts(), self.get_outputs(), strict=True):
            Path(copy).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(script, copy)
