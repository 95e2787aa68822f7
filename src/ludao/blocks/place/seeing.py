"""What one person sees of a layer: the rows within the reach of the right, and what was asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import sqlglot
from sqlglot import exp

from ludao.base import clock, rights
from ludao.base.actor import Actor
from ludao.base.datasets import Malformed
from ludao.base.errors import Refused
from ludao.base.rights import Span
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.place import declared, ground, index, registers
from ludao.blocks.place.declared import Layer
from ludao.blocks.place.ground import Ground
from ludao.blocks.place.index import Index
from ludao.blocks.place.models import Layer as OwnLayer

OPERATORS = {"": "=", "gte": ">=", "lte": "<=", "lt": "<", "in": "in", "contains": "contains"}
NOT_FOUND = t("没有这个图层，或您无权查看", "There is no such layer, or it is not yours to see")


@dataclass
class Seen:
    """A layer's state, and the condition under which its rows are shown."""

    layer: Layer
    index: Index
    where: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    grounds: tuple[Ground, ...] = ()
    drawn: Ground | None = None  # of the grounds, the one that a person drew

    @cached_property
    def mask(self) -> np.ndarray | None:
        masks = [self.index.mask(self.where, self.parameters), *(one.mask(self.index) for one in self.grounds)]
        known = [mask for mask in masks if mask is not None]
        return np.logical_and.reduce(known) if len(known) > 1 else known[0] if known else None

    @property
    def key(self) -> tuple[Any, ...]:
        said = tuple(sorted((k, str(v)) for k, v in self.parameters.items()))
        return self.index.stamp, self.where, said, *(one.key for one in self.grounds)

    @cached_property
    def numbers(self) -> np.ndarray:
        """The rows shown, by their number in the index."""
        return np.arange(len(self.index)) if self.mask is None else np.flatnonzero(self.mask)

    @property
    def table(self) -> pa.Table:
        return self.index.table if self.mask is None else self.index.table.filter(pa.array(self.mask))

    def in_slice(self, part: slice) -> np.ndarray:
        if self.mask is None:
            return np.arange(part.start, part.stop)
        found: np.ndarray = np.flatnonzero(self.mask[part]) + part.start
        return found


def every(actor: Actor) -> list[Layer]:
    """All layers that the actor may see, those of the folders first."""
    known = declared.shipped().values()
    found = [layer for layer in known if rights.reach(actor, layer.right) and index.is_ready(layer)]
    if rights.reach(actor, "place.read"):
        found += [of_own(own) for own in OwnLayer.objects.filter(state=OwnLayer.IN_USE).order_by("pk")]
    return found


def find(actor: Actor, address: str) -> Layer:
    """Raises Refused where there is none for this actor."""
    layer = declared.shipped().get(address)
    if layer is None and address.startswith("place.own."):
        number = address.removeprefix("place.own.")
        own = OwnLayer.objects.filter(pk=number, state=OwnLayer.IN_USE).first() if number.isdigit() else None
        layer = of_own(own) if own else None
    if layer is None or not rights.reach(actor, layer.right):
        raise Refused(NOT_FOUND)
    return layer


def of_own(own: OwnLayer) -> Layer:
    """An officer's layer as one of the declared kind."""
    titles = {"zh": own.name, "en": own.name_en or own.name}
    note = {"zh": own.note, "en": own.note}
    said = own.said
    if own.dataset:
        return Layer(
            f"place.own.{own.pk}",
            titles,
            own.kind,
            "place.read",
            dataset=own.dataset,
            note=note,
            place=said.get("place", {}),
            label=said.get("label", ""),
            tint=said.get("tint", ""),
            at=said.get("at", ""),
            filters=tuple(said.get("filters", ())),
            level=said.get("level", "street"),
            columns={name: {"zh": name, "en": name} for name in said.get("columns", ())},
        )
    names = {name: {"zh": name, "en": name} for name in said.get("columns", ())}
    return Layer(
        f"place.own.{own.pk}",
        titles,
        own.kind,
        "place.read",
        drawn=own.pk,
        version=own.version,
        label="name",
        note=note,
        id=said.get("track", "_id"),
        at="at",
        columns={"name": {"zh": "名称", "en": "Name"}, "_id": {"zh": "编号", "en": "Number"}, **names},
    )


def see(actor: Actor, layer: Layer, asked: Mapping[str, str] | None = None) -> Seen:
    """Raises Refused without the right, Malformed for what is asked wrongly."""
    reach = rights.reach(actor, layer.right)
    if not reach:
        raise Refused(NOT_FOUND)
    if not index.is_ready(layer):
        raise Refused(t("数据还没有汇聚，图层暂不可用", "Its data have not been gathered yet"))
    now = index.of(layer)
    limits = _by_catalogue(actor, layer, now) if layer.dataset and layer.is_own else _by_spans(layer, reach)
    parts, parameters = ([limits] if limits else []), dict[str, Any]()
    for number, (condition, value) in enumerate(_asked(layer, now, asked or {})):
        name = f"p{number}"
        parts.append(condition.replace("?", f"${name}"))
        parameters[name] = value
    grounds = tuple(one for one in _grounds(layer, asked or {}) if one)
    drawn = grounds[0] if grounds and (asked or {}).get("_within") else None
    return Seen(layer, now, " and ".join(f"({part})" for part in parts), parameters, grounds, drawn)


