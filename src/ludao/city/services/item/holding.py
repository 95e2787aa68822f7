"""Papers that the city holds already: looked up once a day for an application, so that nobody hands them in again."""

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.masks import HIDDEN
from ludao.blocks.form import public as forms

from .models import Application

SOURCE = "licence"


@forms.choices("services.item.licences")
def licences() -> list[tuple[str, str]]:
    """What a material may name instead of asking for a copy."""
    source = forms.sources().get(SOURCE)
    return [(name, str(words)) for name, words in source.fields.items()] if source else []


def subject_of(application: Application) -> forms.Subject:
    """For whom the form is filled. At the counter the applicant's account, where there is one."""
    person = application.person
    return forms.Subject(
        person_id=person.pk if person else None,
        name=application.applicant,
        id_number=person.id_number if person else "",
        enterprise_code=application.enterprise,
    )


def purpose_of(application: Application) -> str:
    return f"办理“{application.item.name_zh}”"


def look(actor: Actor, application: Application) -> None:
    """Which of the licences that the item's materials name are held; kept with the draft."""
    names = sorted({one["licence"] for one in application.version.facts.get("materials", ()) if one.get("licence")})
    today = clock.today().isoformat()
    if not names or (application.held.get("on") == today and application.held.get("asked") == names):
        return
    found = forms.held(
        SOURCE, names, actor, subject_of(application), purpose_of(application), about=application.item.code
    )
    papers = {name: {**one.plain(), "value": hidden(str(one.value))} for name, one in found.items()}
    application.held = {"on": today, "asked": names, "papers": papers}
    application.save(update_fields=["held"])


def hidden(number: str) -> str:
    """Enough of a licence's number for its holder to know it."""
    return f"{number[:2]}{HIDDEN}{number[-3:]}" if len(number) > 9 else HIDDEN
