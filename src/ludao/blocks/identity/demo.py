"""The cast of the demonstration city: who they are, which posts they hold, for whom they may act."""

from django.contrib.auth.hashers import make_password

from ludao.base.actor import Actor
from ludao.blocks.identity.actions.mandates import enrol_enterprise
from ludao.blocks.identity.actions.posts import appoint
from ludao.blocks.identity.invented import CAST, SHOP, numbers, shop_code
from ludao.blocks.identity.models import Area, Enterprise, Organisation, Person, Post

PASSWORD = "ludao-demo"
# user name, organisation, title, title in English, area
POSTS = (
    ("wangke", "xm-dsj", "科长", "Section chief", None),
    ("wangke", "xm-szb", "联络员", "Liaison officer", None),
    ("chenqu", "xm-350203", "指挥中心值班长", "Operations centre duty head", "350203"),
    ("linju", "xm", "副市长", "Vice mayor", None),
    ("shuguan", "xm-dsj", "数据管理员", "Data steward", None),
    ("yunwei", "xm-xxzx", "系统运维", "System operator", None),
    ("shenji", "xm-sjj", "电子数据审计员", "IT auditor", None),
)


def load(actor: Actor, scale: float) -> None:
    """Idempotent: what is there stays."""
    for number, row in enumerate(CAST):
        _person(number, *row)
    for username, organisation, title, title_en, area in POSTS:
        _post(actor, username, organisation, title, title_en, area)
    if not Enterprise.objects.filter(name=SHOP[0]).exists():
        enrol_enterprise(actor, legal=Person.objects.get(username="hanmeimei"), name=SHOP[0], name_en=SHOP[1],
                         code=shop_code(), area=Area.objects.get(pk="350203"))


def _person(number: int, username: str, name: str, name_en: str, born: str, sex: str, assurance: int) -> None:
    """Invented numbers that nobody can have; the password is the demonstration's own, known to all."""
    if Person.objects.filter(username=username).exists():
        return
    person = Person(username=username, name=name, name_en=name_en, assurance=assurance,
                    password=make_password(PASSWORD))
    if assurance:
        person.phone, person.id_number = numbers(number, born, sex)
    person.save()


def _post(
    actor: Actor, username: str, organisation: str, title: str, title_en: str, area: str | None
) -> None:
    person = Person.objects.get(username=username)
    if not Post.objects.filter(person=person, organisation=organisation, title=title).exists():
        appoint(actor, organisation=Organisation.objects.get(pk=organisation), person=person, title=title,
                title_en=title_en, area=Area.objects.get(pk=area) if area else None)
