"""What is done with cases between cities: received, forwarded, accepted, corrected, decided, handed out."""

from datetime import date
from typing import Annotated, Literal

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base import clock, identifiers
from ludao.base.actions import Private, action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.identity.public import people_by_id_number

from .. import casing, items, keys, posting, relaying, sheets, taking
from ..models import Agreement, Letter, Offer, Partner, Placement, Relay, Step
from ..models.placing import AWAY

NOTHING: list[UploadedFile] = []
Words = Annotated[str, Field(title=t("说明", "Words"), max_length=500), Kind("text")]
Reason = Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=500), Kind("text")]
Files = Annotated[list[UploadedFile], Field(title=t("材料", "Papers"))]
Name = Annotated[str, Field(title=t("名称", "Name"), min_length=2, max_length=120)]


@action(
    "services.channel.set_partner",
    title=t("登记通办城市平台", "Enter a partner city"),
    icon="plug",
    lead=t("双方互填地址和公钥；本市公钥见“通办城市平台”页。", "Each side enters the other's address and key."),
)
def set_partner(
    actor: Actor,
    code: Annotated[str, Field(title=t("代码", "Code"), pattern=r"^[a-z0-9-]{2,40}$")],
    own_code: Annotated[str, Field(title=t("我方在对端的代码", "Our code there"), pattern=r"^[a-z0-9-]{2,40}$")],
    name: Name,
    url: Annotated[str, Field(title=t("地址", "Address"), pattern=r"^https?://[^\s/]+$", max_length=200)],
    public_key: Annotated[
        str, Field(title=t("公钥（128 位十六进制）", "Public key (128 hex digits)"), pattern=r"^[0-9a-f]{128}$")
    ],
    is_open: Annotated[bool, Field(title=t("启用", "In use"))] = True,
) -> Partner:
    made, _ = Partner.objects.update_or_create(
        code=code,
        defaults={"own_code": own_code, "name": name, "url": url, "public_key": public_key, "is_open": is_open},
    )
    return made


@action("services.channel.set_agreement", title=t("登记通办协议", "Enter an agreement"), icon="file-text")
def set_agreement(
    actor: Actor,
    code: Annotated[str, Field(title=t("行政区划代码", "Area code"), pattern=r"^\d{6}$")],
    city: Annotated[str, Field(title=t("城市", "City"), min_length=2, max_length=60)],
    province: Annotated[str, Field(title=t("省份", "Province"), min_length=2, max_length=60)],
    since: Annotated[date, Field(title=t("签约日期", "Since"))],
    reach: Annotated[
        Literal["within", "across"],
        Field(title=t("范围", "Reach")),
        Choices({"within": t("省内通办", "Within the province"), "across": t("跨省通办", "Across provinces")}),
    ] = "across",
    way: Annotated[
        Literal["collect", "online", "kiosk"],
        Field(title=t("方式", "Way")),
        Choices(
            {
                "collect": t("异地代收代办", "Received for the other city"),
                "online": t("全程网办", "Online throughout"),
                "kiosk": t("自助机互通", "At each other's kiosks"),
            }
        ),
    ] = "collect",
    until: Annotated[date | None, Field(title=t("到期日期", "Until"))] = None,
    partner: Partner | None = None,
    note: Annotated[str, Field(title=t("备注", "Note"), max_length=200)] = "",
) -> Agreement:
    if until and until < since:
        raise Problem(t("到期日期早于签约日期", "It ends before it begins"), field="until")
    made, _ = Agreement.objects.update_or_create(
        code=code,
        defaults={
            "city": city,
            "province": province,
            "reach": reach,
            "way": way,
            "since": since,
            "until": until,
            "partner": partner,
            "note": note,
        },
    )
    return made


@action(
    "services.channel.tell_items",
    title=t("发送可代办事项", "Tell our items"),
    icon="send",
    when=lambda partner: partner.is_open,
)
def tell_items(actor: Actor, partner: Partner) -> Partner:
    """Those on the channel for other cities, with what has to be brought."""
    codes = set(Placement.objects.filter(channel=AWAY, is_on=True).values_list("code", flat=True))
    posting.post(actor, partner, "items", {"items": [sheets.offered(items.find(code)) for code in sorted(codes)]})
    return partner


@action(
    "services.channel.resend",
    title=t("重发", "Send again"),
    icon="refresh",
    when=lambda letter: letter.is_out and letter.state != "done",
)
def resend(actor: Actor, letter: Letter) -> Letter:
    letter.state, letter.tries, letter.next_at = "waiting", 0, None
    letter.save(update_fields=["state", "tries", "next_at"])
    posting.send_waiting.start(actor, about=letter.partner.code, partner=letter.partner_id)
    return letter


