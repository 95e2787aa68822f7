"""What happens by the clock: processes whose timers are due go on; and who is told of one that cannot go on."""

from ludao.base import tasks
from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.notice import public as notice

from . import staffing
from .models import Instance
from .waking import wake

MENDERS = ("operator", "process_editor")


@tasks.periodic("* * * * *", "workflow.wake")
def wake_due() -> None:
    wake()


@hears("workflow.stuck")
def tell_menders(event: Event) -> None:
    """Whoever can retry, move or redraw it; nobody when it goes on meanwhile."""
    instance = Instance.objects.select_related("version__definition").filter(pk=event.facts["instance"]).first()
    if instance is None or instance.state != Instance.STUCK:
        return
    definition = instance.version.definition
    notice.send(
        Actor.system("workflow"),
        staffing.people(*MENDERS),
        key="workflow.stuck",
        data={
            "title": definition.title_zh,
            "title_en": definition.title_en,
            "about": instance.about or str(instance.pk),
            "trouble": instance.trouble,
        },
        about=instance.get_absolute_url(),
        once=f"workflow-stuck-{event.pk}",
    )
