"""MLflow's model registry as files of the project, in git beside the experiments they come from.

The store class has the 21 methods of MLflow's `AbstractStore`, on the records of
`registry_records`, which `registry_files` reads and writes; MLflow's own prompts, copies and stages
rest on them. Filters, order and pages are those of MLflow's `SearchUtils`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.entities.paged_list import PagedList

from .registry_models import RegisteredModelCalls
from .registry_versions import ModelVersionCalls


class SpecweaveModelRegistryStore(RegisteredModelCalls, ModelVersionCalls):
    """The models that a project has registered; of webhooks there are none."""

    def list_webhooks(self, max_results: int | None = None, page_token: str | None = None) -> Any:
        """Return no webhooks: there is no server that would call them."""
        return PagedList([], None)

    def list_webhooks_by_event(
        self, event: Any, max_results: int | None = None, page_token: str | None = None
    ) -> Any:
        """Return no webhooks: there is no server that would call them."""
        return PagedList([], None)


def _not_offered(name: str) -> Callable[..., Any]:
    """Return a method that says that webhooks are not offered."""

    def refuse(self: Any, *arguments: Any, **options: Any) -> Any:
        raise MlflowException(
            f"{name} is not offered: webhooks are sent by a server, and the model registry of "
            f"specweave is plain files",
            INVALID_PARAMETER_VALUE,
        )

    refuse.__name__ = name
    refuse.__doc__ = "Refuse: webhooks are not offered."
    return refuse


for _name in ("create_webhook", "get_webhook", "update_webhook", "delete_webhook", "test_webhook"):
    setattr(SpecweaveModelRegistryStore, _name, _not_offered(_name))
