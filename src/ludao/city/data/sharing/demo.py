"""The demonstration city's sharing: applications in every state, grants in use, demands, a contest, a peer to come.

Everything goes through the same actions as anybody's; figures and stories are invented and say so.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor, new_request_id
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Organisation, Person, Post
from ludao.blocks.lake import public as lake

from . import actions, figures, serving
from .callers import Program
from .models import Application, Contest, Demand, Grant, Peer, Received

OFFICE = "xm-dsj"
BASIS = "《厦门经济特区数据条例》"
# dataset, columns, plain, ways, purpose, scene, what becomes of it
ASKED: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    (
        "source.police.resident",
        "id_number name sex birth_on area_code status",
        "name",
        "lookup batch changes",
        "高龄津贴资格核验",
        "核验津贴申请人的年龄与户籍所在区，免交户口簿复印件",
        "part",
    ),
    (
        "source.social.insurance",
        "id_number name employer_name began_on ended_on status",
        "",
        "lookup",
        "就业补贴比对",
        "比对申领人的参保状态，避免重复发放",
        "granted",
    ),
    (
        "source.civil.marriage",
        "certificate_number kind registered_on",
        "",
        "lookup",
        "不动产登记协查",
        "办理不动产登记时核对婚姻状况",
        "returned",
    ),
    (
        "source.tax.income",
        "id_number year income_fen",
        "income_fen",
        "batch",
        "公租房收入核定",
        "年度复核公租房家庭收入",
        "refused",
    ),
    (
        "source.market.enterprise",
        "credit_code name industry_code status founded_on",
        "",
        "lookup batch",
        "惠企政策匹配",
        "按行业与成立时间匹配惠企政策",
        "waiting",
    ),
    (
        "source.housing.rental",
        "contract_number address began_on ended_on",
        "",
        "lookup",
        "租房补贴核验",
        "核对补贴申请人是否已享受公租房",
        "withdrawn",
    ),
    (
        "source.medical.insured",
        "card_number name kind status",
        "",
        "lookup",
        "医疗救助核验",
        "核对救助对象参保情况",
        "waiting",
    ),
)
# others ask for what 市大数据局 owns: 王科 decides
RECEIVED = (
    (
        "xm-zfjcg",
        "source.hotline.call",
        "order_number called_at topic area_code",
        "batch",
        "市容投诉分析",
        "按区域和主题分析市容类来电，安排巡查",
    ),
    (
        "xm-jtj",
        "source.hotline.call",
        "order_number called_at topic content",
        "batch",
        "交通热点研判",
        "识别高峰时段的拥堵投诉热点",
    ),
)
DEMANDS = (
    (
        "社区养老服务设施清单",
        "设施名称、地址、床位数、运营单位，按月更新",
        "居家养老一张图",
        "xm-wjw",
        "xm-mzh",
        40,
        "planned",
    ),
    ("新能源汽车充电桩实时状态", "桩号、位置、空闲状态，每5分钟更新", "停车充电一张图", "xm-jtj", "xm-gxj", 25, "open"),
    ("户籍人口基础信息", "姓名、出生日期、户籍区划", "入学资格核验", "xm-jyj", "xm-gaj", 15, "met"),
    ("小微企业用电量", "统一社会信用代码、月用电量", "普惠金融风控", "xm-swj", "xm-gxj", 10, "open"),
)
STORIES = (
    (
        "高龄津贴免申即享",
        OFFICE,
        "民政部门按月取得公安户籍人口的变更订阅，年满80周岁的老人次月自动发放津贴，不再提交申请。"
        "演示数据：全年少收材料1.2万份。",
        (92, 88, 90),
        "sea",
    ),
    (
        "入学报名“零材料”",
        "xm-jyj",
        "教育、公安、住建、人社四部门数据在线核验，家长报名时只填手机号。演示数据：办理时间由3天缩短为10分钟。",
        (90, 94, 86),
        "green",
    ),
    (
        "灵活就业参保提醒",
        "xm-rsj",
        "参保状态与就业登记比对，断缴满一个月即提醒本人。演示数据：提醒2300人次，续保率63%。",
        (80, 82, 85),
        "gold",
    ),
)


@transaction.atomic
def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing. What the catalogue does not hold yet is left out."""
    if not Application.objects.filter(basis=BASIS).exists():
        for row in ASKED:
            ask(officer("wangke", OFFICE), actor, *row)
        for code, address, *rest in RECEIVED:
            asked(replace(actor, name=f"{code} 数据专员", organisation=code), address, rest[0], "", *rest[1:])
        use(actor)
    if not Demand.objects.exists():
        for row in DEMANDS:
            want(actor, *row)
    if not Contest.objects.exists():
        contest(actor)
    if not Peer.objects.exists():
        peer(actor)


