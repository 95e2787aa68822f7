"""Long answers, sent as they are made: under ASGI a plain iterator would be gathered whole in memory first."""

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

PIECES = 500


def stream(request: HttpRequest, pieces: Iterable[str | bytes], content_type: str, file: str = "") -> HttpResponseBase:
    """A streaming response; `file` is the name under which the browser keeps it."""
    content: Any = _ahead(iter(pieces)) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(content, content_type=content_type)
    if file:
        response["Content-Disposition"] = f"attachment; filename*=utf-8''{file}"
    return response


async def _ahead(pieces: Iterator[str | bytes]) -> AsyncIterator[bytes]:
    """Some hundred pieces at a time, each time in the request's own thread, which holds its connection."""

    def some() -> bytes:
        return b"".join(p.encode() if isinstance(p, str) else p for p in islice(pieces, PIECES))

    while block := await sync_to_async(some)():
        yield block
