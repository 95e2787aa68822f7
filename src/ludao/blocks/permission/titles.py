"""The names of rights and roles in both languages, from the manifests and the actions."""

from functools import cache

from django.utils.functional import lazy

from ludao.base import actions, registry
from ludao.base.text import from_pair, t

SPECIAL = ("anyone", "person", "staff", "enterprise")
ADMINISTRATOR = "administrator"
READING = {"read": t("查看", "See"), "explain": t("查询谁能办", "Ask who may")}
OBJECTS = {
    "audit": t("审计记录", "audit lines"), "events": t("事件", "events"), "imports": t("批量授权", "imports of grants"),
    "place": t("机构与区划", "organisations and areas"),
}


def roles() -> dict[str, str]:
    """Every role of the house and its title: those with a title of their own, and all that carry a right."""
    carried = {role for carriers in registry.rights().values() for role in carriers}
    return {role: lazy_role_title(role) for role in sorted({*registry.roles(), *carried})}


def role_title(role: str) -> str:
    pair = registry.roles().get(role)
    return str(from_pair(pair)) if pair else role


lazy_role_title = lazy(role_title, str)


def right_title(right: str) -> str:
    """办理名称, with whose it is: "工作计划 · 报告进展"."""
    owner, name = right.rpartition(".")[::2]
    manifest = registry.by_address().get(owner)
    verb = action_titles().get(right) or _reading(name)
    return f"{from_pair(manifest.title)} · {verb}" if manifest else right


lazy_right_title = lazy(right_title, str)


def _reading(name: str) -> str:
    if name in READING:
        return str(READING[name])
    verb, _, what = name.partition("_")
    if verb == "read" and what in OBJECTS:
        return f"{READING['read']}{t('', ' ')}{OBJECTS[what]}"
    return name


@cache
def _by_right() -> dict[str, tuple[actions.Action, ...]]:
    every = actions.every()
    return {right: tuple(a for a in every if a.right == right) for right in {a.right for a in every}}


def action_titles() -> dict[str, str]:
    """Right → what its actions are called."""
    return {right: " / ".join(str(a.title) for a in carried) for right, carried in _by_right().items()}


def addresses_of(right: str) -> tuple[str, ...]:
    """The actions that are done by this right; what the audit log calls its use."""
    return tuple(a.address for a in _by_right().get(right, ())) or (right,)


def rights_of(role: str) -> tuple[str, ...]:
    """What a role may do; the administrator whatever there is."""
    if role == ADMINISTRATOR:
        return tuple(sorted(registry.rights()))
    return tuple(sorted(right for right, carriers in registry.rights().items() if role in carriers))


def carries(role: str, right: str) -> bool:
    return role == ADMINISTRATOR or role in registry.rights().get(right, ())


def is_weighty(role: str) -> bool:
    """Whether a second person must approve it: it carries rights over the house itself or over others' rights."""
    return role == ADMINISTRATOR or any(
        right.split(".")[0] in ("base", "permission") for right in rights_of(role) if role not in SPECIAL
    )
