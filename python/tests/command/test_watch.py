"""What `specweave-ml watch` tells, shows and leaves behind, beside experiments that really run."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest

from specweave import track_experiment
from support.command import program, run
from support.controlled_run import ControlledRun
from support.live_command import LivePipe, LiveTerminal
from support.schema_check import strict_json, validate

ENTERED, LEFT = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
LINES = ["watch", "0042", "--every", "1"]
HEADER = "time\tkind\texperiment\tmetric\tmessage"

pytestmark = pytest.mark.usefixtures("project")


def finished(name: str, **metrics: float) -> None:
    with track_experiment(name, increment="0042", capture=False) as exp:
        exp.log_metrics(metrics)


def told(line: str) -> list[str]:
    """A line without its time."""
    return line.split("\t")[1:]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_terminal_shows_what_happens_and_is_left_as_it_was() -> None:
    with ControlledRun("x") as x, LiveTerminal(*LINES) as screen:
        screen.wait_for("q or Ctrl-C ends")
        assert screen.shown.startswith(ENTERED)
        x.do("exp.log_metric('loss', 0.25, step=1)")
        screen.wait_for("0.25")
        x.do("exp.log_metric('loss', float('nan'), step=2)")
        screen.wait_for("loss of 'x' is NaN at step 2")
        screen.wait_for("running !")
        x.kill()
        screen.wait_for("'x' crashed: its process is gone and no end is recorded")
        screen.press("\x03")
        assert screen.end() == 0
    before, _, after = screen.shown.rpartition(LEFT)
    assert ENTERED in before
    assert ENTERED not in after
    # What was seen last stays on the usual screen.
    last = plain(after).splitlines()
    assert last[0].startswith("0042-recommendation-model")
    assert last[2].split()[:2] == ["x", "crashed"]
    assert last[-1].endswith("'x' crashed: its process is gone and no end is recorded")


def test_keys_are_not_shown_and_q_ends_it() -> None:
    finished("x")
    script = '"$0" "$@"; read -r line; echo "read: $line"'
    with LiveTerminal(words=["bash", "-c", script, program(), *LINES]) as screen:
        screen.wait_for("q or Ctrl-C ends")
        assert not screen.mode & (termios.ECHO | termios.ICANON)
        screen.press("xyz")
        screen.press("q")
        screen.wait_for(LEFT)
        screen.press("typed\n")
        assert screen.end() == 0
        assert "xyz" not in screen.shown
        assert "read: typed\r\n" in screen.shown


def test_once_the_screen_is_not_taken() -> None:
    finished("x")
    with LiveTerminal("watch", "--once") as screen:
        assert screen.end() == 0
        assert ENTERED not in screen.shown
        assert "1 completed" in screen.shown


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 0)]
)
def test_a_signal_ends_it_and_the_screen_is_the_users(number: signal.Signals, code: int) -> None:
    finished("x")
    with LiveTerminal(*LINES) as screen:
        screen.wait_for("q or Ctrl-C ends")
        screen.send(number)
        assert screen.end() == code
        assert screen.shown.count(ENTERED) == screen.shown.count(LEFT) == 1


def test_a_stop_gives_the_screen_back_and_going_on_takes_it_again() -> None:
    finished("x")
    script = '"$0" "$@"; echo it is stopped; fg'
    words = ["bash", "-mc", script, program(), *LINES]
    with LiveTerminal(words=words) as screen:
        screen.wait_for("q or Ctrl-C ends")
        screen.press("\x1a")
        screen.wait_for("it is stopped")
        before = screen.shown.partition(LEFT)[0]
        assert ENTERED in before
        screen.wait_for("q or Ctrl-C ends", after=len(before))
        assert ENTERED in screen.shown[len(before) :]
        screen.press("q")
        assert screen.end() == 0
        assert screen.shown.count(ENTERED) == screen.shown.count(LEFT) == 2


def test_it_is_drawn_again_when_the_terminal_changes_its_size() -> None:
    for number in range(30):
        finished(f"experiment-with-a-long-name-{number}", loss=number, accuracy=0.5)
    with LiveTerminal("watch", "--every", "3600", columns=120, rows=40) as screen:
        screen.wait_for("q or Ctrl-C ends")
        assert "more" not in plain(screen.shown)
        place = len(screen.shown)
        screen.resize(50, 12)
        screen.wait_for("q or Ctrl-C ends", after=place)
        drawn = re.findall(
            r"\x1b\[(\d+);1H\x1b\[2K([^\x1b]*)", re.sub(r"\x1b\[[0-9;]*m", "", screen.shown[place:])
        )
        assert max(int(row) for row, _ in drawn) == 12
        assert all(len(line) <= 50 for _, line in drawn)
        assert "… and 22 more" in plain(screen.shown[place:])


def test_colours_are_for_those_who_want_them() -> None:
    finished("x")
    for value, wanted in (("", True), ("1", False)):
        with LiveTerminal(*LINES, NO_COLOR=value) as screen:
            screen.wait_for("q or Ctrl-C ends")
            screen.press("q")
            assert screen.end() == 0
            assert bool(re.search(r"\x1b\[[0-9;]*m", screen.shown)) is wanted
    with LiveTerminal(*LINES, TERM="dumb") as screen:
        screen.wait_for("time")
        screen.press("\x03")
        assert screen.end() == 0
        assert "\x1b" not in screen.shown


def test_a_pipe_gets_a_line_for_every_alert_and_every_change(experiments: Path) -> None:
    finished("old", loss=float("nan"))
    with ControlledRun("x") as x, LivePipe(*LINES) as watch:
        assert watch.line() == HEADER
        with ControlledRun("y") as y:
            assert told(watch.line()) == ["started", "y", "", "'y' started"]
            y.do("exp.log_metric('auc', float('inf'), step=7)")
            assert told(watch.line()) == [
                "not-finite",
                "y",
                "auc",
                "auc of 'y' is inf at step 7",
            ]
            y.do("exp.log_metric('auc', 0.5, step=8)")
            assert told(watch.line())[0] == "recovered"
            y.do("exp.finish()")
            assert told(watch.line())[:2] == ["completed", "y"]
        x.do("exp.finish(error=ValueError('no\\tdata'))")
        assert told(watch.line()) == ["failed", "x", "", r"'x' failed: ValueError: no\tdata"]
        shutil.rmtree(experiments / "y")
        assert told(watch.line())[:2] == ["gone", "y"]
        assert watch.end(signal.SIGINT) == (0, "", "")


def test_every_line_of_json_is_an_object_as_the_schema_says() -> None:
    with ControlledRun("x") as x, LivePipe(*LINES, "--json") as watch:
        x.do("exp.log_metric('loss', float('-inf'), step=2)")
        x.do("exp.log_note('after it')")
        found = strict_json(watch.line())
        validate("command-watch", found)
        assert (found["kind"], found["alert"], found["value"]) == (
            "not-finite",
            True,
            "-Infinity",
        )
        x.kill()
        found = strict_json(watch.line())
        validate("command-watch", found)
        assert (found["kind"], found["metric"], found["experiment"]) == ("crashed", None, "x")
        assert watch.end(signal.SIGTERM) == (143, "", "")


def test_an_experiment_that_logs_nothing_stalls() -> None:
    with ControlledRun("x") as x:
        x.do("import time")
        x.do("exp.log_series('loss', [0.5], steps=[3], times=[time.time() - 7200])")
        # The time of the point is not what counts: the session itself has only just begun.
        assert run("watch", "--once", "--stall", "1h") == (0, HEADER + "\n", "")
        code, output, messages = run("watch", "--once", "--stall", "0s")
        assert (code, messages) == (0, "")
        assert told(output.splitlines()[1])[:2] == ["stalled", "x"]
        assert run("watch", "--once", "--stall", "never") == (0, HEADER + "\n", "")


def test_once_tells_what_is_wrong_now() -> None:
    finished("fine", loss=0.5)
    finished("lost", loss=float("nan"))
    with ControlledRun("x") as x:
        x.kill()
    code, output, messages = run("watch", "--once")
    assert (code, messages) == (0, "")
    assert sorted(told(line)[0] for line in output.splitlines()[1:]) == ["crashed", "not-finite"]
    code, output, _ = run("watch", "--once", "--format", "table", COLUMNS="60")
    assert code == 0
    assert all(len(line) <= 60 for line in output.splitlines())
    assert "lost" in output
    assert "crashed" in output


@pytest.mark.parametrize(("ending", "code"), [("exp.finish()", 0), ("exp.finish('failed')", 1)])
def test_it_ends_with_the_last_experiment_if_that_is_wanted(ending: str, code: int) -> None:
    finished("old", loss=float("nan"))
    with ControlledRun("x") as x, LivePipe(*LINES, "--until-finished") as watch:
        assert watch.line() == HEADER
        x.do(ending)
        assert watch.end()[0] == code
    assert run("watch", "--until-finished")[0] == 0


def test_a_condition_holds_for_those_that_have_fulfilled_it_once() -> None:
    options = ["--where", "status == 'running' and name like 'x%'"]
    with ControlledRun("x") as x, ControlledRun("y") as y, LivePipe(*LINES, *options) as watch:
        assert watch.line() == HEADER
        y.kill()
        x.kill()
        assert told(watch.line())[:2] == ["crashed", "x"]
        assert watch.end(signal.SIGINT) == (0, "", "")


def test_a_command_is_run_for_every_alert_with_all_that_is_known(project: Path) -> None:
    name = "$(touch pwned) `touch pwned`; touch pwned '\" x"
    script = 'env | grep ^SPECWEAVE_ | sort > "$SPECWEAVE_ALERT.txt.part"; ' + (
        'mv "$SPECWEAVE_ALERT.txt.part" "$SPECWEAVE_ALERT.txt"'
    )
    with ControlledRun(name) as x, LivePipe(*LINES, "--exec", script) as watch:
        assert watch.line() == HEADER
        x.do("exp.log_metric('loss', float('nan'), step=4)")
        assert told(watch.line())[0] == "not-finite"
        x.kill()
        assert told(watch.line())[0] == "crashed"
        assert watch.end(signal.SIGINT) == (0, "", "")
    found = dict(
        line.split("=", 1) for line in (project / "not-finite.txt").read_text().splitlines()
    )
    moment = found.pop("SPECWEAVE_TIME")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", moment)
    known = {key: found[key] for key in found if key not in ("SPECWEAVE_CAPTURE_SECONDS",)}
    folder = known.pop("SPECWEAVE_FOLDER")
    assert {
        "SPECWEAVE_ALERT": "not-finite",
        "SPECWEAVE_EXPERIMENT": name,
        "SPECWEAVE_INCREMENT": "0042-recommendation-model",
        "SPECWEAVE_MESSAGE": f"loss of '{name}' is NaN at step 4",
        "SPECWEAVE_METRIC": "loss",
        "SPECWEAVE_STEP": "4",
        "SPECWEAVE_VALUE": "NaN",
    }.items() <= known.items()
    assert (
        project / ".specweave/increments/0042-recommendation-model/experiments" / folder
    ).is_dir()
    assert (project / "crashed.txt").exists()
    assert not (project / "pwned").exists()


def test_what_a_command_says_and_that_it_failed_is_a_message() -> None:
    finished("x", loss=float("nan"))
    code, output, messages = run("watch", "--once", "--exec", "echo said; echo wrong >&2; exit 3")
    assert code == 0
    assert len(output.splitlines()) == 2
    assert sorted(messages.splitlines()) == [
        "specweave-ml: said",
        "specweave-ml: the command for an alert failed with exit code 3: "
        "loss of 'x' is NaN at step 0",
        "specweave-ml: wrong",
    ]


def test_a_slow_command_holds_nothing_up_and_leaves_no_process(project: Path) -> None:
    script = 'echo $$ > "pid-$SPECWEAVE_METRIC"; exec sleep 1000'
    with ControlledRun("x") as x, LivePipe(*LINES, "--exec", script) as watch:
        assert watch.line() == HEADER
        x.do("exp.log_metrics({'a': float('nan'), 'b': float('nan')}, step=1)")
        assert told(watch.line())[0] == "not-finite"
        assert told(watch.line())[0] == "not-finite"
        x.do("exp.log_metrics({'a': 1.0}, step=2)")
        assert told(watch.line())[0] == "recovered"
        while not ((project / "pid-a").exists() and (project / "pid-b").exists()):
            time.sleep(0.01)
        watch.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        # Who does not want to wait for it says so again.
        code, _, messages = watch.end(signal.SIGINT)
    assert code == 0
    assert messages.count("the command for an alert was stopped") == 2
    for metric in "ab":
        pid = int((project / f"pid-{metric}").read_text())
        assert not Path(f"/proc/{pid}").exists()


def test_no_reader_ends_it_silently() -> None:
    finished("x")
    watch = LivePipe("watch", "--every", "3600")
    with watch:
        assert watch.line() == HEADER
        assert watch.process.stdout is not None
        watch.process.stdout.close()
        watch.process.wait(timeout=60)
        assert watch.process.stderr is not None
        assert watch.process.stderr.read() == ""
    assert watch.process.returncode == 0


def test_an_increment_without_experiments_is_waited_for() -> None:
    with LivePipe(*LINES) as watch:
        assert watch.line() == HEADER
        finished("x")
        assert told(watch.line())[:2] == ["completed", "x"]
        assert watch.end(signal.SIGINT) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--every", "0.5"], "--every is a number of seconds from 1 to 86400"),
        (["--stall", "soon"], "'soon' is no span of time; write it as 90s, 10m, 2h or 1d"),
        (["--where", "metrics."], "where"),
        (["--format", "table"], "needs a terminal; add --once"),
    ],
)
def test_a_wrong_command_line_is_refused(options: list[str], message: str) -> None:
    finished("x")
    code, output, messages = run("watch", *options)
    assert (code, output) == (2, "")
    assert message in messages or options[0] == "--where"


def test_python_ends_by_ctrl_c_without_a_word() -> None:
    finished("x")
    with LivePipe(*LINES, words=[sys.executable, "-m", "specweave_ml"]) as watch:
        assert watch.line() == HEADER
        assert watch.end(signal.SIGINT) == (0, "", "")


HOST = """
import ctypes, os, signal, sys, threading
from specweave_ml._native.library import library

