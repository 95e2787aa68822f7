"""How good the rules are: against what the departments' contracts say, by precision and recall."""

from collections.abc import Iterable
from dataclasses import dataclass

from ludao.blocks.catalogue import public as catalogue

from .engine.proposing import Proposal

GUARDED = ("sensitive", "secret")


@dataclass(frozen=True)
class Figures:
    """Of all columns: how many meanings are right; of guarded ones: how many are found, and rightly."""

    columns: int
    right: int
    guarded_right: int
    guarded_proposed: int
    guarded_true: int
    wrong: tuple[tuple[str, str, str], ...]
    missed: tuple[str, ...] = ()  # guarded columns that the rules would leave open

    @property
    def accuracy(self) -> float:
        return self.right / max(self.columns, 1)

    @property
    def precision(self) -> float:
        return self.guarded_right / max(self.guarded_proposed, 1)

    @property
    def recall(self) -> float:
        return self.guarded_right / max(self.guarded_true, 1)


def measure(found: Iterable[tuple[str, Proposal, str, str]]) -> Figures:
    """(column, proposal, true meaning, true grade) for each column."""
    rows = list(found)
    proposed = [(p.grade or (catalogue.meaning(p.means).grade if p.means else "")) in GUARDED for _, p, _, _ in rows]
    true = [grade in GUARDED for _, _, _, grade in rows]
    return Figures(
        len(rows), sum(p.means == truth for _, p, truth, _ in rows),
        sum(p and q for p, q in zip(proposed, true, strict=True)), sum(proposed), sum(true),
        tuple((column, p.means, truth) for column, p, truth, _ in rows if p.means != truth),
        tuple(row[0] for row, p, q in zip(rows, proposed, true, strict=True) if q and not p))
