"""The sources that forms name: a person's and an enterprise's file, the account, the licences that are held."""

from collections.abc import Mapping, Sequence

from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.blocks.form import public as form
from ludao.blocks.form.public import Filled, Subject
from ludao.blocks.identity.public import Person

from . import holding

OWN = ("name", "id_number", "phone")


@form.source("person", t("一人一档", "One file per person"), holding.titles("held", "person"))
def person(actor: Actor, subject: Subject, fields: Sequence[str], purpose: str) -> Mapping[str, Filled]:
    """The file's values; over them what the person proved when the account was made."""
    held = holding.read("person", actor, subject, purpose)
    found = holding.values(held, fields) if held else {}
    return holding.filled(found | _proven(subject, fields))


def _proven(subject: Subject, fields: Sequence[str]) -> dict[str, holding.Found]:
    """Only what was proven: a phone by a code, name and number by a check."""
    one = holding.account(subject)
    if one is None:
        return {}
    least = {"phone": Person.PHONE, "name": Person.NUMBER, "id_number": Person.NUMBER}
    return {name: (value, holding.ACCOUNT, "", False) for name in OWN
            if name in fields and one.assurance >= least[name] and (value := getattr(one, name))}


@form.source("enterprise", t("一企一档", "One file per enterprise"), holding.titles("held", "enterprise"))
def enterprise(actor: Actor, subject: Subject, fields: Sequence[str], purpose: str) -> Mapping[str, Filled]:
    held = holding.read("enterprise", actor, subject, purpose) if subject.enterprise_code else None
    return holding.filled(holding.values(held, fields)) if held else {}


@form.source("licence", t("已有证照", "Licences held"), {**holding.titles("licences", "enterprise"),
                                                     **holding.titles("licences", "person")})
def licence(actor: Actor, subject: Subject, fields: Sequence[str], purpose: str) -> Mapping[str, Filled]:
    """A person's, and an enterprise's where one applies; each by its number."""
    found: dict[str, holding.Found] = {}
    for kind, number in (("person", subject.id_number), ("enterprise", subject.enterprise_code)):
        held = holding.read(kind, actor, subject, purpose) if number else None
        found |= holding.licences(held, fields) if held else {}
    return holding.filled(found)
