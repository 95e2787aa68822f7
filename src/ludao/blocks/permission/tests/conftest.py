"""A small city for the tests of permission: two districts, a department, and people with posts in them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Area, Enterprise, Mandate, Organisation, Person, Post
from ludao.blocks.permission import actions
from ludao.blocks.permission.models import Holding

HOUSE = Actor.system("test", channel="cli")


@dataclass
class City:
    """Organisations t-city > t-north > t-street, t-city > t-south; areas 99 > 9901 > 9901001, 99 > 9902."""

    people: dict[str, Person]
    posts: dict[str, Post]

    def actor(self, name: str, **more: Any) -> Actor:
        post = self.posts.get(name)
        person = self.people[name]
        if post is None:
            return Actor(person=str(person.pk), name=person.name, **more)
        area = post.area_id or post.organisation.area_id or ""
        return Actor(person=str(person.pk), name=person.name, post=str(post.pk), organisation=post.organisation_id,
                     area=area, **more)

    def enterprise(self, name: str, code: str) -> Actor:
        return replace(self.actor(name), post="", organisation=code)

    def hold(self, name: str, role: str, **limits: Any) -> Holding:
        """A role in force, put there without asking."""
        given = {"reason": "测试", "starts_at": clock.now() - timedelta(days=1), "approved_at": clock.now()} | limits
        return Holding.objects.create(post=self.posts[name], role=role, **given)

    def grant(self, name: str, role: str, **more: Any) -> Holding:
        return actions.grant(HOUSE, post=self.posts[name], role=role, reason="测试授权", **more)


PLACES = {"99": None, "9901": "99", "9901001": "9901", "9902": "99"}
BODIES = {"t-city": (None, "99"), "t-north": ("t-city", "9901"), "t-street": ("t-north", "9901001"),
          "t-south": ("t-city", "9902")}
STAFF = {"bei": "t-north", "jie": "t-street", "nan": "t-south", "shi": "t-city", "shen": "t-city", "zhu": "t-north"}


@pytest.fixture
def town(db: None) -> City:
    for code, parent in PLACES.items():
        Area.objects.create(code=code, name=f"区{code}", level="district", parent_id=parent)
    for code, (above, area) in BODIES.items():
        Organisation.objects.create(code=code, name=f"机构{code}", kind="government", parent_id=above, area_id=area)
    people = {name: Person.objects.create(username=f"t-{name}", name=f"测{name}") for name in [*STAFF, "min", "lu"]}
    posts = {name: Post.objects.create(person=people[name], organisation_id=body, title="科员")
             for name, body in STAFF.items()}
    Enterprise.objects.create(code="91350200MA00000001", name="甲店", area_id="9901")
    Enterprise.objects.create(code="91350200MA00000002", name="乙店", area_id="9902")
    Mandate.objects.create(person=people["min"], enterprise_id="91350200MA00000001", kind=Mandate.LEGAL)
    Mandate.objects.create(person=people["lu"], enterprise_id="91350200MA00000002", kind=Mandate.LEGAL)
    _moved()
    return City(people, posts)


def _moved() -> None:
    """The tree was changed behind identity's back: every process (and test) reads it again."""
    from ludao.blocks.identity import tree

    tree.moved()
    tree._tree = None
