"""What the plugin HParams has noted of a run: its parameters, its name, how it ended."""

from __future__ import annotations

from typing import Any

from .wire import MalformedError, double, fields, text

NAME = "hparams"
STATUSES = {1: "completed", 2: "failed", 3: "running"}


class Session:
    """A run as HParams knows it."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.status = ""
        self.started: float | None = None
        self.ended: float | None = None

    def take(self, content: bytes) -> None:
        """Take what the plugin has noted with a value: a message `HParamsPluginData`."""
        for number, _, value, _ in fields(content):
            if not isinstance(value, bytes):
                continue
            if number == 2:
                self._experiment(value)
            elif number == 3:
                self._start(value)
            elif number == 4:
                self._end(value)

    def _experiment(self, data: bytes) -> None:
        """Take what is said of all runs of an experiment."""
        names = {1: "experiment", 2: "description", 3: "user"}
        ranges: dict[str, Any] = {}
        for number, _, value, _ in fields(data):
            if number in names and isinstance(value, bytes) and value:
                self.facts[names[number]] = text(value)
            elif number == 4 and isinstance(value, bytes):  # one of the parameters
                name, domain = domain_of(value)
                if name and domain:
                    ranges[name] = domain
        if ranges:
            self.facts["domains"] = ranges

    def _start(self, data: bytes) -> None:
        """Take what is said at the start of a run."""
        names = {2: "model_uri", 3: "monitor_url", 4: "group"}
        for number, _, value, _ in fields(data):
            if number == 1 and isinstance(value, bytes):
                key, param = entry_of(value)
                self.params[key] = param
            elif number in names and isinstance(value, bytes) and value:
                self.facts[names[number]] = text(value)
            elif number == 5:
                self.started = double(value) or None

    def _end(self, data: bytes) -> None:
        """Take what is said at the end of a run."""
        for number, _, value, _ in fields(data):
            if number == 1 and isinstance(value, int):
                self.status = STATUSES.get(value, "")
            elif number == 2:
                self.ended = double(value) or None


def entry_of(data: bytes, depth: int = 0) -> tuple[str, Any]:
    """Return an entry of a map of names to values."""
    key, param = "", None
    for number, _, value, _ in fields(data):
        if number == 1 and isinstance(value, bytes):
            key = text(value)
        elif number == 2 and isinstance(value, bytes):
            param = value_of(value, depth)
    return key, param


def value_of(data: bytes, depth: int = 0) -> Any:
    """Return what is in a message `google.protobuf.Value`."""
    if depth > 100:
        raise MalformedError("values inside each other more than a hundred times")
    for number, _, value, _ in fields(data):
        if number == 2:
            return double(value)
        if number == 3 and isinstance(value, bytes):
            return text(value)
        if number == 4:
            return bool(value)
        if number == 5 and isinstance(value, bytes):
            entries: dict[str, Any] = {}
            for inner, _, part, _ in fields(value):
                if inner == 1 and isinstance(part, bytes):
                    entries.update([entry_of(part, depth + 1)])
            return entries
        if number == 6 and isinstance(value, bytes):
            return [
                value_of(part, depth + 1)
                for inner, _, part, _ in fields(value)
                if inner == 1 and isinstance(part, bytes)
            ]
    return None


def domain_of(data: bytes) -> tuple[str, Any]:
    """Return the name of a parameter in a message `HParamInfo`, and what values it may have."""
    name = ""
    domain: Any = None
    for number, _, value, _ in fields(data):
        if number == 1 and isinstance(value, bytes):
            name = text(value)
        elif number == 5 and isinstance(value, bytes):
            domain = [
                value_of(part)
                for inner, _, part, _ in fields(value)
                if inner == 1 and isinstance(part, bytes)
            ]
        elif number == 6 and isinstance(value, bytes):
            ends = {1: "min", 2: "max"}
            domain = {"min": 0.0, "max": 0.0} | {
                ends[inner]: double(part) for inner, _, part, _ in fields(value) if inner in ends
            }
    return name, domain
