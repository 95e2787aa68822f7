"""An entity's file: found by a number, a name or a phone; read whole in one place; shown as far as one may see."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ludao.base import audit
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import from_pair, t
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import definition
from ludao.blocks.profile.cleaning import KINDS, literal
from ludao.blocks.profile.definition import Definition

WORDS = ("id_number", "credit_code", "name", "phone")


def find(profile: str, /, limit: int = 50, **words: str) -> list[dict[str, Any]]:
    """Golden rows that agree with every word given: id_number, credit_code, name, phone. Newest first."""
    chosen = definition.get(profile)
    entities: set[str] | None = None
    for word, value in words.items():
        if word not in WORDS or word not in chosen.fields:
            raise Problem(t(f"不能按 {word} 查找", f"Cannot find by {word}"), field=word)
        if value:
            found = set(_by_word(chosen, word, value))
            entities = found if entities is None else entities & found
    if not entities:
        return []
    rows = lake.lookup(chosen.golden_address, [{chosen.entity: entity} for entity in sorted(entities)[:limit]])
    return sorted(rows, key=lambda row: str(row["newest_at"]), reverse=True)


def _by_word(chosen: Definition, word: str, value: str) -> list[str]:
    cleaned = lake.sql(f"select {KINDS[chosen.fields[word].kind](literal(value))}").one()
    if not cleaned or not lake.exists(chosen.table("index")):
        return []
    rows = lake.lookup(chosen.table("index"), {"word": f"{word}:{cleaned}"}, ["entities"])
    return list(rows[0]["entities"]) if rows else []


def golden(name: str, entity: str) -> dict[str, Any] | None:
    chosen = definition.get(name)
    rows = lake.lookup(chosen.golden_address, {chosen.entity: entity}) if lake.exists(chosen.golden_address) else []
    return rows[0] if rows else None


def file(name: str, entity_id: str, actor: Actor, purpose: str, domains: Iterable[str] | None = None
         ) -> dict[str, Any]:
    """The whole file: {"golden", "domains": {domain: [{"source", "part", "key", "by", "weight", "reason", "row"}]},
    "filed_at"}. Leaves an audit line with the purpose. Raises Problem without one. Nothing is masked here: who shows
    it asks the catalogue what this actor may see."""
    if not purpose.strip():
        raise Problem(t("查看档案须写明用途", "Say what you read the file for"), field="purpose")
    chosen = definition.get(name)
    found = filed(chosen, entity_id)
    audit.write(actor, f"profile.file.{name}", detail={"entity": entity_id, "purpose": purpose, "found": bool(found)})
    if not found:
        return {"golden": None, "domains": {}, "filed_at": None}
    wanted = set(domains) if domains is not None else None
    parted: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(found["rows"]):
        domain = chosen.domain_of(row["source"])
        if wanted is None or domain in wanted:
            parted.setdefault(domain, []).append(row)
    order = {word: number for number, word in enumerate(chosen.domains)}
    return {"golden": golden(name, entity_id), "filed_at": found["filed_at"],
            "domains": dict(sorted(parted.items(), key=lambda item: order.get(item[0], 99)))}


FILED = ("rows", "filed_at", "conflicts", "relations")


def filed(chosen: Definition, entity: str) -> dict[str, Any]:
    """All that is filed of an entity, read in one place; {} when nobody has this name."""
    address = chosen.table("file")
    if not lake.exists(address):
        return {}
    known = lake.describe(address).columns
    rows = lake.lookup(address, {chosen.entity: entity}, [name for name in FILED if name in known])
    return rows[0] if rows else {}


def relations(name: str, entity: str) -> list[dict[str, Any]]:
    """Whom and what an entity belongs with."""
    chosen = definition.get(name)
    found = _told(chosen, "relation", entity, filed(chosen, entity))
    for one in found:
        ended = one.get("ended_on")
        one["ended_on"] = date.fromisoformat(ended) if isinstance(ended, str) else ended
    return sorted(found, key=lambda one: (one["kind"], one["other_id"]))


def conflicts(name: str, entity: str, known: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Values that stand against one another, the chosen ones marked; `known` is what is filed, where it is at hand."""
    chosen = definition.get(name)
    found = _told(chosen, "conflict", entity, filed(chosen, entity) if known is None else known)
    return sorted(found, key=lambda one: (one["field"], not one["chosen"], one["source"]))


def _told(chosen: Definition, table: str, entity: str, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Filed beside the rows; out of its own table where a file was made before that."""
    if (told := known.get(f"{table}s")) is not None:
        found: list[dict[str, Any]] = json.loads(told)
        return found
    address = chosen.table(table)
    if not known or not lake.exists(address):
        return []
    return lake.sql(f'select * from {address} where "{chosen.entity}" = $entity', {"entity": entity}).rows()


LEVELS = {
    "same": t("一致", "agree"), "sound": t("同音", "sound alike"),
    "typo": t("差一两个字符", "differ by a character or two"),
    "first": t("同姓", "same surname"),
    "surname": t("姓氏一致", "surname agrees"), "year": t("同年", "same year"), "close": t("很像", "very alike"),
    "near": t("相近", "alike"), "else": t("不同", "differ"),
    "sole": t("一致，且别无第二家", "agree, and no other has it"),
    "questioned": t("相同但姓名不符", "agree, but the names do not"),
}


def explain(name: str, reason: str) -> str:
    """Why a record belongs, in words: which fields agreed and how much each weighed (in bits)."""
    chosen = definition.get(name)
    if reason == "id":
        return str(t("证件号有效且与持有人相符", "Its id is valid and fits the holder"))
    if reason == "clerk":
        return str(t("人工裁决", "Decided by a clerk"))
    said = []
    for piece in filter(None, reason.split(";")):
        field, level, *weight = piece.split(":")
        title = chosen.fields[field].title if field in chosen.fields else t("证件号", "Id")
        said.append(f"{title}{LEVELS.get(level, level)}" + (f"（{float(weight[0]):+.1f}）" if weight else ""))
    return "；".join(said) or str(t("尚无其他记录与之相符", "No other record agrees with it yet"))


def domains(name: str) -> dict[str, str]:
    return {word: from_pair(pair) for word, pair in definition.get(name).domains.items()}
