"""What MLflow knows of an experiment and the store does not: ``experiments/mlflow.json``.

``name`` where it is not the folder's, ``experiment_id`` where it is not the number, ``tags``,
``creation_time`` and ``last_update_time`` in milliseconds, ``lifecycle_stage``,
``artifact_location``, and ``made``: whether MLflow made the increment. All may be missing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from .._native.folder_lock import locked

FILE = "mlflow.json"

_read: dict[str, tuple[tuple[int, int, int], dict[str, Any]]] = {}


def read(increment: str) -> dict[str, Any]:
    """Return the members of an increment's file; the caller must not change them."""
    path = os.path.join(increment, "experiments", FILE)
    try:
        status = os.stat(path)
    except OSError:
        return {}
    signature = (status.st_mtime_ns, status.st_ino, status.st_size)
    known = _read.get(path)
    if known is not None and known[0] == signature:
        return known[1]
    try:
        with open(path, encoding="utf-8") as file:
            members = json.load(file)
    except (OSError, ValueError):
        return {}
    if not isinstance(members, dict):
        return {}
    _read[path] = (signature, members)
    return members


def change(increment: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change the members under a lock, and replace the file in one step."""
    folder = os.path.join(increment, "experiments")
    os.makedirs(folder, exist_ok=True)
    with locked(folder):
        members = dict(read(increment))
        edit(members)
        path = os.path.join(folder, FILE)
        unfinished = f"{path}.{os.getpid()}.tmp"
        try:
            with open(unfinished, "w", encoding="utf-8") as file:
                json.dump(members, file, indent=2, ensure_ascii=False)
                file.write("\n")
            os.replace(unfinished, path)
        except BaseException:
            if os.path.exists(unfinished):
                os.unlink(unfinished)
            raise
        _read.pop(path, None)
