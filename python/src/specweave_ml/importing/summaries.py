"""Values of TensorBoard's plugins, stored as they are and read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ctypes import byref
from hashlib import sha256

from .._native.library import library
from .._native.pointers import ValuePointer, ValueReaderPointer
from .._native.status import check
from ..errors import NotFoundError, TrackingError
from ..reading.event_values import content
from ..tracking.experiment import Experiment
from .report import RunReport
from .runs import ForeignRun, ForeignSummary

Mark = tuple[int, float, bytes]
MOST_TOLD = 5


def add_summaries(run: ForeignRun, experiment: Experiment, report: RunReport) -> bool:
    """Log the values that are not there, and return whether there were any."""
    there: Counter[Mark] | None = None
    core = library()
    changed, refused = False, 0
    for one in run.summaries:
        if there is None:
            there = stored(experiment)
        mark = mark_of(one)
        if there[mark] > 0:
            there[mark] -= 1
            continue
        try:
            check(
                core.et_experiment_log_summary(
                    experiment._native, one.data, len(one.data), one.step, one.time
                )
            )
            changed = True
        except TrackingError as error:
            refused += 1
            if refused <= MOST_TOLD:
                report.problems.append(f"a value at step {one.step}: {error}")
    return changed


def compare_summaries(run: ForeignRun, experiment: Experiment, report: RunReport) -> None:
    """Count the values that are stored as they are in the source."""
    wanted = Counter(map(mark_of, run.summaries))
    if not wanted:
        return
    report.values += wanted.total()
    report.values_equal += (wanted & stored(experiment)).total()


def stored(experiment: Experiment) -> Counter[Mark]:
    """Return what tells the values that are stored from others, and how often each is there."""
    return Counter(marks(experiment))


def marks(experiment: Experiment) -> Iterator[Mark]:
    """Yield what tells each value that is stored from others."""
    reader, core = ValueReaderPointer(), library()
    try:
        check(core.et_value_reader_open(experiment._native, None, None, byref(reader)))
    except NotFoundError:
        return
    reader.own(core.et_value_reader_free)
    while True:
        value = ValuePointer()
        check(core.et_value_reader_next(reader, byref(value)))
        if not value.value:
            return
        value.own(core.et_value_free)
        data = content(core.et_value_summary, value) or b""
        yield (
            int(core.et_value_step(value)),
            float(core.et_value_time(value)),
            sha256(data).digest(),
        )


def mark_of(summary: ForeignSummary) -> Mark:
    """Return what tells a value from others."""
    return summary.step, summary.time, sha256(summary.data).digest()
