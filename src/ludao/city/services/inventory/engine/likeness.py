"""How alike systems are by their names, what they do and hold: pieces of two letters, rare ones weigh more."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

# What nearly every name holds says nothing of what a system does.
EMPTY = re.compile(r"厦门市?|信息|管理|系统|平台|综合|服务|业务|政务|数据|建设|智慧|数字|应用|[\s，。、；：（）()\-—]+")
WEIGHTS = {"name": 0.5, "purpose": 0.3, "holds": 0.2}
LEAST = 0.35
MOST_COMMON = 0.2  # a piece that more of all systems hold finds no pairs


@dataclass(frozen=True)
class Described:
    key: int
    owner: str
    name: str
    purpose: str
    holds: str


@dataclass(frozen=True)
class Pair:
    one: int
    other: int
    score: float
    shared: tuple[str, ...]


def pieces(text: str) -> frozenset[str]:
    said = [part for part in EMPTY.split(text) if part]
    return frozenset(part[n : n + 2] for part in said for n in range(max(1, len(part) - 1)))


def alike(systems: Sequence[Described], least: float = LEAST) -> list[Pair]:
    """Pairs of different owners, the most alike first. Only systems that share a rare piece are compared."""
    parts = {one.key: {name: pieces(getattr(one, name)) for name in WEIGHTS} for one in systems}
    held: dict[str, list[int]] = defaultdict(list)
    for key, by_name in parts.items():
        for piece in frozenset().union(*by_name.values()):
            held[piece].append(key)
    common = max(3, int(len(systems) * MOST_COMMON))
    weight = {piece: log(1 + len(systems) / len(keys)) for piece, keys in held.items()}
    owner = {one.key: one.owner for one in systems}
    found = []
    for one, other in _candidates(held, common):
        if owner[one] != owner[other]:
            here, there = parts[one], parts[other]
            score = sum(share * _jaccard(here[name], there[name], weight) for name, share in WEIGHTS.items())
            if score >= least:
                shared = Counter({p: weight[p] for name in WEIGHTS for p in parts[one][name] & parts[other][name]})
                found.append(Pair(one, other, score, tuple(piece for piece, _ in shared.most_common(6))))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def _candidates(held: dict[str, list[int]], common: int) -> Iterator[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    for keys in held.values():
        if 2 <= len(keys) <= common:
            for place, one in enumerate(keys):
                for other in keys[place + 1 :]:
                    pair = (min(one, other), max(one, other))
                    if pair not in seen:
                        seen.add(pair)
                        yield pair


def _jaccard(one: frozenset[str], other: frozenset[str], weight: dict[str, float]) -> float:
    every = sum(weight[piece] for piece in one | other)
    return sum(weight[piece] for piece in one & other) / every if every else 0.0
