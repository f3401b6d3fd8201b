"""What identifies data, so that a team mate can tell whether it is the same; nothing is copied."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from .objects import qualified
from .unusable import Unusable, brief

CHUNK = 1 << 20
STORE = ".specweave"
MOST_FOLDERS = 10_000


def describe(data: Any) -> dict[str, Any]:
    """Shape, types and columns of an array or a table; size and identity of a file or folder."""
    try:
        if isinstance(data, os.PathLike) or (isinstance(data, str) and "\n" not in data):
            return of_path(os.fspath(data))
        if hasattr(data, "columns") and hasattr(data, "shape"):
            return of_table(data)
        if hasattr(data, "dtype") and hasattr(data, "shape"):
            return of_array(data)
        if isinstance(data, (str, bytes, bytearray, memoryview)):
            content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
            return {"type": type(data).__name__, **digest(content)}
        return of_items(data)
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(f"{type(data).__name__} raised {type(error).__name__}: {error}") from error


def of_path(given: Any) -> dict[str, Any]:
    """A file, a folder or a URL."""
    text = os.fsdecode(given)
    path = Path(text)
    if path == Path():
        # An empty path is more often a variable that nobody has set.
        raise Unusable(
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
    raise Unusable(f"there is no file or folder {brief(text)}")


def of_file(path: str | Path) -> dict[str, Any]:
    """Size and digests of a file: SHA-256, and the name that git gives to this content.

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
        raise Unusable(f"{brief(os.fsdecode(path))} became shorter while it was read")
    return {"size": size, "sha256": content.hexdigest(), "git_blob": blob.hexdigest()}


def of_folder(path: Path) -> dict[str, Any]:
    """A folder: the digest is that of the sorted list of its files with theirs."""
    manifest = hashlib.sha256()
    size = 0
    files, left_out = walked(path)
    for name, place in sorted(files):
        facts = of_file(place)
        manifest.update(facts["sha256"].encode() + b"  " + name + b"\n")
        size += facts["size"]
    found = {"path": shown(path), "files": len(files), "size": size, "sha256": manifest.hexdigest()}
    return found | ({"left_out": sorted(left_out)} if left_out else {})


def walked(top: Path) -> tuple[list[tuple[bytes, str]], list[str]]:
    """The files of a folder by the bytes of their names, links followed; and what is none, and why.

    Stores of experiments in it are no data.
    """
    files: list[tuple[bytes, str]] = []
    left_out: list[str] = []
    pending: list[tuple[str, tuple[tuple[int, int], ...]]] = [(os.fspath(top), ())]
    start = len(os.path.join(top, ""))
    followed = 0
    while pending:
        place, around = pending.pop()
        facts = os.stat(place)
        here = (facts.st_dev, facts.st_ino)
        if here in around:
            left_out.append(f"{readable(place[start:])}: a link to a folder around it")
            continue
        with os.scandir(place) as entries:
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
            raise Unusable(f"the links in {brief(os.fspath(top))} lead to each other without end")
    return files, left_out


def readable(name: str) -> str:
    """A name of the file system as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def of_dvc(path: Path) -> dict[str, str]:
    """The identity in a ``.dvc`` file, which is a few lines of ``name: value``."""
    facts = {}
    for line in path.read_text("utf-8", "replace").splitlines()[:100]:
        name, separator, value = line.strip().lstrip("- ").partition(":")
        if separator and name in ("md5", "etag", "hash", "size", "rev", "url") and value.strip():
            facts[name] = value.strip()
    return facts


def of_table(data: Any) -> dict[str, Any]:
    """A DataFrame of pandas, polars or another package."""
    kinds = data.dtypes
    kinds = list(kinds.values()) if isinstance(kinds, dict) else list(kinds)
    columns = {str(name): str(kind) for name, kind in zip(data.columns, kinds, strict=True)}
    facts = {
        "type": qualified(type(data)),
        "shape": [int(length) for length in data.shape],
        "columns": columns,
    }
    content = hashlib.sha256(repr(list(columns.items())).encode("utf-8", "surrogatepass"))
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.DataFrame):
        content.update(pandas.util.hash_pandas_object(data, index=True).to_numpy().tobytes())
        facts["sha256"] = content.hexdigest()
    elif callable(getattr(data, "hash_rows", None)):
        content.update(data.hash_rows().to_numpy().tobytes())
        facts["sha256"] = content.hexdigest()
    return facts


def of_array(data: Any) -> dict[str, Any]:
    """An array of numpy, torch or another package, or a pandas Series."""
    facts: dict[str, Any] = {
        "type": qualified(type(data)),
        "shape": [int(length) for length in data.shape],
        "dtype": str(data.dtype),
    }
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.Series):
        values = pandas.util.hash_pandas_object(data, index=True).to_numpy()
        return facts | {"sha256": hashlib.sha256(values.tobytes()).hexdigest()}
    if callable(getattr(data, "detach", None)):
        data = data.detach().cpu()
    if callable(getattr(data, "to_numpy", None)):
        data = data.to_numpy()
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return facts
    try:
        values = numpy.ascontiguousarray(data)
    except TypeError:  # a type that numpy lacks, such as bfloat16
        return facts
    if values.dtype.kind not in "OV":
        facts["sha256"] = hashlib.sha256(values.tobytes()).hexdigest()
    return facts


def of_items(data: Any) -> dict[str, Any]:
    """A list, a dict or a dataset: its type and length."""
    facts: dict[str, Any] = {"type": qualified(type(data))}
    if hasattr(data, "__len__"):
        facts["length"] = len(data)
    return facts


def digest(content: Any) -> dict[str, Any]:
    """Size and SHA-256 of bytes."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def shown(path: Path) -> str:
    """The path from the working directory, or its last part: no home folder goes into the store."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.name
