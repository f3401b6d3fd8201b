"""Models in the native formats of their packages, which outlive the version that wrote them.

A model is loaded as what it was: an estimator of XGBoost or LightGBM in its class, with its
parameters and labels (see `estimators`). One that its native file cannot restore completely, such
as one of the user's own class or with a function among its parameters, is pickled by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._native.optional_packages import is_a, need, type_name
from .._native.warn import warn
from ..errors import SerialisationError
from . import estimators, modules
from .encoding import Details, Encoding, Encodings, as_text, streamed

XGBOOST = ("xgboost.Booster", "xgboost.XGBModel")
LIGHTGBM = ("lightgbm.Booster", "lightgbm.LGBMModel")
KERAS = ("keras.Model", "tf_keras.Model")


def encodings(obj: Any) -> Encodings:
    """Return the native formats of the object's package."""
    if is_a(obj, *XGBOOST):
        native = Encoding("model", "xgboost", lambda path: write_xgboost(obj, path))
        return {".ubj": native, ".json": native}
    if is_a(obj, *LIGHTGBM):
        return {".txt": Encoding("model", "lightgbm", lambda path: write_lightgbm(obj, path))}
    if is_a(obj, *KERAS):
        return {".keras": Encoding("model", "keras", lambda path: obj.save(path))}
    if is_torch(obj):
        kind = "data" if is_a(obj, "torch.Tensor") else "model"
        native = Encoding(kind, "torch", lambda path: write_torch(obj, path), packages=("torch",))
        return {".pt": native, ".pth": native, ".ckpt": native}
    return {}


def default_name(model: Any) -> str:
    """Return the file name of a model given none: a native format if it keeps all, or a pickle."""
    package = package_of(model)
    if package is not None and estimators.what_is_lost(model, package) is not None:
        return "model.pkl"
    return "model" + next(iter(encodings(model)), ".pkl")


def package_of(model: Any) -> str | None:
    """Return the package whose native file holds the trees of this estimator but not all of it."""
    if is_a(model, "xgboost.XGBModel"):
        return "xgboost"
    return "lightgbm" if is_a(model, "lightgbm.LGBMModel") else None


def estimator_details(model: Any, path: Path) -> Details | None:
    """Return what the file leaves out of an estimator; a warning if that is unknown."""
    package = package_of(model)
    if package is None:
        return None
    try:
        return {"estimator": estimators.whole(model, package)}
    except estimators.NotPlainError as reason:
        warn(
            f"{path.name} will not restore the {type_name(model)} completely, since {reason}. "
            f"To have that back, save it as .pkl"
        )
        return None


def write_xgboost(obj: Any, path: Path) -> Details | None:
    """Write, and read once: xgboost does not look whether the last bytes reached the disk."""
    if is_a(obj, "xgboost.XGBModel"):
        obj.get_booster()  # raises for a model that was not trained
    try:
        obj.save_model(path)
        need("xgboost", "Saving").Booster(model_file=path)
    except Exception as error:
        raise OSError(f"{path.name} was not written completely: {error}") from error
    return estimator_details(obj, path)


def write_lightgbm(obj: Any, path: Path) -> Details | None:
    """Write what LightGBM itself would; of a training that stopped early, the trees up to the best.

    A booster's own parameters and best iteration are not in that file.
    """
    alone = is_a(obj, "lightgbm.Booster")
    booster = obj if alone else obj.booster_
    as_text(booster.model_to_string)(path)
    if not alone:
        return estimator_details(obj, path)
    kept = {}
    for key in ("params", "best_iteration", "best_score"):
        try:
            kept[key] = estimators.encoded(getattr(booster, key), key)
        except estimators.NotPlainError:  # an objective of the user's own
            continue
    return {"booster": kept}


def is_torch(obj: Any) -> bool:
    """Return a module, a tensor, or a mapping of tensors such as ``state_dict()`` gives."""
    if is_a(obj, "torch.nn.Module", "torch.Tensor"):
        return True
    values = list(obj.values()) if isinstance(obj, Mapping) else []
    return any(is_a(value, "torch.Tensor") or is_torch(value) for value in values)


def write_torch(obj: Any, path: Path) -> None:
    """Write a module by its ``state_dict``, which can be read without unpickling its class."""
    module = is_a(obj, "torch.nn.Module")
    tensors = obj.state_dict() if module else obj
    streamed(lambda file: need("torch", "Saving").save(tensors, file))(path)
    if module:
        modules.add(obj, path)


def load_xgboost(path: Path, details: Details) -> Any:
    """Return the model in the class it was saved from, if that is one of xgboost's own."""
    xgboost = need("xgboost", f"Loading {path.name}")
    kind = class_of(xgboost, details, (xgboost.XGBModel, xgboost.Booster))
    recorded = details.get("estimator")
    if kind is not None and isinstance(recorded, dict):
        return estimators.restored(kind, recorded, lambda model: model.load_model(path))
    model = (kind or xgboost.Booster)()
    model.load_model(path)
    return model


def load_lightgbm(path: Path, details: Details) -> Any:
    """Return the model in the class it was saved from.

    A Booster if nothing is known of the estimator.
    """
    lightgbm = need("lightgbm", f"Loading {path.name}")
    booster = lightgbm.Booster(model_file=path)
    for key, value in dict(details.get("booster") or {}).items():
        setattr(booster, key, estimators.decoded(value))
    kind = class_of(lightgbm, details, (lightgbm.LGBMModel,))
    recorded = details.get("estimator")
    if kind is None or not isinstance(recorded, dict):
        return booster
    return estimators.restored(kind, recorded, lambda model: setattr(model, "_Booster", booster))


def class_of(package: Any, details: Details, bases: tuple[type, ...]) -> Any:
    """Return the class that was saved, if it is one of the package's own."""
    kind = getattr(package, str(details.get("python_type", "")).rpartition(".")[2], None)
    return kind if isinstance(kind, type) and issubclass(kind, bases) else None


def load_torch(path: Path, *, trust: bool) -> Any:
    """Load tensors and plain containers; modules and other objects only from a trusted file."""
    torch = need("torch", f"Loading {path.name}")
    try:
        found = torch.load(path, map_location="cpu", weights_only=not trust)
        return modules.load(path, found) if trust else found
    except Exception as error:
        advice = "" if trust else "; if you trust it, load it with trust=True"
        raise SerialisationError(f"{path} cannot be loaded: {type_name(error)}{advice}") from error


def load_keras(path: Path) -> Any:
    """Return a Keras model, which may run code that the file brings. Only for trusted files."""
    return need("keras", f"Loading {path.name}").models.load_model(path)
