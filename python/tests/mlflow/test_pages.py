"""MLflow's pages on the increments of a project, in a browser: they show what is there.

Runs in an environment with MLflow, by `make test-mlflow`, where Debian's package `chromium` is
installed; elsewhere it is skipped and says so, but in CI, where it fails.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from specweave import track_experiment
from support import chromium
from support.mlflow_itself import IS_3, log_model, mlflow
from support.mlflow_on_increments import server

WRONG = re.compile(
    r".{0,80}(internal server error|something went wrong|couldn.t load|can.t load|unavailable"
    r"|failed to|an error|error occurred|not found|not supported|unexpected|invalid date).{0,80}",
    re.IGNORECASE,
)


def runs_of(client: Any) -> dict[str, str]:
    """Make runs as MLflow and as we make them, and a registered model; return the runs' ids."""
    mlflow.set_experiment("0042-recommendation-model")
    for name, loss in (("first", 0.5), ("second", 0.25)):
        with mlflow.start_run(run_name=name, description=f"the {name} one"):
            mlflow.log_param("depth", 6)
            for step in range(3):
                mlflow.log_metric("loss", loss / (step + 1), step=step)
            mlflow.log_text("# Heading", "notes.md")
            if name == "second":
                model = LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])
                log_model(model, "logistic", "Churn Model")
    client.set_registered_model_alias("Churn Model", "champion", 1)
    with track_experiment("native", "0042", capture=False) as native:
        native.log_metric("loss", 0.125)
    return {one.info.run_name: one.info.run_id for one in client.search_runs(["42"])}


@pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="needs Debian's package chromium",
)
@pytest.mark.filterwarnings("ignore")  # MLflow's own, of models
def test_every_page_shows_what_is_there_and_no_error(
    client: Any, project: Path, tmp_path: Path
) -> None:
    ids = runs_of(client)
    first, second = ids["first"], ids["second"]
    two = f"runs={quote(json.dumps([first, second]))}&experiments={quote(json.dumps(['42']))}"
    experiment = "/experiments/42"
    pages = {
        f"{experiment}/runs": ["first", "second", "native", "3 matching runs"],
        f"{experiment}/runs?compareRunsMode=CHART": ["loss"],
        f"{experiment}/runs/{second}": ["the second one", "depth", "0.08333", "Churn Model"],
        f"{experiment}/runs/{second}/model-metrics": ["loss"],
        f"{experiment}/runs/{second}/artifacts": ["notes.md"],
        f"{experiment}/runs/{ids['native']}": ["native", "0.125"],
        f"/compare-runs?{two}": ["Comparing 2 Runs", "depth"],
        "/models": ["Churn Model", "champion"],
        "/models/Churn%20Model": ["Version 1", "champion"],
        "/models/Churn%20Model/versions/1": ["Version 1", "second"],
        f"{experiment}/traces": ["Traces"],
        "/prompts": ["Prompts"],
    }
    if IS_3:
        model = client.search_logged_models(["42"])[0].model_id
        pages["/experiments"] = ["0042-recommendation-model"]
        pages[f"{experiment}/models"] = ["logistic", "Ready"]
        pages[f"{experiment}/models/{model}"] = ["logistic", "Churn Model"]
        pages[f"{experiment}/overview/usage"] = []
    else:  # older pages name things differently
        pages = {page: [] for page in pages}
    with server(project) as started:
        shown = {
            page: chromium.text_of(f"{started.url}/#{page}", tmp_path / "profile") for page in pages
        }
        failures = started.failures()
    missing = {
        page: [text for text in expected if text not in shown[page]]
        for page, expected in pages.items()
    }
    wrong = {page: found[0] for page in pages if (found := WRONG.search(shown[page]))}
    assert (failures, {page: one for page, one in missing.items() if one}, wrong) == ([], {}, {})
