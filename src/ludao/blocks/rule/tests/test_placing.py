"""A mistake in a policy's text is told with its line and column."""

import pytest

from ludao.base.errors import Problems
from ludao.blocks.rule import public as rule
from ludao.blocks.rule.engine.placing import lines, place
from ludao.blocks.rule.views import TEMPLATE


def test_every_part_of_a_text_has_its_line() -> None:
    found = lines(TEMPLATE)
    told = TEMPLATE.splitlines()
    assert told[found["conditions.old_enough.says"] - 1] == 'says = "age >= lowest"'
    assert told[found["amount.formula"] - 1] == 'formula = "standard"'
    assert told[found["examples[2].facts"] - 1] == "facts = { age = 79, is_alive = true }"


@pytest.mark.parametrize(("old", "new", "at"), [
    ('"age >= lowest"', '"agee >= lowest"', "agee >= lowest"),
    ('"age >= lowest"', '"age >= 1 and lowst > 1"', "lowst > 1"),
    ('formula = "standard"', "formula = standard", "standard"),
    ("facts = { age = 79", "facts = { agee = 79", "{ agee"),
])
def test_a_mistake_is_told_where_it_stands(old: str, new: str, at: str) -> None:
    assert old in TEMPLATE
    text = TEMPLATE.replace(old, new)
    with pytest.raises(Problems) as caught:
        rule.read(text)
    line, column = place(text, caught.value.problems[0])
    assert text.splitlines()[line - 1][column - 1 :].startswith(at)
