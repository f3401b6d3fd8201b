"""What identifies data, so that a team mate can tell whether it is the same; nothing is copied."""

from __future__ import annotations

import collections
import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .conversion import ConversionError, brief
from .objects import qualified

CHUNK = 1 << 20
STORE = ".specweave"
MOST_FOLDERS = 10_000
CONTAINERS = (list, tuple, dict, set, frozenset, collections.deque, range)
MOST_COLUMNS = 1000


def describe(data: Any) -> dict[str, Any]:
    """Describe arrays and tables by shape, types, columns; files and folders by size, identity."""
    try:
        if isinstance(data, os.PathLike) or (isinstance(data, str) and "\n" not in data):
            return of_path(os.fspath(data))
        if hasattr(data, "shape") and hasattr(data, "columns"):
            return of_table(data)
        if hasattr(data, "dtype") and hasattr(data, "shape"):
            return of_array(data)
        if isinstance(data, (str, bytes, bytearray, memoryview)):
            content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
            return {"type": type(data).__name__, **digest(content)}
        return of_items(data)
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError(
            f"{type(data).__name__} raised {type(error).__name__}: {error}"
        ) from error


def of_path(given: Any) -> dict[str, Any]:
    """Return a file, a folder or a URL."""
    text = os.fsdecode(given)
    path = Path(text)
    if path == Path():
        # An empty path is more often an unset variable.
        raise ConversionError(
            f"the path {text!r} is the working directory; to describe all of it, give its full "
            f"path {os.getcwd()!r}"
        )
    if path.is_dir():
        return of_folder(path)
    if path.is_file():
        facts: dict[str, Any] = {"path": shown(path), **of_file(path)}
        tracked = path.with_name(path.name + ".dvc")
        if tracked.is_file():
            facts["dvc"] = of_dvc(tracked)
        return facts
    if "://" in text:
        return {"url": text}
    raise ConversionError(f"there is no file or folder {brief(text)}")


def of_file(path: str | Path) -> dict[str, Any]:
    """Return size and digests of a file: SHA-256, and the name that git gives to this content.

    What is added to it meanwhile does not count, or a file that grows would be read without end.
    """
    content = hashlib.sha256()
    with open(path, "rb") as file:
        size = left = os.fstat(file.fileno()).st_size
        blob = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        while left and (chunk := file.read(min(CHUNK, left))):
            content.update(chunk)
            blob.update(chunk)
            left -= len(chunk)
    if left:
        raise ConversionError(f"{brief(os.fsdecode(path))} became shorter while it was read")
    return {"size": size, "sha256": content.hexdigest(), "git_blob": blob.hexdigest()}


def of_folder(path: Path) -> dict[str, Any]:
    """Return a folder: the digest is that of the sorted list of its files with theirs."""
    manifest = hashlib.sha256()
    size = 0
    files, left_out = walked(path)
    for name, file_path in sorted(files):
        facts = of_file(file_path)
        manifest.update(facts["sha256"].encode() + b"  " + name + b"\n")
        size += facts["size"]
    found = {"path": shown(path), "files": len(files), "size": size, "sha256": manifest.hexdigest()}
    return found | ({"left_out": sorted(left_out)} if left_out else {})


def walked(top: Path) -> tuple[list[tuple[bytes, str]], list[str]]:
    """Return the files of a folder by the bytes of their names, links followed.

    And what is skipped.

    Stores of experiments in it are not data.
    """
    files: list[tuple[bytes, str]] = []
    left_out: list[str] = []
    pending: list[tuple[str, tuple[tuple[int, int], ...]]] = [(os.fspath(top), ())]
    start = len(os.path.join(top, ""))
    followed = 0
    while pending:
        folder, around = pending.pop()
        facts = os.stat(folder)
        here = (facts.st_dev, facts.st_ino)
        if here in around:
            left_out.append(f"{readable(folder[start:])}: a link to a folder that contains it")
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.path[start:]
                if entry.is_symlink() and not os.path.exists(entry.path):
                    left_out.append(f"{readable(name)}: a link that leads nowhere")
                elif entry.is_dir():
                    if entry.name != STORE:
                        followed += entry.is_symlink()
                        pending.append((entry.path, (*around, here)))
                elif entry.is_file():
                    files.append((os.fsencode(name), entry.path))
                else:
                    left_out.append(f"{readable(name)}: neither a file nor a folder")
        if followed > MOST_FOLDERS:
            raise ConversionError(
                f"the links in {brief(os.fspath(top))} lead to each other in a loop"
            )
    return files, left_out


def readable(name: str) -> str:
    """Return a name of the file system as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def of_dvc(path: Path) -> dict[str, str]:
    """Return the identity in a ``.dvc`` file, which is a few lines of ``name: value``."""
    facts = {}
    for line in path.read_text("utf-8", "replace").splitlines()[:100]:
        name, separator, value = line.strip().lstrip("- ").partition(":")
        if separator and name in ("md5", "etag", "hash", "size", "rev", "url") and value.strip():
            facts[name] = value.strip()
    return facts


def of_table(data: Any) -> dict[str, Any]:
    """Return a DataFrame of pandas, polars or another package, or a table of Arrow."""
    schema: Any = getattr(data, "schema", None)
    if hasattr(schema, "names") and hasattr(schema, "types"):
        names, kinds = schema.names, schema.types
    else:
        names, kinds = data.columns, data.dtypes
        kinds = kinds.values() if isinstance(kinds, dict) else kinds
    return {
        "type": qualified(type(data)),
        "shape": [int(length) for length in data.shape],
        "columns": named_apart(zip(names, kinds, strict=True)),
        **identified(data),
    }


def named_apart(columns: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Return columns and their types; columns with the same name are all listed."""
    found: dict[str, str] = {}
    for name, kind in columns:
        chosen, number = str(name), 1
        while chosen in found:
            number += 1
            chosen = f"{name} ({number})"
        found[chosen] = str(kind)
    return found


