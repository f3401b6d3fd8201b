"""What `mlflow gc` calls: which runs and models are deleted, and their end.

Experiments are not among what it may delete for good: an increment has more than experiments.
"""

from __future__ import annotations

import os
from typing import Any

from mlflow.entities import LifecycleStage
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_STATE
from mlflow.utils.time import get_current_time_millis

from .logged_model_facts import KIND, SECTION, models_of
from .logged_models import NO_MODELS, LoggedModelCalls
from .run_handles import OpenRun
from .tracking_errors import as_mlflow_exceptions


class GarbageCalls(LoggedModelCalls):
    """The calls of MLflow's store that its command for cleaning up makes."""

    _awaiting: set[str]
    """Runs that are deleted for good as soon as those inside them are."""

    def _get_deleted_runs(self, older_than: int = 0) -> list[str]:
        """Return the ids of the runs that were deleted at least so many milliseconds ago."""
        limit = get_current_time_millis() - older_than
        found = []
        with as_mlflow_exceptions():
            for increment in self.catalog.with_folder():
                for listed in self.listings.of(increment):
                    stage = listed.run.info.lifecycle_stage
                    if not listed.is_run or stage != LifecycleStage.DELETED:
                        continue
                    marks = self.handles.of(listed.id).marks
                    if deleted_since(marks, increment.members) <= limit:
                        found.append(listed.id)
        return found

    def _hard_delete_run(self, run_id: str) -> None:
        """Delete a run and its files; one with deleted runs inside it goes with the last of them.

        Raises:
            MlflowException: There are runs inside it that are not deleted.
        """
        with as_mlflow_exceptions():
            run = self.handles.of(run_id)
            inside = self._inside(run)
            if any(not self.get_run(one).info.lifecycle_stage == "deleted" for one in inside):
                raise MlflowException(
                    f"Run {run_id} is not deleted for good: there are runs inside it that are not "
                    f"deleted: {', '.join(inside)}",
                    INVALID_STATE,
                )
            if inside:
                self._awaiting.add(run_id)
                return
            parent = run.facts["parent"]
            run.experiment.delete(force=True)
            self.handles.forget(run_id)
            self._awaiting.discard(run_id)
            if parent in self._awaiting:
                self._hard_delete_run(parent)

    def _get_deleted_logged_models(self, older_than: int = 0) -> list[str]:
        """Return the ids of the models that were deleted at least so many milliseconds ago."""
        limit = get_current_time_millis() - older_than
        with as_mlflow_exceptions():
            return [
                model_id
                for increment in self.catalog.with_folder()
                for listed in self.listings.of(increment)
                for model_id, model in models_of(listed.models or NO_MODELS).items()
                if model.get("deleted") and model["updated"] <= limit
            ]

    def _hard_delete_logged_model(self, model_id: str) -> None:
        """Forget a model; its files stay with the run that made it, until that is deleted."""
        with as_mlflow_exceptions():
            holder = self._holder(model_id)
            if holder.facts["kind"] == KIND:
                holder.experiment.delete(force=True)
                self.handles.forget(holder.run_id)
            else:
                holder.log_fact(SECTION, {model_id: None})
            self._holders.pop(model_id, None)

    def _inside(self, run: OpenRun) -> list[str]:
        """Return the ids of the runs inside a run."""
        around = run.path + os.sep
        listed = self.listings.of(self.increment_of(run))
        return [one.id for one in listed if one.path.startswith(around)]


def deleted_since(marks: dict[str, Any], members: dict[str, Any]) -> int:
    """Return when a run was deleted, or its experiment; 0 where that is not known."""
    mark = marks.get("deleted_time")
    if mark is None and members.get("lifecycle_stage") == "deleted":
        mark = members.get("last_update_time")
    return int(mark or 0)