seen = []
signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
words = [b"specweave-ml", b"watch", b"0042", b"--every", b"1"]
arguments = (ctypes.c_char_p * len(words))(*words)
codes = []
thread = threading.Thread(
    target=lambda: codes.append(library().et_command_run(len(words), arguments)))
thread.start()
sys.stdin.readline()
pid = os.fork()
if pid == 0:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(30)
    os.kill(os.getpid(), signal.SIGTERM)
    os._exit(len(seen))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
os.kill(os.getpid(), signal.SIGTERM)
thread.join()
print(codes, seen == [signal.SIGTERM], flush=True)
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_a_host_has_its_signal_handlers_again() -> None:
    finished("x")
    host = subprocess.Popen(
        [sys.executable, "-c", HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert host.stdout is not None
    assert host.stdin is not None
    assert host.stdout.readline() == HEADER + "\n"
    host.stdin.write("\n")
    host.stdin.flush()
    output, _ = host.communicate(timeout=60)
    # A forked child has the handler of its parent; the parent's command ends, and then its handler
    # is called.
    assert output.splitlines() == ["1", "[143] True", "interrupted"]
    assert host.returncode == 0


def test_nothing_is_written(project: Path) -> None:
    finished("x", loss=float("nan"))

    def state() -> dict[str, Any]:
        return {
            str(path): (path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
            for path in project.rglob("*")
        }

    before = state()
    code, output, _ = run("watch", "--once", "--json")
    assert code == 0
    assert json.loads(output)["kind"] == "not-finite"
    assert state() == before


def test_what_is_ignored_stays_ignored() -> None:
    finished("x")
    script = f'trap "" HUP; exec "$0" {" ".join(LINES)}'
    with LivePipe("-c", script, program(), words=["bash"]) as watch:
        assert watch.line() == HEADER
        os.kill(watch.process.pid, signal.SIGHUP)
        finished("y")
        assert told(watch.line())[:2] == ["completed", "y"]
        assert watch.end(signal.SIGINT) == (0, "", "")
