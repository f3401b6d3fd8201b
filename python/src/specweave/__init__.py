"""Experiment tracking as files.

    from specweave import track_experiment

    with track_experiment("xgboost-v1") as exp:
        exp.log_param("n_estimators", 100)
        exp.log_metric("auc", 0.87)
        exp.save_model(model, "model.pkl")

Everything lies in ``.specweave/increments/<increment>/experiments/xgboost-v1/`` as JSON, YAML and a
TensorBoard event file. The code is in the package `specweave_ml`, which offers the same names.
"""

from __future__ import annotations

import sys
from typing import Any

import specweave_ml
from specweave_ml import public
from specweave_ml.mlflow.path_uris import wait_for_mlflow
from specweave_ml.wandb.waiting import wait_for_wandb

__version__ = specweave_ml.__version__

__all__ = [*public.NAMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in public.NAMES:
        raise unknown(name, sys._getframe(1).f_globals.get("__name__"))
    found = public.load(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


def unknown(name: str, asking: object) -> Exception:
    """Return the error for a name that does not exist.

    ``from specweave import X`` asks through importlib, which would replace the text of an
    AttributeError by its own; an ImportError it lets pass.
    """
    from ._other_skills import message as message_of

    message = message_of(name)
    if message is None:
        return AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importing = asking in ("importlib._bootstrap", "_frozen_importlib")
    return ImportError(message) if importing else AttributeError(message)


def warn_of_import_conflict() -> None:
    """Warn if the unrelated package of the same name is mixed into this one."""
    from ._import_conflicts import foreign_files, message

    files = foreign_files(__path__)
    if files:
        import warnings

        from specweave_ml.errors import TrackingWarning

        warnings.warn(message(files), TrackingWarning, stacklevel=3)


warn_of_import_conflict()
wait_for_mlflow()
wait_for_wandb()
