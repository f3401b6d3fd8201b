"""Running the server until it is told to end."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import uvicorn

GRACE = 2
"""Seconds that answers under way get when the server ends."""


def serve(application: Any, listener: socket.socket) -> None:
    """Answer requests until Ctrl-C."""
    config = uvicorn.Config(
        application,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
    )
    # uvicorn raises the signal again once it has ended.
    with suppress(KeyboardInterrupt):
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
