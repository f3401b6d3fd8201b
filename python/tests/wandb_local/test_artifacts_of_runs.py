"""Artifacts: versions, aliases, contents kept once, download, lineage; several processes."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml._native.record_files import RecordFileError
from specweave_ml.errors import FormatError, TrackingWarning
from specweave_ml.wandb.local.artifacts.errors import (
    ArtifactFinalizedError,
    ArtifactNotLoggedError,
)
from specweave_ml.wandb.local.artifacts.store import ArtifactStore

find_artifact = public.load("find_artifact")
load_experiment = public.load("load_experiment")


def with_file(name: str, text: str, kind: str = "dataset") -> Any:
    """An artifact of one file."""
    artifact = wandb.Artifact(name, kind)
    with artifact.new_file("data.txt") as file:
        file.write(text)
    return artifact


def test_versions_and_aliases(project: Path) -> None:
    with wandb.init(project="digits") as run:
        first = run.log_artifact(with_file("set", "one"), aliases=["best", "clean"])
        assert (first.version, first.name) == ("v0", "set:v0")
        assert sorted(first.aliases) == ["best", "clean", "latest"]
        second = run.log_artifact(with_file("set", "two"), aliases="best")
        assert second.version == "v1"
        assert first.aliases == ["clean"]
        assert sorted(second.aliases) == ["best", "latest"]
        for name, text in (
            ("set:v0", "one"),
            ("set:clean", "one"),
            ("set", "two"),
            ("digits/set:best", "two"),
            ("anybody/digits/set:latest", "two"),
        ):
            found = run.use_artifact(name, type="dataset")
            assert Path(found.download(), "data.txt").read_text() == text


def test_the_same_content_again_is_the_same_version(project: Path) -> None:
    with wandb.init() as run:
        run.log_artifact(with_file("set", "one"))
        run.log_artifact(with_file("set", "two"))
        again = run.log_artifact(with_file("set", "one"), aliases=["back"])
        assert again.version == "v0"
        assert sorted(again.aliases) == ["back", "latest"]
    contents = list((project / ".specweave/artifacts/content").glob("??/*"))
    assert len(contents) == 2


def test_the_digest_is_that_of_weights_and_biases(project: Path, tmp_path: Path) -> None:
    # Of wandb 0.31.0, for the same two files.
    (tmp_path / "hello.txt").write_text("hello")
    artifact = wandb.Artifact("a", "t")
    artifact.add_file(str(tmp_path / "hello.txt"))
    artifact.add_file(str(tmp_path / "hello.txt"), name="sub/h2.txt")
    assert artifact.manifest.entries["hello.txt"].digest == "XUFAKrxLKna5cZ2REBfFkg=="
    assert artifact.digest == "27d02d66fb839bda70e5d5ca3ccccf4a"
    assert artifact.size == 10


def test_folders_references_and_removal(project: Path, tmp_path: Path) -> None:
    (tmp_path / "data/deep").mkdir(parents=True)
    (tmp_path / "data/a.txt").write_text("a")
    (tmp_path / "data/deep/b.txt").write_text("b")
    artifact = wandb.Artifact("set", "dataset")
    artifact.add_dir(str(tmp_path / "data"), name="pre")
    artifact.add_reference(f"file://{tmp_path}/data", name="ref")
    with pytest.warns(TrackingWarning, match="no server is asked"):
        artifact.add_reference("s3://bucket/big.bin")
    artifact.remove("pre/a.txt")
    with pytest.raises(FileNotFoundError, match="nothing"):
        artifact.remove("nothing")
    assert sorted(artifact.manifest.entries) == [
        *("big.bin", "pre/deep/b.txt", "ref/a.txt", "ref/deep/b.txt"),
    ]
    with wandb.init() as run:
        run.log_artifact(artifact)
        with pytest.raises(ValueError, match="which is not downloaded"):
            artifact.download()
        folder = Path(artifact.download(allow_missing_references=True))
        assert (folder / "ref/deep/b.txt").read_text() == "b"
        (tmp_path / "data/a.txt").write_text("other")
        with pytest.raises(ValueError, match="has changed since"):
            artifact.get_entry("ref/a.txt").download(str(tmp_path / "again"))


def test_a_file_that_is_gone_before_it_is_logged_is_in_it(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "short-lived.txt"
    path.write_text("here")
    artifact = wandb.Artifact("set", "dataset")
    artifact.add_file(str(path))
    path.unlink()
    with wandb.init() as run:
        run.log_artifact(artifact)
    assert Path(artifact.file()).read_text() == "here"


def test_download_is_compared_with_the_hash(project: Path) -> None:
    with wandb.init() as run:
        artifact = run.log_artifact(with_file("set", "true"))
    (content,) = (project / ".specweave/artifacts/content").glob("??/*")
    content.chmod(0o644)
    content.write_text("lies")
    with pytest.raises(FormatError, match=r"data\.txt is not what was logged"):
        artifact.download()
    assert not Path("artifacts/set:v0/data.txt").exists()
    content.unlink()
    with pytest.raises(FormatError, match="is gone"):
        artifact.download()


def test_verify_and_checkout(project: Path) -> None:
    with wandb.init() as run:
        artifact = run.log_artifact(with_file("set", "true"))
    folder = Path(artifact.download())
    artifact.verify()
    (folder / "more.txt").write_text("x")
    with pytest.raises(ValueError, match="not a member of artifact set:v0"):
        artifact.verify()
    (folder / "data.txt").write_text("lies")
    artifact.checkout()
    artifact.verify()
    assert [path.name for path in folder.iterdir()] == ["data.txt"]


def test_what_was_logged_stays_as_it_is(project: Path) -> None:
    draft = with_file("set", "x")
    for name in ("version", "aliases", "created_at"):
        with pytest.raises(ArtifactNotLoggedError, match="log it first"):
            getattr(draft, name)
    with pytest.raises(ArtifactNotLoggedError, match="log it first"):
        draft.download()
    with wandb.init() as run:
        run.log_artifact(draft)
    with pytest.raises(ArtifactFinalizedError, match="Can't modify finalized artifact"):
        draft.add_file("x")
    changed = draft.new_draft()
    with changed.new_file("more.txt") as file:
        file.write("more")
    with wandb.init() as run:
        run.log_artifact(changed)
        assert changed.version == "v1"
        assert sorted(os.listdir(changed.download())) == ["data.txt", "more.txt"]


def test_description_metadata_tags_and_ttl_are_stored(project: Path) -> None:
    artifact = with_file("set", "x")
    artifact.metadata = {"rows": 3, "nan": float("nan")}
    artifact.description = "first"
    artifact.ttl = timedelta(days=30)
    with wandb.init() as run:
        run.log_artifact(artifact, tags=["raw"])
    artifact.description = "second"
    artifact.tags.append("checked")
    artifact.save()
    found = wandb.Api().artifact("0042-recommendation-model/set:latest")
    assert found.description == "second"
    assert found.metadata == {"rows": 3, "nan": None}
    assert found.tags == ["raw", "checked"]
    assert found.ttl == timedelta(days=30)
    found.aliases = ["gold"]
    assert wandb.Api().artifact("0042-recommendation-model/set:gold").version == "v0"


def test_lineage(project: Path) -> None:
    with wandb.init(name="maker") as run:
        run.log_artifact(with_file("set", "content"))
        maker = run.id
    with wandb.init(name="user") as run:
        artifact = run.use_artifact("set:latest")
        user = run.id
    assert artifact.logged_by().id == maker
    assert [one.id for one in artifact.used_by()] == [user]
    path = Path(artifact.file())
    uses = {(use.relation, use.experiment.name) for use in find_artifact(path)}
    assert uses == {("produced", "maker"), ("used", "user")}
    assert load_experiment("user").facts["inputs"]["set:v0/data.txt"]["experiment"] == "maker"


def test_models_and_links(project: Path, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    with wandb.init() as run:
        run.log_model(str(tmp_path / "model.bin"), name="net", aliases=["v-best"])
        assert Path(run.use_model("net:v-best")).read_bytes() == b"weights"
        linked = run.link_model(str(tmp_path / "model.bin"), "Good Nets", aliases=["production"])
        assert linked.is_link
        assert linked.project == "model-registry"
        assert linked.source_name == f"run-{run.id}-model.bin:v0"
        found = run.use_artifact("model-registry/Good-Nets:production")
        assert Path(found.file()).read_bytes() == b"weights"
        run.log_artifact(with_file("set", "x"))
        with pytest.raises(AssertionError, match="'model' artifacts"):
            run.use_model("set:latest")


def test_a_group_makes_an_artifact_together(project: Path) -> None:
    for rank in range(3):
        with wandb.init(group="ranks", reinit="create_new") as run:
            part = wandb.Artifact("shards", "dataset")
            with part.new_file(f"shard-{rank}.txt") as file:
                file.write(str(rank))
            run.upsert_artifact(part)
    with wandb.init(group="ranks") as run:
        whole = run.finish_artifact(wandb.Artifact("shards", "dataset"))
        assert whole.version == "v0"
        assert sorted(os.listdir(whole.download())) == [f"shard-{rank}.txt" for rank in range(3)]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: wandb.Artifact("a b", "t"), ValueError, "Invalid name: 'a b'"),
        (lambda: wandb.Artifact("a/b", "t"), ValueError, "Invalid name"),
        (lambda: wandb.Artifact("a", ""), ValueError, "type of an artifact"),
        (lambda: wandb.Artifact("a", "t", metadata=[1]), TypeError, "metadata is a dict"),
        (lambda: wandb.Artifact("a", "t").add_file("none"), ValueError, "Path is not a file"),
        (lambda: wandb.Artifact("a", "t").add_dir("none"), ValueError, "not a directory"),
        (lambda: wandb.Artifact("a", "t").add(3, "x"), TypeError, "add_file"),
        (lambda: wandb.Artifact("a", "t").add_bytes(b"", "../x"), ValueError, "lies within it"),
        (lambda: wandb.Artifact("a", "t").add_bytes(b"", "/x"), ValueError, "lies within it"),
        (lambda: wandb.Artifact("a", "t").add_reference("x.txt"), ValueError, "file://"),
    ],
)
def test_what_is_none_is_refused(
    project: Path, make: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make()


def test_refusals_of_a_run(project: Path) -> None:
    with wandb.init() as run:
        run.log_artifact(with_file("set", "x"))
        with pytest.raises(ValueError, match="already exists with type 'dataset'"):
            run.log_artifact(with_file("set", "y", "model"))
        with pytest.raises(wandb.CommError, match=r"'sett' not found in project .*; there are:"):
            run.use_artifact("sett:latest")
        with pytest.raises(wandb.CommError, match=r"no version or alias 'v7'"):
            run.use_artifact("set:v7")
        with pytest.raises(ValueError, match="does not match type dataset"):
            run.use_artifact("set:latest", type="model")
        with pytest.raises(ValueError, match="name of a version"):
            run.log_artifact(with_file("set", "z"), aliases=["v3"])
        with pytest.raises(ValueError, match="valid file path"):
            run.log_artifact(3)
    store = ArtifactStore.here()
    assert [one.version for one in store.versions(run.project, "set")] == [0]
    assert len(store.contents.all()) == 1


def test_drafts_leave_nothing_behind(project: Path) -> None:
    draft = with_file("set", "x")
    drafts = project / ".specweave/artifacts/.drafts"
    assert len(list(drafts.iterdir())) == 1
    del draft
    gc.collect()
    assert list(drafts.iterdir()) == []


def test_drafts_of_a_killed_process_go_with_the_next(project: Path) -> None:
    code = (
        "import os, specweave.wandb as wandb\n"
        "a = wandb.Artifact('a', 't'); a.add_bytes(b'x', 'x'); os._exit(9)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    drafts = project / ".specweave/artifacts/.drafts"
    assert len(list(drafts.iterdir())) == 1
    draft = with_file("set", "x")
    assert len(list(drafts.iterdir())) == 1
    assert draft.size == 1


def begin_drafts(number: int) -> int:
    return sum(with_file("set", f"{number}-{index}").size for index in range(150))


def test_a_new_draft_is_not_taken_for_an_abandoned_one(project: Path) -> None:
    with ProcessPoolExecutor(3) as pool:
        assert list(pool.map(begin_drafts, range(3))) == [3 * 10 + 4 * 90 + 5 * 50] * 3


def log_many(number: int) -> list[str]:
    os.environ["SPECWEAVE_WANDB"] = "local"
    with wandb.init(project="shared", settings={"console": "off"}) as run:
        return [
            str(run.log_artifact(with_file("set", f"{number}-{index}")).version)
            for index in range(5)
        ]


def test_two_processes_get_versions_of_their_own(project: Path) -> None:
    with ProcessPoolExecutor(3) as pool:
        found = [version for part in pool.map(log_many, range(3)) for version in part]
    assert sorted(found, key=lambda name: int(name[1:])) == [f"v{n}" for n in range(15)]
    store = ArtifactStore.here()
    collection = store.collection("shared", "set")
    assert collection is not None
    assert collection.aliases["latest"] == 14
    assert len(store.contents.all()) == 15


def test_deleting_keeps_what_others_have(project: Path) -> None:
    with wandb.init() as run:
        first = run.log_artifact(with_file("set", "one"), aliases=["keep"])
        run.log_artifact(with_file("other", "one"))
        second = run.log_artifact(with_file("set", "two"))
        with pytest.raises(ValueError, match="delete_aliases=True"):
            first.delete()
        first.delete(delete_aliases=True)
        second.delete()
        assert Path(run.use_artifact("other:v0").file()).read_text() == "one"
        third = run.log_artifact(with_file("set", "three"))
        assert third.version == "v2"
    assert len(ArtifactStore.here().contents.all()) == 2


def test_a_damaged_record_is_named(project: Path) -> None:
    with wandb.init() as run:
        run.log_artifact(with_file("set", "one"))
        (path,) = (project / ".specweave/artifacts/collections").glob("*/*/v0.json")
        record = json.loads(path.read_text())
        for text, message in (
            ("{", "it is not JSON"),
            ('{"format": 9}', "upgrade it"),
            (json.dumps({**record, "manifest": {"x": 3}}), "has no digest"),
            (json.dumps({**record, "digest": 3}), "its 'digest' is 3"),
            (json.dumps({**record, "manifest": {"../../x": {"digest": "a"}}}), "lies within it"),
            (
                json.dumps({**record, "manifest": {"x": {"digest": "a", "sha256": "../x"}}}),
                "SHA-256 of 'x'",
            ),
        ):
            path.write_text(text)
            with pytest.raises(RecordFileError, match=rf"v0\.json is damaged: .*{message}"):
                run.use_artifact("set:v0")


def test_a_run_that_stores_nothing_uses_and_logs_nothing(project: Path) -> None:
    with wandb.init(project="cats") as run:
        run.log_artifact(with_file("set", "one", "model"))
    with wandb.init(mode="disabled") as run:
        used = run.use_artifact("set:latest", type="model")
        assert Path(run.use_model("set")).read_text() == "one"
        run.log_artifact(with_file("other", "two"))
    assert used.used_by() == []
    assert [one.name for one in ArtifactStore.here().collections()] == ["set"]


def test_contents_are_not_for_git(project: Path) -> None:
    with wandb.init() as run:
        run.log_artifact(with_file("set", "one"))
    ignored = (project / ".specweave/artifacts/.gitignore").read_text().split()
    assert ignored == ["content/", ".drafts/"]
