"""A short way in for programs that ask very often: no session, no cookie, no page, so none of what serves those.

A module of `protocols/` names such addresses beside its urlpatterns, `lean = {"v1/lookup/": look_up}`; what follows the
prefix is the view's argument. The request still gets its id, its line in the log and its figures. Measured: 1 ms of
processor time a request instead of 3.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from ludao.base import registry
from ludao.base.requests import RequestMiddleware

THREADS = 8
MOST_BYTES = 2**20
View = Callable[..., HttpResponse]
App = Callable[[dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
_threads = ThreadPoolExecutor(THREADS, "lean")


@cache
def views() -> tuple[tuple[str, View], ...]:
    """Every such prefix, from the root."""
    found: list[tuple[str, View]] = []
    for manifest in registry.manifests():
        folder = manifest.folder / "protocols"
        for module in iter_modules([str(folder)]) if folder.is_dir() else ():
            part = manifest.part(f"protocols.{module.name}")
            found += [(f"/{manifest.path}{at}", view) for at, view in getattr(part, "lean", {}).items()]
    return tuple(found)


def door(whole: App) -> App:
    """The application with its short ways; everything else goes the whole way."""

    async def enter(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            for prefix, view in views():
                if scope["path"].startswith(prefix):
                    await _serve(scope, receive, send, prefix, view)
                    return
        await whole(scope, receive, send)

    return enter


async def _serve(scope: dict[str, Any], receive: Any, send: Any, prefix: str, view: View) -> None:
    body, more = b"", True
    while more and len(body) <= MOST_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    response = HttpResponse(status=413) if len(body) > MOST_BYTES else await asyncio.get_running_loop().run_in_executor(
        _threads, _answer, scope, body, prefix, view)
    response["Content-Length"] = str(len(response.content))
    response["X-Content-Type-Options"] = "nosniff"
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _answer(scope: dict[str, Any], body: bytes, prefix: str, view: View) -> HttpResponse:
    request = ASGIRequest(scope, BytesIO(body))
    request.resolver_match = SimpleNamespace(route=prefix.lstrip("/"))  # type: ignore[assignment]
    rest = request.path[len(prefix):]

    def respond(asked: HttpRequest) -> HttpResponse:
        return view(asked, rest)

    try:
        return RequestMiddleware(respond)(request)
    finally:
        close_old_connections()
