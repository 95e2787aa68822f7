"""What a failed or killed load left waiting is brought in when the folder is loaded again."""

from pathlib import Path
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.blocks.exchange import city, loading
from ludao.blocks.exchange.models import Delivery
from ludao.blocks.lake import public as lake

from .conftest import contract
from .test_load import HEADER, line

HOUSE = Actor.system("test", channel="cli")


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Delivery.WAITING, Delivery.FAILED])
def test_a_delivery_left_behind_is_loaded_once(
    state: str, owner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_1.csv").write_text(HEADER + line(0) + line(1))
    terms = contract(**{"from": {"kind": "folder", "pattern": "shop_*.csv"}})
    with monkeypatch.context() as broken:
        broken.setattr(loading.load, "now", _dies)
        with pytest.raises(KeyboardInterrupt):
            city.load_all(HOUSE, tmp_path, [terms], str)
    Delivery.objects.update(state=state)
    assert city.load_all(HOUSE, tmp_path, [terms], str) == {"source.test.shop": 2}
    assert city.load_all(HOUSE, tmp_path, [terms], str) == {"source.test.shop": 0}
    assert lake.describe("source.test.shop").rows == 2


def _dies(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt
