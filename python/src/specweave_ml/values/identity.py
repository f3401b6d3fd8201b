"""A digest of everything that an object consists of.

How an object is shown does not tell it from others: two closures, two callable objects, two large
arrays look the same. So the digest is made of what is in them: the bytes of arrays, the attributes
of objects, the bytecode of functions with the values that they close over, their defaults and the
globals that they read. The same program gives the same digest in every process: memory addresses,
hash seeds, the order of sets and of names in a dict, and where files lie play no part in it.

What has no content to be compared (a generator, a file, a lock of a foreign package, anything that
cannot be pickled) raises `UnidentifiableError` with the place where it was found.
"""

from __future__ import annotations

import copyreg
import hashlib
import struct
import sys
import types
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from . import identity_of_arrays, identity_of_code
from .libraries import named_as
from .objects import qualified

FLAT = (str, int, float, bool, bytes, complex, type(None))
TOLD_BY_REPR = {
    ("datetime", "date"),
    ("datetime", "timedelta"),
    ("decimal", "Decimal"),
    ("uuid", "UUID"),
}
SEQUENCES = (list, tuple)
MAXIMUM_TRAIL = 8
LOCKS = ("lock", "RLock")
KNOWN_BY_CODE = (
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.CodeType,
    types.CellType,
    types.ModuleType,
    staticmethod,
    classmethod,
    property,
    type,
)


class UnidentifiableError(Exception):
    """Something in a value has no content by which it could be recognised."""


def of(value: Any, name: str = "") -> str:
    """Return the digest of a value; ``name`` is what the user calls it."""
    return taken(lambda content: content.add(value), name)


def of_template(value: Any, name: str = "") -> str:
    """Return the digest of what scikit-learn's `clone` copies: parameters, nothing fitted."""
    return taken(lambda content: content.template(value), name)


def taken(fill: Callable[[Content], None], name: str) -> str:
    """Return the digest of what is put into it."""
    content = Content([name] if name else [])
    try:
        fill(content)
    except RecursionError as error:
        raise UnidentifiableError(f"{content.place()} is nested too deep") from error
    return content.digest()


