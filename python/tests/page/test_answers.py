"""What the page makes of answers of a server, of a proxy before it, and of none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support import chromium
from support.page_modules import evaluate

pytestmark = pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="Debian's package chromium is not installed",
)

TEXT, HTML, JSON = "text/plain; charset=utf-8", "text/html", "application/json"
LOST = "The server does not answer."


def asked(folder: Path, answers: list[tuple[int, str, str]]) -> list[Any]:
    """Return for each answer of a server what an ask led to, and the connection after it."""
    script = f"""
        const answers = {json.dumps(answers)};
        const found = [];
        const source = liveSource(document);
        for (const [status, type, body] of answers) {{
          window.fetch = async () =>
            new Response(body, {{ status, headers: {{ "Content-Type": type }} }});
          const said = await source.ask({{ ask: "x" }}).then(JSON.stringify, (one) => one.message);
          found.push([said, source.connection]);
        }}
        return found;
    """
    return evaluate(folder, ["source.js"], script)  # type: ignore[no-any-return]


def test_a_refusal_is_told_and_is_no_lost_connection(tmp_path: Path) -> None:
    token = "A change needs the token of the page: reload the page."  # noqa: S105
    found = asked(
        tmp_path,
        [
            (403, TEXT, token),
            (413, TEXT, "A question has at most 8 bytes.\n"),
            (400, JSON, json.dumps({"error": {"code": "x", "message": "No question."}})),
            (200, JSON, json.dumps([{"error": {"message": "No such experiment."}}])),
            (200, JSON, "[1]"),
        ],
    )
    assert found == [
        [token, "connected"],
        ["A question has at most 8 bytes.", "connected"],
        ["No question.", "connected"],
        ["No such experiment.", "connected"],
        ["1", "connected"],
    ]


def test_what_a_proxy_says_is_not_an_answer(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        [
            (502, HTML, "<html>Bad Gateway"),
            (200, JSON, "[1]"),
            (200, HTML, "<form>Log in"),
            (503, TEXT, "The server ends."),
            (500, JSON, json.dumps({"message": "could not connect"})),
            (200, JSON, "[1"),
        ],
    )
    assert [connection for _, connection in found] == ["lost", "connected", *["lost"] * 4]
    assert all(said.startswith(LOST) for said, connection in found if connection == "lost")


def test_an_answer_that_never_comes_is_not_waited_for(tmp_path: Path) -> None:
    """A laptop that slept has connections on which nothing comes any more."""
    script = """
        const source = liveSource(document);
        const waits = [];
        window.fetch = (_, { signal }) => new Promise((_, reject) => {
          waits.push(signal);
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        AbortSignal.timeout = (time) => {
          const one = new AbortController();
          waits.push(time);
          queueMicrotask(() => one.abort(new DOMException("", "TimeoutError")));
          return one.signal;
        };
        const said = [];
        for (const request of [{ ask: "experiments", since: "a-1" }, { ask: "comparison" }])
          said.push(await source.ask(request).then(() => "answered", (one) => one.code));
        return [said, source.connection, waits.filter((one) => typeof one === "number")];
    """
    said, connection, waits = evaluate(tmp_path, ["source.js"], script)
    assert (said, connection) == (["connection", "connection"], "lost")
    # A question about all may take long, one about what is new does not.
    assert waits[0] < waits[1]


def of_projects(folder: Path, answers: list[dict[str, Any]]) -> list[Any]:
    """Return what the table of all experiments says after each answer: ids, project, other."""
    script = f"""
        const answers = {json.dumps(answers)};
        let told = 0;
        const experiments = createExperiments(
          {{ live: true, ask: async () => answers.shift() }}, document);
        experiments.subscribe(() => {{ told += 1; }});
        const found = [];
        while (answers.length > 0) {{
          const before = told;
          await experiments.refresh();
          found.push([experiments.ids, experiments.project, experiments.other, told > before]);
        }}
        return found;
    """
    return evaluate(folder, ["experiments.js"], script)  # type: ignore[no-any-return]


def table(revision: str, project: str, ids: list[str], *places: str) -> dict[str, Any]:
    """Return an answer that has all."""
    increments = [{"name": place.rpartition("/")[2], "path": place} for place in places]
    columns = [{"key": "name", "values": ids}]
    return {
        "revision": revision, "whole": True, "project": project, "increments": increments,
        "ids": ids, "removed": [], "columns": columns, "primary": None, "editable": False,
    }  # fmt: skip


def test_experiments_of_another_project_are_not_shown_under_the_first_ones_address(
    tmp_path: Path,
) -> None:
    mine = "/a/one/.specweave/increments/0001-x"
    found = of_projects(
        tmp_path,
        [
            table("s1-1", "one", ["a"], mine),
            table("s2-1", "two", ["b"], "/a/two/.specweave/increments/0001-x"),
            table("s2-1", "two", ["b"], "/a/two/.specweave/increments/0001-x"),
            table("s3-1", "one", ["c"], "/b/one/.specweave/increments/0001-x"),
            table("s4-1", "one", ["a", "d"], mine),
        ],
    )
    assert found == [
        [["a"], "one", None, True],
        [["a"], "one", "two", True],
        [["a"], "one", "two", False],
        [["a"], "one", "one", True],
        [["a", "d"], "one", None, True],
    ]


def test_a_server_that_was_started_again_goes_on(tmp_path: Path) -> None:
    first = "/a/one/.specweave/increments/0001-x"
    found = of_projects(
        tmp_path,
        [
            table("s1-1", "one", []),
            table("s2-1", "one", ["a"], first),
            # The same server, whose project was moved away: that is no other project.
            table("s2-2", "one", []),
            table("s3-1", "one", ["a"], first, "/a/one/.specweave/increments/0002-y"),
            table("s4-1", "one", ["a"], "/a/one/.specweave/increments/0002-y"),
        ],
    )
    assert [other for _, _, other, _ in found] == [None] * 5
    assert [ids for ids, *_ in found] == [[], ["a"], [], ["a"], ["a"]]


def test_a_page_without_a_slash_at_its_end_asks_below_it(tmp_path: Path) -> None:
    script = """
        const asked = [];
        window.fetch = async (address) => {
          asked.push(address);
          return new Response("[1]");
        };
        const places = ["/", "/user/ada/proxy/8642/", "/user/ada/proxy/8642", "/a%20b"];
        for (const pathname of places) {
          const source = liveSource({ location: { pathname }, querySelector: () => null });
          await source.ask({ ask: "x" });
          asked.push(source.fileAddress("abc", "x.png"));
        }
        return asked.map((one, at) =>
          new URL(one, `http://hub.example${places[at >> 1]}`).pathname);
    """
    assert evaluate(tmp_path, ["source.js"], script) == [
        "/ask",
        "/files/abc/x.png",
        *["/user/ada/proxy/8642/ask", "/user/ada/proxy/8642/files/abc/x.png"] * 2,
        "/a%20b/ask",
        "/a%20b/files/abc/x.png",
    ]


def test_a_message_ends_with_the_names_that_it_announces(tmp_path: Path) -> None:
    message = "'run' has no tag 'good'; its tags are:"
    found = asked(
        tmp_path,
        [
            (200, JSON, json.dumps([{"error": {"message": message}}])),
            (200, JSON, json.dumps([{"error": {"message": message, "candidates": ["a", "b"]}}])),
        ],
    )
    assert [said for said, _ in found] == [f"{message} none", f"{message} a, b"]
