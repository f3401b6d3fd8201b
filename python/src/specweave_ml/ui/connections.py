"""Connections of which none keeps the server from answering others."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 128
"""How many connections there are at most; macOS gives a program 256 files."""

PATIENCE = 30.0
"""Seconds in which a request has to be here, from its first byte to its last."""


class BoundedProtocol(H11Protocol):  # type: ignore[misc]
    """Ends connections whose request does not come, and the oldest where there are too many."""

    patience = PATIENCE
    most = MOST

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request, and make room."""
        super().connection_made(transport)
        self.since = self.loop.time()
        self.deadline: asyncio.TimerHandle | None = None
        self._wait()
        # One that was ended is among them until the loop turns.
        others = [one for one in self.connections if not one.transport.is_closing()]
        others.remove(self)
        if len(others) >= self.most:
            # Those that wait for an answer are ended last.
            min(others, key=lambda one: (one.has_request, one.since)).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes, and begin to wait where they are the first ones of a request."""
        super().data_received(data)
        if self.has_request:
            self._wait_no_longer()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    @property
    def has_request(self) -> bool:
        """Whether a whole request has come that is not answered yet."""
        return self.conn.their_state not in (h11.IDLE, h11.SEND_BODY)

    def _wait(self) -> None:
        if self.deadline is None:
            self.deadline = self.loop.call_later(self.patience, self._give_up)

    def _wait_no_longer(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _give_up(self) -> None:
        self.deadline = None
        # Between two requests uvicorn itself ends what is idle too long.
        if not self.has_request and self.timeout_keep_alive_task is None:
            self.transport.close()
