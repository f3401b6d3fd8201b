"""Images: arrays, tensors, images of PIL, figures of matplotlib, and files."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlparse

from ...._native.optional_packages import is_a, need, optional
from ...._native.warn import warn
from ....artifacts.figures import figure_of, has_figure
from .labels import BoundingBoxes2D, Classes, ImageMask
from .png import flat_bytes, png, size_of
from .run_files import RunFiles
from .value import Media

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

FILE_TYPES = ("png", "jpg", "jpeg", "bmp")
CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


class Image(Media):
    """An image with, if wanted, a caption, boxes, masks and the names of classes.

    Values of arrays are from 0 to 255, rows first; tensors of torch have their channels first. What
    is not a PNG needs Pillow, and so do modes other than grey, RGB and RGBA.
    """

    MAX_ITEMS = 108
    """The most images of a list that are kept."""
    _log_type: ClassVar[str] = "image-file"
    folder: ClassVar[str] = "media/images"
    kind: ClassVar[str] = "figure"

    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: Classes | Sequence[Mapping[str, Any]] | None = None,
        boxes: Mapping[str, Any] | None = None,
        masks: Mapping[str, Any] | None = None,
        file_type: str | None = None,
        normalize: bool = False,
    ) -> None:
        super().__init__(caption)
        self._grouping = grouping
        self._boxes = named_layers(BoundingBoxes2D, "boxes", boxes)
        self._masks = named_layers(ImageMask, "masks", masks)
        self._classes = all_classes(self._boxes, self._masks, classes)
        self._width: int | None = None
        self._height: int | None = None
        self._reference: str | None = None
        self.format = "png"
        if isinstance(data_or_path, Image):
            self._copy(data_or_path, caption)
        elif isinstance(data_or_path, (str, os.PathLike)):
            self._take_path(os.fspath(data_or_path))
        else:
            self._draw(data_or_path, mode, file_type or "png", normalize)

    def _copy(self, other: Image, caption: str | None) -> None:
        """Take over the image of another one, without its boxes and masks."""
        own = {key: vars(self)[key] for key in ("_boxes", "_masks")}
        named = self._classes
        vars(self).update({**vars(other), **own})
        self._classes = named or other._classes
        if caption is not None:
            self._caption = caption

    def _take_path(self, path: str) -> None:
        """Take the image of a file, or keep a URL."""
        if self.path_is_reference(path):
            self._reference = path
            self._sha256 = hashlib.sha256(path.encode()).hexdigest()
            self.format = urlparse(path).path.rpartition(".")[2]
            return
        self._set_path(path)
        self.format = Path(path).suffix[1:]
        with open(path, "rb") as file:
            size = size_of(file.read(1 << 16))
        if size is None and (pil := optional("PIL.Image")) is not None:
            with pil.open(path) as opened:
                size = opened.size
        if size is not None:
            self._width, self._height = size

    def _draw(self, data: Any, mode: str | None, file_type: str, normalize: bool) -> None:
        """Make the file of an object."""
        if file_type not in FILE_TYPES:
            raise ValueError(f"file_type must be one of {list(FILE_TYPES)}, not {file_type!r}")
        self.format = file_type
        if has_figure(data):
            self._draw_figure(data)
            return
        if is_a(data, "PIL.Image.Image"):
            self._encode(data)
            return
        array = as_array(data)
        mode = mode or guessed_mode(array, file_type)
        if normalize:
            array = (array - array.min()) / ((array.max() - array.min()) or 1) * 255
        pil = optional("PIL.Image")
        if pil is not None and hasattr(array, "astype"):
            self._encode(pil.fromarray(array.astype("uint8")).convert(mode))
            return
        pixels, shape = pixels_of(array)
        channels = shape[2] if len(shape) == 3 else 1
        if file_type != "png" or CHANNELS.get(mode) != channels:
            need("PIL.Image", f"A {file_type} of mode {mode}, made of {channels} channels")
            raise ValueError("lists of lists become images as PNG only; give an array of numpy")
        self._height, self._width = shape[:2]
        self._set_bytes(png(pixels, shape[1], shape[0], channels), ".png")

    def _draw_figure(self, data: Any) -> None:
        """Draw a figure as matplotlib saves it."""
        figure, ours = figure_of(data)
        content = io.BytesIO()
        figure.savefig(content, format=self.format)
        if ours:
            need("matplotlib.pyplot", "Drawing", extra="plots").close(figure)
        pil = optional("PIL.Image")
        if pil is not None:
            self._encode(pil.open(content))
            return
        self._set_bytes(content.getvalue(), f".{self.format}")
        self._width, self._height = size_of(content.getvalue()) or (None, None)

    def _encode(self, image: Any) -> None:
        """Hold an image of PIL."""
        content = io.BytesIO()
        form = {"jpg": "JPEG"}.get(self.format, self.format.upper())
        image.save(content, format=form, transparency=None)
        self._width, self._height = image.size
        self._set_bytes(content.getvalue(), f".{self.format}")

    @property
    def image(self) -> Any:
        """The image as an object of PIL."""
        if self._content is None:
            return None
        found = need("PIL.Image", "Image.image").open(io.BytesIO(self.read()))
        found.load()
        return found

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the image, its boxes and masks into the run and return their JSON."""
        if self._reference is not None:
            raise ValueError(
                f"an image that is the URL {self._reference} can be put into a table of an "
                f"artifact, but not be logged by itself: download it first"
            )
        found = {**super().for_run(files, key, step), **self._shape()}
        if self._boxes:
            found["boxes"] = self._layers_for_run(self._boxes, files, key, step)
        if self._masks:
            found["masks"] = self._layers_for_run(self._masks, files, key, step)
        return found

    def _layers_for_run(
        self, layers: Mapping[str, Any], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        return {name: layer.for_run(files, key, step) for name, layer in layers.items()}

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Add the image to an artifact and return its JSON."""
        if self._reference is not None:
            name = f"{self.folder}/{self._sha256[:20]}/{self._reference.rpartition('/')[2]}"
            artifact.add_reference(self._reference, name=name, checksum=False)
            found: dict[str, Any] = {
                "path": name, "sha256": self._sha256, "_type": self._log_type
            }  # fmt: skip
        else:
            found = super().for_artifact(artifact)
        found |= self._shape()
        if (self._boxes or self._masks) and self._classes is None:
            raise ValueError(
                "an image with boxes or masks needs classes=[{'id': …, 'name': …}] in an artifact"
            )
        if self._classes is not None:
            entry = artifact.add(self._classes, f"media/classes/{self._classes.digest}_cls")
            found["classes"] = {
                "type": "classes-file", "path": entry.path, "digest": entry.digest
            }  # fmt: skip
        if self._boxes:
            found["boxes"] = {key: box.for_artifact(artifact) for key, box in self._boxes.items()}
        if self._masks:
            found["masks"] = {key: mask.for_artifact(artifact) for key, mask in self._masks.items()}
        return found

    def _shape(self) -> dict[str, Any]:
        found: dict[str, Any] = {"format": self.format}
        if self._width is not None:
            found |= {"width": self._width, "height": self._height}
        if self._grouping:
            found["grouping"] = self._grouping
        return found

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Image:
        """Return the image that an artifact holds as this JSON."""
        classes = json_obj.get("classes")
        return cls(
            source_artifact.get_entry(json_obj["path"]).download(),
            caption=json_obj.get("caption"),
            grouping=json_obj.get("grouping"),
            classes=None if classes is None else source_artifact.get(classes["path"]),
            boxes={
                key: BoundingBoxes2D({"box_data": found}, key)
                for key, found in (json_obj.get("boxes") or {}).items()
            },
            masks={
                key: ImageMask.from_json(found, source_artifact)
                for key, found in (json_obj.get("masks") or {}).items()
            },
        )

    @classmethod
    def several_for_run(
        cls, items: Sequence[Image], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        """Return the JSON of a list of images: one entry with the names of all."""
        if len(items) > cls.MAX_ITEMS:
            warn(f"{key!r}: only the first {cls.MAX_ITEMS} of {len(items)} images are kept")
            items = items[: cls.MAX_ITEMS]
        parts = [item.for_run(files, key, step) for item in items]
        found: dict[str, Any] = {
            "_type": "images/separated",
            "width": items[0]._width,
            "height": items[0]._height,
            "format": parts[0]["format"],
            "count": len(items),
            "filenames": [part["path"] for part in parts],
        }
        if captions := cls.captions(items):
            found["captions"] = captions
        for layer in ("masks", "boxes"):
            if any(layer in part for part in parts):
                found[f"all_{layer}"] = [part.get(layer) for part in parts]
        return found

    def to_data_array(self) -> list[Any]:
        """Return the pixels row by row."""
        image = self.image
        values, width = list(image.getdata()), image.width
        return [values[start : start + width] for start in range(0, len(values), width)]


def named_layers(kind: Any, what: str, layers: Any) -> dict[str, Any]:
    """Return boxes or masks by their names."""
    if not layers:
        return {}
    if not isinstance(layers, Mapping):
        raise ValueError(  # noqa: TRY004 - as Weights & Biases raises it
            f'the argument "{what}" of an Image is a dict of layers by their names'
        )
    return {
        key: layer if isinstance(layer, kind) else kind(layer, key) for key, layer in layers.items()
    }


def all_classes(boxes: Mapping[str, Any], masks: Mapping[str, Any], classes: Any) -> Classes | None:
    """Return the names of classes that an image and its layers say."""
    found: dict[Any, Any] = {}
    for layer in (*boxes.values(), *masks.values()):
        found.update(layer.class_labels)
    said = classes._class_set if isinstance(classes, Classes) else classes or ()
    found.update({one["id"]: one["name"] for one in said})
    return Classes([{"id": key, "name": name} for key, name in found.items()]) if found else None


def as_array(data: Any) -> Any:
    """Return pixels with the channels last, of numpy or as nested lists."""
    if is_a(data, "torch.Tensor"):
        data = data.detach().cpu()
        data = (data.permute(1, 2, 0) if data.ndim == 3 else data).numpy()
    elif callable(getattr(data, "numpy", None)):
        data = data.numpy()
    if isinstance(data, (list, tuple)):
        numpy = optional("numpy")
        return data if numpy is None else numpy.asarray(data)
    if not hasattr(data, "ndim"):
        raise ValueError(
            f"an Image is made of an array, a tensor, a PIL image, a figure or a path, "
            f"not of a {type(data).__name__}"
        )
    return data.squeeze() if data.ndim > 2 else data


def shape_of(array: Any) -> tuple[int, ...]:
    """Return the shape of an array or of nested lists."""
    return tuple(array.shape) if hasattr(array, "shape") else flat_bytes(array)[1]


def guessed_mode(array: Any, file_type: str) -> str:
    """Return the mode of PIL that fits the channels."""
    shape = shape_of(array)
    if len(shape) == 2 or (len(shape) == 3 and shape[-1] == 1):
        return "L"
    if len(shape) == 3 and shape[-1] == 3:
        return "RGB"
    if len(shape) == 3 and shape[-1] == 4:
        if file_type in ("jpg", "jpeg"):
            warn("JPEG has no transparency: the alpha channel is left out")
            return "RGB"
        return "RGBA"
    raise ValueError(
        f"an array of shape {list(shape)} is not an image: it is (height, width) or "
        f"(height, width, channels) with 1, 3 or 4 channels"
    )


def pixels_of(array: Any) -> tuple[bytes, tuple[int, ...]]:
    """Return the pixels as bytes, and their shape."""
    if hasattr(array, "astype"):
        return array.astype("uint8").tobytes(), tuple(array.shape)
    return flat_bytes(array)
