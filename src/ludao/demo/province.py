"""The provincial platform beside the demonstration city: its offices, its people, two of its tables."""

import tomllib
from typing import Any

from django.contrib.auth.hashers import make_password

from ludao.base import actions, files
from ludao.base.actor import Actor, following, new_request_id
from ludao.blocks.exchange import public as exchange
from ludao.blocks.identity.public import Organisation, Person, Post
from ludao.demo import departments
from ludao.demo.cast import PASSWORD, PROVINCE
from ludao.demo.city import Tell

SEED, SCALE = 3500, 0.0005
OFFICES = (
    ("fj-dsj", "福建省大数据管理局", "Fujian Big Data Administration"),
    ("fj-gat", "福建省公安厅", "Fujian Public Security Department"),
    ("fj-jyt", "福建省教育厅", "Fujian Education Department"),
)
# user name, name, in English, office, title, in English, roles, how far
PEOPLE: tuple[tuple[str, str, str, str, str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("shengguan", "省管", "Sheng Guan", "fj-dsj", "数据管理员", "Data steward", ("steward", "operator"),
     {"everywhere": True}),
    ("shengban", "省办", "Sheng Ban", "fj-jyt", "数据专员", "Data officer", ("officer",), {}),
)
# the department's table that is handed over as the province's: its address there, title, owner
TABLES = {
    "traffic/driver": ("source.province.driver", "全省机动车驾驶证（演示）", "Driving licences of the province",
                       "fj-gat"),
    "education/pupil": ("source.province.pupil", "全省在校学生（演示）", "Pupils of the province", "fj-jyt"),
}


def load(tell: Tell) -> None:
    """A second time changes nothing."""
    with following(new_request_id()):
        actor = Actor.system("demonstration", channel="demo")
        _offices(actor)
        for row in PEOPLE:
            _person(actor, *row)
        _tables(actor, tell)


def _offices(actor: Actor) -> None:
    top, _ = Organisation.objects.get_or_create(code=PROVINCE, defaults={
        "name": "福建省人民政府", "name_en": "Fujian Province", "kind": "government", "level": 0})
    for code, name, name_en in OFFICES:
        if not Organisation.objects.filter(pk=code).exists():
            actions.get("identity.found").call(actor, {
                "parent": top.pk, "code": code, "name": name, "name_en": name_en, "kind": "department"})


def _person(actor: Actor, username: str, name: str, name_en: str, office: str, title: str, title_en: str,
            roles: tuple[str, ...], limits: dict[str, Any]) -> None:
    if Post.objects.filter(person__username=username).exists():
        return
    person, _ = Person.objects.get_or_create(username=username, defaults={
        "name": name, "name_en": name_en, "password": make_password(PASSWORD)})
    post = actions.get("identity.appoint").call(actor, {
        "organisation": office, "person": person.pk, "title": title, "title_en": title_en})
    for role in roles:
        actions.get("permission.grant").call(actor, {
            "post": post.pk, "role": role, "reason": "演示分工", **limits})


def _tables(actor: Actor, tell: Tell) -> None:
    """Another city's people, of whom this platform knows what the province knows."""
    out = files.folder("departments")
    if not (out / "truth").exists():
        departments.generate(SCALE, SEED, out)
    exchange.load_all(actor, out, [_contract(name, *row) for name, row in TABLES.items()], tell)


def _contract(name: str, address: str, zh: str, en: str, owner: str) -> dict[str, Any]:
    stated = tomllib.loads((departments.HERE / f"{name}.toml").read_text("utf-8"))
    return {**stated, "address": address, "title": {"zh": zh, "en": en}, "owner": owner}
