"""Saving, logging and loading artifacts; the work is done in the package `artifacts`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from .._native.library import library
from .._native.text import encoded, owned
from ..errors import SerialisationError, TrackingError
from ..values.conversion import ConversionError
from ..values.scalars import AUTOMATIC_STEP, Step, step_number
from ..values.several import several
from .event_values import ValueCalls
from .params import safe_text

NOTHING: Any = object()


class ArtifactCalls(ValueCalls):
    """The calls that save files into an experiment, and get them back.

    ``save_artifact``, ``log_artifact``, ``save_model`` and ``save_report`` raise when they fail:
    when they return, the file is there, whole and hashed.

    ``log_text``, ``log_table`` and ``log_figure`` save artifacts too, but as logging calls: what
    cannot be saved is warned about and counted in ``dropped``, and training continues; only
    ``strict=True`` raises. Each returns the path within the experiment's folder, or None if nothing
    was saved. With a ``step`` each step keeps a file of its own: ``samples.png`` at step 12 is
    ``samples/step-000012.png``. Without one, the same name again replaces the file, and the older
    one is kept as a version.
    """

    def save_artifact(self, name: str | os.PathLike[str], obj: Any = NOTHING) -> str:
        """Save an object under a name whose extension says how; with one argument, copy a path.

        Returns the path within the experiment's folder.
        """
        from ..artifacts import save

        if obj is NOTHING:
            return save(self, None, name)
        return save(self, os.fspath(name), obj)

    def log_artifact(
        self,
        path: str | os.PathLike[str],
        name: str | None = None,
        *,
        follow_links: bool = False,
    ) -> str:
        """Copy a file or a folder into the experiment, under its own name or another.

        Links in a folder are followed where they lead to something in it, or into a cache that
        names files by their content, as those of Hugging Face, DVC and git-annex;
        ``follow_links=True`` follows the others too. What is not copied is warned about: links that
        lead out, to nothing or in a circle, pipes and sockets, names that are not UTF-8. Of a file
        that grows meanwhile what it held at first is copied.

        Raises `InvalidArgumentError` for an empty path and for ``"."``: the working directory is
        copied only by its full path, ``Path.cwd()``, and no folder that holds the experiment is.
        """
        from ..artifacts.saving import copy

        return copy(self, path, name, follow_links=follow_links)

    def save_model(self, model: Any, name: str | None = None) -> str:
        """Save a model in its native format, or as a pickle; by default as ``model.…``."""
        from ..artifacts import save_model

        return save_model(self, model, name)

    def load_artifact(self, name: str, *, trust: bool = False) -> Any:
        """Load an artifact; a pickle only with ``trust=True``, for loading one runs its code."""
        from ..artifacts import load

        return load(self, name, trust=trust)

    def log_text(
        self, name: str, text: object, step: Step = None, *, tensorboard: bool | None = None
    ) -> str | None:
        """Save text as ``name``, by default a ``.txt``, and show it in TensorBoard's Text tab.

        TensorBoard shows a ``.md`` as Markdown and any other text as it is. It gets a copy of up to
        64 kB, with ``tensorboard=True`` of up to 8 MB, and with ``tensorboard=False`` none.

        Example:
            >>> exp.log_text("classification_report", classification_report(y_test, predicted))
            'classification_report.txt'
        """
        content = safe_text(text)
        path = self._log_media("text", name, content, step)
        if path is not None and tensorboard is not False:
            self._show_text(safe_text(name), path, content, step_number(step), tensorboard)
        return path

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

    def log_figure(
        self, name: str, figure: Any, step: Step = None, *, tensorboard: bool = False
    ) -> str | None:
        """Save a figure as ``name``, by default a ``.png``; ``.svg``, ``.pdf`` … by the ending.

        ``figure`` is a figure or axes of matplotlib, ``pyplot`` itself, a grid of seaborn, a
        display of scikit-learn, a figure of plotly (by default ``.html``), an image of PIL or an
        array of pixels. It stays open and as it is.

        With ``tensorboard=True`` TensorBoard's Images tab shows it too, as a PNG if the file is
        none, of up to 8 MB: a copy of it then lies in the event file.

        Example:
            >>> exp.log_figure("confusion", ConfusionMatrixDisplay.from_predictions(y, predicted))
            'confusion.png'
        """
        path = self._log_media("figure", name, figure, step)
        if path is not None and tensorboard:
            self._show_figure(safe_text(name), path, figure, step_number(step))
        return path

    def save_report(self, name: str = "report.md") -> str:
        """Write a Markdown report of the experiment, for readers who find it months later.

        The status, the metrics, parameters, notes, data, figures and files, and the steps that
        reproduce it. It is an artifact: an older report is kept as a version. Raises
        `StorageError` if the disk refuses. Returns the path within the experiment's folder.
        """
        return owned(library().et_experiment_save_report, self._native, encoded(name))

    def _log_media(
        self,
        kind: str,
        name: str,
        content: Any,
        step: Step,
        columns: str | Sequence[str] | None = None,
    ) -> str | None:
        """Save it, or say why not."""
        from ..artifacts.saving import save_encoded

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
        except (TrackingError, ConversionError) as reason:
            if self._strict and isinstance(reason, TrackingError):
                raise
            self._refuse(what, reason)
            return None


def form_of(kind: str, name: str, content: Any, columns: Sequence[str] | None) -> tuple[str, Any]:
    """Return the path and the encoding.

    An error of another package that looked at the object is ours.
    """
    from ..artifacts import media

    try:
        return media.form(kind, name, content, columns)
    except TrackingError:
        raise
    except Exception as error:
        reason = f"{type(content).__name__} raised {type(error).__name__}: {error}"
        raise SerialisationError(reason) from error
