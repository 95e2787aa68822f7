"""An action: right first, then transaction, audit line and event; outside values are checked by field."""

from typing import Annotated

import pytest
from django.db import transaction
from pydantic import Field

from ludao.base import actions, events, rights
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems, Refused
from ludao.base.models import AuditLine, Delivery, Event, SavedView
from ludao.base.rights import Decision, Reach, Span
from ludao.base.text import t

pytestmark = pytest.mark.django_db
LILEI = Actor(person="7", name="李雷")


class OwnOnly:
    """A judge for these tests: whoever is signed in may do anything to what is their own."""

    def reach(self, actor: Actor, right: str) -> Reach:
        return (Span(person=actor.person),) if actor.person else ()

    def decide(self, actor: Actor, right: str, thing: object = None) -> Decision:
        reach = self.reach(actor, right)
        held = bool(reach) and (thing is None or rights.within(rights.scope_of(type(thing)), reach, thing))
        return Decision(held)


@pytest.fixture(autouse=True)
def judged():
    before = rights._judge
    rights.install(OwnOnly())
    yield
    rights.install(before)


@pytest.fixture(scope="module", autouse=True)
def verbs():
    """Two actions and a listener, only here."""

    @action("base.rename_test", title=t("改名", "Rename"), says=("base.renamed_test",))
    def rename(
        actor: Actor, view: SavedView, name: Annotated[str, Field(title=t("名称", "Name"), min_length=2, max_length=9)],
        times: Annotated[int, Field(ge=1, le=3)] = 1,
    ) -> None:
        view.name = name
        view.save()
        say("base.renamed_test", {"view": view.pk, "name": name})
        if name == "boom":
            raise RuntimeError("after the event was said")

    @action("base.freeze_test", title=t("冻结", "Freeze"), when=lambda view: view.name != "frozen")
    def freeze(actor: Actor, views: list[SavedView]) -> None:
        for view in views:
            view.name = f"frozen {view.pk}"

    @events.hears("base.renamed_test")
    def heard(event: Event) -> None:
        if event.facts["name"] == "broken":
            raise ValueError("the listener cannot")
        SavedView.objects.create(person="listener", page="/", name=event.facts["name"])

    yield
    for address in ("base.rename_test", "base.freeze_test"):
        del actions._actions[address]
    del events._listeners["base.renamed_test"]


@pytest.fixture
def view() -> SavedView:
    return SavedView.objects.create(person="7", page="/x/", name="mine")


def rename(actor: Actor, **given: object) -> None:
    actions.get("base.rename_test").call(actor, given)


def test_an_action_leaves_its_effect_its_line_and_its_event(view: SavedView) -> None:
    rename(LILEI, view=view.pk, name="新名")
    view.refresh_from_db()
    line = AuditLine.objects.get(address="base.rename_test")
    assert view.name == "新名"
    assert (line.person, line.thing_id, line.detail) == ("7", str(view.pk), {"name": "新名", "times": 1})
    assert Event.objects.get(address="base.renamed_test").facts == {"view": view.pk, "name": "新名"}


def test_a_failure_takes_back_effect_line_and_event(view: SavedView) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        rename(LILEI, view=view.pk, name="boom")
    view.refresh_from_db()
    assert view.name == "mine"
    assert not AuditLine.objects.exists() and not Event.objects.exists()


def test_another_person_s_row_is_simply_not_there(view: SavedView) -> None:
    with pytest.raises(Problem) as told:
        rename(Actor(person="8"), view=view.pk, name="新名")
    assert told.value.field == "view"
    with pytest.raises(Refused):
        rename(Actor(), view=view.pk, name="新名")


def test_a_refused_attempt_is_written_down(view: SavedView) -> None:
    function = actions.get("base.rename_test").function
    with pytest.raises(Refused):
        function(Actor(person="8", name="赵"), view=view, name="新名")
    assert AuditLine.objects.get().outcome == "refused"


def test_a_token_s_ceiling_holds(view: SavedView) -> None:
    with pytest.raises(Refused):
        rename(Actor(person="7", rights=frozenset({"base.other"})), view=view.pk, name="新名")


def test_every_bad_field_is_named_at_once(view: SavedView) -> None:
    with pytest.raises(Problems) as told:
        rename(LILEI, view=view.pk, name="x", times=9, colour="red")
    assert {problem.field for problem in told.value.problems} == {"name", "times", "colour"}


def test_a_state_that_does_not_allow_it_is_a_conflict(view: SavedView) -> None:
    SavedView.objects.filter(pk=view.pk).update(name="frozen")
    with pytest.raises(Conflict):
        actions.get("base.freeze_test").call(LILEI, {"views": [view.pk]})


def test_saying_what_is_not_declared_is_a_mistake(view: SavedView) -> None:
    with pytest.raises(LookupError, match="does not declare"):
        say("base.renamed_test", {})


def test_a_listener_runs_once_whatever_is_asked(view: SavedView) -> None:
    rename(LILEI, view=view.pk, name="新名")
    delivery = Delivery.objects.get()
    assert events.deliver(delivery.pk) and events.deliver(delivery.pk)
    assert SavedView.objects.filter(person="listener").count() == 1


def test_a_listener_that_fails_is_parked_and_can_be_replayed(view: SavedView) -> None:
    rename(LILEI, view=view.pk, name="broken")
    delivery = Delivery.objects.get()
    outcomes = [events.deliver(delivery.pk) for _ in range(events.TRIES)]
    delivery.refresh_from_db()
    assert outcomes == [False] * (events.TRIES - 1) + [True]
    assert delivery.state == Delivery.PARKED and "the listener cannot" in delivery.error
    Event.objects.update(facts={"view": view.pk, "name": "mended"})
    actions.get("base.replay").call(Actor.system("test"), {"deliveries": [delivery.pk]})
    assert events.deliver(delivery.pk)
    assert SavedView.objects.filter(name="mended").exists()
