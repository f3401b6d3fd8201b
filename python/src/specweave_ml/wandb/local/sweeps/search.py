"""Which parameters a sweep tries next, from those that it has tried."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Sequence
from typing import Any

from ...._native.optional_packages import need
from .config import SweepConfig
from .records import Trial


def next_values(config: SweepConfig, trials: Sequence[Trial], seed: int) -> dict[str, Any] | None:
    """Return the values by parameter; None if the sweep has tried all it was to try."""
    if config.run_cap is not None and len(trials) >= config.run_cap:
        return None
    if config.method == "grid":
        return next_of_grid(config, trials)
    if config.method == "random":
        chance = random.Random(f"{seed}-{len(trials)}")  # noqa: S311 - not a secret
        return {name: space.draw(chance) for name, space in config.spaces.items()}
    return chosen_by_optuna(config, trials, seed)


def combinations(config: SweepConfig) -> int | None:
    """Return how many runs a sweep has; None if there is no end."""
    if config.method != "grid":
        return config.run_cap
    count = 1
    for space in config.spaces.values():
        count *= len(space.grid())
    return count if config.run_cap is None else min(count, config.run_cap)


def next_of_grid(config: SweepConfig, trials: Sequence[Trial]) -> dict[str, Any] | None:
    """Return the first combination that is not tried; one that was interrupted is tried again."""
    tried = [one.values for one in trials if one.state != "killed"]
    if len(tried) == len(trials):
        return combination(config, len(tried))
    place = 0
    while (found := combination(config, place)) is not None and found in tried:
        place += 1
    return found


def combination(config: SweepConfig, place: int) -> dict[str, Any] | None:
    """Return one combination of a grid; the last parameter changes first. None is the end."""
    grids = [space.grid() for space in config.spaces.values()]
    chosen: list[Any] = []
    left = place
    for grid in reversed(grids):
        left, place = divmod(left, len(grid))
        chosen.append(grid[place])
    if left:
        return None
    return dict(zip(config.spaces, reversed(chosen), strict=True))


def chosen_by_optuna(config: SweepConfig, trials: Sequence[Trial], seed: int) -> dict[str, Any]:
    """Return what Optuna's sampler proposes; it is told of all trials each time."""
    optuna = need("optuna", "A sweep with the method 'bayes'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of samplers that Optuna calls experimental
        optuna.logging.disable_default_handler()
        sampler = optuna.samplers.TPESampler(seed=seed + len(trials), constant_liar=True)
        study = optuna.create_study(direction=config.goal, sampler=sampler)
        for trial in trials:
            study.add_trial(as_optuna(optuna, config, trial))
        kinds = {name: space.optuna_distribution() for name, space in config.spaces.items()}
        known = {name: kind for name, kind in kinds.items() if kind is not None}
        asked = study.ask(known)
    chance = random.Random(f"{seed}-{len(trials)}")  # noqa: S311 - not a secret
    return {
        name: space.from_optuna(asked.params[name]) if name in known else space.draw(chance)
        for name, space in config.spaces.items()
    }


def as_optuna(optuna: Any, config: SweepConfig, trial: Trial) -> Any:
    """Return a trial as Optuna knows it; one that failed says nothing."""
    kinds = {name: space.optuna_distribution() for name, space in config.spaces.items()}
    known = {name: kind for name, kind in kinds.items() if kind is not None}
    params = {name: config.spaces[name].to_optuna(trial.values[name]) for name in known}
    states = optuna.trial.TrialState
    state, value = states.RUNNING, None
    if trial.state == "finished":
        known_value = trial.metric is not None and not math.isnan(trial.metric)
        state, value = (states.COMPLETE, trial.metric) if known_value else (states.FAIL, None)
    elif trial.state != "running":
        state = states.FAIL
    return optuna.trial.create_trial(state=state, value=value, params=params, distributions=known)
