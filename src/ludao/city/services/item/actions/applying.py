"""The verbs of applying: begin, answer, fill in, hand in materials, send; the same at the counter for somebody."""

import json
from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems, Refused
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import Enterprise, Person

from .. import holding
from ..engine import facts as engine
from ..models import Application, Item, Version
from ..models.applying import KIND

RIGHT = "services.item.apply"
PROMISE = t("本人承诺所填内容真实，愿承担法律责任", "I declare that what I say is true")


def _is_draft(application: Application) -> bool:
    return application.state == Application.DRAFT


def _offered(item: Item) -> Version:
    """The version in force. Raises Conflict for an item that is not applied for here."""
    version = item.versions.filter(state=Version.PUBLISHED).first()
    if item.state != Item.PUBLISHED or version is None or not engine.is_online(version.facts):
        raise Conflict(t("这个事项暂不能网上申请，请到窗口办理", "It is not applied for online: come to the counter"))
    return version


@action("services.item.apply", title=t("申请", "Apply"), icon="send", when=lambda item: item.is_online)
def begin(actor: Actor, item: Item) -> Application:
    """One draft a person (or enterprise) and item; whoever comes back goes on with it."""
    version = _offered(item)
    company = actor.organisation if actor.organisation and not actor.post else ""
    person = Person.objects.get(pk=actor.person)
    found = Application.objects.filter(
        item=item, person=person, enterprise=company, state=Application.DRAFT, clerk=""
    ).first()
    if found and found.version_id == version.pk:
        return found
    if found:
        found.version, found.answers = version, {}
        found.save(update_fields=["version", "answers"])
        return found
    name = Enterprise.objects.get(pk=company).name if company else person.name
    return Application.objects.create(
        item=item, version=version, organisation=item.organisation, person=person, enterprise=company, applicant=name
    )


@action(
    "services.item.hand_in",
    title=t("窗口代录", "Hand in for somebody"),
    icon="user-plus",
    when=lambda item: item.is_online,
    lead=t(
        "申请人在场，由窗口人员代为填写；请先核对其身份证件。",
        "The applicant is present and the clerk fills in; check the identity card first.",
    ),
)
def hand_in(
    actor: Actor,
    item: Item,
    name: Annotated[str, Field(title=t("申请人姓名（企业名称）", "Applicant"), min_length=2, max_length=200)],
    username: Annotated[
        str,
        Field(
            title=t("鹭岛账号", "Account"),
            max_length=40,
            description=t(
                "申请人有账号时填写，办件会出现在其账号中", "So that the case shows in the applicant's account"
            ),
        ),
    ] = "",
    enterprise: Annotated[str, Field(title=t("统一社会信用代码", "Credit code"), max_length=18)] = "",
) -> Application:
    version = _offered(item)
    person = Person.objects.filter(username=username).first() if username else None
    if username and person is None:
        raise Problem(t(f"没有账号 {username}", f"There is no account {username}"), field="username")
    if person and not enterprise and person.name != name:
        raise Problem(t("姓名与账号登记的不一致", "The name is not that of the account"), field="name")
    if enterprise and not Enterprise.objects.filter(pk=enterprise).exists():
        raise Problem(t("没有登记这家企业", "No such enterprise is known"), field="enterprise")
    return Application.objects.create(
        item=item,
        version=version,
        organisation=item.organisation,
        person=person,
        enterprise=enterprise,
        applicant=name,
        clerk=actor.name,
        channel="counter",
    )


@action("services.item.answer", title=t("选择情形", "Answer"), icon="list-check", right=RIGHT, when=_is_draft)
def answer(
    actor: Actor,
    application: Application,
    answers: Annotated[str, Field(title=t("情形（JSON）", "Answers (JSON)"), max_length=4000), Kind("text")],
) -> Application:
    said = _json(answers, "answers")
    kept, problems = {}, []
    for question in application.version.facts.get("questions", ()):
        code, options = question["code"], [one["value"] for one in question.get("options", ())]
        if said.get(code) not in options:
            problems.append(Problem(t("请选择一项", "Please choose one"), field=code))
        else:
            kept[code] = said[code]
    if problems:
        raise Problems(problems)
    application.answers = kept
    application.save(update_fields=["answers"])
    return application


@action("services.item.fill", title=t("填写申请", "Fill in"), icon="edit", right=RIGHT, when=_is_draft)
def fill(
    actor: Actor,
    application: Application,
    data: Annotated[str, Field(title=t("申请内容（JSON）", "Data (JSON)"), max_length=500_000), Kind("text")],
) -> Application:
    """Checked against the form as a whole; problems name the fields."""
    given = _json(data, "data")
    if problems := forms.check(form_of(application), {k: v for k, v in given.items() if k != "_from"}):
        raise Problems(problems)
    application.data = given
    application.save(update_fields=["data"])
    return application


@action(
    "services.item.attach", title=t("上传材料", "Hand in a material"), icon="paperclip", right=RIGHT, when=_is_draft
)
def attach(
    actor: Actor,
    application: Application,
    code: Annotated[str, Field(title=t("材料代码", "Code"), max_length=60)],
    file: Annotated[UploadedFile, Field(title=t("文件", "File"))],
) -> Application:
    """One file a material; another takes its place."""
    wanted = next((one for one in application.needed if one["code"] == code), None)
    if wanted is None:
        raise Problem(t("这次申请不需要这份材料", "This application does not need that"), field="code")
    kept = document.keep(
        actor,
        file,
        title=str(wanted["name_zh"])[:200],
        about=f"services.item.application:{application.pk}",
        organisation="",
        term="short",
    )
    application.materials = {**application.materials, code: kept.pk}
    application.save(update_fields=["materials"])
    return application


