"""Text and bytes, which are written as they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .._native.text import to_text
from .encoding import Encoding, Encodings, as_text, streamed

EXTENSIONS = (
    ".txt", ".md", ".rst", ".log", ".html", ".htm", ".svg", ".xml", ".tex", ".sql", ".toml",
    ".ini", ".cfg", ".py", ".ipynb", ".r", ".sh", ".dot", ".mmd", ".diff", ".patch",
)  # fmt: skip
"""Files that are text and are given back as text."""

BINARY = frozenset({
    ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp",
    ".tif", ".tiff", ".pdf", ".parquet", ".feather", ".arrow", ".xlsx", ".pt", ".pth", ".ckpt",
    ".safetensors", ".keras", ".h5", ".hdf5", ".onnx", ".ubj", ".bin", ".zip", ".gz", ".tar",
    ".tgz", ".mp3", ".mp4", ".wav",
})  # fmt: skip
"""Files that nobody writes as text: a ``str`` given for one of them names a file."""


def encodings(obj: object) -> Encodings:
    """A list of lines, such as requirements, is text where the extension says text."""
    if isinstance(obj, (list, tuple)) and obj and all(isinstance(line, str) for line in obj):
        return {".txt": lines(obj), ".md": lines(obj), ".log": lines(obj)}
    return {}


def lines(obj: Sequence[str]) -> Encoding:
    """One line each."""
    return Encoding("text", "text", as_text(lambda: "".join(f"{line}\n" for line in obj)))


def content(obj: str) -> Encoding:
    """The text itself, whatever the extension says it is."""
    return Encoding("text", "text", as_text(lambda: obj))


def raw(obj: bytes | bytearray | memoryview) -> Encoding:
    """The bytes themselves."""
    return Encoding("file", "bytes", streamed(lambda file: file.write(obj)))


def load(path: Path) -> str:
    """The text, byte for byte: what is not UTF-8 is as in the names that Python tells."""
    return to_text(path.read_bytes())