class Content:
    """One walk through one value."""

    def __init__(self, trail: list[str]) -> None:
        self.trail = trail
        self._hash = hashlib.sha256()
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []
        self._around: dict[int, int] = {}

    def digest(self) -> str:
        """Return the digest of what was added."""
        return self._hash.hexdigest()

    def put(self, *parts: str | bytes | memoryview) -> None:
        """Take in texts and bytes, each with its length, so that no two lists become one."""
        for part in parts:
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            self._hash.update(b"%d:" % len(data))
            self._hash.update(data)

    def place(self) -> str:
        """Return where in the value the walk is."""
        shown = (
            self.trail if len(self.trail) <= MAXIMUM_TRAIL else [*self.trail[:MAXIMUM_TRAIL], "…"]
        )
        return ".".join(shown) or "it"

    def refuse(self, value: Any, why: str = "") -> UnidentifiableError:
        """Return the error for something that has no content to compare."""
        reason = f" ({why})" if why else ""
        return UnidentifiableError(
            f"{self.place()} is a {qualified(type(value))}, which cannot be compared{reason}"
        )

    def within(self, name: object, value: Any) -> None:
        """Take in a part that has a name."""
        self.trail.append(str(name))
        self.add(value)
        self.trail.pop()

    def is_again(self, value: Any) -> bool:
        """Return whether this very object came before; its number stands for it then."""
        number = self._numbers.get(id(value))
        if number is not None:
            self.put("again", str(number))
            return True
        self._numbers[id(value)] = len(self._numbers)
        self._kept.append(value)  # or else another object could get the same id
        return False

    def add(self, value: Any) -> None:
        """Take in a value."""
        kind = type(value)
        if kind in FLAT:
            self.put(kind.__name__, flat(value))
        elif kind in (list, tuple, set, frozenset, dict, types.MappingProxyType):
            self.container(value)
        elif isinstance(value, KNOWN_BY_CODE):
            identity_of_code.add(self, value)
        elif not identity_of_arrays.add(self, value):
            self.object(value)

    def container(self, value: Any) -> None:
        """Take in a plain list, tuple, set or dict."""
        depth = self._around.get(id(value))
        if depth is not None:
            self.put("around", str(depth))
            return
        self._around[id(value)] = len(self._around)
        kind = type(value)
        if kind in SEQUENCES:
            self.items(kind.__name__, value)
        elif kind in (set, frozenset):
            self.put(kind.__name__, *sorted(self.apart(item) for item in value))
        else:
            self.mapping(value)
        del self._around[id(value)]

    def items(self, kind: str, items: Any) -> None:
        """Add items in their order."""
        self.put(kind, str(len(items)))
        kinds = set(map(type, items)) if len(items) > 1 else set()
        if kinds and (kinds <= set(FLAT) or (len(kinds) == 1 and is_told_by_repr(*kinds))):
            text = written(items)
            if text is not None:
                self.put("flat", *sorted(kind.__name__ for kind in kinds), text)
                return
        if len(kinds) == 1 and identity_of_arrays.add_scalars(self, items):
            return
        for index, item in enumerate(items):
            self.within(index, item)

    def mapping(self, value: Mapping[Any, Any]) -> None:
        """Add names and values; dicts are equal whatever the order of their names."""
        self.put("dict", str(len(value)))
        named = {self.apart(key): key for key in value}
        for digest in sorted(named):
            self.put(digest)
            self.within(named[digest], value[named[digest]])

    def apart(self, value: Any) -> str:
        """Return the digest of a value by itself, by which an order is made where there is none."""
        if type(value) in FLAT:
            return f"{type(value).__name__}:{flat(value)!r}"
        inner = Content([*self.trail])
        inner.add(value)
        return inner.digest()

    def object(self, value: Any) -> None:
        """Add any other object: its class, and its state as pickle would store it."""
        kind = type(value)
        if is_recorder(value):
            self.put("door", kind.__name__)
        elif kind.__module__ == "_thread" and kind.__name__ in LOCKS:
            self.put("lock", kind.__name__)
        elif is_shared_generator(value):
            self.put("shared generator", kind.__name__)
        elif self.is_again(value):
            return
        elif isinstance(value, memoryview):
            self.put("memory", value.format, str(value.shape), value.tobytes())
        elif isinstance(value, weakref.ref):
            self.put("reference")
            self.add(value())
        elif isinstance(value, weakref.WeakKeyDictionary) and all(
            isinstance(key, type) for key in value
        ):
            self.put("cache")  # as functools.singledispatch fills it while it runs
        else:
            self.reduced(value)

    def reduced(self, value: Any) -> None:
        """Take in an object by its reduced form in pickle, functions and classes included."""
        try:
            own = copyreg.dispatch_table.get(type(value))
            reduced = value.__reduce_ex__(4) if own is None else own(value)
        except RecursionError:
            raise
        except Exception as error:
            raise self.refuse(value, str(error)) from error
        if isinstance(reduced, str):
            self.named(value, reduced)
            return
        made_by, arguments, state, items, entries = [*reduced, None, None, None][:5]
        self.put("object")
        self.add(made_by)
        self.add(arguments)
        self.state(state)
        if items is not None:
            self.items("items", list(items))
        if entries is not None:
            # These are kinds of dict whose order may count.
            self.items("entries", [list(entry) for entry in entries])

    def state(self, state: Any) -> None:
        """Take in the attributes of an object."""
        if type(state) is dict:
            self.mapping(state)
        elif type(state) is tuple and len(state) == 2 and isinstance(state[1], dict):
            self.put("slots")
            self.state(state[0])
            self.mapping(state[1])
        else:
            self.add(state)

    def named(self, value: Any, name: str) -> None:
        """Take in an object that pickle finds by its name, which must lead to the object itself."""
        module = named_as(value, name)
        if module is None:
            raise self.refuse(value)
        self.put("named", name)
        identity_of_code.add(self, type(value))
        wrapped = getattr(value, "__wrapped__", None)
        if wrapped is not None:
            self.within(name, wrapped)
        else:
            identity_of_code.add_origin(self, module)

    def template(self, value: Any) -> None:
        """Add what `clone` rebuilds from its parameters by those; all others whole."""
        kind = type(value)
        if kind in (list, tuple):
            self.put(kind.__name__, str(len(value)))
            for item in value:
                self.template(item)
        elif is_cloned(value):
            if self.is_again(value):
                return
            self.put("estimator")
            identity_of_code.add(self, kind)
            params = value.get_params(deep=False)
            for name in sorted(params, key=str):
                self.put(str(name))
                self.trail.append(str(name))
                self.template(params[name])
                self.trail.pop()
            self.taken_over(value)
        else:
            self.add(value)

    def taken_over(self, value: Any) -> None:
        """Take in what a clone keeps besides parameters: requested metadata, output, callbacks."""
        request = getattr(value, "_metadata_request", None)
        if request is not None:
            self.within("metadata_request", request._serialize())
        for name in ("_sklearn_output_config", "_skl_callbacks"):
            if hasattr(value, name):
                self.within(name, getattr(value, name))


def is_told_by_repr(kind: type) -> bool:
    """Return whether the repr of such an object says all there is, as that of plain values does."""
    return (kind.__module__, kind.__name__) in TOLD_BY_REPR


def written(items: Any) -> str | None:
    """Return plain values in one text, or None if an integer is too long to write in decimals."""
    try:
        return repr(list(items))
    except ValueError:
        return None


def flat(value: Any) -> str | bytes:
    """Return a plain value exactly."""
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, (str, bytes)):
        return value
    return hex(value) if type(value) is int else repr(value)


def is_cloned(value: Any) -> bool:
    """Return whether `clone` rebuilds it from its parameters, without what it has learned."""
    if isinstance(value, type) or not callable(getattr(value, "get_params", None)):
        return False
    base = getattr(sys.modules.get("sklearn.base"), "BaseEstimator", None)
    own = getattr(type(value), "__sklearn_clone__", None)
    return own is None or own is getattr(base, "__sklearn_clone__", None)


def is_recorder(value: Any) -> bool:
    """Return whether it only records: a logger, or an experiment of this package."""
    logging = sys.modules.get("logging")
    return isinstance(value, ExperimentHandle) or (
        logging is not None and isinstance(value, (logging.Logger, logging.LoggerAdapter))
    )


def is_shared_generator(value: Any) -> bool:
    """Return whether it is numpy's global generator, as with ``random_state=None``."""
    shared = (("random", "_inst"), ("numpy.random.mtrand", "_rand"), ("torch", "default_generator"))
    return any(getattr(sys.modules.get(module), name, None) is value for module, name in shared)