def officer(login: str, organisation: str) -> Actor:
    person = Person.objects.get(username=login)
    post = Post.objects.filter(person=person, organisation=organisation)[0]
    return Actor(
        person=str(person.pk),
        name=person.name,
        post=str(post.pk),
        organisation=organisation,
        channel="demo",
        is_system=True,
    )


def ask(
    who: Actor,
    house: Actor,
    address: str,
    columns: str,
    plain: str,
    ways: str,
    purpose: str,
    scene: str,
    end: str,
) -> None:
    made = asked(who, address, columns, plain, ways, purpose, scene)
    if made is None:
        return
    entry = catalogue.get(address)
    owner = replace(house, name="数源单位数据专员", organisation=(entry.owner_id if entry else "") or "")
    received = Received.objects.get(pk=made.pk)
    if end == "granted":
        actions.deciding.grant(owner, application=received, conditions="仅用于申请的事项，不得转交第三方")
    elif end == "part":
        actions.deciding.grant(
            owner,
            application=received,
            columns=[c for c in made.columns if c != "id_number"],
            plain=["name"],
            words="证件号作为查询键提供，不在结果中返回",
            quota_day=5000,
        )
    elif end == "refused":
        actions.deciding.refuse(owner, application=received, words="个税收入明细不共享；请改用公租房收入核定结果接口")
    elif end == "returned":
        actions.deciding.return_back(owner, application=received, words="请补充不动产登记查询婚姻状况的法定依据")
    elif end == "withdrawn":
        actions.asking.withdraw(who, application=made, words="改为通过公租房主题库使用")


def asked(
    who: Actor,
    address: str,
    columns: str,
    plain: str,
    ways: str,
    purpose: str,
    scene: str,
) -> Application | None:
    entry = catalogue.get(address)
    if entry is None or entry.owner_id == who.organisation:
        return None
    known = {c.name for c in entry.columns.all() if c.grade != "secret"}
    wanted = [c for c in columns.split() if c in known]
    return (
        actions.asking.apply(
            who,
            address=address,
            columns=wanted,
            plain=[c for c in plain.split() if c in wanted],
            ways=ways.split(),
            purpose=purpose,
            basis=BASIS,
            scene=scene,
            frequency=200,
            ends_on=clock.today() + timedelta(days=365),
        )
        if wanted
        else None
    )


def use(house: Actor) -> None:
    """Some lookups under the first grant, so that log, figures and charts have something to show."""
    grant = Grant.objects.filter(ways__contains=["lookup"], organisation=OFFICE).order_by("pk").first()
    if grant is None or not lake.exists(grant.address):
        return
    Grant.objects.filter(pk=grant.pk).update(begins_on=clock.today())
    listed = ", ".join(f'"{name}"' for name in grant.key)
    keys = lake.sql(f"select {listed} from {grant.address} limit 40").rows()
    serving.forget()
    program = Program(officer("wangke", OFFICE), 0, "津贴核验系统")
    random = Random(7)
    for _ in range(12):
        few = random.sample(keys, min(len(keys), random.randint(1, 3)))
        if few:
            serving.answer(program, grant.address, few, grant.purpose, grant.number, new_request_id())
    figures.roll_up()


def want(actor: Actor, title: str, wanted: str, purpose: str, asker: str, of: str, days: int, state: str) -> None:
    who = replace(actor, name="数据专员", organisation=asker)
    made = actions.demands.demand(
        who,
        title=title,
        wanted=wanted,
        purpose=purpose,
        due_on=clock.today() + timedelta(days=days),
        asked_of=Organisation.objects.filter(code=of).first(),
    )
    giver = replace(actor, name="数源单位", organisation=of)
    if state == "planned":
        actions.demands.answer(giver, demand=made, text="数据正在治理，按计划编目", promised_on=made.due_on)
    elif state == "met" and catalogue.get("source.police.resident"):
        actions.demands.answer(giver, demand=made, text="目录中已有，可直接申请", address="source.police.resident")


