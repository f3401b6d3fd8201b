"""Studies in a storage that only Optuna can read: PostgreSQL, MySQL, a gRPC proxy, Redis."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...._native.optional_packages import need
from .study import Study, Trial, distribution_of


def studies_at(url: str) -> Iterator[Study]:
    """Yield the studies at a URL."""
    optuna = need("optuna", f"the import of {url}")
    storage = optuna.storages.get_storage(url)
    for frozen in storage.get_all_studies():
        study = Study(
            frozen.study_name, [way.name for way in frozen.directions],
            dict(frozen.user_attrs), dict(frozen.system_attrs),
        )  # fmt: skip
        for trial in storage.get_all_trials(frozen._study_id, deepcopy=False):
            study.trials.append(trial_of(trial, optuna))
        yield study


def trial_of(frozen: Any, optuna: Any) -> Trial:
    """Return a trial as plain data."""
    as_json = optuna.distributions.distribution_to_json
    return Trial(
        frozen.number, frozen.state.name, dict(frozen.params),
        {name: distribution_of(as_json(one)) for name, one in frozen.distributions.items()},
        None if frozen.values is None else [float(value) for value in frozen.values],
        {int(step): float(value) for step, value in frozen.intermediate_values.items()},
        json.loads(json.dumps(frozen.user_attrs)), json.loads(json.dumps(frozen.system_attrs)),
        seconds(frozen.datetime_start), seconds(frozen.datetime_complete),
    )  # fmt: skip


def seconds(moment: Any) -> float | None:
    """Return seconds since 1970; Optuna gives times of this computer's zone without saying so."""
    return None if moment is None else float(moment.astimezone().timestamp())
