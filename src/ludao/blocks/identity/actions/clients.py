"""Applications of others that log people in with their city account: registered, let in, shut out."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from oauth2_provider.generators import generate_client_secret
from pydantic import BaseModel, Field

from ludao.base import clock
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.identity import letting
from ludao.blocks.identity.actions.accounts import me
from ludao.blocks.identity.models import Client, Consent

Addresses = Annotated[list[str], Field(title=t("回调地址", "Redirect addresses"), min_length=1,
                                       description=t("每行一个，须完整写出", "One a line, each in full"))]
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Registered(BaseModel):
    """What the application must be configured with; the secret is shown this once and kept only as a digest."""

    client_id: str
    client_secret: str


@action("identity.register_client", title=t("登记应用", "Register an application"), icon="apps")
def register_client(
    actor: Actor,
    name: Annotated[str, Field(title=t("应用名称", "Name"), min_length=1, max_length=100)],
    redirect_uris: Addresses,
    kind: Annotated[
        Literal["confidential", "public"],
        Choices({"confidential": t("有自己的服务器", "Has a server of its own"),
                 "public": t("手机或浏览器应用", "An app or a page in a browser")}),
        Field(title=t("类型", "Kind")),
    ] = "confidential",
    logout_uris: Annotated[list[str] | None, Field(title=t("退出后返回地址", "Addresses after log-out"))] = None,
) -> Registered:
    """Authorization code with PKCE, RS256; the addresses are compared letter by letter."""
    for field, addresses in (("redirect_uris", redirect_uris), ("logout_uris", logout_uris or [])):
        for address in addresses:
            _check_address(address, field)
    secret = generate_client_secret() if kind == "confidential" else ""
    client = Client.objects.create(
        name=name, client_type=kind, client_secret=secret, redirect_uris=" ".join(redirect_uris),
        post_logout_redirect_uris=" ".join(logout_uris or []), algorithm=Client.RS256_ALGORITHM,
        authorization_grant_type=Client.GRANT_AUTHORIZATION_CODE,
        user_id=int(actor.person) if actor.person else None,
    )
    return Registered(client_id=client.client_id, client_secret=secret)


@action("identity.drop_client", title=t("注销应用", "Drop an application"), icon="ban",
        confirm=t("注销后此应用不能再用城市账号登录。", "The application can no longer log people in."))
def drop_client(actor: Actor, client: Client) -> None:
    Consent.objects.filter(client=client.client_id, revoked_at=None).update(revoked_at=clock.now())
    client.delete()


@action("identity.let_in", title=t("同意授权", "Let an application in"), icon="circle-check")
def let_in(
    actor: Actor,
    client: Annotated[str, Field(title=t("应用编号", "Client id"), max_length=100)],
    scopes: Annotated[list[str], Field(title=t("范围", "What it learns"), min_length=1)],
) -> Consent:
    """The person agrees that the application learns these things; remembered until it is withdrawn."""
    application = Client.objects.filter(client_id=client).first()
    if application is None:
        raise Problem(t("没有这个应用", "There is no such application"), field="client")
    person = me(actor)
    before = Consent.objects.filter(person=person, client=client, revoked_at=None).first()
    if before:
        before.scopes = sorted({*before.scopes, *scopes})
        before.save(update_fields=["scopes"])
        return before
    return Consent.objects.create(person=person, client=client, client_name=application.name,
                                  scopes=sorted(set(scopes)))


@action("identity.shut_out", title=t("撤回授权", "Shut an application out"), icon="ban",
        when=lambda consent: consent.revoked_at is None,
        confirm=t("此应用即刻不能再读取您的资料。", "The application can no longer read your data."))
def shut_out(actor: Actor, consent: Consent) -> Consent:
    consent.revoked_at = clock.now()
    consent.save(update_fields=["revoked_at"])
    letting.take_back(consent.person, consent.client)
    return consent


def _check_address(address: str, field: str) -> None:
    """https, or http on the developer's own machine; no fragment (RFC 6749, 3.1.2)."""
    parts = urlsplit(address)
    is_local = parts.scheme == "http" and (parts.hostname or "") in LOOPBACK
    is_whole = bool(parts.netloc) and not parts.fragment and not any(sign.isspace() for sign in address)
    if not (is_whole and (parts.scheme == "https" or is_local)):
        raise Problem(t(f"地址须以 https:// 开头且不带 #：{address}",
                        f"Must begin with https:// and have no #: {address}"),
                      field=field)
