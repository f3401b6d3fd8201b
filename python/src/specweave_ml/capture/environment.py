"""The facts of a Python process that take little time to collect.

Of its environment variables only the name of a conda environment is read here; paths are cut to
their last part.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from ..display.terminal import in_ipython_kernel, ipython_shell

WORTH_KNOWING = (
    "catboost",
    "dask",
    "datasets",
    "jax",
    "keras",
    "lightgbm",
    "lightning",
    "numpy",
    "optuna",
    "pandas",
    "polars",
    "pyarrow",
    "ray",
    "scipy",
    "sklearn",
    "statsmodels",
    "tensorflow",
    "torch",
    "transformers",
    "xgboost",
)
IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}
NOTEBOOK_KERNELS = ("ipykernel", "ipykernel_launcher", "colab_kernel_launcher")


def arguments() -> list[str]:
    """Return the command line; empty in a notebook's kernel."""
    if notebook():
        return ["notebook"]
    command = list(sys.orig_argv) or list(sys.argv)
    return [os.path.basename(command[0]), *command[1:]] if command else []


def facts() -> dict[str, Any]:
    """Return Python, the platform, and the versions of what the program has imported."""
    found: dict[str, Any] = {
        "python": sys.version.partition(" ")[0],
        "implementation": IMPLEMENTATIONS.get(sys.implementation.name, sys.implementation.name),
        "executable": os.path.basename(sys.executable or ""),
        "platform": system(),
    }
    if environment := environment_name():
        found["virtual_environment"] = environment
    if notebook():
        found["runs_in"] = "notebook"
        if (name := notebook_name()) is not None:
            found["notebook"] = name
    versions = {module: version(module) for module in WORTH_KNOWING if module in sys.modules}
    if versions:
        found["imported"] = versions
    return found


def system() -> str:
    """Return what `platform.platform` does, without starting a program."""
    kernel = os.uname()
    name = f"{kernel.sysname}-{kernel.release}-{kernel.machine}"
    try:
        c_library = (os.confstr("CS_GNU_LIBC_VERSION") or "").replace(" ", "")
    except (AttributeError, OSError, ValueError):
        c_library = ""
    return f"{name}-with-{c_library}" if c_library else name


def environment_name() -> str:
    """Return the name of the virtual or conda environment, without its path."""
    if sys.prefix != sys.base_prefix:
        return os.path.basename(sys.prefix)
    return os.path.basename(os.environ.get("CONDA_DEFAULT_ENV", ""))


def version(module: str) -> str:
    """Return the version that a module states."""
    return str(getattr(sys.modules.get(module), "__version__", "unknown"))


def notebook() -> bool:
    """Return whether a notebook's kernel runs the program."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if getattr(spec, "name", "").partition(".")[0] in NOTEBOOK_KERNELS:
        return True
    return in_ipython_kernel()


def notebook_name() -> str | None:
    """Return the name of the notebook's file, where the program that shows it provides it."""
    space: Any = getattr(ipython_shell(), "user_ns", None) or {}
    for path in (space.get("__vsc_ipynb_file__"), space.get("__session__"),
                 os.environ.get("JPY_SESSION_NAME")):  # fmt: skip
        if isinstance(path, str) and path.endswith(".ipynb"):
            return os.path.basename(path)
    return None
