"""Figures of plotly, and of matplotlib where plotly takes them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar

from ...._native.optional_packages import is_a, need, optional
from ....artifacts.figures import figure_of, has_figure
from .image import Image
from .json_text import json_bytes
from .value import Media

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

FIGURES = ("plotly.graph_objects.Figure", "plotly.basedatatypes.BaseFigure")


class Plotly(Media):
    """A figure of plotly, kept as the JSON that draws it again."""

    _log_type: ClassVar[str] = "plotly-file"
    folder: ClassVar[str] = "media/plotly"
    kind: ClassVar[str] = "figure"

    def __init__(self, val: Any) -> None:
        super().__init__()
        if not is_a(val, *FIGURES):
            if not has_figure(val):
                raise ValueError(
                    f"Plotly takes a figure of plotly or matplotlib, not a {type(val).__name__}"
                )
            val = converted(val)
        self._set_bytes(json_bytes(val.to_plotly_json()), ".plotly.json")

    @classmethod
    def make_plot_media(cls, val: Any) -> Image | Plotly:
        """Return a figure as plotly's where it can be, else as an image."""
        if is_a(val, *FIGURES):
            return cls(val)
        if optional("plotly") is None or has_images(val):
            return Image(val)
        try:
            return cls(val)
        except Exception:  # plotly raises of every kind for what it does not convert
            return Image(val)

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Plotly:
        """Return the figure that an artifact holds as this JSON."""
        path = source_artifact.get_entry(json_obj["path"]).download()
        return cls(need("plotly.io", "A figure of plotly").read_json(path))


def converted(figure: Any) -> Any:
    """Return a figure of matplotlib as one of plotly."""
    tools = need("plotly.tools", "Plotly of a figure of matplotlib")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of plotly, about its own converter
        return tools.mpl_to_plotly(figure_of(figure)[0])


def has_images(figure: Any) -> bool:
    """Return whether a figure of matplotlib shows images, which plotly does not convert."""
    return any(axes.get_images() for axes in getattr(figure_of(figure)[0], "axes", []))
