"""What the shell around every page says of the person: who, under which hat, and which others there are."""

from typing import Any

from django.http import HttpRequest

from ludao.blocks.identity.access import login_of
from ludao.blocks.identity.models import Mandate, Person, Post


def shell(request: HttpRequest) -> dict[str, Any]:
    """For base's shell context: person, hat (worn now) and hats (to change to by identity.wear)."""
    person = request.user
    if not isinstance(person, Person):
        return {"person": None, "hats": [], "hat": ""}
    login = login_of(request)
    hats = _hats(person, login)
    worn = next((hat["title"] for hat in hats if hat["current"]), "")
    return {"person": {"name": person.name, "title": worn}, "hats": hats, "hat": worn}


def _hats(person: Person, login: Any) -> list[dict[str, Any]]:
    posts = Post.objects.current().filter(person=person).select_related("organisation").order_by("pk")
    mandates = Mandate.objects.current().filter(person=person).select_related("enterprise").order_by("pk")
    found = [{"pk": f"post-{p.pk}", "title": p.title, "organisation": p.organisation.name,
              "current": bool(login and login.post_id == p.pk)} for p in posts]
    return found + [{"pk": f"mandate-{m.pk}", "title": m.enterprise.name, "organisation": "",
                     "current": bool(login and login.mandate_id == m.pk)} for m in mandates]
