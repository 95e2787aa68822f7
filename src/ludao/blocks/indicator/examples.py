"""What the contract tests type into the forms of indicators, where any value will not do."""

from datetime import date, timedelta
from typing import Any

from ludao.base import clock
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.models import Alert, Indicator, Task

TEXT = "zh: 样例指标\nen: An example\ntheme: economy\nowner: xm-dsj\nunit: 件\nperiod: year\nmeans: 样例|An example"


def _indicator() -> Indicator:
    return Indicator.objects.get_or_create(
        code="example.one",
        defaults={
            "title_zh": "样例指标",
            "title_en": "An example",
            "theme": "economy",
            "owner_id": "xm-dsj",
            "method": "reported",
            "text": {"zh": "样例指标", "en": "An example", "theme": "economy", "owner": "xm-dsj", "bounds": [0, 100]},
        },
    )[0]


def _task(state: str, value: float | None = None) -> Task:
    return Task.objects.update_or_create(
        indicator=_indicator(),
        area_id=CITY,
        starts_on=date(2021, 1, 1),
        defaults={
            "organisation_id": "xm-dsj",
            "due_on": clock.today() + timedelta(days=3),
            "state": state,
            "value": value,
        },
    )[0]


def _alert() -> Alert:
    return Alert.objects.update_or_create(
        indicator=_indicator(),
        area_id=CITY,
        starts_on=date(2021, 1, 1),
        kind="limit",
        defaults={
            "value": 3,
            "words_zh": "样例",
            "words_en": "Example",
            "owner_id": "xm-dsj",
            "state": Alert.OPEN,
            "due_at": clock.now(),
        },
    )[0]


EXAMPLES: dict[str, Any] = {
    "define": {"code": "example.two", "text": TEXT},
    "retire": lambda _: {"indicator": _indicator(), "reason": "不再统计"},
    "computed": {"codes": ["people.resident"]},
    "open_tasks": lambda _: {
        "period": "2019",
        "due_on": (clock.today() + timedelta(days=9)).isoformat(),
        "codes": _indicator().code,
    },
    "remind": lambda _: {"tasks": _task(Task.WAITING)},
    "report": lambda _: {"task": _task(Task.WAITING), "value": 12.5, "note": ""},
    "approve": lambda _: {"tasks": _task(Task.SENT, 12.5)},
    "return_back": lambda _: {"task": _task(Task.SENT, 12.5), "reason": "口径不一致"},
    "correct": lambda _: {"task": _task(Task.APPROVED, 12.5), "value": 13.5, "reason": "漏报一家"},
    "accept": lambda _: {"alerts": _alert()},
    "close": lambda _: {"alert": _alert(), "answer": "已核实并处置"},
    "dismiss": lambda _: {"alert": _alert(), "reason": "正常波动"},
    "hand_over": lambda _: {
        "alert": _alert(),
        "organisation": Organisation.objects.get(pk="xm-tjj"),
        "reason": "由统计局负责",
    },
}