@action("services.item.detach", title=t("移除材料", "Take a material back"), icon="x", right=RIGHT, when=_is_draft)
def detach(
    actor: Actor, application: Application, code: Annotated[str, Field(title=t("材料代码", "Code"), max_length=60)]
) -> Application:
    application.materials = {k: v for k, v in application.materials.items() if k != code}
    application.save(update_fields=["materials"])
    return application


@action(
    "services.item.drop",
    title=t("删除草稿", "Drop the draft"),
    icon="trash",
    right=RIGHT,
    when=_is_draft,
    confirm=t("删除后不能恢复。", "It cannot be brought back."),
)
def drop(actor: Actor, application: Application) -> None:
    forms.drop_draft(actor, about_of(application))
    application.delete()


@action(
    "services.item.send",
    title=t("提交申请", "Send"),
    icon="send",
    right=RIGHT,
    when=_is_draft,
    says=("services.item.applied",),
)
def send(
    actor: Actor,
    application: Application,
    promise: Annotated[bool, Field(title=PROMISE)] = False,
    note: Annotated[str, Field(title=t("补充说明", "Anything else"), max_length=500)] = "",
) -> Application:
    """The application becomes a case, with its number, papers and first step. Refused while anything is missing."""
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("item", "version", "organisation", "person")
        .get(pk=application.pk)
    )
    if application.state != Application.DRAFT:
        raise Conflict(t("这份申请已经提交过了", "It has been sent already"))
    holding.look(actor, application)
    problems = missing(application)
    if not promise:
        problems.append(Problem(t("请勾选承诺", "Please tick the declaration"), field="promise"))
    if problems:
        raise Problems(problems)
    item, facts, version = application.item, application.version.facts, form_of(application)
    case = cases.open(
        actor,
        kind=KIND,
        title=item.name_zh,
        title_en=item.name_en,
        applicant=_applicant(actor, application),
        organisation=application.organisation,
        form=version,
        data=application.data,
        process=facts["process"],
        promised_days=item.promised_days,
        legal_days=item.legal_days,
        item=item.code,
        channel=application.channel,
        facts={"answers": application.answers, "version": application.version.number, "promise": str(clock.now())},
        papers=list(_papers(application)),
    )
    if note.strip():
        cases.said(actor, case, note.strip())
    forms.hand_over(actor, version, application.data, about=f"case:{case.pk}", organisation=case.organisation_id)
    _given(actor, application, f"case:{case.pk}")
    forms.drop_draft(actor, about_of(application))
    application.state, application.sent_at = Application.SENT, clock.now()
    application.case, application.number, application.data, application.held = case.pk, case.number, {}, {}
    application.save()
    Item.objects.filter(pk=item.pk).update(applied=F("applied") + 1)
    say(
        "services.item.applied",
        {
            "case": case.pk,
            "number": case.number,
            "item": item.code,
            "organisation": case.organisation_id,
            "channel": application.channel,
        },
    )
    return application


def about_of(application: Application) -> str:
    return f"services.item.application:{application.pk}"


def form_of(application: Application) -> forms.Version:
    """The form in force: whoever filled in an older one is asked again where it has changed."""
    return forms.current(application.version.facts["form"])


def missing(application: Application) -> list[Problem]:
    """What still has to be done before it can be sent."""
    facts = application.version.facts
    problems: list[Problem] = []
    asked = {question["code"] for question in facts.get("questions", ())}
    if asked - set(application.answers):
        problems.append(Problem(t("请先选择办理情形", "Please answer the questions first"), field="answers"))
    given = {k: v for k, v in application.data.items() if k != "_from"}
    if not given or forms.check(form_of(application), given):
        problems.append(Problem(t("申请表还没有填完", "The form is not complete"), field="data"))
    problems += [
        Problem(t(f"还缺材料：{one['name_zh']}", f"Missing: {one.get('name_en') or one['name_zh']}"), field=one["code"])
        for one in application.needed
        if not (one.get("held") or one.get("optional") or one["document"])
    ]
    return problems


def _applicant(actor: Actor, application: Application) -> cases.Applicant:
    if not application.clerk:
        return cases.Applicant.of(actor)
    data = application.data
    company = Enterprise.objects.filter(pk=application.enterprise).first() if application.enterprise else None
    return cases.Applicant(
        name=application.applicant,
        person=None if company else application.person,
        enterprise=company,
        agent=application.person if company else None,
        id_number=str(data.get("id_number") or ""),
        phone=str(data.get("phone") or data.get("contact_phone") or ""),
    )


def _papers(application: Application) -> Any:
    given = document.Document.objects.in_bulk([pk for pk in application.materials.values() if pk])
    for one in application.needed:
        yield cases.Paper(
            code=one["code"],
            title=one["name_zh"],
            title_en=one.get("name_en", ""),
            is_required=not one.get("optional"),
            document=given.get(one["document"]),
            source=str(one.get("held", ""))[:200],
        )


def _given(actor: Actor, application: Application, about: str) -> None:
    """The papers that were handed in now belong to the case and are kept as long as it is."""
    kept = document.Document.objects.filter(pk__in=[pk for pk in application.materials.values() if pk])
    document.adopt(
        actor,
        [one.pk for one in kept],
        since=about_of(application),
        about=about,
        organisation=application.organisation_id,
        term="ten",
    )


def _json(text: str, field: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Problem(t("应为一个 JSON 对象", "A JSON object is expected"), field=field)
    return said


def require_own(actor: Actor, application: Application) -> None:
    """The applicant's own, or (at the counter) that of the clerk who fills it in. Raises Refused."""
    if application.clerk and actor.post:
        return
    company = actor.organisation if actor.organisation and not actor.post else ""
    if str(application.person_id) != actor.person or application.enterprise != company:
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
