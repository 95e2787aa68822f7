"""A district's real catalogue of 1,135 items comes in whole, twice without a change, and is searched."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation
from ludao.city.services.item import actions, finding
from ludao.city.services.item.models import Item

pytestmark = pytest.mark.real
FILE = (
    Path(os.environ.get("LUDAO_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    / "data/gov_service_items/guangan_service_items.csv"
)


def brought() -> Any:
    if not FILE.exists():
        pytest.skip(f"the shared folder has no {FILE.name}")
    body = Organisation.objects.get(pk="xm-zwzx")
    return actions.catalogue.import_items(
        Actor.system("test"), file=SimpleUploadedFile(FILE.name, FILE.read_bytes()), organisation=body
    )


def test_the_real_catalogue_comes_in_whole_and_once(city: Any) -> None:
    made = brought()
    assert (made.rows, made.made, made.bad) == (1135, 1135, 0)
    assert Item.objects.filter(origin=FILE.name).values("department").distinct().count() == 34
    again = brought()
    assert (again.made, again.changed, again.same) == (0, 0, 1135)
    for said, wanted in (("养蜂证", "养蜂证申领"), ("工伤医疗补助金", "一次性工伤医疗补助金申请"),
                         ("失业登记", "失业登记"), ("出租车变更", "巡游出租汽车业户信息变更")):  # fmt: skip
        assert wanted in [item.name_zh for item in finding.found(said)[:5]], said
