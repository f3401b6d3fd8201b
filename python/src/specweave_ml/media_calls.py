"""Logging texts, tables and figures: artifacts that a loop makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._native.library import library
from ._native.text import encoded, owned
from .artifact_calls import ArtifactCalls
from .errors import SerialisationError, TrackingError
from .param_calls import safe_text
from .values.conversion import Unusable
from .values.scalars import AUTOMATIC_STEP, Step, step_number
from .values.several import several


class MediaCalls(ArtifactCalls):
    """``log_text``, ``log_table`` and ``log_figure``.

    They save artifacts, but as logging calls: what cannot be saved is warned about and counted in
    ``dropped``, and training goes on; only ``strict=True`` raises. Each returns the path within the
    experiment's folder, or None if nothing was saved.

    With a ``step`` each step keeps a file of its own: ``samples.png`` at step 12 is
    ``samples/step-000012.png``. Without one, the same name again replaces the file, and the older
    one is kept as a version.
    """

    def log_text(self, name: str, text: object, step: Step = None) -> str | None:
        """Save text as ``name``, by default a ``.txt``.

        Example:
            >>> exp.log_text("classification_report", classification_report(y_test, predicted))
            'classification_report.txt'
        """
        return self._log_media("text", name, safe_text(text), step)

    def log_table(
        self,
        name: str,
        data: Any,
        step: Step = None,
        *,
        columns: str | Sequence[str] | None = None,
    ) -> str | None:
        """Save a table as ``name``, by default a ``.csv``; ``.tsv``, ``.parquet`` … by the ending.

        ``data`` is a DataFrame of pandas or polars, a dict of columns, a list of dicts or of rows,
        an array or a mapping of names to numbers. ``columns`` are the headings where the data has
        none of its own.

        Example:
            >>> exp.log_table("errors", {"id": [3, 7], "truth": [1, 0], "score": [0.2, 0.9]})
            'errors.csv'
        """
        return self._log_media("table", name, data, step, columns)

    def log_figure(self, name: str, figure: Any, step: Step = None) -> str | None:
        """Save a figure as ``name``, by default a ``.png``; ``.svg``, ``.pdf`` … by the ending.

        ``figure`` is a figure or axes of matplotlib, ``pyplot`` itself, a grid of seaborn, a
        display of scikit-learn, a figure of plotly (by default ``.html``), an image of PIL or an
        array of pixels. It stays open and as it is.

        Example:
            >>> exp.log_figure("confusion", ConfusionMatrixDisplay.from_predictions(y, predicted))
            'confusion.png'
        """
        return self._log_media("figure", name, figure, step)

    def save_report(self, name: str = "report.md") -> str:
        """Write a Markdown report of the experiment, for who finds it three months later.

        How it went, the metrics, parameters, notes, data, figures and files, and the steps that
        make it again. It is an artifact: an older report is kept as a version. Raises
        `StorageError` if the disk refuses. Returns the path within the experiment's folder.
        """
        return owned(library().et_save_report, self._native, encoded(name))

    def _log_media(
        self,
        kind: str,
        name: str,
        content: Any,
        step: Step,
        columns: str | Sequence[str] | None = None,
    ) -> str | None:
        """Save it, or say why not."""
        from .artifacts.saving import save_encoded

        what = f"{kind} {safe_text(name)!r}"
        try:
            number = step_number(step)
            named = None if columns is None else several("columns", columns)
            path, encoding = form_of(kind, safe_text(name), content, named)
            known: dict[str, Any] = {}
            if number != AUTOMATIC_STEP:
                path = owned(library().et_artifact_step_path, encoded(path), number)
                known["step"] = number
            return save_encoded(self, path, content, encoding, kind=kind, known=known)
        except (TrackingError, Unusable) as reason:
            if self._strict and isinstance(reason, TrackingError):
                raise
            self._refuse(what, reason)
            return None


def form_of(kind: str, name: str, content: Any, columns: Sequence[str] | None) -> tuple[str, Any]:
    """The path and the encoding; an error of another package that looked at the object is ours."""
    from .artifacts import media

    try:
        return media.form(kind, name, content, columns)
    except TrackingError:
        raise
    except Exception as error:
        reason = f"{type(content).__name__} raised {type(error).__name__}: {error}"
        raise SerialisationError(reason) from error
