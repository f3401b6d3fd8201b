"""Running the server until it is told to end."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn

from .connections import BoundedProtocol

GRACE = 2
"""Seconds that answers under way get when the server ends."""


def serve(server: Any, listener: socket.socket) -> None:
    """Answer requests until the server is told to end by its `handle_exit`, or was before."""
    asyncio.run(server.serve(sockets=[listener]))


def server_of(application: Any, protocol: type[asyncio.Protocol] = BoundedProtocol) -> Any:
    """Return the server of an application, whose connections are of a protocol."""
    config = uvicorn.Config(
        application,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        # What strangers send that is no request is no news for whoever started the server.
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)
