"""The verbs of the catalogue: draft an item, describe it, publish, revise, retire it; import a file of items."""

import hashlib
import json
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base import clock, rights
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import OWN, Choices, Kind
from ludao.base.text import from_pair, t
from ludao.blocks.identity.public import Organisation

from .. import beginning, finding, importing, means, shelving
from ..models import Import, ImportRow, Item, Version
from ..models.catalogue import KINDS, OBJECTS

Name = Annotated[str, Field(title=t("事项名称", "Name"), min_length=2, max_length=200)]
English = Annotated[str, Field(title=t("英文名称", "English name"), max_length=200)]
KindOf = Annotated[
    Literal["permit", "grant", "check", "confirm", "reward", "ruling", "other", "service"],
    Field(title=t("事项类型", "Kind")),
    Choices(dict(KINDS)),
]
For = Annotated[Literal["person", "enterprise", "both"], Field(title=t("服务对象", "For")), Choices(dict(OBJECTS))]
Said = Annotated[
    str,
    Field(
        title=t("群众的说法", "What people say"),
        max_length=400,
        description=t("别名用空格分开，如：补社保卡 社保卡丢了", "Phrases, a space between each"),
    ),
]
Events = Annotated[
    list[str],
    Field(
        title=t("人生大事", "Life events"),
        max_length=6,
        description=t("群众按什么大事找到它，可选多个", "Under which events people find it; several may be chosen"),
    ),
    Choices({code: from_pair(event) for code, event in finding.events().items()}),
]
Days = Annotated[int, Field(title=t("天数", "Days"), ge=0, le=365)]
Home = Annotated[Organisation, Field(title=t("归属机构", "Organisation")), OWN]
Owner = Annotated[Organisation, Field(title=t("实施机构", "Organisation")), OWN]


def _is_draft(version: Version) -> bool:
    return version.state == Version.DRAFT


@action(
    "services.item.draft",
    title=t("新建事项", "New item"),
    icon="plus",
    lead=t(
        "先写名称、类型和实施机构，再按步骤写要素、表单、流程和结果。",
        "Name, kind and organisation first; then facts, form, process and result, step by step.",
    ),
)
def draft(
    actor: Actor,
    name_zh: Name,
    kind: KindOf,
    organisation: Owner,
    object: For = "both",
    name_en: English = "",
    said: Said = "",
    events: Events = [],  # noqa: B006
    code: Annotated[
        str,
        Field(
            title=t("事项编码", "Code"),
            pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{2,79})?$",
            description=t("留空则按机构自动编号", "Left empty, the next number of the organisation is given"),
        ),
    ] = "",
) -> Item:
    code = code or _next_code(organisation)
    if Item.objects.filter(code=code).exists():
        raise Problem(t(f"编码 {code} 已有事项", f"{code} is an item already"), field="code")
    rights.require(actor, "services.item.draft", Item(organisation=organisation))
    item = Item.objects.create(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        organisation=organisation,
        object=object,
        said=said,
        events=_known_events(events),
        origin=actor.name,
    )
    Version.objects.create(item=item, number=1, by=actor.name, facts=beginning.facts())
    return item


def _next_code(organisation: Organisation) -> str:
    """DSJ-001: what the organisation's own code ends with, and the next number that is free."""
    stem = organisation.pk.rpartition("-")[2].upper()
    used = Item.objects.filter(code__startswith=f"{stem}-").values_list("code", flat=True)
    numbers = [int(rest) for code in used if (rest := code[len(stem) + 1 :]).isascii() and rest.isdigit()]
    return f"{stem}-{max(numbers, default=0) + 1:03}"


def _known_events(events: list[str]) -> list[str]:
    if strange := [code for code in events if code not in finding.events()]:
        raise Problem(t(f"没有这个人生大事：{strange[0]}", f"No such life event: {strange[0]}"), field="events")
    return list(dict.fromkeys(events))


@action("services.item.describe", title=t("编辑基本信息", "Edit the basics"), icon="edit")
def describe(
    actor: Actor,
    item: Item,
    name_zh: Name,
    kind: KindOf,
    object: For,
    events: Events = [],  # noqa: B006
    name_en: English = "",
    said: Said = "",
) -> Item:
    """What the list and the search show; the facts stand in the versions."""
    item.events = _known_events(events)
    item.name_zh, item.name_en, item.kind, item.object = name_zh, name_en, kind, object
    item.said, item.changed_at = said, clock.now()
    item.save()
    if item.state == Item.PUBLISHED:
        finding.index([item])
    return item


@action(
    "services.item.set_facts",
    title=t("编写要素", "Write the facts"),
    icon="list-details",
    right="services.item.describe",
    when=_is_draft,
)
def set_facts(
    actor: Actor,
    version: Version,
    facts: Annotated[str, Field(title=t("要素（JSON）", "Facts (JSON)"), max_length=200_000), Kind("text")],
) -> Version:
    """Everything but the form, the process and the template, which `set_means` chooses."""
    try:
        said = json.loads(facts)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Problem(t("要素应为一个 JSON 对象", "The facts are to be a JSON object"), field="facts")
    kept = {name: version.facts[name] for name in means.NAMES if name in version.facts}
    version.facts = {**said, **kept}
    version.by = actor.name
    version.save(update_fields=["facts", "by"])
    return version


