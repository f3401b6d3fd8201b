"""Connections: those that send nothing, or too slowly, keep nobody from being answered."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from specweave_ml.ui.connections import BoundedProtocol
from specweave_ml.ui.serving import server_of

PATIENCE = 60
QUESTION = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def answering(scope: Any, receive: Any, send: Any) -> None:
    """Answer after the whole body has come."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@contextmanager
def running(**bounds: Any) -> Iterator[int]:
    """Run a server with bounds, and give its port."""
    server = server_of(answering, type("Bounded", (BoundedProtocol,), bounds))
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def connect(port: int) -> socket.socket:
    """Open a connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def is_answered(client: socket.socket) -> bool:
    """Return whether a request on a connection is answered."""
    client.sendall(QUESTION)
    return client.recv(100).startswith(b"HTTP/1.1 204")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
    ids=["nothing", "half a line", "half a body", "half a stream"],
)
def test_a_request_that_does_not_come_ends_its_connection(sent: bytes) -> None:
    with running(patience=0.2) as port, connect(port) as client:
        client.sendall(sent)
        while client.recv(100):
            pass  # It ends with the connection.
        with connect(port) as other:
            assert is_answered(other)


def test_so_does_a_second_request_that_does_not_come() -> None:
    with running(patience=0.2) as port, connect(port) as client:
        assert is_answered(client)
        client.sendall(b"GET /")
        while client.recv(100):
            pass


def test_a_connection_is_kept_between_requests() -> None:
    with running(patience=0.2) as port, connect(port) as client:
        for _ in range(3):
            assert is_answered(client)
            threading.Event().wait(0.3)


def test_each_request_has_the_whole_time() -> None:
    made: list[Any] = []

    def begin(self: Any, transport: Any) -> None:
        made.append(self)
        BoundedProtocol.connection_made(self, transport)

    with running(patience=PATIENCE, connection_made=begin) as port, connect(port) as client:
        assert is_answered(client)
        # The time of the first request does not go on during the second one.
        assert [one.deadline for one in made] == [None]


def test_new_connections_are_answered_whoever_keeps_how_many() -> None:
    with running(most=8) as port:
        kept = [connect(port) for _ in range(40)]
        try:
            with connect(port) as client:
                assert is_answered(client)
            # All but the newest have been ended.
            for one in kept[:-8]:
                with suppress(ConnectionResetError):
                    assert one.recv(100) == b""
        finally:
            for one in kept:
                one.close()
