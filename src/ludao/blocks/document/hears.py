"""What happens by the clock: each night what is due is deleted, each week what was left behind is swept."""

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.blocks.document import clearing
from ludao.blocks.document.actions import dispose
from ludao.blocks.document.models import Document


@tasks.daily("03:10", "document.dispose_due")
def dispose_due() -> None:
    actor = Actor.system("document.dispose_due")
    due = Document.objects.filter(due_on__lte=clock.today(), state__in=[Document.KEPT, Document.WITHDRAWN], held_for="")
    for document in due.iterator():
        dispose(actor, document=document)


@tasks.periodic("40 19 * * 6", "document.sweep")
def sweep() -> None:
    clearing.sweep()
