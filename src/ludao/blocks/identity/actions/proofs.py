"""Who is behind an account, step by step: a phone, an identity number, a counter."""

from typing import Annotated

from pydantic import Field, SecretStr

from ludao.base import clock, identifiers
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity import codes, sealing
from ludao.blocks.identity.actions.accounts import Name, SentCode, me
from ludao.blocks.identity.models import Person

IdNumber = Annotated[SecretStr, Field(title=t("居民身份证号", "Resident id number"))]


@action("identity.give_phone", title=t("绑定手机", "Give a phone number"), says=("identity.code_needed",), icon="phone")
def give_phone(actor: Actor, phone: Annotated[SecretStr, Field(title=t("手机号码", "Phone number"))]) -> Person:
    """A code goes to the number; it becomes the account's when the code comes back."""
    person = me(actor)
    number = identifiers.mobile(phone.get_secret_value(), "phone")
    facts = codes.make(person, "phone", number, number)
    if facts is None:
        raise Problem(t("验证码刚刚发出，请一分钟后再试", "A code was sent just now, please wait a minute"),
                      field="phone")
    say("identity.code_needed", facts)
    return person


@action("identity.confirm_phone", title=t("验证手机", "Verify the phone"), says=("identity.verified",), icon="phone")
def confirm_phone(actor: Actor, code: SentCode) -> Person:
    person = me(actor)
    person.phone = codes.use(person, "phone", code, "code")
    return raised(person, Person.PHONE)


@action("identity.prove", title=t("核对证件号", "Check identity number"), says=("identity.verified",), icon="id")
def prove(actor: Actor, name: Name, id_number: IdNumber) -> Person:
    """The number's check digit must fit, and no other account may have it (GB 11643)."""
    person = me(actor)
    take_number(person, id_number)
    person.name = name.strip()
    return raised(person, Person.NUMBER)


@action("identity.attest", title=t("窗口核验", "Attest at the counter"), says=("identity.verified",), icon="id-badge-2")
def attest(actor: Actor, person: Person, name: Name, id_number: IdNumber,
           seen: Annotated[str, Field(title=t("所验证件", "Document seen"), max_length=100)]) -> Person:
    """An officer saw the person and the document."""
    take_number(person, id_number)
    person.name = name.strip()
    return raised(person, Person.COUNTER)


def take_number(person: Person, id_number: SecretStr) -> None:
    number = identifiers.resident_id(id_number.get_secret_value(), "id_number", clock.today()).number
    others = Person.objects.filter(id_number_digest__in=sealing.digests(number, "id_number")).exclude(pk=person.pk)
    if others.exists():
        raise Problem(t("此证件号已在另一账号下，请到服务窗口办理",
                        "Another account has this number; a counter can help"),
                      field="id_number")
    person.id_number = number


def raised(person: Person, assurance: int) -> Person:
    person.assurance = max(person.assurance, assurance)
    person.save()
    say("identity.verified", {"person": person.pk, "assurance": person.assurance})
    return person
