"""What is known of a run: its names, its state, its configuration and its summary."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ....tracking.experiment import Experiment, open_path
from ...runs import definitions as defined
from ...runs import summaries
from ...runs.definitions import MetricDefinitions
from ...runs.facts import SECTION
from ...runs.history_file import read_lines
from ..artifacts.names import USUAL_PROJECT
from ..artifacts.state import moment
from .filters import NOTHING
from .history import rows_of
from .values import Changes

if TYPE_CHECKING:
    from .sweeps import Sweep

STATES: Mapping[str, str] = {
    "running": "running",
    "completed": "finished",
    "failed": "failed",
    "interrupted": "killed",
    "crashed": "crashed",
    "unknown": "crashed",
}
SAME_NAMES: Mapping[str, str] = {
    "createdAt": "created_at",
    "displayName": "display_name",
    "jobType": "job_type",
    "heartbeatAt": "heartbeat_at",
    "description": "notes",
    "summary": "summary_metrics",
    "user": "username",
}


class RunFacts:
    """The properties of a run."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.load()

    def load(self, force: bool = False) -> dict[str, Any]:
        """Read what is stored now."""
        if force:
            self.experiment = open_path(str(self.experiment.path))
        facts = self.experiment._facts()["facts"]
        self._own: dict[str, Any] = dict(facts.get(SECTION) or {})
        self.config = Changes(self.experiment.params)
        vars(self).pop("summary", None)
        self.tags = list(self.experiment.tags)
        about = facts.get("about") or {}
        self.notes: str | None = about.get("description") or None
        self._name: str | None = None
        return self._own

    @cached_property
    def summary(self) -> Changes:
        """The last value of everything, and what the run set itself."""
        found = Changes(self._summary(self.experiment._facts()["facts"]))
        found.bind(self.update)
        return found

    def _summary(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the last values of metrics, and what stands in the summary besides."""
        definitions = MetricDefinitions()
        definitions.restore(facts.get(defined.SECTION) or {})
        hidden = summaries.Summary(definitions).is_hidden
        found = {key: value for key, value in self.experiment.metrics.items() if not hidden(key)}
        said = facts.get(summaries.SECTION) or {}
        found.update({key: value for key, value in said.items() if value is not None})
        for line in rows_last(self.experiment):
            found.setdefault(line["key"], line["value"])
        return found

    @property
    def attrs(self) -> dict[str, Any]:
        """What is known of the run, by the names of filters."""
        return {
            "name": self.id,
            "id": self.id,
            "display_name": self.name,
            "state": self.state,
            "created_at": self.created_at,
            "heartbeat_at": self.heartbeat_at,
            "tags": self.tags,
            "notes": self.notes,
            "group": self.group,
            "job_type": self.job_type,
            "project": self.project,
            "entity": self.entity,
            "username": self.username,
            "sweep": self.sweep_name,
            "duration": self.experiment.duration,
            "config": self.config,
        }

    def value_of(self, name: str) -> Any:
        """Return what a filter or an order asks for; `NOTHING` if the run has it not."""
        head, _, rest = name.partition(".")
        head = SAME_NAMES.get(head, head)
        found = self.summary if head == "summary_metrics" else self.attrs.get(head, NOTHING)
        if found is None:
            return NOTHING
        if not rest:
            return found
        return inside(found, rest.removesuffix(".value"))

    @property
    def id(self) -> str:
        """The id."""
        return str(self._own.get("id") or self.experiment._facts()["id"])

    @property
    def name(self) -> str:
        """The display name; `update` stores a change."""
        return self._name or str(self._own.get("name") or self.experiment.name)

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    display_name = name

    @property
    def project(self) -> str:
        """The project."""
        usual = USUAL_PROJECT if self._own else self.experiment.increment
        return str(self._own.get("project") or usual)

    @property
    def entity(self) -> str:
        """The entity."""
        return str(self._own.get("entity") or "local")

    @property
    def username(self) -> str:
        """Who started it."""
        about = self.experiment._facts()["facts"].get("about") or {}
        return str(about.get("author") or self.entity)

    user = username

    @property
    def group(self) -> str | None:
        """The group."""
        return self._own.get("group")

    @property
    def job_type(self) -> str | None:
        """The type of its job."""
        return self._own.get("job_type")

    @property
    def path(self) -> list[str]:
        """Entity, project and id."""
        return [self.entity, self.project, self.id]

    @property
    def url(self) -> str:
        """The folder of the experiment."""
        return self.experiment.path.as_uri()

    @property
    def state(self) -> str:
        """``running``, ``finished``, ``failed``, ``crashed`` or ``killed``."""
        return STATES.get(self.experiment.status, self.experiment.status)

    @property
    def created_at(self) -> str:
        """When it was started, in UTC."""
        return moment(self.experiment.created.timestamp())

    @property
    def heartbeat_at(self) -> str:
        """When it was last heard of, in UTC."""
        lasted = self.experiment.duration
        begun = self.experiment.created.timestamp()
        return moment(time.time() if lasted is None else begun + lasted)

    @property
    def sweep_name(self) -> str | None:
        """The id of the sweep that it belongs to."""
        return self._own.get("sweep_id")

    @property
    def sweep(self) -> Sweep | None:
        """The sweep that it belongs to."""
        from .sweeps import find_sweep

        return None if self.sweep_name is None else find_sweep(self.sweep_name)

    @property
    def json_config(self) -> str:
        """The configuration as W&B's server keeps it."""
        return json.dumps(
            {key: {"value": value} for key, value in self.config.items()}, default=str
        )

    @property
    def rawconfig(self) -> dict[str, Any]:
        """The configuration."""
        return dict(self.config)

    @property
    def summary_metrics(self) -> dict[str, Any]:
        """The summary as a dict."""
        return dict(self.summary)

    @property
    def system_metrics(self) -> dict[str, Any]:
        """The last values of the metrics of the machine."""
        metrics = self.experiment.metrics
        return {key: value for key, value in metrics.items() if key.startswith("system/")}

    @property
    def metadata(self) -> dict[str, Any]:
        """What was recorded of the program, the machine and the code."""
        return self.experiment.facts

    @property
    def lastHistoryStep(self) -> int:  # noqa: N802 - as it is called
        """The largest step; -1 without any."""
        return max((row["_step"] for row in rows_of(self.experiment)), default=-1)

    def update(self) -> None:
        """Store what was changed."""
        raise NotImplementedError


def rows_last(experiment: Experiment) -> list[dict[str, Any]]:
    """Return the last line of each key that is no metric."""
    found: dict[str, dict[str, Any]] = {}
    for line in read_lines(experiment.path):
        if isinstance(line.get("key"), str):
            found[line["key"]] = {"key": line["key"], "value": line.get("value")}
    return list(found.values())


def inside(value: Any, path: str) -> Any:
    """Return what lies under a path of keys; a key may have dots itself."""
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
        head, _, rest = path.partition(".")
        while rest:
            if head in value:
                found = inside(value[head], rest)
                if found is not NOTHING:
                    return found
            part, _, rest = rest.partition(".")
            head = f"{head}.{part}"
    return NOTHING
