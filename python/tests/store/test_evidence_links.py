"""Whoever may swap folders of the store for links gets nobody to write outside of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import StorageError, compare_experiments, list_experiments, track_experiment

SWAPPER = """
import ctypes, os, sys, time
home, outside, uid = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.setgid(uid); os.setuid(uid)
libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD, EXCHANGE = -100, 2

def exchange(one, other):
    return libc.renameat2(AT_FDCWD, one.encode(), AT_FDCWD, other.encode(), EXCHANGE)

# A folder that looks like the experiment at the moment when it saves, its files links to outside.
decoy, race = home + "/decoy", home + "/race"
os.makedirs(decoy + "/.saving", 0o777)
os.symlink(outside, home + "/link")
NAMES = ("model.ubj", "model.pkl", "frame.parquet", "text.txt", "model.joblib")
for name in NAMES:
    os.symlink(outside + "/victim", decoy + "/" + name)
print("ready", flush=True)
rounds = 0
seen = set()
while not os.path.exists(home + "/stop"):
    for _ in range(20):
        try:
            now = os.listdir(race + "/.saving")
        except OSError:
            continue
        for name in now:
            if name in seen:
                continue
            seen.add(name)
            copy = decoy + "/.saving/" + name
            os.mkdir(copy)
            for file in NAMES:
                os.symlink(outside + "/victim", copy + "/" + file)
            exchange(race, decoy)
            time.sleep(0.002)
            exchange(race, decoy)
            # The staging folder itself, and the one around it.
            exchange(race + "/.saving/" + name, copy)
            exchange(race + "/.saving/" + name, copy)
            exchange(race + "/.saving", decoy + "/.saving")
            exchange(race + "/.saving", decoy + "/.saving")
            rounds += 6
    exchange(race, home + "/link")
    exchange(race, home + "/link")
    rounds += 2
print(rounds, flush=True)
"""

SAVER = """
import os, sys
import numpy as np, pandas as pd, xgboost
from sklearn.linear_model import LinearRegression
from specweave import track_experiment
from specweave_ml.errors import TrackingError
X = np.arange(20.0).reshape(10, 2); y = X[:, 0]
booster = xgboost.XGBRegressor(n_estimators=1, max_depth=1, n_jobs=1).fit(X, y)
plain = LinearRegression().fit(X, y)
frame = pd.DataFrame(X, columns=["a", "b"])
exp = track_experiment("race", capture=False)
print("ready", flush=True)
sys.stdin.readline()
saved = failed = 0
for number in range(int(sys.argv[1])):
    for save in (
        lambda: exp.save_model(booster, "model.ubj"), lambda: exp.save_model(plain, "model.pkl"),
        lambda: exp.save_artifact("frame.parquet", frame),
        lambda: exp.save_artifact("model.joblib", plain),
        lambda: exp.save_artifact("text.txt", str(number)),
    ):
        try:
            save(); saved += 1
        except (OSError, TrackingError):
            failed += 1
print(saved, failed, flush=True)
os._exit(0)
"""

STRANGER = 54321


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")
def test_root_never_writes_through_a_link_of_another_user(tmp_path: Path) -> None:
    increments = tmp_path / "raced" / ".specweave" / "increments"
    home = increments / "0001-experiments" / "experiments"
    home.mkdir(parents=True)
    (tmp_path / "raced" / ".specweave" / "config.json").write_text("{}", "utf-8")
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    victim = outside / "victim"
    victim.write_text("only root writes here", "utf-8")
    victim.chmod(0o600)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    os.chown(home, STRANGER, STRANGER)
    environment = {
        **os.environ,
        "SPECWEAVE_ROOT": str(tmp_path / "raced"),
        "SPECWEAVE_QUIET": "1",
        "OMP_NUM_THREADS": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SAVER, os.environ.get("LINK_ROUNDS", "60")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as saver:
        assert saver.stdin is not None
        assert saver.stdout is not None
        assert saver.stdout.readline() == "ready\n"
        # The stranger owns the folders of the experiment as well.
        for folder in (home / "race").rglob("*"):
            if folder.is_dir():
                os.chown(folder, STRANGER, STRANGER)
        os.chown(home / "race", STRANGER, STRANGER)
        with subprocess.Popen(
            [sys.executable, "-c", SWAPPER, str(home), str(outside), str(STRANGER)],
            stdout=subprocess.PIPE,
            text=True,
        ) as swapper:
            assert swapper.stdout is not None
            assert swapper.stdout.readline() == "ready\n"
            saver.stdin.write("go\n")
            saver.stdin.flush()
            printed = saver.stdout.read()
            (home / "stop").write_text("", "utf-8")
            rounds = int(swapper.stdout.read())
    saved, failed = (int(number) for number in printed.split())
    print(f"{rounds} swaps, {saved} saved, {failed} refused")
    assert rounds > 500
    assert saved > 0
    assert victim.read_text("utf-8") == "only root writes here"
    assert os.listdir(outside) == ["victim"]


def test_saving_goes_on_after_the_experiment_was_moved(
    project: Path, experiments: Path, tmp_path: Path
) -> None:
    import numpy as np
    from sklearn.linear_model import LinearRegression

    exp = track_experiment("moved", capture=False)
    exp.save_artifact("before.txt", "1")
    there = tmp_path / "elsewhere"
    (experiments / "moved").rename(there)

    exp.log_metric("loss", 1.0)
    exp.save_artifact("after.txt", "2")
    exp.save_model(LinearRegression().fit(np.eye(2), [1, 2]), "model.pkl")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.txt").write_text("a", "utf-8")
    exp.log_artifact(folder)

    assert (there / "after.txt").read_text("utf-8") == "2"
    assert (there / "model.pkl").is_file()
    assert (there / "data" / "a.txt").is_file()
    assert exp.load_artifact("after.txt") == "2"
    exp.finish()
    assert not (experiments / "moved").exists()


@pytest.mark.parametrize("link", [".specweave", ".specweave/increments", "increment"])
def test_one_rule_for_links_out_of_the_project(
    link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    monkeypatch.setenv("SPECWEAVE_ROOT", str(outside))
    outside.mkdir()
    track_experiment("there", increment="0042-topic", capture=False).finish()
    path = inside / (".specweave/increments/0042-topic" if link == "increment" else link)
    path.parent.mkdir(parents=True)
    path.symlink_to(outside / path.relative_to(inside))
    before = sorted(outside.rglob("*"))
    monkeypatch.setenv("SPECWEAVE_ROOT", str(inside))

    for attempt in (
        lambda: track_experiment("new", increment="0042-topic", capture=False),
        lambda: list_experiments("0042-topic"),
        lambda: compare_experiments("0042-topic"),
    ):
        with pytest.raises((StorageError, LookupError), match="link out of the project"):
            attempt()
    assert sorted(outside.rglob("*")) == before
