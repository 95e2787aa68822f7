"""What the house has that a drawing may name: roles, actions, tables, processes, organisations."""

from typing import Any

from ludao.base import actions, datasets, registry
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.base.text import from_pair
from ludao.blocks.identity.public import Organisation

from . import staffing
from .drawings import called
from .engine import tables
from .engine.checking import APPLICANT, Finding, Known, check
from .models import Definition

BY_NATURE = ("anyone", "person", "enterprise", "staff")


def known() -> Known:
    in_force = dict(Definition.objects.filter(number__isnull=False).values_list("address", "kind"))
    return Known(
        roles=roles().keys(),
        actions=[one.address for one in actions.every()],
        tables=[address for address, kind in in_force.items() if kind == Definition.TABLE],
        processes=[address for address, kind in in_force.items() if kind == Definition.PROCESS],
        organisations=set(Organisation.objects.values_list("pk", flat=True)),
        forms=forms(),
    )


def forms() -> set[str]:
    """Addresses of the forms that can be filled in."""
    rows = datasets.stream("form.form", Actor.system("workflow"), columns=("address", "number"))[1]
    return {row["address"] for row in rows if row["number"]}


def roles() -> dict[str, Any]:
    """Every role that somebody can hold, with its title."""
    carried = {role for carriers in registry.rights().values() for role in carriers} - set(BY_NATURE)
    titles = registry.roles()
    return {role: from_pair(titles[role]) if role in titles else role for role in sorted({*carried, *titles})}


def organisations() -> list[tuple[str, str]]:
    """Those a step may be given to."""
    rows = Organisation.objects.order_by("code").values_list("code", "name")[:500]
    return [(code, name) for code, name in rows]


def findings(kind: str, text: str, definition: Definition | None = None) -> list[Finding]:
    """What keeps a drawing or a table from being used, and hints. Raises Problem when it is none at all."""
    if kind == Definition.TABLE:
        return [Finding("", said) for said in tables.mistakes(text)]
    about = known()
    try:
        others = called(text)
    except LudaoError:
        others = ()  # the check names the call that leads nowhere
    return [*check(text, about, others), *staffing.findings(text, definition)]


__all__ = ["APPLICANT", "Finding", "findings", "known", "organisations", "registry", "roles"]
