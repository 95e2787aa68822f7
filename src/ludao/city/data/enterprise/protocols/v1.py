"""GET /data/enterprise/v1/file/<company>: a whole file as JSON, with purpose, right, masks and audit."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from ludao.blocks.profile import public as profile

from ..desk import DESK


def file(request: HttpRequest, entity: str) -> HttpResponse:
    return profile.answer(request, DESK, entity)


file.right = "data.enterprise.open"  # type: ignore[attr-defined]
urlpatterns = [path("v1/file/<str:entity>", file, name="v1-file")]
