"""What arrays and tables consist of, for `identity`: every value, exactly."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .objects import qualified

if TYPE_CHECKING:
    from .identity import Content


def add(content: Content, value: Any) -> bool:
    """Take in an array or a table; False for anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return False
    if isinstance(value, numpy.ndarray):
        add_array(content, value, numpy)
    elif isinstance(value, numpy.generic):
        content.put("scalar")
        add_array(content, numpy.asarray(value), numpy)
    elif is_of(value, "pandas"):
        return add_pandas(content, value)
    elif is_of(value, "polars"):
        return add_polars(content, value)
    elif is_of(value, "pyarrow"):
        return add_arrow(content, value)
    elif is_of(value, "torch") and isinstance(value, sys.modules["torch"].Tensor):
        add_tensor(content, value)
    elif is_of(value, "scipy") and callable(getattr(value, "tocoo", None)):
        add_sparse(content, value)
    else:
        return False
    return True


def add_scalars(content: Content, items: Any) -> bool:
    """Take in scalars of numpy that are all of one type, at once; False for anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(items[0], numpy.number | numpy.bool_):
        return False
    content.put("scalars")
    add_array(content, numpy.asarray(items), numpy)
    return True


def is_of(value: Any, package: str) -> bool:
    """Return whether its class, or one that it comes from, is of a package that is loaded."""
    return package in sys.modules and any(
        kind.__module__.partition(".")[0] == package for kind in type(value).__mro__
    )


def add_array(content: Content, value: Any, numpy: Any) -> None:
    """Take in an array of numpy, whatever its layout in memory."""
    content.put("array", qualified(type(value)), str(value.dtype), str(value.shape))
    if isinstance(value, numpy.ma.MaskedArray):
        content.add(numpy.ma.getmaskarray(value))
        content.add(value.filled(fill_of(value.dtype, numpy)).view(numpy.ndarray))
        return
    plain = value.view(numpy.ndarray)
    if plain.dtype.names is not None:
        for name in plain.dtype.names:
            content.within(name, plain[name])
    elif plain.dtype.hasobject or plain.dtype.kind == "T":
        content.items("values", plain.ravel().tolist())
    elif plain.dtype.char in "gG":  # their bytes have gaps
        content.items("values", [repr(number) for number in plain.ravel()])
    else:
        if plain.dtype.kind in "fc" and numpy.isnan(plain).any():
            # The processor makes NaNs of several bit patterns.
            plain = numpy.where(numpy.isnan(plain), numpy.asarray(numpy.nan, plain.dtype), plain)
        # Not copied: data may be larger than what is left of the memory.
        content.put(memoryview(numpy.ascontiguousarray(plain).reshape(-1).view(numpy.uint8)))
    if getattr(value, "__dict__", None):
        content.state(value.__dict__)


def fill_of(dtype: Any, numpy: Any) -> Any:
    """Return what stands below a mask: the same for all arrays of the type."""
    return numpy.zeros((), dtype)[()]


def add_pandas(content: Content, value: Any) -> bool:
    """Return a table, a column or an index of pandas."""
    pandas = sys.modules["pandas"]
    kind = qualified(type(value))
    if isinstance(value, pandas.DataFrame):
        content.put("table", kind, str(value.shape))
        content.add(value.columns)
        content.add(value.index)
        for index in range(value.shape[1]):
            column = value.iloc[:, index]
            content.trail.append(str(column.name))
            add_values(content, column.array)
            content.trail.pop()
    elif isinstance(value, pandas.Series):
        content.put("column", kind)
        content.add(value.name)
        content.add(value.index)
        add_values(content, value.array)
    elif isinstance(value, pandas.MultiIndex):
        content.put("index", kind)
        content.add(list(value.names))
        for level in range(value.nlevels):
            add_values(content, value.get_level_values(level).array)
    elif isinstance(value, pandas.Index):
        content.put("index")  # a range and the same numbers are one
        content.add(value.name)
        add_values(content, value.array)
    elif isinstance(value, pandas.api.extensions.ExtensionArray):
        add_values(content, value)
    else:
        return False
    return True


def add_values(content: Content, values: Any) -> None:
    """Take in the values of one column of pandas."""
    content.put("values", str(values.dtype), str(len(values)))
    pandas = sys.modules["pandas"]
    if isinstance(values, pandas.Categorical):
        content.put(str(values.ordered))
        content.add(values.categories)
        content.add(values.codes)
    elif isinstance(values, pandas.arrays.NumpyExtensionArray):
        content.add(values.to_numpy())
    elif hasattr(values, "asi8"):
        content.add(values.asi8)
    else:
        missing = sys.modules["numpy"].asarray(values.isna())
        content.add(missing)
        content.items("values", values[~missing].to_numpy(dtype=object).tolist())


def add_polars(content: Content, value: Any) -> bool:
    """Return a table or a column of polars."""
    polars = sys.modules["polars"]
    if isinstance(value, polars.DataFrame):
        content.put("table", qualified(type(value)), str(value.shape))
        for column in value.get_columns():
            add_polars(content, column)
        return True
    if not isinstance(value, polars.Series):
        return False
    content.put("column", value.name, str(value.dtype), str(len(value)))
    if value.dtype.is_temporal():  # Python's own times end at microseconds
        value = value.to_physical()
    if value.dtype.is_numeric() and not value.dtype.is_decimal():
        if value.null_count():
            content.add(value.is_null().to_numpy())
            value = value.fill_null(0)
        content.add(value.to_numpy())
    else:
        content.items("values", value.to_list())
    return True


def add_arrow(content: Content, value: Any) -> bool:
    """Return a table or a column of Arrow; into which pieces it is cut does not count."""
    arrow = sys.modules["pyarrow"]
    if isinstance(value, (arrow.Table, arrow.RecordBatch)):
        content.put("table", str(value.shape))
        for name, column in zip(value.schema.names, value.columns, strict=True):
            content.put(name)
            add_arrow(content, column)
        return True
    if not isinstance(value, (arrow.Array, arrow.ChunkedArray)):
        return False
    content.put("column", str(value.type), str(len(value)))
    kind = value.type
    if arrow.types.is_temporal(kind) and not arrow.types.is_interval(kind):
        value = value.cast(arrow.int32() if kind.bit_width == 32 else arrow.int64())
    if arrow.types.is_integer(value.type) or arrow.types.is_floating(value.type):
        if value.null_count:
            content.add(value.is_null().to_numpy(**own_copy(value, arrow)))
            value = value.fill_null(0)
        content.add(value.to_numpy(**own_copy(value, arrow)))
    else:
        content.items("values", value.to_pylist())
    return True


def own_copy(value: Any, arrow: Any) -> dict[str, bool]:
    """Return how an array of Arrow is asked for a copy; one in pieces always makes one."""
    return {} if isinstance(value, arrow.ChunkedArray) else {"zero_copy_only": False}


def add_tensor(content: Content, value: Any) -> None:
    """Take in a tensor of torch."""
    torch = sys.modules["torch"]
    content.put("tensor", qualified(type(value)), str(value.dtype), str(tuple(value.shape)))
    content.put(str(value.requires_grad))
    if value.layout is torch.sparse_coo:
        whole = value.detach().coalesce()
        content.add(whole.indices())
        content.add(whole.values())
        return
    if value.layout is torch.sparse_csr:
        for part in (value.crow_indices(), value.col_indices(), value.detach().values()):
            content.add(part)
        return
    if value.layout is not torch.strided or value.is_quantized:
        raise content.refuse(value, f"its layout is {value.layout}")
    plain = value.detach().cpu().reshape(-1).contiguous()
    content.put(plain.view(torch.uint8).numpy().tobytes() if plain.numel() else b"")


def add_sparse(content: Content, value: Any) -> None:
    """Take in a sparse matrix of scipy; the order of its values does not count."""
    content.put("sparse", qualified(type(value)), str(value.shape))
    parts = value.tocoo(copy=True)
    parts.sum_duplicates()
    for part in (
        (*parts.coords, parts.data)
        if hasattr(parts, "coords")
        else (
            parts.row,
            parts.col,
            parts.data,
        )
    ):
        content.add(part)
