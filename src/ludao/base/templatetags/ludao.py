"""What every page writes with: both languages, icons, the built bundle, and figures shown one way everywhere."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import FileField, Manager, Model
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ludao.base.models import Work
from ludao.base.sealed import seal
from ludao.base.text import pick, t

register = template.Library()

BUNDLE = Path(__file__).resolve().parents[2] / "static" / "ludao"
HAN = re.compile("[\u4e00-\u9fff]")
NOTHING = mark_safe('<span class="nothing" aria-hidden="true">—</span>')

# Choices a person makes for the whole house, kept in cookies so that the server writes them before paint.
PREFERENCES = {"theme": ("auto", "light", "dark"), "type": ("normal", "large")}

# A traffic light: word and shape say it, colour repeats it.
LIGHTS = {
    "green": {"icon": "circle-check", "word": t("正常", "On track")},
    "amber": {"icon": "alert-triangle", "word": t("预警", "At risk")},
    "red": {"icon": "alert-octagon", "word": t("超期", "Late")},
    "grey": {"icon": "circle-dashed", "word": t("未开始", "Not started")},
    "done": {"icon": "checks", "word": t("已完成", "Done")},
}
TONES = {"green": "ok", "amber": "warn", "red": "bad", "grey": "idle", "blue": "sea", "done": "sea"}


# — words ———————————————————————————————————————————————————————————————————————————————————————————


@register.simple_tag(name="t")
def both(zh: str, en: str, **values: Any) -> str:
    """`{% t "共 {n} 条" "{n} row{n:s}" n=count %}`: the words in the reader's language, with values filled in; `:s` is
    the plural's s, which one alone has not."""
    words = pick(zh, en)
    return words.format(**{name: Count(one) if type(one) is int else one for name, one in values.items()}
                        ) if values else words


class Count(int):
    """A number that knows whether its noun is many."""

    def __format__(self, spec: str) -> str:
        return ("" if self == 1 else "s") if spec == "s" else super().__format__(spec)


# — the bundle ——————————————————————————————————————————————————————————————————————————————————————


@cache
def _manifest_of(folder: Path, changed: float) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return table


def _manifest() -> dict[str, dict[str, Any]]:
    """Read once a process, as the server of static files does: a build beside it does not tear its pages."""
    try:
        return _manifest_of(BUNDLE, (BUNDLE / "manifest.json").stat().st_mtime if settings.DEBUG else 0)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(f"{BUNDLE} has no manifest.json: build the front end (cd frontend && npm ci && "
                                   "npm run build)") from error


@lru_cache(maxsize=500)
def _url(file: str) -> str:
    return static(f"ludao/{file}")


@register.simple_tag
def asset(name: str) -> SafeString:
    """`{% asset "main" %}`: the style sheet and the script of one entry of frontend/src/entries/."""
    entry = _manifest()[f"src/entries/{name}.ts"]
    styles = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((_url(f),) for f in _styles(entry)))
    return format_html('{}\n<script type="module" src="{}"></script>', styles, _url(entry["file"]))


def _styles(entry: Mapping[str, Any]) -> list[str]:
    """Its own style sheets after those of the parts that it shares with other entries."""
    shared = [file for name in entry.get("imports", ()) for file in _styles(_manifest()[name])]
    return list(dict.fromkeys([*shared, *entry.get("css", ())]))


@register.simple_tag
def asset_url(name: str) -> str:
    """The address of one hashed file (`icons.svg`, `src/entries/main.ts`) of the bundle."""
    return _url(_manifest()[name]["file"])


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """A Tabler icon from the sprite; decoration unless it is given a label."""
    if not name:
        return SafeString("")
    return _icon(str(name), str(label), size, asset_url("icons.svg"))


@lru_cache(maxsize=1000)
def _icon(name: str, label: str, size: str, sprite: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon{}" {}><use href="{}#{}"></use></svg>', f" icon-{size}" if size else "", said,
                       sprite, name)


