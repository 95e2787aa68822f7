"""Who acts in a request: the person by password, the session they opened, the hat they wear in it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import connection
from django.http import HttpRequest, HttpResponse

from ludao.base import clock
from ludao.base.actor import STRANGER, Actor
from ludao.blocks.identity.models import Login, Mandate, Person, Post

SEEN_EVERY = timedelta(minutes=5)
NOBODYS = "argon2$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$+1WPDJw2WNo0bbBQBAGyoxUsBBE4Ys5s+yJGEBqbAcY"


class PersonBackend:
    """Lets in who knows the password of an account in use; takes the same time when there is no such account."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Person | None:
        if not username or password is None:
            return None
        person = Person.objects.filter(username=username.strip().lower()).first()
        lend_connection()
        is_right = check_password(password, person.password if person else NOBODYS)
        return person if person and is_right and person.is_active else None

    def get_user(self, key: Any) -> Person | None:
        return Person.objects.filter(pk=key, is_active=True).first()


def lend_connection() -> None:
    """Hashing waits its turn; until then others may use this connection of the pool. Without it a crowd at the
    door would wait for connections that wait for hashes, and be turned away."""
    if "pool" in connection.settings_dict["OPTIONS"] and not connection.in_atomic_block:
        connection.close()


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a page's request: the person logged in, under the hat of this session."""
    person = request.user
    if not isinstance(person, Person):
        return STRANGER
    request_id = getattr(request, "ludao_id", "")
    login = login_of(request)
    if login and login.mandate and login.mandate.is_current():
        return as_enterprise(person, login.mandate, request_id)
    if login and login.post and login.post.is_current():
        return as_post(person, login.post, request_id)
    return Actor(person=str(person.pk), name=person.name, request_id=request_id)


def actor_for(person: str, post: str) -> Actor | None:
    """Who acts for a token: this person under this post, while both hold; under no post, the person alone."""
    if post:
        hats = Post.objects.current().select_related("organisation", "person")
        hat = hats.filter(pk=post, person=person, person__is_active=True).first()
        return as_post(hat.person, hat) if hat else None
    found = Person.objects.filter(pk=person, is_active=True).first() if person.isdigit() else None
    return Actor(person=person, name=found.name) if found else None


def as_post(person: Person, post: Post, request_id: str = "") -> Actor:
    """The person under a post. Without an area of its own the post reaches as far as its organisation's."""
    area = post.area_id or post.organisation.area_id or ""
    return Actor(person=str(person.pk), name=person.name, post=str(post.pk), organisation=post.organisation_id,
                 area=area, request_id=request_id)


def as_enterprise(person: Person, mandate: Mandate, request_id: str = "") -> Actor:
    """The person for an enterprise: no post, and the credit code stands as the organisation."""
    return Actor(person=str(person.pk), name=person.name, organisation=mandate.enterprise_id,
                 area=mandate.enterprise.area_id or "", request_id=request_id)


def login_of(request: HttpRequest) -> Login | None:
    """This session's log-in with its hat; one query a request."""
    if not hasattr(request, "ludao_login"):
        request.ludao_login = _find_login(request)  # type: ignore[attr-defined]
    login: Login | None = request.ludao_login  # type: ignore[attr-defined]
    return login


def _find_login(request: HttpRequest) -> Login | None:
    key = request.session.session_key
    with_hat = Login.objects.select_related("post__organisation", "mandate__enterprise")
    login = with_hat.filter(session_key=key, ended_at=None).first() if key else None
    if login and clock.now() - login.seen_at > SEEN_EVERY:
        Login.objects.filter(pk=login.pk).update(seen_at=clock.now())
    return login


def default_hat(person: Person) -> Post | None:
    """The hat put on at the door: the first post that the person holds today."""
    return Post.objects.current().filter(person=person).order_by("pk").first()


def locked_out(request: HttpRequest, credentials: dict[str, Any], *_: Any, **__: Any) -> HttpResponse:
    """What is shown when a name was tried too often: until when it stays shut."""
    from ludao.blocks.identity.doors import locked_page

    return locked_page(request, str(credentials.get("username", "")))


__all__ = ["PersonBackend", "actor_for", "actor_of", "as_enterprise", "as_post", "default_hat", "locked_out",
           "login_of"]