@action(
    "services.item.set_means",
    title=t("选定表单、流程和结果", "Choose form, process and result"),
    icon="route",
    when=_is_draft,
)
def set_means(
    actor: Actor,
    version: Version,
    form: Annotated[str, Field(title=t("申请表单", "Form"), max_length=120)] = "",
    process: Annotated[str, Field(title=t("办理流程", "Process"), max_length=120)] = "",
    result: Annotated[str, Field(title=t("结果文书模板", "Template of the result"), max_length=60)] = "",
) -> Version:
    given = {"form": form, "process": process, "result": result}
    for name, known in means.known().items():
        if given[name] and given[name] not in known:
            raise Problem(t(f"没有 {given[name]}", f"There is no {given[name]}"), field=name)
    version.facts = {
        **{k: v for k, v in version.facts.items() if k not in given},
        **{k: v for k, v in given.items() if v},
    }
    version.save(update_fields=["facts"])
    return version


@action("services.item.revise", title=t("修订", "Revise"), icon="edit", when=lambda item: item.state != Item.DRAFT)
def revise(
    actor: Actor, item: Item, note: Annotated[str, Field(title=t("修订说明", "What changes"), max_length=200)] = ""
) -> Version:
    """A draft that begins with what is in force."""
    if item.versions.filter(state=Version.DRAFT).exists():
        raise Conflict(t("已有一个编制中的版本，请先发布或作废它", "A draft is under way: publish or discard it first"))
    last = item.versions.order_by("-number").first()
    return Version.objects.create(
        item=item, number=(last.number if last else 0) + 1, note=note, by=actor.name, facts=last.facts if last else {}
    )


@action(
    "services.item.discard",
    title=t("作废草稿", "Discard the draft"),
    icon="trash",
    when=_is_draft,
    confirm=t("草稿作废后不能恢复。", "A discarded draft cannot be brought back."),
)
def discard(actor: Actor, version: Version) -> None:
    if version.number == 1:
        raise Conflict(t("事项还没有发布过，只有这一稿", "It is the only version of an item never published"))
    version.delete()


@action(
    "services.item.publish", title=t("发布", "Publish"), icon="send", says=("services.item.published",), when=_is_draft
)
def publish(actor: Actor, version: Version) -> Version:
    """Refused with every grave finding; what is merely missing is published as it is."""
    grave = [one for one in means.findings(version.facts) if one.is_grave]
    if grave:
        raise Problems([Problem(one.text, field=one.field) for one in grave])
    shelving.put_in_force(version, actor.name)
    say("services.item.published", facts_of(version.item))
    return version


@action(
    "services.item.retire",
    title=t("取消事项", "Retire"),
    icon="archive",
    says=("services.item.retired",),
    when=lambda item: item.state == Item.PUBLISHED,
    confirm=t("取消后不再受理新申请，在办的照常办完。", "No new application is taken; those under way go on."),
)
def retire(
    actor: Actor,
    item: Item,
    reason: Annotated[str, Field(title=t("依据或原因", "Reason"), min_length=2, max_length=200)],
) -> Item:
    item.state, item.changed_at = Item.RETIRED, clock.now()
    item.save(update_fields=["state", "changed_at"])
    say("services.item.retired", {**facts_of(item), "reason": reason})
    return item


@action(
    "services.item.restore",
    title=t("恢复事项", "Restore"),
    icon="refresh",
    says=("services.item.published",),
    when=lambda item: item.state == Item.RETIRED,
)
def restore(actor: Actor, item: Item) -> Item:
    item.state, item.changed_at = Item.PUBLISHED, clock.now()
    item.save(update_fields=["state", "changed_at"])
    say("services.item.published", facts_of(item))
    return item


def facts_of(item: Item) -> dict[str, Any]:
    """What an event tells, so that nobody asks back."""
    return {
        "code": item.code,
        "name": {"zh": item.name_zh, "en": item.name_en},
        "kind": item.kind,
        "organisation": item.organisation_id,
        "version": item.number,
        "is_online": item.is_online,
    }


@action(
    "services.item.import_items",
    title=t("导入事项", "Import items"),
    icon="file-import",
    lead=t(
        "CSV 或 Excel，第一行为列名，至少有编码、名称、类型；部门名在本市机构中找不到的，归入下面选的机构。",
        "CSV or Excel with names of columns in the first row: code, name and kind at least. A department that "
        "the city does not have falls to the organisation chosen here.",
    ),
)
def import_items(
    actor: Actor,
    file: Annotated[UploadedFile, Field(title=t("文件", "File"))],
    organisation: Home,
) -> Import:
    """Good rows come in, bad ones are named; the same file again changes nothing."""
    rows = importing.read(file, organisation)
    importing.clashes(rows, _owners(actor))
    good = [(row.shown, row.facts) for row in rows if not row.reason]
    name = (file.name or "")[:200]
    outcome = shelving.shelve(good, actor.name, name, name)
    words = [row.reason and "bad" or outcome[row.shown["code"]] for row in rows]
    made = Import.objects.create(
        name=name,
        digest=_digest(file),
        organisation=organisation,
        rows=len(rows),
        by=actor.name,
        **{word: words.count(word) for word in ("made", "changed", "same", "bad")},
    )
    ImportRow.objects.bulk_create(
        [
            ImportRow(run=made, line=row.line, code=row.code, name=row.name, outcome=word, reason=row.reason[:300])
            for row, word in zip(rows, words, strict=True)
        ],
        batch_size=2000,
    )
    return made


def _owners(actor: Actor) -> frozenset[str] | None:
    spans = rights.reach(actor, "services.item.import_items")
    if any(span.organisations is None for span in spans):
        return None
    return frozenset(code for span in spans for code in span.organisations or ())


def _digest(file: UploadedFile) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
