"""One entity by one policy, with everything that led to the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from .binding import Bound, bound
from .evaluating import conjunction, disjunction, negation, round_half_away, value
from .words import CODES, Condition, Dated, Fact, Facts, Group, Parameter, Policy, State

MOST_FEN = 9_000_000_000_000_000


@dataclass(frozen=True)
class Used:
    """A parameter as it held on the day."""

    parameter: Parameter
    dated: Dated | None


@dataclass(frozen=True)
class Step:
    """One condition for this entity: the answer, the values seen, the thresholds, what is missing."""

    condition: Condition
    state: State
    seen: tuple[tuple[Fact, Any], ...]
    used: tuple[Used, ...]

    @property
    def missing(self) -> tuple[Fact, ...]:
        """For lack of which data it is unknown."""
        return tuple(fact for fact, found in self.seen if found is None) if self.state == "unknown" else ()


@dataclass(frozen=True)
class Branch:
    """A group of steps, as the policy puts them together."""

    group: Group
    state: State
    parts: "tuple[Branch | Step, ...]"

    def steps(self) -> Iterator[Step]:
        for part in self.parts:
            if isinstance(part, Branch):
                yield from part.steps()
            else:
                yield part


@dataclass(frozen=True)
class Outcome:
    """What a policy says of an entity on a day."""

    policy: Policy
    on: date
    state: State
    amount_fen: int | None
    trace: Branch
    bits: int
    amount_missing: tuple[Fact, ...] = ()
    amount_used: tuple[Used, ...] = ()


def judge(policy: Policy, facts: Facts, row: Mapping[str, Any], on: date) -> Outcome:
    """`row`: the entity's facts by column; a column that is absent is unknown."""
    b = bound(policy, on)
    answers = {name: value(tree, row) for name, tree in b.conditions.items()}
    trace = _branch(b, facts, row, answers, b.who)
    bits = sum(_code(answer) * 4**n for n, answer in enumerate(answers.values()))
    state, amount = trace.state, None
    if b.amount is None or state != "met":
        return Outcome(policy, on, state, None, trace, bits, amount_used=_used_by_amount(policy, on))
    paid = value(b.amount, row)
    missing: tuple[Fact, ...] = ()
    if paid is None or not abs(paid) < MOST_FEN:
        state = "unknown"
        names = dict.fromkeys(c.name for c in b.amount.find_all(exp.Column))
        missing = tuple(facts.columns[name] for name in names if row.get(name) is None)
    elif round_half_away(paid) <= 0:
        state = "not_met"
    else:
        amount = int(round_half_away(paid))
    return Outcome(policy, on, state, amount, trace, bits, missing, _used_by_amount(policy, on))


def states_in(policy: Policy, bits: int) -> dict[str, State]:
    """The conditions' answers as a run kept them: reasons need no second judging."""
    return {name: CODES[bits >> 2 * n & 3] for n, name in enumerate(policy.order())}


def _branch(b: Bound, facts: Facts, row: Mapping[str, Any], answers: Mapping[str, bool | None], group: Group) -> Branch:
    parts = tuple(
        _branch(b, facts, row, answers, m) if isinstance(m, Group) else _step(b, facts, row, m, answers[m])
        for m in group.members
    )
    together = _together(group, [_truth(part.state) for part in parts])
    return Branch(group, CODES[_code(together)], parts)


def _step(b: Bound, facts: Facts, row: Mapping[str, Any], name: str, answer: bool | None) -> Step:
    condition = b.policy.conditions[name]
    seen = tuple((facts.columns[c], row.get(c)) for c in condition.says.columns if c in facts.columns)
    return Step(condition, CODES[_code(answer)], seen, _used(b.policy, condition.says.columns, b.on))


def _used(policy: Policy, columns: tuple[str, ...], on: date) -> tuple[Used, ...]:
    return tuple(Used(p, p.at(on)) for c in columns if (p := policy.parameters.get(c)))


def _used_by_amount(policy: Policy, on: date) -> tuple[Used, ...]:
    if policy.amount is None:
        return ()
    parts = [
        policy.amount.formula,
        policy.amount.otherwise,
        *(r.pay for r in policy.amount.rows),
        *(r.when for r in policy.amount.rows),
    ]
    names = dict.fromkeys(c for part in parts if part is not None for c in part.columns)
    return _used(policy, tuple(names), on)


def _together(group: Group, answers: list[bool | None]) -> bool | None:
    match group.kind:
        case "all":
            return conjunction(answers)
        case "any":
            return disjunction(answers)
        case "none":
            return negation(disjunction(answers))
    met, possible = answers.count(True), len(answers) - answers.count(False)
    return True if met >= group.least else False if possible < group.least else None


def _code(answer: bool | None) -> int:
    return 2 if answer is None else int(answer)


def _truth(state: State) -> bool | None:
    return None if state == "unknown" else state == "met"
