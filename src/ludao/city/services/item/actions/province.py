"""The verbs towards other halls: link one, push items and cases, pull theirs, reconcile, send what differs again."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.models import Work
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t

from .. import telling
from ..models import Hall, Letter, Record

LINK = "services.item.link"
What = Annotated[
    Literal["item", "case"],
    Field(title=t("内容", "What")),
    Choices({"item": t("事项", "Items"), "case": t("办件", "Cases")}),
]


def _is_open(hall: Hall) -> bool:
    return hall.is_open


@action(
    "services.item.add_hall",
    title=t("对接大厅", "Link a hall"),
    icon="plug-connected",
    right=LINK,
    lead=t(
        "双方互换地址与公钥；公钥是SM2公钥的128位十六进制。",
        "Both exchange address and public key: an SM2 key, 128 hexadecimal digits.",
    ),
)
def add_hall(
    actor: Actor,
    code: Annotated[str, Field(title=t("代码", "Code"), pattern=r"^[a-z0-9-]{2,40}$")],
    own_code: Annotated[str, Field(title=t("本厅在对端的代码", "Our code there"), pattern=r"^[a-z0-9-]{2,40}$")],
    name: Annotated[str, Field(title=t("名称", "Name"), min_length=2, max_length=120)],
    place: Annotated[
        Literal["above", "beside", "below"],
        Field(title=t("级别", "Place")),
        Choices({"above": t("省级", "Above us"), "beside": t("同级", "Beside us"), "below": t("下级", "Below us")}),
    ],
    url: Annotated[str, Field(title=t("地址", "Address"), pattern=r"^https?://[^\s/]+$", max_length=200)],
    public_key: Annotated[str, Field(title=t("公钥", "Public key"), pattern=r"^[0-9a-f]{128}$")],
) -> Hall:
    """Entered again under the same code, its address and key are replaced."""
    return Hall.objects.update_or_create(
        code=code,
        defaults={
            "own_code": own_code,
            "name": name,
            "place": place,
            "url": url,
            "public_key": public_key,
            "is_open": True,
        },
    )[0]


@action("services.item.pause_hall", title=t("停用或启用", "Pause or resume"), icon="player-pause", right=LINK)
def pause_hall(actor: Actor, hall: Hall) -> Hall:
    hall.is_open = not hall.is_open
    hall.save(update_fields=["is_open"])
    return hall


@action("services.item.push", title=t("报送", "Push"), icon="upload", right=LINK, when=_is_open)
def push(actor: Actor, hall: Hall, what: What = "item") -> int:
    """What is new or changed since it was told last; how many."""
    return telling.post(actor, hall, what)


@action("services.item.pull", title=t("拉取", "Pull"), icon="download", right=LINK, when=_is_open)
def pull(actor: Actor, hall: Hall, what: What = "item") -> Work:
    """A job asks the other hall for its own items or cases; what is new or changed stands in the ledger after."""
    return telling.pulling.start(actor, about=hall.code, hall=hall.pk, what=what)


@action("services.item.reconcile", title=t("对账", "Reconcile"), icon="scale", right=LINK, when=_is_open)
def reconcile(actor: Actor, hall: Hall, what: What = "item") -> Work:
    """A job asks the other hall for the digests of what it took from us, and compares."""
    return telling.reconciling.start(actor, about=hall.code, hall=hall.pk, what=what)


@action("services.item.mend", title=t("补报差异", "Send what differs"), icon="refresh", right=LINK, when=_is_open)
def mend(actor: Actor, hall: Hall, what: What = "item") -> int:
    """What the last reconciliation found missing or different there."""
    checked = Record.objects.filter(hall=hall, is_out=True, kind=what, checked_at__isnull=False)
    wrong = {key for key, ours, theirs in checked.values_list("key", "digest", "known") if ours != theirs}
    return telling.post(actor, hall, what, only=wrong) if wrong else 0


@action(
    "services.item.resend",
    title=t("重发", "Send again"),
    icon="refresh",
    right=LINK,
    when=lambda letter: letter.is_out and letter.state != "done",
)
def resend(actor: Actor, letter: list[Letter]) -> None:
    for one in letter:
        one.state, one.next_at, one.error, one.tries = "waiting", None, "", 0
        one.save(update_fields=["state", "next_at", "error", "tries"])
        telling.sending.start(actor, about=one.hall.code, hall=one.hall_id)


@action("services.item.take", title=t("收取报文", "Take a letter"), icon="mail-opened", right=LINK)
def take(
    actor: Actor,
    hall: Hall,
    letter_id: Annotated[str, Field(title=t("报文编号", "Letter"), min_length=8, max_length=40)],
    kind: Annotated[
        Literal["items", "cases"],
        Field(title=t("种类", "Kind")),
        Choices({"items": t("事项", "Items"), "cases": t("办件", "Cases")}),
    ],
    body: Annotated[
        str, Field(title=t("内容（JSON）", "Body (JSON)"), min_length=2, max_length=2_000_000), Kind("text")
    ],
) -> dict[str, Any]:
    """Once: a letter that came before is only acknowledged again."""
    try:
        rows, refused = telling.take(hall, letter_id, kind, dict(json.loads(body)))
    except (ValueError, TypeError) as error:
        raise Problem(t("内容不是 JSON 对象", "The body is no JSON object"), field="body") from error
    return {"taken": letter_id, "rows": rows, "refused": refused}
