"""Pickles: any Python object, for readers who trust the writer.

Only this module and `modules` unpickle.
"""

from __future__ import annotations

import pickle
import sys
import types
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from .._native.optional_packages import is_a, need, optional, type_name, versions
from .._native.warn import warn
from ..errors import SerialisationError
from .encoding import Details, Encoding, Encodings, streamed

PROTOCOL = 5
"""Every Python since 3.8 reads it; large arrays go straight into the file."""

LOCAL = ("__main__", "__mp_main__")
"""The script or notebook; the second is its name in a child process that was spawned."""


def encodings(obj: object) -> Encodings:
    """Return every object can be tried."""
    kind = "model" if is_a(obj, "sklearn.base.BaseEstimator") else "file"
    plain = Encoding(kind, "pickle", lambda path: write_pickle(obj, path))
    through_joblib = Encoding(
        kind, "joblib", lambda path: write_joblib(obj, path), packages=("joblib",)
    )
    return {".pkl": plain, ".pickle": plain, ".joblib": through_joblib}


class SupportsWrite(Protocol):
    """What a pickler writes to."""

    def write(self, data: Any, /) -> object:
        """Take bytes."""


class Watching(pickle.Pickler):
    """A pickler that notices classes and functions that only this script or notebook has."""

    def __init__(self, file: SupportsWrite) -> None:
        super().__init__(file, PROTOCOL)
        self.local: set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        """Note a class or a function; leave every decision to pickle."""
        if isinstance(obj, (type, types.FunctionType)) and obj.__module__ in LOCAL:
            self.local.add(obj.__qualname__)
        return NotImplemented


def write_pickle(obj: object, path: Path) -> Details | None:
    """Pickle into the file; what the script defines travels with it, if cloudpickle is there."""
    failure: Exception | None = None
    local: set[str] = set()
    try:
        with path.open("xb") as file:
            pickler = Watching(file)
            try:
                pickler.dump(obj)
            finally:
                local = pickler.local
    except OSError:
        raise
    except Exception as error:
        failure = error
    if failure is None and not local:
        return None
    cloudpickle = optional("cloudpickle")
    if cloudpickle is None:
        if failure is not None:
            raise not_picklable(obj, failure) from failure
        warn_local(obj, local)
        return None
    path.unlink()
    return write_cloudpickle(cloudpickle, obj, path)


def write_cloudpickle(cloudpickle: Any, obj: object, path: Path) -> Details:
    """Pickle with the definitions of local classes and functions inside."""
    # Of itself cloudpickle takes along what is of __main__ alone.
    spawned = sys.modules.get("__mp_main__")
    registry = cloudpickle.list_registry_pickle_by_value()
    registered = spawned is not None and "__mp_main__" not in registry
    try:
        if registered:
            cloudpickle.register_pickle_by_value(spawned)
        streamed(lambda file: cloudpickle.dump(obj, file, protocol=PROTOCOL))(path)
    except OSError:
        raise
    except Exception as error:
        raise not_picklable(obj, error) from error
    finally:
        if registered:
            cloudpickle.unregister_pickle_by_value(spawned)
    return {"serialiser": "cloudpickle", "versions": versions("cloudpickle")}


class Looking(Watching):
    """A pickler that only looks for what is local: arrays are passed over, and nothing is kept."""

    def __init__(self) -> None:
        super().__init__(Nowhere())

    def reducer_override(self, obj: Any) -> Any:
        """Put an empty list where an array of numbers is."""
        if is_a(obj, "numpy.ndarray") and not obj.dtype.hasobject:
            return list, ()
        return super().reducer_override(obj)


class Nowhere:
    """A file that discards what is written."""

    def write(self, data: Any, /) -> int:
        """Forget it."""
        return len(data)


def write_joblib(obj: object, path: Path) -> Details | None:
    """Write the format of joblib, good for large arrays inside an object.

    What the script defines travels with it, if cloudpickle is there: joblib reads that as well.
    """
    joblib = need("joblib", f"Saving {path.name}")
    looking = Looking()
    with suppress(Exception):  # the writer reports what cannot be pickled
        looking.dump(obj)
    if looking.local:
        cloudpickle = optional("cloudpickle")
        if cloudpickle is not None:
            return write_cloudpickle(cloudpickle, obj, path)
        warn_local(obj, looking.local)
    try:
        streamed(lambda file: joblib.dump(obj, file, protocol=PROTOCOL))(path)
    except OSError:
        raise
    except Exception as error:
        raise not_picklable(obj, error) from error
    return None


def not_picklable(obj: object, reason: Exception) -> SerialisationError:
    """Return the error that names the object and repeats what pickle said."""
    return SerialisationError(f"a {type_name(obj)} cannot be pickled: {reason}")


def warn_local(obj: object, names: set[str]) -> None:
    """Say that the pickle can only be read by the same script."""
    warn(
        f"the pickle of a {type_name(obj)} refers to {', '.join(sorted(names))} of __main__, which "
        f"another program does not have. Move it into a module, or: pip install 'cloudpickle'"
    )


def load(path: Path) -> Any:
    """Unpickle: runs whatever code the file says. Only for files that are trusted."""
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301 - the caller said that the file is trusted


def load_joblib(path: Path) -> Any:
    """Unpickle through joblib, on the same condition."""
    return need("joblib", f"Loading {path.name}").load(path)
