"""The public names, for type checkers and editors; `specweave_ml.public` has where each is."""

from specweave_ml._native.increments import set_increment as set_increment
from specweave_ml.autologging.autolog import autolog as autolog
from specweave_ml.autotracker.tracker import AutoTracker as AutoTracker
from specweave_ml.comparison.comparison import Comparison as Comparison
from specweave_ml.comparison.comparison import compare_experiments as compare_experiments
from specweave_ml.comparison.github import github_issue as github_issue
from specweave_ml.comparison.review import Review as Review
from specweave_ml.comparison.review import review as review
from specweave_ml.errors import AmbiguousIncrementError as AmbiguousIncrementError
from specweave_ml.errors import ClosedError as ClosedError
from specweave_ml.errors import ExperimentBusyError as ExperimentBusyError
from specweave_ml.errors import ExperimentNotFoundError as ExperimentNotFoundError
from specweave_ml.errors import FormatError as FormatError
from specweave_ml.errors import IncrementNotFoundError as IncrementNotFoundError
from specweave_ml.errors import InternalError as InternalError
from specweave_ml.errors import InvalidArgumentError as InvalidArgumentError
from specweave_ml.errors import InvalidNameError as InvalidNameError
from specweave_ml.errors import LibraryError as LibraryError
from specweave_ml.errors import MissingExtraError as MissingExtraError
from specweave_ml.errors import NotFoundError as NotFoundError
from specweave_ml.errors import SerialisationError as SerialisationError
from specweave_ml.errors import StorageError as StorageError
from specweave_ml.errors import TrackingError as TrackingError
from specweave_ml.errors import TrackingWarning as TrackingWarning
from specweave_ml.integrations.boosting import track_boosting_model as track_boosting_model
from specweave_ml.integrations.huggingface import HuggingFaceCallback as HuggingFaceCallback
from specweave_ml.integrations.keras import KerasCallback as KerasCallback
from specweave_ml.integrations.keras import TensorBoardCallback as TensorBoardCallback
from specweave_ml.integrations.lightgbm import LightGBMCallback as LightGBMCallback
from specweave_ml.integrations.lightning import LightningLogger as LightningLogger
from specweave_ml.integrations.model import track_model as track_model
from specweave_ml.integrations.model_experiments import ModelExperiment as ModelExperiment
from specweave_ml.integrations.model_experiments import run_experiments as run_experiments
from specweave_ml.integrations.optuna import configure_optuna as configure_optuna
from specweave_ml.integrations.pytorch import track_pytorch_model as track_pytorch_model
from specweave_ml.integrations.sklearn import track_sklearn_model as track_sklearn_model
from specweave_ml.integrations.xgboost import XGBoostCallback as XGBoostCallback
from specweave_ml.model_selection.compare_models import compare_models as compare_models
from specweave_ml.model_selection.cross_validation import CrossValidation as CrossValidation
from specweave_ml.model_selection.cross_validation import (
    track_cross_validation as track_cross_validation,
)
from specweave_ml.model_selection.folds import FoldSummary as FoldSummary
from specweave_ml.model_selection.results import SweepResults as SweepResults
from specweave_ml.model_selection.search import track_grid_search as track_grid_search
from specweave_ml.model_selection.search import track_hyperparameters as track_hyperparameters
from specweave_ml.pipelines.pipeline import ExperimentPipeline as ExperimentPipeline
from specweave_ml.pipelines.stage import Stage as Stage
from specweave_ml.reading.difference import ExperimentDifference as ExperimentDifference
from specweave_ml.reading.explanation import Explanation as Explanation
from specweave_ml.reading.history import History as History
from specweave_ml.tracking.archiving import ArchiveEntry as ArchiveEntry
from specweave_ml.tracking.archiving import ArchiveReport as ArchiveReport
from specweave_ml.tracking.archiving import archive_experiments as archive_experiments
from specweave_ml.tracking.archiving import delete_experiment as delete_experiment
from specweave_ml.tracking.archiving import restore_experiment as restore_experiment
from specweave_ml.tracking.artifact_folder import track_artifacts as track_artifacts
from specweave_ml.tracking.artifact_search import ArtifactUse as ArtifactUse
from specweave_ml.tracking.artifact_search import find_artifact as find_artifact
from specweave_ml.tracking.backends import register_tracking_backend as register_tracking_backend
from specweave_ml.tracking.current import current_experiment as current_experiment
from specweave_ml.tracking.experiment import Experiment as Experiment
from specweave_ml.tracking.living_docs import LivingDocs as LivingDocs
from specweave_ml.tracking.living_docs import LivingDocsFile as LivingDocsFile
from specweave_ml.tracking.living_docs import sync_living_docs as sync_living_docs
from specweave_ml.tracking.lookup import ExperimentList as ExperimentList
from specweave_ml.tracking.lookup import list_experiments as list_experiments
from specweave_ml.tracking.lookup import load_experiment as load_experiment
from specweave_ml.tracking.metadata import ExperimentMetadata as ExperimentMetadata
from specweave_ml.tracking.reproduction import Reproduction as Reproduction
from specweave_ml.tracking.reproduction import reproduce as reproduce
from specweave_ml.tracking.start import track_experiment as track_experiment

__version__: str
