"""Xiamen's real series through the exchange into indicators: whole, with their sources, their known faults found."""

import os
from pathlib import Path

import pytest

from ludao.base.actor import Actor
from ludao.blocks.indicator import public as indicator
from ludao.city.overview.vital import actions, yearbook
from ludao.city.overview.vital.engine import faults

pytestmark = [pytest.mark.real, pytest.mark.django_db]
HOUSE = Actor.system("test", channel="cli")
SHARED = Path(os.environ.get("LUDAO_SHARED") or Path(__file__).parents[3] / "shared" / "data")
FILE = SHARED / "xm_indicators" / "xiamen_indicators_long.csv"


def test_the_city_s_past_is_loaded_and_its_faults_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not FILE.exists():
        pytest.skip(f"{FILE} is not there")
    monkeypatch.setenv("LUDAO_FILES", str(tmp_path))
    delivery = yearbook.bring(HOUSE, FILE)
    assert (delivery.state, delivery.rows, delivery.bad) == ("loaded", 4594, 0)
    assert actions.take_yearbook(HOUSE) == 4594 - 4  # four years stand twice in one series
    series = indicator.Indicator.objects.filter(method="loaded")
    assert series.count() == 474  # by workbook, sheet, name and unit; by name alone the manifest counts 472

    gdp = series.get(title_zh="GDP（GDP）")
    points = indicator.series(gdp.pk)
    assert (points[0].period, points[-1].period, len(points)) == ("1950", "2019", 70)
    card = indicator.card(gdp.pk)
    assert card is not None and card.value is not None and card.value > 5e7
    assert "年鉴2020" in card.source
    assert yearbook.ADDRESS in indicator.Run.objects.get(unit="yearbook").versions

    found = faults.find(yearbook.rows())
    kinds = {kind: [f for f in found if f.kind == kind] for kind in {f.kind for f in found}}
    assert len(kinds["dragged"]) == 33  # 2001 to 2033 where 2000 万元 is meant
    assert [f.years for f in kinds["transposed"]] == ["2003"]
    assert "1471579" in kinds["transposed"][0].zh
    renamed = {f.name.split("（")[0] for f in kinds["renamed"]}
    assert {"信息传输、软件和信息技术服务业", "石油加工、炼焦和核燃料加工业"} <= renamed
    assert len(kinds["twice"]) == 4
    assert kinds["apart"] and kinds["unsourced"]
    assert actions.take_yearbook(HOUSE) == 4590 and series.count() == 474  # again changes nothing
