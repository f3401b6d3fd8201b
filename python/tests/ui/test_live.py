"""What runs is followed: points, status, output and new experiments, without a reload."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from specweave_ml import load_experiment, track_experiment
from support.dashboard_server import serving
from support.visits import Visit


def test_a_program_is_followed_while_it_logs(project: Path, visit: Visit) -> None:
    with track_experiment("first", capture=False) as first:
        first.log_metric("loss", 1.0)
    with serving(project) as served:
        page = visit.open(served.address)
        count = page.locator(".filter .count")
        expect(count).to_have_text("1 experiment")
        with track_experiment("second", capture=False) as running:
            for step in range(5):
                running.log_metric("loss", 0.5, step=step)
            expect(count).to_have_text("2 experiments")
            row = page.get_by_role("row").filter(has_text="second")
            expect(row).to_contain_text("running")
            running.log_metric("loss", 0.125, step=5)
            expect(row).to_contain_text("0.125")
        expect(row).to_contain_text("completed")


def test_only_what_is_new_is_sent(project: Path) -> None:
    with track_experiment("run", capture=False) as run:
        for step in range(1000):
            run.log_metric("loss", 1 / (step + 1), step=step)
        with serving(project) as served:
            (identifier,) = served.ids().values()
            request = {"ask": "series", "metrics": ["loss"], "ids": [identifier], "columns": 400}
            whole = served.ask(request)
            assert whole["series"][0]["count"] == 1000
            known = {**request, "have": {identifier: {"loss": 1000}}}
            assert served.ask(known)["series"] == []
            for step in range(1000, 1010):
                run.log_metric("loss", 0.5, step=step)
            new = served.ask(known)
            (series,) = new["series"]
            assert (series["from"], series["count"]) == (1000, 1010)
            assert len(json.dumps(new)) < len(json.dumps(whole)) / 4
            first = served.ask({"ask": "experiments"})
            again = served.ask({"ask": "experiments", "since": first["revision"]})
            assert (again["whole"], again["ids"]) == (False, [])


def test_a_note_that_is_made_in_the_page_is_in_the_store(project: Path, visit: Visit) -> None:
    with track_experiment("run", capture=False):
        pass
    with serving(project, "--edit") as served:
        (identifier,) = served.ids().values()
        page = visit.open(f"{served.address}#experiment?id={identifier}")
        page.get_by_role("textbox", name="Note").fill("<b>seen</b> on the page")
        page.get_by_role("button", name="Save the note").click()
        expect(page.get_by_text("<b>seen</b> on the page")).to_be_visible()
    assert load_experiment("run").notes == ["<b>seen</b> on the page"]
