"""What happens to every request: its id, its language, who acts, its line in the log and its figures."""

import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from ludao.base import metrics
from ludao.base.actor import STRANGER, Actor, following, new_request_id
from ludao.base.errors import LudaoError

Respond = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("ludao.request")
REQUEST_ID = "X-Request-Id"
LANGUAGE_COOKIE = "ludao_language"


class RequestMiddleware:
    """Gives the request an id that follows it through actions, events and jobs, and notes how it went."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID, "")
        request.ludao_id = given if given.isalnum() and len(given) <= 64 else new_request_id()
        started = time.perf_counter()
        with following(request.ludao_id):
            response = self.respond(request)
            seconds = time.perf_counter() - started
            metrics.note_request(request, response, seconds)
            log.info("request", method=request.method, path=request.path, status=response.status_code,
                     ms=round(seconds * 1000, 1))
        response[REQUEST_ID] = request.ludao_id
        if getattr(response, "is_endless", False):
            connection.close()  # back to the pool now: Django would keep it until the stream ends
        return response


class LanguageMiddleware:
    """Chinese unless the person (or this browser) chose English."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, settings.LANGUAGE_CODE)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.respond(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ActorMiddleware:
    """Puts the actor on the request, asked for only when somebody looks; turns our errors into pages."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = cast(Actor, SimpleLazyObject(lambda: actor_of(request)))
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LudaoError) or request.path.startswith("/api/v1/"):
            return None
        return error_page(request, error.status, str(error))


def actor_of(request: HttpRequest) -> Actor:
    """The person who is logged in, under the hat worn now; answered by `identity`."""
    ask: Callable[[Any], Actor] = import_string(settings.LUDAO_ACTOR)
    return ask(request) if hasattr(request, "user") else STRANGER


def error_page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    """A page that says what happened and what to do, with the request's id for the service desk."""
    from django.shortcuts import render

    context = {"status": status, "text": text, "request_id": getattr(request, "ludao_id", "")}
    return render(request, "ludao/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def broken(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, reason)
