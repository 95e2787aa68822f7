"""What the contract tests type into grading's forms."""

from typing import Any

from ludao.blocks.catalogue import public as catalogue

from .models import Proposal


def _proposal() -> Proposal:
    entry = catalogue.register({
        "address": "data.classification.example", "title": {"zh": "示例", "en": "Example"}, "owner": "xm-dsj",
        "columns": {"phone": {"zh": "电话", "en": "Phone"}}})
    made, _ = Proposal.objects.update_or_create(column=entry.columns.get(), defaults={
        "means": "phone", "category": "contact", "grade": "sensitive", "confidence": 0.9, "reason_zh": "名称",
        "reason_en": "Name", "state": Proposal.OPEN})
    return made


def _decided() -> Proposal:
    one = _proposal()
    one.state = Proposal.CONFIRMED
    one.save(update_fields=["state"])
    return one


EXAMPLES: dict[str, Any] = {
    "confirm": lambda _: {"proposal": [_proposal()], "reason": "与内容一致"},
    "change": lambda _: {"proposal": [_proposal()], "grade": "internal", "reason": "已脱敏的样例", "means": "",
                         "masks_what": ""},
    "reopen": lambda _: {"proposal": [_decided()], "reason": "误确认"},
}
