"""Is what was answered right: by the kind of each field, then by the form's JSON Schema; in plain words, by field."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from ludao.base import clock, money
from ludao.base.errors import Problem
from ludao.base.text import t

from .asking import Asked, clean, every
from .design import Design
from .kinds import FILES

TYPES: dict[str, Any] = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list,
                         "object": Mapping}


def check(design: Design, data: Mapping[str, Any]) -> list[Problem]:
    """One problem a field at most, in the order of the page."""
    fields = list(every(design, data))
    found: dict[str, Problem] = {}
    for one in fields:
        if problem := _own(one):
            found[one.path] = problem
    known = {one.path: one for one in fields}
    validator = Draft202012Validator(design.schema, format_checker=FormatChecker())
    for error in validator.iter_errors(clean(design, data)):
        for path, problem in _told(error, known):
            if not any(path == there or path.startswith(f"{there}.") for there in found):
                found[path] = problem
    places = {path: n for n, path in enumerate(known)}
    return sorted(found.values(), key=lambda problem: places.get(problem.field, len(places)))


def _own(one: Asked) -> Problem | None:
    """What the kind itself says; of a missing value only that it is needed."""
    if _is_empty(one):
        return Problem(_missing(one), field=one.path) if one.is_required and not one.parts else None
    if not _fits(one):
        return Problem(_mistyped(one), field=one.path)
    try:
        _read_again(one)
    except Problem as error:
        return Problem(str(error), field=one.path)
    return _beyond(one)


def _is_empty(one: Asked) -> bool:
    return one.value in (None, "", [], {})


def _fits(one: Asked) -> bool:
    value, kind = one.value, one.field.kind
    return isinstance(value, TYPES[kind.type]) and not (isinstance(value, bool) and kind.type != "boolean")


def _read_again(one: Asked) -> None:
    kind, value = one.field.kind_name, one.value
    if kind == "bank_account" and one.field.schema.get("x-account") == "enterprise":
        if not re.fullmatch(r"\d{8,32}", value, re.ASCII):
            raise Problem(t("对公账号应为8至32位数字", "An enterprise's account has 8 to 32 digits"))
    elif kind == "place":
        place(value)
    elif one.field.kind.type == "string" and kind not in ("text", "long_text", "choice", "area", "address"):
        one.field.kind.read(value)


def place(value: Any) -> None:
    longitude, latitude = (value.get(name) for name in ("longitude", "latitude"))
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (longitude, latitude)):
        raise Problem(t("请在地图上点选，或填写经度和纬度，如 118.08 和 24.48",
                        "Choose on the map, or give longitude and latitude such as 118.08 and 24.48"))
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Problem(t("经度在 -180 到 180、纬度在 -90 到 90 之间", "Longitude is within ±180, latitude within ±90"))


def _beyond(one: Asked) -> Problem | None:
    """Bounds of days, which JSON Schema cannot say: minimum and maximum may be a day or `today`."""
    if one.field.kind_name not in ("day", "moment"):
        return None
    bounds = {word: _day(one.field.schema.get(word)) for word in ("x-earliest", "x-latest")}
    given = date.fromisoformat(str(one.value)[:10])
    if (first := bounds["x-earliest"]) and given < first:
        return Problem(t(f"不能早于 {first}", f"Not before {first}"), field=one.path)
    if (last := bounds["x-latest"]) and given > last:
        return Problem(t(f"不能晚于 {last}", f"Not after {last}"), field=one.path)
    return None


def _day(said: Any) -> date | None:
    if not said:
        return None
    return clock.today() if said == "today" else date.fromisoformat(said)


def _missing(one: Asked) -> str:
    kind = one.field.kind_name
    if kind in FILES:
        return t("请上传", "Please upload it")
    if kind in ("choice", "choices", "yes_no", "area", "place"):
        return t("请选择", "Please choose")
    if kind == "rows":
        return t("请至少填一行", "Please give at least one row")
    return t("请填写", "Please fill this in")


def _mistyped(one: Asked) -> str:
    """A typed text that is no value of the kind says what its kind says of it."""
    if isinstance(one.value, str):
        try:
            one.field.kind.read(one.value)
        except Problem as error:
            return str(error)
    return t("填写的内容不对", "Not what is asked for")


def _told(error: ValidationError, known: Mapping[str, Asked]) -> Iterator[tuple[str, Problem]]:
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "required":
        for name in re.findall(r"^'(.+?)' is a required", error.message):
            inner = f"{path}.{name}" if path else name
            if inner in known and not known[inner].parts:
                yield inner, Problem(_missing(known[inner]), field=inner)
        return
    if error.validator == "type" and path not in known:
        return
    one = known.get(path)
    yield path, Problem(_limit(error, one) if one else t("填写的内容不符合要求", "Not as the form asks"), field=path)


def _limit(error: ValidationError, one: Asked) -> str:
    bound = error.validator_value
    shown = money.show(bound) if one.field.kind_name == "money" and isinstance(bound, int) else bound
    match error.validator:
        case "minLength":
            return t(f"至少 {bound} 个字", f"At least {bound} characters")
        case "maxLength":
            return t(f"最多 {bound} 个字，现在有 {len(one.value)} 个",
                     f"At most {bound} characters; there are {len(one.value)}")
        case "minimum" | "exclusiveMinimum":
            less = error.validator == "minimum"
            return t(f"{'不能小于' if less else '应大于'} {shown}", f"{'At least' if less else 'More than'} {shown}")
        case "maximum" | "exclusiveMaximum":
            less = error.validator == "maximum"
            return t(f"{'不能大于' if less else '应小于'} {shown}", f"{'At most' if less else 'Less than'} {shown}")
        case "minItems":
            return t(f"至少 {bound} 项", f"At least {bound}")
        case "maxItems":
            return t(f"最多 {bound} 项", f"At most {bound}")
        case "uniqueItems":
            return t("有重复的项", "Something stands there twice")
        case "enum" | "const":
            return t("请从给出的选项中选择", "Please choose one of the options")
        case "pattern":
            return t("格式不对", "Not in the form that is asked for")
        case "multipleOf":
            return t(f"应为 {shown} 的倍数", f"A multiple of {shown}")
    return t("填写的内容不符合要求", "Not as the form asks")