def contest(actor: Actor) -> None:
    """This year's is still voted on; last year's is published."""
    for year, is_over in ((clock.today().year - 1, True), (clock.today().year, False)):
        last = date(year, 12, 31)
        made = actions.stories.open_contest(
            actor,
            title=f"{year}年度优秀共享案例",
            criteria=["成效 40", "创新 30", "可推广 30"],
            closes_on=last,
            votes_until=last,
        )
        meanwhile = clock.today() + timedelta(days=1)
        Contest.objects.filter(pk=made.pk).update(closes_on=meanwhile, votes_until=max(meanwhile, last))
        made.refresh_from_db()
        for row in STORIES if is_over else STORIES[:2]:
            tell(actor, made, *row)
        if is_over:
            Contest.objects.filter(pk=made.pk).update(closes_on=last, votes_until=last)
            made.refresh_from_db()
            actions.stories.rank(actor, contest=made)


def tell(
    actor: Actor,
    made: Contest,
    title: str,
    organisation: str,
    text: str,
    marks: tuple[int, ...],
    colour: str,
) -> None:
    who = replace(actor, name="数据专员", organisation=organisation)
    story = actions.stories.tell(
        who, contest=made, title=title, text=text, addresses=["source.police.resident"], picture=picture(colour)
    )
    actions.stories.nominate(actor, story=[story])
    for number in range(3):
        judge = replace(actor, person=f"judge-{number}", name=f"评委{'甲乙丙'[number]}", organisation="")
        actions.stories.judge(judge, story=story, marks=[str(m - number) for m in marks], words="演示评分")
    for number in range(5 + sum(marks) % 7):
        actions.stories.vote(replace(actor, person=f"voter-{story.pk}-{number}"), story=story)


def picture(colour: str) -> SimpleUploadedFile:
    """A plain gradient, drawn here: the demonstration has no photographs."""
    import struct
    import zlib

    red, green, blue = {"sea": (24, 104, 160), "green": (34, 130, 92), "gold": (176, 122, 30)}[colour]
    width, height = 320, 160
    lines = b"".join(
        b"\0" + b"".join(bytes((min(255, c + (x + y) // 6)) for c in (red, green, blue)) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SimpleUploadedFile(
        "picture.png",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""),
    )


def peer(actor: Actor) -> None:
    """The provincial platform as it is entered before it answers: paused, at an address that is not there."""
    from ludao.base.crypto import sm2_generate

    made = actions.peers.add_peer(
        actor,
        code="fj",
        own_code="xm",
        name="福建省公共数据汇聚共享平台（演示）",
        place="above",
        url="http://127.0.0.1:9",
        public_key=sm2_generate().public.hex(),
    )
    actions.peers.take(actor, peer=made, letter_id=f"demo-{made.pk:08}", kind="catalogue", body=CATALOGUE)
    actions.peers.pause_peer(actor, peer=made)


CATALOGUE = """{"prefix": "source.", "entries": [
 {"address": "source.province.driver", "title": {"zh": "全省驾驶证信息（演示）", "en": "Driving licences"},
  "owner": "省公安厅", "key": ["licence_number"], "columns": {
   "licence_number": {"zh": "证号", "en": "Licence", "type": "text", "grade": "sensitive"},
   "class": {"zh": "准驾车型", "en": "Class", "type": "text", "grade": "internal"},
   "expires_on": {"zh": "有效期至", "en": "Expires", "type": "date", "grade": "internal"}}},
 {"address": "source.province.education", "title": {"zh": "高等教育学历（演示）", "en": "Higher education degrees"},
  "owner": "省教育厅", "key": ["certificate_number"], "columns": {
   "certificate_number": {"zh": "证书编号", "en": "Certificate", "type": "text", "grade": "sensitive"},
   "school": {"zh": "学校", "en": "School", "type": "text", "grade": "internal"}}}]}"""
