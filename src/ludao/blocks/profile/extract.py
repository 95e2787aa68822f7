"""A file on paper: the golden record and the rows by domain, every page marked with who, when and for what."""

import json
from pathlib import Path

from ludao.base import clock, health
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.templatetags.ludao import yuan
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation
from ludao.blocks.profile.sheets import Cell, Sheet, plain

PAPER = Path(__file__).parent / "content" / "extract.typ"


def pdf(sheet: Sheet, actor: Actor, profile: str) -> bytes:
    import typst

    if not health.has_chinese_type():
        raise Problem(t("本机没有中文字体，不能生成 PDF", "This machine has no Chinese type to print with"))
    data = json.dumps(_data(sheet, actor, profile), ensure_ascii=False)
    return bytes(typst.compile(PAPER.read_bytes(), format="pdf", sys_inputs={"data": data}))


def _data(sheet: Sheet, actor: Actor, profile: str) -> dict[str, object]:
    unit = Organisation.objects.filter(pk=actor.organisation).first() if actor.post else None
    who = f"{unit.name} {actor.name}" if unit else actor.name
    return {
        "title": str(t("一人一档摘录", "Extract of a person's file") if profile == "person"
                     else t("一企一档摘录", "Extract of an enterprise's file")),
        "name": sheet.name, "who": who, "purpose": actor.purpose, "at": f"{clock.now():%Y-%m-%d %H:%M}",
        "mark": f"{who}  {clock.now():%Y-%m-%d %H:%M}  {actor.purpose}",
        "number": actor.request_id[:12],
        "golden": [[str(g.title), plain(g.value), g.source] for g in sheet.golden if g.value not in (None, "")],
        "sections": [
            {"title": str(s.title), "cards": [
                {"title": c.title, "owner": c.owner, "as_of": plain(c.as_of),
                 "cells": [[str(x.title), _said(x)] for x in c.cells if x.value not in (None, "")]} for c in s.cards]}
            for s in sheet.sections if s.cards
        ],
        "words": {"from": str(t("来源", "From")), "as_of": str(t("截至", "as of")), "made": str(t("打印", "Made")),
                  "purpose": str(t("用途", "Purpose")), "note": str(t(
                      "本摘录只供上述用途使用，不得转交他人。", "For the purpose above only; not to be passed on."))},
    }


def _said(cell: Cell) -> str:
    return str(yuan(cell.value)) if cell.kind == "money" and isinstance(cell.value, int) else plain(cell.value)
