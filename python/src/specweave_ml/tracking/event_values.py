"""Logging what is not a number, for TensorBoard's other tabs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from ctypes import POINTER, c_double, cast
from datetime import datetime
from pathlib import Path
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.text import encoded
from ..errors import SerialisationError, TrackingError
from ..values.conversion import ConversionError
from ..values.scalars import Step, key_text, step_number
from ..values.series import address_of, flat_doubles, moments

NOW = -math.inf
DOUBLES = POINTER(c_double)
SHOWN_TEXT = 65_536
"""Text up to so many bytes is shown in TensorBoard without being asked for."""
PICTURES = (".png", ".jpg", ".jpeg", ".gif")


class ValueCalls(ExperimentHandle):
    """``log_histogram``, and how texts and images get into TensorBoard."""

    def log_histogram(
        self,
        key: str,
        values: Any = None,
        step: Step = None,
        *,
        counts: Iterable[Any] | None = None,
        edges: Iterable[Any] | None = None,
        buckets: int = 30,
        time: datetime | float | None = None,
    ) -> None:
        """Log how values are distributed, for TensorBoard's Histograms and Distributions tabs.

        ``values`` are numbers in any shape: a list, an array, a tensor. They are counted in buckets
        of the same width, as TensorBoard does it. What is NaN or infinite is in no bucket; the
        histogram says how many there were. What is counted already is given as ``counts`` and
        ``edges``, one more than there are counts, as `numpy.histogram` returns them.

        Args:
            key: The name.
            values: What is to be counted.
            step: As of `log_metric`.
            counts: How many values, or how much weight, is in each bucket.
            edges: Where the buckets begin and end.
            buckets: How many buckets ``values`` are counted in.
            time: When it was made, in seconds since 1970 or as a date; None is now.

        Example:
            >>> exp.log_histogram("weights", model.coef_, step=epoch)
            >>> counts, edges = numpy.histogram(errors, bins=50)
            >>> exp.log_histogram("errors", counts=counts, edges=edges)
        """
        what = f"histogram {key!r}"
        try:
            name, number, moment = encoded(key_text(key)), step_number(step), time_of(time)
            numbers, limits = counted(values, counts, edges, buckets)
        except ConversionError as reason:
            self._refuse(what, reason)
            return
        size = len(numbers)
        if limits is None:
            code = library().et_experiment_log_distribution(
                self._native, name, pointer(numbers), size, buckets, number, moment
            )
        else:
            code = library().et_experiment_log_histogram(
                self._native, name, pointer(limits), pointer(numbers), size, number, moment
            )
        self._judge(code, what)

    def _show_text(self, name: str, path: str, text: str, step: int, shown: bool | None) -> None:
        """Show text in TensorBoard: Markdown as such, and any other as it is."""
        content = encoded(text)
        if shown is None and len(content) > SHOWN_TEXT:
            return
        if not path.lower().endswith((".md", ".markdown")):
            # A fence is longer than any within.
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 0)
            content = encoded(f"{fence}\n{text.rstrip()}\n{fence}\n")
        code = library().et_experiment_log_text(self._native, encoded(name), content, step, NOW)
        self._judge(code, f"text {name!r} for TensorBoard")

    def _show_figure(self, name: str, path: str, figure: Any, step: int) -> None:
        """Show a picture in TensorBoard; a file that was saved as one is not drawn once more."""
        what = f"figure {name!r} for TensorBoard"
        try:
            if path.lower().endswith(PICTURES):
                image = (self.path / path).read_bytes()
            else:
                image = drawn(figure)
        except (TrackingError, ConversionError, OSError) as reason:
            self._refuse(what, reason)
            return
        code = library().et_experiment_log_image(
            self._native, encoded(name), image, len(image), step, NOW
        )
        self._judge(code, what)


def counted(values: Any, counts: Any, edges: Any, buckets: Any) -> tuple[Any, Any]:
    """Return the values and None, or the counts and the edges."""
    if (values is None) == (counts is None):
        raise ConversionError("give either values, or counts and edges")
    if (counts is None) != (edges is None):
        raise ConversionError("counts and edges belong together")
    if type(buckets) is not int or buckets < 1:
        raise ConversionError(f"buckets is an integer of at least 1, not {buckets!r}")
    if edges is None:
        return flat_doubles(values), None
    numbers, limits = flat_doubles(counts), flat_doubles(edges)
    if len(limits) != len(numbers) + 1:
        raise ConversionError(
            f"{len(numbers)} counts need {len(numbers) + 1} edges, not {len(limits)}"
        )
    return numbers, limits


def drawn(figure: Any) -> bytes:
    """Return a picture as PNG."""
    import tempfile

    from ..artifacts.media import figure_forms

    form = figure_forms(figure).get(".png")
    if form is None:
        raise SerialisationError(f"a {type(figure).__name__} cannot be drawn as .png")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "figure.png")
        form.write(file)
        return file.read_bytes()


def pointer(numbers: Any) -> Any:
    """Return where the numbers are, for the library."""
    return cast(address_of(numbers), DOUBLES)


def time_of(time: Any) -> float:
    """Return a time as seconds since 1970."""
    return NOW if time is None else float(moments([time])[0])
