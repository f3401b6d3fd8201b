"""What the machine itself costs: the least that a tracker written this way could take."""

from __future__ import annotations

import ctypes
import importlib
import json
import mmap
import os
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trackbench.adapters.base import Adapter, Points

NATIVE = Path(__file__).resolve().parents[3] / "build" / "benchmarks" / "native"
POINT = struct.Struct("<qdd")  # step, value, time: 24 bytes


class Nothing(Adapter):
    """A Python method that does nothing: what the loop and the harness cost."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def log(self, key: Any, value: float, step: int) -> Any:
        return None

    def finish(self) -> None:
        return None


class JsonFiles(Nothing):
    """A JSON line a point, flushed; a folder a run with params.json and metrics.json."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.place = self.folder / name
        self.place.mkdir(parents=True)
        (self.place / "params.json").write_text(json.dumps(dict(params)))
        self.last: dict[str, float] = {}
        self.lines = (self.place / "history.jsonl").open("a", encoding="utf-8")

    def log(self, key: Any, value: float, step: int) -> Any:
        self.lines.write(json.dumps({"key": key, "value": value, "step": step}) + "\n")
        self.lines.flush()
        self.last[key] = value

    def finish(self) -> None:
        self.lines.close()
        (self.place / "metrics.json").write_text(json.dumps(self.last))

    def points(self, key: str) -> Points:
        newest = max(self.folder.glob("*/history.jsonl"), key=os.path.getmtime)
        with newest.open(encoding="utf-8") as lines:
            return [point["value"] for point in map(json.loads, lines) if point["key"] == key]

    def table(self) -> int:
        found = 0
        for folder in self.folder.iterdir():
            params = json.loads((folder / "params.json").read_bytes())
            found += bool(params and json.loads((folder / "metrics.json").read_bytes()))
        return found


class WriteCalls(Nothing):
    """One `os.write` of 24 bytes a point."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        super().start(name, params)
        self.file = os.open(self.folder / f"{name}.bin", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def log(self, key: Any, value: float, step: int) -> Any:
        os.write(self.file, POINT.pack(step, value, 0.0))

    def log_many(self, values: Mapping[Any, float], step: int) -> Any:
        os.write(self.file, b"".join([POINT.pack(step, v, 0.0) for v in values.values()]))

    def log_series(self, key: Any, values: Sequence[float]) -> Any:
        os.write(self.file, b"".join([POINT.pack(i, v, 0.0) for i, v in enumerate(values)]))

    def finish(self) -> None:
        os.close(self.file)

    def points(self, key: str) -> Points:
        import numpy as np

        newest = max(self.folder.glob("*.bin"), key=os.path.getmtime)
        columns = np.fromfile(newest, dtype=[("step", "<i8"), ("value", "<f8"), ("time", "<f8")])
        return columns["value"].copy()


class EmptyCtypes(Nothing):
    """An empty C function through ctypes, with the arguments of `et_experiment_log_metric`."""

    loader: type[ctypes.CDLL] = ctypes.CDLL

    def start(self, name: str, params: Mapping[str, float]) -> None:
        super().start(name, params)
        empty = self.loader(str(NATIVE / "libfloors.so")).floor_empty
        empty.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_double, ctypes.c_int64)
        empty.restype = ctypes.c_int
        handle = ctypes.c_void_p(1)
        self.log = lambda key, value, step: empty(handle, key, value, step)  # type: ignore[method-assign]

    def key(self, name: str) -> Any:
        return name.encode()


class EmptyCtypesHoldingTheGil(EmptyCtypes):
    """The same through `ctypes.PyDLL`, which keeps the interpreter's lock."""

    loader = ctypes.PyDLL


class EmptyExtension(Nothing):
    """An empty method of a C extension, with the arguments of `log_metric`."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        super().start(name, params)
        sys.path.insert(0, str(NATIVE))
        self.log = importlib.import_module("floors_extension").empty  # type: ignore[method-assign]


class MappedStore(Nothing):
    """24 bytes into a shared mapping: what a kill cannot take, without a system call."""

    POINTS = 1 << 21

    def start(self, name: str, params: Mapping[str, float]) -> None:
        super().start(name, params)
        file = os.open(self.folder / f"{name}.map", os.O_CREAT | os.O_RDWR)
        os.ftruncate(file, POINT.size * self.POINTS)
        self.memory, self.used = mmap.mmap(file, POINT.size * self.POINTS), 0
        os.close(file)

    def log(self, key: Any, value: float, step: int) -> Any:
        POINT.pack_into(self.memory, self.used, step, value, 0.0)
        self.used = (self.used + POINT.size) % (POINT.size * self.POINTS)
