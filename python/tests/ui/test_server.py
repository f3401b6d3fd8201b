"""The server: what it answers, to whom, and with which headers."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from support.dashboard_server import Served, serving
from support.dashboard_stores import FILES

JSON = {"Content_Type": "application/json"}
QUESTION = json.dumps({"ask": "filter", "where": "name = 'broken'"}).encode()


def ask(served: Served, body: bytes = QUESTION, /, **headers: str) -> int:
    """Ask with headers, and return the status."""
    return served.request("POST", "/ask", body, **{**JSON, **headers}).status


def test_the_page_is_one_document_with_a_strict_policy(usual: Served) -> None:
    page = usual.request("GET", "/")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    rules = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["style-src"])
    assert rules["connect-src"] == "'self'"
    assert "unsafe" not in policy
    text = page.body.decode()
    assert text.count("<script") == 1
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    for name, value in (
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ):
        assert page.headers[name] == value


def test_the_page_is_sent_once(usual: Served) -> None:
    plain = usual.request("GET", "/")
    packed = usual.request("GET", "/", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    again = usual.request("GET", "/", If_None_Match=plain.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_requests_are_answered_in_their_order(usual: Served) -> None:
    first, second, third = usual.ask(
        [
            {"ask": "filter", "where": "name = 'broken'"},
            {"ask": "filter", "where": "metrics.accuracy >"},
            {"ask": "experiment", "id": usual.ids()["broken"]},
        ]
    )
    assert first["ids"] == [usual.ids()["broken"]]
    assert "ends too early" in second["error"]["message"]
    assert second["error"]["caret"][1].strip() == "^"
    assert (third["name"], third["status"]) == ("broken", "failed")


def test_answers_are_packed_for_those_who_read_that(usual: Served) -> None:
    request = json.dumps({"ask": "experiments"}).encode()
    packed = usual.request("POST", "/ask", request, **JSON, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body))["ids"] == list(
        usual.ask({"ask": "experiments"})["ids"]
    )
    assert packed.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"", b"{", b"[1,", b"\xff", b'{"ask":"x"}\0{"ask":"edit"}'])
def test_what_is_no_request_is_refused(usual: Served, body: bytes) -> None:
    answer = usual.request("POST", "/ask", body, **JSON)
    assert answer.json["error"]["message"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.8.8.8", "a.localhost"])
def test_names_of_this_machine_are_answered(usual: Served, host: str) -> None:
    assert usual.request("GET", "/", Host=f"{host}:{usual.port}").status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "192.168.1.7", "localhost.evil", "", "@", "[x"],
)
def test_other_names_are_refused(usual: Served, host: str) -> None:
    assert usual.request("GET", "/", Host=host).status == 421
    assert ask(usual, Host=host) == 421


def test_only_the_page_may_ask(usual: Served) -> None:
    own = f"127.0.0.1:{usual.port}"
    assert ask(usual, Origin=f"http://{own}") == 200
    assert (
        ask(usual, Host=f"localhost:{usual.port}", Origin=f"http://localhost:{usual.port}") == 200
    )
    for origin in (
        "http://evil.example", "null", f"http://127.0.0.1:{usual.port + 1}", "http://localhost",
        f"http://localhost:{usual.port}", "http://127.0.0.1", "file://", "http://[", "",
    ):  # fmt: skip
        assert ask(usual, Origin=origin) == 403, origin
    assert ask(usual, Sec_Fetch_Site="cross-site") == 403
    assert ask(usual, Sec_Fetch_Site="same-site") == 403
    assert ask(usual, Sec_Fetch_Site="same-origin") == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_can_send_is_no_request(usual: Served, kind: str) -> None:
    assert ask(usual, Content_Type=kind) == 415


def test_other_methods_and_places_are_refused(usual: Served) -> None:
    assert usual.request("GET", "/ask").status == 405
    assert usual.request("DELETE", "/ask", b"{}", **JSON).status == 405
    assert usual.request("GET", "/other").status == 404
    preflight = usual.request("OPTIONS", "/ask", Origin="http://evil.example")
    assert preflight.status == 403
    assert not any(name.lower().startswith("access-control") for name in preflight.headers)


def test_a_request_has_a_limit(usual: Served) -> None:
    too_long = b" " * (8 << 20) + b"{}"
    with socket.create_connection(("127.0.0.1", usual.port)) as raw:
        raw.sendall(
            b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(too_long)
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    connection = http.client.HTTPConnection("127.0.0.1", usual.port)
    pieces = (too_long[start : start + 65536] for start in range(0, len(too_long), 65536))
    try:
        connection.request("POST", "/ask", pieces, {"Content-Type": "application/json"})
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # It does not read what it does not want.
    finally:
        connection.close()
    assert ask(usual) == 200


def test_files_are_never_run(hostile: Served) -> None:
    first = hostile.ask({"ask": "experiments"})["ids"][0]
    for name, content in FILES.items():
        answer = hostile.request("GET", f"/files/{first}/{name}")
        assert (answer.status, answer.body.decode()) == (200, content)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        shown = {"fake.png": "image/png", "text.txt": "text/plain; charset=utf-8"}
        assert answer.headers["content-type"] == shown.get(name, "application/octet-stream")
        disposition = "inline" if name in shown else "attachment"
        assert answer.headers["content-disposition"] == f"{disposition}; filename*=UTF-8''{name}"


def test_a_large_file_comes_whole(usual_store: Path, usual: Served) -> None:
    identifier = usual.ids()["diverged"]
    folder = next(usual_store.glob(".specweave/increments/*/experiments/diverged"))
    content = bytes(range(256)) * 12_345
    (folder / "large.bin").write_bytes(content)
    answer = usual.request("GET", f"/files/{identifier}/large.bin")
    assert answer.status == 200
    assert answer.headers["content-length"] == str(len(content))
    assert answer.body == content


def test_the_head_of_a_file_is_sent_without_reading_it(usual: Served) -> None:
    path = f"/files/{usual.ids()['broken']}/metadata.yaml"
    whole, head = usual.request("GET", path), usual.request("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers == whole.headers
    assert head.headers["content-length"] == str(len(whole.body))
    # A file that changes under its name is not kept by a browser.
    assert head.headers["cache-control"] == "no-store"
    assert "etag" not in head.headers


def test_no_redirect_names_an_address_that_a_proxy_does_not_have(usual: Served) -> None:
    for path in (f"/files/{usual.ids()['broken']}", "/ask/", "/files"):
        assert usual.request("GET", path).status == 404


def test_what_is_no_request_is_no_news(project: Path) -> None:
    with serving(project) as served:
        for sent in (b"\x16\x03\x01\x02\0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", served.port)) as raw:
                raw.sendall(sent)
                assert raw.recv(100).startswith(b"HTTP/1.1 400")
        upgrade = {"Upgrade": "websocket", "Connection": "upgrade"}
        assert served.request("GET", "/", None, **upgrade).status == 200
        assert served.stop() == (0, "")


def test_files_stay_within_their_experiment(usual_store: Path, usual: Served) -> None:
    identifier = usual.ids()["broken"]
    folder = next(usual_store.glob(".specweave/increments/*/experiments/broken"))
    secret = usual_store / "secret.txt"
    secret.write_text("secret")
    (folder / "link.txt").symlink_to(secret)
    (folder / "links").symlink_to(usual_store)
    for path in (
        "link.txt", "links/secret.txt", "../../../../../secret.txt", "%2e%2e/sgd-0.1/params.json",
        "..%2Fsgd-0.1%2Fparams.json", str(secret), f"/{secret}", "%00", "", ".", "samples",
        "missing.txt",
    ):  # fmt: skip
        answer = usual.request("GET", f"/files/{identifier}/{path}")
        assert answer.status == 404, path
        assert b"secret" not in answer.body.replace(path.encode(), b"")
    assert usual.request("GET", f"/files/{'0' * 32}/params.json").status == 404
    assert usual.request("GET", "/files/x/params.json").status == 404


class TestEditing:
    """``--edit``."""

    def edit(self, served: Served, **headers: str) -> int:
        identifier = served.ids()["broken"]
        body = [{"ask": "edit", "id": identifier, "note": "from the page"}]
        return ask(served, json.dumps(body).encode(), **headers)

    def notes(self, served: Served) -> list[str]:
        found = served.ask({"ask": "experiment", "id": served.ids()["broken"]})
        return [note["text"] for note in found["notes"]]

    def test_changes_nothing_unless_told(self, usual: Served) -> None:
        body = {"ask": "edit", "id": usual.ids()["broken"], "note": "from the page"}
        assert "error" in usual.ask(body)
        assert usual.ask({"ask": "experiments"})["editable"] is False
        assert self.notes(usual) == []
        assert b'<meta name="token"' not in usual.request("GET", "/").body

    def test_needs_the_token_of_the_page(self, project: Path) -> None:
        from specweave_ml import track_experiment

        with track_experiment("broken"):
            pass
        with serving(project, "--edit") as served:
            assert served.ask({"ask": "experiments"})["editable"] is True
            page = served.request("GET", "/").body.decode()
            found = re.search('<meta name="token" content="([^"]+)"', page)
            assert found is not None
            token = found[1]
            assert len(token) >= 32
            assert self.edit(served) == 403
            assert self.edit(served, X_Dashboard_Token=token[:-1]) == 403
            assert self.edit(served, X_Dashboard_Token=token, Origin="http://evil.example") == 403
            assert self.notes(served) == []
            assert self.edit(served, X_Dashboard_Token=token) == 200
            assert self.notes(served) == ["from the page"]
        with serving(project, "--edit") as served:
            assert self.edit(served, X_Dashboard_Token=token) == 403

    def test_a_request_is_read_once(self, project: Path) -> None:
        """Two readers may not see two requests in one text."""
        from specweave_ml import track_experiment

        with track_experiment("broken") as exp:
            pass
        with serving(project, "--edit") as served:
            identifier = served.ids()["broken"]
            twice = f'{{"ask":"edit","id":"{identifier}","note":"x","ask":"filter","where":""}}'
            assert ask(served, twice.encode()) == 200
            assert exp.notes == []


def test_proxies(project: Path) -> None:
    with serving(project, "--allow-host", "Proxy.Example.", "--root-path", "/a/b/") as served:
        https = {"Host": "proxy.example", "Origin": "https://proxy.example"}
        assert ask(served, QUESTION, **https) == 200
        assert ask(served, Origin="https://proxy.example") == 200  # the proxy is the client
        assert ask(served, Host="proxy.example", Origin="https://other.example") == 403
        # One that does not pass on what it was asked as.
        replaced = served.request("POST", "/ask", QUESTION, **JSON, Origin="https://other.example")
        assert replaced.status == 403
        assert b"specweave-ml ui --allow-host other.example\n" in replaced.body
        for path in ("/", "/a/b/"):
            assert served.request("GET", path).status == 200
        # The page asks relative to a folder: from /a/b it would ask /a/ask.
        without = served.request("GET", "/a/b")
        assert (without.status, without.headers["location"]) == (307, "b/")
        assert served.request("POST", "/a/b/ask", QUESTION, **JSON).status == 200
        assert served.request("GET", "/a/bc").status == 404
    hub = {
        "SPECWEAVE_UI_HOSTS": "one.example, two.example",
        "JUPYTERHUB_PUBLIC_URL": "https://hub.example/user/ada/",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
    }
    with serving(project, **hub) as served:
        for host in ("one.example", "two.example", "hub.example"):
            assert ask(served, Host=host, Origin=f"https://{host}") == 200
        assert served.process.stdout is not None
        assert served.process.stdout.readline().strip() == (
            f"through JupyterHub: https://hub.example/user/ada/proxy/{served.port}/"
        )


def test_a_wider_host_is_answered_by_number_and_own_name(project: Path) -> None:
    with serving(project, "--host", "0.0.0.0") as served:  # noqa: S104
        for host in ("192.168.1.7", "127.0.0.1", "localhost", socket.gethostname(), "[fe80::1]"):
            assert served.request("GET", "/", Host=f"{host}:{served.port}").status == 200
        assert served.request("GET", "/", Host="evil.example").status == 421


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_says_nothing(project: Path, number: signal.Signals) -> None:
    with serving(project) as served:
        # Browsers keep connections; they do not keep the server.
        kept = http.client.HTTPConnection("127.0.0.1", served.port)
        kept.request("GET", "/")
        kept.getresponse().read()
        assert served.stop(number) == (0, "")
        kept.close()


def test_a_socket_is_its_owners(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "ui.sock"
    with serving(project, "--socket", str(path)) as served:
        assert served.first_line.startswith(f"{path} ")
        assert path.stat().st_mode & 0o777 == 0o600
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert served.stop() == (0, "")
        assert not path.exists()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with serving(project, "--socket", str(path)):
        pass


def test_simultaneous_requests_are_answered(usual: Served) -> None:
    from concurrent.futures import ThreadPoolExecutor

    request: dict[str, Any] = {"ask": "series", "metrics": ["loss"], "columns": 200}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: usual.ask(request), range(24)))
    assert {len(answer["series"]) for answer in answers} == {10}
