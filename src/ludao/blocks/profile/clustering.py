"""Clustering: the heaviest edge first, and nothing is joined that may not be. Pure; no database."""

from collections.abc import Iterable, Sequence


class Clusters:
    """Joins nodes into clusters. A cluster holds at most one attested id; two claimed ids are not joined; what a
    clerk parted stays apart, and so do the parts of one row."""

    def __init__(self, kinds: Sequence[int], apart: Iterable[tuple[int, int]] = ()) -> None:
        self.parent = list(range(len(kinds)))
        self.size = [1] * len(kinds)
        self.sure = [int(kind == 0) for kind in kinds]
        self.claimed = [int(kind == 1) for kind in kinds]
        self.enemies: dict[int, set[int]] = {}
        for one, other in apart:
            self.enemies.setdefault(one, set()).add(other)
            self.enemies.setdefault(other, set()).add(one)

    def find(self, node: int) -> int:
        root = node
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[node] != root:
            self.parent[node], node = root, self.parent[node]
        return root

    def may_join(self, one: int, other: int) -> bool:
        """For two roots."""
        if self.sure[one] + self.sure[other] > 1 or self.claimed[one] + self.claimed[other] > 1:
            return False
        few, many = sorted((self.enemies.get(one, ()), self.enemies.get(other, ())), key=len)
        if few is self.enemies.get(one, ()):
            return not any(self.find(enemy) == other for enemy in few)
        return not any(self.find(enemy) == one for enemy in few)

    def join(self, one: int, other: int, force: bool = False) -> bool:
        """False when they may not be joined; True when they are one (already). `force`: a clerk said so, ids or not."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        if not force and not self.may_join(a, b):
            return False
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.sure[a] += self.sure[b]
        self.claimed[a] += self.claimed[b]
        if b in self.enemies:
            self.enemies.setdefault(a, set()).update(self.enemies.pop(b))
        return True


def cluster(kinds: Sequence[int], edges: Iterable[tuple[int, int]], joined: Iterable[tuple[int, int]] = (),
            apart: Iterable[tuple[int, int]] = ()) -> tuple[list[int], list[bool]]:
    """Edges come heaviest first. Gives each node's root, and for each edge whether it holds together one cluster."""
    clusters = Clusters(kinds, apart)
    for one, other in joined:
        clusters.join(one, other, force=True)
    held = [clusters.join(one, other) for one, other in edges]
    return [clusters.find(node) for node in range(len(kinds))], held
