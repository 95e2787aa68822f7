"""The inventory: a list comes in whole or not at all, overlaps are found across owners, the census goes its round."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Problems
from ludao.city.services.inventory import actions, views
from ludao.city.services.inventory.engine.likeness import Described, alike
from ludao.city.services.inventory.models import Overlap, Reply, System

ACTOR = Actor.system("test")
HEAD = "系统名称,主管单位,等保等级,年运维费（元）,账号数,月活\n"


def sheet(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("systems.csv", (HEAD + text).encode())


def test_a_list_updates_and_adds(city: None) -> None:
    before = System.objects.count()
    actions.import_file(ACTOR, file=sheet("人口信息管理系统,市公安局,第三级,100,10,5\n全新系统,市公安局,,12.5,,\n"))
    assert System.objects.count() == before + 1
    known = System.objects.get(name="人口信息管理系统")
    assert (known.yearly_fen, known.users, known.grade) == (10000, 10, 3) and known.code.startswith("xm-gaj-")
    assert System.objects.get(name="全新系统").yearly_fen == 1250


def test_one_bad_row_is_named_and_nothing_comes_in(city: None) -> None:
    before = System.objects.count()
    with pytest.raises(Problems) as said:
        actions.import_file(ACTOR, file=sheet("甲系统,市公安局,,,,\n乙系统,没有的局,,,,\n丙系统,市公安局,第九级,,,\n"))
    assert [str(p)[:7].replace(" ", "") for p in said.value.problems] == ["第3行：没", "第4行：不"]
    assert System.objects.count() == before


def test_a_spreadsheet_is_read_as_well(city: None) -> None:
    book, out = Workbook(), BytesIO()
    book.active.append(["系统名称", "主管单位", "上线日期", "用户数"])
    book.active.append(["表格里的系统", "厦门市教育局", clock.today(), 7])
    book.save(out)
    actions.import_file(ACTOR, file=SimpleUploadedFile("systems.xlsx", out.getvalue()))
    made = System.objects.get(name="表格里的系统")
    assert (made.owner_id, made.built_on, made.users) == ("xm-jyj", clock.today(), 7)


def test_more_active_users_than_accounts_cannot_be(city: None) -> None:
    with pytest.raises(Problem):
        actions.import_file(ACTOR, file=sheet("甲系统,市公安局,,,5,6\n"))


def test_overlaps_are_found_across_owners_and_judgements_stay(city: None) -> None:
    found = Overlap.objects.get(one__name="租赁房屋备案系统", other__name="房屋租赁备案平台")
    assert found.percent >= 35 and found == Overlap.objects.order_by("-percent").first()
    actions.judge(ACTOR, overlap=found, verdict="confirmed", why="同一批承租人")
    actions.find_overlaps(ACTOR)
    assert Overlap.objects.get(pk=found.pk).state == Overlap.CONFIRMED


def test_systems_of_one_owner_or_with_nothing_in_common_are_no_pair() -> None:
    def one(key: int, owner: str, name: str) -> Described:
        return Described(key, owner, name, "", "")

    named = ((1, "a", "养老机构备案"), (2, "a", "养老机构备案"), (3, "b", "船舶检验"), (4, "c", "养老机构备案"))
    twins = [one(*given) for given in named]
    assert {(p.one, p.other) for p in alike(twins)} == {(1, 4), (2, 4)}


def test_what_nobody_uses_is_listed(city: None) -> None:
    names = set(views.unused(System.objects.all()).values_list("name", flat=True))
    assert {"社会组织年检系统", "校园安全巡查系统", "督查督办系统"} == names


def test_a_census_goes_its_round(city: None) -> None:
    reply = Reply.objects.filter(state=Reply.ASKED).first()
    assert reply is not None
    old = clock.today() - timedelta(days=400)
    System.objects.filter(owner=reply.organisation).update(checked_on=old)
    reply = actions.submit(ACTOR, reply=reply)
    assert reply.systems and not System.objects.filter(owner=reply.organisation, checked_on=old).exists()
    reply = actions.send_back(ACTOR, reply=reply, note="缺少接口")
    assert actions.accept(ACTOR, reply=actions.submit(ACTOR, reply=reply)).state == Reply.ACCEPTED
