"""Finds a counter, a workshop, an action or a dataset by the words people say; and tells what hangs on an address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from ludao.base import actions, datasets, events, registry
from ludao.base.mapper import rows
from ludao.base.pages import urls
from ludao.base.pages.lists import action_url
from ludao.base.registry import Manifest

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class Found:
    """One answer: what kind of thing, its address, its words, where to go; `rank` 0 is the best."""

    rank: int
    kind: str
    address: str
    zh: str
    en: str
    place: str


def where(words: str) -> list[Found]:
    """印章, yinzhang, yz or seal: whatever has it in a title or in its words; the nearest first."""
    asked = words.strip().casefold()
    if not asked:
        return []
    ranked = ((rank_of(asked, texts), found) for texts, found in _everything())
    hits = {Found(rank, *found) for rank, found in ranked if rank is not None}
    return sorted(hits, key=lambda f: (f.rank, f.kind, f.address))


def rank_of(asked: str, texts: Iterable[str]) -> int | None:
    """0 is the word itself, 1 a part of one, 2 its pinyin or the pinyin's first letters; None is not at all."""
    ranks = [rank for text in texts if (rank := _rank(asked, text.casefold())) is not None]
    return min(ranks, default=None)


def _rank(asked: str, text: str) -> int | None:
    if asked == text:
        return 0
    if asked in text:
        return 1
    if not asked.isascii():
        return None
    from pypinyin import Style, lazy_pinyin  # its dictionary takes a third of a second, and few type pinyin

    full = "".join(lazy_pinyin(text))
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    spoken = asked.replace(" ", "")
    return 2 if spoken in full or (len(spoken) > 1 and spoken == initials) else None


def _everything() -> Iterator[tuple[list[str], tuple[str, str, str, str, str]]]:
    """Every thing of the house with the texts it is found by."""
    for manifest in registry.manifests():
        zh, en = manifest.title.get("zh", ""), manifest.title.get("en", "")
        kind = {"city": "counter", "block": "workshop", "base": "base"}[manifest.kind]
        yield [zh, en, manifest.address, *manifest.words], (kind, manifest.address, zh, en, _place(manifest))
    for number, clause in registry.clauses().items():
        for folder, words in clause["folders"].items():
            if not words.get("built"):
                texts = [words["zh"], words["en"], number, folder.replace("/", ".")]
                yield texts, ("not built", folder.replace("/", "."), words["zh"], words["en"], f"clause {number}")
    for name, words in ((name, words) for row in rows() for name, words in row.items()):
        if name not in registry.by_address():
            texts = [words["zh"], words["en"], name, *words.get("words", ())]
            yield texts, ("not built", name, words["zh"], words["en"], "a workshop")
    for spec in actions.every():
        zh, en = both(spec.title)
        yield [zh, en, spec.address], ("action", spec.address, zh, en, action_url(spec.address))
    for dataset in datasets.every():
        titles = [c.pair[language] for c in dataset.columns for language in ("zh", "en")]
        yield ([*dataset.titles.values(), *dataset.rows.values(), dataset.address, *titles],
               ("dataset", dataset.address, dataset.titles["zh"], dataset.titles["en"],
                f"/api/v1/datasets/{dataset.address}"))


