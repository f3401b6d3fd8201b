"""MLflow's artifacts are those of the experiment: what is saved, listed, given back and refused.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mlflow.exceptions import MlflowException

from specweave import load_experiment, track_experiment
from specweave_ml.mlflow.plugin_entry_points import artifact_repository


@pytest.fixture
def experiment() -> Any:
    started = track_experiment("xgb", "0042", capture=False)
    yield started
    started.finish()


@pytest.fixture
def repository(experiment: Any) -> Any:
    return artifact_repository(f"specweave:{experiment.path}")


@pytest.fixture
def of_run(experiment: Any) -> Any:
    """As the runs of MLflow say where their artifacts are."""
    return artifact_repository((experiment.path / "artifacts").as_uri())


@pytest.fixture
def model(experiment: Any) -> Any:
    return artifact_repository(f"specweave:{experiment.path}/models/m-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a model's: files, a folder in it, a link to a file outside."""
    top = tmp_path / "saved"
    (top / "data" / "deep").mkdir(parents=True)
    (top / "MLmodel").write_text("flavors: {}")
    (top / "data" / "deep" / "weights.bin").write_bytes(b"\0\1\2")
    (tmp_path / "outside.txt").write_text("outside")
    (top / "linked.txt").symlink_to(tmp_path / "outside.txt")
    return top


def listed(repository: Any, path: str | None = None) -> list[tuple[str, bool, int | None]]:
    return [(one.path, one.is_dir, one.file_size) for one in repository.list_artifacts(path)]


def kept(experiment: Any) -> dict[str, Any]:
    return {one["path"]: one for one in experiment.artifacts if not one["kept_as"]}


