"""What functions, classes and modules consist of, for `identity`.

Those of installed packages are known by name, version and file. Those of the user's are their
bytecode with everything that it uses: the same name may stand for other code tomorrow.
"""

from __future__ import annotations

import dis
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .libraries import (
    digest_of_file,
    file_of,
    found_by_name,
    is_installed,
    is_library,
    origin,
    reached,
)

if TYPE_CHECKING:
    from .identity import Content

NOT_CONTENT = {
    "__doc__",
    "__module__",
    "__qualname__",
    "__dict__",
    "__weakref__",
    "__firstlineno__",
    "__static_attributes__",
    "__slotnames__",
    "__annotations__",
    "__annotate__",
    "__annotate_func__",
    "__annotations_cache__",
    "__conditional_annotations__",
    "__type_params__",
    "__orig_bases__",
    "__parameters__",
    "__abstractmethods__",
    "_abc_impl",
}
HEAP_TYPE = 1 << 9
MISSING = object()


def add(content: Content, value: Any) -> None:
    """Take in something that is code or leads to it."""
    if isinstance(value, types.FunctionType):
        add_function(content, value)
    elif isinstance(value, type):
        add_class(content, value)
    elif isinstance(value, types.ModuleType):
        add_module(content, value)
    elif isinstance(value, types.CodeType):
        add_code(content, value, None)
    elif isinstance(value, types.CellType):
        add_cell(content, value)
    elif isinstance(value, (staticmethod, classmethod)):
        content.put(type(value).__name__)
        content.add(value.__func__)
    elif isinstance(value, property):
        content.put("property")
        for part in (value.fget, value.fset, value.fdel):
            content.add(part)
    elif isinstance(value, types.MethodType):
        content.put("method")
        content.add(value.__func__)
        content.add(value.__self__)
    else:
        add_compiled(content, value)


def is_of_library(content: Content, value: types.FunctionType | type) -> bool:
    """Take in a function or class of an installed library by its name; return whether it is one."""
    module = found_by_name(value)
    if module is None or not is_library(module):
        return False
    content.put("library", module, value.__qualname__, *origin(module))
    return True


def add_function(content: Content, value: types.FunctionType) -> None:
    """Take in a function: its code, and what that uses from outside of itself."""
    if content.is_again(value) or is_of_library(content, value):
        return
    content.put("function", value.__name__)
    add_code(content, value.__code__, value.__doc__)
    content.trail.append(value.__qualname__)
    for part in (value.__defaults__, value.__kwdefaults__):
        content.add(part)
    for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
        content.within(name, cell)
    content.mapping(value.__dict__)
    if is_library(value.__globals__.get("__name__")):
        content.put(*origin(value.__globals__["__name__"]))
    else:
        add_globals(content, value)
    content.trail.pop()


def add_code(content: Content, code: types.CodeType, text: str | None) -> None:
    """Add bytecode and constants, without the lines and the file that they come from."""
    content.put("code", code.co_name, code.co_code, getattr(code, "co_exceptiontable", b""))
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    content.items("counts", counts)
    for names in (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars):
        content.items("names", names)
    constants = code.co_consts
    if text is not None and constants and constants[0] == text:
        constants = constants[1:]  # what is written about a function does not change what it does
    content.put("constants", str(len(constants)))
    for constant in constants:
        content.add(constant)


def add_cell(content: Content, cell: Any) -> None:
    """Take in a variable that a function closes over."""
    try:
        held = cell.cell_contents
    except ValueError:
        content.put("empty")
        return
    content.add(held)


def add_globals(content: Content, function: types.FunctionType) -> None:
    """Take in what a function reads from its module, in the order of its code."""
    for path in dict.fromkeys(paths_read(function.__code__)):
        value = function.__globals__.get(path[0], MISSING)
        if value is MISSING:
            continue  # a builtin, or a name that is not there yet
        name = path[0]
        for part in path[1:]:
            if not isinstance(value, types.ModuleType) or is_library(value.__name__):
                break
            value = getattr(value, part, MISSING)
            name = f"{name}.{part}"
        content.put("global", name)
        if value is not MISSING:
            content.within(name, value)
    for module, parts in dict.fromkeys(imports_in(function.__code__, function.__globals__)):
        add_import(content, module, parts)


