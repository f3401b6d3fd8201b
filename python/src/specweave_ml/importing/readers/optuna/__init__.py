"""Optuna's studies: databases of SQLite and journals, read without Optuna; others through it.

A study is an experiment of the kind "sweep", and a trial one of the kind "trial" inside it, as
`configure_optuna` records them. Parameters have the values and types that the program got. What is
optimized is the metric ``value``, or what the study calls it; what was reported on the way is
``intermediate``. Distributions, attributes and the state are facts. A pruned trial has completed,
with the state "pruned". One that waits has not begun and is left out until it does.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from typing import Any

from ...._native.library import library
from ...._native.text import encoded, owned
from ...runs import Faults, ForeignRun, Series, Survey
from ...sqlite_files import is_database, opened, tables_of
from .database import SCHEMA, Storage, is_storage
from .journal import is_journal, studies_in
from .study import Study, Trial

STATUSES = {"COMPLETE": "completed", "PRUNED": "completed", "FAIL": "failed", "RUNNING": "running"}
DIRECTIONS = {"MINIMIZE": "lower", "MAXIMIZE": "higher"}
ENDINGS = (".db", ".sqlite", ".sqlite3", ".log", ".journal", ".jsonl")
"""What files of studies are called where a whole project is looked through."""


def detect(path: str) -> bool:
    """Return whether a file is a storage of Optuna."""
    if not path.lower().endswith(ENDINGS) or not os.path.isfile(path):
        return False
    return is_storage(tables_of(path)) if is_database(path) else is_journal(path)


def survey(path: str) -> Survey:
    """Return how many studies and trials a database has."""
    if not is_database(path):
        return Survey(None)
    with opened(path, Faults()) as connection:
        query = (
            "SELECT (SELECT count(*) FROM studies) + count(*) FROM trials WHERE state <> 'WAITING'"
        )
        return Survey(int(connection.execute(query).fetchone()[0]))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the studies of a file or of a URL, each with its trials."""
    if "://" in path and not os.path.exists(path):
        from .through_optuna import studies_at

        scope = owned(library().et_url_redact, encoded(path))
        for study in studies_at(path):
            yield from runs_of(study, scope)
        return
    scope = os.path.realpath(path)
    if not is_database(path):
        if not is_journal(path):
            raise faults.wrong(path, "line 1", "it is neither a database nor a journal of Optuna")
        for study in studies_in(path, faults):
            yield from runs_of(study, scope)
        return
    with opened(path, faults) as connection:
        storage = Storage(connection)
        if not is_storage(storage.columns):
            raise faults.wrong(
                path, "", "it is no database of Optuna: the tables studies, trials or trial_params "
                "are missing, or are others",
            )  # fmt: skip
        if storage.version > SCHEMA:
            faults.add(
                path, "",
                f"its schema is {storage.version}, newer than {SCHEMA}; what is known was read",
            )  # fmt: skip
        for study in storage.studies():
            faults.sentences += [f"{path}: {what}" for what in study.problems]
            yield from runs_of(study, scope)


def runs_of(study: Study, scope: str) -> Iterator[ForeignRun]:
    """Yield the experiment of a study, then those of its trials."""
    begun = [trial for trial in study.trials if trial.state in STATUSES]
    yield study_run(study, begun, scope)
    for trial in begun:
        yield trial_run(study, trial, scope)


def study_run(study: Study, begun: list[Trial], scope: str) -> ForeignRun:
    """Return the experiment of a study."""
    run = ForeignRun(id=study.name, name=study.name, scope=scope, kind="sweep")
    started = [trial.started for trial in begun if trial.started is not None]
    ended = [trial.ended for trial in begun if trial.ended is not None]
    run.created, run.ended = min(started, default=None), max(ended, default=None)
    # A study has no end of its own: more trials may follow at any time.
    run.status = "running" if any(trial.state == "RUNNING" for trial in begun) else "completed"
    ways = [DIRECTIONS.get(way, "lower") for way in study.directions]
    if len(ways) == 1:
        run.facts["sweep"] = {"metric": study.metrics[0], "direction": ways[0]}
    else:
        run.facts["sweep"] = {"directions": dict(zip(study.metrics, ways, strict=True))}
    run.facts["about"] = {
        "study": study.name,
        "directions": [way.lower() for way in study.directions],
    }
    facts: dict[str, Any] = {}
    if study.user_attrs:
        facts["user_attrs"] = study.user_attrs
    if study.system_attrs:
        facts["system_attrs"] = study.system_attrs
    if facts:
        run.facts["optuna"] = facts
    best = study.best()
    run.facts["best_trials"] = {"numbers": [trial.number for trial in best]}
    run.params["n_trials"] = len(begun)
    if len(best) == 1:
        trial = best[0]
        run.params.update(trial.params)
        run.facts["best"] = {
            "combination": trial.number + 1,
            "params": trial.params,
            "score": (trial.values or [float("nan")])[0],
        }
        add_values(run, study, trial)
    waiting = [trial.number for trial in study.trials if trial.state == "WAITING"]
    if waiting:
        run.left_out.append(f"trials that wait and have not begun: {', '.join(map(str, waiting))}")
    unknown = [trial for trial in study.trials if trial.state not in (*STATUSES, "WAITING")]
    run.problems += [
        f"trial {trial.number} has the state {trial.state!r}, which is not known"
        for trial in unknown
    ]
    return run


def trial_run(study: Study, trial: Trial, scope: str) -> ForeignRun:
    """Return the experiment of a trial."""
    run = ForeignRun(
        id=f"{study.name}/{trial.number}", name=f"trial-{trial.number}", scope=scope,
        parent=study.name, kind="trial", child=trial.number + 1,
        created=trial.started, ended=trial.ended, status=STATUSES[trial.state],
        params=dict(trial.params), problems=list(trial.problems),
    )  # fmt: skip
    if trial.intermediate:
        steps = sorted(trial.intermediate)
        run.series.append(
            Series(
                "intermediate",
                array("q", steps),
                array("d", [trial.intermediate[step] for step in steps]),
                None,
            )
        )
    add_values(run, study, trial)
    facts: dict[str, Any] = {
        "number": trial.number, "state": trial.state.lower(), "user_attrs": trial.user_attrs,
        "distributions": trial.distributions,
    }  # fmt: skip
    if trial.system_attrs:
        facts["system_attrs"] = trial.system_attrs
    if trial.started is not None and trial.ended is not None:
        facts["seconds"] = trial.ended - trial.started
    run.facts["trial"] = facts
    if trial.state == "FAIL":
        reason = trial.system_attrs.get("fail_reason")
        if reason:
            run.failure = {"type": "", "message": str(reason)}
    return run


def add_values(run: ForeignRun, study: Study, trial: Trial) -> None:
    """Add what a trial has resulted in; in that of the study at the trial's number."""
    names = study.metrics
    for place, value in enumerate(trial.values or ()):
        name = names[place] if place < len(names) else f"value_{place}"
        step = trial.number if run.kind == "sweep" else 0
        times = None if trial.ended is None else array("d", [trial.ended])
        run.series.append(Series(name, array("q", [step]), array("d", [value]), times))
