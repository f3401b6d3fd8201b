"""Models in the native formats of their packages, which outlive the version that wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import SerialisationError
from .encoding import Encoding, Encodings, as_text, streamed
from .packages import is_a, need, type_name

XGBOOST = ("xgboost.Booster", "xgboost.XGBModel")
LIGHTGBM = ("lightgbm.Booster", "lightgbm.LGBMModel")
KERAS = ("keras.Model", "tf_keras.Model")


def encodings(obj: Any) -> Encodings:
    """The native formats of the object's package."""
    if is_a(obj, *XGBOOST):
        native = Encoding("model", "xgboost", lambda path: write_xgboost(obj, path))
        return {".ubj": native, ".json": native}
    if is_a(obj, *LIGHTGBM):
        return {".txt": Encoding("model", "lightgbm", as_text(lambda: lightgbm_text(obj)))}
    if is_a(obj, *KERAS):
        return {".keras": Encoding("model", "keras", lambda path: obj.save(path))}
    if is_torch(obj):
        write = streamed(lambda file: need("torch", "Saving").save(tensors_of(obj), file))
        kind = "data" if is_a(obj, "torch.Tensor") else "model"
        native = Encoding(kind, "torch", write, packages=("torch",))
        return {".pt": native, ".pth": native, ".ckpt": native}
    return {}


def default_name(model: Any) -> str:
    """The file name of a model that was given none: the first native format, else a pickle."""
    return "model" + next(iter(encodings(model)), ".pkl")


def write_xgboost(obj: Any, path: Path) -> None:
    """Write, and read once: xgboost does not look whether the last bytes reached the disk."""
    if is_a(obj, "xgboost.XGBModel"):
        obj.get_booster()  # raises for a model that was not trained
    try:
        obj.save_model(path)
        need("xgboost", "Saving").Booster(model_file=path)
    except Exception as error:
        raise OSError(f"{path.name} was not written completely: {error}") from error


def lightgbm_text(obj: Any) -> str:
    """The model as LightGBM writes it into a file."""
    booster = obj if is_a(obj, "lightgbm.Booster") else obj.booster_
    text: str = booster.model_to_string()
    return text


def is_torch(obj: Any) -> bool:
    """A module, a tensor, or a mapping of tensors such as ``state_dict()`` gives."""
    if is_a(obj, "torch.nn.Module", "torch.Tensor"):
        return True
    values = list(obj.values()) if isinstance(obj, Mapping) else []
    return any(is_a(value, "torch.Tensor") or is_torch(value) for value in values)


def tensors_of(obj: Any) -> Any:
    """A module by its ``state_dict``, which can be read without unpickling its class."""
    return obj.state_dict() if is_a(obj, "torch.nn.Module") else obj


def load_xgboost(path: Path, python_type: str) -> Any:
    """The model in the class it was saved from, if that is one of xgboost's own."""
    xgboost = need("xgboost", f"Loading {path.name}")
    kind = getattr(xgboost, python_type.rpartition(".")[2], None)
    if not (isinstance(kind, type) and issubclass(kind, (xgboost.XGBModel, xgboost.Booster))):
        kind = xgboost.Booster
    model = kind()
    model.load_model(path)
    return model


def load_lightgbm(path: Path) -> Any:
    """The model as a Booster, which predicts as the estimator did."""
    return need("lightgbm", f"Loading {path.name}").Booster(model_file=path)


def load_torch(path: Path, *, trust: bool) -> Any:
    """Tensors and plain containers; other objects only when the file is trusted."""
    torch = need("torch", f"Loading {path.name}")
    try:
        return torch.load(path, map_location="cpu", weights_only=not trust)
    except Exception as error:
        advice = "" if trust else "; if you trust it, load it with trust=True"
        raise SerialisationError(f"{path} cannot be loaded: {type_name(error)}{advice}") from error


def load_keras(path: Path) -> Any:
    """A Keras model, which may run code that the file brings. Only for trusted files."""
    return need("keras", f"Loading {path.name}").models.load_model(path)
