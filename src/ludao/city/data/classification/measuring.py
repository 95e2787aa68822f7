"""How good the rules are: against what the departments' contracts say, by precision and recall."""

from collections.abc import Iterable
from dataclasses import dataclass

from ludao.blocks.catalogue import public as catalogue

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

    @property
    def accuracy(self) -> float:
        return self.right / max(self.columns, 1)

    @property
    def precision(self) -> float:
        return self.guarded_right / max(self.guarded_proposed, 1)

    @property
    def recall(self) -> float:
        return self.guarded_right / max(self.guarded_true, 1)


def measure(found: Iterable[tuple[str, str, str, str]]) -> Figures:
    """(column, proposed meaning, true meaning, true grade) for each column."""
    rows = list(found)
    proposed = [catalogue.meaning(means).grade in GUARDED if means else False for _, means, _, _ in rows]
    true = [grade in GUARDED for _, _, _, grade in rows]
    return Figures(
        len(rows), sum(means == truth for _, means, truth, _ in rows),
        sum(p and q for p, q in zip(proposed, true, strict=True)), sum(proposed), sum(true),
        tuple((column, means, truth) for column, means, truth, _ in rows if means != truth))
