"""An indicator drawn up by fields: the form, what it would give before it is kept, and what each version changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ludao.base import clock, history
from ludao.base.errors import LudaoError, Problem, Refused
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Area, Organisation
from ludao.blocks.indicator import actions, computing, defining, house
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import DIRECTIONS, LEVELS, PERIODS, THEMES, Indicator, author, shown
from ludao.blocks.lake import public as lake

WAYS = [
    ("computed", t("由数据计算", "Computed from data")),
    ("formula", t("由其他指标计算", "By a formula over indicators")),
    ("reported", t("部门填报", "Reported by the department")),
]
OWN = "own"
OWN_WORDS = ("area", "since", "until", "day", "at")
PREVIEWED = 6


class Draft(forms.Form):
    """Every word of a definition as a field."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$",
        label=t("编码", "Code"),
        max_length=100,
        help_text=t("英文小写，以点分段，如 hotline.noise_night", "Lower case with dots: hotline.noise_night"),
        error_messages={"invalid": t("写成小写英文并以点分段", "Write lower-case words with dots")},
    )
    zh = forms.CharField(label=t("中文名称", "Title in Chinese"), max_length=200)
    en = forms.CharField(label=t("英文名称", "Title in English"), max_length=300)
    theme = forms.ChoiceField(label=t("主题", "Theme"), choices=THEMES)
    group = forms.CharField(label=t("分组", "Group"), max_length=60, required=False)
    means_zh = forms.CharField(
        label=t("含义与口径", "Meaning"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    means_en = forms.CharField(
        label=t("英文含义", "Meaning in English"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.ChoiceField(label=t("来源部门", "Department"))
    unit_zh = forms.CharField(label=t("单位", "Unit"), max_length=40, required=False)
    unit_en = forms.CharField(label=t("英文单位", "Unit in English"), max_length=60, required=False)
    precision = forms.IntegerField(label=t("小数位", "Decimals"), min_value=0, max_value=6, initial=0)
    direction = forms.ChoiceField(label=t("方向", "Direction"), choices=DIRECTIONS, initial="none")
    areas = forms.ChoiceField(label=t("统计到", "Areas"), choices=LEVELS)
    period = forms.ChoiceField(label=t("周期", "Period"), choices=PERIODS, initial="month")
    way = forms.ChoiceField(label=t("取得方式", "Method"), choices=WAYS)
    source = forms.ChoiceField(label=t("数据来源", "Source"), required=False)
    sql = forms.CharField(
        label=t("自写查询（SQL）", "A query of your own (SQL)"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=t(
            "数据来源选“自写查询”时填：select … from source.hotline.call",
            "When the source is a query of your own: select … from source.hotline.call",
        ),
    )
    area = forms.CharField(label=t("区域代码列", "Column of the area"), required=False, max_length=60)
    day = forms.CharField(
        label=t("发生日期列", "Column of the day"),
        required=False,
        max_length=60,
        help_text=t("按期间计数时填", "When rows of a period are counted"),
    )
    since = forms.CharField(label=t("开始日期列", "Column of the beginning"), required=False, max_length=60)
    until = forms.CharField(label=t("结束日期列", "Column of the end"), required=False, max_length=60)
    at = forms.CharField(label=t("更新时间列", "Column of freshness"), required=False, max_length=60)
    value = forms.CharField(
        label=t("计算式", "Value"),
        required=False,
        max_length=600,
        help_text=t(
            "聚合式，如 count(*)、sum(amount_fen) / 1000000", "An aggregate: count(*), sum(amount_fen) / 1000000"
        ),
    )
    where = forms.CharField(
        label=t("条件", "Condition"),
        required=False,
        max_length=600,
        help_text=t(
            "如 topic = '噪音扰民'、extract(hour from called_at) < 5", "Such as extract(hour from called_at) < 5"
        ),
    )
    formula = forms.CharField(
        label=t("公式", "Formula"),
        required=False,
        max_length=600,
        help_text=t(
            "用指标编码书写，如 hotline.noise / hotline.calls * 100；可用 growth(x)、year_ago(x)、mean(x, 12)",
            "Over codes of indicators: hotline.noise / hotline.calls * 100; growth(x), year_ago(x), mean(x, 12)",
        ),
    )
    low = forms.FloatField(label=t("填报下限", "Least reported value"), required=False)
    high = forms.FloatField(label=t("填报上限", "Greatest reported value"), required=False)
    amber = forms.CharField(
        label=t("预警阈值", "Warning"),
        required=False,
        max_length=30,
        help_text=t("如 < 60 或 >= 30", "Such as < 60 or >= 30"),
    )
    red = forms.CharField(label=t("告警阈值", "Alarm"), required=False, max_length=30)
    target = forms.FloatField(label=t("目标值", "Target"), required=False)
    ref = forms.CharField(label=t("标准或依据", "Reference"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Organisation.objects.filter(is_active=True).order_by("code").values_list("pk", "name", "name_en")
        self.fields["owner"].choices = [(pk, pick(zh, en or zh)) for pk, zh, en in owners]  # type: ignore[attr-defined]
        named = sorted(house.sources().values(), key=lambda one: one.name)
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            (OWN, t("自写查询", "A query of my own")),
            *((one.name, f"{one.name} · {', '.join(computing.named(one.sql))}"[:120]) for one in named),
        ]
        known = sorted(house.references())
        self.fields["ref"].help_text = t("用分号隔开：", "Separated by semicolons: ") + ", ".join(known)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = {"computed": ("source", "value"), "formula": ("formula",), "reported": ()}[
            given.get("way", "reported")
        ]
        for name in needed + (("sql",) if "source" in needed and given.get("source") == OWN else ()):
            if not given.get(name):
                self.add_error(name, t("请填写", "Please fill this in"))
        return given


# Each with the method it belongs to; the style sheet shows those of the method that is chosen, without a script.
GROUPS = (
    (t("是什么", "What it is"), "", ("code", "zh", "en", "theme", "group", "means_zh", "means_en", "owner")),
    (
        t("怎样统计", "How it is counted"),
        "",
        ("unit_zh", "unit_en", "precision", "direction", "areas", "period", "way"),
    ),
    (
        t("由数据计算", "Computed from data"),
        "computed",
        ("source", "sql", "area", "at", "day", "since", "until", "value", "where"),
    ),
    (t("由公式计算", "By a formula"), "formula", ("formula",)),
    (t("部门填报", "Reported"), "reported", ("low", "high")),
    (t("评价", "How it is judged"), "", ("amber", "red", "target", "ref")),
)


def words(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as the words of a definition."""
    said: dict[str, Any] = {k: given[k] for k in ("zh", "en", "theme", "group", "owner", "precision", "direction")}
    said |= {k: given[k] for k in ("areas", "period", "amber", "red", "target", "ref")}
    said["means"] = "|".join(filter(None, (given["means_zh"].strip(), given["means_en"].strip())))
    said["unit"] = "|".join(filter(None, (given["unit_zh"].strip(), given["unit_en"].strip())))
    match given["way"]:
        case "computed":
            own = given["source"] == OWN
            if own:
                said["over"] = {k: given[k] for k in ("sql", *OWN_WORDS) if given[k]}
            else:
                said |= {"source": given["source"], **{k: given[k] for k in ("day", "since", "until")}}
            said |= {"value": given["value"], "where": given["where"]}
        case "formula":
            said["formula"] = given["formula"]
        case _:
            if given["low"] is not None or given["high"] is not None:
                said["bounds"] = [given["low"], given["high"]]
    return {k: v for k, v in said.items() if v not in ("", None)}


def kept(row: Indicator, given: Mapping[str, Any]) -> dict[str, Any]:
    """The new words, with those of the definition that have no field here."""
    shown_here = {*Draft.base_fields, "means", "unit", "bounds", "over"}
    return {**{k: v for k, v in row.text.items() if k not in shown_here}, **words(given)}


def filled(row: Indicator) -> dict[str, Any]:
    """The fields as a definition fills them."""
    text = dict(row.text)
    one = house.of(row)
    over = text.get("over") or {}
    low, high = one.bounds
    found = {name: text.get(name) for name in Draft.base_fields} | {
        "code": row.code,
        "means_zh": one.means_zh,
        "means_en": one.means_en,
        "unit_zh": one.unit_zh,
        "unit_en": one.unit_en,
        "way": one.method,
        "low": low,
        "high": high,
        "precision": one.precision,
        "direction": one.direction,
        "areas": one.areas,
        "period": one.period,
    }
    if over:
        found |= {"source": OWN, "sql": one.own.sql if one.own else "", **{w: over.get(w, "") for w in OWN_WORDS}}
    return found


def draw(request: HttpRequest) -> HttpResponse:
    """Draw up a new indicator, or another version of one (`code`)."""
    row = _row(request)
    if request.method != "POST":
        form = Draft(initial=filled(row) if row else {"theme": "service", "owner": _mine(request)})
        return _page(request, form, row)
    form = Draft(request.POST)
    said = _said(form, row)
    asks_only = "preview" in request.POST
    one = _tried(request, form, said) if said is not None else None
    if said is None or one is None:
        return render(request, "indicator/_preview.html", {"form": form}) if asks_only else _page(request, form, row)
    if asks_only:
        return render(request, "indicator/_preview.html", _previewed(form, one))
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
    try:
        made = actions.define(request.actor, code=form.cleaned_data["code"], text=text)
    except Refused:
        raise
    except LudaoError as error:
        form.add_error(None, str(error))
        return _page(request, form, row)
    return redirect(made.get_absolute_url())


def _row(request: HttpRequest) -> Indicator | None:
    code = request.GET.get("code", "")
    row = Indicator.objects.filter(pk=code).first() if code else None
    if code and (row is None or row.method not in dict(WAYS)):
        raise Http404
    return row


def _mine(request: HttpRequest) -> str:
    return str(getattr(request.actor, "organisation", "") or "")


def _said(form: Draft, row: Indicator | None) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    code = form.cleaned_data["code"]
    if row is None and Indicator.objects.filter(pk=code).exists():
        form.add_error("code", t("已有这个编码；请从该指标页修改", "This code is taken; edit it from its page"))
        return None
    if row is not None and code != row.code:
        form.add_error("code", t("编码不能改", "The code cannot change"))
        return None
    return kept(row, form.cleaned_data) if row else words(form.cleaned_data)


def _tried(request: HttpRequest, form: Draft, said: dict[str, Any]) -> Definition | None:
    """The definition as it would be kept; None when it is wrong, which is said at its field."""
    try:
        return defining.read(request.actor, form.cleaned_data["code"], said)
    except Problem as problem:
        name = {"means": "means_zh", "unit": "unit_zh", "bounds": "low"}.get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, str(problem))
        return None


def _previewed(form: Draft, one: Definition) -> dict[str, Any]:
    """The newest periods of the city, and its districts in the newest."""
    if one.method == "reported":
        return {"form": form, "is_reported": True}
    try:
        rows = computing.trial(one)
    except Exception as error:  # noqa: BLE001  an engine's words about the query are told, those about a value are not
        told = lake.told_of(type(error).__name__, str(error))
        form.add_error(None, t(f"试算没有通过：{told}", f"It could not be computed: {told}"))
        return {"form": form}
    city = [row for row in rows if row[0] == CITY][:PREVIEWED]
    newest = city[0][1] if city else None
    names = Area.objects.in_bulk([area for area, start, _ in rows if start == newest])
    return {
        "form": form,
        "unit": pick(one.unit_zh, one.unit_en),
        "city": [(periods.name(one.period, start), shown(value, one.precision)) for _, start, value in city],
        "areas": [
            (names[area], shown(value, one.precision))
            for area, start, value in rows
            if start == newest and len(area) > 4 and area in names
        ],
        "newest": periods.name(one.period, newest) if newest else "",
        "at": clock.now(),
    }


def _page(request: HttpRequest, form: Draft, row: Indicator | None) -> HttpResponse:
    title = t(f"修改：{row.title_zh}", f"Edit: {row.title_en}") if row else t("新建指标", "Draw up an indicator")
    back = row.get_absolute_url() if row else "/indicator/"
    context = {
        "title": title,
        "form": form,
        "back_url": back,
        "groups": [
            {"title": name, "of": of, "fields": [form[field] for field in fields]} for name, of, fields in GROUPS
        ],
        "crumbs": [
            {"title": t("指标", "Indicators"), "url": "/indicator/"},
            *([{"title": row.title, "url": back}] if row else []),
            {"title": title if row is None else t("修改", "Edit"), "url": ""},
        ],
    }
    return render(request, "indicator/draw.html", context, status=422 if form.errors else 200)


# — versions ————————————————————————————————————————————————————————————————————————————————————————


def exported(request: HttpRequest, code: str) -> HttpResponse:
    """The definition as the text that a file of definitions holds."""
    row = get_object_or_404(Indicator, pk=code)
    text = yaml.safe_dump({"indicators": {code: dict(row.text)}}, allow_unicode=True, sort_keys=False, width=120)
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.yaml"'
    return answer


def versions(request: HttpRequest, code: str) -> HttpResponse:
    """How the definition was before, and what each version changed."""
    row = get_object_or_404(Indicator, pk=code)
    past = [h.row for h in history.of(row) if h.row]
    texts = [(row.number, row.text, row.made_by, row.changed_at)]
    texts += [
        (p["number"], p["text"], author(p["by"], p.get("changed_by", "")), datetime.fromisoformat(p["changed_at"]))
        for p in past
    ]
    seen: dict[int, Any] = {}
    for one in texts:
        seen.setdefault(one[0], one)
    rows = sorted(seen.values(), key=lambda one: -one[0])
    found = [
        {
            "number": number,
            "by": by,
            "at": at,
            "is_first": before is None,
            "changes": _changes(before[1] if before else {}, text),
        }
        for (number, text, by, at), before in zip(rows, [*rows[1:], None], strict=True)
    ]
    context = {
        "title": t(f"定义的版本：{row.title_zh}", f"Versions: {row.title_en}"),
        "row": row,
        "versions": found,
        "crumbs": [
            {"title": t("指标", "Indicators"), "url": "/indicator/"},
            {"title": row.title, "url": row.get_absolute_url()},
            {"title": t("版本", "Versions"), "url": ""},
        ],
    }
    return render(request, "indicator/versions.html", context)


def _changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = {name: str(one.label) for name, one in Draft.base_fields.items()}
    names |= {"means": t("含义与口径", "Meaning"), "unit": t("单位", "Unit"), "bounds": t("填报上下限", "Bounds")}
    names |= {"over": t("自写查询", "A query of its own")}
    return [
        (names.get(word, word), _told(was.get(word, "")), _told(now.get(word, "")))
        for word in [*now, *(w for w in was if w not in now)]
        if was.get(word, "") != now.get(word, "")
    ]


def _told(value: Any) -> str:
    """A word's content in a line; what holds several says each."""
    if isinstance(value, Mapping):
        return "; ".join(f"{word}: {one}" for word, one in value.items())
    if isinstance(value, list):
        return " – ".join("…" if one is None else f"{one:g}" for one in value)
    return str(value)
