"""Accounts: open one, change and recover its password, correct what stands in it, shut it."""

import re
from typing import Annotated

from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import Field, SecretStr

from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity import codes, letting
from ludao.blocks.identity.models import Person

NAME = re.compile(r"[a-z][a-z0-9_.-]{2,39}")
Name = Annotated[str, Field(title=t("姓名", "Name"), min_length=1, max_length=80)]
UserName = Annotated[str, Field(title=t("用户名", "User name"), max_length=40,
                                description=t("3至40位小写字母、数字，字母开头",
                                              "3 to 40 small letters and digits, a letter first"))]
STRONG = t("至少8位，不要用常见口令", "At least 8 characters, not a common one")
FirstPassword = Annotated[SecretStr, Field(title=t("口令", "Password"), description=STRONG)]
NewPassword = Annotated[SecretStr, Field(title=t("新口令", "New password"), description=STRONG)]
Password = Annotated[SecretStr, Field(title=t("口令", "Password"))]
Email = Annotated[str, Field(title=t("电子邮箱", "E-mail"), max_length=200)]
NameEn = Annotated[str, Field(title=t("英文姓名", "Name in English"), max_length=120)]
SentCode = Annotated[str, Field(title=t("验证码", "Code"), max_length=20)]


def me(actor: Actor) -> Person:
    """The acting person's own account, locked while it is changed."""
    return Person.objects.select_for_update().get(pk=actor.person)


@action("identity.register", title=t("注册", "Register"), says=("identity.registered",), icon="user-plus")
def register(actor: Actor, username: UserName, name: Name, password: FirstPassword, email: Email = "") -> Person:
    """Open an account; it proves nothing yet about who is behind it."""
    username = username.strip().lower()
    if not NAME.fullmatch(username):
        raise Problem(t("请用3至40位小写字母、数字、点、横线，以字母开头",
                        "Use 3 to 40 small letters, digits, dots or dashes, beginning with a letter"), field="username")
    if Person.objects.filter(username=username).exists():
        raise Problem(t("此用户名已被使用，请换一个", "This user name is taken, please choose another"),
                      field="username")
    person = Person(username=username, name=name.strip(), email=checked_email(email))
    set_password(person, password, "password")
    person.save()
    say("identity.registered", {"person": person.pk, "username": username, "name": person.name})
    return person


@action("identity.change_password", title=t("修改口令", "Change password"), icon="key")
def change_password(actor: Actor, old: Annotated[SecretStr, Field(title=t("现在的口令", "Your password now"))],
                    new: NewPassword) -> Person:
    """Every other session ends, and applications must ask again."""
    person = me(actor)
    require_password(person, old, "old")
    set_password(person, new, "new")
    person.save(update_fields=["password"])
    letting.end_all(person, "password")
    return person


@action("identity.recover", title=t("找回口令", "Recover password"), says=("identity.code_needed",), icon="key")
def recover(actor: Actor, username: UserName) -> None:
    """Send a code to the phone of this account. Says the same whether there is such an account or not."""
    person = Person.objects.filter(username=username.strip().lower(), is_active=True).first()
    if person and (facts := codes.make(person, "recover", person.phone)):
        say("identity.code_needed", facts)


@action("identity.reset_password", title=t("设置新口令", "Set a new password"), icon="key")
def reset_password(actor: Actor, username: UserName, code: SentCode, new: NewPassword) -> Person:
    """With the code that was sent; every session of the account ends and a lock-out is lifted."""
    person = Person.objects.select_for_update().filter(username=username.strip().lower(), is_active=True).first()
    codes.use(person, "recover", code, "code")
    assert person is not None  # a code belongs to somebody
    set_password(person, new, "new")
    person.save(update_fields=["password"])
    letting.end_all(person, "password")
    forget_failures(username=person.username)
    return person


@action("identity.correct", title=t("修改资料", "Correct my data"), icon="edit")
def correct(actor: Actor, name: Name, name_en: NameEn = "", email: Email = "") -> Person:
    """The name stays once it was checked against an identity number."""
    person = me(actor)
    if name.strip() != person.name and person.assurance >= Person.NUMBER:
        raise Problem(t("姓名已实名核对，如需更正请到服务窗口办理",
                        "Your name was checked; a counter can correct it"), field="name")
    person.name, person.name_en, person.email = name.strip(), name_en.strip(), checked_email(email)
    person.save(update_fields=["name", "name_en", "email"])
    return person


@action("identity.disable", title=t("停用账号", "Disable account"), icon="ban", when=lambda person: person.is_active,
        confirm=t("停用后此人立即退出，且不能登录。", "The person is logged out at once and cannot log in."))
def disable(actor: Actor, person: Person, reason: Annotated[str, Field(title=t("事由", "Reason"),
                                                                       max_length=200)]) -> Person:
    person.is_active = False
    person.save(update_fields=["is_active"])
    letting.end_all(person, "remote")
    return person


@action("identity.enable", title=t("恢复账号", "Enable account"), icon="check",
        when=lambda person: not person.is_active)
def enable(actor: Actor, person: Person, reason: Annotated[str, Field(title=t("事由", "Reason"),
                                                                      max_length=200)]) -> Person:
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


@action("identity.unlock", title=t("解除登录锁定", "Lift lock-out"), icon="lock-open")
def unlock(actor: Actor, person: Person) -> Person:
    """Forget the failed log-ins, after the person was recognised by other means."""
    forget_failures(username=person.username)
    return person


def set_password(person: Person, password: SecretStr, field: str) -> None:
    plain = password.get_secret_value()
    try:
        validate_password(plain, person)
    except ValidationError as error:
        raise Problem(" ".join(error.messages), field=field) from error
    person.set_password(plain)


def require_password(person: Person, password: SecretStr, field: str) -> None:
    if not person.check_password(password.get_secret_value()):
        raise Problem(t("口令不对", "The password is wrong"), field=field)


def checked_email(text: str) -> str:
    text = text.strip()
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise Problem(t("请填写完整的邮箱地址，如 li@example.cn", "Please give a full address such as li@example.cn"),
                      field="email") from None
    return text
