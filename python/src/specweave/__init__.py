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
from typing import TYPE_CHECKING, Any

import specweave_ml
from specweave_ml import public

if TYPE_CHECKING:
    from specweave_ml import AmbiguousIncrementError as AmbiguousIncrementError
    from specweave_ml import ArtifactUse as ArtifactUse
    from specweave_ml import AutoTracker as AutoTracker
    from specweave_ml import ClosedError as ClosedError
    from specweave_ml import Comparison as Comparison
    from specweave_ml import CrossValidation as CrossValidation
    from specweave_ml import Experiment as Experiment
    from specweave_ml import ExperimentBusyError as ExperimentBusyError
    from specweave_ml import ExperimentDifference as ExperimentDifference
    from specweave_ml import ExperimentList as ExperimentList
    from specweave_ml import ExperimentMetadata as ExperimentMetadata
    from specweave_ml import ExperimentNotFoundError as ExperimentNotFoundError
    from specweave_ml import ExperimentPipeline as ExperimentPipeline
    from specweave_ml import FoldSummary as FoldSummary
    from specweave_ml import FormatError as FormatError
    from specweave_ml import History as History
    from specweave_ml import HuggingFaceCallback as HuggingFaceCallback
    from specweave_ml import IncrementNotFoundError as IncrementNotFoundError
    from specweave_ml import InternalError as InternalError
    from specweave_ml import InvalidArgumentError as InvalidArgumentError
    from specweave_ml import InvalidNameError as InvalidNameError
    from specweave_ml import KerasCallback as KerasCallback
    from specweave_ml import LibraryError as LibraryError
    from specweave_ml import LightGBMCallback as LightGBMCallback
    from specweave_ml import LightningLogger as LightningLogger
    from specweave_ml import MissingExtraError as MissingExtraError
    from specweave_ml import ModelExperiment as ModelExperiment
    from specweave_ml import NotFoundError as NotFoundError
    from specweave_ml import SerialisationError as SerialisationError
    from specweave_ml import Stage as Stage
    from specweave_ml import StorageError as StorageError
    from specweave_ml import SweepResults as SweepResults
    from specweave_ml import TensorBoardCallback as TensorBoardCallback
    from specweave_ml import TrackingError as TrackingError
    from specweave_ml import TrackingWarning as TrackingWarning
    from specweave_ml import XGBoostCallback as XGBoostCallback
    from specweave_ml import autolog as autolog
    from specweave_ml import compare_experiments as compare_experiments
    from specweave_ml import compare_models as compare_models
    from specweave_ml import configure_optuna as configure_optuna
    from specweave_ml import current_experiment as current_experiment
    from specweave_ml import find_artifact as find_artifact
    from specweave_ml import list_experiments as list_experiments
    from specweave_ml import load_experiment as load_experiment
    from specweave_ml import register_tracking_backend as register_tracking_backend
    from specweave_ml import run_experiments as run_experiments
    from specweave_ml import set_increment as set_increment
    from specweave_ml import track_artifacts as track_artifacts
    from specweave_ml import track_boosting_model as track_boosting_model
    from specweave_ml import track_cross_validation as track_cross_validation
    from specweave_ml import track_experiment as track_experiment
    from specweave_ml import track_grid_search as track_grid_search
    from specweave_ml import track_hyperparameters as track_hyperparameters
    from specweave_ml import track_model as track_model
    from specweave_ml import track_pytorch_model as track_pytorch_model
    from specweave_ml import track_sklearn_model as track_sklearn_model

__version__ = specweave_ml.__version__

__all__ = [*public.NAMES, "__version__"]


if not TYPE_CHECKING:  # which would take every misspelt name for one

    def __getattr__(name: str) -> Any:
        if name not in public.NAMES:
            raise unknown(name, sys._getframe(1).f_globals.get("__name__"))
        found = public.load(name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted(__all__)


def unknown(name: str, asking: object) -> Exception:
    """The error for a name that is not here.

    ``from specweave import X`` asks through importlib, which would replace the text of an
    AttributeError by its own; an ImportError it lets pass.
    """
    from ._other_skills import message as message_of

    message = message_of(name)
    if message is None:
        return AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importing = asking in ("importlib._bootstrap", "_frozen_importlib")
    return ImportError(message) if importing else AttributeError(message)


def report_namesake() -> None:
    """Say so if the unrelated package of the same name is mixed into this one."""
    from ._import_conflicts import foreign_files, message

    files = foreign_files(__path__)
    if files:
        import warnings

        from specweave_ml.errors import TrackingWarning

        warnings.warn(message(files), TrackingWarning, stacklevel=3)


report_namesake()
