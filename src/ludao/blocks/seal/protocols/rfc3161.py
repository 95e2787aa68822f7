"""Timestamps over HTTP for anyone (RFC 3161, section 3.4): a question in DER, an answer in DER."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from ludao.base import limits
from ludao.base.api.callers import address_of
from ludao.base.limits import RATES

from .. import stamping

ASKED, ANSWERED = "application/timestamp-query", "application/timestamp-reply"


@csrf_exempt
def stamp(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" or request.content_type != ASKED:
        return HttpResponse(f"POST {ASKED} (RFC 3161)\n", content_type="text/plain", status=400)
    limits.take(RATES["address"], address_of(request))
    return HttpResponse(stamping.answer(request.body[: stamping.MOST + 1]), content_type=ANSWERED)


urlpatterns = [path("tsa", stamp, name="tsa")]
