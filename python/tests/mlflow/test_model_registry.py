"""The model registry as files of the project: what is written, and what damaged files give.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.exceptions import MlflowException
from mlflow.store.model_registry.abstract_store import AbstractStore

from specweave_ml.mlflow.plugin_entry_points import model_registry_store

NOW = 1_700_000_000_123


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specweave_ml.mlflow.registry_base.get_current_time_millis", lambda: NOW)


@pytest.fixture
def store(project: Path) -> Any:
    return model_registry_store(f"specweave:{project}")


@pytest.fixture
def models(project: Path) -> Path:
    return project / ".specweave" / "models"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_model_and_a_version_are_files_that_a_person_reads(
    store: Any, project: Path, models: Path
) -> None:
    store.create_registered_model("Churn Model", [RegisteredModelTag("team", "growth")], "Who goes")
    experiment = f"{project}/.specweave/increments/0042-recommendation-model/experiments/xgb"
    store.create_model_version("Churn Model", f"specweave:{experiment}/models/m-1", "a1b2")
    store.set_registered_model_alias("Churn Model", "champion", 1)
    assert files(models) == [
        "Churn-Model~wgrfvyps/model.json",
        "Churn-Model~wgrfvyps/version-1.json",
    ]
    assert (
        (models / "Churn-Model~wgrfvyps/model.json").read_text("utf-8")
        == """{
  "aliases": {
    "champion": 1
  },
  "creation_timestamp": 1700000000123,
  "description": "Who goes",
  "format": 1,
  "last_updated_timestamp": 1700000000123,
  "last_version": 1,
  "name": "Churn Model",
  "tags": {
    "team": "growth"
  }
}
"""
    )
    assert (
        (models / "Churn-Model~wgrfvyps/version-1.json").read_text("utf-8")
        == """{
  "creation_timestamp": 1700000000123,
  "current_stage": "None",
  "format": 1,
  "last_updated_timestamp": 1700000000123,
  "run_id": "a1b2",
  "source": {
    "path_in_project": ".specweave/increments/0042-recommendation-model/experiments/xgb/models/m-1",
    "prefix": "specweave:"
  },
  "status": "READY",
  "version": 1
}
"""
    )


@pytest.mark.parametrize("prefix", ["specweave:", "file://", ""])
def test_a_moved_project_has_its_models_where_it_is_now(
    store: Any, project: Path, prefix: str
) -> None:
    store.create_registered_model("churn")
    store.create_model_version("churn", f"{prefix}{project}/.specweave/x/models/m-1")
    moved = project.parent / "moved"
    shutil.copytree(project, moved)
    store = model_registry_store(f"specweave:{moved}")
    expected = f"{prefix}{moved}/.specweave/x/models/m-1"
    assert store.get_model_version("churn", 1).source == expected
    assert store.get_model_version_download_uri("churn", 1) == expected


@pytest.mark.parametrize(
    "source",
    ["path/to/source", "s3://bucket/a b", "runs:/1/model", "/elsewhere/../x", "dbfs:/a", "{}"],
)
def test_a_source_outside_of_the_project_stays_as_it_was_given(store: Any, source: str) -> None:
    store.create_registered_model("churn")
    store.create_model_version("churn", source)
    assert store.get_model_version("churn", 1).source == source


@pytest.mark.parametrize("name", ["churn", "Churn", "CHURN", "çhurn", "con", "50%", "a b", "~"])
def test_names_that_differ_are_models_that_differ(store: Any, models: Path, name: str) -> None:
    for other in ("churn", "Churn", "CHURN", "çhurn", "con", "50%", "a b", "~"):
        store.create_registered_model(other, description=f"this is {other}")
    assert store.get_registered_model(name).description == f"this is {name}"
    folders = [path.name.lower() for path in models.iterdir()]
    assert len(set(folders)) == 8
    assert all(folder.strip(".") == folder and "/" not in folder for folder in folders)


@pytest.mark.parametrize("name", ["../x", "a/b", "a:b", "..", "m%6fdel", "", "  "])
def test_a_name_that_a_uri_cannot_hold_is_refused(store: Any, models: Path, name: str) -> None:
    with pytest.raises(MlflowException) as refusal:
        store.create_registered_model(name)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"
    assert not models.exists()


def test_the_number_of_a_deleted_version_is_not_given_again(store: Any, models: Path) -> None:
    store.create_registered_model("churn")
    for _ in range(3):
        store.create_model_version("churn", "s")
    store.set_registered_model_alias("churn", "champion", 3)
    store.delete_model_version("churn", 3)
    assert files(models / "churn") == ["model.json", "version-1.json", "version-2.json"]
    assert store.get_registered_model("churn").aliases == {}
    assert store.create_model_version("churn", "s").version == 4


def test_a_renamed_model_keeps_everything_and_leaves_nothing(store: Any, models: Path) -> None:
    store.create_registered_model("churn", [RegisteredModelTag("a", "b")])
    store.create_model_version("churn", "s", tags=[ModelVersionTag("k", "v")])
    store.set_registered_model_alias("churn", "champion", 1)
    store.rename_registered_model("churn", "leaving")
    assert files(models) == ["leaving/model.json", "leaving/version-1.json"]
    found = store.get_model_version_by_alias("leaving", "champion")
    assert (found.name, found.version, found.tags) == ("leaving", 1, {"k": "v"})
    assert store.get_registered_model("leaving").tags == {"a": "b"}
    with pytest.raises(MlflowException, match="churn not found"):
        store.get_registered_model("churn")


DAMAGE = [
    ("model.json", b"{", "is damaged: it is not JSON"),
    ("model.json", b"[]", "is damaged: it is not a JSON object"),
    ("model.json", b"{}", "is damaged: it has no number as 'format'"),
    ("model.json", b'{"format": 2}', "is damaged: it has format 2, which is newer than 1"),
    ("model.json", b'{"format": 1, "name": "churn"}', "it has no 'creation_timestamp'"),
    ("model.json", None, "is missing, though the model has versions"),
    ("version-1.json", b"\xff", "is damaged: it is not JSON"),
    ("version-1.json", b'{"format": 1, "version": "1"}', """its 'version' is "1\""""),
    ("version-1.json", b'{"format": 1, "version": 1.5}', "its 'version' is 1.5"),
]


