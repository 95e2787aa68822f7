"""Registering an application of others: its number and secret are shown once."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from ludao.blocks.identity import once
from ludao.blocks.identity.actions.clients import Registered
from ludao.blocks.identity.asking import ask


def register(request: HttpRequest) -> HttpResponse:
    def then(made: Registered, form: Form) -> HttpResponse:
        issuer = request.build_absolute_uri("/identity/oidc")
        return once.show(request, "client", {"made": made.model_dump(), "issuer": issuer})

    return ask(request, "identity.register_client", then, template="ludao/form.html", back_url="/identity/client/")
