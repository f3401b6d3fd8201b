"""Under which address a person reaches the server from where that person is."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from .guards import is_loopback

HOSTS_VARIABLE = "SPECWEAVE_UI_HOSTS"
HUB_VARIABLES = ("JUPYTERHUB_PUBLIC_URL", "JUPYTERHUB_PUBLIC_HUB_URL", "JUPYTERHUB_HOST")


def address_of(host: str, port: int) -> str:
    """Return the address for a browser; of a server for all, that on this machine."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def allowed_hosts(given: list[str], environment: Mapping[str, str]) -> list[str]:
    """Return the names of proxies: those given, and what the environment says of them."""
    names = [*given, *environment.get(HOSTS_VARIABLE, "").replace(",", " ").split()]
    for variable in HUB_VARIABLES:
        host = urlsplit(environment.get(variable, "")).hostname
        if host:
            names.append(host)
    return names


def ways(host: str, port: int, environment: Mapping[str, str]) -> list[str]:
    """Return what somebody does who does not sit at this machine."""
    found = []
    prefix = environment.get("JUPYTERHUB_SERVICE_PREFIX")
    if prefix:
        base = urlsplit(environment.get("JUPYTERHUB_PUBLIC_URL", ""))
        server = f"{base.scheme}://{base.netloc}" if base.netloc else ""
        found.append(f"through JupyterHub: {server}{prefix.rstrip('/')}/proxy/{port}/")
    elif is_remote(environment) and is_loopback(host):
        machine = f"{getpass.getuser()}@{socket.gethostname()}"
        found.append(f"from another machine: ssh -N -L {port}:127.0.0.1:{port} {machine}")
    return found


def is_remote(environment: Mapping[str, str]) -> bool:
    """Return whether somebody has logged in from another machine."""
    return bool(environment.get("SSH_CONNECTION"))
