"""The indicators that ship keep small groups to themselves where they sum what people keep to themselves."""

from typing import Any

from sqlglot import exp

from ludao.base.actor import Actor
from ludao.blocks.indicator import guarding, house
from ludao.blocks.indicator.engine import aggregates


def test_every_sum_and_median_of_a_sensitive_column_is_over_five_rows(city: Any) -> None:
    here, bare, seen = house.known(), [], 0
    for one in here.definitions.values():
        if one.method != "computed":
            continue
        source = one.own or here.sources[one.source]
        found = guarding.catalogue.allowed_of(Actor.system("test"), guarding._entries(source))
        tells = guarding._shared(source, guarding._known(source, found))
        for column, _ in guarding._columns(aggregates.parsed(one.value), tells):
            seen += 1
            counted = isinstance(column.find_ancestor(exp.AggFunc), exp.Count) or guarding._in_filter(column)
            if not counted and one.least < guarding.FEWEST:
                bare.append(one.code)
    assert seen > 30, "the catalogue knows no sensitive columns here"
    assert not bare
