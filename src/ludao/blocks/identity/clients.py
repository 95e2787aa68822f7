"""Registering an application of others: its number and secret are shown once."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from ludao.base.text import t
from ludao.blocks.identity.actions.clients import Registered
from ludao.blocks.identity.asking import ask


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    def then(made: Registered, form: Form) -> HttpResponse:
        return render(request, "identity/client.html", {
            "title": t("请保存应用密钥", "Keep the application's secret"), "made": made,
            "issuer": request.build_absolute_uri("/identity/oidc"),
        })

    return ask(request, "identity.register_client", then, template="ludao/form.html", back_url="/identity/client/")
