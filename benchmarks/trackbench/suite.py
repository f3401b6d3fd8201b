"""What is measured: each section of the report, its work, its tools and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from trackbench import combining, tools, works
from trackbench.measure import Bench, Figures
from trackbench.tools import Tool


@dataclass(frozen=True)
class Section:
    """One kind of work. `columns` are figures with their headings; the first one is compared."""

    name: str
    title: str
    about: str
    measure: Callable[[Bench, Tool], Figures]
    tools: Sequence[Tool]
    columns: dict[str, str]
    floor: Tool | None = None
    repeat: int = 1
    repeat_ours: int | None = None
    more_is_better: bool = False
    combine: Callable[[list[Figures]], Figures] = field(default=combining.medians)
    drawn: bool = True
    """Whether a picture says more than the table."""

    def repeats(self, tool: Tool) -> int:
        """How often a tool does it."""
        return self.repeat_ours if tool.is_ours and self.repeat_ours else self.repeat


ALL = (*tools.OURS, *tools.PEERS)
EMPTY_CALLS = (
    tools.NOTHING, tools.EMPTY_EXTENSION, tools.EMPTY_PYDLL, tools.EMPTY_CTYPES,
    tools.MAPPED_STORE, tools.WRITE_CALLS, tools.JSON_FILES,
)  # fmt: skip
CONCURRENT = (
    tools.PYTHON, tools.CTYPES, tools.C, tools.SWIFT, tools.MLFLOW, tools.WANDB, tools.AIM,
    tools.TRACKIO, tools.TENSORBOARDX,
)  # fmt: skip
CALL = {
    "mean_ns": "mean ns", "median_ns": "median ns", "p99_ns": "99 % ns", "max_ns": "max ns",
    "finish_ms": "finish ms", "bytes_a_point": "bytes a point", "rss_growth_mb": "memory grown MB",
}  # fmt: skip
TABLE = {
    "seconds": "seconds", "us_each": "µs each", "prepare_seconds": "index step s",
    "peak_rss_mb": "peak MB", "made_ms_each": "made in ms each",
}  # fmt: skip
RATE = {
    "points_a_second": "points a second", "with_finish": "with finish", "points": "points",
}  # fmt: skip

SECTIONS = (
    Section(
        "cold-start", "Cold start to the first point",
        "A new process: interpreter, import, opening a run in a new store, one stored point.",
        works.simple("cold_start", spawned=True), (tools.BARE, tools.JSON_FILES, *ALL),
        {"total_ms": "total ms", "import_ms": "import ms", "open_ms": "open ms",
         "first_log_ms": "first point ms", "peak_rss_mb": "peak MB"},
        floor=tools.BARE, repeat=3,
    ),
    Section(
        "point", "One point in a hot loop",
        "One key, an explicit step; a pass timed as a whole, then one with a clock pair a call "
        "(which adds about 50 ns to its figures).",
        works.simple("point", keys=1, seconds=1.0),
        (*EMPTY_CALLS, tools.PYTHON, tools.CTYPES, tools.C, tools.SWIFT, *tools.PEERS),
        CALL, floor=tools.WRITE_CALLS, repeat=2,
    ),
    Section(
        "ten-keys", "Ten keys at one step",
        "One call where the tool has one; nanoseconds a step.",
        works.simple("point", keys=10, seconds=1.0),
        (tools.WRITE_CALLS, tools.JSON_FILES, tools.PYTHON, tools.CTYPES, tools.C, tools.SWIFT,
         *tools.PEERS),
        CALL, floor=tools.WRITE_CALLS,
    ),
    Section(
        "short-runs", "Many small runs",
        "Start, one parameter, five metrics, finish; up to a hundred in one process.",
        works.simple("short_runs", runs=100, seconds=10), (tools.JSON_FILES, *ALL),
        {"mean_ms": "mean ms", "median_ms": "median ms", "created": "runs"},
        floor=tools.JSON_FILES, repeat=2,
    ),
    Section(
        "table-100", "A table of 100 runs",
        "Parameters and last metrics of all runs, by a new process; for us the whole comparison "
        "with its file.",
        works.table_of(100), (tools.JSON_FILES, *ALL), TABLE, floor=tools.JSON_FILES,
    ),
    Section(
        "table-1000", "A table of 1,000 runs",
        f"As above. Tools that need more than {works.MAKING_SECONDS} s to make them are left out.",
        works.table_of(1000), (tools.JSON_FILES, *ALL), TABLE, floor=tools.JSON_FILES,
    ),
    Section(
        "table-10000", "A table of 10,000 runs",
        "As above. Ours are made once, by four processes in C, and read by all three languages.",
        works.table_made_in_c(10_000), (tools.JSON_FILES, *ALL), TABLE, floor=tools.JSON_FILES,
    ),
    Section(
        "history", "A long history",
        "One metric, read by a new process: a million points, a hundred thousand for the peers "
        "(two thousand for DVCLive, which takes 10 ms to write one).",
        works.series, (tools.WRITE_CALLS, *ALL),
        {"us_each": "µs a point", "seconds": "seconds", "points": "written", "found": "found",
         "peak_rss_mb": "peak MB", "wrote_seconds": "writing s"},
        floor=tools.WRITE_CALLS,
    ),
    Section(
        "artifact", "A file of one gigabyte",
        "Saved with a run, in the page cache before; hashed by us.",
        works.artifact,
        (tools.COPY, tools.COPY_AND_HASH, *tools.OURS, tools.MLFLOW, tools.WANDB, tools.AIM,
         tools.TRACKIO, tools.SACRED),
        {"seconds": "seconds", "call_seconds": "in the call", "finish_seconds": "at the end"},
        floor=tools.COPY, repeat=2,
    ),
    Section(
        "one-thread", "One thread", "Points a second, for the two sections that follow.",
        works.simple("threads", threads=1, seconds=2.0),
        (tools.EMPTY_CTYPES, tools.WRITE_CALLS, *CONCURRENT), RATE, floor=tools.WRITE_CALLS,
        more_is_better=True,
    ),
    Section(
        "four-threads", "Four threads, one run", "Points a second of all threads together.",
        works.simple("threads", threads=4, seconds=2.0),
        (tools.EMPTY_CTYPES, tools.WRITE_CALLS, *CONCURRENT), RATE, floor=tools.WRITE_CALLS,
        more_is_better=True,
    ),
    Section(
        "four-processes", "Four processes, a run each, one store",
        "Points a second of all processes together.",
        works.processes, (tools.WRITE_CALLS, *CONCURRENT), RATE, floor=tools.WRITE_CALLS,
        more_is_better=True,
    ),
    Section(
        "fork", "A fork in an open run",
        "100 points before it, 100 after it in the parent and 100 in the child, which ends by "
        "`os._exit` as those of multiprocessing do: how many of each are found, at worst in two "
        "trials. A call that raises is the last of its process; one that hangs is killed. DVCLive "
        "rewrites its files in place, and whoever meets a half of the other's raises; without such "
        "a meeting all 300 are found. The threads of Trackio, Sacred and tensorboardX that write "
        "do not exist in the child: its points are gone, or its calls wait for ever. Trackio's are "
        "found if the child calls `finish`. MLflow's child has a run of its own.",
        works.fork, ALL,
        {"found": "found of 300", "before": "before", "parent": "parent", "child": "child",
         "parent_ended": "parent went on", "child_ended": "child went on"},
        repeat=2, more_is_better=True, combine=combining.worst, drawn=False,
    ),
    Section(
        "kill", "kill -9",
        "Killed at a random moment of a hot loop, 0.1 to 1 s after the first point: acknowledged "
        "points that are gone.",
        works.kill, (tools.WRITE_CALLS, tools.CTYPES, *ALL),
        {"mean_lost": "mean lost", "max_lost": "most lost", "trials": "trials",
         "trials_with_loss": "with a loss", "acknowledged": "acknowledged in all"},
        repeat=4, repeat_ours=8, combine=combining.losses,
    ),
)  # fmt: skip
