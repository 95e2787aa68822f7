"""Verbs that write: one function holds its right, its transaction, its audit line and its event.

The same function serves page, API, command line, process and demonstration. `call` parses what came from
outside; inside the house the function is simply called.
"""

import hashlib
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, create_model
from pydantic.fields import FieldInfo

from ludao.base import audit, events, metrics, rights
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems, Refused
from ludao.base.text import t

F = TypeVar("F", bound=Callable[..., Any])
_actions: dict[str, "Action"] = {}


class Private:
    """Marks a parameter that tells of a person, as in `Annotated[str, Private()]`: the audit log says only that it was
    given."""


@dataclass(frozen=True)
class Parameter:
    """One thing an action needs: a plain value, a file, one row of a model or several."""

    name: str
    annotation: Any
    default: Any
    model: type[models.Model] | None = None
    is_many: bool = False
    is_file: bool = False

    @property
    def is_required(self) -> bool:
        return self.default is inspect.Parameter.empty

    @property
    def is_secret(self) -> bool:
        return SecretStr in flat(self.annotation) or any(isinstance(said, Private) for said in self.info.metadata)

    @property
    def info(self) -> FieldInfo:
        """pydantic's reading of the annotation: title, bounds, description."""
        return FieldInfo.from_annotation(self.annotation)

    @property
    def title(self) -> str:
        if self.info.title:
            return self.info.title
        return str(self.model._meta.verbose_name) if self.model else self.name


