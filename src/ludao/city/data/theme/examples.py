"""What the contract tests type into the forms of the themes, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor

from . import actions
from .definition import CONTENT
from .models import Definition, Table, Theme

TEXT = (CONTENT / "business" / "innovator.sql").read_text("utf-8")
PLAIN = """\
-- title: { zh: 各行业企业数, en: Companies by industry }
-- row: { zh: 一个行业, en: one industry }
-- key: [industry]
-- fresh: monthly
-- columns:
--   industry: { zh: 行业, en: Industry, grade: internal }
--   companies: { zh: 企业数, en: Companies, grade: internal }
select c.industry, count(*) as companies from source.market.enterprise c group by c.industry"""


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
    "add": lambda _: {"theme": _theme(), "name": "by_industry", "text": PLAIN},
    "save": lambda _: {"table": Table.objects.get(theme=_theme(), name="innovator"),
                       "text": PLAIN, "note": "改为按行业"},
    "restore": _older,
    "retire": lambda _: {"table": Table.objects.get(theme=_theme(), name="innovator"), "reason": "不再使用"},
    "revive": _retired,
}
