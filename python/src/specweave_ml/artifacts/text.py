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
"""Files that are text and are loaded as text."""

BINARY = frozenset({
    ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp",
    ".tif", ".tiff", ".pdf", ".parquet", ".feather", ".arrow", ".xlsx", ".pt", ".pth", ".ckpt",
    ".safetensors", ".keras", ".h5", ".hdf5", ".onnx", ".ubj", ".bin", ".zip", ".gz", ".tar",
    ".tgz", ".mp3", ".mp4", ".wav",
})  # fmt: skip
"""Files that are not text: a ``str`` given for one of them names a file."""


def encodings(obj: object) -> Encodings:
    """Return a list of lines, such as requirements, is text where the extension says text."""
    if isinstance(obj, (list, tuple)) and obj and all(isinstance(line, str) for line in obj):
        return {".txt": lines(obj), ".md": lines(obj), ".log": lines(obj)}
    return {}


def lines(obj: Sequence[str]) -> Encoding:
    """Return one line each."""
    return Encoding("text", "text", as_text(lambda: "".join(f"{line}\n" for line in obj)))


def content(obj: str) -> Encoding:
    """Return the text itself, whatever the extension says it is."""
    return Encoding("text", "text", as_text(lambda: obj))


def raw(obj: bytes | bytearray | memoryview) -> Encoding:
    """Return the bytes themselves."""
    return Encoding("file", "bytes", streamed(lambda file: file.write(obj)))


def load(path: Path) -> str:
    """Return the text, byte for byte; other bytes than UTF-8 are surrogate escapes."""
    return to_text(path.read_bytes())