def _grounds(layer: Layer, asked: Mapping[str, str]) -> Iterator[Ground | None]:
    """What was drawn, and the area's outline for rows that do not say in which area they are."""
    yield ground.read(asked.get("_within", ""), asked.get("_radius", ""))
    if (code := _area_code(asked)) and not _area_columns(layer):
        yield ground.of_area(code, str(registers.versions().get("outlines")))


def _area_code(asked: Mapping[str, str]) -> str:
    code = asked.get("_area", "")
    if code and not (code.isdigit() and len(code) in (4, 6, 9, 12)):
        raise Malformed(t("不是区划代码", "Not an area code"), field="_area")
    return code if len(code) > 4 else ""


def _area_columns(layer: Layer) -> list[str]:
    """Which columns say in which area a row is: of a flow, both of its ends."""
    named = [layer.place.get(name) for name in ("area", "from", "to")]
    found = [name for name in named if isinstance(name, str) and name]
    return found or ([layer.scope.area] if layer.scope and layer.scope.area else [])


def _by_spans(layer: Layer, reach: tuple[Span, ...]) -> str:
    """As `rights.condition_for`, over the columns of a layer's rows. No scope: whoever has the right sees all."""
    if layer.scope is None:
        return ""
    parts = []
    for span in reach:
        if not span.touches(layer.scope):
            parts.append("false")
            continue
        each = []
        if layer.scope.area and span.areas is not None:
            each.append(
                " or ".join(f"starts_with(\"{layer.scope.area}\", '{code}')" for code in span.areas if code.isalnum())
                or "false"
            )
        if layer.scope.organisation and span.organisations is not None:
            codes = ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(span.organisations))
            each.append(f'"{layer.scope.organisation}" in ({codes})' if codes else "false")
        if not each:
            return ""
        parts.append(" and ".join(f"({one})" for one in each))
    return " or ".join(f"({part})" for part in parts)


def _by_catalogue(actor: Actor, layer: Layer, now: Index) -> str:
    """What the catalogue lets this actor see of the dataset: all that the layer shows, plainly, or nothing of it."""
    may = catalogue.allowed(actor, layer.dataset)
    if may is None or any(name in may.masks or name not in may.columns for name in layer.kept):
        raise Refused(NOT_FOUND)
    if may.where:
        names = {column.name for column in sqlglot.parse_one(may.where, dialect="duckdb").find_all(exp.Column)}
        if not names <= set(now.columns):
            raise Refused(NOT_FOUND)
    return may.where


def _asked(layer: Layer, now: Index, asked: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Conditions of a query string: status=存续, founded_on__gte=2020-01-01, kind__in=a,b."""
    known = {*layer.filters, *([layer.at] if layer.at else []), *([layer.tint] if layer.tint else [])}
    if (code := _area_code(asked)) and (columns := [c for c in _area_columns(layer) if c in now.columns]):
        yield " or ".join(f'starts_with("{column}", ?)' for column in columns), code
    days = {f"{layer.at}__gte": asked.get("_since", ""), f"{layer.at}__lte": asked.get("_until", "")}
    for name, given in [*asked.items(), *(days.items() if layer.at else ())]:
        column, _, operator = name.partition("__")
        if column not in known or operator not in OPERATORS or column not in now.columns or given == "":
            continue
        if operator == "in":
            yield f'list_contains(?, "{column}")', [_value(now, column, one) for one in given.split(",")][:200]
        elif operator == "contains":
            yield f'contains(lower(cast("{column}" as varchar)), lower(?))', given[:200]
        else:
            yield f'"{column}" {OPERATORS[operator]} ?', _value(now, column, given, operator == "lte")


def _value(now: Index, column: str, given: str, is_last: bool = False) -> Any:
    kind = now.table.schema.field(column).type
    try:
        if pa.types.is_integer(kind):
            return int(given)
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return float(given)
        if pa.types.is_boolean(kind):
            return {"true": True, "false": False}[given]
        if pa.types.is_date(kind):
            return date.fromisoformat(given[:10])
        if pa.types.is_timestamp(kind):
            return _moment(given, is_last)
    except (ValueError, KeyError):
        raise Malformed(
            t(f"{column} 的值不对：{given[:40]}", f"{column}: not a value: {given[:40]}"), field=column
        ) from None
    return given


def _moment(given: str, is_last: bool) -> datetime:
    """A bare day stands for its whole: from its first moment, or up to its last."""
    if len(given) == 10:
        return datetime.combine(date.fromisoformat(given), time.max if is_last else time.min, clock.SHANGHAI)
    found = datetime.fromisoformat(given.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
