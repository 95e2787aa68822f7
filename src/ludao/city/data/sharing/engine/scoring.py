"""How the best cases are found: weighted marks of the judges, a share for the vote, ranks with ties."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def weighted(marks: Mapping[str, int], criteria: Sequence[Mapping[str, object]]) -> Decimal:
    """Marks of 0 to 100 by criterion → one of 0 to 100. Raises KeyError for a criterion without a mark."""
    total = sum((Decimal(marks[str(c["name"])]) * int(str(c["weight"])) for c in criteria), Decimal(0))
    return (total / 100).quantize(CENT, ROUND_HALF_UP)


def score(totals: Sequence[Decimal], votes: int, most_votes: int, votes_weigh: int) -> Decimal:
    """The judges' mean and the vote (against the most voted) by their weights. With five judges and more the
    highest and the lowest are left out, as is usual in such contests."""
    kept = sorted(totals)[1:-1] if len(totals) >= 5 else list(totals)
    judged = sum(kept, Decimal(0)) / len(kept) if kept else Decimal(0)
    voted = Decimal(100) * votes / most_votes if most_votes else Decimal(0)
    return ((judged * (100 - votes_weigh) + voted * votes_weigh) / 100).quantize(CENT, ROUND_HALF_UP)


def ranks(scores: Sequence[Decimal]) -> list[int]:
    """1, 2, 2, 4: equal scores share a rank."""
    return [1 + sum(other > one for other in scores) for one in scores]
