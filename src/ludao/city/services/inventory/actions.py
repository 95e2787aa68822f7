"""What is done to the inventory: systems registered, corrected, retired, connected; a census begun and answered."""

from datetime import date
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import OWN, Choices, Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from . import importing
from .engine.likeness import Described, alike
from .models import HOSTS, KINDS, STATES, WAYS, Census, Connection, Overlap, Reply, System

Name = Annotated[str, Field(title=t("系统名称", "Name"), min_length=2, max_length=120)]
Owner = Annotated[Organisation, Field(title=t("主管单位", "Owner")), OWN]
Source = Annotated[System, Field(title=t("提供方", "From"))]
Target = Annotated[System, Field(title=t("使用方", "To"))]
KindOf = Annotated[
    Literal["business", "platform", "portal", "app", "office", "data"],
    Field(title=t("类别", "Kind")),
    Choices(dict(KINDS)),
]
State = Annotated[
    Literal["planned", "building", "running", "stopped", "retired"],
    Field(title=t("状态", "State")),
    Choices(dict(STATES)),
]
Purpose = Annotated[str, Field(title=t("主要功能", "What it does"), max_length=2000), Kind("text")]
Holds = Annotated[str, Field(title=t("掌握的数据", "Data it holds"), max_length=2000), Kind("text")]
Host = Annotated[
    Literal["cloud", "own", "province", "state", "rented"], Field(title=t("部署", "Hosted")), Choices(dict(HOSTS))
]
Supplier = Annotated[str, Field(title=t("承建单位", "Supplier"), max_length=120)]
Grade = Annotated[int, Field(title=t("等级保护（0 为未定级）", "Grade of protection (0: not graded)"), ge=0, le=5)]
FiledAs = Annotated[str, Field(title=t("等保备案编号", "Filed as"), max_length=60)]
Day = date | None
Assessed = Annotated[Day, Field(title=t("上次等保测评", "Last assessed"))]
Built = Annotated[Day, Field(title=t("上线日期", "In use since"))]
BuiltFen = Annotated[int, Field(title=t("建设投资（分）", "Cost to build (fen)"), ge=0, le=10**13)]
YearlyFen = Annotated[int, Field(title=t("年运维费（分）", "Cost a year (fen)"), ge=0, le=10**12)]
Users = Annotated[int, Field(title=t("账号数", "Accounts"), ge=0, le=10**9)]
Active = Annotated[int, Field(title=t("月活跃用户", "Active a month"), ge=0, le=10**9)]
Used = Annotated[Day, Field(title=t("最近使用", "Last used"))]
Note = Annotated[str, Field(title=t("说明", "Note"), max_length=500)]


@action(
    "services.inventory.register",
    title=t("登记系统", "Register a system"),
    says=("services.inventory.registered",),
    icon="plus",
)
def register(
    actor: Actor,
    name: Name,
    owner: Owner,
    kind: KindOf = "business",
    state: State = "running",
    purpose: Purpose = "",
    holds: Holds = "",
    host: Host = "cloud",
    supplier: Supplier = "",
    grade: Grade = 0,
    filed_as: FiledAs = "",
    assessed_on: Assessed = None,
    built_on: Built = None,
    built_fen: BuiltFen = 0,
    yearly_fen: YearlyFen = 0,
    users: Users = 0,
    active: Active = 0,
    used_on: Used = None,
) -> System:
    """A second one of the same name and owner is a mistake."""
    if System.objects.filter(owner=owner, name=name).exclude(state="retired").exists():
        raise Problem(t(f"{owner}已登记“{name}”", f"{owner} has “{name}” already"), field="name")
    given = {k: v for k, v in locals().items() if k != "actor"}
    checked(given)
    Organisation.objects.select_for_update().get(pk=owner.pk)
    system = System.objects.create(code=_code(owner), **given)
    say("services.inventory.registered", {"code": system.code, "name": name, "owner": owner.pk})
    return system


def _code(owner: Organisation) -> str:
    last = System.objects.filter(owner=owner).aggregate(most=Max("code"))["most"] or ""
    number = int(last.rpartition("-")[2]) + 1 if last else 1
    return f"{owner.pk}-{number:04}"


