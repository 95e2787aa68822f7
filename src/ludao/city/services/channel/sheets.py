"""What is written for cases between cities: the offer of an item, the sealed notice of a result, a letter's content."""

import json
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.document import public as document
from ludao.blocks.identity.public import Organisation
from ludao.blocks.seal import public as seal

from .models import Relay


def offered(item: dict[str, Any]) -> dict[str, Any]:
    """An item as a partner's window needs it: what has to be brought, how long it takes."""
    return {
        "code": item["code"],
        "title": item["name_zh"],
        "department": item["department"],
        "promised_days": item["promised_days"],
        "materials": [m.get("name_zh", "") for m in item["facts"].get("materials", ())],
    }


def result(actor: Actor, relay: Relay, opinion: str) -> bytes:
    """A notice of the result under the seal of whoever decided it."""
    office, today = called(relay.organisation), clock.today()
    day = f"{today.year}年{today.month}月{today.day}日"
    sheet = document.typeset(
        document.LETTER,
        {
            "kind": office,
            "number": relay.number,
            "office": office,
            "day": day,
            "title": "办理结果通知书",
            "paragraphs": [
                f"{relay.applicant}：",
                f"您通过{relay.partner}代收窗口申请的“{relay.title}”（编号 "
                f"{relay.number}），经审查，办理意见如下：{opinion}",
                "特此通知。",
            ],
        },
    )
    return seal.sign_pdf(
        sheet,
        organisation=relay.organisation,
        reason="异地代办结果",
        actor=actor,
        title=relay.number,
        about=f"services.channel.relay:{relay.pk}",
    )


def called(code: str) -> str:
    found = Organisation.objects.filter(pk=code).first()
    return found.name if found else code


def opened(content: str) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError as error:
        raise Problem(t("内容不是 JSON", "The content is not JSON"), field="content") from error
    if not isinstance(said, dict):
        raise Problem(t("内容应为 JSON 对象", "The content should be a JSON object"), field="content")
    return said
