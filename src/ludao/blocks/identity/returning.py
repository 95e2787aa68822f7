"""Lets a form of ours end at an application's own address: browsers check `form-action` along redirects too."""

from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from oauth2_provider.models import Application

AUTHORIZE = "/identity/oidc/authorize/"


def allow_return(answer: HttpResponse, wanted: str) -> HttpResponse:
    """When the person is on the way to an application's consent, its registered address may be returned to."""
    parts = urlsplit(wanted)
    if parts.path == AUTHORIZE:
        asked = parse_qs(parts.query)
        allow(answer, asked.get("client_id", [""])[0], asked.get("redirect_uri", [""])[0])
    return answer


def allow(answer: HttpResponse, client_id: str, redirect_uri: str) -> None:
    client = Application.objects.filter(client_id=client_id).first()
    if client and redirect_uri and client.redirect_uri_allowed(redirect_uri):
        parts = urlsplit(redirect_uri)
        answer._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
