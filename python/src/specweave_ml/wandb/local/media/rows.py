"""Values that are logged: media become files and JSON, figures images, frames tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...._native.optional_packages import is_a
from ....artifacts.figures import has_figure
from ....errors import TrackingError
from ..plots.chart import CustomChart
from .histogram import Histogram
from .plotly import FIGURES, Plotly
from .run_files import RunFiles
from .table import Table
from .value import Media, WBValue

LONGEST_ARRAY = 32
"""How long an array is that is kept as a list; a longer one becomes a histogram."""
MAXIMUM_DEPTH = 32


def logged_row(
    row: Mapping[Any, Any], files: RunFiles, step: int | str, group: str = ""
) -> dict[Any, Any]:
    """Return a row of the history in which every value is a number or has a form as JSON.

    A value whose file cannot be saved, as on a full disk, is warned about and left out.
    """
    found: dict[Any, Any] = {}
    for key, value in row.items():
        try:
            if isinstance(value, CustomChart):
                found.update(value.for_run(files, str(key), step))
            else:
                found[key] = logged_value(value, files, str(key), step, group)
        except (TrackingError, OSError) as reason:
            files.experiment._refuse(f"value {group + str(key)!r}", reason)
    return found


def logged_value(value: Any, files: RunFiles, key: str, step: int | str, group: str = "") -> Any:
    """Return one value as the history has it; files are put into the run.

    ``group`` is what stands before the key in the names of metrics and histograms.
    """
    if value is None or isinstance(value, (int, float, str, bool)):
        return value
    if isinstance(value, Histogram):
        return value.for_run(files, group + key, step)
    if isinstance(value, WBValue):
        return once(value, files, key, step)
    if is_a(value, "pandas.DataFrame", "pandas.core.frame.DataFrame"):
        return Table(dataframe=value, allow_mixed_types=True).for_run(files, key, step)
    if is_a(value, *FIGURES):
        return Plotly(value).for_run(files, key, step)
    if isinstance(value, Mapping):
        inside = "_type" not in value and depth_of(value)
        return logged_row(value, files, step, f"{group}{key}.") if inside else value
    if isinstance(value, (list, tuple, range)):
        return logged_list(list(value), files, key, step)
    if is_drawn(value):
        return Plotly.make_plot_media(value).for_run(files, key, step)
    return logged_array(value, files, group + key, step)


def once(value: WBValue, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
    """Return the JSON of a value; a medium that is logged again stays the file it became first."""
    if isinstance(value, Table) or not isinstance(value, Media):
        return value.for_run(files, key, step)
    if value._bound is None or value._bound[0] is not files:
        value._bound = (files, value.for_run(files, key, step))
    return dict(value._bound[1])


def is_drawn(value: Any) -> bool:
    """Return whether it is a figure of matplotlib, which an array of numbers is not."""
    return not is_a(value, "numpy.ndarray", "torch.Tensor") and has_figure(value)


def logged_list(values: list[Any], files: RunFiles, key: str, step: int | str) -> Any:
    """Return a list; media of one type have one entry for all."""
    if not values or not all(isinstance(value, WBValue) for value in values):
        return [logged_value(value, files, key, step) for value in values]
    kind = type(values[0])
    if issubclass(kind, Media) and all(type(value) is kind for value in values):
        return kind.several_for_run(values, files, key, step)
    return [value.for_run(files, key, step) for value in values]


def logged_array(value: Any, files: RunFiles, key: str, step: int | str) -> Any:
    """Return a short array as a list, a long one as a histogram; all else as it is."""
    if is_a(value, "torch.Tensor"):
        value = value.detach().cpu()
        value = value.float().numpy() if str(value.dtype) == "torch.bfloat16" else value.numpy()
    if not is_a(value, "numpy.ndarray") or value.size == 1:
        return value
    if value.size <= LONGEST_ARRAY or value.dtype.kind not in "buif":
        return value.tolist()
    finite = value[abs(value) < math.inf] if value.dtype.kind == "f" else value
    if not finite.size:
        return str(value)
    return Histogram(finite, num_bins=LONGEST_ARRAY).for_run(files, key, step)


def depth_of(value: Mapping[Any, Any], limit: int = MAXIMUM_DEPTH) -> bool:
    """Return whether a group of values is one that can be gone through: not within itself."""
    return limit > 0 and all(
        depth_of(item, limit - 1) for item in value.values() if isinstance(item, Mapping)
    )
