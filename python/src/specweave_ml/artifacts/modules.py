"""Modules of PyTorch: a file of tensors that anybody can read, and the module for who trusts it.

The file is what ``torch.save(module.state_dict(), path)`` writes. Beside the tensors lies a pickle
of the module without them, which ``torch.load`` passes over: only a reader who trusts the file has
it unpickled, and gets the module itself.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from .._native.optional_packages import is_a, need, optional

RECORD = "specweave/module.pkl"


def add(module: Any, path: Path) -> None:
    """Put the module without its tensors into the file of its tensors, if it can be pickled."""
    pickled = without_tensors(module)
    if pickled is None:
        return
    with zipfile.ZipFile(path, "a") as archive:
        folder = archive.namelist()[0].partition("/")[0]
        archive.writestr(f"{folder}/{RECORD}", pickled)


def without_tensors(module: Any) -> bytes | None:
    """Return the pickle of a module, with names where the tensors of its state are."""
    names = {id(tensor): name for name, tensor in module.state_dict(keep_vars=True).items()}
    base: Any = getattr(optional("cloudpickle"), "Pickler", pickle.Pickler)

    def persistent_id(pickler: Any, obj: Any) -> Any:
        name = names.get(id(obj)) if is_a(obj, "torch.Tensor") else None
        if name is None:
            return None
        return name, is_a(obj, "torch.nn.Parameter"), bool(obj.requires_grad)

    kind = type("ModulePickler", (base,), {"persistent_id": persistent_id})
    buffer = io.BytesIO()
    try:
        kind(buffer, protocol=5).dump(module)
    except Exception:
        return None  # such as a module with a lock; then the tensors are what there is
    return buffer.getvalue()


def load(path: Path, tensors: Any) -> Any:
    """Return the module of the file with its tensors.

    The tensors alone if there is no module in it.
    """
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        name = next((entry for entry in archive.namelist() if entry.endswith("/" + RECORD)), None)
        if name is not None:
            return WithTensors(io.BytesIO(archive.read(name)), tensors).load()
    return tensors


class WithTensors(pickle.Unpickler):
    """Puts the tensors back where their names are; a tensor that two layers share stays one."""

    def __init__(self, file: io.BytesIO, tensors: Any) -> None:
        super().__init__(file)
        self.tensors = tensors
        self.made: dict[str, Any] = {}

    def persistent_load(self, pid: Any) -> Any:
        """Return the tensor or parameter of this name."""
        name, parameter, gradient = pid
        if name not in self.made:
            found = self.tensors[name]
            if parameter:
                found = need("torch", "Loading").nn.Parameter(found, requires_grad=gradient)
            self.made[name] = found
        return self.made[name]
