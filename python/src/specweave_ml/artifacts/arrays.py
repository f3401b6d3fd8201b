"""numpy arrays, without pickles inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .._native.optional_packages import is_a, need
from ..errors import SerialisationError
from .encoding import Encoding, Encodings, streamed


def encodings(obj: Any) -> Encodings:
    """Return ``.npy`` for an array or a tensor, ``.npz`` for one or several by name."""
    if is_a(obj, "torch.Tensor"):
        return {
            ".npy": later(lambda: one(values_of(obj))),
            ".npz": later(lambda: several({"array": values_of(obj)})),
        }
    if is_a(obj, "numpy.ndarray", "numpy.generic"):
        return {".npy": one(obj), ".npz": several({"array": obj})}
    if isinstance(obj, Mapping) and obj and all(is_a(x, "numpy.ndarray") for x in obj.values()):
        return {".npz": several(obj)}
    if isinstance(obj, (list, tuple)) and obj:
        return {".npy": one(obj)}
    return {}


def later(make: Callable[[], Encoding]) -> Encoding:
    """Return an encoding that is made when it is the one that was chosen."""
    return Encoding("data", "numpy", lambda path: make().write(path), packages=("numpy",))


def values_of(tensor: Any) -> Any:
    """Return the values of a tensor of PyTorch, wherever it lies; numpy has no bfloat16."""
    found = tensor.detach().cpu().resolve_conj().resolve_neg()
    return (found.float() if str(found.dtype) == "torch.bfloat16" else found).numpy()


def one(obj: Any) -> Encoding:
    """Return a single array."""
    save = streamed(lambda file: need("numpy", "Saving .npy").save(file, obj, allow_pickle=False))
    return Encoding("data", "numpy", lambda path: without_objects(save, path), packages=("numpy",))


def several(arrays: Mapping[Any, Any]) -> Encoding:
    """Return the encoding of arrays by name, compressed."""
    named = {str(name): array for name, array in arrays.items()}
    save = streamed(lambda file: need("numpy", "Saving .npz").savez_compressed(file, **named))

    def write(path: Path) -> None:
        # savez would pickle arrays of objects and not say so.
        if any(array.dtype.hasobject for array in named.values()):
            raise objects_inside()
        without_objects(save, path)

    return Encoding("data", "numpy", write, packages=("numpy",))


def without_objects(save: Any, path: Path) -> None:
    """Write, and explain numpy's refusal to pickle."""
    try:
        save(path)
    except ValueError as error:
        raise objects_inside() from error


def objects_inside() -> SerialisationError:
    """Return the error for arrays that hold Python objects."""
    return SerialisationError(
        "the array is uneven or holds Python objects, which .npy and .npz could only keep as a "
        "pickle. Give it a dtype of numbers or text, or save it as .pkl"
    )


def load(path: Path) -> Any:
    """Return the array of ``.npy``, or the arrays of ``.npz`` by name."""
    numpy = need("numpy", f"Loading {path.name}")
    try:
        found = numpy.load(path, allow_pickle=False)
        if is_a(found, "numpy.ndarray"):
            return found
        with found:
            return {name: found[name] for name in found.files}
    except (ValueError, EOFError) as error:
        raise SerialisationError(f"{path} cannot be read without unpickling: {error}") from error
