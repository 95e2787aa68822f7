"""What the contract tests type into the forms of the themes, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor

from . import actions
from .definition import CONTENT
from .models import Definition, Table, Theme

TEXT = (CONTENT / "business" / "innovator.sql").read_text("utf-8")
PLAIN = """\
-- title: { zh: 在册企业, en: Companies on the register }
-- row: { zh: 一家在册企业, en: one company }
-- key: [credit_code]
-- fresh: monthly
-- columns:
--   credit_code: { zh: 统一社会信用代码, en: Credit code, grade: sensitive, mask: id_number }
--   industry: { zh: 行业, en: Industry, grade: internal }
select c.credit_code, c.industry from source.market.enterprise c"""


def _theme() -> Theme:
    return Theme.objects.get(key="business")


def _older(_: Actor) -> dict[str, Any]:
    """A version that is not the one in force."""
    system = Actor.system("examples")
    table = actions.save(system, table=Table.objects.get(theme=_theme(), name="innovator"),
                         text=TEXT.replace("fresh: weekly", "fresh: daily"), note="改为每天")
    return {"definition": Definition.objects.get(table=table, number=table.number - 1)}


def _retired(_: Actor) -> dict[str, Any]:
    table = Table.objects.get(theme=_theme(), name="innovator")
    return {"table": actions.retire(Actor.system("examples"), table=table, reason="不再使用")}


EXAMPLES: dict[str, Any] = {
    "found": {"key": "trial", "title_zh": "试验", "title_en": "Trial", "lead_zh": "试验用", "lead_en": "For trial"},
    "add": lambda _: {"theme": _theme(), "name": "register", "text": PLAIN},
    "save": lambda _: {"table": Table.objects.get(theme=_theme(), name="innovator"),
                       "text": PLAIN, "note": "改为在册企业"},
    "restore": _older,
    "retire": lambda _: {"table": Table.objects.get(theme=_theme(), name="innovator"), "reason": "不再使用"},
    "revive": _retired,
}