def of_array(data: Any) -> dict[str, Any]:
    """Return an array of numpy, torch, scipy or another package, or a Series."""
    facts: dict[str, Any] = {
        "type": qualified(type(data)),
        "shape": [int(length) for length in data.shape],
        "dtype": str(data.dtype),
    }
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return facts
    fields = getattr(data.dtype, "names", None)
    if fields:
        facts["columns"] = {name: str(data.dtype[name]) for name in fields}
    if isinstance(data, numpy.ma.MaskedArray):
        mask = numpy.ma.getmaskarray(data)
        facts["masked"] = sum(int(mask[name].sum()) for name in fields or ((),))
    elif is_plain(data, numpy):
        return facts | {"sha256": sha256_of(data, numpy)}
    elif is_sparse(data):
        facts["stored"] = int(data.nnz)
    found = identified(data)
    if not found:  # of another package, which gives its values to numpy
        with suppress(TypeError, ValueError):
            found = {"sha256": sha256_of(data, numpy)}
    return facts | found


def is_plain(data: Any, numpy: Any) -> bool:
    """Return whether its bytes are all of it: of numpy, or memory shared by a tensor."""
    if isinstance(data, (numpy.ndarray, numpy.generic)):
        return data.dtype.kind not in "OVT" and data.dtype.char not in "gG"
    torch = sys.modules.get("torch")
    return (
        torch is not None
        and isinstance(data, torch.Tensor)
        and data.layout is torch.strided
        and not data.is_quantized
        and data.dtype is not torch.bfloat16
    )


def is_sparse(data: Any) -> bool:
    """Return whether it is a sparse matrix of scipy."""
    return hasattr(data, "nnz") and callable(getattr(data, "tocoo", None))


def sha256_of(data: Any, numpy: Any) -> str:
    """Return the digest of the bytes of an array, row by row."""
    if callable(getattr(data, "detach", None)):
        data = data.detach().cpu()
        data = data.resolve_conj().resolve_neg() if hasattr(data, "resolve_conj") else data
    values = numpy.ascontiguousarray(data)
    if values.dtype.kind == "O":
        raise TypeError("its values are objects")
    return hashlib.sha256(values.tobytes()).hexdigest()


def of_items(data: Any) -> dict[str, Any]:
    """Return a list, a dict or a dataset: its type and length.

    What is in plain containers as well.
    """
    facts: dict[str, Any] = {"type": qualified(type(data))}
    if hasattr(data, "__len__"):
        facts["length"] = len(data)
    if is_column_of_arrow(data):
        return facts | {"shape": [len(data)], "dtype": str(data.type), **identified(data)}
    if not isinstance(data, CONTAINERS):
        return facts
    if isinstance(data, dict) and len(data) <= MOST_COLUMNS:
        kinds = ((key, getattr(x, "dtype", qualified(type(x)))) for key, x in data.items())
        facts["columns"] = named_apart(kinds)
        columns = [x for x in data.values() if hasattr(x, "__len__") and not isinstance(x, str)]
        lengths = {len(column) for column in columns}
        if len(columns) == len(data) and len(lengths) == 1:
            facts["shape"] = [*lengths, len(data)]
    elif isinstance(data, (list, tuple)) and data:
        facts |= shape_of_rows(data)
    return facts | identified(data)


def shape_of_rows(rows: Sequence[Any]) -> dict[str, Any]:
    """Return the shape of equally long rows, and the columns of records."""
    if all(isinstance(row, dict) for row in rows):
        kinds: dict[Any, Any] = {}
        for row in rows:
            for key, value in row.items():
                kinds.setdefault(key, qualified(type(value)))
        columns = {"columns": named_apart(kinds.items())} if len(kinds) <= MOST_COLUMNS else {}
        return {"shape": [len(rows), len(kinds)], **columns}
    if all(isinstance(row, (list, tuple)) for row in rows) and len(set(map(len, rows))) == 1:
        return {"shape": [len(rows), len(rows[0])]}
    return {}


def is_column_of_arrow(data: Any) -> bool:
    """Return whether it is a column of a table of Arrow."""
    arrow = sys.modules.get("pyarrow")
    return arrow is not None and isinstance(data, (arrow.Array, arrow.ChunkedArray))


def identified(data: Any) -> dict[str, str]:
    """Return the digest of all that is in it; nothing if something in it cannot be compared."""
    from . import identity

    try:
        return {"sha256": identity.of(data)}
    except identity.UnidentifiableError:
        return {}


def digest(content: Any) -> dict[str, Any]:
    """Return size and SHA-256 of bytes."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def shown(path: Path) -> str:
    """Return the path from the working directory, or its last part, never a home folder."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.name
