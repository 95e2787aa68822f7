"""Files of every kind on their way into the lake, and what is turned away."""

from pathlib import Path
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.blocks.exchange import public as exchange
from ludao.blocks.exchange.models import Heap
from ludao.blocks.lake import public as lake

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = Actor.system("test", channel="cli")


def bring(source: str, content: bytes | Path, name: str = "a.csv") -> exchange.Delivery:
    delivery = exchange.receive(HOUSE, source, content, name)
    if delivery.state == "waiting":
        exchange.load.now(HOUSE, about=source, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def rows(query: str) -> list[dict[str, Any]]:
    return lake.sql(query).arrow().to_pylist()


def test_good_rows_are_merged_and_bad_ones_kept_with_their_reason(shop: str) -> None:
    text = ("id_number,name,birth_on,amount_fen,updated_at\n"
            "35990319900101003X,张三,1990-01-01,12,2022-01-01 08:00:00\n"
            "359903199001010048,李四,1990-13-01,12,2022-01-01 08:00:00\n"
            "359903199001010049,,1990-01-01,x,2022-01-01 08:00:00\n"
            "short,line\n")
    delivery = bring(shop, text.encode())
    assert (delivery.rows, delivery.good, delivery.bad) == (4, 1, 3)
    assert [row["name"] for row in rows(f"select name from {shop}")] == ["张三"]
    heaps = {(h.code, h.column): h.rows for h in Heap.objects.all()}
    assert heaps[("type", "birth_on")] == 1 and heaps[("required", "name")] == 1 and heaps[("shape", "")] == 1
