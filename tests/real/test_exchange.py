"""Xiamen's real tables through the exchange: as many rows as their manifests count, and nothing turned away."""

import os
from pathlib import Path
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.blocks.exchange import public as exchange
from ludao.blocks.identity.public import Organisation
from ludao.blocks.lake import public as lake

pytestmark = [pytest.mark.real, pytest.mark.django_db]
HOUSE = Actor.system("test", channel="cli")
SHARED = Path(os.environ.get("LUDAO_SHARED") or Path(__file__).parents[3] / "shared" / "data")
TABLES = {
    "indicator": (
        "xm_indicators/xiamen_indicators_long.csv",
        4594,
        (),
        {
            "workbook": "text",
            "sheet": "text",
            "indicator": "text",
            "unit": "text",
            "year": "integer",
            "value": "decimal",
            "stated_source": "text",
            "note": "text",
        },
    ),
    "district": (
        "xm_divisions/areas.csv",
        6,
        ("code",),
        dict.fromkeys(("code", "name", "city_code", "province_code"), "text"),
    ),
    "street": (
        "xm_divisions/streets.csv",
        54,
        ("code",),
        dict.fromkeys(("code", "name", "area_code", "province_code", "city_code"), "text"),
    ),
    "village": (
        "xm_divisions/villages.csv",
        555,
        ("code",),
        dict.fromkeys(("code", "name", "street_code", "province_code", "city_code", "area_code"), "text"),
    ),
    "service_item": (
        "gov_service_items/guangan_service_items.csv",
        1135,
        ("item_code",),
        dict.fromkeys(
            ("department", "main_item", "item_name", "area_code", "item_code", "task_type", "dept_code", "guide_url"),
            "text",
        ),
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_real_table_is_loaded_whole(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, count, key, columns = TABLES[name]
    if not (SHARED / place).exists():
        pytest.skip(f"{SHARED / place} is not there")
    monkeypatch.setenv("LUDAO_FILES", str(tmp_path))
    Organisation.objects.get_or_create(code="xm-real", defaults={"name": "真实数据", "kind": "government"})
    about: dict[str, Any] = {
        "address": f"source.real.{name}",
        "title": {"zh": name, "en": name},
        "owner": "xm-real",
        "key": key,
        "load": "merge" if key else "append",
        "columns": {
            column: {"zh": column, "en": column, "type": kind, "required": column in key}
            for column, kind in columns.items()
        },
    }
    exchange.set_up(HOUSE, about)
    delivery = exchange.receive(HOUSE, about["address"], SHARED / place)
    exchange.load.now(HOUSE, about=about["address"], delivery=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.rows, delivery.good, delivery.bad) == ("loaded", count, count, 0)
    assert lake.sql(f"select count(*) as n from {about['address']}").arrow().to_pylist() == [{"n": count}]
