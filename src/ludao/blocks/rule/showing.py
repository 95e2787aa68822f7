"""What pages show of a policy and of an outcome: plain trees of words, made once, in the reader's language."""

import difflib
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from ludao.base.text import from_pair, pick, t

from . import keeping
from .engine import telling
from .engine.judging import Branch, Outcome, Step
from .engine.proving import prove
from .engine.words import Facts, Group
from .engine.words import Policy as Rule
from .models import Policy, Version

TONES = {"met": "ok", "not_met": "bad", "unknown": "warn"}


def policy_context(rule: Rule, on: date) -> dict[str, Any]:
    """A policy as a text with conditions, parameters, amount, examples and legal source."""
    facts = keeping.facts_of(rule.entity)
    return {
        "title": from_pair(rule.title),
        "summary": from_pair(rule.summary),
        "code": rule.code,
        "entity": from_pair(facts.title),
        "period": telling.PERIODS[rule.period],
        "since": rule.since,
        "until": rule.until,
        "legal": rule.legal,
        "who": _group(rule.who, rule, facts, on),
        "parameters": [_parameter(p, on) for p in rule.parameters.values()],
        "amount": _amount(rule, facts, on),
        "exclusive": rule.exclusive,
        "proofs": [_proof(p) for p in prove(rule, facts)],
        "facts": _facts(rule, facts),
    }


def outcome_context(outcome: Outcome) -> dict[str, Any]:
    """An outcome with its trace, for `rule/_trace.html` and for the API."""
    return {
        "policy": outcome.policy.code,
        "title": from_pair(outcome.policy.title),
        "on": outcome.on,
        "state": outcome.state,
        "word": telling.state_word(outcome.state),
        "tone": TONES[outcome.state],
        "amount_fen": outcome.amount_fen,
        "reason": telling.reason(outcome),
        "trace": _branch(outcome.trace, outcome),
        "amount_used": [telling.used_words(u) for u in outcome.amount_used],
        "legal": outcome.policy.legal,
    }


def changes(version: Version) -> list[tuple[str, str]]:
    """What this version changed of the one before it: (" ", "+", "-") and the line."""
    before = (
        Version.objects.filter(policy_id=version.policy_id, number__lt=version.number)
        .exclude(state=Version.DISCARDED)
        .order_by("-number")
        .first()
    )
    if before is None:
        return []
    lines = difflib.unified_diff(before.text.splitlines(), version.text.splitlines(), lineterm="", n=2)
    return [(line[0], line[1:]) for line in list(lines)[2:] if not line.startswith("@@")]


def newest_rule(policy: Policy, on: date) -> tuple[Version | None, Rule | None]:
    """The version in force, else the newest draft."""
    version = keeping.version_on(policy, on) or policy.versions.exclude(state=Version.DISCARDED).first()
    return version, keeping.read(version.text) if version else None


def _group(group: Group, rule: Rule, facts: Facts, on: date) -> dict[str, Any]:
    return {
        "words": telling.group_words(group),
        "members": [
            _group(m, rule, facts, on)
            if isinstance(m, Group)
            else {
                "title": telling.words_of(rule.conditions[m].title, rule, on),
                "says": rule.conditions[m].says.text,
                "facts": [facts.columns[c] for c in rule.conditions[m].says.columns if c in facts.columns],
            }
            for m in group.members
        ],
    }


def _parameter(parameter: Any, on: date) -> dict[str, Any]:
    now = parameter.at(on)
    return {
        "title": from_pair(parameter.title),
        "name": parameter.name,
        "values": [
            {"since": v.since, "value": telling.parameter_value(parameter, v), "source": v.source, "is_now": v is now}
            for v in reversed(parameter.values)
        ],
    }


