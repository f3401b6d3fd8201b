"""``run.config``: the parameters of a run, as items and as attributes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..._native.optional_packages import need
from .errors import ConfigError, UsageError
from .plain_values import named_values, plain

DEFAULTS_FILE = "config-defaults.yaml"
"""The file in the working directory whose values every run begins with."""


class Config:
    """The configuration of a run.

    A value that is there is not replaced, unless ``update(..., allow_val_change=True)`` says so:
    the run would else not be what it says. One of an earlier session may be replaced once. Values
    become plain ones: numbers, text, lists, dicts.
    """

    def __init__(
        self,
        changed: Callable[[Mapping[str, Any]], None] | None = None,
        *,
        allow_val_change: bool = False,
    ) -> None:
        object.__setattr__(self, "_items", {})
        object.__setattr__(self, "_locked", {})
        object.__setattr__(self, "_inherited", set())
        object.__setattr__(self, "_changed", changed)
        object.__setattr__(self, "_allow_val_change", allow_val_change)

    def update(self, d: Any, allow_val_change: bool | None = None) -> None:
        """Set the values of a dict, a Namespace, flags of absl, or of a YAML file by its name.

        Raises:
            ConfigError: A value is there and another one.
        """
        self._tell(self._taken(parse_config(d), allow_val_change))

    def inherit(self, values: Mapping[str, Any]) -> None:
        """Take over what an earlier session of the run had; this one may change each once."""
        self._items.update(values)
        self._inherited.update(values)

    def setdefaults(self, d: Any) -> None:
        """Set those values of a dict that are not there yet."""
        missing = {key: value for key, value in parse_config(d).items() if key not in self}
        self._tell(self._taken(missing, None))

    def update_locked(self, d: Any, user: str | None = None, **_: Any) -> None:
        """Set values that nobody may change any more, as a sweep does."""
        taken = self._taken(parse_config(d), True, unlocked=True)
        self._locked.update(dict.fromkeys(taken, user))
        self._tell(taken)

    merge_locked = update_locked

    def persist(self) -> None:
        """Record all values again, after a dict inside was changed."""
        self._tell({key: plain(value) for key, value in self._items.items()})

    def keys(self) -> list[str]:
        """Return the names."""
        return [key for key in self._items if not key.startswith("_")]

    def values(self) -> list[Any]:
        """Return the values."""
        return [self._items[key] for key in self.keys()]

    def items(self) -> list[tuple[str, Any]]:
        """Return names and values."""
        return [(key, self._items[key]) for key in self.keys()]

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, or the default where there is none."""
        return self._items.get(key, default)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as a dict."""
        return dict(self.items())

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._tell(self._taken({key: value}, None))

    __setattr__ = __setitem__

    def __getattr__(self, key: str) -> Any:
        try:
            return object.__getattribute__(self, "_items")[key]
        except KeyError as error:
            raise AttributeError(f"{self.__class__!r} object has no attribute {key!r}") from error

    def __delitem__(self, key: str) -> None:
        raise UsageError(f"{key!r} cannot be deleted: a run keeps what it was configured with")

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __repr__(self) -> str:
        return str(self.as_dict())

    def _taken(
        self, values: Mapping[Any, Any], allow: bool | None, *, unlocked: bool = False
    ) -> dict[str, Any]:
        """Take over values; return what was taken. All of them, or none if one must not change."""
        allowed = self._allow_val_change if allow is None else allow
        taken: dict[str, Any] = {}
        for name, value in values.items():
            key = str(name).strip("-")
            if key in self._locked and not unlocked:
                continue  # a sweep has decided it
            found = plain(value)
            fixed = key in self._items and key not in self._inherited
            if not allowed and fixed and self._items[key] != found:
                raise ConfigError(
                    f'Attempted to change value of key "{key}" from {self._items[key]} to {found}\n'
                    f"If you really want to do this, pass allow_val_change=True to config.update()"
                )
            taken[key] = found
        self._items.update(taken)
        self._inherited.difference_update(taken)
        return taken

    def _tell(self, taken: Mapping[str, Any]) -> None:
        """Record what was set."""
        if taken and self._changed is not None:
            self._changed(taken)


class StaticConfig(Mapping[str, Any]):
    """``run.config_static``: the configuration at one moment, not to be changed."""

    def __init__(self, config: Config) -> None:
        object.__setattr__(self, "_items", config.as_dict())

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__") or key not in self._items:
            raise AttributeError(key)
        return self._items[key]

    def __setattr__(self, key: str, value: Any) -> None:
        raise AttributeError("run.config_static is a readonly object")

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return str(self._items)


def parse_config(params: Any, exclude: Any = None, include: Any = None) -> dict[str, Any]:
    """Return the values of a configuration in any of its forms, or some of them.

    Raises:
        ConfigError: It names a file that is not there, or that is no YAML.
        UsageError: Both kinds of choice are given.
    """
    if exclude and include:
        raise UsageError("Expected at most only one of exclude or include")
    if isinstance(params, (str, os.PathLike)):
        found = read_file(Path(params))
    else:
        found = {} if params is None else named_values(params)
    if include:
        found = {key: value for key, value in found.items() if key in include}
    if exclude:
        found = {key: value for key, value in found.items() if key not in exclude}
    return found


def file_defaults() -> dict[str, Any]:
    """Return what the file of defaults says; nothing if there is none."""
    path = Path(DEFAULTS_FILE)
    return read_file(path) if path.is_file() else {}


def read_file(path: Path) -> dict[str, Any]:
    """Return the values of a YAML file: plain, or each with a ``value`` and a ``desc``."""
    yaml = need("yaml", f"the configuration file {path}")
    try:
        loaded = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"config file {path} doesn't exist") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Couldn't read config file: {path}: {error}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"Invalid YAML in {path}: {error}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path} holds a {type(loaded).__name__}, not names with values")
    loaded.pop("wandb_version", None)
    return {
        key: item["value"] if isinstance(item, dict) and "value" in item else item
        for key, item in loaded.items()
    }