@register.simple_tag(takes_context=True)
def preference(context: Context, name: str, default: str = "") -> str:
    """What the person chose for `theme` or `type`, from the cookie `ludao_<name>`; else the default."""
    allowed = PREFERENCES[name]
    request = context.get("request")
    chosen = request.COOKIES.get(f"ludao_{name}", "") if request else ""
    return chosen if chosen in allowed else default or allowed[0]


# — figures —————————————————————————————————————————————————————————————————————————————————————————


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """2026-03-05: the same in both languages, so that columns align and nothing is ambiguous."""
    if not value:
        return NOTHING
    at = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return format_html('<time datetime="{0}">{0}</time>', f"{at:%Y-%m-%d}")


@register.filter
def moment(value: datetime | None) -> SafeString:
    """2026-03-05 14:30, in the city's time."""
    if not value:
        return NOTHING
    at = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M}")


@register.filter
def long_day(value: date | None) -> SafeString:
    """2026年3月5日 星期四 / Thursday 5 March 2026: for headings and prose."""
    if not value:
        return NOTHING
    weekday = "一二三四五六日"[value.weekday()]
    words = pick(f"{value.year}年{value.month}月{value.day}日 星期{weekday}", f"{value:%A} {value.day} {value:%B %Y}")
    return format_html('<time datetime="{}">{}</time>', f"{value:%Y-%m-%d}", words)


@register.filter
def number(value: float | Decimal | None) -> str:
    """1,234,567 with the decimals it came with; of what was computed, a few."""
    if value is None or value == "":
        return NOTHING
    return f"{round(value, 2 if abs(value) >= 1 else 4) if isinstance(value, float) else value:,}"


@register.filter
def big(value: float | None) -> str:
    """50亿 / 5 billion: for tiles, where the order of size matters more than the last digit."""
    if value is None:
        return NOTHING
    steps = (((10**8, "亿"), (10**4, "万")), ((10**9, " billion"), (10**6, " million")))[pick("0", "1") == "1"]
    for size, word in steps:
        if abs(value) >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + word
    return f"{value:,}"


@register.filter
def yuan(fen: int | None) -> str:
    """Money is integer fen: 123450 is ¥1,234.50."""
    if fen is None:
        return NOTHING
    sign = "−" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


@register.filter
def share(value: float | None) -> str:
    """37% of whole per cent, as actions take them."""
    return NOTHING if value is None else f"{value:g}%"


@register.simple_tag
def light(state: str, label: str = "") -> SafeString:
    """A traffic light: green, amber, red or grey, with its word and its shape."""
    sign = LIGHTS.get(state, LIGHTS["grey"])
    return format_html('<span class="state state-{}">{}<span>{}</span></span>', TONES.get(state, "idle"),
                       icon(str(sign["icon"])), label or getattr(state, "word", "") or sign["word"])


@register.simple_tag
def state(label: str, tone: str = "idle") -> SafeString:
    """A state in a word on its ground; tone is ok, warn, bad, idle, sea or a light's colour."""
    return format_html('<span class="state state-{}"><span>{}</span></span>', TONES.get(tone, tone), label)


@register.simple_tag
def meter(value: float | None, maximum: float = 100, label: str = "", tone: str = "") -> SafeString:
    """How far something is: the bar and the figure, so that the bar is never the only sign."""
    if value is None:
        return NOTHING
    words = label or _per_cent(value / maximum * 100) if maximum else label
    return format_html('<span class="meter{}"><progress value="{}" max="{}" aria-label="{}"></progress>'
                       '<span class="meter-figure">{}</span></span>',
                       f" meter-{TONES.get(tone, tone)}" if tone else "", value, maximum, words, words)


def _per_cent(value: float) -> str:
    """Whole per cent; 99.6 is not told as 100, nor 0.4 as nothing."""
    is_told = round(value) not in (0, 100) or value in (0, 100)
    return f"{value:.0f}%" if is_told else f"{min(max(value, 0.1), 99.9):.1f}%" if 0 < value < 100 else f"{value:.0f}%"