@pytest.mark.parametrize(("name", "content", "reason"), DAMAGE)
def test_a_damaged_file_is_named(
    store: Any, models: Path, name: str, content: bytes | None, reason: str
) -> None:
    store.create_registered_model("churn")
    store.create_model_version("churn", "s")
    path = models / "churn" / name
    path.unlink() if content is None else path.write_bytes(content)
    for call in (
        store.search_registered_models,
        lambda: store.get_registered_model("churn"),
        lambda: store.get_model_version("churn", 1),
    ):
        with pytest.raises(MlflowException) as failure:
            call()
        assert str(path) in str(failure.value)
        assert reason in str(failure.value)
        assert failure.value.error_code == "INVALID_STATE"


def test_a_folder_that_was_renamed_by_hand_is_named(store: Any, models: Path) -> None:
    store.create_registered_model("churn")
    (models / "churn").rename(models / "other")
    with pytest.raises(MlflowException, match="holds the model 'churn', whose folder is 'churn'"):
        store.search_registered_models()


def test_a_link_out_of_the_project_is_not_followed(
    store: Any, project: Path, models: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    models.symlink_to(outside)
    with pytest.raises(MlflowException, match="is a link out of the project"):
        store.create_registered_model("churn")
    assert list(outside.iterdir()) == []


def test_a_project_that_cannot_be_written_is_told(
    store: Any, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".specweave" / "models").write_text("a file")
    with pytest.raises(
        MlflowException, match=r"the model registry in .* cannot be used"
    ) as failure:
        store.create_registered_model("churn")
    assert failure.value.error_code == "INVALID_STATE"


def register(project: Path, times: int) -> None:
    store = model_registry_store(f"specweave:{project}")
    for _ in range(times):
        store.create_model_version("churn", "s")


def test_versions_of_several_processes_are_all_there(store: Any, project: Path) -> None:
    store.create_registered_model("churn")
    several = multiprocessing.get_context("spawn")
    processes = [several.Process(target=register, args=(project, 5)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    found = store.search_model_versions("name = 'churn'", order_by=["version_number ASC"])
    assert [version.version for version in found] == list(range(1, 16))


def test_what_others_change_is_seen_at_once(store: Any, project: Path, models: Path) -> None:
    store.create_registered_model("churn", description="first")
    store.create_model_version("churn", "s")
    other = model_registry_store(f"specweave:{project}")
    assert other.get_registered_model("churn").description == "first"
    store.update_registered_model("churn", "other")
    store.set_model_version_tag("churn", 1, ModelVersionTag("a", "b"))
    assert other.get_registered_model("churn").description == "other"
    assert other.get_model_version("churn", 1).tags == {"a": "b"}
    other.get_model_version("churn", 1).tags["a"] = "c"
    assert other.get_model_version("churn", 1).tags == {"a": "b"}
    path = models / "churn" / "model.json"
    path.write_text(path.read_text().replace("other", "by hand"))
    assert other.get_registered_model("churn").description == "by hand"


def test_what_a_killed_writer_leaves_is_not_seen(store: Any, models: Path) -> None:
    store.create_registered_model("churn")
    (models / "churn" / ".model.json.1234.tmp").write_text("{")
    shutil.copytree(models / "churn", models / ".renamed-12")
    (models / "empty").mkdir()
    assert [model.name for model in store.search_registered_models()] == ["churn"]
    store.create_registered_model("empty")
    assert len(store.search_registered_models()) == 2


def test_webhooks_are_none_and_cannot_be_made(store: Any) -> None:
    assert list(store.list_webhooks()) == []
    assert list(store.list_webhooks_by_event(None)) == []
    with pytest.raises(MlflowException, match="create_webhook is not offered"):
        store.create_webhook("a", "https://example.com", [])


@pytest.mark.skipif(not hasattr(AbstractStore, "create_prompt"), reason="since MLflow 3")
def test_prompts_are_models_with_texts(store: Any, models: Path) -> None:
    store.create_prompt("greeting", tags={"lang": "en"})
    store.create_prompt_version("greeting", "Hello {{name}}", description="first")
    found = store.get_prompt_version("greeting", 1)
    assert (found.template, found.tags) == ("Hello {{name}}", {})
    assert [prompt.name for prompt in store.search_prompts()] == ["greeting"]
    assert list(store.search_registered_models()) == []
    tags = json.loads((models / "greeting/version-1.json").read_text())["tags"]
    assert tags["mlflow.prompt.text"] == "Hello {{name}}"


@pytest.mark.parametrize(
    "uri", ["specweave:", "specweave:0042", "specweave:0042...", "specweave:.", "specweave://{}"]
)
def test_the_registry_is_the_projects_whatever_the_uri_names(
    store: Any, project: Path, uri: str
) -> None:
    store.create_registered_model("churn")
    for place in (project, project / ".specweave/increments/0042-recommendation-model"):
        os.chdir(place)
        other = model_registry_store(uri.format(place))
        assert [model.name for model in other.search_registered_models()] == ["churn"]


def test_every_abstract_method_is_implemented() -> None:
    from mlflow.store.model_registry.abstract_store import AbstractStore

    from specweave_ml.mlflow.registry_store import SpecweaveModelRegistryStore

    names = [
        name
        for name, method in vars(AbstractStore).items()
        if getattr(method, "__isabstractmethod__", False)
    ]
    assert len(names) == 21
    ours = {name: getattr(SpecweaveModelRegistryStore, name) for name in names}
    assert [name for name in names if getattr(ours[name], "__isabstractmethod__", False)] == []
