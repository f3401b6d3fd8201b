"""What the server asks of the library: the page, answers to requests, pieces of files."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import math
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Thread
from typing import NamedTuple, TypeVar

from .._native.dashboard import Dashboard

THREADS = 4
PIECE = 1 << 20
"""How many bytes of a file are asked for at a time."""

READ_ON = b'{"ask":"read","within":0.02}'
PAUSE = 0.001
"""Seconds in which who waits for the library has its turn; it lets one in at a time."""
BEGINNING = 0.15
"""Seconds of reading after which there is enough to show first."""
BROWSER_STARTS = 3.0
"""Seconds for which reading then rests, since a browser that starts needs all cores."""

Value = TypeVar("Value")


class Piece(NamedTuple):
    """A piece of a file."""

    data: bytes
    type: str
    size: int
    next: int


class Refused(NamedTuple):
    """Why there is no answer: a name for programs, a sentence for people."""

    code: str
    message: str


class Answers:
    """The answers of one dashboard; the library's calls run in threads, the loop goes on."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._threads = ThreadPoolExecutor(THREADS, "dashboard")
        self._was_asked = Event()

    def prepare(self) -> None:
        """Begin to read the experiments; whoever asks for them meanwhile gets what was read."""
        # A daemon, so that the program may end before it is done.
        Thread(target=self._prepare, name="dashboard-prepare", daemon=True).start()

    def _prepare(self) -> None:
        # The page is asked for first; the library puts it together once.
        self._dashboard.html()
        pause_at = time.monotonic() + BEGINNING
        while json.loads(self._dashboard.answer(READ_ON)).get("unread"):
            time.sleep(PAUSE)
            if time.monotonic() > pause_at:
                self._was_asked.wait(BROWSER_STARTS)
                pause_at = math.inf
        # The answer to no request is none, but before it the library looks at all experiments.
        self._dashboard.answer(b"[]")

    async def ask(self, request: bytes) -> bytes:
        """Answer a request, or a list of them, as JSON."""
        answer = await self._run(partial(self._dashboard.answer, request))
        self._was_asked.set()
        return answer

    async def html(self, token: str | None) -> bytes:
        """Return the page; with a token one that may change something."""
        return await self._run(partial(self._dashboard.html, token=token))

    async def policy(self) -> str:
        """Return the content security policy of the page."""
        answer = await self._run(partial(self._dashboard.answer, b'{"ask":"policy"}'))
        return str(json.loads(answer)["policy"])

    async def piece(self, identifier: str, path: str, after: int = 0) -> Piece | Refused:
        """Return a piece of a file of an experiment, or why there is none."""
        request = {"ask": "file", "id": identifier, "path": path, "after": after}
        request |= {"most": PIECE, "as": "base64"}
        answer = json.loads(await self.ask(json.dumps(request).encode()))
        if "error" in answer:
            return Refused(str(answer["error"].get("code")), str(answer["error"].get("message")))
        data = base64.b64decode(answer["base64"] or "")
        return Piece(data, str(answer["type"]), int(answer["size"]), int(answer["next"]))

    async def pieces(self, identifier: str, path: str, first: Piece) -> AsyncIterator[bytes]:
        """Yield a file from a first piece on, as much as there was when that was read.

        A file that was cut meanwhile ends the answer early, which the browser takes for a failure.
        """
        piece, sent = first, 0
        while True:
            data = piece.data[: first.size - sent]
            sent += len(data)
            yield data
            if sent >= first.size or not data:
                return
            further = await self.piece(identifier, path, piece.next)
            if isinstance(further, Refused):
                return
            piece = further

    async def packed(self, data: bytes) -> bytes:
        """Return data as gzip, made as fast as a page that waits for it needs it."""
        return await self._run(partial(gzip.compress, data, 1, mtime=0))

    async def _run(self, call: partial[Value]) -> Value:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)
