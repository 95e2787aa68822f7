"""Words find the same cases whether few or many have them, and only within reach."""

import pytest

from ludao.base.actor import Actor
from ludao.blocks.case import finding
from ludao.blocks.case.models import Case, Task

from .conftest import open_one, other_organisation


@pytest.mark.parametrize("common", [0, 1, 4000])
def test_words_find_the_same_by_index_and_in_order(
    citizen: Actor, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(finding, "COMMON", common)
    here, there = open_one(citizen), open_one(citizen)
    Case.objects.filter(pk__in=(here.pk, there.pk)).update(words="验收找得到 李雷")
    Case.objects.filter(pk=there.pk).update(organisation=other_organisation())
    reach = Case.objects.filter(organisation=here.organisation)
    assert list(finding.find(reach, "找得到 李")) == [here]
    assert set(finding.find(Case.objects.all(), "收找")) == {here, there}
    assert {task.case for task in finding.find(Task.objects.all(), "找得到")} == {here, there}
    assert not finding.find(reach, "找得到 韩").exists()
