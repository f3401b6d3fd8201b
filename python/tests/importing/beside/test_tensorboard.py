"""Logs that TensorBoard, tensorboardX and TensorFlow's way of writing have made."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util
from tensorboardX import SummaryWriter

from specweave_ml import (
    FormatError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

START = 1_700_000_000.0
LONG_AGO = (START, START)


def quiet(folder: str | Path) -> None:
    """Let the files of a folder be so old that their runs count as ended."""
    for place, _, names in os.walk(folder):
        for name in names:
            os.utime(os.path.join(place, name), LONG_AGO)


def values_of(name: str) -> list[dict[str, Any]]:
    """Return the values with a step of an experiment that are no numbers."""
    text = load_experiment(name).artifact_path("history.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def write(folder: str, *summaries: Any, step: int = 0) -> None:
    """Write summaries as TensorFlow 2 does."""
    writer = EventFileWriter(folder)
    for number, summary in enumerate(summaries):
        writer.add_event(Event(wall_time=START + number, step=step + number, summary=summary))
    writer.close()


@pytest.fixture
def written(project: Path) -> Path:
    """What a program with tensorboardX logs."""
    folder = project / "runs"
    writer = SummaryWriter(str(folder / "baseline"))
    for step in range(5):
        writer.add_scalar("loss/train", 1 / (step + 1), step, walltime=START + step)
        writer.add_scalar("odd", [math.nan, math.inf, -math.inf, 0.0, -0.0][step], step)
        writer.add_text("notes", f"step **{step}**", step)
        writer.add_histogram("weights", np.arange(10.0) + step, step, bins=4)
        writer.add_image("digit", np.full((3, 4, 4), 60 * step, dtype="uint8"), step)
    writer.add_scalar("negative", 1.5, -3)
    writer.add_scalar("late", 2.5, 2**40)
    writer.add_pr_curve("pr", np.array([0, 1, 1]), np.array([0.1, 0.9, 0.8]), 0)
    writer.add_scalars("both", {"a": 1.0, "b": 2.0}, 0)
    writer.add_hparams({"lr": 0.1, "layers": 3, "optimizer": "adam", "bias": True}, {"hp/acc": 0.9})
    writer.close()
    quiet(folder)
    return folder


def test_every_scalar_equals_what_tensorboard_reads(written: Path) -> None:
    report = import_experiments("runs")
    assert report.ok
    assert report.equal
    experiment = load_experiment("baseline")
    accumulator = EventAccumulator(str(written / "baseline"), size_guidance={"scalars": 0})
    accumulator.Reload()
    tags = accumulator.Tags()["scalars"]
    assert set(tags) == {"loss/train", "odd", "negative", "late"}
    for tag in tags:
        history = experiment.history(tag)
        events = accumulator.Scalars(tag)
        assert list(history.steps) == [event.step for event in events]
        assert list(history.times) == [event.wall_time for event in events]
        np.testing.assert_array_equal(history.values, [event.value for event in events])
    assert list(experiment.history("negative").steps) == [-3]
    assert list(experiment.history("late").steps) == [2**40]
    assert math.copysign(1, experiment.history("odd").values[4]) == -1


def test_parameters_of_pytorchs_way_belong_to_the_run(written: Path) -> None:
    import_experiments("runs")
    experiment = load_experiment("baseline")
    assert experiment.params == {"lr": 0.1, "layers": 3.0, "optimizer": "adam", "bias": True}
    assert list(experiment.history("hp/acc").values) == [np.float32(0.9)]
    assert experiment.status == "completed"
    assert experiment.created.timestamp() == START


def test_runs_in_the_folder_of_a_run_are_inside_it(written: Path) -> None:
    report = import_experiments("runs")
    assert [run.name for run in report.runs] == ["baseline", "baseline/both/a", "baseline/both/b"]
    assert [one.name for one in list_experiments()] == ["baseline"]
    children = [one for one in list_experiments(children=True) if one.name != "baseline"]
    assert [one.name for one in children] == ["baseline/both/a", "baseline/both/b"]
    assert [list(one.history("both").values) for one in children] == [[1.0], [2.0]]


def test_texts_histograms_and_images_are_kept(written: Path) -> None:
    report = import_experiments("runs")
    values = values_of("baseline")
    assert len(values) == 10
    notes = [one for one in values if one["key"].startswith("notes")]
    assert [one["value"] for one in notes] == [f"step **{step}**" for step in range(5)]
    weights = [one for one in values if one["key"] == "weights"]
    assert [one["step"] for one in weights] == list(range(5))
    assert weights[2]["value"]["sum"] == sum(range(2, 12))
    assert sum(weights[2]["value"]["values"]) == 10
    assert len(weights[2]["value"]["bins"]) == len(weights[2]["value"]["values"]) + 1
    experiment = load_experiment("baseline")
    accumulator = EventAccumulator(str(written / "baseline"), size_guidance={"images": 0})
    accumulator.Reload()
    for event in accumulator.Images("digit"):
        path = experiment.artifact_path(f"media/digit/step-{event.step:06d}.png")
        assert path.read_bytes() == event.encoded_image_string
    assert report.left_out == []


def test_tensorboard_shows_the_same_as_before(written: Path) -> None:
    report = import_experiments("runs")
    assert report.equal
    accumulators = []
    for folder in (written / "baseline", load_experiment("baseline").path):
        guidance = {"images": 0, "histograms": 0, "tensors": 0}
        accumulator = EventAccumulator(str(folder), size_guidance=guidance)
        accumulator.Reload()
        accumulators.append(accumulator)
    before, after = accumulators
    assert after.Tags()["images"] == before.Tags()["images"] == ["digit"]
    assert after.Images("digit") == before.Images("digit")
    assert after.Tags()["histograms"] == before.Tags()["histograms"] == ["weights"]
    assert after.Histograms("weights") == before.Histograms("weights")
    for tag in ("notes/text_summary", "pr"):
        assert after.Tensors(tag) == before.Tensors(tag)
        assert after.SummaryMetadata(tag) == before.SummaryMetadata(tag)


def test_twice_brings_nothing_twice_and_more_brings_the_rest(written: Path) -> None:
    import_experiments("runs")
    again = import_experiments("runs")
    assert again.ok
    assert not any(run.changed for run in again.runs)
    writer = SummaryWriter(str(written / "baseline"), filename_suffix=".resumed")
    writer.add_scalar("loss/train", 0.125, 5, walltime=START + 5)
    writer.close()
    grown = import_experiments("runs")
    assert [run.points_new for run in grown.runs] == [1, 0, 0]
    assert list(load_experiment("baseline").history("loss/train").steps) == [0, 1, 2, 3, 4, 5]


def test_a_log_that_was_moved_or_is_given_alone_is_the_same(written: Path) -> None:
    import_experiments("runs")
    os.rename("runs", "moved")
    assert not any(run.changed for run in import_experiments("moved").runs)
    assert not any(run.is_new for run in import_experiments("moved/baseline").runs)
    file = next(Path("moved/baseline").glob("events*"))
    assert not any(run.is_new for run in import_experiments(file).runs)


def test_the_newer_form_of_values(project: Path) -> None:
    write(
        "logs/train",
        *[scalar_pb("accuracy", step / 3) for step in range(4)],
        *[histogram_pb("h", np.arange(8.0), buckets=4) for _ in range(2)],
        text_pb("t", "hello"),
        text_pb("table", np.array([["a", "b"], ["c", "d"]])),
    )
    quiet("logs")
    report = import_experiments("logs")
    assert report.ok
    history = load_experiment("train").history("accuracy")
    assert list(history.values) == [float(np.float32(step / 3)) for step in range(4)]
    assert list(history.times) == [START + step for step in range(4)]
    values = {one["key"]: one["value"] for one in values_of("train")}
    assert values["h"] == {
        "_type": "histogram", "bins": [0.0, 1.75, 3.5, 5.25, 7.0], "values": [2.0, 2.0, 2.0, 2.0]
    }  # fmt: skip
    assert values["t"] == "hello"
    assert values["table"] == [["a", "b"], ["c", "d"]]


def test_scalars_of_all_types(project: Path) -> None:
    summaries = []
    for name in ("float64", "float32", "float16", "int32", "int64", "uint8", "bool"):
        summary = Summary()
        value = summary.value.add(tag=name)
        value.metadata.plugin_data.plugin_name = "scalars"
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(np.array(1, dtype=name)))
        summaries.append(summary)
    precise = Summary()
    value = precise.value.add(tag="precise")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.tensor.CopyFrom(tensor_util.make_tensor_proto(np.float64(0.1)))
    write("log", *summaries, *[precise] * 3)
    assert import_experiments("log").ok
    experiment = load_experiment("log")
    assert dict(experiment.metrics) == {
        "float64": 1.0, "float32": 1.0, "float16": 1.0, "int32": 1.0, "int64": 1.0, "uint8": 1.0,
        "bool": 1.0, "precise": 0.1,
    }  # fmt: skip
    assert list(experiment.history("precise").values) == [0.1, 0.1, 0.1]


def test_several_scalars_in_one_event_and_an_event_without_step(project: Path) -> None:
    both = Summary(
        value=[Summary.Value(tag="a", simple_value=1.5), Summary.Value(tag="b", simple_value=2.5)]
    )
    write("log", both, Summary(value=[Summary.Value(tag="a", simple_value=3.5)]))
    assert import_experiments("log").ok
    experiment = load_experiment("log")
    assert list(experiment.history("a").values) == [1.5, 3.5]
    assert list(experiment.history("b").steps) == [0]


def test_hparams_say_parameters_times_and_the_end(project: Path) -> None:
    session = plugin_data_pb2.HParamsPluginData(
        session_end_info=plugin_data_pb2.SessionEndInfo(
            status=api_pb2.STATUS_FAILURE, end_time_secs=START + 60
        ),
        version=0,
    )
    end = Summary()
    end.value.add(tag="_hparams_/session_end_info").metadata.CopyFrom(
        SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(
                plugin_name="hparams", content=session.SerializeToString()
            )
        )
    )
    start = hparams.hparams_pb(
        {"lr": 0.5, "optimizer": "sgd", "nesterov": False}, trial_id="t-7", start_time_secs=START
    )
    space = hparams.hparams_config_pb(
        [hparams.HParam("lr", hparams.RealInterval(0.0, 1.0)),
         hparams.HParam("optimizer", hparams.Discrete(["sgd", "adam"]))],
        [hparams.Metric("accuracy")],
    )  # fmt: skip
    write("log/t-7", space, start, scalar_pb("accuracy", 0.5), end)
    assert import_experiments("log").ok
    experiment = load_experiment("t-7")
    assert experiment.params == {"lr": 0.5, "optimizer": "sgd", "nesterov": False}
    assert experiment.status == "failed"
    assert experiment.created.timestamp() == START
    assert experiment.duration == 60
    facts = experiment.facts["tensorboard"]
    assert facts["group"] == "t-7"
    assert facts["domains"] == {
        "lr": {"min": 0.0, "max": 1.0}, "optimizer": ["adam", "sgd"]
    }  # fmt: skip


def test_points_that_tensorboard_hides_after_a_restart_are_kept(project: Path) -> None:
    first = EventFileWriter("log", filename_suffix=".first")
    for step in range(6):
        first.add_event(Event(wall_time=START + step, step=step, summary=scalar_pb("loss", step)))
    first.close()
    second = EventFileWriter("log", filename_suffix=".second")
    second.add_event(
        Event(wall_time=START + 10, step=3, session_log=SessionLog(status=SessionLog.START))
    )
    zero = scalar_pb("loss", 0)
    for step in range(3, 8):
        second.add_event(Event(wall_time=START + 10 + step, step=step, summary=zero))
    second.close()
    assert import_experiments("log").ok
    experiment = load_experiment("log")
    assert list(experiment.history("loss").steps) == [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7]
    assert experiment.facts["tensorboard"]["restarts"] == 1


def test_graphs_and_what_projectors_need_are_kept(project: Path) -> None:
    writer = EventFileWriter("log")
    writer.add_event(Event(wall_time=START, graph_def=b"\x0a\x04\x0a\x02op"))
    writer.close()
    Path("log/projector_config.pbtxt").write_text("embeddings {}")
    assert import_experiments("log").ok
    experiment = load_experiment("log")
    assert experiment.artifact_path("tensorboard/graph.pb").read_bytes() == b"\x0a\x04\x0a\x02op"
    assert experiment.artifact_path("tensorboard/projector_config.pbtxt").is_file()


def test_a_damaged_file_is_read_as_far_as_it_can_be(written: Path) -> None:
    path = next((written / "baseline").glob("events*"))
    whole = path.read_bytes()
    place = whole.index(b"loss/train", len(whole) // 3)
    path.write_bytes(whole[:place] + b"X" + whole[place + 1 : -7])
    report = import_experiments("runs")
    assert not report.ok
    assert report.equal
    assert len(report.all_problems) == 2
    damaged, torn = report.all_problems
    assert str(path) in damaged
    assert "byte " in damaged
    assert "does not fit its checksum and was left out" in damaged
    assert int(damaged.split("byte ")[1].split(":")[0]) < place
    assert "the last record is cut off" in torn
    assert len(load_experiment("baseline").history("loss/train")) == 4
    assert len(load_experiment("baseline").history("odd")) == 5


def test_a_length_that_is_damaged_ends_the_file(written: Path) -> None:
    path = next((written / "baseline").glob("events*"))
    whole = bytearray(path.read_bytes())
    first = 12 + int.from_bytes(whole[:8], "little") + 4
    second = first + 12 + int.from_bytes(whole[first : first + 8], "little") + 4
    whole[second] ^= 1
    path.write_bytes(whole)
    report = import_experiments("runs/baseline")
    assert len(report.all_problems) == 1
    assert f"byte {second}: the length of a record does not fit" in report.all_problems[0]
    assert list(load_experiment("baseline").history("loss/train").steps) == [0]


def test_files_that_only_look_like_event_files(project: Path, written: Path) -> None:
    from tensorboardX.record_writer import RecordWriter

    Path("data").mkdir()
    record = RecordWriter("data/train.tfevents")
    record.write(b"\x0a\x05hello")
    record.close()
    Path("data/empty.tfevents").touch()
    Path("data/text.tfevents").write_text("no events")
    with pytest.raises(FormatError, match=r"train\.tfevents: byte 0: its first record"):
        import_experiments("data", kind="tensorboard")
    assert len(list_experiments()) == 0
    found = [(source.path, source.kind) for source in find_foreign_experiments()]
    assert found == [("runs", "tensorboard")]


def test_experiments_of_this_package_are_no_foreign_logs(project: Path, written: Path) -> None:
    from specweave_ml import track_experiment

    with track_experiment("ours") as experiment:
        experiment.log_metric("loss", 1.0)
    assert [source.path for source in find_foreign_experiments(experiment.path.parent)] == []
    report = import_experiments(experiment.path, kind="tensorboard")
    assert report.runs == []
    assert "it is an experiment of this package" in report.all_problems[0]
