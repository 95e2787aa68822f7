"""What the contract tests type into the forms of sharing; rows that the demonstration has none of are made here."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.crypto import sm2_generate
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake

from . import actions
from .models import (
    Application,
    Contest,
    Demand,
    Endpoint,
    Given,
    Grant,
    Letter,
    Offer,
    Peer,
    Received,
    Story,
    Subscription,
)

HOUSE = Actor.system("examples", channel="demo")


def _address(but: str = "") -> str:
    """A dataset with a table that somebody else owns."""
    every = catalogue.Entry.objects.exclude(owner=None).exclude(owner=but or "—").order_by("address")
    return next((e.address for e in every if lake.exists(e.address)), every[0].address)


def _column(address: str) -> str:
    entry = catalogue.get(address)
    assert entry is not None
    return next(str(c.name) for c in entry.columns.all() if c.grade != "secret")


def _terms() -> dict[str, Any]:
    return {
        "purpose": "资格核验",
        "basis": "数据条例",
        "scene": "核验申请人资格",
        "ends_on": (clock.today() + timedelta(days=30)).isoformat(),
    }


def _ask(actor: Actor) -> dict[str, Any]:
    address = _address(actor.organisation)
    return {"address": address, "columns": [_column(address)], "ways": ["lookup"], **_terms()}


def _asked(organisation: str = "xm-dsj") -> Application:
    given = _ask(replace(HOUSE, organisation=organisation))
    return actions.asking.apply(
        replace(HOUSE, organisation=organisation),
        **{**given, "ends_on": clock.today() + timedelta(days=30), "ways": ["lookup", "batch", "changes"]},
    )


def _received(_: Actor) -> Received:
    return Received.objects.get(pk=_asked().pk)


def _grant(actor: Actor) -> Grant:
    return actions.deciding.grant(HOUSE, application=_received(actor))


def _given(actor: Actor) -> Given:
    return Given.objects.get(pk=_grant(actor).pk)


def _returned(actor: Actor) -> dict[str, Any]:
    made = _received(actor)
    actions.deciding.return_back(HOUSE, application=made, words="请补充")
    return {"application": Application.objects.get(pk=made.pk), "columns": [_column(made.address)], **_terms()}


def _subscription(actor: Actor) -> Subscription:
    return actions.holding.subscribe(HOUSE, grant=_grant(actor))


def _shut(actor: Actor) -> Endpoint:
    endpoint = Endpoint.objects.get(pk=_grant(actor).address)
    return actions.serving.shut(HOUSE, endpoint=endpoint, notice="升级")


def _demand(actor: Actor) -> Demand:
    return actions.demands.demand(
        replace(HOUSE, organisation=actor.organisation or "xm-dsj"),
        title="停车位",
        wanted="位置",
        purpose="一张图",
        due_on=clock.today() + timedelta(days=9),
    )


def _contest(_: Actor) -> Contest:
    return Contest.objects.create(
        title="评选",
        year=2022,
        criteria=[{"name": "成效", "weight": 100}],
        closes_on=clock.today(),
        votes_until=clock.today(),
    )


def _story(state: str) -> Story:
    return Story.objects.create(
        contest=_contest(HOUSE), title="案例", organisation_id="xm-jyj", text="做法与成效", state=state
    )


def _ranked(_: Actor) -> dict[str, Any]:
    return {"contest": _story("nominated").contest}


def _peer() -> Peer:
    return actions.peers.add_peer(
        HOUSE,
        code=f"p-{uuid4().hex[:8]}",
        own_code="xm",
        name="平台",
        place="above",
        url="http://127.0.0.1:9",
        public_key=sm2_generate().public.hex(),
    )


def _offer(_: Actor) -> dict[str, Any]:
    offer = Offer.objects.create(peer=_peer(), address="source.a.b", title_zh="目录", contract={"columns": {"a": {}}})
    return {"offer": offer, "columns": ["a"], **_terms()}


def _letter(_: Actor) -> Letter:
    return Letter.objects.create(
        peer=_peer(), is_out=True, letter_id=uuid4().hex, kind="catalogue", body={}, state="parked"
    )


def _returning(actor: Actor) -> dict[str, Any]:
    address = _address()
    peer = _peer()
    entry = catalogue.get(address)
    assert entry is not None
    asked = Application.objects.create(
        address=address,
        title_zh="目录",
        owner_id=entry.owner_id,
        peer=peer,
        peer_number="SQ2022000001",
        columns=[_column(address)],
        ways=["batch"],
        purpose="核验",
        basis="条例",
        scene="核验",
        begins_on=clock.today(),
        ends_on=clock.today() + timedelta(days=9),
        due_at=clock.now(),
    )
    given = actions.deciding.grant(HOUSE, application=Received.objects.get(pk=asked.pk))
    return {"grant": Given.objects.get(pk=given.pk)}


CONTEST = {"title": "年度评选", "criteria": ["成效 60", "创新 40"]}
EXAMPLES: dict[str, Any] = {
    "apply": _ask,
    "amend": _returned,
    "withdraw": lambda _: {"application": _asked(), "words": "不再需要"},
    "renew": lambda actor: {
        "grant": _grant(actor),
        "scene": "继续使用",
        "ends_on": (clock.today() + timedelta(days=60)).isoformat(),
    },
    "grant": lambda actor: {"application": _received(actor)},
    "grant_all": lambda actor: {"application": _received(actor)},
    "refuse": lambda actor: {"application": _received(actor), "words": "依据不足"},
    "return_back": lambda actor: {"application": _received(actor), "words": "请补充依据"},
    "revoke": lambda actor: {"grant": _given(actor), "words": "用途结束"},
    "set_quota": lambda actor: {"grant": _given(actor), "quota_day": 10, "quota_month": 100},
    "download_profile": lambda actor: {"grant": _grant(actor)},
    "subscribe": lambda actor: {"grant": _grant(actor)},
    "unsubscribe": lambda actor: {"subscription": _subscription(actor)},
    "shut": lambda actor: {"endpoint": Endpoint.objects.get(pk=_grant(actor).address), "notice": "升级"},
    "open": lambda actor: {"endpoint": _shut(actor)},
    "verify": lambda actor: {"grant": _given(actor)},
    "verify_own": lambda actor: {"grant": _grant(actor)},
    "demand": {
        "title": "停车位",
        "wanted": "位置",
        "purpose": "一张图",
        "due_on": (clock.today() + timedelta(days=9)).isoformat(),
    },
    "answer": lambda actor: {
        "demand": _demand(actor),
        "text": "年底提供",
        "promised_on": (clock.today() + timedelta(days=9)).isoformat(),
    },
    "close_demand": lambda actor: {"demand": _demand(actor), "words": "已解决"},
    "open_contest": CONTEST,
    "tell": lambda actor: {"contest": _contest(actor), "title": "案例", "text": "做法与成效，不少于十个字"},
    "nominate": lambda _: {"story": _story("told")},
    "judge": lambda _: {"story": _story("nominated"), "marks": ["90"]},
    "vote": lambda _: {"story": _story("nominated")},
    "rank": _ranked,
    "add_peer": lambda _: {
        "code": f"p-{uuid4().hex[:8]}",
        "own_code": "xm",
        "name": "省平台",
        "place": "above",
        "url": "http://127.0.0.1:9",
        "public_key": sm2_generate().public.hex(),
    },
    "pause_peer": lambda _: {"peer": _peer()},
    "send_catalogue": lambda _: {"peer": _peer()},
    "ask_peer": _offer,
    "return_data": _returning,
    "resend": lambda _: {"letter": _letter(_)},
    "take": lambda _: {"peer": _peer(), "letter_id": uuid4().hex, "kind": "catalogue", "body": "{}"},
}
