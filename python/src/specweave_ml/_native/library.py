"""Finds and loads libexperimenttracker.so, at its first use and not at import."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock

from .._version import ABI_VERSION, VERSION
from ..errors import LibraryError
from .prototypes import DOUBLES, PROTOTYPES, TEXTS

FILE_NAME = "libexperimenttracker.so"
SONAME = f"{FILE_NAME}.{ABI_VERSION}"
ENVIRONMENT_NAME = "SPECWEAVE_LIBRARY"
ARRAYS = (TEXTS, DOUBLES)

_loaded: ctypes.CDLL | None = None
_quick: ctypes.PyDLL | None = None
_loading = Lock()


def library() -> ctypes.CDLL:
    """Return the library with the prototypes of all its functions; loaded once."""
    global _loaded
    if _loaded is None:
        with _loading:
            if _loaded is None:
                _loaded = load()
    return _loaded


def quick_library() -> ctypes.PyDLL:
    """Return the library for calls that take nanoseconds and never wait, which keep the GIL.

    To give it up and take it again would cost more than the call, with several threads far more.
    """
    global _quick
    if _quick is None:
        dll = ctypes.PyDLL(library()._name)
        declare(dll, [name for name in PROTOTYPES if name.startswith("et_experiment_try_")])
        # Bytes are made and passed faster than arrays.
        together = dll.et_experiment_try_log_metrics
        together.argtypes = [
            ctypes.c_void_p if kind in ARRAYS else kind for kind in together.argtypes
        ]
        # Without types ctypes takes bytes and handles as they are; to convert them costs more than
        # the call.
        del dll.et_experiment_try_log_point.argtypes
        _quick = dll
    return _quick


def load() -> ctypes.CDLL:
    """Load the first candidate that is there, and check that it is made for this package."""
    failures = []
    for candidate in candidates():
        try:
            dll = ctypes.CDLL(candidate)
        except OSError as error:
            failures.append(f"{candidate}: {reason(candidate, error)}")
            continue
        return prepared(dll, candidate)
    raise LibraryError(not_found_message(), candidates=failures)


def candidates() -> Iterator[str]:
    """Yield where the library may be: what the user says, the wheel, the repository, the system."""
    configured = os.environ.get(ENVIRONMENT_NAME)
    if configured:
        path = Path(configured)
        yield str(path / FILE_NAME if path.is_dir() else path)
        return
    package = Path(__file__).resolve().parents[1]
    yield str(package / "lib" / FILE_NAME)
    repository = package.parents[2] if len(package.parents) > 2 else package
    if (repository / "Package.swift").is_file():
        for folder in ("build/lib", ".build/release", ".build/debug"):
            yield str(repository / folder / FILE_NAME)
    yield SONAME


def prepared(dll: ctypes.CDLL, path: str) -> ctypes.CDLL:
    """Declare every function; refuse a library that is made for another version of the package."""
    try:
        dll.et_abi_version.restype = ctypes.c_int
        abi = int(dll.et_abi_version())
        dll.et_version.restype = ctypes.c_char_p
        version = (dll.et_version() or b"?").decode("utf-8", "replace")
        if abi == ABI_VERSION:
            declare(dll, PROTOTYPES)
    except AttributeError as error:
        raise LibraryError(
            f"{path} is not the library of specweave-ml {VERSION}: {error}. Reinstall "
            f"specweave-ml, or unset {ENVIRONMENT_NAME}"
        ) from error
    if abi != ABI_VERSION:
        raise LibraryError(
            f"{path} is version {version} with ABI {abi}, but specweave-ml {VERSION} needs ABI "
            f"{ABI_VERSION}. Reinstall specweave-ml, or unset {ENVIRONMENT_NAME}"
        )
    return dll


def declare(dll: ctypes.CDLL, names: Iterable[str]) -> None:
    """Declare functions as the header has them."""
    for name in names:
        function = getattr(dll, name)
        function.restype, function.argtypes = PROTOTYPES[name]


def reason(candidate: str, error: OSError) -> str:
    """Return why a candidate was not loaded, in a few words where they are enough."""
    if os.sep in candidate and not Path(candidate).exists():
        return "not there"
    return str(error)


def not_found_message() -> str:
    """Return what the user can do, depending on the platform."""
    if sys.platform != "linux":
        return f"specweave-ml runs on Linux only so far; this is {sys.platform}. Tried:"
    return (
        f"{FILE_NAME} was not found. Install a wheel of specweave-ml, build the library in the "
        f"repository (make build), or set {ENVIRONMENT_NAME} to its path. Tried:"
    )
