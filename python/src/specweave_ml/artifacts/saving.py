"""What `save_artifact` does with an object.

The name's extension and the object decide together:

- a path (``os.PathLike``) is a file or folder to copy; so is anything given without a name;
- ``str`` is content, except for an extension that is never text (``.pkl``, ``.png`` …): there it
  names a file that exists, else it is an error;
- bytes are written as they are, and so is what a file in memory holds;
- everything else is written by the first family in `FAMILIES` that knows both it and the extension.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from .._native.optional_packages import home, type_name, versions
from ..errors import SerialisationError
from . import arrays, figures, files, models, pickles, structured, tables, text
from .encoding import Encoding
from .writer import save_file, written

FAMILIES = (
    models.encodings,
    tables.encodings,
    figures.encodings,
    arrays.encodings,
    text.encodings,
    structured.encodings,
    pickles.encodings,
)
"""The most special first; pickles, which take everything, last."""


def save(experiment: ExperimentHandle, name: str | None, obj: Any) -> str:
    """Save ``obj`` in the experiment and return the path of the file.

    Raises `SerialisationError` if the object has no form for this extension, `MissingExtraError`
    if a package is missing, `StorageError` if the disk refuses. When it raises, there is no file.
    """
    if name is None:
        return save_file(experiment, files.alone(obj), None, "file")
    if files.is_path(obj):
        return save_file(experiment, files.alone(obj), name, "file")
    if isinstance(obj, str) and not files.for_text_only(name):
        return save_file(experiment, files.named_by(obj, name), name, "file")
    return save_encoded(experiment, name, obj, encoding_of(name, obj))


def copy(
    experiment: ExperimentHandle, path: Any, name: str | None, *, follow_links: bool = False
) -> str:
    """Copy a file or a folder."""
    source = files.alone(path, "log_artifact")
    return save_file(experiment, source, name, "file", follow_links=follow_links)


def save_model(experiment: ExperimentHandle, model: Any, name: str | None = None) -> str:
    """Save a model, by default in its package's own format, else as ``model.pkl``.

    A path is the file of a model saved before.
    """
    if isinstance(model, str) or files.is_path(model):
        return save_file(experiment, files.alone(model), name, "model")
    chosen = models.default_name(model) if name is None else name
    return save_encoded(experiment, chosen, model, encoding_of(chosen, model), kind="model")


def encoding_of(name: str, obj: Any) -> Encoding:
    """Return how the object is written under this name."""
    if isinstance(obj, str):
        return text.content(obj)
    if isinstance(obj, (bytes, bytearray, memoryview)):
        return text.raw(obj)
    if isinstance(obj, io.BytesIO):
        return text.raw(obj.getvalue())
    if isinstance(obj, io.StringIO):
        return text.content(obj.getvalue())
    wanted = files.extension(name)
    choices: dict[str, Encoding] = {}
    for family in FAMILIES:
        found = family(obj)
        if wanted in found:
            return found[wanted]
        choices.update(found)
    extension = f"with the extension {wanted!r}" if wanted else "without an extension"
    raise SerialisationError(
        f"{name}: a {type_name(obj)} cannot be saved {extension}. "
        f"Choose one of {', '.join(choices)}; or give bytes, text or a path"
    )


def save_encoded(
    experiment: ExperimentHandle,
    name: str,
    obj: Any,
    encoding: Encoding,
    *,
    kind: str | None = None,
    known: Mapping[str, Any] | None = None,
) -> str:
    """Write the object under its name, whole or not at all; ``known`` is recorded beside it."""
    details: dict[str, Any] = {
        **(known or {}),
        "python_type": type_name(obj),
        "serialiser": encoding.serialiser,
        "versions": versions(home(obj), *encoding.packages),
    }
    with written(experiment, name, kind or encoding.kind, details) as path:
        further = encoding.write(path)
        if further is not None:
            details["versions"].update(further.get("versions", {}))
            details.update({key: x for key, x in further.items() if key != "versions"})
    return name
