"""What is shown once and never again: kept sealed in the session until the next page has shown it."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from ludao.base.text import t
from ludao.blocks.identity import sealing

KEY, PATH = "identity_once", "/identity/account/once/"
TITLES = {"backup": t("请保存备用码", "Keep these backup codes"),
          "client": t("请保存应用密钥", "Keep the application's secret")}


def show(request: HttpRequest, what: str, facts: dict[str, Any]) -> HttpResponse:
    """Send the person to the page that shows it, so that a reload does not do the act again."""
    told = json.dumps({"what": what, **facts})
    request.session[KEY] = sealing.seal(told, "once", request.user.pk)
    return redirect(PATH)


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    sealed = request.session.pop(KEY, "")
    if not sealed:
        return redirect("/identity/account/")
    facts = json.loads(sealing.unseal(sealed, "once", request.user.pk))
    return render(request, f"identity/{facts['what']}.html", {"title": TITLES[facts["what"]], **facts})
