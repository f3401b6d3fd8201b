"""Pictures: figures of the plotting packages, and images.

matplotlib figures, axes and ``pyplot`` itself (its current figure), scikit-learn displays, seaborn
grids, plotly figures, PIL images, and arrays of pixels (grey, RGB or RGBA; whole numbers from 0 to
255 or fractions from 0 to 1).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, BinaryIO

from .._native.optional_packages import is_a, need
from .._native.warn import warn
from ..errors import SerialisationError
from .encoding import Encoding, Encodings, as_text, streamed

DRAWN = (".png", ".svg", ".pdf", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
PLOTLY = (".png", ".svg", ".pdf", ".jpg", ".jpeg", ".webp")


def encodings(obj: Any) -> Encodings:
    """Return the picture formats that the object's package writes."""
    if is_a(obj, "plotly.graph_objects.Figure", "plotly.basedatatypes.BaseFigure"):
        return plotly_encodings(obj)
    if is_a(obj, "PIL.Image.Image"):
        return {extension: image(obj, extension) for extension in IMAGES}
    if is_a(obj, "numpy.ndarray") and obj.ndim in (2, 3) and obj.dtype.kind in "buif":
        return {extension: pixels(obj, extension) for extension in IMAGES}
    if has_figure(obj):
        return {extension: drawn(obj, extension) for extension in DRAWN}
    return {}


def has_figure(obj: Any) -> bool:
    """Return whether matplotlib draws it."""
    if is_a(
        obj, "matplotlib.figure.FigureBase", "matplotlib.axes.Axes", "seaborn.axisgrid.Grid"
    ) or is_a(obj, "seaborn.axisgrid.JointGrid"):
        return True
    if getattr(obj, "__name__", None) == "matplotlib.pyplot" or is_display(obj):
        return True
    parts = axes_of(obj)
    return bool(parts) and all(is_a(part, "matplotlib.axes.Axes") for part in parts)


def is_display(obj: Any) -> bool:
    """Return whether it is one of scikit-learn's displays."""
    module = type(obj).__module__
    return module.startswith("sklearn.") and type(obj).__name__.endswith("Display")


def axes_of(obj: Any) -> list[Any]:
    """Return the parts of an array or a list of axes, such as ``plt.subplots`` returns."""
    if is_a(obj, "numpy.ndarray") and obj.dtype == object:
        return list(obj.flat)
    return list(obj) if isinstance(obj, (list, tuple)) else []


def drawn(obj: Any, extension: str) -> Encoding:
    """Return a figure, cropped to what is drawn, so that no label is cut off."""

    def write(file: BinaryIO) -> None:
        figure, ours = figure_of(obj)
        try:
            shown, hidden = area(figure)
            try:
                for text in hidden:
                    text.set_visible(False)
                figure.savefig(file, format=extension[1:], bbox_inches=shown)
            finally:
                for text in hidden:
                    text.set_visible(True)
        finally:
            if ours:
                need("matplotlib.pyplot", "Drawing", extra="plots").close(figure)

    return Encoding("figure", "matplotlib", streamed(write), packages=("matplotlib",))


def area(figure: Any) -> tuple[Any, list[Any]]:
    """Return the part of the plane that is saved, in inches, and the texts that lie outside of it.

    It is all that is drawn, within bounds. A text that was put far outside, as with data
    coordinates in place of those of the axes, would make a picture of many thousand pixels: what
    lies further out than the figure is wide or high is left out.
    """
    figure.draw_without_rendering()
    tight, own = figure.get_tightbbox(), figure.bbox_inches
    if not all(math.isfinite(end) for end in tight.extents):
        return None, []
    padding = need("matplotlib", "Drawing", extra="plots").rcParams["savefig.pad_inches"]
    wanted = tight.padded(0.0 if padding == "layout" else float(padding))
    most = own.expanded(3, 3)
    if most.union([most, wanted]).extents.tolist() == most.extents.tolist():
        return wanted, []
    warn(
        f"the figure would be {wanted.width:.0f} by {wanted.height:.0f} inches large, since "
        f"something is drawn far outside of it; that is left out of the picture"
    )
    texts = figure.findobj(need("matplotlib.text", "Drawing", extra="plots").Text)
    pixels = most.transformed(figure.dpi_scale_trans)
    far = [
        text
        for text in texts
        if text.get_visible() and not text.get_window_extent().overlaps(pixels)
    ]
    return wanted.intersection(wanted, most), far


def figure_of(obj: Any) -> tuple[Any, bool]:
    """Return the figure, and whether it was made here and is to be closed again."""
    if getattr(obj, "__name__", None) == "matplotlib.pyplot":
        return obj.gcf(), False
    if is_display(obj):
        drawn_already = getattr(obj, "figure_", None)
        return (drawn_already, False) if drawn_already is not None else (obj.plot().figure_, True)
    parts = axes_of(obj)
    figure = getattr(parts[0] if parts else obj, "figure", None)
    return (figure if figure is not None else obj), False


def plotly_encodings(obj: Any) -> Encodings:
    """Return encodings as interactive pages, as the data itself, and as images."""

    def picture(extension: str) -> Encoding:
        def write(file: BinaryIO) -> None:
            need("kaleido", f"A {extension} of a plotly figure")
            file.write(obj.to_image(format=extension[1:].replace("jpeg", "jpg")))

        return Encoding("figure", "plotly", streamed(write), packages=("kaleido",))

    page = Encoding("figure", "plotly", as_text(lambda: obj.to_html(include_plotlyjs=True)))
    data = Encoding("figure", "plotly", as_text(obj.to_json))
    return {".html": page, ".json": data, **{ext: picture(ext) for ext in PLOTLY}}


def image(obj: Any, extension: str) -> Encoding:
    """Return an image of PIL."""

    def write(file: BinaryIO) -> None:
        extensions = need("PIL.Image", "Saving an image", extra="plots").registered_extensions()
        jpeg = extensions[extension] == "JPEG" and obj.mode not in ("L", "RGB", "CMYK")
        (obj.convert("RGB") if jpeg else obj).save(file, format=extensions[extension])

    return Encoding("figure", "PIL", streamed(write), packages=("PIL",))


def pixels(obj: Any, extension: str) -> Encoding:
    """Return an array of pixels, through PIL."""

    def write(path: Path) -> None:
        pil = need("PIL.Image", "Saving an array as an image", extra="plots")
        image(pil.fromarray(eight_bits(obj)), extension).write(path)

    return Encoding("figure", "PIL", write, packages=("PIL",))


def eight_bits(obj: Any) -> Any:
    """Return the pixels as numbers from 0 to 255."""
    if obj.ndim == 3 and obj.shape[2] == 1:
        obj = obj[:, :, 0]
    if obj.size == 0 or (obj.ndim == 3 and obj.shape[2] not in (3, 4)):
        raise SerialisationError(
            f"an array of shape {obj.shape} is not an image: it must be (height, width), or "
            f"(height, width, channels) with 1, 3 or 4 channels"
        )
    whole = obj.dtype.kind in "ui"
    top = 255 if whole else 1
    if not (obj.min() >= 0 and obj.max() <= top):
        raise SerialisationError(
            f"pixels of type {obj.dtype} go from 0 to {top}, these from {obj.min()} to {obj.max()}"
        )
    return obj.astype("uint8") if whole else (obj * 255.0).round().astype("uint8")


def load(path: Path) -> Any:
    """Return a picture as an image of PIL, read completely."""
    with need("PIL.Image", f"Loading {path.name}", extra="plots").open(path) as found:
        found.load()
        return found
