"""Which requests are answered: from this machine's browser, for this page, of a bounded size."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_REQUEST = 8 << 20
"""Bytes of a request; one about 100,000 experiments has 4 million."""

DEFAULT_PORTS = {"http": 80, "https": 443}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Of every answer."""


class Hosts:
    """The names under which the server may be asked.

    A page of another site can let its own name lead to 127.0.0.1 and would then be of the same
    origin as this server (DNS rebinding). It cannot do that with a number or with a name that is
    not its own, and its name stands in the header ``Host``.
    """

    def __init__(self, bound: str | None, allowed: Iterable[str] = ()) -> None:
        self.allowed = frozenset(name_of(text) for text in allowed)
        """The names that somebody allowed: those of proxies."""
        self._own = {"localhost"}
        self._numbers = bound is not None and not is_loopback(bound)
        if bound is not None and self._numbers:
            self._own |= {name_of(bound), socket.gethostname().lower(), socket.getfqdn().lower()}

    def allow(self, host: str) -> bool:
        """Return whether the header ``Host`` is one of this server."""
        name = name_of(host)
        if not name:
            return False
        if name in self._own or name in self.allowed or name.endswith(".localhost"):
            return True
        try:
            number = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._numbers or number.is_loopback

    def is_same_origin(self, headers: Headers) -> bool:
        """Return whether a request was made by the page itself, or by no page at all.

        A proxy that answers under an allowed name may have replaced ``Host``.
        """
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        place = with_port(origin)
        if place is None:
            return False
        scheme = origin.partition(":")[0]
        return place[0] in self.allowed or place == with_port(f"{scheme}://{headers['host']}")


class Guard:
    """Refuses what is not for this server, and gives every answer the headers that protect it."""

    def __init__(self, app: ASGIApp, hosts: Hosts, prefix: str) -> None:
        self._app = app
        self._hosts = hosts
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer[name] = value
            await send(message)

        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            await refusal(scope, receive, protected)
            return
        path = str(scope["path"])
        if self._prefix and path == self._prefix:
            # The page asks relative to a folder.
            folder = quote(path.rpartition("/")[2]) + "/"
            await Response(status_code=307, headers={"Location": folder})(scope, receive, protected)
            return
        if self._prefix and path.startswith(self._prefix + "/"):
            # A proxy that does not take its prefix away.
            scope = {**scope, "path": path[len(self._prefix) :]}
            scope.pop("raw_path", None)
        try:
            await self._app(scope, receive, protected)
        except asyncio.CancelledError:
            # The server ends and waits no longer.
            await refused(503, "The server ends.")(scope, receive, protected)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if not self._hosts.allow(host):
            return refused(
                421,
                f"This server does not answer as {name_of(host) or 'nothing'!r}. Behind a proxy of "
                f"this name start it with: specweave-ml ui --allow-host {name_of(host) or 'NAME'}",
            )
        if method in ("GET", "HEAD"):
            return None
        if not self._hosts.is_same_origin(headers):
            place = with_port(headers.get("origin", ""))
            return refused(
                403,
                "Only the page of this server may ask. Behind a proxy start it with the name that "
                f"browsers see: specweave-ml ui --allow-host {place[0] if place else 'NAME'}",
            )
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return refused(415, "Requests are application/json.")
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > LONGEST_REQUEST:
            return refused(413, f"A request has at most {LONGEST_REQUEST:,} bytes.")
        return None


def refused(status: int, sentence: str) -> PlainTextResponse:
    """Return an answer that says why there is none; what is unread is not worth a connection."""
    return PlainTextResponse(sentence + "\n", status, {"Connection": "close"})


def name_of(host: str) -> str:
    """Return the name or number of ``name:port``, in lower case and without the last point."""
    text = host.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    if text.count(":") == 1:
        text = text.partition(":")[0]
    return text.removesuffix(".")


def with_port(address: str) -> tuple[str, int | None] | None:
    """Return the name and the port of an address; None if there is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname.removesuffix("."), port) if parts.hostname else None


def is_loopback(host: str) -> bool:
    """Return whether only programs of this machine reach a host."""
    try:
        return ipaddress.ip_address(name_of(host)).is_loopback
    except ValueError:
        return name_of(host) == "localhost"
