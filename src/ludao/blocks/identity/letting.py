"""Letting out: ends sessions of a person and takes back what applications were given."""

from django.contrib.sessions.models import Session
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from ludao.base import clock
from ludao.blocks.identity.models import Login, Person


def end(logins: list[Login], how: str) -> None:
    """These sessions are over: their next request is a stranger's."""
    Session.objects.filter(session_key__in=[login.session_key for login in logins]).delete()
    Login.objects.filter(pk__in=[login.pk for login in logins], ended_at=None).update(ended_at=clock.now(),
                                                                                      ended_how=how)


def end_all(person: Person, how: str, but: Login | None = None) -> None:
    """Every session of the person, and every token that applications hold for them."""
    end([login for login in Login.objects.filter(person=person, ended_at=None) if login != but], how)
    take_back(person)


def take_back(person: Person, client: str = "") -> None:
    """What one application, or every one, was given for this person."""
    for model in (get_access_token_model(), get_refresh_token_model(), get_grant_model()):
        given = model.objects.filter(user=person)
        (given.filter(application__client_id=client) if client else given).delete()
