"""What happens by itself: lights turn each minute, figures are counted, whoever is concerned by a red case is told."""

from ludao.base import tasks
from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.case import actions, counting, story
from ludao.blocks.case.actions.supervising import in_charge
from ludao.blocks.case.models import Case


@tasks.periodic("* * * * *", "case.turn_lights")
def turn_lights() -> None:
    actions.turn_lights(Actor.system("case"))


@tasks.periodic("*/10 * * * *", "case.count")
def count() -> None:
    counting.count()


@tasks.daily("03:40", "case.count_all")
def count_all() -> None:
    counting.count(whole=True)


@hears("case.turned_amber")
@hears("case.turned_red")
def turned(event: Event) -> None:
    """Whoever has it is told that it is at risk, or late."""
    case = Case.objects.filter(pk=event.facts["case"]).first()
    if case is not None and case.is_open:
        key = event.address.rpartition(".")[2]
        story.tell_officers(Actor.system("case"), case, in_charge(case), key, once=f"{case.pk}-{key}-{event.pk}")
