"""Pipelines: stages as experiments, in order or by dependencies, failed, continued, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specweave import (
    ExperimentBusyError,
    ExperimentNotFoundError,
    ExperimentPipeline,
    InvalidArgumentError,
    current_experiment,
    list_experiments,
    load_experiment,
    track_experiment,
)


def pipeline(name: str = "full", **options: Any) -> ExperimentPipeline:
    return ExperimentPipeline(name, capture=False, **options)


def document(of: ExperimentPipeline) -> str:
    return (of.path / "pipeline.md").read_text("utf-8")


def test_stages_are_experiments_within_it(experiments: Path) -> None:
    full = pipeline()
    with full.stage("preprocessing") as stage:
        assert current_experiment() is stage
        assert full.status == "running"
        stage.log_metric("rows_before", 100)
        stage.log_metric("rows_after", 90)
    with full.stage("training", tags="slow", params={"depth": 3}) as stage:
        stage.log_metric("accuracy", 0.9)

    assert full.status == "completed"
    assert full.path == experiments / "full"
    kinds = {exp.name: exp._facts()["kind"] for exp in list_experiments(children=True)}
    assert kinds == {"full": "pipeline", "preprocessing": "stage", "training": "stage"}
    assert load_experiment(full.path / "preprocessing").metrics["rows_after"] == 90
    training = load_experiment(full.path / "training")
    assert (training.tags, training.params) == (["slow"], {"depth": 3})
    assert training.facts["stage"] == {"depends_on": ["preprocessing"]}
    assert [stage.name for stage in full.stages] == ["preprocessing", "training"]


def test_new_stage_reopens_it() -> None:
    full = pipeline()
    with full.stage("a"):
        pass
    assert full.status == "completed"
    stage = full.stage("b")
    assert full.status == "running"
    assert load_experiment("full").status == "running"
    stage.finish()
    read = load_experiment("full")
    assert read.status == "completed"
    durations = [load_experiment(full.path / name).duration for name in "ab"]
    assert read.duration is not None
    assert read.duration >= sum(seconds or 0 for seconds in durations)


def test_stages_depend_on_what_they_name() -> None:
    full = pipeline()
    first = full.stage("first")
    second = full.stage("second", depends_on=[])
    third = full.stage("third", depends_on=["first", second])
    fourth = full.stage("fourth", depends_on="first")
    assert (first.depends_on, second.depends_on) == ((), ())
    assert third.depends_on == ("first", "second")
    assert fourth.depends_on == ("first",)
    for stage in (first, second, third):
        stage.finish()
        assert full.status == "running"
    fourth.finish()
    assert full.status == "completed"
    assert "  s1 --> s3\n  s2 --> s3\n  s1 --> s4\n" in document(full)


def test_unknown_dependency_is_named() -> None:
    full = pipeline()
    full.stage("first").finish()
    with pytest.raises(InvalidArgumentError, match=r"'later'.*those are: 'first'"):
        full.stage("second", depends_on="later")
    assert full.stage("second").depends_on == ("first",)


def fail(full: ExperimentPipeline, name: str = "training", error: Any = ValueError) -> None:
    with full.stage(name):
        raise error("no data")


def test_failure_is_recorded_in_the_stage_and_the_pipeline() -> None:
    full = pipeline()
    with full.stage("preprocessing"):
        pass
    with pytest.raises(ValueError, match="no data"):
        fail(full)
    stage, read = load_experiment(full.path / "training"), load_experiment("full")
    assert (stage.status, read.status) == ("failed", "failed")
    assert stage.failure is not None
    assert read.failure is not None
    assert stage.failure["message"] == "no data"
    assert read.failure["message"] == "stage 'training': no data"
    assert read.failure["type"] == "ValueError"
    assert "test_pipelines.py" in read.failure["traceback"]
    assert "- training: failed, `ValueError: no data`" in document(full)


def test_another_attempt_of_a_stage_counts() -> None:
    full = pipeline()
    with pytest.raises(ValueError, match="no data"):
        fail(full)
    with full.stage("training"):
        pass
    assert load_experiment("full").status == "completed"
    assert load_experiment("full").failure is None
    assert " | completed (attempt 2) | " in document(full)


def test_interruption_is_no_failure() -> None:
    full = pipeline()
    with pytest.raises(KeyboardInterrupt):
        fail(full, error=KeyboardInterrupt)
    assert load_experiment("full").status == "interrupted"


def test_stages_within_stages() -> None:
    full = pipeline()
    with full.stage("features") as features:
        with features.stage("scaling") as scaling:
            assert current_experiment() is scaling
        with features.stage("encoding") as encoding:
            encoding.log_metric("columns", 12)
        assert full.status == "running"
    assert full.status == "completed"
    assert encoding.path == full.path / "features" / "encoding"
    assert encoding.depends_on == ("scaling",)
    text = document(full)
    assert '  subgraph s1["features<br/>completed, ' in text
    assert "    s1_1 --> s1_2\n  end\n" in text
    assert "| features / encoding | scaling | completed |" in text


def test_block_around_all_keeps_it_open() -> None:
    with pipeline() as full:
        assert current_experiment() is full.experiment
        for name in "abc":
            with full.stage(name):
                pass
            assert full.status == "running"
    assert full.status == "completed"
    assert current_experiment() is None
    assert len(list(full.path.glob("events.*"))) == 1


def test_error_between_the_stages_fails_it() -> None:
    def between() -> None:
        with pipeline() as full, full.stage("a"):
            pass
        with full:
            raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        between()
    failure = load_experiment("full").failure
    assert failure is not None
    assert failure["message"] == "lost"


def test_resume_skips_what_is_done() -> None:
    first = pipeline()
    with first.stage("load") as stage:
        stage.save_artifact("clean.json", {"rows": 90})
    with pytest.raises(ValueError, match="no data"):
        fail(first)

    second = pipeline(resume=True)
    assert second.path == first.path
    with second.stage("load") as stage:
        assert stage.done
        assert stage.load_artifact("clean.json") == {"rows": 90}
    assert load_experiment("full").status == "completed"
    with second.stage("training") as stage:
        assert not stage.done
        assert stage.path.name == "training-2"
    with second.stage("report") as stage:
        assert not stage.done
    assert load_experiment("full").status == "completed"
    assert sorted(path.name for path in second.path.iterdir() if path.is_dir()) == [
        ".numbers",
        "load",
        "report",
        "training",
        "training-2",
    ]


def test_resume_does_again_what_depends_on_something_done_again() -> None:
    first = pipeline()
    for name in "abc":
        with first.stage(name, depends_on=["a"] if name == "b" else []):
            pass
    with pytest.raises(ValueError, match="no data"):
        fail(first, "a")

    second = pipeline(resume=True)
    done = {}
    for name in "abc":
        with second.stage(name, depends_on=["a"] if name == "b" else []) as stage:
            done[name] = stage.done
    assert done == {"a": False, "b": False, "c": True}


def test_resume_finds_stages_within_stages() -> None:
    first = pipeline()

    def features(of: ExperimentPipeline, error: type[Exception] | None) -> list[bool]:
        with of.stage("features") as around:
            with around.stage("scaling") as stage:
                done = [around.done, stage.done]
            if error:
                raise error
        return done

    with pytest.raises(OSError):  # noqa: PT011 - it has no message
        features(first, OSError)
    assert features(pipeline(resume=True), None) == [False, True]
    assert features(pipeline(resume=True), None) == [True, True]


def test_error_in_a_stage_that_was_done_fails_it() -> None:
    first = pipeline()
    with first.stage("load"):
        pass
    with pytest.raises(ValueError, match="no data"):
        fail(pipeline(resume=True), "load")
    assert load_experiment("full").status == "failed"
    assert load_experiment(first.path / "load").status == "failed"


def test_resume_of_none() -> None:
    with pytest.raises(ExperimentNotFoundError):
        pipeline(resume=True)
    assert pipeline(resume="allow").path.name == "full"


def test_same_name_again_is_a_rerun_and_the_older_takes_no_more_stages() -> None:
    older = pipeline()
    older.stage("a").finish()
    newer = pipeline()
    newer.stage("a").finish()
    assert newer.path.name == "full-2"
    with pytest.raises(ExperimentBusyError, match="full-2"):
        older.stage("b")


def test_open_stages_end_with_the_program(run: Any, experiments: Path) -> None:
    result = run("""
        from specweave import ExperimentPipeline
        pipeline = ExperimentPipeline("full", capture=False)
        stage = pipeline.stage("a")
        stage.log_metric("rows", 3)
    """)
    assert result.returncode == 0, result.stderr
    assert load_experiment("full").status == "completed"
    assert load_experiment(experiments / "full" / "a").status == "completed"


def test_document_that_somebody_edited_is_left_alone() -> None:
    full = pipeline()
    full.stage("a").finish()
    edited = document(full) + "\nMy remark.\n"
    (full.path / "pipeline.md").write_text(edited, "utf-8")
    full.stage("b").finish()
    assert document(full) == edited


def test_pipelines_and_experiments_are_compared_together() -> None:
    with track_experiment("baseline", capture=False) as exp:
        exp.log_metric("accuracy", 0.8)
    full = pipeline()
    with full.stage("training") as stage:
        stage.log_metric("accuracy", 0.9)
    assert "full / training" in (full.path.parent / "comparison.md").read_text("utf-8")


def test_stages_have_labels_by_which_they_are_found() -> None:
    track_experiment("before", capture=False).finish()
    pipeline = ExperimentPipeline("full", capture=False)
    with pipeline.stage("features") as features, features.stage("text") as text:
        pass
    with pipeline.stage("training") as training:
        pass
    del pipeline
    labels = {features: "exp-002.1", training: "exp-002.2"}
    for stage, label in labels.items():
        assert stage.label == label
        assert load_experiment(label).path == stage.path
        assert f"({label}, completed)" in repr(stage)
    listed = {exp.path: exp.label for exp in list_experiments(children=True)}
    assert [listed[stage.path] for stage in labels] == list(labels.values())
    assert (text.label, listed[text.path]) == ("", "")  # a number has two parts at most
    assert "'text' (completed)" in repr(text)
    assert "exp-000" not in repr(list_experiments(children=True))
