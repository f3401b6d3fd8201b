"""``wandb.data_types``: the classes of what can be logged beside numbers."""

from .media.clips import Audio, Video
from .media.graph import Graph, Node
from .media.histogram import Histogram
from .media.html import Html
from .media.image import Image
from .media.joined_table import JoinedTable
from .media.labels import BoundingBoxes2D, Classes, ImageMask
from .media.plotly import Plotly
from .media.shapes import Molecule, Object3D, box3d
from .media.table import EvalTable, Table
from .media.value import Media, WBValue

BatchableMedia = Media

__all__ = [
    "Audio",
    "BatchableMedia",
    "BoundingBoxes2D",
    "Classes",
    "EvalTable",
    "Graph",
    "Histogram",
    "Html",
    "Image",
    "ImageMask",
    "JoinedTable",
    "Media",
    "Molecule",
    "Node",
    "Object3D",
    "Plotly",
    "Table",
    "Video",
    "WBValue",
    "box3d",
]
