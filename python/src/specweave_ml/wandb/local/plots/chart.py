"""A chart of a table, as ``wandb.plot`` makes them: the table is logged, and the chart is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...._native.optional_packages import optional
from ...._native.warn import warn
from ..media.run_files import RunFiles
from ..media.table import Table
from ..media.value import safe_key


@dataclass
class CustomChartSpec:
    """What is drawn: the name of the kind of chart, which columns, which titles."""

    spec_name: str
    fields: dict[str, Any]
    string_fields: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    panel_type: str = "Vega2"
    split_table: bool = False

    @property
    def table_key(self) -> str:
        """The key that the table is logged under."""
        return f"Custom Chart Tables/{self.key}_table" if self.split_table else f"{self.key}_table"

    def members(self) -> dict[str, Any]:
        """Return what it says, as the history has it."""
        return {
            "_type": "custom-chart",
            "panel_type": self.panel_type,
            "panelDefId": self.spec_name,
            "fieldSettings": dict(self.fields),
            "stringSettings": dict(self.string_fields),
        }


@dataclass
class CustomChart:
    """A chart that can be logged."""

    table: Table
    spec: CustomChartSpec

    def set_key(self, key: str) -> None:
        """Say under which key it is logged."""
        self.spec.key = key

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the table and a picture of the chart into the run; return what the history gets."""
        self.set_key(key)
        table = self.table.for_run(files, self.spec.table_key, step)
        found = {**self.spec.members(), "table": table["path"]}
        picture = self.draw(files, key, step)
        if picture is not None:
            found["picture"] = picture
        return {key: found, self.spec.table_key: table}

    def draw(self, files: RunFiles, key: str, step: int | str) -> str | None:
        """Draw the chart into the run, where matplotlib is installed."""
        if optional("matplotlib") is None:
            return None
        from .drawing import figure_of_chart

        try:
            figure = figure_of_chart(self)
        except Exception as reason:  # whatever stands in the columns
            warn(f"the chart {key!r} was logged as a table only: {reason}")
            return None
        return files.draw(f"media/charts/{safe_key(key)}_{step}.png", figure)

    def _repr_png_(self) -> bytes | None:
        """Return the chart in a notebook."""
        if optional("matplotlib") is None:
            return None
        from .drawing import figure_of_chart

        shown: bytes = figure_of_chart(self)._repr_png_()
        return shown


def plot_table(
    vega_spec_name: str,
    data_table: Table,
    fields: Mapping[str, Any],
    string_fields: Mapping[str, Any] | None = None,
    split_table: bool = False,
) -> CustomChart:
    """Return a chart of a table: the kind of chart, and which columns it draws.

    The kinds that `wandb.plot` uses are drawn as such; the table of any other is drawn as points.
    """
    if not isinstance(data_table, Table):
        raise TypeError(f"plot_table draws a Table, not a {type(data_table).__name__}")
    spec = CustomChartSpec(
        vega_spec_name, dict(fields), dict(string_fields or {}), split_table=split_table
    )
    return CustomChart(data_table, spec)


Visualize = CustomChart
"""What `visualize` returns."""


def visualize(id: str, value: Table) -> CustomChart:
    """Return a chart of a table."""
    return plot_table(id, value, {})
