"""The house's own lists that the editor's forms offer: kinds of fields, sources and what they give, masks."""

from ludao.base.masks import MASKS

from . import options
from .engine.kinds import KINDS
from .sources import sources


@options.choices("form.kinds")
def _kinds() -> list[tuple[str, str]]:
    return [(name, str(kind.title)) for name, kind in KINDS.items()]


@options.choices("form.sources")
def _sources() -> list[tuple[str, str]]:
    return [(one.name, str(one.title)) for one in sources().values()]


@options.choices("form.source_fields")
def _source_fields() -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for one in sources().values():
        for name, words in one.fields.items():
            found.setdefault(name, []).append(f"{one.title} · {words}")
    return [(name, " / ".join(words)) for name, words in found.items()]


@options.choices("form.masks")
def _masks() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(MASKS)]
