"""The verbs towards other platforms: enter a peer, send the catalogue, ask it, return data, send again."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue

from .. import taking
from ..lives import note
from ..models import Application, Given, Letter, Offer, Peer
from ..models.asking import due
from ..posting import post, start_sending
from ..snapshots import current
from .asking import DAYS, NO_NAMES, Basis, Names, Purpose, Scene, Until, check_days, facts, organisation_of, unique

Place = Annotated[
    Literal["above", "below", "beside"],
    Field(title=t("级别", "Place")),
    Choices(
        {
            "above": t("上级平台", "Above us"),
            "below": t("下级平台", "Below us"),
            "beside": t("同级平台", "Beside us"),
        }
    ),
]


@action(
    "data.sharing.add_peer",
    title=t("接入平台", "Enter a peer"),
    icon="plug-connected",
    lead=t(
        "双方互换地址与公钥；公钥是SM2公钥的128位十六进制。",
        "Both exchange address and public key: an SM2 key, 128 hexadecimal digits.",
    ),
)
def add_peer(
    actor: Actor,
    code: Annotated[str, Field(title=t("平台代码", "Code"), pattern=r"^[a-z0-9-]{2,40}$")],
    own_code: Annotated[str, Field(title=t("本平台在对端的代码", "Our code there"), pattern=r"^[a-z0-9-]{2,40}$")],
    name: Annotated[str, Field(title=t("平台名称", "Name"), min_length=2, max_length=120)],
    place: Place,
    url: Annotated[str, Field(title=t("地址", "Address"), pattern=r"^https?://[^\s/]+$", max_length=200)],
    public_key: Annotated[str, Field(title=t("公钥", "Public key"), pattern=r"^[0-9a-f]{128}$")],
) -> Peer:
    """Entered again under the same code, its address and key are replaced."""
    made, _ = Peer.objects.update_or_create(
        code=code,
        defaults={
            "own_code": own_code,
            "name": name,
            "place": place,
            "url": url,
            "public_key": public_key,
            "is_open": True,
        },
    )
    return made


@action("data.sharing.pause_peer", title=t("停用或启用", "Pause or resume"), icon="player-pause")
def pause_peer(actor: Actor, peer: Peer) -> Peer:
    peer.is_open = not peer.is_open
    peer.save(update_fields=["is_open"])
    return peer


@action(
    "data.sharing.send_catalogue",
    title=t("报送目录", "Send the catalogue"),
    icon="send",
    when=lambda peer: peer.is_open,
)
def send_catalogue(
    actor: Actor,
    peer: Peer,
    prefix: Annotated[str, Field(title=t("地址前缀", "Addresses that begin with"), max_length=80)] = "source.",
) -> Letter:
    """All entries under the prefix as they stand; what is no longer among them is withdrawn there."""
    entries = catalogue.Entry.objects.filter(address__startswith=prefix).select_related("owner")
    told = [contract_of(entry) for entry in entries.prefetch_related("columns").order_by("address")]
    return post(
        actor,
        peer,
        "catalogue",
        {"prefix": prefix, "entries": told},
        str(t(f"{len(told)} 个数据集", f"{len(told)} datasets")),
    )


def contract_of(entry: Any) -> dict[str, Any]:
    """An entry as a peer needs it to ask for it: no secret columns, no rows."""
    return {
        "address": entry.address,
        "title": {"zh": entry.title_zh, "en": entry.title_en},
        "owner": str(entry.owner or ""),
        "key": list(entry.key),
        "columns": {
            c.name: {"zh": c.zh, "en": c.en, "type": c.type, "grade": c.grade}
            for c in entry.columns.all()
            if c.grade != "secret"
        },
    }


@action(
    "data.sharing.ask_peer",
    title=t("向对端申请", "Ask the peer"),
    icon="send",
    says=("data.sharing.applied",),
    when=lambda offer: not offer.is_gone,
)
def ask_peer(
    actor: Actor,
    offer: Offer,
    columns: Names,
    purpose: Purpose,
    basis: Basis,
    scene: Scene,
    ends_on: Until,
    plain: Annotated[list[str], Field(title=t("申请明文的字段", "In plain"), max_length=300)] = NO_NAMES,
    begins_on: Annotated[date | None, Field(title=t("开始日期", "From"))] = None,
) -> Application:
    if unknown := [c for c in columns if c not in offer.columns]:
        raise Problem(
            t(
                f"对端目录没有字段 {'、'.join(unknown)}；可选 {'、'.join(offer.columns)}",
                f"The peer has no column {', '.join(unknown)}; there are {', '.join(offer.columns)}",
            ),
            field="columns",
        )
    if left := [c for c in plain if c not in columns]:
        raise Problem(t(f"{'、'.join(left)} 不在申请字段中", f"{', '.join(left)} is not asked for"), field="plain")
    begins, now = begins_on or clock.today(), clock.now()
    check_days(begins, ends_on)
    made = Application.objects.create(
        address=offer.address,
        title_zh=offer.title_zh,
        title_en=offer.title_en,
        applicant=organisation_of(actor),
        peer=offer.peer,
        columns=unique(columns),
        plain=unique(plain),
        ways=["batch"],
        purpose=purpose,
        basis=basis,
        scene=scene,
        begins_on=begins,
        ends_on=ends_on,
        person=actor.person,
        by=actor.name,
        sent_at=now,
        due_at=due(now, DAYS),
    )
    note(actor, made, "sent", scene)
    letter = {
        name: getattr(made, name)
        for name in ("number", "address", "columns", "plain", "purpose", "basis", "scene", "by")
    }
    post(
        actor,
        offer.peer,
        "application",
        {**letter, "applicant": str(made.applicant), "begins_on": str(begins), "ends_on": str(ends_on)},
        str(made),
    )
    note(actor, made, "passed", str(offer.peer))
    say("data.sharing.applied", facts(made))
    return made


@action(
    "data.sharing.return_data",
    title=t("回流数据", "Return the data"),
    icon="database-export",
    when=lambda grant: grant.peer_id is not None and grant.is_in_force(),
)
def return_data(actor: Actor, grant: Given) -> Letter:
    """What was granted to the peer, as files of its own; the peer fetches them part by part and loads them."""
    assert grant.peer is not None
    made = current(grant)
    parts = [{"name": p.name, "rows": p.rows, "size": p.size, "sm3": p.sm3} for p in made.parts.all()]
    entry = catalogue.get(grant.address)
    return post(
        actor,
        grant.peer,
        "parcel",
        {
            "grant": grant.number,
            "application": grant.application.peer_number,
            "version": made.version,
            "parts": parts,
            "rows": made.rows,
            "contract": contract_of(entry) if entry else {},
            "columns": grant.columns,
            "masked": grant.masked,
        },
        f"{grant} v{made.version}",
    )


@action(
    "data.sharing.resend",
    title=t("重发", "Send again"),
    icon="refresh",
    when=lambda letter: letter.is_out and letter.state != "done",
)
def resend(actor: Actor, letter: list[Letter]) -> None:
    for one in letter:
        one.state, one.next_at, one.error, one.tries = "waiting", None, "", 0
        one.save(update_fields=["state", "next_at", "error", "tries"])
        start_sending(actor, one.peer)


@action(
    "data.sharing.take",
    title=t("收取报文", "Take a letter"),
    icon="mail-opened",
    says=("data.sharing.applied", "data.sharing.decided", "data.sharing.withdrawn", "data.sharing.revoked"),
)
def take(
    actor: Actor,
    peer: Peer,
    letter_id: Annotated[str, Field(title=t("报文编号", "Letter id"), min_length=8, max_length=40)],
    kind: Annotated[
        Literal["catalogue", "application", "decision", "withdrawal", "revocation", "parcel", "receipt"],
        Field(title=t("种类", "Kind")),
    ],
    body: Annotated[
        str, Field(title=t("内容（JSON）", "Body (JSON)"), min_length=2, max_length=1_000_000), Kind("text")
    ],
    signature: Annotated[str, Field(title=t("签名", "Signature"), max_length=400)] = "",
) -> Letter:
    """Once: a letter that came before is only acknowledged again."""
    return taking.take(actor, peer, letter_id, kind, body, signature)


__all__ = ["add_peer", "ask_peer", "pause_peer", "resend", "return_data", "send_catalogue", "take"]
