"""`autolog`: trainings recorded without a line of code in them."""

from __future__ import annotations

import threading
from types import ModuleType

from .._native.increments import IncrementName
from . import boosting, huggingface, keras, lightning, sklearn
from .import_hooks import Waiting
from .patches import Patches
from .training_run import Options

PACKAGES = {
    "sklearn.base": sklearn.patch,
    "xgboost": boosting.patch_xgboost,
    "lightgbm": boosting.patch_lightgbm,
    "keras": keras.patch,
    "lightning.pytorch.trainer.trainer": lightning.patch,
    "transformers.trainer": huggingface.patch,
}
"""The module that must be there, and what then replaces its functions."""

_lock = threading.RLock()
_waiting = Waiting()
_patches = Patches()
_current = Options()


def autolog(
    enabled: bool = True,
    *,
    increment: IncrementName | None = None,
    models: bool = True,
    data: bool = True,
) -> None:
    """Record every training of the common packages from now on; ``autolog(False)`` ends it.

        specweave.autolog()
        RandomForestClassifier(max_depth=6).fit(X_train, y_train)

    A training is an experiment of its own, named after the model. Within an open experiment the
    first training is recorded there, and each other one is a child of it, so that params, metrics
    and models stay apart; so is each in another thread, such as one of a pool. The same model
    trained again with the same params continues its experiment, and its metrics continue their
    steps. Where threads have experiments of their own open beside each other, a thread that has
    none belongs to none of them, or to the one around them. Recorded are params, the description
    of the data, ``training_time`` in seconds and the model, and for

    - scikit-learn: ``fit`` of everything that predicts, with its score on the training data as
      ``train_accuracy`` or ``train_r2``. A pipeline, an ensemble or a search is one training; a
      search records the best parameters, their score, and all others in cv_results.csv. What
      `cross_validate` and the functions of this package fit is left to them.
    - XGBoost and LightGBM: ``train`` and the estimators, with every evaluation.
    - Keras: ``fit``, with the metrics of every epoch.
    - PyTorch Lightning: ``Trainer.fit``, with everything logged, and the best checkpoint; with
      ``logger=False`` the last values only.
    - Hugging Face: ``Trainer.train``, with everything logged, and ``evaluate`` after it.

    Results are what they were, and so are exceptions; what cannot be recorded is warned about. It
    makes no difference whether a package is imported before or after: the functions stay the same
    objects, so that one that is held already (``from xgboost import train``, a partial) is recorded
    too, and pickles as before. Other trackers, such as MLflow's autolog, may be on as well, turned
    on before or after this one. In processes that the program starts nothing is recorded unless
    they call `autolog` themselves or are forked.

    Args:
        enabled: False puts everything back that was replaced.
        increment: The increment of new experiments; None finds it as `track_experiment` does.
        models: Whether trained models are saved.
        data: Whether training data is described; its content is hashed, about a second for two
            gigabytes.
    """
    global _current
    with _lock:
        _waiting.stop()
        _patches.undo()
        _current.on = False
        if not enabled:
            return
        _current = options = Options(increment, models, data)
        for module, patch in PACKAGES.items():

            def begin(loaded: ModuleType, patch: sklearn.Patch = patch) -> None:
                patch(loaded, _patches, options)

            _waiting.when_loaded(module, begin)
