"""A small source for the tests of exchange."""

from pathlib import Path
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.blocks.exchange import public as exchange
from ludao.blocks.identity.public import Organisation

HOUSE = Actor.system("test", channel="cli")


def contract(**more: Any) -> dict[str, Any]:
    return {
        "address": "source.test.shop",
        "title": {"zh": "店铺", "en": "Shops"},
        "row": {"zh": "一家", "en": "one shop"},
        "owner": "xm-test",
        "system": {"zh": "测试系统", "en": "Test system"},
        "key": ["id_number"],
        "at": "updated_at",
        "load": "merge",
        "promise": "daily",
        "columns": {
            "id_number": {
                "zh": "身份证号",
                "en": "Id number",
                "type": "text",
                "means": "id_number",
                "grade": "sensitive",
                "mask": "id_number",
                "required": True,
                "aliases": ["SFZH"],
            },
            "name": {
                "zh": "姓名",
                "en": "Name",
                "type": "text",
                "means": "person_name",
                "grade": "sensitive",
                "mask": "name",
                "required": True,
            },
            "birth_on": {"zh": "出生日期", "en": "Born on", "type": "date", "means": "day", "grade": "sensitive"},
            "amount_fen": {"zh": "金额", "en": "Amount", "type": "integer", "means": "money", "grade": "internal"},
            "updated_at": {
                "zh": "更新时间",
                "en": "Updated",
                "type": "timestamp",
                "means": "moment",
                "grade": "internal",
            },
        },
        "rules": [
            {
                "name": "not_negative",
                "zh": "金额不为负",
                "en": "Not negative",
                "kind": "validity",
                "says": "amount_fen >= 0",
                "stops": True,
            }
        ],
        "from": {"kind": "upload"},
        **more,
    }


@pytest.fixture
def owner(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """A department, and folders of its own for the lake and the exchange: a rollback takes no files back."""
    monkeypatch.setenv("LUDAO_FILES", str(tmp_path / "files"))
    return Organisation.objects.get_or_create(code="xm-test", defaults={"name": "测试局", "kind": "government"})[0]


@pytest.fixture
def shop(owner: Organisation) -> str:
    """The address of a source that takes shops."""
    return exchange.set_up(HOUSE, contract()).address
