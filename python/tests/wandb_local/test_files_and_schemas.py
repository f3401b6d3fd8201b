"""The files of artifacts and sweeps are what the schemas in docs/schemas say."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import specweave.wandb as wandb
from support.schema_check import strict_json, validate


def checked(folder: Path, pattern: str, name: str) -> int:
    """Compare files with a schema; return how many there are."""
    found = list(folder.glob(pattern))
    for path in found:
        validate(name, strict_json(path.read_text("utf-8")))
    return len(found)


def test_files_of_artifacts(project: Path) -> None:
    (project / "data").mkdir()
    (project / "data/a.txt").write_text("a")
    with wandb.init(project="cats") as run:
        artifact = wandb.Artifact(
            "set", "dataset", description="d", metadata={"nan": math.nan, "inf": math.inf}
        )
        artifact.add_file("data/a.txt")
        artifact.add_reference((project / "data").as_uri(), name="ref", checksum=False)
        artifact.ttl = timedelta(days=1)
        run.log_artifact(artifact, aliases=["best"], tags=["t"])
        run.use_artifact("set:best")
        artifact.link("other/linked")
    folder = project / ".specweave/artifacts/collections"
    assert checked(folder, "*/*/collection.json", "artifact-collection") == 2
    assert checked(folder, "*/*/v*.json", "artifact-version") == 2


def test_files_of_sweeps(project: Path) -> None:
    def function() -> None:
        with wandb.init() as run:
            run.log({"loss": run.config.x if run.config.x < 3 else math.inf})

    sweep_id = wandb.sweep(
        {"method": "grid", "metric": {"name": "loss"}, "parameters": {"x": {"values": [1, 2, 3]}}},
        project="cats",
        entity="team",
    )
    wandb.agent(sweep_id, function)
    folder = project / ".specweave/sweeps"
    assert checked(folder, "*/sweep.json", "sweep") == 1
    assert checked(folder, "*/trial-*.json", "sweep-trial") == 3
