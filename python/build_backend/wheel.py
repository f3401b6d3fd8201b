"""The wheel: Python of any version, compiled code of one platform."""

from __future__ import annotations

from pathlib import Path

from setuptools.command.bdist_wheel import bdist_wheel

from build_backend import launcher, library
from build_backend.platform_tag import platform_tag


class PlatformWheel(bdist_wheel):
    """Tags the wheel `py3-none-<platform>`: the library is loaded by ctypes, not by an ABI."""

    def finalize_options(self) -> None:
        """Count as compiled: such packages have a place of their own on some systems."""
        setattr(self.distribution, "has_ext_modules", lambda: True)  # noqa: B010
        super().finalize_options()

    def get_tag(self) -> tuple[str, str, str]:
        """Return the tag, from what everything needs that is compiled."""
        packaged = Path("src", "specweave_ml", "lib")
        extension = self.get_finalized_command("build_ext").get_outputs()
        accelerator = [Path(path) for path in extension if Path(path).is_file()]
        files = [packaged / library.FILE_NAME, packaged / launcher.FILE_NAME, *accelerator]
        return "py3", "none", platform_tag(*files)