def checked(given: dict[str, Any]) -> None:
    """Raises Problems for what cannot be so."""
    wrong = []
    if given["active"] > given["users"]:
        wrong.append(Problem(t("活跃用户不能多于账号数", "More active users than accounts"), field="active"))
    if given["grade"] >= 2 and given["assessed_on"] and given["assessed_on"] > clock.today():
        wrong.append(Problem(t("测评日期在将来", "The day of assessment lies ahead"), field="assessed_on"))
    if given["state"] == "running" and given["built_on"] and given["built_on"] > clock.today():
        wrong.append(Problem(t("在用的系统上线日期不能在将来", "In use, but from a day ahead"), field="built_on"))
    if wrong:
        raise Problems(wrong)


@action("services.inventory.correct", title=t("更正", "Correct"), icon="edit", when=lambda system: system.is_counted)
def correct(
    actor: Actor,
    system: System,
    name: Name,
    kind: KindOf,
    state: State,
    purpose: Purpose = "",
    holds: Holds = "",
    host: Host = "cloud",
    supplier: Supplier = "",
    grade: Grade = 0,
    filed_as: FiledAs = "",
    assessed_on: Assessed = None,
    built_on: Built = None,
    built_fen: BuiltFen = 0,
    yearly_fen: YearlyFen = 0,
    users: Users = 0,
    active: Active = 0,
    used_on: Used = None,
) -> System:
    given = {k: v for k, v in locals().items() if k not in ("actor", "system")}
    checked(given)
    for field, value in given.items():
        setattr(system, field, value)
    system.checked_on = clock.today()
    system.save()
    return system


@action(
    "services.inventory.retire",
    title=t("下线", "Retire"),
    icon="circle-off",
    when=lambda system: system.is_counted,
    confirm=t("下线后不再计入统计，记录保留。", "It no longer counts; its record is kept."),
)
def retire(actor: Actor, system: System) -> System:
    system.state = "retired"
    system.save(update_fields=["state"])
    return system


@action("services.inventory.connect", title=t("登记连接", "Enter a connection"), icon="link")
def connect(
    actor: Actor,
    source: Source,
    target: Target,
    content: Annotated[str, Field(title=t("内容", "What"), min_length=2, max_length=200)],
    way: Annotated[
        Literal["api", "file", "database", "message", "manual"], Field(title=t("方式", "By")), Choices(dict(WAYS))
    ] = "api",
    often: Annotated[str, Field(title=t("频率", "How often"), max_length=60)] = "",
) -> Connection:
    if source.pk == target.pk:
        raise Problem(t("不能与自己连接", "Not with itself"), field="target")
    made, is_new = Connection.objects.get_or_create(
        source=source, target=target, content=content, defaults={"way": way, "often": often}
    )
    if not is_new:
        raise Conflict(t("这条连接已登记", "This connection is entered already"))
    return made


@action("services.inventory.disconnect", title=t("删除连接", "Remove the connection"), icon="unlink")
def disconnect(actor: Actor, connection: Connection) -> None:
    connection.delete()


@action(
    "services.inventory.import_file",
    title=t("导入清单", "Import a list"),
    icon="upload",
    lead=t(
        "CSV 或 Excel；同一单位的同名系统更新，其余新增。一行有错则整份不导入，并指出行号。",
        "CSV or Excel; a system of the same name and owner is updated. One bad row and nothing is taken in.",
    ),
)
def import_file(actor: Actor, file: Annotated[UploadedFile, Field(title=t("文件", "File"))]) -> None:
    rows = importing.read(file)
    for row in rows:
        found = System.objects.filter(owner=row["owner"], name=row["name"]).exclude(state="retired").first()
        checked(row)
        if found is None:
            System.objects.create(code=_code(row["owner"]), **row)
        else:
            System.objects.filter(pk=found.pk).update(**row, checked_on=clock.today())


