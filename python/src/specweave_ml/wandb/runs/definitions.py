"""What ``define_metric`` says of metrics: their step, their summary, their goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SECTION = "wandb.metrics"
"""The section of facts that holds the definitions by the name they were given for."""

SUMMARIES = ("min", "max", "mean", "best", "last", "first", "copy", "none")
GOALS = ("minimize", "maximize")


@dataclass
class MetricDefinition:
    """One definition; its name may end with a star."""

    name: str
    step_metric: str | None = None
    step_sync: bool | None = None
    """Whether the step metric's last value counts where a row has none; None is yes."""
    hidden: bool | None = None
    summary: tuple[str, ...] = ()
    goal: str | None = None

    @property
    def is_glob(self) -> bool:
        """Whether it is for every metric whose name begins so."""
        return self.name.endswith("*")

    def fits(self, key: str) -> bool:
        """Return whether it is for this metric."""
        return key.startswith(self.name[:-1]) if self.is_glob else key == self.name

    def members(self) -> dict[str, Any]:
        """Return what it says, without what it leaves open."""
        said = asdict(self) | {"summary": list(self.summary)}
        return {
            key: value
            for key, value in said.items()
            if key != "name" and value is not None and value != []
        }

    def over(self, earlier: MetricDefinition) -> MetricDefinition:
        """Return the earlier definition with what this one adds or changes."""
        said = {key: getattr(self, key) for key in self.members()}
        return MetricDefinition(**{**vars(earlier), **said})


class MetricDefinitions:
    """All definitions of a run."""

    def __init__(self) -> None:
        self._by_name: dict[str, MetricDefinition] = {}
        self._chosen: dict[str, MetricDefinition | None] = {}

    def add(self, definition: MetricDefinition, *, overwrite: bool = False) -> MetricDefinition:
        """Add a definition, or change the one of that name; return what now holds."""
        earlier = self._by_name.get(definition.name)
        if earlier is not None and not overwrite:
            definition = definition.over(earlier)
        self._by_name[definition.name] = definition
        self._chosen.clear()
        return definition

    def restore(self, section: Mapping[str, Any]) -> None:
        """Take over the definitions of a section of facts, when a run is resumed."""
        for name, said in section.items():
            if isinstance(said, Mapping):
                known = {key: said[key] for key in said if key in MetricDefinition.__annotations__}
                summary = tuple(known.pop("summary", ()))
                self.add(MetricDefinition(name, summary=summary, **known))

    def of(self, key: str) -> MetricDefinition | None:
        """Return the definition for a metric: the one of its name, else the longest beginning."""
        if key not in self._chosen:
            self._chosen[key] = self._by_name.get(key) or max(
                (found for found in self._by_name.values() if found.is_glob and found.fits(key)),
                key=lambda found: len(found.name),
                default=None,
            )
        return self._chosen[key]

    def step_metric(self, key: str) -> str | None:
        """Return the metric over which this one is drawn; None is the step of the row."""
        definition = self.of(key)
        found = None if definition is None else definition.step_metric
        return None if found == key else found

    def __iter__(self) -> Iterable[MetricDefinition]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"MetricDefinitions({list(self._by_name.values())!r})"
