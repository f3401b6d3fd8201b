"""Logging parameters, notes, tags, the status and the decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.text import encoded, encoded_json
from ..errors import InvalidArgumentError
from ..values.conversion import ConversionError, brief
from ..values.json_values import MAXIMUM_TEXT, json_value, mapping_of
from ..values.scalars import LARGEST, SMALLEST, key_text
from ..values.several import several

NOT_FOUND = -11


class ParamCalls(ExperimentHandle):
    """Everything that is logged and is not a metric."""

    def log_param(self, key: str, value: Any) -> None:
        """Log a parameter, with its type; lists, dicts and objects by the rules of `values`.

        A later value of the same key is the one shown; the earlier ones are kept. What looks like a
        credential, by its name (``api_key``) or by itself, is stored as ``[REDACTED]``, as it is in
        the command line; a warning says so once.
        """
        try:
            name = encoded(key_text(key))
        except ConversionError as reason:
            self._refuse("param", reason)
            return
        functions, kind = library(), type(value)
        if kind is str and len(value) <= MAXIMUM_TEXT:
            code = functions.et_experiment_log_param_text(self._native, name, encoded(value))
        elif kind is float:
            code = functions.et_experiment_log_param_double(self._native, name, value)
        elif kind is bool:
            code = functions.et_experiment_log_param_bool(self._native, name, value)
        elif kind is int and SMALLEST <= value <= LARGEST:
            code = functions.et_experiment_log_param_int(self._native, name, value)
        else:
            self.log_params({key: value})
            return
        self._recorded(code, f"param {key!r}")

    def log_params(self, params: Any = None, /, **named: Any) -> None:
        """Log parameters from a dict, an ``argparse.Namespace``, a dataclass or an estimator."""
        try:
            entries = {**({} if params is None else mapping_of(params)), **named}
        except ConversionError as reason:
            self._refuse("params", reason)
            return
        usable = self._usable(entries)
        if usable:
            code = library().et_experiment_log_params(self._native, encoded_json(usable))
            self._recorded(code, "params " + ", ".join(map(repr, usable)))

    def log_note(self, text: object) -> None:
        """Add a note, stored with the time."""
        note = text if isinstance(text, str) else safe_text(text)
        self._recorded(library().et_experiment_log_note(self._native, encoded(note)), "a note")

    def add_tag(self, *tags: str | Iterable[str]) -> None:
        """Add tags, or lists of them. Idempotent."""
        for tag in self._tags(tags):
            self._recorded(
                library().et_experiment_add_tag(self._native, encoded(safe_text(tag))),
                f"tag {tag!r}",
            )

    def remove_tag(self, *tags: str | Iterable[str]) -> None:
        """Remove tags; one that is not there is ignored."""
        for tag in self._tags(tags):
            code = library().et_experiment_remove_tag(self._native, encoded(safe_text(tag)))
            if code != NOT_FOUND:
                self._recorded(code, f"tag {tag!r}")

    def set_status(self, status: str) -> None:
        """Set the status: ``"running"``, ``"completed"``, ``"failed"`` or ``"interrupted"``."""
        what = f"status {brief(status)}"
        self._recorded(
            library().et_experiment_set_status(self._native, encoded(safe_text(status)), None), what
        )

    def select(self, rationale: str | Iterable[str] = (), *, selected: bool = True) -> None:
        """Record that this experiment was selected, by whom, when, and why; ``False`` revokes it.

        The name is that of the user who runs the program.
        """
        try:
            reasons = [safe_text(reason) for reason in several("rationale", rationale)]
        except InvalidArgumentError as reason:
            self._refuse("the selection", reason)
            return
        options = encoded_json({"rationale": reasons, "selected": bool(selected)})
        self._recorded(library().et_experiment_select(self._native, options), "the selection")

    def _tags(self, tags: Iterable[Any]) -> list[Any]:
        """Return the tags in a call; what are none is counted and warned about."""
        found: list[Any] = []
        for tag in tags:
            try:
                found += several("add_tag()", tag)
            except InvalidArgumentError as reason:
                self._refuse(f"tag {brief(tag)}", reason)
        return found

    def _log_fact(self, section: str, facts: Mapping[str, Any]) -> None:
        """Record what is known in a section of metadata.yaml."""
        usable = self._usable(facts)
        code = library().et_experiment_log_fact(
            self._native, encoded(section), encoded_json(usable)
        )
        self._recorded(code, f"facts of {section!r}")

    def _usable(self, entries: Mapping[Any, Any]) -> dict[str, Any]:
        """Return the entries that can be stored; the others are counted and warned about."""
        usable: dict[str, Any] = {}
        for key, value in entries.items():
            try:
                usable[key_text(key)] = json_value(value)
            except ConversionError as reason:
                self._refuse(f"param {brief(key)}", reason)
        return usable


def safe_text(value: object) -> str:
    """Return the text of anything, in its full length; never fails."""
    if isinstance(value, str):
        return str.__str__(value)
    try:
        return str.__str__(str(value))
    except Exception:
        return brief(value)