# — any value ———————————————————————————————————————————————————————————————————————————————————————


def display(value: Any, kind: str = "") -> Any:
    """One value as pages show it. `kind` says more than its type can: money (fen), percent, light, progress,
    lines, file, number, day, moment, code, year; without it the type decides."""
    if value is None or value == "":
        return NOTHING
    shown = _KINDS.get(kind)
    if shown:
        return shown(value)
    return _by_type(value)


def _by_type(value: Any) -> Any:
    match value:
        case SafeString():
            return value
        case bool():
            return pick("是", "Yes") if value else pick("否", "No")
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case int() | float() | Decimal():
            return number(value)
        case Model():
            return _linked(value)
        case Manager():
            return _listed(value.all())
        case list() | tuple() | set() | frozenset():
            return _listed(value)
        case Mapping():
            return _facts(value)
        case str():
            return in_its_language(value)
    return _file(value) if isinstance(getattr(value, "field", None), FileField) else value


def in_its_language(text: str) -> str:
    """On a page in English, what is there in Chinese only says so, for whoever has it read aloud (WCAG 3.1.2)."""
    if HAN.search(text) and (get_language() or "").startswith("en"):
        return format_html('<span lang="zh-Hans">{}</span>', text)
    return text


def _linked(thing: Model) -> Any:
    address, words = getattr(thing, "get_absolute_url", None), in_its_language(str(thing))
    return format_html('<a href="{}">{}</a>', address(), words) if address else words


def _listed(values: Iterable[Any]) -> SafeString:
    items = [(display(one),) for one in values]
    if not items:
        return NOTHING
    return format_html('<ul class="inline-list">{}</ul>', format_html_join("", "<li>{}</li>", items))