def test_a_file_is_an_artifact_of_the_experiment(
    experiment: Any, repository: Any, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("first")
    repository.log_artifact(tmp_path / "notes.txt", "docs/more")
    (tmp_path / "notes.txt").write_text("second")
    repository.log_artifact(str(tmp_path / "notes.txt"), "docs/more")
    found = load_experiment("xgb").artifacts
    assert [(one["path"], one["version"], one["size"], one["kept_as"]) for one in found] == [
        ("docs/more/notes.txt", 2, 6, None),
        ("docs/more/notes.txt", 1, 5, ".versions/docs/more/notes.txt.v1"),
    ]
    assert found[0]["sha256"] == "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4"
    assert (experiment.path / "docs/more/notes.txt").read_text() == "second"


def test_a_folder_is_saved_file_by_file_and_further_files_join_it(
    experiment: Any, repository: Any, model: Any, folder: Path
) -> None:
    model.log_artifacts(folder)
    (folder / "requirements.txt").write_text("xgboost")
    model.log_artifact(folder / "requirements.txt")
    repository.log_artifacts(str(folder), "copies")
    assert {path: one["kind"] for path, one in kept(experiment).items()} == {
        "models/m-1/MLmodel": "model",
        "models/m-1/data/deep/weights.bin": "model",
        "models/m-1/linked.txt": "model",
        "models/m-1/requirements.txt": "model",
        "copies/MLmodel": "file",
        "copies/data/deep/weights.bin": "file",
        "copies/linked.txt": "file",
        "copies/requirements.txt": "file",
    }
    assert listed(model) == [
        ("MLmodel", False, 11),
        ("data", True, None),
        ("linked.txt", False, 7),
        ("requirements.txt", False, 7),
    ]
    assert listed(model, "data/deep") == [("data/deep/weights.bin", False, 3)]
    assert listed(repository) == [("copies", True, None), ("models", True, None)]
    assert listed(repository, "models") == [("models/m-1", True, None)]
    assert listed(repository, "models/m-1/MLmodel") == []
    assert listed(repository, "models/m-2") == []


def test_what_specweave_saved_and_captured_is_listed(experiment: Any, repository: Any) -> None:
    experiment.save_artifact("scores.json", {"auc": 0.9})
    experiment.save_report()
    (experiment.path / "output.log").write_text("epoch 1")
    with track_experiment("captured", "0042", capture=["packages"]) as captured:
        pass
    other = artifact_repository(f"specweave:{captured.path}")
    assert [path for path, _, _ in listed(repository)] == ["output.log", "report.md", "scores.json"]
    assert listed(other) == [("environment", True, None)]
    assert [path for path, _, _ in listed(other, "environment")] == ["environment/requirements.txt"]


def test_a_folder_that_specweave_saved_is_listed_file_by_file(
    experiment: Any, repository: Any, folder: Path
) -> None:
    (folder / "linked.txt").unlink()
    experiment.log_artifact(folder, "saved")
    assert listed(repository) == [("saved", True, None)]
    assert listed(repository, "saved") == [
        ("saved/MLmodel", False, 11),
        ("saved/data", True, None),
    ]
    assert repository.get_local_path("saved/data/deep/weights.bin") == str(
        experiment.path / "saved/data/deep/weights.bin"
    )


def test_a_run_shows_what_mlflow_saved_and_what_the_experiment_has_beside_it(
    experiment: Any, of_run: Any, folder: Path
) -> None:
    of_run.log_artifact(folder / "MLmodel", "both")
    of_run.log_artifacts(folder / "data", "data")
    experiment.save_artifact("scores.json", {"auc": 0.9})
    experiment.save_artifact("both/other.txt", "beside")
    experiment.save_artifact("data/deep/weights.bin", b"hidden by MLflow's own")
    logged = artifact_repository(f"{experiment.path}/models/m-{'0' * 32}")
    logged.log_artifact(folder / "MLmodel")
    assert [one[0] for one in listed(of_run)] == ["both", "data", "scores.json"]
    assert [one[0] for one in listed(of_run, "both")] == ["both/MLmodel", "both/other.txt"]
    assert listed(of_run, "data/deep") == [("data/deep/weights.bin", False, 3)]
    place = experiment.path / "artifacts"
    assert of_run.get_local_path("both/MLmodel") == str(place / "both/MLmodel")
    assert of_run.get_local_path("scores.json") == str(experiment.path / "scores.json")
    assert of_run.download_artifacts("data") == str(place / "data")
    copied = Path(of_run.download_artifacts("both"))
    assert sorted(os.listdir(copied)) == ["MLmodel", "other.txt"]
    assert copied.parent != place


def test_a_run_takes_every_name_that_the_store_uses(
    experiment: Any, of_run: Any, tmp_path: Path
) -> None:
    names = ["params.json", "metrics.json", "metadata.yaml", "output.log", ".gitignore"]
    for name in names:
        (tmp_path / name).write_text(f"mine: {name}")
        of_run.log_artifact(tmp_path / name)
    experiment.finish()
    for name in names:
        assert Path(of_run.download_artifacts(name)).read_text() == f"mine: {name}"
    assert load_experiment("xgb").params == {}


def test_an_empty_folder_is_there(of_run: Any, experiment: Any, folder: Path) -> None:
    (folder / "empty").mkdir()
    of_run.log_artifacts(folder, "a")
    assert (experiment.path / "artifacts/a/empty").is_dir()


def test_a_stream_is_saved_whole_or_not_at_all(of_run: Any, experiment: Any) -> None:
    of_run.log_artifact_from_stream(io.BytesIO(b"stream"), "ignored/a.bin", "b")

    async def parts(*, fails: bool) -> AsyncIterator[bytes]:
        yield b"one "
        if fails:
            raise ConnectionError("the client is gone")
        yield b"two"

    asyncio.run(of_run.log_artifact_from_async_stream(parts(fails=False), "c.bin"))
    with pytest.raises(MlflowException, match="the client is gone"):
        asyncio.run(of_run.log_artifact_from_async_stream(parts(fails=True), "d.bin"))
    assert {path: one["size"] for path, one in kept(experiment).items()} == {
        "artifacts/b/a.bin": 6,
        "artifacts/c.bin": 7,
    }
    assert not (experiment.path / "artifacts/d.bin").exists()


def test_what_is_there_is_given_without_a_copy(
    experiment: Any, repository: Any, model: Any, folder: Path, tmp_path: Path
) -> None:
    model.log_artifacts(folder)
    place = experiment.path / "models/m-1"
    assert model.download_artifacts("") == str(place)
    assert model.download_artifacts("data/deep") == str(place / "data/deep")
    assert repository.download_artifacts("models/m-1/MLmodel") == str(place / "MLmodel")
    copied = model.download_artifacts("data", str(tmp_path))
    assert copied == str(tmp_path / "data")
    assert (tmp_path / "data/deep/weights.bin").read_bytes() == b"\0\1\2"


def test_all_artifacts_are_copied_without_the_files_of_the_store(
    repository: Any, model: Any, folder: Path
) -> None:
    model.log_artifacts(folder)
    copy = Path(repository.download_artifacts(""))
    files = sorted(str(one.relative_to(copy)) for one in copy.rglob("*") if one.is_file())
    assert files == [
        "models/m-1/MLmodel",
        "models/m-1/data/deep/weights.bin",
        "models/m-1/linked.txt",
    ]


@pytest.mark.parametrize("name", ["params.json", "metadata.yaml", "output.log", "writers", "a:b"])
def test_a_name_of_the_store_is_refused(repository: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(MlflowException, match=f"the artifact path '{name}'") as refusal:
        repository.log_artifact(tmp_path / name)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    "path",
    [
        "../xgb/params.json",
        "models/../params.json",
        "/etc/passwd",
        "..%2f..%2fparams.json",
        "params.json",
        ".versions/a.txt.v1",
        "nothing",
    ],
)
def test_only_artifacts_are_given(
    repository: Any, model: Any, folder: Path, path: str, tmp_path: Path
) -> None:
    model.log_artifacts(folder)
    for read in (repository.get_local_path, repository.download_artifacts):
        with pytest.raises(MlflowException, match=r"Invalid path|No such artifact"):
            read(path)
    with pytest.raises(MlflowException, match=r"Invalid path|No such artifact"):
        repository.download_artifacts(path, str(tmp_path))


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/x"])
def test_nothing_is_saved_elsewhere(repository: Any, folder: Path, path: str) -> None:
    with pytest.raises(MlflowException, match="Invalid artifact path"):
        repository.log_artifact(folder / "MLmodel", path)
    with pytest.raises(MlflowException, match="Invalid artifact path"):
        repository.log_artifacts(folder, path)


def test_a_link_out_of_the_experiment_is_not_followed(
    experiment: Any, repository: Any, folder: Path, tmp_path: Path
) -> None:
    repository.log_artifacts(folder, "a")
    experiment.finish()
    (experiment.path / "a/MLmodel").unlink()
    (experiment.path / "a/MLmodel").symlink_to(tmp_path / "outside.txt")
    with pytest.raises(MlflowException, match="is a link out of the experiment"):
        repository.download_artifacts("a/MLmodel")


def test_a_file_that_was_not_checked_out_is_told(
    experiment: Any, repository: Any, folder: Path
) -> None:
    repository.log_artifacts(folder, "a")
    (experiment.path / "a/MLmodel").unlink()
    with pytest.raises(MlflowException, match="is recorded, but its file is not here") as failure:
        repository.download_artifacts("a/MLmodel")
    assert failure.value.error_code == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize(
    "uri",
    ["specweave:/etc", "specweave:", "specweave:{}/../xgb", "specweave:{}/../../../../../../etc"],
)
def test_a_uri_that_names_no_experiment_is_refused(experiment: Any, uri: str) -> None:
    with pytest.raises(MlflowException, match=r"names no experiment|is no path of") as refusal:
        artifact_repository(uri.format(experiment.path)).list_artifacts()
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_server_gives_nothing_of_other_projects(
    experiment: Any, repository: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.log_artifacts(folder, "a")
    monkeypatch.setenv("_MLFLOW_SERVER_FILE_STORE", f"specweave:{tmp_path / 'other'}")
    with pytest.raises(MlflowException, match="in another project than the one") as refusal:
        artifact_repository(f"specweave:{experiment.path}").download_artifacts("a/MLmodel")
    assert refusal.value.error_code == "PERMISSION_DENIED"
    monkeypatch.setenv("_MLFLOW_SERVER_FILE_STORE", "specweave:")
    assert artifact_repository(f"specweave:{experiment.path}").download_artifacts("a/MLmodel")


def test_an_experiment_that_is_gone_is_told(experiment: Any) -> None:
    repository = artifact_repository(f"specweave:{experiment.path.parent}/gone/models/m-1")
    with pytest.raises(MlflowException, match="there is no experiment at") as failure:
        repository.list_artifacts()
    assert failure.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_the_artifacts_of_an_archived_experiment_are_found(
    experiment: Any, model: Any, folder: Path
) -> None:
    model.log_artifacts(folder)
    uri = model.artifact_uri
    experiment.finish()
    load_experiment("xgb").archive()
    found = artifact_repository(uri)
    assert [path for path, _, _ in listed(found)] == ["MLmodel", "data", "linked.txt"]


def test_a_child_has_artifacts_of_its_own(experiment: Any, folder: Path) -> None:
    with track_experiment("fold", "0042", parent=experiment, capture=False) as child:
        artifact_repository(f"specweave:{child.path}/models/m-2").log_artifact(folder / "MLmodel")
        assert list(kept(child)) == ["models/m-2/MLmodel"]
    assert list(kept(experiment)) == []


def test_an_artifact_is_not_deleted_alone(repository: Any, folder: Path) -> None:
    repository.log_artifacts(folder, "a")
    with pytest.raises(MlflowException, match="artifacts stay until the experiment is deleted"):
        repository.delete_artifacts("a/MLmodel")
    repository.delete_artifacts()
    assert len(listed(repository, "a")) == 3


def test_a_file_saved_onto_itself_stays_one_version(
    experiment: Any, repository: Any, folder: Path
) -> None:
    repository.log_artifact(folder / "MLmodel")
    repository.log_artifact(repository.download_artifacts("MLmodel"))
    assert [one["version"] for one in experiment.artifacts] == [1]


def test_a_folder_that_holds_itself_is_saved_once(repository: Any, folder: Path) -> None:
    (folder / "data" / "again").symlink_to(folder)
    repository.log_artifacts(folder, "a")
    assert len(listed(repository, "a")) == 3
    assert os.path.isfile(repository.download_artifacts("a/data/deep/weights.bin"))
