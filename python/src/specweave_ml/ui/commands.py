"""The program ``specweave-ml-ui``, which the command line runs for its command ``ui``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Sequence
from contextlib import suppress
from socket import socket

from .._native.dashboard import Dashboard
from .._native.increments import Increment
from .._native.optional_packages import need
from .._native.projects import project_path
from ..display.pages import has_browser
from ..errors import AmbiguousIncrementError, TrackingError

NAME = "specweave-ml ui"
NOT_FOUND, AMBIGUOUS = 3, 4
ENDING = (signal.SIGINT, signal.SIGTERM)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the dashboard until Ctrl-C, and return the exit code."""
    options = parser().parse_args(arguments)
    if options.socket is not None and options.port is not None:
        parser().error("a socket in the file system has no port")
    try:
        return run(options)
    except (TrackingError, ImportError, OSError) as error:
        print(f"{NAME}: {sentence(error)}", file=sys.stderr)
        if isinstance(error, AmbiguousIncrementError):
            return AMBIGUOUS
        return NOT_FOUND if isinstance(error, LookupError) else 1
    except KeyboardInterrupt:
        return 0


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    found = argparse.ArgumentParser(
        prog=NAME,
        description="Serve a page of all experiments, which follows those that run. Without --host "
        "only this machine reaches it; without --edit it changes nothing.",
        epilog="docs/dashboard.md says what it shows, and how it is reached from elsewhere.",
    )
    found.add_argument(
        "increment", nargs="?", metavar="INCREMENT",
        help="show this one only; default: all of the project",
    )  # fmt: skip
    found.add_argument(
        "--port", type=port_number, metavar="PORT",
        help="default: 8642, or a free one if that is taken; 0: any free one",
    )  # fmt: skip
    found.add_argument(
        "--host", default="127.0.0.1", metavar="HOST",
        help="where to listen; default: 127.0.0.1. With another one everybody who reaches this "
        "machine can read the experiments",
    )  # fmt: skip
    found.add_argument(
        "--socket", metavar="FILE",
        help="listen on a socket in the file system instead, which only you can open",
    )  # fmt: skip
    found.add_argument(
        "--edit", action="store_true", help="let the page change notes, tags and selections"
    )
    found.add_argument("--no-browser", action="store_true", help="do not open a browser")
    found.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="answer under this name of a proxy too; further names: SPECWEAVE_UI_HOSTS",
    )  # fmt: skip
    found.add_argument(
        "--root-path", default="", metavar="PATH",
        help="what a proxy puts before every path, if it does not take it away itself",
    )  # fmt: skip
    return found


def run(options: argparse.Namespace) -> int:
    """Open the experiments, listen, say where, and serve."""
    from .answers import Answers

    increment = None if options.increment is None else Increment.find(options.increment)
    project = project_path()
    answers = Answers(Dashboard.open(increment, edit=options.edit))
    # Thousands of experiments are read while Python imports the server and the browser starts.
    answers.prepare()
    for package in ("starlette", "uvicorn"):
        need(package, NAME, extra="ui")
    from .addresses import allowed_hosts, is_remote, ways
    from .application import DashboardApplication
    from .guards import Hosts
    from .serving import serve, server_of

    listener, address = listen(options)
    environment = os.environ
    bound = None if options.socket is not None else options.host
    hosts = Hosts(bound, allowed_hosts(options.allow_host, environment))
    application = DashboardApplication(answers, editable=options.edit)
    server = server_of(application.guarded(hosts, options.root_path))
    # From the moment on in which somebody can read the address, and before the server runs.
    before = {number: signal.signal(number, server.handle_exit) for number in ENDING}
    try:
        what = project if increment is None else increment.path
        say(f"{address}  {what}{', with editing' if options.edit else ''}; Ctrl-C ends it")
        if options.socket is None:
            for way in ways(options.host, listener.getsockname()[1], environment):
                say(f"  {way}")
            if not options.no_browser and has_browser(environment) and not is_remote(environment):
                # It may wait until the browser is closed.
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        serve(server, listener)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        listener.close()
        if options.socket is not None:
            with suppress(OSError):
                os.unlink(options.socket)
    return 0


def listen(options: argparse.Namespace) -> tuple[socket, str]:
    """Return the socket, and the address under which a person finds it."""
    from .addresses import address_of
    from .sockets import DEFAULT_PORT, listening, listening_file

    if options.socket is not None:
        return listening_file(options.socket), os.path.abspath(options.socket)
    listener = listening(options.host, options.port)
    port = int(listener.getsockname()[1])
    if options.port is None and port != DEFAULT_PORT:
        print(f"{NAME}: port {DEFAULT_PORT} is taken, this is {port}", file=sys.stderr)
    return listener, address_of(options.host, port)


def port_number(text: str) -> int:
    """Return the number of a port."""
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def say(line: str) -> None:
    """Say where the server is, at once, also where somebody reads it from a pipe."""
    with suppress(BrokenPipeError):
        print(line, flush=True)


def sentence(error: Exception) -> str:
    """Return what happened, without the number that Python puts before it."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