def _facts(table: Mapping[str, Any]) -> SafeString:
    rows = ((key, display(value)) for key, value in table.items())
    return format_html('<dl class="facts-inline">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


def _file(file: Any) -> SafeString:
    if not file:
        return NOTHING
    return format_html('<a href="{}" download>{} {}</a>', file.url, icon("paperclip"), Path(file.name).name)


def _lines(value: Any) -> SafeString:
    return format_html('<div class="lines">{}</div>', value)


def _code(value: Any) -> SafeString:
    return format_html("<code>{}</code>", value)


_KINDS: dict[str, Any] = {
    "money": yuan, "percent": share, "light": light, "progress": meter, "lines": _lines, "file": _file,
    "number": number, "day": day, "date": day, "moment": moment, "datetime": moment, "code": _code,
    "year": str,
}
NUMERIC = frozenset({"money", "percent", "number"})


@register.simple_tag
def show(value: Any, kind: str = "") -> Any:
    """`{% show fact.value fact.kind %}`: see `display`."""
    return display(value, kind)


# — forms ———————————————————————————————————————————————————————————————————————————————————————————


@register.inclusion_tag("ludao/_work.html")
def work_bar(work: Work) -> dict[str, Any]:
    """How far a long job is: units, rate, what is left; it asks for itself again until the job is over."""
    return {"work": work, "address": seal(work.pk, "work"), "tone": WORK_TONES[work.state],
            "per_second": round(work.per_second), "rest": round(work.rest) if work.rest else None}


WORK_TONES = {Work.QUEUED: "idle", Work.RUNNING: "sea", Work.DONE: "ok", Work.FAILED: "bad", Work.CANCELLED: "warn"}


@register.inclusion_tag("ludao/_field.html")
def field(bound: BoundField, compact: bool = False) -> dict[str, Any]:
    """One field of a Django form with its label, help, error and the right kind of control."""
    widget = bound.field.widget
    if not bound.errors:  # a control for dates would drop a mistyped one; as plain text it stays to be mended
        _let_the_browser_pick(widget)
    return {"field": bound, "shape": _shape(widget), "compact": compact,
            "control": bound.as_widget(attrs=_control_attributes(widget)),
            "optional": not bound.field.required and not compact}


def _shape(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "group" if widget.use_fieldset else "plain"


def _control_attributes(widget: forms.Widget) -> dict[str, str | bool]:
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return {}  # Django would put a class on the wrapper as well; the style sheet finds them by .choices
    if isinstance(widget, forms.CheckboxInput):
        return {"class": "form-check-input"}
    if isinstance(widget, forms.Select):
        return {"class": "form-select", "data-narrow": ""}
    return {"class": "form-control", "rows": "4"} if isinstance(widget, forms.Textarea) else {"class": "form-control"}


def _let_the_browser_pick(widget: forms.Widget) -> None:
    match widget:
        case forms.DateInput():
            widget.input_type, widget.format = "date", "%Y-%m-%d"
        case forms.DateTimeInput():
            widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
        case forms.TimeInput():
            widget.input_type, widget.format = "time", "%H:%M"


@register.filter
def problem_count(form: forms.BaseForm) -> int:
    """How many things the person must put right."""
    return sum(len(errors) for errors in form.errors.values())


# — the shell ———————————————————————————————————————————————————————————————————————————————————————


@register.simple_tag
def language() -> str:
    """The page's language as <html lang> wants it."""
    return pick("zh-Hans", "en")


@register.filter
def tone(level: str) -> str:
    """The tone of a django.contrib.messages level."""
    return {"error": "bad", "warning": "warn", "success": "ok"}.get(level, "sea")


@register.simple_tag(takes_context=True)
def sort_url(context: Context, column: Any, name: str = "sort") -> str:
    """This page sorted by a column (again: the other way round), from its first rows."""
    query = context["request"].GET.copy()
    for place in ("after", "before"):
        query.pop(place, None)
    query[name] = str(column.order_by_alias.next)
    return f"?{query.urlencode()}"


@register.simple_tag
def doors(pages: Iterable[Mapping[str, Any]]) -> SafeString:
    """The links of one section of the navigation; an officer has near two hundred of them on every page."""
    here = mark_safe(' aria-current="page"')
    return format_html_join("", '<li><a href="{}"{}><span>{}</span></a></li>', (
        (page["url"], here if page["current"] else "", page["title"]) for page in pages))


@register.simple_tag
def cells(row: Any) -> SafeString:
    """The cells of a row of a list. Of all that a page shows they are the most, so they are no template's work."""
    kinds = ((getattr(column.column, "kind", ""), column.header, cell) for column, cell in row.items())
    shown = ((kind or "text", header, display(cell, kind)) for kind, header, cell in kinds)
    kind, header, first = next(shown)
    opened = format_html('<td role="cell" class="kind-{} first" data-label="{}">{}</td>', kind, header,
                         _leading(row, first))
    rest = format_html_join("", '<td role="cell" class="kind-{}" data-label="{}">{}</td>', shown)
    return mark_safe(opened + rest)  # both escaped


def _leading(row: Any, shown: Any) -> Any:
    """The first cell of a row opens what the row is about, unless it leads somewhere of its own."""
    address = row.attrs.get("data-href")
    if not address or "<a " in str(shown):
        return shown
    if shown is NOTHING:
        return format_html('<a href="{}" aria-label="{}">{}</a>', address, row.record, shown)
    return format_html('<a href="{}">{}</a>', address, shown)


@register.filter
def figure_text(value: Any) -> Any:
    """A figure of a tile: grouped up to eight digits, then 50.3亿 / 5.03 billion; words as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    size = float(value)
    return big(size) if abs(size) >= 10**8 else number(value)


@register.filter
def at(many: Any, place: int) -> Any:
    """`{{ names|at:forloop.counter0 }}`: one of several; "" beyond their end."""
    return many[place] if many and place < len(many) else ""


@register.filter
def moment_or_day(value: date | datetime) -> SafeString:
    """With the hour when it has one."""
    return moment(value) if isinstance(value, datetime) else day(value)
