"""The names of rights and roles in both languages, from the manifests and the actions."""

from collections.abc import Iterable
from functools import cache

from django.utils.functional import lazy

from ludao.base import actions, registry
from ludao.base.pages.declare import Declared, Detail
from ludao.base.text import from_pair, t

SPECIAL = ("anyone", "person", "staff", "enterprise")
ADMINISTRATOR = "administrator"


def roles() -> dict[str, str]:
    """Every role of the house and its title: those with a title of their own, and all that carry a right."""
    carried = {role for carriers in registry.rights().values() for role in carriers}
    return {role: lazy_role_title(role) for role in sorted({*registry.roles(), *carried})}


def given_roles() -> list[tuple[str, str]]:
    """The roles that somebody gives, to choose from."""
    return [(role, title) for role, title in roles().items() if role not in SPECIAL]


def role_title(role: str) -> str:
    pair = registry.roles().get(role)
    return str(from_pair(pair)) if pair else role


lazy_role_title = lazy(role_title, str)


def right_title(right: str) -> str:
    """办理名称, with whose it is: "工作计划 · 报告进展"."""
    manifest = registry.by_address().get(right.rpartition(".")[0])
    return f"{from_pair(manifest.title)} · {verb(right)}" if manifest else right


def verb(right: str) -> str:
    """What the right lets one do, or see."""
    return _named(right) or _done(right) or _seen(right) or right.rpartition(".")[2]


lazy_right_title = lazy(right_title, str)


def _named(right: str) -> str:
    """A manifest names a right that neither an action nor a page in the navigation does."""
    address, _, name = right.rpartition(".")
    pair = registry.by_address()[address].rights.get(name) if address in registry.by_address() else None
    return str(from_pair(pair)) if pair else ""


def _done(right: str) -> str:
    """A right to do is named by its actions."""
    return " / ".join(str(one.title) for one in _actions().get(right, ()))


def _seen(right: str) -> str:
    """A right that only opens pages is named by those in the navigation."""
    from ludao.base.pages import urls  # needs every table, and the tables need these names

    opened = listed(str(urls.title_of(manifest, entry)) for manifest, entry in _pages().get(right, ()))
    return f"{t('查看', 'See ')}{opened}" if opened else ""


def listed(words: Iterable[str]) -> str:
    """Several names in one line, each once."""
    return t("、", ", ").join(dict.fromkeys(words))


@cache
def _actions() -> dict[str, list[actions.Action]]:
    found: dict[str, list[actions.Action]] = {}
    for one in actions.every():
        found.setdefault(one.right, []).append(one)
    return found


@cache
def _pages() -> dict[str, list[tuple[registry.Manifest, Declared]]]:
    from ludao.base.pages import urls

    found: dict[str, list[tuple[registry.Manifest, Declared]]] = {}
    for manifest, entry in urls.every():
        if not isinstance(entry, Detail) and entry.in_nav:
            found.setdefault(urls.right_of(manifest, entry), []).append((manifest, entry))
    return found


def addresses_of(right: str) -> tuple[str, ...]:
    """The actions that are done by this right; what the audit log calls its use."""
    return tuple(a.address for a in _actions().get(right, ())) or (right,)


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
