"""Where the server listens."""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress

from ..errors import StorageError

DEFAULT_PORT = 8642
OTHERS = 20
"""How many ports after the default one are tried before any free one is taken."""


def listening(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens at a port; None is the default one, or a free one near it.

    Raises:
        OSError: The port is taken, or the host is not of this machine.
    """
    if port is not None:
        return bound(host, port)
    for number in (*range(DEFAULT_PORT, DEFAULT_PORT + OTHERS), 0):
        try:
            return bound(host, number)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    return bound(host, 0)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens at exactly this port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        # What Python says here has the address in a form of its own.
        raise OSError(error.errno, f"{os.strerror(error.errno or 0)}: {host} port {port}") from None


def listening_file(path: str) -> socket.socket:
    """Return a socket in the file system, which only its owner can reach.

    One that a server has left behind is replaced; one that is in use, or another file, is not.
    """
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise StorageError(f"{path} exists and is not a socket; name another path")
        if is_answered(path):
            raise StorageError(f"another server listens on {path}; name another path")
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # The mode is that of the file from its first moment on.
    before = os.umask(0o177)
    try:
        server.bind(path)
    except OSError as error:
        server.close()
        raise OSError(error.errno, f"{os.strerror(error.errno or 0)}: {path}") from None
    finally:
        os.umask(before)
    server.listen(128)
    return server


def is_answered(path: str) -> bool:
    """Return whether somebody listens at a socket of the file system."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
    return True
