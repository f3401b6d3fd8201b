"""Another package on PyPI has the import name `specweave`: a tool for Gherkin files.

Where both are installed, their files lie in one folder and the last one installed wins.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

FOREIGN = ("gherkin", "gherkin.py", "cli.py", "runners", "trace", "trace.py")


def foreign_files(folders: Iterable[str]) -> list[str]:
    """Return the files of the other package that lie in the folders of this one."""
    return [
        os.path.join(folder, name)
        for folder in folders
        for name in FOREIGN
        if os.path.exists(os.path.join(folder, name))
    ]


def message(files: list[str]) -> str:
    """Return the message for the user."""
    return (
        f"the package 'specweave' of PyPI, an unrelated Gherkin tool, is installed in the same "
        f"folder as specweave-ml ({files[0]}). Use separate environments, or: pip uninstall "
        f"specweave && pip install --force-reinstall specweave-ml. Until then "
        f"`import specweave_ml` offers the same names"
    )
