"""Until the city has notices: a code that is needed becomes a message inside the pages."""

from datetime import datetime

from ludao.base.events import hears
from ludao.base.identifiers import is_invented
from ludao.base.models import Event
from ludao.blocks.identity import sealing
from ludao.blocks.identity.models import Message


@hears("identity.code_needed")
def on_code_needed(event: Event) -> None:
    facts = event.facts
    Message.objects.get_or_create(event=event.pk, defaults={
        "person_id": facts["person"], "sealed": facts["sealed"],
        "is_to_invented": is_invented(sealing.unseal(facts["to"], "message", facts["person"])),
        "expires_at": datetime.fromisoformat(facts["expires_at"]),
    })
