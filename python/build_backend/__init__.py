"""The build backend: setuptools, with the compiled library put in place first.

Beside the usual hooks of PEP 517 and PEP 660 it builds `libexperimenttracker.so` with Swift (see
`library.py`) and the program `specweave-ml` with the C compiler (`launcher.py`, `scripts.py`), tags
the wheel with what that library really needs (`platform_tag.py`), and adds the Swift sources to a
source distribution (`sdist.py`).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from setuptools import build_meta

from . import launcher, library, sdist

get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable

PROJECT = Path(__file__).resolve().parent.parent
PACKAGED = PROJECT / "src" / "specweave_ml" / "lib" / library.FILE_NAME
PROGRAM = PACKAGED.with_name(launcher.FILE_NAME)


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel of this platform, the library in it."""
    library.place(PACKAGED)
    launcher.place(PROGRAM)
    # setuptools packs whatever an earlier build left here, deleted modules included.
    shutil.rmtree(PROJECT / "build", ignore_errors=True)
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build what `pip install -e` installs; the library goes beside the sources."""
    library.place(PACKAGED)
    launcher.place(PROGRAM, editable=PACKAGED)
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    """Build the source distribution, the Swift sources in it."""
    name = str(build_meta.build_sdist(sdist_directory, config_settings))
    sdist.add_core(Path(sdist_directory) / name, library.core())
    return name
