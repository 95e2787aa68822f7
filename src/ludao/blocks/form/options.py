"""What may be chosen: options written in the form, rows of a dataset, the city's areas level by level."""

from collections.abc import Callable, Mapping
from typing import Any

from ludao.base import datasets
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import from_pair, pick, t
from ludao.blocks.identity.public import Area

from .engine.asking import Asked, every
from .engine.design import Design, Field
from .engine.kinds import LEVELS

MOST = 1000
OPEN_GRADES = ("public", "internal")
HOUSE = Actor.system("form")
Choice = tuple[str, str]
Listed = Callable[[], list[Choice]]
_lists: dict[str, Listed] = {}


def choices(name: str) -> Callable[[Listed], Listed]:
    """Register a list of the house's own that forms offer by {"list": name}."""

    def register(listed: Listed) -> Listed:
        _lists[name] = listed
        return listed

    return register


def of(one: Field) -> list[Choice]:
    """Values and words. A dataset's two columns are read as the house: the form's editor was allowed to show them."""
    if not one.options_from:
        return [(option.value, str(from_pair(option.title))) for option in one.options]
    said = one.options_from
    if "list" in said:
        return _lists[said["list"]]()
    rows = datasets.read(said["dataset"], HOUSE, columns=tuple(dict.fromkeys((said["value"], said["label"]))),
                         filters=said.get("filters") or {}, order=said.get("order") or (), limit=MOST).rows
    return [(str(row[said["value"]]), str(row[said["label"]])) for row in rows]


def areas(code: str, deepest: str) -> list[dict[str, Any]]:
    """The selects of an area that is chosen down to a level: each with its parts and what is chosen in it."""
    found, chosen = [], {area.level: area for area in _line(code)}
    parent = Area.objects.filter(level=Area.CITY).order_by("code").first()
    for level in LEVELS[: LEVELS.index(deepest) + 1]:
        parts = list(Area.objects.filter(parent=parent).order_by("code")) if parent else []
        current = chosen.get(level)
        found.append({"level": level, "title": LEVEL_WORDS[level], "chosen": current.code if current else "",
                      "options": [(area.code, str(area)) for area in parts]})
        parent = current
    return found


LEVEL_WORDS = {"district": t("区", "District"), "street": t("镇街", "Street or town"),
               "community": t("村居", "Community")}


def _line(code: str) -> list[Area]:
    """The area and all it is part of."""
    found, area = [], Area.objects.select_related("parent__parent__parent").filter(pk=code).first() if code else None
    while area is not None:
        found.append(area)
        area = area.parent
    return found


def level_of(one: Field) -> str:
    return str(one.schema.get("x-level") or LEVELS[-1])


def area_words(code: str) -> str:
    """思明区 中华街道 镇海社区."""
    line = [str(area) for area in _line(code) if area.level != Area.CITY]
    return pick(" ", ", ").join(reversed(line) if pick("zh", "en") == "zh" else line) or code


def problems(design: Design, data: Mapping[str, Any]) -> list[Problem]:
    """What only the tables know: an area that is none or not chosen to its level, an option that a dataset lacks."""
    found = []
    for one in every(design, data):
        if one.value in (None, "", []):
            continue
        if one.field.kind_name == "area" and (problem := _area_problem(one)):
            found.append(problem)
        if one.field.options_from and (problem := _option_problem(one)):
            found.append(problem)
    return found


def _area_problem(one: Asked) -> Problem | None:
    area = Area.objects.filter(pk=str(one.value)).first()
    deepest = level_of(one.field)
    if area is None or area.level not in LEVELS:
        return Problem(t("没有这个区划", "There is no such area"), field=one.path)
    if LEVELS.index(area.level) < LEVELS.index(deepest):
        words = LEVEL_WORDS[deepest]
        return Problem(t(f"请选到{words}", f"Please choose down to the {str(words).lower()}"), field=one.path)
    return None


def _option_problem(one: Asked) -> Problem | None:
    known = {value for value, _ in of(one.field)}
    given = one.value if isinstance(one.value, list) else [one.value]
    if missing := [value for value in given if value not in known]:
        return Problem(t(f"没有这个选项：{missing[0]}", f"There is no such option: {missing[0]}"), field=one.path)
    return None


def faults(design: Design, actor: Actor) -> list[Problem]:
    """What is wrong with the datasets that a form offers for choice; asked of its editor when it is saved."""
    return [Problem(fault, field=path) for path, one in design.walk()
            if one.options_from and (fault := _fault(one.options_from, actor))]


def _fault(said: Mapping[str, Any], actor: Actor) -> str:
    if "list" in said:
        return "" if said["list"] in _lists else t(f"没有清单 {said['list']}", f"There is no list {said['list']}")
    try:
        dataset = datasets.get(said["dataset"])
        grades = [dataset.column(said[word]).grade for word in ("value", "label")]
        datasets.read(said["dataset"], actor, columns=(said["value"], said["label"]),
                      filters=said.get("filters") or {}, order=said.get("order") or (), limit=1)
    except (LookupError, StopIteration, LudaoError) as error:
        return t(f"数据集读不了：{error}", f"The dataset cannot be read: {error}")
    if any(grade not in OPEN_GRADES for grade in grades):
        return t("敏感数据不能作为选项", "Sensitive data cannot be offered for choice")
    return ""


