"""Comparing experiments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from ctypes import byref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from .._native.handle import Handle
from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.optional_packages import need, pandas
from .._native.pointers import ComparisonPointer
from .._native.status import check, last_message
from .._native.text import encoded_json, owned, owned_bytes, owned_json
from .._native.warn import warn
from ..errors import InvalidArgumentError
from ..reading.properties import number
from ..tracking.experiment import Experiment, open_path
from ..values.several import several

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


Chosen = Union[str, "os.PathLike[str]", Experiment]
"""An experiment by name, by path or as an object."""


def compare_experiments(
    increment: IncrementName | Iterable[IncrementName] | None = None,
    metrics: str | Iterable[str] | None = None,
    sort_by: str | None = None,
    directions: Mapping[str, str] | None = None,
    *,
    group_by: str | Iterable[str] | None = None,
    reruns: str | None = None,
    children: bool = False,
    archived: bool = False,
    experiments: Chosen | Iterable[Chosen] | None = None,
    only: Chosen | Iterable[Chosen] | None = None,
    where: str | None = None,
    params: bool | str | Iterable[str] = False,
    limit: int | None = None,
    notes: str | Iterable[str] = (),
    write: bool = True,
) -> Comparison:
    """Compare the experiments of an increment and write ``experiments/comparison.md``.

    The file is written again with the same choices whenever an experiment of the increment ends.
    Where it cannot be written, as in a read-only store, a warning says so and the comparison is
    returned. A sweep is one row: the best of its combinations, by the score that it searched for.

    Args:
        increment: The increment; None is that of the experiments given as objects, else the active
            one. Several are compared together, and nothing is written.
        metrics: The metrics to show, the first of which decides unless `sort_by` names another;
            None shows all.
        sort_by: The metric that decides; its best comes first.
        directions: For a metric "higher" or "lower" is better, where its name does not say so.
        group_by: Parameters that make a group: runs that agree in them are one row, with mean ±
            standard deviation and ties within noise. ``"-seed"``: those that agree in all but it.
        reruns: "newest" of each name, or "all"; None is the newest, or all where runs are grouped.
        children: Show also the experiments within sweeps and pipelines.
        archived: Compare also those in ``_archive``; those named in `experiments` or `only` are in
            any case.
        experiments: A series, compared in this order with the changes between them.
        only: Exactly these experiments, ranked as any. Both take names, paths and objects, which
            may lie in other increments, and cannot be given together.
        where: Only those that fulfil this condition, as in `list_experiments`.
        params: The parameters to show: names such as ``"model.depth"``, or True for those that
            differ.
        limit: The most rows to show.
        notes: Sentences for the reader, shown below the table.
        write: Write comparison.md.

    Raises:
        ExperimentNotFoundError: There is no experiment of a name in ``experiments`` or ``only``.
        InvalidArgumentError: An option is invalid, such as a condition that cannot be parsed.
    """
    places = named_increments(increment)
    picked = {
        option: None if chosen is None else several(option, chosen, Experiment)
        for option, chosen in (("experiments", experiments), ("only", only))
    }
    objects = [experiment for chosen in picked.values() for experiment in chosen or ()]
    if not places and objects and all(isinstance(experiment, Experiment) for experiment in objects):
        places = [objects[0]._increment_path]
    target = Increment.find(places[0] if places else None)
    options: dict[str, Any] = {"children": children, "write": write}
    for option, names in (("metrics", metrics), ("group_by", group_by), ("notes", notes)):
        if names is not None:
            options[option] = several(option, names)
    if archived:
        options["archived"] = True
    request: dict[str, Any] = {"sort_by": sort_by, "where": where, "limit": limit, "reruns": reruns}
    request["params"] = params if isinstance(params, bool) else several("params", params)
    if directions is not None:
        if not isinstance(directions, Mapping):
            raise InvalidArgumentError(
                f'directions is a dict that says of each metric whether "higher" or "lower" is '
                f"better, as {{'loss': 'lower'}}, not {directions!r}"
            )
        options["directions"] = dict(directions)
    request["increments"] = [str(Increment.find(place).path) for place in places[1:]]
    for option, chosen in picked.items():
        request[option] = None if chosen is None else [name_of(name) for name in chosen]
    options |= {name: value for name, value in request.items() if value is not None}
    pointer = ComparisonPointer()
    if (
        check(library().et_increment_compare(target._native, encoded_json(options), byref(pointer)))
        > 0
    ):
        warn(last_message())
    return Comparison(pointer, target.path / "experiments")


def named_increments(
    increment: IncrementName | Iterable[IncrementName] | None,
) -> list[IncrementName]:
    """Return the increments that were named; none where it is to be found."""
    if increment is None:
        return []
    if isinstance(increment, (str, int, os.PathLike)):
        return [increment]
    named = list(increment)
    if not named:
        raise InvalidArgumentError("compare_experiments was given an empty list of increments")
    return named


def name_of(experiment: Chosen) -> str:
    """Return the name or path by which the library finds it."""
    if isinstance(experiment, str):
        return experiment
    if isinstance(experiment, Experiment):
        return str(experiment.path)
    if isinstance(experiment, os.PathLike):
        return str(Path(experiment).absolute())
    raise InvalidArgumentError(
        f"experiments are compared by name, by path or as objects, not as {experiment!r}"
    )


def group_columns(group: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a row of a table has more where it stands for a group of runs."""
    if group is None:
        return {}
    columns = {name: group[name] for name in ("runs", "completed", "tied", "p_value")}
    return columns | {
        f"metrics.{key}.{name}": number(value)
        for key, statistics in group["metrics"].items()
        for name, value in statistics.items()
        if name != "mean"
    }


