"""What the contract tests type into the forms of the plan, where any value will not do."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor

from . import actions
from .models import Item, Target

TEXT = Path(__file__).parent / "content" / "demo_plan.txt"


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("plan.txt", TEXT.read_text("utf-8").replace("{year}", "2031").encode())


def _closed(_: Actor) -> dict[str, Any]:
    item = Item.objects.order_by("pk")[0]
    item.closed_on = clock.today()
    item.save(update_fields=["closed_on"])
    return {"item": item, "words": "还有一项没有办完"}


EXAMPLES: dict[str, Any] = {
    "correct_target": lambda _: {"target": Target.objects.exclude(value=None)[0], "subject": "服务事项", "sign": "≥",
                                 "value": "600"},
    "publish": lambda actor: {"plan": actions.upload(actor, file=_file())},
    "reopen": _closed,
    "upload": lambda _: {"file": _file()},
}
