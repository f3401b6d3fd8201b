"""Charts: a table, what of it is drawn, and a picture of it."""

from .chart import CustomChart, CustomChartSpec, Visualize, plot_table, visualize
from .classification import confusion_matrix, pr_curve, roc_curve
from .simple import bar, histogram, line, line_series, scatter

__all__ = [
    "CustomChart",
    "CustomChartSpec",
    "Visualize",
    "bar",
    "confusion_matrix",
    "histogram",
    "line",
    "line_series",
    "plot_table",
    "pr_curve",
    "roc_curve",
    "scatter",
    "visualize",
]
