"""What the contract tests type into the forms, where any value will not do."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.place.models import Feature, Layer

POINT = '{"type": "Point", "coordinates": [118.1, 24.5]}'
FILE = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "样例"}, "geometry": '
    + POINT
    + "}]}"
)


def _layer(actor: Actor) -> Layer:
    return Layer.objects.create(name="样例", owner_id=actor.organisation or None)


def _feature(actor: Actor) -> Feature:
    return Feature.objects.create(
        layer=_layer(actor), name="样例", geometry={"type": "Point", "coordinates": [118.1, 24.5]}
    )


EXAMPLES: dict[str, Any] = {
    "add_layer": {"name": "样例图层", "kind": "shapes", "dataset": "", "longitude": "", "latitude": "", "area": ""},
    "import_layer": lambda _: {"file": SimpleUploadedFile("sample.geojson", FILE.encode()), "name": "样例"},
    "change_layer": lambda actor: {"layer": _layer(actor)},
    "withdraw_layer": lambda actor: {"layers": _layer(actor)},
    "restore_layer": lambda actor: {"layers": _layer(actor)},
    "add_feature": lambda actor: {"layer": _layer(actor), "geometry": POINT},
    "change_feature": lambda actor: {"feature": _feature(actor), "geometry": POINT},
    "remove_feature": lambda actor: {"features": _feature(actor)},
}
