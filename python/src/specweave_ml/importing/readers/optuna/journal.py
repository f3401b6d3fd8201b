"""Studies in a journal of Optuna: a line of JSON for everything that was done."""

from __future__ import annotations

import json
from typing import Any

from ...runs import Faults
from .study import STATES, WAYS, Study, Trial, UnusableError, time_of

(
    CREATE_STUDY, DELETE_STUDY, STUDY_USER_ATTR, STUDY_SYSTEM_ATTR, CREATE_TRIAL, TRIAL_PARAM,
    STATE_VALUES, INTERMEDIATE, USER_ATTR, SYSTEM_ATTR, DISCARD,
) = range(11)  # fmt: skip
FINISHED = frozenset(("COMPLETE", "PRUNED", "FAIL"))
MOST_TOLD = 20
LONGEST_LINE = 1 << 24


def is_journal(path: str) -> bool:
    """Return whether a file begins as a journal."""
    try:
        with open(path, "rb") as file:
            if file.read(1) != b"{":
                return False
            file.seek(0)
            entry = json.loads(file.readline(1 << 20))
    except (OSError, ValueError, RecursionError):
        return False
    return (
        isinstance(entry, dict) and isinstance(entry.get("op_code"), int) and "worker_id" in entry
    )


def studies_in(path: str, faults: Faults) -> list[Study]:
    """Return the studies of a journal."""
    journal = Journal()
    told = 0
    with open(path, "rb") as file:
        for line, data in enumerate(file, 1):
            what = ""
            if not data.endswith(b"\n"):
                what = f"the last line is cut off, {len(data)} bytes of it are there"
            else:
                try:
                    journal.do(json.loads(data))
                except UnusableError as error:
                    what = str(error)
                except (KeyError, TypeError, ValueError, RecursionError) as error:
                    what = f"nothing of a journal: {type(error).__name__}: {error}"
            if what:
                told += 1
                if told <= MOST_TOLD:
                    faults.add(path, f"line {line}", what)
    return list(journal.studies.values())


class Journal:
    """Does what the lines say."""

    def __init__(self) -> None:
        self.studies: dict[int, Study] = {}
        self.trials: list[Trial] = []
        self.next_study = 0

    def do(self, entry: dict[str, Any]) -> None:
        """Do what one line says.

        What Optuna refuses to do has no effect: it stands there, because who wrote it did not know.
        """
        code = entry["op_code"]
        if code == CREATE_STUDY:
            self._create_study(entry)
        elif code == DELETE_STUDY:
            self.studies.pop(entry["study_id"], None)
        elif code in (STUDY_USER_ATTR, STUDY_SYSTEM_ATTR, CREATE_TRIAL):
            study = self.studies.get(entry["study_id"])
            if study is not None:
                if code == CREATE_TRIAL:
                    self._create_trial(study, entry)
                elif code == STUDY_USER_ATTR:
                    study.user_attrs.update(entry["user_attr"])
                else:
                    study.system_attrs.update(entry["system_attr"])
        elif code in (TRIAL_PARAM, STATE_VALUES, INTERMEDIATE, USER_ATTR, SYSTEM_ATTR):
            identity = entry["trial_id"]
            if 0 <= identity < len(self.trials) and self.trials[identity].state not in FINISHED:
                self._change(self.trials[identity], code, entry)
        elif code != DISCARD:
            raise UnusableError(f"the operation {code!r}, which is not known")

    def _create_study(self, entry: dict[str, Any]) -> None:
        """Make a study, unless there is one of that name."""
        name = str(entry["study_name"])
        if any(study.name == name for study in self.studies.values()):
            return
        self.studies[self.next_study] = Study(name, [WAYS[way] for way in entry["directions"]])
        self.next_study += 1

    def _create_trial(self, study: Study, entry: dict[str, Any]) -> None:
        """Make a trial, perhaps a complete one."""
        trial = Trial(len(study.trials), STATES[entry.get("state", 0)])
        distributions = entry.get("distributions", {})
        for name, internal in entry.get("params", {}).items():
            trial.set_param(name, internal, distributions[name])
        trial.user_attrs.update(entry.get("user_attrs", {}))
        trial.system_attrs.update(entry.get("system_attrs", {}))
        trial.started = time_of(entry.get("datetime_start"))
        trial.ended = time_of(entry.get("datetime_complete"))
        if entry.get("values") is not None:
            trial.values = [float(value) for value in entry["values"]]
        elif entry.get("value") is not None:
            trial.values = [float(entry["value"])]
        for step, value in entry.get("intermediate_values", {}).items():
            trial.intermediate[int(step)] = float(value)
        study.trials.append(trial)
        self.trials.append(trial)

    def _change(self, trial: Trial, code: int, entry: dict[str, Any]) -> None:
        """Change a trial that has not ended."""
        if code == TRIAL_PARAM:
            trial.set_param(
                str(entry["param_name"]), entry["param_value_internal"], entry["distribution"]
            )
        elif code == INTERMEDIATE:
            value = entry["intermediate_value"]
            trial.intermediate[int(entry["step"])] = float("nan") if value is None else float(value)
        elif code == USER_ATTR:
            trial.user_attrs.update(entry["user_attr"])
        elif code == SYSTEM_ATTR:
            trial.system_attrs.update(entry["system_attr"])
        else:
            state = STATES[entry["state"]]
            if state == trial.state == "RUNNING":
                return
            if state == "RUNNING":
                trial.started = time_of(entry.get("datetime_start"))
            if state in FINISHED:
                trial.ended = time_of(entry.get("datetime_complete"))
            trial.state = state
            if entry.get("values") is not None:
                trial.values = [float(value) for value in entry["values"]]
