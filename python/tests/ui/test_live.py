"""What runs is followed: points, status, output and new experiments, without a reload."""

from __future__ import annotations

import json
import shutil
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


def test_a_server_that_is_started_again_is_found_again(project: Path, visit: Visit) -> None:
    with track_experiment("run", capture=False):
        pass
    visit.expected.append("ERR_CONNECTION_REFUSED")
    visit.expected.append("403")
    with serving(project, "--edit") as served:
        (identifier,) = served.ids().values()
        page = visit.open(f"{served.address}#experiment?id={identifier}")
        page.get_by_role("textbox", name="Note").fill("written meanwhile")
        port = str(served.port)
    life = page.locator(".life")
    expect(life).to_have_text("no answer")
    with serving(project, "--edit", "--port", port):
        expect(life).to_have_text("live")
        # The token was that of the first server; what was written is not lost.
        page.get_by_role("button", name="Save the note").click()
        expect(page.get_by_text("A change needs the token of the page")).to_be_visible()
        expect(page.get_by_role("textbox", name="Note")).to_have_value("written meanwhile")
        expect(life).to_have_text("live")


def test_another_project_at_the_same_address_is_told(
    project: Path, usual_store: Path, visit: Visit
) -> None:
    with track_experiment("of the first", capture=False):
        pass
    visit.expected.append("ERR_CONNECTION_REFUSED")
    with serving(project) as served:
        page = visit.open(served.address)
        port = str(served.port)
    with serving(usual_store, "--port", port):
        notice = page.get_by_role("alert").filter(has_text="Another project is served")
        expect(notice).to_contain_text(usual_store.name)
        assert visit.names() == ["exp-001of the first"]
        expect(page.locator(".life")).to_have_text("other project")
        page.get_by_role("button", name="Show the other project").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(usual_store.name)
        expect(page.get_by_role("row").filter(has_text="broken")).to_be_visible()
        expect(notice).to_be_hidden()


def test_an_experiment_that_is_removed_while_it_is_shown_is_told(
    project: Path, visit: Visit
) -> None:
    with track_experiment("short", capture=False) as short:
        short.log_metric("loss", 0.25)
    with serving(project) as served:
        (identifier,) = served.ids().values()
        page = visit.open(f"{served.address}#experiment?id={identifier}")
        expect(page.get_by_role("heading", name="short")).to_be_visible()
        away = project / "away"
        shutil.move(short.path, away)
        expect(page.get_by_role("alert").filter(has_text="removed or archived")).to_be_visible()
        expect(page.get_by_role("heading", name="short")).to_be_visible()
        shutil.move(away, short.path)
        expect(page.get_by_role("alert").filter(has_text="removed or archived")).to_have_count(0)


def test_how_long_it_has_run_is_shown_while_it_runs(project: Path, visit: Visit) -> None:
    for name in ("quick", "quicker"):
        with track_experiment(name, capture=False):
            pass
    with track_experiment("long", capture=False) as running, serving(project) as served:
        visit.page.clock.install()
        page = visit.open(f"{served.address}#table?sort=-duration")
        row = page.get_by_role("row").filter(has_text="long")
        page.clock.fast_forward("02:05:30")
        expect(row).to_contain_text("2 h 05 min")
        expect(page.locator(".grid-body a").first).to_contain_text("long")
        page.goto(f"{served.address}#experiment?id={served.ids()['long']}")
        facts = page.locator(".facts-line")
        expect(facts).to_contain_text("running for2 h 05 min")
        page.clock.fast_forward("01:00:00")
        expect(facts).to_contain_text("running for3 h 05 min")
        running.finish()
        expect(facts).to_contain_text("took")
        expect(facts).not_to_contain_text("running for")


def test_how_long_ago_something_was_stays_true(project: Path, visit: Visit) -> None:
    with track_experiment("run", capture=False):
        pass
    with serving(project) as served:
        (identifier,) = served.ids().values()
        visit.page.clock.install()
        page = visit.open(served.address)
        row = page.get_by_role("row").filter(has_text="run")
        expect(row).to_contain_text("just now")
        page.clock.fast_forward("02:00:30")
        expect(row).to_contain_text("2 h ago")
        page.goto(f"{served.address}#experiment?id={identifier}")
        expect(page.get_by_title("2 h ago")).to_be_visible()
        page.clock.fast_forward("01:00:00")
        expect(page.get_by_title("3 h ago")).to_be_visible()
