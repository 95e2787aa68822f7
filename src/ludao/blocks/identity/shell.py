"""What the shell around every page says of the person: who, under which hat, and which others there are."""

from typing import Any

from django.http import HttpRequest

from ludao.base.text import t
from ludao.blocks.identity.access import login_of
from ludao.blocks.identity.models import Login, Mandate, Person, Post

MYSELF = "self"


def shell(request: HttpRequest) -> dict[str, Any]:
    """For base's shell context: person, hat (worn now) and hats (to change to by identity.wear)."""
    person = request.user
    if not isinstance(person, Person):
        return {"person": None, "hats": [], "hat": ""}
    login = login_of(request)
    choice = hats(person, login) if login else []
    worn = next((one for one in choice if one["current"]), None)
    title = "" if worn is None or worn["pk"] == MYSELF else f"{worn['organisation']} · {worn['title']}"
    return {"person": {"name": str(person), "title": title}, "hats": choice, "hat": title}


def hats(person: Person, login: Login) -> list[dict[str, Any]]:
    """What the person may wear: posts, enterprises, and oneself. `pk` is what the form sends back."""
    posts = Post.objects.current().filter(person=person).select_related("organisation").order_by("pk")
    mandates = Mandate.objects.current().filter(person=person).select_related("enterprise").order_by("pk")
    found = [{"pk": f"post-{post.pk}", "title": post.title_here, "organisation": str(post.organisation),
              "current": post.pk == login.post_id and not login.mandate_id} for post in posts]
    found += [{"pk": f"mandate-{given.pk}", "title": str(given.get_kind_display()),
               "organisation": str(given.enterprise),
               "current": given.pk == login.mandate_id} for given in mandates]
    is_bare = not any(one["current"] for one in found)
    return [*found, {"pk": MYSELF, "title": str(t("本人", "Myself")), "organisation": str(person), "current": is_bare}]
