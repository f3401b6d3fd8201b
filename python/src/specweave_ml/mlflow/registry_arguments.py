"""Arguments of MLflow's calls to a model registry: refused, read, or cut into pages."""

from __future__ import annotations

import re
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.entities.paged_list import PagedList
from mlflow.utils import validation
from mlflow.utils.search_utils import SearchUtils
from mlflow.utils.validation import _validate_model_alias_name
from mlflow.utils.validation import _validate_model_name as validate_name_as_mlflow

validate_alias_is_free: Any = getattr(
    validation, "_validate_model_alias_name_reserved", _validate_model_alias_name
)
"""MLflow before version 3 reserves these names inside of the other check."""


def validate_model_name(name: str) -> None:
    """Refuse what MLflow refuses as a model's name, and what a URI would make another name of."""
    validate_name_as_mlflow(name)
    # MLflow before version 3 takes every name.
    if not name.strip() or re.search(r"[/:]|^\.+$", name):
        raise MlflowException(
            f"Invalid name: '{name}'. Registered model name cannot be empty, consist of dots, or "
            "contain '/' or ':': in a URI it is another name",
            INVALID_PARAMETER_VALUE,
        )
    if re.search("%[0-9A-Fa-f]{2}", name):
        raise MlflowException(
            f"Invalid name: '{name}'. Registered model name cannot contain '%' character followed "
            f"by two hexadecimal digits: in a URI it is another name",
            INVALID_PARAMETER_VALUE,
        )


def validate_max_results(max_results: Any, most: int) -> None:
    """Refuse a size of a page that MLflow refuses."""
    if not isinstance(max_results, int) or max_results < 1:
        raise MlflowException(
            f"Invalid value for max_results. It must be a positive integer, but got {max_results}",
            INVALID_PARAMETER_VALUE,
        )
    if max_results > most:
        raise MlflowException(
            f"Invalid value for request parameter max_results. It must be at most {most}, but got "
            f"value {max_results}",
            INVALID_PARAMETER_VALUE,
        )


def order_of(clause: str) -> str:
    """Return a clause for the order; ``timestamp`` is an older word of MLflow for the change."""
    return re.sub(r"^\s*timestamp\b", "last_updated_timestamp", clause)


def page_of(found: list[Any], max_results: int, page_token: str | None) -> Any:
    """Return a page, with the token of the next."""
    start = SearchUtils.parse_start_offset_from_page_token(page_token)
    end = start + max_results
    token = SearchUtils.create_page_token(end) if end < len(found) else None
    return PagedList(found[start:end], token)