@action(
    "services.inventory.begin_census",
    title=t("开始普查", "Begin a census"),
    icon="clipboard-list",
    says=("services.inventory.census_begun",),
)
def begin_census(
    actor: Actor,
    title: Annotated[str, Field(title=t("名称", "Title"), min_length=2, max_length=120)],
    due_on: Annotated[date, Field(title=t("截止日期", "Due"))],
    organisations: Annotated[list[Organisation], Field(title=t("填报单位", "Organisations"), min_length=1)],
) -> Census:
    if due_on < clock.today():
        raise Problem(t("截止日期已过", "The day is past"), field="due_on")
    census = Census.objects.create(title=title, due_on=due_on)
    Reply.objects.bulk_create(Reply(census=census, organisation=one) for one in organisations)
    asked = [one.pk for one in organisations]
    facts = {"census": census.pk, "title": title, "due_on": due_on.isoformat(), "organisations": asked}
    say("services.inventory.census_begun", facts)
    return census


@action(
    "services.inventory.submit",
    title=t("提交填报", "Submit"),
    icon="send",
    when=lambda reply: reply.is_due,
    lead=t("确认本单位的系统都已登记、内容已核对。", "All systems of the organisation are registered and right."),
)
def submit(actor: Actor, reply: Reply, note: Note = "") -> Reply:
    """Each of its systems counts as checked today."""
    systems = System.objects.filter(owner=reply.organisation).exclude(state="retired")
    if not systems.exists() and not note:
        raise Problem(t("没有系统时请写明“无”", "Say so where there is none"), field="note")
    reply.systems = systems.update(checked_on=clock.today())
    reply.state, reply.note = Reply.SUBMITTED, note
    reply.submitted_on, reply.submitted_by = clock.today(), actor.name
    reply.save()
    return reply


@action(
    "services.inventory.accept",
    title=t("确认", "Accept"),
    icon="check",
    says=("services.inventory.reply_accepted",),
    when=lambda reply: reply.state == Reply.SUBMITTED,
)
def accept(actor: Actor, reply: Reply) -> Reply:
    reply.state = Reply.ACCEPTED
    reply.save(update_fields=["state"])
    say(
        "services.inventory.reply_accepted",
        {"census": reply.census_id, "organisation": reply.organisation_id, "systems": reply.systems},
    )
    return reply


@action(
    "services.inventory.send_back",
    title=t("退回修改", "Send back"),
    icon="arrow-back-up",
    when=lambda reply: reply.state == Reply.SUBMITTED,
)
def send_back(
    actor: Actor, reply: Reply, note: Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=500)]
) -> Reply:
    reply.state, reply.note = Reply.RETURNED, note
    reply.save(update_fields=["state", "note"])
    return reply


@action(
    "services.inventory.find_overlaps",
    title=t("查找疑似重复", "Find overlaps"),
    icon="search",
    lead=t("比较各单位系统的名称、功能和数据；已有结论的不改。", "By names, functions and data; what is judged stays."),
)
def find_overlaps(actor: Actor) -> None:
    rows = System.objects.exclude(state="retired").values_list("pk", "owner_id", "name", "purpose", "holds")
    pairs = alike([Described(*row) for row in rows])
    Overlap.objects.filter(state=Overlap.OPEN).delete()
    judged = set(Overlap.objects.values_list("one_id", "other_id"))
    Overlap.objects.bulk_create(
        Overlap(one_id=p.one, other_id=p.other, percent=round(p.score * 100), shared="、".join(p.shared)[:300])
        for p in pairs
        if (p.one, p.other) not in judged
    )


@action("services.inventory.judge", title=t("研判", "Judge"), icon="gavel")
def judge(
    actor: Actor,
    overlap: Overlap,
    verdict: Annotated[
        Literal["confirmed", "dismissed"],
        Field(title=t("结论", "Verdict")),
        Choices({"confirmed": t("确属重复", "Overlaps"), "dismissed": t("并不重复", "Does not")}),
    ],
    why: Annotated[str, Field(title=t("理由", "Why"), min_length=2, max_length=300)],
) -> Overlap:
    overlap.state, overlap.why = verdict, why
    overlap.save(update_fields=["state", "why"])
    return overlap
