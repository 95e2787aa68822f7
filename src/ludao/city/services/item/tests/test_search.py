"""Search understands what people say: a list of spoken questions, each with the items that answer it."""

from pathlib import Path
from typing import Any

import pytest

from ludao.city.services.item import finding
from ludao.city.services.item.engine import words
from ludao.city.services.item.models import Item

QUESTIONS = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "questions.txt").read_text(encoding="utf-8").splitlines()
]


def test_nine_of_ten_questions_find_their_item_among_the_first_three(city: Any) -> None:
    names = set(Item.objects.values_list("name_zh", flat=True))
    assert len(QUESTIONS) >= 60 and all(names & set(wanted) for _, *wanted in QUESTIONS)
    missed = [said for said, *wanted in QUESTIONS
              if not {item.name_zh for item in finding.found(said)[:3]} & set(wanted)]  # fmt: skip
    share = 1 - len(missed) / len(QUESTIONS)
    assert share >= 0.9, f"hit@3 is {share:.0%}; missed: {missed}"


@pytest.mark.parametrize("said", ["", "？？？", "的", "\x00", "'; drop table x; --", "好" * 500])
def test_nothing_said_finds_nothing_and_breaks_nothing(city: Any, said: str) -> None:
    assert isinstance(finding.found(said), list)


def test_letters_are_read_as_pinyin_where_they_can_be() -> None:
    assert words.syllables("shebaoka") == [["she", "bao", "ka"]]
    assert words.syllables("passport") == []


def test_results_keep_to_whom_and_to_the_department(city: Any) -> None:
    assert all(item.object != "person" for item in finding.found("注销", object="enterprise"))
    assert {item.organisation_id for item in finding.found("登记", organisation="xm-mzh")} == {"xm-mzh"}


def test_the_search_page_answers_a_stranger(city: Any, client_of: Any) -> None:
    page = client_of("").get("/services/item/find/?q=补社保卡").content.decode()
    assert page.index("社会保障卡补领") > 0
    assert "没有找到这样的事项" in client_of("").get("/services/item/find/?q=qqqxxzz").content.decode()
