"""Grades proposed from names and contents, measured against the departments' own contracts; decided by people."""

import pytest

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.catalogue import public as catalogue

from .. import actions
from ..engine.forms import FORMS
from ..engine.proposing import Asked, propose
from ..models import Proposal
from ..sampling import look

HOUSE = Actor.system("test")


@pytest.mark.parametrize(("asked", "means"), [
    (Asked("a", "甲", "text", ["15400001234"] * 9), "phone"),
    (Asked("b", "乙", "text", ["李雷", "韩梅梅", "王科", "欧阳娜娜"]), "person_name"),
    (Asked("sfzh", "身份证号", "text", []), "id_number"),
    (Asked("c", "丙", "text", ["闽D12345", "闽DA1234"]), "plate"),
    (Asked("d", "丁", "text", ["4111111111111111", "5500005555555559"]), "bank_card"),
    (Asked("e", "出生日期", "date"), "birth_day"),
    (Asked("f", "签发日期", "date"), "day"),
    (Asked("amount_fen", "金额", "integer"), "money"),
    (Asked("phone", "联系电话", "text", ["已核对", "未核对"] * 5), "category"),
])
def test_a_meaning_is_proposed(asked, means):
    assert propose(asked).means == means


def test_check_digits_count():
    assert not FORMS["id_number"]("359903199001010011") or not FORMS["id_number"]("359903199001010012")
    assert FORMS["bank_card"]("4111111111111111") and not FORMS["bank_card"]("4111111111111112")


@pytest.fixture
def proposal(db):
    entry = catalogue.register({
        "address": "data.test.graded", "title": {"zh": "试", "en": "t"}, "owner": "xm-dsj",
        "columns": {"phone": {"zh": "联系电话", "en": "Phone", "grade": "internal"}}})
    look(entry)
    return Proposal.objects.get(column__entry=entry)


def test_confirming_grades_the_column(proposal):
    actions.confirm(HOUSE, proposal=[proposal])
    column = proposal.column
    column.refresh_from_db()
    assert (column.grade, column.mask, column.means) == ("sensitive", "phone", "phone")
    assert catalogue.get("data.test.graded").grade == "sensitive"


def test_below_the_proposal_needs_a_reason(proposal):
    with pytest.raises(Problem, match="理由"):
        actions.change(HOUSE, proposal=[proposal], grade="public")
    actions.change(HOUSE, proposal=[proposal], grade="public", reason="热线公开号码")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.column.grade) == ("changed", "public")


def test_a_decision_stands_until_the_contents_change(proposal):
    actions.confirm(HOUSE, proposal=[proposal])
    assert look(proposal.column.entry) == 0
    Proposal.objects.filter(pk=proposal.pk).update(means="email")
    assert look(proposal.column.entry) == 1 and Proposal.objects.get().is_open