class Comparison(Handle[ComparisonPointer]):
    """A comparison: as rows, as text, as Markdown, as a picture."""

    _free_name = "et_comparison_free"

    def __init__(self, pointer: ComparisonPointer, folder: Path) -> None:
        super().__init__(pointer)
        self._folder = folder

    @cached_property
    def _facts(self) -> dict[str, Any]:
        """All of it; many thousands of rows are made only for those who look at them."""
        return dict(owned_json(library().et_comparison_json, self._native))

    def close(self) -> None:
        """Release the library's part; rows and reasons stay."""
        if not self.closed:
            _ = self._facts
        super().close()

    @property
    def best(self) -> Experiment | None:
        """The best experiment; None if there is nothing to choose from."""
        best = self._facts.get("best")
        return None if best is None else open_path(os.path.normpath(self._folder / best["folder"]))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows in order: name, folder, increment, status, rank, values, params, duration ….

        Where runs are grouped the values are means, and ``row["group"]`` has the ``runs``, their
        ``folders``, and for each of the ``metrics`` ``n``, ``mean``, ``std``, ``min``, ``max``.
        """
        return [
            {**row, "values": {key: number(value) for key, value in row["values"].items()}}
            for row in self._facts["rows"]
        ]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns: key, heading, kind, direction."""
        return list(self._facts["columns"])

    @property
    def reasons(self) -> list[str]:
        """Why the best is the best."""
        return list(self._facts["reasons"])

    @property
    def proposals(self) -> dict[str, list[str]]:
        """Further reasons for the best and the selected experiments, by the name of the row.

        They are computed from the recorded values, as ``"Best accuracy (0.26 vs baseline 0.18, +44%
        improvement); the baseline is popularity"``. Those that a person gave are in
        ``exp.selection``.
        """
        return {entry["name"]: list(entry["reasons"]) for entry in self._facts["proposals"]}

    @property
    def primary_metric(self) -> str | None:
        """The metric that decided."""
        primary = self._facts.get("primary_metric")
        return None if primary is None else str(primary["key"])

    @property
    def path(self) -> Path:
        """``comparison.md``, where `write` has put it."""
        path = self._facts.get("path")
        return Path(path) if path else self._folder / "comparison.md"

    @property
    def markdown(self) -> str:
        """The comparison as in comparison.md."""
        return owned(library().et_comparison_markdown, self._native)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: name, status, rank, ``params.x``, ``metrics.y``.

        Where runs are grouped ``metrics.y`` is the mean; ``metrics.y.std``, ``.n``, ``.min`` and
        ``.max`` follow, and ``runs``, ``completed``, ``tied``, ``p_value``.
        """
        frames = pandas("Comparison.to_dataframe()")
        names = ["name", "number", "status", "rank", "best", "duration", "training_time", "folder"]
        names += ["increment"]
        return frames.DataFrame(
            [
                {
                    **{name: row.get(name) for name in names},
                    **{f"params.{key}": value for key, value in row["params"].items()},
                    **{f"metrics.{key}": value for key, value in row["values"].items()},
                    **group_columns(row["group"]),
                }
                for row in self.rows
            ]
        )

    def plot(
        self,
        kind: str = "bar",
        metrics: str | Iterable[str] | None = None,
        *,
        params: str | Iterable[str] | None = None,
        x: str | None = None,
        smoothing: float = 0.0,
        logy: bool = False,
        ax: Axes | None = None,
    ) -> Figure:
        """Draw the comparison with matplotlib; a notebook shows what this returns.

        Args:
            kind: "bar", a bar for each experiment; "curves", the metric over the steps; "parallel",
                a line for each experiment through its parameters, coloured by the metric;
                "scatter", a point for each.
            metrics: The metric or, for bars and curves, several; None is the one that decided.
            params: The parameters in "parallel"; None is those that differ.
            x: For curves "step" or "time", in seconds since each start. For "scatter" a parameter
                or a metric; None is the training time.
            smoothing: For curves, from 0 to below 1, as the slider of TensorBoard.
            logy: For curves, a logarithmic axis of the values.
            ax: Axes to draw on, for one metric; None makes a figure.

        Raises:
            InvalidArgumentError: No experiment has the metric or the parameter, or the kind is
                unknown.
            MissingExtraError: matplotlib is not installed.

        Example:
            >>> figure = compare_experiments().plot("curves", "loss", smoothing=0.6)
            >>> figure.savefig("loss.png")
        """
        need("matplotlib.figure", "Comparison.plot()", extra="plots")
        from ..plotting.charts import draw
        from .table import table_of

        return draw(
            table_of(self._facts, self.rows, self._folder),
            kind,
            metrics,
            params=params,
            x=x,
            smoothing=smoothing,
            logy=logy,
            ax=ax,
        )

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the comparison as a page to look at: one file, which needs no server.

        It holds the experiments that were compared, their curves, and the comparison with its
        reasons. Where there is very much of them, curves have fewer points and details are left
        out, so that the file stays small.

        Returns:
            The absolute path of the file.
        """
        from .._native.dashboard import save_page

        return save_page(path, self._page())

    def show(self) -> Path | None:
        """Show the page of `save_html`: below the cell of a notebook, else in the browser.

        Returns:
            The file that the browser opens, in the folder for temporary files; None in a notebook.
        """
        from ..display.pages import show

        return show(self._page(), "comparison")

    def _page(self) -> bytes:
        return owned_bytes(library().et_comparison_page, self._native)

    def __len__(self) -> int:
        return len(self._facts["rows"])

    def __repr__(self) -> str:
        """Return the table, as an interactive session shows it."""
        return str(self).rstrip("\n")

    def __str__(self) -> str:
        width = shutil.get_terminal_size((100, 24)).columns
        return owned(library().et_comparison_text, self._native, width)

    def _repr_html_(self) -> str:
        """Return the comparison in a notebook."""
        return owned(library().et_comparison_html, self._native)