def both(text: Any) -> tuple[str, str]:
    """A lazy pair of words, in Chinese and in English."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(text))
    return said[0], said[1]


def _place(manifest: Manifest) -> str:
    return str(manifest.folder.relative_to(registry.PACKAGE.parent))


# — what hangs on an address ————————————————————————————————————————————————————————————————————————————

Edges = list[tuple[str, str]]


def why(address: str) -> Edges:
    """What an address is and what hangs on it, as (relation, other end). Raises LookupError for what is nowhere."""
    found = [*_folder(address), *_action(address), *_event(address), *_dataset(address), *_right(address)]
    if not found:
        near = [f.address for f in where(address.rsplit(".", 1)[-1])[:5]]
        raise LookupError(f"nothing has the address {address}" + (f"; near it: {', '.join(near)}" if near else ""))
    return found


def _folder(address: str) -> Edges:
    manifest = registry.by_address().get(address)
    if manifest is None:
        return []
    everyone = registry.manifests()
    edges = [("is", f"{manifest.title.get('zh')} · {manifest.title.get('en')} ({_place(manifest)})")]
    edges += [("clause", manifest.clause)] if manifest.clause else []
    edges += [("owner", manifest.owner)] if manifest.owner else []
    edges += [("uses", name) for name in manifest.uses]
    edges += [("used by", m.address) for m in everyone if address in m.uses]
    edges += [("reads", name) for name in manifest.reads]
    edges += [("offers", f"{name}{_among('read by', [m.address for m in everyone if name in m.reads])}")
              for name in manifest.offers]
    edges += [("hears", name) for name in manifest.hears]
    edges += [("says", f"{name}{_among('heard by', [m.address for m in everyone if name in m.hears])}")
              for name in manifest.says]
    edges += [("right", f"{address}.{right} → {', '.join(roles)}") for right, roles in manifest.may.items()]
    edges += [("apart", f"{one} / {other}") for one, other in manifest.apart]
    edges += [("action", f"{spec.address} {spec.title}") for spec in actions.every()
              if spec.address.rpartition(".")[0] == address]
    edges += [("page", f"{urls.path_of(m, entry)} {urls.title_of(m, entry)}") for m, entry in urls.every()
              if m.address == address]
    edges += [("listener", f"{event} → {name}") for event, names in events.heard().items() for name in names
              if name.startswith(manifest.module + ".")]
    return [*edges, *[("table", name) for name in tables_of(manifest)]]


def _among(word: str, names: list[str]) -> str:
    return f" ({word} {', '.join(names)})" if names else ""


def tables_of(manifest: Manifest) -> list[str]:
    from django.apps import apps

    return [model._meta.db_table for model in apps.get_app_config(manifest.label).get_models()]


def _action(address: str) -> Edges:
    spec = next((spec for spec in actions.every() if spec.address == address), None)
    if spec is None:
        return []
    zh, en = both(spec.title)
    return [("is", f"the action {zh} · {en}"), ("asks the right", spec.right), *[("says", name) for name in spec.says],
            *[("takes", f"{p.name}: {p.title}") for p in spec.parameters]]


def _event(address: str) -> Edges:
    sayers = [m.address for m in registry.manifests() if address in m.says]
    hearers = [m.address for m in registry.manifests() if address in m.hears]
    if not sayers and not hearers:
        return []
    return [("is", "an event"), *[("said by", name) for name in sayers],
            *[("said by the action", s.address) for s in actions.every() if address in s.says],
            *[("heard by", name) for name in hearers],
            *[("listener", name) for name in events.heard().get(address, [])]]


def _dataset(address: str) -> Edges:
    dataset = next((d for d in datasets.every() if d.address == address), None)
    if dataset is None:
        return []
    columns = [("column", f"{c.name} {c.pair['zh']} · {c.grade}") for c in dataset.columns]
    return [("is", f"the dataset {dataset.titles['zh']} · {dataset.titles['en']}"), ("row", dataset.rows["zh"]),
            ("asks the right", dataset.right), ("fresh", dataset.fresh),
            *[("read by", m.address) for m in registry.manifests() if address in m.reads], *columns]


def _right(address: str) -> Edges:
    roles = registry.rights().get(address)
    if roles is None:
        return []
    words = registry.roles()
    return [*[("role", f"{role} {words.get(role, {}).get('zh', '')}") for role in roles],
            *[("asked by the action", s.address) for s in actions.every() if s.right == address],
            *[("asked by the page", urls.path_of(m, e)) for m, e in urls.every() if urls.right_of(m, e) == address],
            *[("asked by the dataset", d.address) for d in datasets.every() if d.right == address]]
