"""The packages of the tests' own environment, for one that has not got them.

PyTorch alone takes 750 MB: it is not installed again beside MLflow, but used from `.venv`.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PLACE = Path(__file__).parents[3] / ".venv" / "lib" / VERSION / "site-packages"


def are_there(*names: str) -> bool:
    """Return whether packages can be had, which in CI they must."""
    return bool(os.environ.get("CI")) or all(
        find_spec(name) is not None or (PLACE / name).is_dir() for name in names
    )


def code() -> str:
    """Return the code that lets a program import them, its own environment's first."""
    return f"import sys; sys.path.append({str(PLACE)!r})\n"
