"""The pages of sharing for services: my data and who used it; how much of each form is filled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base.pages import Column, Detail, List, Page
from ludao.base.text import t
from ludao.blocks.form.public import Subject
from ludao.blocks.identity.public import Enterprise, Organisation, Person

from . import holding, telling
from .models import Share


def mine(request: HttpRequest) -> HttpResponse:
    """What was fetched about me (or the enterprise I act for) when something was applied for."""
    kind, subject = _me(request)
    entity, _ = holding.entity_of(kind, subject)
    said = request.GET.get("before", "")
    before = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    uses = telling.uses(kind, entity, before) if entity else []
    bodies = Organisation.objects.in_bulk({one["organisation"] for one in uses})
    for one in uses:
        one["body"] = str(bodies.get(one["organisation"], ""))
        one["is_own"] = one["person"] == request.actor.person
    return render(request, "sharing/mine.html", {
        "title": t("谁用了我的数据", "Who used my data"), "uses": uses, "area": "portal", "is_later": bool(before),
        "more_url": f"?before={uses[-1]['pk']}" if len(uses) == telling.PAGE else "", "has_file": bool(entity),
        "lead": t("办事时从各部门取用的您的信息：哪些、从哪里、为了什么、谁在办。",
                  "What was fetched about you for applications: which, from where, what for, by whom."),
        "file_url": f"/data/{kind}/mine/?tab=looks"})


def _me(request: HttpRequest) -> tuple[str, Subject]:
    """Under the hat of an enterprise, the enterprise; else the person, once the number is proven."""
    actor = request.actor
    if not actor.post and actor.organisation and Enterprise.objects.filter(pk=actor.organisation).exists():
        return "enterprise", Subject(enterprise_code=actor.organisation)
    me = Person.objects.get(pk=actor.person)
    return "person", Subject(person_id=me.pk, id_number=me.id_number if me.assurance >= Person.NUMBER else "")


pages = [
    List(
        Share, title=t("免填率", "Share filled"), icon="forms",
        lead=t("按表单和月份：群众开始填写时，系统已经替他们填好了多少。",
               "By form and month: how much was filled in for people when they began."),
        columns=(Column("title", t("名称", "Title")), "month", "times", "asked", "filled",
                 Column("percent", t("免填率", "Share filled"), "percent"), "last_at", "about"),
        filters=("month",), search=("title_zh",), sort=("share", "times"), hidden=("about",), order="-pk",
        empty=t("还没有人填过。", "Nobody has filled in a form yet."),
    ),
    Detail(Share, fields=("about", "month", "times", "asked", "filled", Column("percent", t("免填率", "Share filled"),
                                                                              "percent"), "last_at")),
    Page("mine/", mine, t("谁用了我的数据", "Who used my data"), "mine", "eye",
         words=("我的数据", "谁查了我的信息", "免填", "预填")),
]
