"""Studies in a database of SQLite that Optuna has written, of any version since 0.9."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from ...sqlite_files import UNREADABLE, columns_in
from .study import Study, Trial, UnusableError, time_of

NEEDED = {
    "studies": {"study_id", "study_name"},
    "trials": {"trial_id", "study_id", "state"},
    "trial_params": {"trial_id", "param_name", "param_value", "distribution_json"},
}
INFINITE = {"INF_POS": float("inf"), "INF_NEG": float("-inf"), "NAN": float("nan")}
SCHEMA = 12
"""The newest schema that is known."""
FIRST_UTC = 5
"""The first major version of Optuna whose times are UTC; before they were the computer's own."""
MOST_TOLD = 20


def is_storage(columns: dict[str, set[str]]) -> bool:
    """Return whether tables are those of Optuna."""
    return all(names <= columns.get(table, set()) for table, names in NEEDED.items())


class Storage:
    """The tables of one database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.columns = columns_in(connection)
        self.version, self.library = 0, ""
        if {"schema_version", "library_version"} <= self.columns.get("version_info", set()):
            row = connection.execute(
                "SELECT schema_version, library_version FROM version_info"
            ).fetchone()
            self.version, self.library = (int(row[0] or 0), str(row[1] or "")) if row else (0, "")
        major = self.library.partition(".")[0]
        self.is_utc = major.isdigit() and int(major) >= FIRST_UTC

    def studies(self) -> Iterator[Study]:
        """Yield the studies with their trials."""
        columns = self.columns["studies"]
        way = "direction" if "direction" in columns else "NULL"
        for identity, name, direction in self.connection.execute(
            f"SELECT study_id, study_name, {way} FROM studies ORDER BY study_id"  # noqa: S608
        ).fetchall():
            ways = [direction] if direction else []
            if "direction" in self.columns.get("study_directions", set()):
                ways = [
                    row[0]
                    for row in self.connection.execute(
                        "SELECT direction FROM study_directions WHERE study_id = ? "
                        "ORDER BY objective",
                        (identity,),
                    )
                ]
            study = Study(str(name), [str(way) for way in ways] or ["NOT_SET"])
            self._attributes(study.user_attrs, "study_user_attributes", "study_id", identity, study)
            self._attributes(
                study.system_attrs, "study_system_attributes", "study_id", identity, study
            )
            self._trials(study, identity)
            yield study

    def _trials(self, study: Study, identity: int) -> None:
        """Read the trials of a study; what is damaged keeps none of the others from it."""
        there = self.columns["trials"]
        names = ("trial_id", "number", "state", "datetime_start", "datetime_complete", "value")
        wanted = ", ".join(name if name in there else "NULL" for name in names)
        trials: dict[int, Trial] = {}
        last = 0
        try:
            for place, row in enumerate(
                self.connection.execute(
                    f"SELECT {wanted} FROM trials WHERE study_id = ? ORDER BY trial_id",  # noqa: S608
                    (identity,),
                )
            ):
                last, number, state, started, ended, value = row
                trial = Trial(place if number is None else int(number), str(state))
                if value is not None:  # before several objectives
                    trial.values = [float(value)]
                try:
                    trial.started = time_of(started, is_utc=self.is_utc)
                    trial.ended = time_of(ended, is_utc=self.is_utc)
                except UnusableError as error:
                    trial.problems.append(f"trials, row {last}: {error}")
                trials[last] = trial
        except UNREADABLE as error:
            study.problems.append(f"trials, after row {last}: {error}; the rest was not read")
        study.trials = list(trials.values())
        for table, columns, take in (
            ("trial_params", ("param_name", "param_value", "distribution_json"), set_param),
            ("trial_values", ("objective", "value", "value_type", "step"), set_value),
            (
                "trial_intermediate_values",
                ("step", "intermediate_value", "intermediate_value_type"),
                set_intermediate,
            ),
            ("trial_user_attributes", ("key", "value_json"), set_user_attr),
            ("trial_system_attributes", ("key", "value_json"), set_system_attr),
        ):
            self._details(study, trials, identity, table, columns, take)

    def _details(
        self, study: Study, trials: dict[int, Trial], identity: int, table: str,
        columns: tuple[str, ...], take: Any,
    ) -> None:  # fmt: skip
        """Read a table of what trials consist of."""
        there = self.columns.get(table)
        if not there:
            return
        wanted = ", ".join(f"d.{name}" if name in there else "NULL" for name in columns)
        last = 0
        try:
            for last, trial, *values in self.connection.execute(
                f'SELECT d.rowid, d.trial_id, {wanted} FROM "{table}" d '  # noqa: S608 - own names
                "JOIN trials t ON t.trial_id = d.trial_id WHERE t.study_id = ? ORDER BY d.rowid",
                (identity,),
            ):
                if trial in trials:
                    try:
                        take(trials[trial], *values)
                    except (ValueError, TypeError, RecursionError) as error:
                        trials[trial].problems.append(f"{table}, row {last}: {error}")
        except UNREADABLE as error:
            study.problems.append(f"{table}, after row {last}: {error}; the rest was not read")

    def _attributes(
        self, target: dict[str, Any], table: str, column: str, identity: int, study: Study
    ) -> None:
        """Read the attributes of a study."""
        if not {"key", "value_json", column} <= self.columns.get(table, set()):
            return
        try:
            for key, text in self.connection.execute(
                f'SELECT "key", value_json FROM "{table}" WHERE {column} = ?',  # noqa: S608
                (identity,),
            ):
                try:
                    target[str(key)] = json.loads(text)
                except (ValueError, TypeError, RecursionError) as error:
                    study.problems.append(f"{table}, {key!r}: {error}")
        except UNREADABLE as error:
            study.problems.append(f"{table}: {error}; the rest was not read")


def set_param(trial: Trial, name: Any, value: Any, distribution: Any) -> None:
    """Set a parameter."""
    trial.set_param(str(name), value, str(distribution))


def set_value(trial: Trial, objective: Any, value: Any, kind: Any, step: Any) -> None:
    """Set what a trial has resulted in; with a step it is one on the way, as before 2.4."""
    if step is not None:
        trial.intermediate[int(step)] = number(value, kind)
        return
    values = trial.values if trial.values is not None else []
    place = int(objective or 0)
    if not 0 <= place < 1000:
        raise UnusableError(f"the objective {place}")
    values += [float("nan")] * (place + 1 - len(values))
    values[place] = number(value, kind)
    trial.values = values


def set_intermediate(trial: Trial, step: Any, value: Any, kind: Any) -> None:
    """Set a value on the way."""
    trial.intermediate[int(step)] = number(value, kind)


def set_user_attr(trial: Trial, key: Any, text: Any) -> None:
    """Set an attribute of the user's."""
    trial.user_attrs[str(key)] = json.loads(text)


def set_system_attr(trial: Trial, key: Any, text: Any) -> None:
    """Set an attribute of Optuna's."""
    trial.system_attrs[str(key)] = json.loads(text)


def number(value: Any, kind: Any) -> float:
    """Return a number; those that databases cannot hold have a name beside them."""
    if kind in INFINITE:
        return INFINITE[kind]
    return float("nan") if value is None else float(value)
