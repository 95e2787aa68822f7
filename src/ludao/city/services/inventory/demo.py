"""The demonstration city's systems: those of 18 departments with invented figures, their connections, a census.

Days in the file count from today, so that what is unused stays so.
"""

import csv
import io
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation

from . import actions
from .models import Census, Connection, Reply, System

FILE = Path(__file__).parent / "content" / "demo_systems.csv"
DAYS = ("测评日期", "上线日期", "最近使用")
HUB = "市政务信息共享平台"
# From, to, what, by which way, how often.
LINKS = (
    ("人口信息管理系统", HUB, "户籍人口", "api", "实时"),
    ("居住证管理系统", HUB, "居住证", "api", "每日"),
    ("企业登记系统", HUB, "企业登记与变更", "api", "实时"),
    ("婚姻登记系统", HUB, "婚姻登记", "api", "每日"),
    ("社会保险信息系统", HUB, "参保与缴费", "file", "每月"),
    ("不动产登记系统", HUB, "不动产登记", "api", "每日"),
    ("出生医学证明系统", HUB, "出生医学证明", "api", "每日"),
    ("学生学籍管理系统", HUB, "学生学籍", "file", "每学期"),
    ("公积金综合业务系统", HUB, "公积金账户", "file", "每月"),
    ("残疾人证管理系统", HUB, "残疾人证", "api", "每日"),
    ("执行信息查询系统", HUB, "失信被执行人", "file", "每日"),
    (HUB, "社会救助管理系统", "户籍人口、不动产、参保", "api", "实时"),
    (HUB, "高龄津贴发放系统", "户籍人口", "file", "每月"),
    (HUB, "公共租赁住房系统", "不动产、婚姻登记", "api", "实时"),
    (HUB, "中小学招生报名系统", "户籍人口、居住证、不动产", "api", "招生期间实时"),
    (HUB, "食品经营许可系统", "企业登记", "api", "实时"),
    (HUB, "科技企业认定系统", "企业登记、企业纳税", "file", "每季"),
    ("企业登记系统", "企业纳税服务系统", "企业设立与注销", "api", "实时"),
    ("人口信息管理系统", "出生医学证明系统", "父母户籍", "api", "实时"),
    ("医疗保险结算系统", "居民健康档案平台", "就诊结算", "message", "实时"),
    ("预防接种信息系统", "中小学招生报名系统", "接种证查验", "api", "招生期间实时"),
    ("社会保险信息系统", "医疗保险结算系统", "缴费状态", "database", "每日"),
    ("租赁房屋备案系统", "房屋租赁备案平台", "承租人登记", "manual", "每月"),
    ("12345热线工单系统", "督查督办系统", "督办工单", "manual", "每周"),
)


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    if System.objects.exists():
        return
    actions.import_file(actor, file=SimpleUploadedFile("systems.csv", _dated().encode()))
    systems = {one.name: one for one in System.objects.all()}
    for source, target, content, way, often in LINKS:
        Connection.objects.create(
            source=systems[source], target=systems[target], content=content, way=way, often=often
        )
    actions.find_overlaps(actor)
    _census(actor)


def _dated() -> str:
    rows = list(csv.DictReader(io.StringIO(FILE.read_text(encoding="utf-8"))))
    for row in rows:
        for name in DAYS:
            row[name] = (clock.today() + timedelta(days=int(row[name]))).isoformat() if row[name] else ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _census(actor: Actor) -> None:
    owners = Organisation.objects.filter(pk__in=System.objects.values("owner")).order_by("code")
    year = clock.today().year
    census: Census = actions.begin_census(
        actor, title=f"{year}年政务信息系统普查", due_on=clock.today() + timedelta(days=45), organisations=list(owners)
    )
    for place, reply in enumerate(Reply.objects.filter(census=census).order_by("pk")):
        if place % 3 == 0:
            actions.submit(actor, reply=reply)
        if place % 6 == 0:
            actions.accept(actor, reply=Reply.objects.get(pk=reply.pk))
