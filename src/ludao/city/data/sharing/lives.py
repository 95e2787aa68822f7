"""Moves an application along its life: the state, who and why, in one place."""

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.base.text import t

from .engine import life
from .models import Application, Step


def move(actor: Actor, application: Application, verb: str, words: str = "") -> Application:
    """Take one step; a step that the state does not allow is a Conflict. Locked, so that two never both decide."""
    fresh = Application.objects.select_for_update().get(pk=application.pk)
    if not life.may(fresh.state, verb):
        raise Conflict(t("申请已被别人办理，请刷新后查看", "Somebody has dealt with it meanwhile; look again"))
    application.state = life.after(fresh.state, verb)
    if application.state in life.END:
        application.decided_at, application.decided_by, application.reason = clock.now(), actor.name, words
    application.save()
    note(actor, application, verb, words)
    return application


def note(actor: Actor, application: Application, verb: str, words: str = "") -> Step:
    """A line on the timeline that changes no state."""
    return Step.objects.create(application_id=application.pk, verb=verb, text=words, by=actor.name)
