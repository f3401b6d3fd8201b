"""Files of experiments over HTTP: never as something that a browser would run."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from .answers import Answers, Refused

SHOWN = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"))
"""What a browser may show as it is; SVG is not among them, since it may have scripts."""

POLICY = "default-src 'none'; sandbox"


async def file_response(answers: Answers, identifier: str, path: str, request: Request) -> Response:
    """Return a file: a picture or plain text to be shown, anything else to be saved."""
    first = await answers.piece(identifier, path)
    if isinstance(first, Refused):
        return PlainTextResponse(first.message + "\n", 404)
    name = path.rpartition("/")[2]
    kind, disposition = first.type.partition(";")[0].strip().lower(), "inline"
    if kind == "text/plain":
        kind = "text/plain; charset=utf-8"
    elif kind not in SHOWN:
        kind, disposition = "application/octet-stream", "attachment"
    headers = {
        "Content-Type": kind,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "Content-Length": str(first.size),
    }
    if request.method == "HEAD":
        return Response(headers=headers)
    return StreamingResponse(answers.pieces(identifier, path, first), headers=headers)
