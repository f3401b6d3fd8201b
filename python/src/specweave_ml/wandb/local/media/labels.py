"""What is drawn over images: boxes and masks, and the names of their classes."""

from __future__ import annotations

import hashlib
import io
import json
import numbers
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...._native.optional_packages import is_a, optional
from .json_text import json_bytes, json_text
from .png import flat_bytes, png
from .run_files import RunFiles
from .value import Media, WBValue

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

CORNERS = ("minX", "maxX", "minY", "maxY")
POSITION = (
    "each box has a position: middle (two numbers), width and height; or minX, maxX, minY and maxY"
)


class Classes(WBValue):
    """The names of classes by their numbers: ``[{"id": 0, "name": "road"}, …]``."""

    _log_type: ClassVar[str] = "classes"

    def __init__(self, class_set: Sequence[Mapping[str, Any]]) -> None:
        for one in class_set:
            if "id" not in one or "name" not in one:
                raise ValueError(f"a class has an 'id' and a 'name', not {dict(one)!r}")
        self._class_set = [dict(one) for one in class_set]

    @property
    def digest(self) -> str:
        """The MD5 of the classes, by which artifacts name the file."""
        text = str(self._class_set).encode()
        return hashlib.md5(text, usedforsecurity=False).hexdigest()

    def for_artifact(self, artifact: Artifact | None = None) -> dict[str, Any]:
        """Return the JSON that stands in an artifact."""
        return {"_type": self._log_type, "class_set": self._class_set}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Classes:
        """Return the classes that an artifact holds as this JSON."""
        return cls(json_obj["class_set"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classes) and self._class_set == other._class_set

    __hash__ = WBValue.__hash__

    def __repr__(self) -> str:
        return f"Classes({self._class_set!r})"


class BoundingBoxes2D(Media):
    """Boxes on an image: ``{"box_data": [{"position": …, "class_id": 1}], "class_labels": …}``."""

    _log_type: ClassVar[str] = "boxes2D"
    folder: ClassVar[str] = "media/metadata/boxes2D"

    def __init__(self, val: Mapping[str, Any], key: str) -> None:
        super().__init__()
        self._val = dict(val)
        self._key = key
        check_boxes(self._val)
        self.class_labels: dict[Any, str] = dict(
            val.get("class_labels") or default_labels(self._ids())
        )
        self._set_bytes(json_bytes(self._val), ".boxes2D.json")

    def _ids(self) -> list[int]:
        return [int(box["class_id"]) for box in self._val["box_data"] if "class_id" in box]

    def for_artifact(self, artifact: Artifact) -> Any:
        """Return the boxes, which stand in the JSON of their image."""
        return json.loads(json_text(self._val["box_data"]))


class ImageMask(Media):
    """A mask on an image: ``{"mask_data": an array of class numbers, "class_labels": …}``."""

    _log_type: ClassVar[str] = "mask"
    folder: ClassVar[str] = "media/images/mask"
    kind: ClassVar[str] = "figure"

    def __init__(self, val: Mapping[str, Any], key: str) -> None:
        super().__init__()
        self._key = key
        if "path" in val:
            self.class_labels: dict[Any, str] = dict(val.get("class_labels") or {})
            self._set_path(val["path"])
            return
        if "mask_data" not in val:
            raise TypeError(f"the mask {key!r} has neither 'mask_data' nor a 'path'")
        data = val["mask_data"]
        if is_a(data, "torch.Tensor"):
            data = data.cpu().numpy()
        rows = data.tolist() if hasattr(data, "tolist") else data
        flat, shape = checked_mask(rows)
        self.class_labels = dict(val.get("class_labels") or default_labels(sorted(set(flat))))
        check_labels(self.class_labels)
        self._set_bytes(mask_png(flat, shape), ".mask.png")

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> ImageMask:
        """Return the mask that an artifact holds as this JSON."""
        return cls({"path": source_artifact.get_entry(json_obj["path"]).download()}, "")

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the mask into the run and return its JSON."""
        return super().for_run(files, key, step)


def checked_mask(rows: Any) -> tuple[bytes, tuple[int, ...]]:
    """Return the class numbers as bytes, and their shape."""
    if not isinstance(rows, (list, tuple)) or not rows or not isinstance(rows[0], (list, tuple)):
        raise TypeError("mask_data is an array of two dimensions")
    if any(isinstance(value, (list, tuple)) for value in rows[0]):
        raise TypeError("mask_data is an array of two dimensions")
    if not all(0 <= value <= 255 for row in rows for value in row):
        raise TypeError("mask_data holds class numbers from 0 to 255")
    return flat_bytes(rows)


def mask_png(flat: bytes, shape: tuple[int, ...]) -> bytes:
    """Return the mask as a grey image."""
    height, width = shape
    pil = optional("PIL.Image")
    if pil is None:
        return png(flat, width, height, 1)
    content = io.BytesIO()
    pil.frombytes("L", (width, height), flat).save(content, format="PNG", transparency=None)
    return content.getvalue()


def default_labels(ids: Sequence[int]) -> dict[Any, str]:
    """Return names for classes without any."""
    return {one: f"class_{one}" for one in sorted(set(ids))}


def check_labels(labels: Mapping[Any, Any]) -> None:
    """Raise unless numbers stand for names."""
    for key, name in labels.items():
        if not isinstance(key, numbers.Number) or not isinstance(name, str):
            raise TypeError(f"class_labels is a dict of numbers to names, not {dict(labels)!r}")


def check_boxes(value: Mapping[str, Any]) -> None:
    """Raise unless boxes are as they are described."""
    check_labels(value.get("class_labels") or {})
    boxes = value.get("box_data")
    if not isinstance(boxes, list):
        raise TypeError("'box_data' is a list of boxes")
    for box in boxes:
        place = box.get("position", {}) if isinstance(box, Mapping) else {}
        middle = "middle" in place and len(place["middle"]) == 2
        if not (
            (middle and is_number(place, "width") and is_number(place, "height"))
            or all(is_number(place, corner) for corner in CORNERS)
        ):
            raise TypeError(f"{POSITION}; this one is {box!r}")
        scores = box.get("scores", {})
        if not isinstance(scores, Mapping) or not all(
            isinstance(key, str) and isinstance(score, numbers.Number)
            for key, score in scores.items()
        ):
            raise TypeError(f"the scores of a box are a dict of names to numbers, not {scores!r}")
        if "class_id" in box and not isinstance(box["class_id"], int):
            raise TypeError(f"the class_id of a box is an integer, not {box['class_id']!r}")
        if "box_caption" in box and not isinstance(box["box_caption"], str):
            raise TypeError(f"the box_caption of a box is text, not {box['box_caption']!r}")


def is_number(place: Mapping[str, Any], key: str) -> bool:
    """Return whether a position has this number."""
    return isinstance(place.get(key), numbers.Number)