def _amount(rule: Rule, facts: Facts, on: date) -> dict[str, Any] | None:
    amount, said = rule.amount, _in_words(rule, facts)
    if amount is None:
        return None
    hit = {
        "first": t("自上而下，第一行成立的为准", "the first line that holds decides"),
        "sum": t("成立的各行相加", "all lines that hold are added up"),
        "max": t("成立的各行取最高", "the highest line that holds"),
    }
    return {
        "formula": amount.formula.text if amount.formula else "",
        "formula_words": said(amount.formula.text) if amount.formula else "",
        "hit": hit[amount.hit],
        "rows": [
            {
                "title": telling.words_of(r.title, rule, on) if r.title["zh"] else "",
                "when": r.when.text,
                "pay": r.pay.text,
                "when_words": said(r.when.text),
                "pay_words": said(r.pay.text),
            }
            for r in amount.rows
        ],
        "otherwise": amount.otherwise.text if amount.otherwise else "",
        "otherwise_words": said(amount.otherwise.text) if amount.otherwise else "",
    }


SIGNS = (("least", "取低", "least"), ("greatest", "取高", "greatest"), ("and", "且", "and"), ("or", "或", "or"),
         ("not", "非", "not"), ("floor", "取整", "floor"), ("round", "四舍五入", "round"), ("case", "", "case"))


def _in_words(rule: Rule, facts: Facts) -> Callable[[str], str]:
    """A formula with the titles of what it names: growth_fen * rate → 增长额 × 奖励比例."""
    titles = {name: str(from_pair(p.title)) for name, p in rule.parameters.items()}
    titles |= {name: str(fact.title) for name, fact in facts.columns.items() if name not in titles}
    titles |= {name: pick(zh, en) for name, zh, en in SIGNS if pick(zh, en)}

    def said(text: str) -> str:
        words = re.sub(r"'[^']*'|[A-Za-z_]\w*", lambda found: titles.get(found[0], found[0]), text)
        return words.replace("*", "×").replace(">=", "≥").replace("<=", "≤").replace("/", "÷").replace("\n", " ")

    return said


def _proof(proof: Any) -> dict[str, Any]:
    return {
        "title": proof.example.title,
        "on": proof.example.on,
        "holds": proof.holds,
        "expect": telling.state_word(proof.example.expect),
        "outcome": outcome_context(proof.outcome),
    }


def _facts(rule: Rule, facts: Facts) -> list[Any]:
    parts = [c.says for c in rule.conditions.values()]
    if rule.amount:
        parts += [p for p in (rule.amount.formula, rule.amount.otherwise) if p]
        parts += [e for r in rule.amount.rows for e in (r.when, r.pay)]
    names = dict.fromkeys(c for p in parts for c in p.columns if c in facts.columns)
    return [
        {"title": f.title, "name": f.name, "source": from_pair(f.source) if f.source else "", "grade": f.grade}
        for f in (facts.columns[n] for n in names)
    ]


def _branch(branch: Branch, outcome: Outcome) -> dict[str, Any]:
    return {
        "words": telling.group_words(branch.group),
        "state": branch.state,
        "word": telling.state_word(branch.state),
        "tone": TONES[branch.state],
        "parts": [_branch(p, outcome) if isinstance(p, Branch) else _step(p, outcome) for p in branch.parts],
    }


def _step(step: Step, outcome: Outcome) -> dict[str, Any]:
    colon = pick("：", ": ")
    return {
        "title": telling.step_words(step, outcome.policy, outcome.on),
        "state": step.state,
        "word": telling.state_word(step.state),
        "tone": TONES[step.state],
        "seen": [
            {
                "title": fact.title,
                "value": telling.fact_value(fact, value),
                "is_missing": value is None,
                "source": from_pair(fact.source) if fact.source else "",
            }
            for fact, value in step.seen
        ],
        "used": [telling.used_words(u) for u in step.used],
        "missing": colon.join([pick("缺少", "Missing"), pick("、", ", ").join(str(f.title) for f in step.missing)])
        if step.missing
        else "",
    }


def steps(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in tree["parts"]:
        if "parts" in part:
            yield from steps(part)
        else:
            yield part
