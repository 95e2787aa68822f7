"""A policy's examples, run: what was expected, what came out."""

from collections.abc import Iterator
from dataclasses import dataclass

from .judging import Outcome, judge
from .words import Example, Facts, Policy


@dataclass(frozen=True)
class Proof:
    """One example with its outcome."""

    example: Example
    outcome: Outcome

    @property
    def holds(self) -> bool:
        e, o = self.example, self.outcome
        return o.state == e.expect and (e.amount_fen is None or o.amount_fen == e.amount_fen)


def prove(policy: Policy, facts: Facts) -> Iterator[Proof]:
    for example in policy.examples:
        yield Proof(example, judge(policy, facts, example.facts, example.on))