def paths_read(code: types.CodeType) -> Iterator[tuple[str, ...]]:
    """Yield the globals that code reads, each with the attributes that are read of it at once."""
    path: tuple[str, ...] = ()
    for step in dis.get_instructions(code):
        if step.opname in ("EXTENDED_ARG", "CACHE"):
            continue
        if path and step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            path = (*path, str(step.argval))
            continue
        if path:
            yield path
        path = ()
        if step.opname.startswith("LOAD_") and ("GLOBAL" in step.opname or "NAME" in step.opname):
            name = str(step.argval)
            path = () if name.startswith("__") else (name,)
    if path:
        yield path
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from paths_read(constant)


def imports_in(
    code: types.CodeType, names: dict[str, Any]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the modules that code imports when it runs, and what it takes of them."""
    import importlib.util

    before: list[Any] = []
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            level, parts = [*before[-2:], None, None][:2]
            name = str(step.argval)
            if isinstance(level, int) and level > 0:
                package = names.get("__package__") or ""
                name = importlib.util.resolve_name("." * level + name, package)
            yield name, parts if isinstance(parts, tuple) else ()
        if step.opname not in ("EXTENDED_ARG", "CACHE"):
            before.append(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from imports_in(constant, names)


def add_import(content: Content, name: str, parts: tuple[str, ...]) -> None:
    """Take in a module that a function imports when it runs; import the user's own."""
    import importlib

    content.put("import", name, *parts)
    if not is_own(name):
        return
    try:
        module = importlib.import_module(name)
    except Exception as error:
        raise content.refuse(name, f"the module cannot be imported: {error}") from error
    for part in parts:
        found = getattr(module, part, MISSING)
        if found is not MISSING:
            content.within(f"{name}.{part}", found)
    if not parts:
        content.within(name, module)


def is_own(name: str) -> bool:
    """Return whether a module that may not be loaded yet is there and of the user."""
    import importlib.util

    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or is_library(top):
        return False
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return top in sys.modules
    if spec is None:
        return False
    folders = spec.submodule_search_locations or [spec.origin or ""]
    return not any(is_installed(str(folder)) for folder in folders)


def add_class(content: Content, value: type) -> None:
    """Take in a class: its bases and what is defined in it."""
    if not value.__flags__ & HEAP_TYPE:
        content.put("class", value.__module__, value.__qualname__)
        return
    if content.is_again(value) or is_of_library(content, value):
        return
    content.put("class", value.__qualname__)
    content.trail.append(value.__qualname__)
    content.put("bases", str(len(value.__bases__)))
    for base in value.__bases__:
        content.add(base)
    if type(value) is not type:
        content.add(type(value))
    for name in sorted(vars(value)):
        if name not in NOT_CONTENT:
            content.put(name)
            content.within(name, vars(value)[name])
    content.trail.pop()


def add_module(content: Content, value: types.ModuleType) -> None:
    """Take in a module: by its version, or the user's by its file and the modules it uses."""
    if content.is_again(value):
        return
    name = value.__name__
    add_origin(content, name)
    if is_library(name):
        return
    plain = {
        key: member
        for key, member in vars(value).items()
        if isinstance(member, (str, int, float, bool)) and not key.startswith("__")
    }
    content.mapping(plain)  # what is set from outside is not in its file
    used = {
        member.__name__
        if isinstance(member, types.ModuleType)
        else getattr(member, "__module__", None)
        for member in vars(value).values()
        if isinstance(member, (types.ModuleType, types.FunctionType, type))
    }
    for other in sorted(member for member in used if isinstance(member, str) and member != name):
        module = sys.modules.get(other)
        if module is not None and not is_library(other):
            content.add(module)


def add_origin(content: Content, name: str) -> None:
    """Add which version of a module it is."""
    if is_library(name):
        content.put("library", name, *origin(name))
        return
    module = sys.modules.get(name)
    path = None if module is None else file_of(module)
    content.put("module", "" if path is None else digest_of_file(path))


def add_compiled(content: Content, value: Any) -> None:
    """Take in a function or a descriptor that is not written in Python."""
    owner = getattr(value, "__objclass__", None) or getattr(value, "__self__", None)
    name = getattr(value, "__qualname__", None) or value.__name__
    module = getattr(value, "__module__", None) or ""
    content.put("compiled", module, name)
    if isinstance(owner, types.ModuleType) or owner is None:
        add_origin(content, module or getattr(owner, "__name__", "builtins"))
        if owner is None and reached(module, name) is not value:
            raise content.refuse(value)
    else:
        content.within(name, owner)
