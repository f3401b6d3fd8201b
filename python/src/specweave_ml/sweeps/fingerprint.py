"""What makes a sweep the same one, so that a resumed one never mixes results of two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..data import describe
from ..errors import InvalidArgumentError
from ..unusable import Unusable
from ..values import json_value

WHAT = {
    "data": "the data",
    "folds": "the folds (give the splitter a random_state)",
    "combinations": "the combinations of parameters (give a random search a random_state)",
    "model": "the model",
    "scoring": "the scoring",
    "fit": "what is passed to fit",
}


def of_data(*data: Any) -> str:
    """The digest of everything in the data."""
    return digest([content(one) for one in data])


def content(data: Any) -> Any:
    """Something that changes when the data changes."""
    if data is None:
        return None
    if callable(getattr(data, "tocsr", None)):
        return sparse(data)
    try:
        facts = describe(data)
    except Unusable:
        facts = {}
    if "sha256" in facts:
        return facts
    from joblib import hash as joblib_hash

    return {"type": type(data).__name__, "joblib": joblib_hash(data)}


def sparse(data: Any) -> Any:
    """The content of a sparse matrix, whatever its format is."""
    rows = data.tocsr(copy=True)
    rows.sum_duplicates()
    return [data.format, list(data.shape), *(content(part) for part in row_parts(rows))]


def row_parts(rows: Any) -> tuple[Any, Any, Any]:
    """The three arrays of compressed rows."""
    return rows.data, rows.indices, rows.indptr


def of_values(value: Any) -> str:
    """The digest of parameters, of a model, of a scorer."""
    try:
        return digest(json_value(value))
    except Unusable:
        return digest(repr(value))


def of_params(params: Mapping[str, Any]) -> str:
    """The digest of what is passed to `fit`, arrays among it."""
    return digest({name: content(value) for name, value in params.items()})


def digest(value: Any) -> str:
    """SHA-256 of a value as JSON."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def require_same(before: Mapping[str, Any], now: Mapping[str, str], where: object) -> None:
    """Refuse to go on with a sweep that was another one."""
    changed = [WHAT[part] for part in now if before.get(part) != now[part]]
    if changed:
        raise InvalidArgumentError(
            f"the sweep in {where} cannot go on: {' and '.join(changed)} changed since it was "
            f"started; pass what it was started with, or start a new one without resume"
        )
