"""From an uploaded text to a draft in the database: the file's characters, then every item and target as read."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .engine import reading as engine
from .engine import targets
from .models import Item, Plan, Target

LARGEST = 2 * 2**20
ENCODINGS = ("utf-8-sig", "gb18030")


def decoded(file: UploadedFile) -> str:
    """The text of the file, in UTF-8 or in the national encoding (GB 18030)."""
    if (file.size or 0) > LARGEST:
        raise Problem(t("文本文件不超过 2 MB", "A text file may have 2 MB at most"), field="file")
    content = file.read()
    if b"\x00" in content:
        words = t("这不是文本文件；请另存为 .txt 再上传", "This is no text; save it as .txt and try again")
        raise Problem(words, field="file")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(t("文字编码无法识别；请存为 UTF-8 或 GB 18030", "Unknown encoding; save it as UTF-8"), field="file")


def draft(text: str, reading: engine.Reading, keeper: Organisation, by: str) -> Plan:
    """Stores what was read. Owners that the text names are found by name; the rest belongs to `keeper`."""
    year = clock.today().year
    plan = Plan.objects.create(
        title=reading.title[:200] or t("未命名", "Untitled"),
        first_year=reading.first_year or year,
        last_year=reading.last_year or year,
        text=text,
        notices=[{"line": n.line, "zh": n.zh, "en": n.en} for n in reading.notices],
        uploaded_by=by,
    )
    known = organisations(reading)
    for place, one in enumerate(reading.items, 1):
        item = stored(plan, place, one, next((known[s.text] for s in one.leads if s.text in known), keeper))
        item.co_owners.set(known[s.text] for s in (*one.leads[1:], *one.supports) if s.text in known)
        Target.objects.bulk_create(target(item, found) for found in one.targets)
    return plan


def organisations(reading: engine.Reading) -> dict[str, Organisation]:
    """The organisations that the text names, by full or short name."""
    names = {s.text for item in reading.items for s in (*item.leads, *item.supports)}
    found = Organisation.objects.filter(name__in=names) | Organisation.objects.filter(short__in=names)
    return {name: o for o in found for name in (o.name, o.short) if name in names}


def stored(plan: Plan, place: int, one: engine.Item, owner: Organisation) -> Item:
    days = [found.due_on for found in one.targets if found.due_on]
    return Item.objects.create(
        plan=plan,
        place=place,
        number=one.number,
        part=one.part.title[:100],
        section=one.section.title[:100],
        title=one.title.text[:300],
        text=one.body.text,
        start=one.start,
        end=max(one.title.end, one.body.end),
        owner=owner,
        begins_on=plan.begins_on,
        due_on=max([*days, plan.ends_on]) if days and max(days) > plan.ends_on else plan.ends_on,
    )


def target(item: Item, found: targets.Target) -> Target:
    return Target(
        item=item,
        kind=found.kind,
        subject=found.subject.text[:300],
        sign=found.sign,
        value=found.value,
        upper=found.upper,
        unit=found.unit,
        change=found.change,
        is_hope=found.is_hope,
        names=list(found.names),
        due_on=due(found, item.due_on),
        said=found.said.text[:500],
        start=found.said.start,
        end=found.said.end,
    )


def due(found: targets.Target, otherwise: date) -> date:
    return found.due_on or otherwise