@action(
    "services.channel.collect",
    title=t("异地代收", "Receive for another city"),
    icon="package",
    says=("services.channel.relay_moved",),
    when=lambda offer: not offer.is_gone and offer.partner.is_open,
    lead=t(
        "核对申请人身份，收齐材料后转给属地；申请人在本市领取结果。",
        "Check who applies, take in the papers, forward them; the result is handed out here.",
    ),
)
def collect(
    actor: Actor,
    offer: Offer,
    applicant: Annotated[str, Field(title=t("申请人姓名", "Applicant's name"), min_length=2, max_length=80), Private()],
    id_number: Annotated[str, Field(title=t("公民身份号码", "Id number"), max_length=18), Private()],
    phone: Annotated[str, Field(title=t("手机号", "Phone"), max_length=20), Private()],
    papers: Files = NOTHING,
    words: Words = "",
) -> Relay:
    id_number = identifiers.resident_id(id_number, "id_number", clock.today()).number
    phone, number = identifiers.mobile(phone, "phone"), relaying.number(offer.partner.own_code)
    person = people_by_id_number([id_number]).get(id_number)
    relay = Relay.objects.create(
        partner=offer.partner,
        number=number,
        is_out=True,
        code=offer.code,
        title=offer.title,
        organisation=actor.organisation,
        person_id=person,
        applicant=applicant,
        words=words[:500],
        sealed=keys.seal({"id_number": id_number, "phone": phone}, number),
    )
    kept = relaying.keep(actor, relay, papers)
    posting.post(
        actor,
        offer.partner,
        "application",
        {"code": offer.code, "words": words, "by": actor.name, "papers": posting.listed(kept)},
        relay,
    )
    return _moved(actor, relay, Relay.SENT, words)


@action(
    "services.channel.open_case",
    title=t("转为办件", "Open its case"),
    icon="folder-plus",
    says=("services.channel.relay_moved",),
    when=lambda relay: relay.lacks_case,
    confirm=t("按事项自己的流程从受理开始办理。", "It goes the item's own way, from accepting on."),
)
def open_case(actor: Actor, relay: Relay) -> Relay:
    """What came before such applications were cases here: it begins again as one, with its papers."""
    item = items.find(relay.code)
    relay.state, relay.changed_at = Relay.RECEIVED, clock.now()
    relay.save(update_fields=["state", "changed_at"])
    Step.objects.create(relay=relay, state=relay.state, words="转为办件", by=actor.name)
    casing.open_for(actor, relay, item, keys.unseal(relay.sealed, relay.number) if relay.sealed else {})
    casing.brought(actor, relay)
    relaying.say(relay)
    return relay


@action(
    "services.channel.supplement",
    title=t("补交材料", "Bring what was missing"),
    icon="upload",
    says=("services.channel.relay_moved",),
    when=lambda relay: relay.is_out and relay.state == Relay.CORRECTION,
)
def supplement(actor: Actor, relay: Relay, papers: Files = NOTHING, words: Words = "") -> Relay:
    kept = relaying.keep(actor, relay, papers)
    posting.post(
        actor, relay.partner, "papers", {"words": words, "by": actor.name, "papers": posting.listed(kept)}, relay
    )
    return _moved(actor, relay, Relay.SENT, words)


@action(
    "services.channel.call_back",
    title=t("撤回", "Call back"),
    icon="arrow-back-up",
    says=("services.channel.relay_moved",),
    when=lambda relay: relay.is_out and relay.state in relaying.FROM[Relay.WITHDRAWN],
    confirm=t("撤回后属地不再办理。", "The other city no longer deals with it."),
)
def call_back(actor: Actor, relay: Relay, reason: Reason) -> Relay:
    posting.post(actor, relay.partner, "withdrawn", {"words": reason, "by": actor.name}, relay)
    return _moved(actor, relay, Relay.WITHDRAWN, reason)


@action(
    "services.channel.hand_out",
    title=t("送达结果", "Hand out the result"),
    icon="check",
    says=("services.channel.relay_moved",),
    when=lambda relay: relay.is_out and relay.state == Relay.RETURNED,
)
def hand_out(actor: Actor, relay: Relay, words: Words = "") -> Relay:
    posting.post(actor, relay.partner, "handed", {"words": words, "by": actor.name}, relay)
    return _moved(actor, relay, Relay.HANDED, words)


@action(
    "services.channel.note_result",
    title=t("结果返回", "Result returned"),
    right="services.channel.take_letter",
    says=("services.channel.relay_moved",),
    when=lambda relay: relay.is_out and relay.state == Relay.FINISHED,
)
def note_result(actor: Actor, relay: Relay) -> Relay:
    """Its files are here and whole: the applicant is told."""
    return _moved(actor, relay, Relay.RETURNED, relay.words)


@action(
    "services.channel.take_letter",
    title=t("接收通办报文", "Take a letter"),
    says=("services.channel.relay_received", "services.channel.relay_moved"),
)
def take_letter(
    actor: Actor,
    partner: Partner,
    letter_id: Annotated[str, Field(title=t("报文编号", "Letter"), pattern=r"^[0-9a-f]{8,40}$")],
    kind: Annotated[str, Field(title=t("种类", "Kind"), max_length=12)],
    content: Annotated[str, Field(title=t("内容（JSON）", "Content (JSON)"), max_length=2_000_000), Private()],
) -> Letter:
    return taking.take(actor, partner, letter_id, kind, sheets.opened(content))


def _moved(actor: Actor, relay: Relay, state: str, words: str) -> Relay:
    relaying.move(actor, relay, state, words)
    relaying.say(relay)
    return relay

