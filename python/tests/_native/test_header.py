"""The header, the library's exported symbols and the ctypes prototypes say the same."""

from __future__ import annotations

import ctypes
import re
from typing import Any

import pytest

from specweave_ml import _version, errors
from specweave_ml._native.prototypes import PROTOTYPES
from support import c_header, library_file

FUNCTIONS = c_header.functions()
SCALARS: dict[str, Any] = {
    "int": ctypes.c_int,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "uint32_t": ctypes.c_uint32,
    "size_t": ctypes.c_size_t,
    "ptrdiff_t": ctypes.c_ssize_t,
    "double": ctypes.c_double,
    "void": None,
}
TEXT = {"char*", "const char*", "void*", "const void*"}


def fits(prototype: Any, declared: str) -> bool:
    """Whether a ctypes type passes what the header declares, in size and in kind."""
    if declared in SCALARS:
        return bool(prototype is SCALARS[declared])
    if isinstance(prototype, type) and issubclass(prototype, ctypes.c_void_p):
        return True
    if prototype is ctypes.c_char_p:
        return declared in TEXT
    target = getattr(prototype, "_type_", None)
    if not isinstance(target, type) or not issubclass(prototype, ctypes._Pointer):
        return False
    pointed = c_header.plain(declared.removesuffix("*").removesuffix("const"))
    pointed = pointed if pointed.endswith("*") else pointed.removeprefix("const ")
    if pointed in c_header.handles():
        return issubclass(target, ctypes.Structure)
    return fits(target, pointed)


def test_the_header_is_read_completely() -> None:
    declared = sum(line.startswith("ET_API ") for line in c_header.code().splitlines())
    assert declared == len(FUNCTIONS) > 0


def test_the_library_exports_what_the_header_declares() -> None:
    assert library_file.exported() == set(FUNCTIONS)


def test_there_is_a_prototype_for_every_function() -> None:
    assert set(PROTOTYPES) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_prototype_is_the_header_s(name: str) -> None:
    function = FUNCTIONS[name]
    result, parameters = PROTOTYPES[name]
    assert fits(result, function.result), f"{name} returns {function.result}, not {result}"
    assert len(parameters) == len(function.parameters), f"{name} takes {function.parameters}"
    for place, (prototype, declared) in enumerate(
        zip(parameters, function.parameters, strict=True), start=1
    ):
        assert fits(prototype, declared), f"{name}, parameter {place}: {declared}, not {prototype}"


def test_every_code_of_a_failure_has_its_exception() -> None:
    constants = c_header.constants().items()
    codes = {
        value for name, value in constants if isinstance(value, int) and re.match("ET_E", name)
    }
    assert set(errors.CLASSES) == codes


def test_the_package_is_made_for_the_header_s_version() -> None:
    constants = c_header.constants()
    assert constants["ET_VERSION"] == _version.VERSION
    assert constants["ET_ABI_VERSION"] == _version.ABI_VERSION


@pytest.mark.parametrize(
    ("prototype", "declared"),
    [
        (ctypes.c_int, "int64_t"),
        (ctypes.c_int64, "int"),
        (ctypes.c_double, "int"),
        (ctypes.c_char_p, "double"),
        (ctypes.c_char_p, "et_experiment*"),
        (ctypes.POINTER(ctypes.c_int), "const int64_t*"),
        (ctypes.POINTER(ctypes.c_double), "const char*const*"),
        (None, "int"),
    ],
)
def test_a_wrong_prototype_is_noticed(prototype: Any, declared: str) -> None:
    assert not fits(prototype, declared)


@pytest.mark.parametrize(
    ("prototype", "declared"),
    [
        (ctypes.c_void_p, "et_experiment*"),
        (ctypes.POINTER(ctypes.c_void_p), "et_experiment**"),
        (ctypes.POINTER(ctypes.c_char_p), "char**"),
        (ctypes.POINTER(ctypes.c_char_p), "const char*const*"),
        (ctypes.POINTER(ctypes.c_int64), "const int64_t*"),
        (ctypes.POINTER(ctypes.c_uint64), "uint64_t*"),
    ],
)
def test_a_right_prototype_is_accepted(prototype: Any, declared: str) -> None:
    assert fits(prototype, declared)
