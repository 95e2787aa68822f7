"""The door of rules: register facts, find the policies in force, judge one or all, tell it in plain words."""

from ludao.blocks.rule.engine.compiling import Judged
from ludao.blocks.rule.engine.judging import Branch, Outcome, Step, states_in
from ludao.blocks.rule.engine.telling import fact_value, reason, state_word, used_words, words_of, yuan
from ludao.blocks.rule.engine.words import Fact, Facts, period_of
from ludao.blocks.rule.keeping import facts_of, in_force, known, look, read, register, version_on
from ludao.blocks.rule.matching import count, evaluate, facts_row, found, judged, match, trial
from ludao.blocks.rule.models import Figure, Policy, Version
from ludao.blocks.rule.shipping import ship
from ludao.blocks.rule.showing import outcome_context

__all__ = [
    "Branch",
    "Fact",
    "Facts",
    "Figure",
    "Judged",
    "Outcome",
    "Policy",
    "Step",
    "Version",
    "count",
    "evaluate",
    "fact_value",
    "facts_of",
    "facts_row",
    "found",
    "in_force",
    "judged",
    "known",
    "look",
    "match",
    "outcome_context",
    "period_of",
    "read",
    "reason",
    "register",
    "ship",
    "state_word",
    "states_in",
    "trial",
    "used_words",
    "version_on",
    "words_of",
    "yuan",
]
