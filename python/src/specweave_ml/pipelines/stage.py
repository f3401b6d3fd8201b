"""The stages of a pipeline: each an experiment within it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

from .._native.closest import closest
from .._native.library import library
from .._native.text import encoded, encoded_json
from ..errors import InvalidArgumentError
from ..tracking.exit_hooks import failure_of, status_of
from ..tracking.experiment import Experiment, open_pointer
from ..tracking.start import start_as, texts

if TYPE_CHECKING:
    from .pipeline import ExperimentPipeline


class Stage(Experiment):
    """A stage: an experiment that knows what it depends on and may have stages within it."""

    done = False
    """Whether an earlier run of the pipeline finished it, so that its block has nothing to do."""
    depends_on: tuple[str, ...] = ()
    """The names of the stages beside it that it needs."""
    _group: StageGroup | None = None
    _within: StageGroup | None = None

    def stage(
        self,
        name: str,
        depends_on: Needed = None,
        *,
        description: str | None = None,
        tags: Iterable[str] | str = (),
        params: Any = None,
        capture: bool | Iterable[str] = False,
        strict: bool = False,
    ) -> Stage:
        """Begin a stage within this one; as `ExperimentPipeline.stage`."""
        if self._group is None:
            raise InvalidArgumentError(
                f"{name!r}: this stage was loaded and is not part of a pipeline"
            )
        if self._within is None:
            self._within = StageGroup(self._group.pipeline, (*self._group.path, self.name))
        given = stage_options(description, tags, params, strict)
        return self._within.begin(self, name, depends_on, given, capture)

    def _finish(self, status: str | None, facts: dict[str, Any]) -> None:
        try:
            super()._finish(status, facts)
        finally:
            self._end()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        if self.done:
            status = status_of(error)
            if status is not None:
                facts = encoded_json(failure_of(error))
                code = library().et_experiment_set_status(self._native, encoded(status), facts)
                self._judge(code, f"status {status!r}")
            self._end()

    def _end(self) -> None:
        """Inform the pipeline."""
        if self._group is not None:
            self._group.pipeline._closed(self)


Needed: TypeAlias = "str | Stage | Iterable[str | Stage] | None"
"""The stages that one depends on; None is the one begun before it."""


class StageGroup:
    """The stages directly in a pipeline, or in a stage."""

    def __init__(self, pipeline: ExperimentPipeline, path: tuple[str, ...] = ()) -> None:
        self.pipeline = pipeline
        self.path = path
        self.newest: dict[str, Stage] = {}

    def begin(
        self,
        around: Experiment,
        name: str,
        depends_on: Needed,
        given: Mapping[str, Any],
        capture: bool | Iterable[str],
    ) -> Stage:
        """Start a stage, or find the one that an earlier run finished."""
        needed = self.needed(name, depends_on)
        folder = self.pipeline._finished.get((*self.path, name))
        fresh = name not in self.newest
        if folder and fresh and all(self.newest[other].done for other in needed):
            stage = Stage(open_pointer(folder))
            stage.done = True
        else:
            stage = start_as(Stage, name, None, around, dict(given), capture)
            stage._log_fact("stage", {"depends_on": list(needed)})
        stage.depends_on, stage._group = needed, self
        self.newest.pop(name, None)
        self.newest[name] = stage
        self.pipeline._opened(stage)
        return stage

    def needed(self, name: str, depends_on: Needed) -> tuple[str, ...]:
        """Return the names of the stages that it depends on; each must have been begun before."""
        if depends_on is None:
            return tuple([other for other in self.newest if other != name][-1:])
        names = names_of(depends_on)
        for other in names:
            if other not in self.newest or other == name:
                before = closest(other, (stage for stage in self.newest if stage != name))
                raise InvalidArgumentError(
                    f"stage {name!r} depends on {other!r}, which is not a stage before it; "
                    f"those are: {', '.join(map(repr, before)) or 'none yet'}"
                )
        return tuple(dict.fromkeys(names))


def names_of(stages: Any) -> list[str]:
    """Return the names of one stage or of several."""
    several = [stages] if isinstance(stages, (str, Stage)) else stages
    return [stage.name if isinstance(stage, Stage) else str(stage) for stage in several]


def stage_options(
    description: str | None, tags: Iterable[str] | str, params: Any, strict: bool
) -> dict[str, Any]:
    """Return the options of a stage's start that were given."""
    options = {"description": description, "params": params, "strict": strict}
    given_options = {
        key: value for key, value in options.items() if value is not None and value is not False
    }
    return {**given_options, "kind": "stage", "tags": texts(tags)}
