"""The demonstration's part: a layer that an officer drew; addresses and outlines once the departments handed over."""

import json

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation, Person
from ludao.blocks.place import gathering
from ludao.blocks.place.actions import add_feature, add_layer
from ludao.blocks.place.models import Layer

DRAWN = "演示：会展中心活动管控区"
ZONE = {
    "type": "Polygon",
    "coordinates": [
        [[118.181, 24.464], [118.1905, 24.464], [118.1905, 24.4715], [118.181, 24.4715], [118.181, 24.464]]
    ],
}
GATE = {"type": "Point", "coordinates": [118.1857, 24.4678]}


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if Layer.objects.filter(name=DRAWN).exists():
        return
    editor = Person.objects.get(username="shuguan")
    office = Organisation.objects.get(pk="xm-dsj")
    acting = Actor(person=str(editor.pk), name=editor.name, organisation=office.pk, channel="demo", is_system=True)
    layer = add_layer(
        acting,
        name=DRAWN,
        name_en="Demonstration: event zone",
        kind="shapes",
        note="演示用的手绘图层 drawn for the demonstration",
    )
    add_feature(acting, layer=layer, name="管控区", geometry=json.dumps(ZONE))
    add_feature(acting, layer=layer, name="指挥点", geometry=json.dumps(GATE))


def finish(actor: Actor, scale: float) -> None:
    gathering.gather.now(actor, about="place")
