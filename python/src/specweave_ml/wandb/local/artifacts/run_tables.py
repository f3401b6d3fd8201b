"""Tables that runs have logged, as artifacts: ``run-<id>-<key>:latest``.

Weights & Biases logs each table a second time as such an artifact. Here the table lies in the run,
and the artifact is made of it when it is asked for.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ....tracking.experiment import Experiment
from ...runs.history_file import read_lines
from ..media.table import Table
from .artifact import Artifact
from .store import ArtifactStore

NAME = re.compile(r"run-([A-Za-z0-9_-]+?)-(.+)")
NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_\-.]+")
TYPE = "run_table"
TABLES = ("table-file", "incremental-table-file")


def make_artifact(store: ArtifactStore, project: str, name: str) -> bool:
    """Log the tables of a run as versions of the artifact of this name, if it is one of a run."""
    from ..api.lookup import everything, run_facts

    for experiment in everything():
        run_id = run_facts(experiment).get("id")
        if run_id and name.startswith(f"run-{run_id}-"):
            found = tables_of(experiment, name.removeprefix(f"run-{run_id}-"))
            for key, table in found:
                artifact = Artifact(name, TYPE)
                artifact._store = store
                artifact.add(table, key)
                artifact._log(project, (), (), {"logged_by": maker_of(experiment, str(run_id))})
            return bool(found)
    return False


def tables_of(experiment: Experiment, name: str) -> list[tuple[str, Table]]:
    """Return the tables that a run logged under a key, in order; names leave out some letters."""
    found: dict[str, tuple[str, Table]] = {}
    for line in read_lines(experiment.path):
        key, value = str(line.get("key")), line.get("value")
        if not isinstance(value, dict) or value.get("_type") not in TABLES:
            continue
        if NOT_IN_NAMES.sub("", key) == name:
            path = experiment.path / str(value["path"])
            if path.is_file() and str(path) not in found:
                found[str(path)] = (key, table_of_run(path, experiment.path))
    return list(found.values())


def table_of_run(path: Path, folder: Path) -> Table:
    """Return the table in a file of a run."""
    content = json.loads(path.read_bytes())
    rows = [[value_of(cell, folder) for cell in row] for row in content["data"]]
    return Table(columns=content["columns"], data=rows, allow_mixed_types=True)


def value_of(cell: Any, folder: Path) -> Any:
    """Return the value of a cell: a medium for its JSON."""
    from ..media.value import Media, WBValue

    if not isinstance(cell, dict) or "_type" not in cell:
        return cell
    kind = WBValue._types.get(str(cell["_type"]))
    if kind is None or not issubclass(kind, Media) or "path" not in cell:
        return kind.from_json(cell, None) if kind is not None else cell  # type: ignore[arg-type]
    found: Any = kind(folder / str(cell["path"]))  # type: ignore[arg-type]
    found._caption = cell.get("caption")
    return found


def maker_of(experiment: Experiment, run_id: str) -> dict[str, Any]:
    """Return what identifies the run in the store of artifacts."""
    return {
        "experiment": experiment.name,
        "increment": experiment.increment,
        "folder": experiment.path.name,
        "id": experiment._facts()["id"],
        "run_id": run_id,
    }
