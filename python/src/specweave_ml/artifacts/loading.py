"""What `load_artifact` returns.

Nothing here runs code that the file brings, unless the caller says ``trust=True``: pickles, joblib
files and Keras models are refused without it. A file that no loader knows, and a folder, come back
as a `pathlib.Path`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.status import check
from .._native.text import encoded
from .._native.warn import warn
from ..errors import FormatError, SerialisationError
from . import arrays, figures, files, models, pickles, structured, tables, text
from .writer import details_of, path_of

Loader = Callable[[Path], Any]

SAFE: Mapping[str, Loader] = {
    **dict.fromkeys(text.EXTENSIONS, text.load),
    **dict.fromkeys((".npy", ".npz"), arrays.load),
    **dict.fromkeys(figures.IMAGES, figures.load),
}

DETAILED: Mapping[str, Callable[[Path, Mapping[str, Any]], Any]] = {
    ".json": structured.load_json,
    ".jsonl": structured.load_lines,
    ".yaml": structured.load_yaml,
    ".yml": structured.load_yaml,
    **dict.fromkeys((".csv", ".tsv", ".parquet"), tables.load),
}
"""Files beside which it is recorded what they were made of."""

TRUSTED: Mapping[str, Loader] = {
    ".pkl": pickles.load,
    ".pickle": pickles.load,
    ".joblib": pickles.load_joblib,
    ".keras": models.load_keras,
}

TORCH = frozenset({".pt", ".pth", ".ckpt"})


def load(experiment: ExperimentHandle, name: str, *, trust: bool = False) -> Any:
    """Load an artifact by the name it was saved under.

    Raises `SerialisationError` for a file that could run code, unless ``trust=True`` says that
    its writer is trusted. Warns where the file is not what was saved.
    """
    path = path_of(experiment, name)
    if path.is_dir():
        return path
    try:
        check(library().et_artifact_check(experiment._native, encoded(name), 0))
    except FormatError as damage:
        warn(str(damage))
    return read(path, files.extension(name), details_of(experiment, name), trust)


def read(path: Path, extension: str, details: Mapping[str, Any], trust: bool) -> Any:
    """Return the object in the file."""
    serialiser = details.get("serialiser")
    if serialiser == "xgboost" or extension == ".ubj":
        return models.load_xgboost(path, details)
    if serialiser == "lightgbm":
        return models.load_lightgbm(path, details)
    if serialiser == "text" and extension == ".jsonl":
        return text.load(path)
    if serialiser in ("pandas", "polars") and extension in (".json", ".jsonl"):
        return tables.load_objects(DETAILED[extension](path, {}), details)
    if extension in DETAILED:
        return DETAILED[extension](path, details)
    if extension in TORCH:
        return models.load_torch(path, trust=trust)
    if extension in TRUSTED:
        if not trust:
            raise SerialisationError(
                f"loading {path} can run code from the file. If you trust its author, "
                f"say so: load_artifact({path.name!r}, trust=True)"
            )
        return TRUSTED[extension](path)
    return SAFE.get(extension, Path)(path)
