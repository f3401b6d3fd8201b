"""Where trainings inside an open experiment are recorded.

The first one is recorded in the experiment itself, so that a program that trains one model has
everything in one place; each other one in a child, since the params and metrics of two models in
one place cannot be distinguished. Those in other threads are all children, since which of them
comes first is chance. A model that is trained again with the same settings continues where it was
recorded.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from dataclasses import dataclass, field
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary

from ..tracking.current import opened_here
from ..tracking.experiment import Experiment
from ..values.estimators import model_params


@dataclass
class Trained:
    """A model that is still there."""

    model: ReferenceType[Any]
    settings: str | None
    child: Experiment | None
    """None is the experiment around it."""


@dataclass
class Places:
    """What was trained inside an experiment."""

    taken: bool = False
    """Whether the experiment itself has a training."""
    models: dict[int, Trained] = field(default_factory=dict)


_places: WeakKeyDictionary[Experiment, Places] = WeakKeyDictionary()
_lock = threading.RLock()


def place_of(around: Experiment, model: object) -> Experiment | None:
    """Return the experiment that a training is recorded in; None is a new child."""
    setting = settings(model)
    with _lock:
        places = _places.setdefault(around, Places())
        trained = places.models.get(id(model))
        if trained is not None and trained.model() is model and trained.settings == setting:
            return around if trained.child is None else trained.child
        if places.taken or not opened_here():
            return None
        places.taken = True
        return around


def keep(around: Experiment, model: object, experiment: Experiment) -> None:
    """Remember where a model was recorded, for as long as it is there."""
    setting, key = settings(model), id(model)
    with _lock, contextlib.suppress(TypeError):  # None, or an object without weak references
        models = _places.setdefault(around, Places()).models

        def forget(gone: ReferenceType[Any]) -> None:
            trained = models.get(key)
            if trained is not None and trained.model is gone:
                del models[key]

        child = None if experiment is around else experiment
        models[key] = Trained(weakref.ref(model, forget), setting, child)


def settings(model: object) -> str | None:
    """Return what the model is set to, as text: arrays among it do not compare."""
    return repr(model_params(model)) if hasattr(model, "get_params") else None
