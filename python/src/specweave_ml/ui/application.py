"""The server as an ASGI application: the page, answers to its requests, files."""

from __future__ import annotations

import gzip
import hmac
import json
import secrets
from hashlib import sha256

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..errors import TrackingError
from .answers import Answers
from .files import file_response
from .guards import LONGEST_REQUEST, Guard, Hosts

TOKEN_HEADER = "X-Dashboard-Token"  # noqa: S105
WORTH_GZIP = 1400
"""Bytes that fit into one packet are not made fewer."""


class DashboardApplication:
    """Answers the page's requests.

    Args:
        answers: What the library says.
        editable: Let the page change notes, tags and selections, with a token that only it has.
    """

    def __init__(self, answers: Answers, *, editable: bool = False) -> None:
        self._answers = answers
        self.token = secrets.token_urlsafe(32) if editable else None
        """What a request that changes something must have in a header."""
        self._page: tuple[bytes, bytes, dict[str, str]] | None = None

    def guarded(self, hosts: Hosts, prefix: str = "") -> Starlette:
        """Return the application behind its guard."""
        routes = [
            Route("/", self.page, methods=["GET"]),
            Route("/ask", self.ask, methods=["POST"]),
            Route("/files/{identifier}/{path:path}", self.file, methods=["GET"]),
        ]
        guard = Middleware(Guard, hosts=hosts, prefix=prefix.rstrip("/"))
        application = Starlette(routes=routes, middleware=[guard])
        # Its redirects have an address that leads past a proxy.
        application.router.redirect_slashes = False
        return application

    async def page(self, request: Request) -> Response:
        """Return the page, which does not change while the server runs."""
        if self._page is None:
            html = await self._answers.html(self.token)
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": await self._answers.policy(),
                "Cache-Control": "no-cache",
                "ETag": f'"{sha256(html).hexdigest()[:32]}"',
                "Vary": "Accept-Encoding",
            }
            self._page = html, gzip.compress(html, 9, mtime=0), headers
        html, packed, headers = self._page
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if takes_gzip(request):
            return Response(packed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(html, headers=headers)

    async def ask(self, request: Request) -> Response:
        """Answer a request or several."""
        body = await self._body(request)
        if self.token is not None:
            body = self._permitted(body, request.headers.get(TOKEN_HEADER, ""), self.token)
        try:
            answer = await self._answers.ask(body)
        except TrackingError as error:
            return JSONResponse({"error": {"code": error.code, "message": str(error)}}, 400)
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        if len(answer) > WORTH_GZIP and takes_gzip(request):
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            answer = await self._answers.packed(answer)
        return Response(answer, headers=headers)

    async def file(self, request: Request) -> Response:
        """Return a file of an experiment as it is."""
        found = request.path_params
        return await file_response(self._answers, found["identifier"], found["path"], request)

    @staticmethod
    async def _body(request: Request) -> bytes:
        """Return the body; who does not say how long it is cannot send more than others."""
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_REQUEST:
                raise HTTPException(413, f"A request has at most {LONGEST_REQUEST:,} bytes.")
        return bytes(body)

    @staticmethod
    def _permitted(body: bytes, given: str, token: str) -> bytes:
        """Return the request unless it changes something without the token.

        It is written again, so that the library reads what was looked at and nothing else.
        """
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            raise HTTPException(400, "The request is not JSON.") from None
        several = asked if isinstance(asked, list) else [asked]
        changes = any(isinstance(one, dict) and one.get("ask") == "edit" for one in several)
        if changes and not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(403, "A change needs the token of the page: reload the page.")
        return json.dumps(asked).encode()


def takes_gzip(request: Request) -> bool:
    """Return whether the browser reads gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")