@dataclass(frozen=True)
class Action:
    """What the registry knows of one action."""

    address: str
    title: str
    function: Callable[..., Any]
    right: str
    says: tuple[str, ...] = ()
    confirm: str = ""
    icon: str = ""
    lead: str = ""
    when: Callable[[Any], bool] | None = None
    parameters: tuple[Parameter, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.address.rsplit(".", 1)[1]

    @cached_property
    def schema(self) -> type[BaseModel]:
        """The pydantic model of what comes from outside; rows are given by their keys."""
        fields: dict[str, Any] = {}
        for p in self.parameters:
            fields[p.name] = (_outer(p), ... if p.is_required else p.default)
        name = "".join(part.title() for part in self.address.replace("_", ".").split("."))
        return create_model(name, __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields)

    @property
    def subject(self) -> Parameter | None:
        """The row it is done to: its first model parameter."""
        return next((p for p in self.parameters if p.model), None)

    def is_possible(self, thing: models.Model) -> bool:
        """Whether the thing is in a state that allows this."""
        return self.when is None or bool(self.when(thing))

    def parse(self, actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
        """Outside values → arguments. Rows are looked up within the actor's reach only.
        Raises Problems that name each field."""
        try:
            plain = self.schema.model_validate(dict(given))
        except ValidationError as error:
            raise Problems([problem_of(e) for e in error.errors(include_url=False)]) from error
        values = {name: getattr(plain, name) for name in self.schema.model_fields}
        for p in self.parameters:
            if p.model and values[p.name] is not None:
                values[p.name] = _rows(actor, self.right, p, values[p.name])
        return values

    def call(self, actor: Actor, given: Mapping[str, Any]) -> Any:
        """From page, API and command line: check the right first, so that a stranger learns no field names."""
        if not rights.reach(actor, self.right):
            refuse(actor, self, None)
        return self.function(actor, **self.parse(actor, given))


@dataclass
class _Frame:
    action: Action
    actor: Actor


_frame: ContextVar[_Frame | None] = ContextVar("action", default=None)


def action(
    address: str,
    *,
    title: str,
    says: tuple[str, ...] = (),
    confirm: str = "",
    right: str = "",
    icon: str = "",
    lead: str = "",
    when: Callable[[Any], bool] | None = None,
) -> Callable[[F], F]:
    """Make the function an action of the house. Its first parameter is the actor; the rest are its input.

    `right` defaults to the address. `confirm` says what cannot be undone, and is asked before. `when` tells
    whether a thing's state allows it; where it does not, no button is shown and a call is a Conflict.
    """

    def register(function: F) -> F:
        @wraps(function)
        def run(actor: Actor, **arguments: Any) -> Any:
            return _run(spec, function, actor, arguments)

        spec = Action(address, title, run, right or address, says, confirm, icon, lead, when, _parameters(function))
        if address in _actions:
            raise ValueError(f"two actions have the address {address}")
        _actions[address] = spec
        run.action = spec  # type: ignore[attr-defined]
        return typing.cast(F, run)

    return register


def get(address: str) -> Action:
    return _actions[address]


def find(address: str) -> Action | None:
    """The action, or None where it is no longer (or not) in the house."""
    return _actions.get(address)


def every() -> list[Action]:
    """All actions of the house, by address."""
    return [_actions[address] for address in sorted(_actions)]


def say(address: str, facts: dict[str, Any]) -> None:
    """Tell the house what became true; only inside an action that declares it in `says`."""
    frame = _frame.get()
    if frame is None or address not in frame.action.says:
        doing = frame.action.address if frame else "no action"
        raise LookupError(f"{doing} does not declare that it says {address}")
    events.publish(address, facts, frame.actor.person)


def acting() -> Actor | None:
    """Who acts in the action that is under way; for what a block notes of it."""
    frame = _frame.get()
    return frame.actor if frame else None


def refuse(actor: Actor, spec: Action, thing: models.Model | None) -> typing.NoReturn:
    """Write the refused attempt down (outside any transaction that would take it back) and raise Refused."""
    metrics.ACTIONS.labels(spec.address, "refused").inc()
    if actor.person:
        audit.write(actor, spec.address, thing, outcome="refused")
    rights.require(actor, spec.right, thing)
    raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"))


def _run(spec: Action, inner: Callable[..., Any], actor: Actor, arguments: dict[str, Any]) -> Any:
    things: list[models.Model | None] = list(_things(spec, arguments))
    for thing in things or [None]:
        if not rights.may(actor, spec.right, thing):
            refuse(actor, spec, thing)
        if thing is not None and not spec.is_possible(thing):
            raise Conflict(t(f"“{thing}”现在的状态不能办理：{spec.title}",
                             f"{thing}: its state does not allow “{spec.title}”"))
    with transaction.atomic(), _doing(spec, actor):
        result = inner(actor, **arguments)
        detail = _detail(spec, arguments)
        made = result if isinstance(result, models.Model) else None
        for thing in things or [made]:
            audit.write(actor, spec.address, thing, detail)
    metrics.ACTIONS.labels(spec.address, "done").inc()
    return result


@contextmanager
def _doing(spec: Action, actor: Actor) -> Iterator[None]:
    token = _frame.set(_Frame(spec, actor))
    try:
        yield
    finally:
        _frame.reset(token)


def _things(spec: Action, arguments: Mapping[str, Any]) -> Iterator[models.Model]:
    """The rows the action is done to: those of its subject, the first model parameter."""
    if spec.subject is None or not (value := arguments.get(spec.subject.name)):
        return
    yield from value if spec.subject.is_many else [value]


def _detail(spec: Action, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What goes into the audit line: the arguments, but never a secret and never a file's bytes."""
    return {p.name: _said(p, arguments[p.name]) for p in spec.parameters
            if p.name in arguments and p is not spec.subject}


def _said(p: Parameter, value: Any) -> Any:
    if p.is_secret:
        return "***" if value else ""
    if isinstance(value, UploadedFile):
        value.seek(0)
        digest = hashlib.file_digest(value, "sha256").hexdigest()
        value.seek(0)
        return {"file": value.name, "bytes": value.size, "sha256": digest}
    if isinstance(value, models.Model):
        return {"id": value.pk, "label": str(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple | set | frozenset):
        return [_said(p, each) for each in value]
    return value if isinstance(value, str | int | float | bool | dict | type(None)) else str(value)


def _parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    hints = typing.get_type_hints(function, include_extras=True)
    signature = list(inspect.signature(function).parameters.values())[1:]
    return tuple(_parameter(p.name, hints[p.name], p.default) for p in signature)


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    types_ = flat(annotation)
    model = next((a for a in types_ if isinstance(a, type) and issubclass(a, models.Model)), None)
    is_file = any(isinstance(a, type) and issubclass(a, UploadedFile) for a in types_)
    return Parameter(name, annotation, default, model, list in types_, is_file)


def flat(annotation: Any) -> list[Any]:
    """Every type that an annotation mentions: list[Item] | None → [list, Item, None]."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return flat(get_args(annotation)[0])
    if origin is None:
        return [annotation]
    inner = [] if origin is typing.Literal else [a for arg in get_args(annotation) for a in flat(arg)]
    return [*([] if origin in (Union, types.UnionType) else [origin]), *inner]


def _outer(p: Parameter) -> Any:
    """The annotation as the outside sees it: a row is its key."""
    if not p.model:
        return p.annotation
    key: Any = int if isinstance(p.model._meta.pk, models.AutoField | models.IntegerField) else str
    if p.is_many:
        key = list[key]
    if not p.is_required:
        key = key | None
    return Annotated[key, *p.annotation.__metadata__] if get_origin(p.annotation) is Annotated else key


def _rows(actor: Actor, right: str, p: Parameter, keys: Any) -> Any:
    """Load rows by key. The subject must lie within the right's reach; so must whatever else is scoped."""
    assert p.model is not None
    wanted = list(dict.fromkeys(keys)) if p.is_many else [keys]
    queryset = rights.narrow(actor, right, p.model._default_manager.all())
    found = queryset.in_bulk(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        raise Problem(t(f"没有找到：{missing[0]}", f"Not found: {missing[0]}"), field=p.name, missing=missing)
    return [found[key] for key in wanted] if p.is_many else found[keys]


_WHOLE = t("请填写整数", "Please give a whole number")
_NUMBER = t("请填写数字", "Please give a number")
_DAY = t("请填写日期，如 2022-06-30", "Please give a date such as 2022-06-30")
_MOMENT = t("请填写时间，如 2022-06-30T08:00", "Please give a time such as 2022-06-30T08:00")
_TEXT = t("请填写文字", "Please give a text")
_TRUTH = t("请填写是或否(true/false)", "Please give true or false")
MESSAGES = {
    "missing": t("请填写此项", "Please fill this in"),
    "extra_forbidden": t("没有这一项", "There is no such field"),
    "string_too_short": t("内容太短", "Too short"),
    "string_type": _TEXT, "string_unicode": _TEXT,
    "string_pattern_mismatch": t("格式不对", "Not in the form that is asked for"),
    "list_type": t("请给出一个列表", "Please give a list"),
    "bool_type": _TRUTH, "bool_parsing": _TRUTH,
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": _WHOLE,
    "decimal_type": _NUMBER, "decimal_parsing": _NUMBER, "float_type": _NUMBER, "float_parsing": _NUMBER,
    "decimal_max_digits": t("位数太多", "Too many digits"), "decimal_max_places": t("小数位太多", "Too many decimals"),
    "finite_number": _NUMBER,
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY, "date_from_datetime_inexact": _DAY,
    "datetime_type": _MOMENT, "datetime_parsing": _MOMENT, "datetime_from_date_parsing": _MOMENT,
}


def problem_of(error: Any) -> Problem:
    """pydantic's error in the person's words; its own English where we have no better."""
    kind, limits = error["type"], error.get("ctx", {})
    where = ".".join(str(part) for part in error["loc"])
    for name, zh, en in (("ge", "不能小于", "must be at least"), ("gt", "必须大于", "must be more than"),
                         ("le", "不能大于", "must be at most"), ("lt", "必须小于", "must be less than"),
                         ("min_length", "长度至少", "needs a length of at least"),
                         ("max_length", "长度至多", "may have a length of at most"),
                         ("expected", "应为", "must be")):
        if name in limits:
            return Problem(t(f"{zh} {limits[name]}", f"{en} {limits[name]}"), field=where)
    return Problem(MESSAGES.get(kind, error["msg"]), field=where)
