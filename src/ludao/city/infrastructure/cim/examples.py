"""What the contract tests type into the forms, where any value will not do."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from .models import DERIVED, Building

EAST, NORTH = (118.1, 118.1002), (24.48, 24.48015)
BOX = {
    "type": "CityJSON",
    "version": "1.0",
    "metadata": {"referenceSystem": "urn:ogc:def:crs:EPSG::4326"},
    "CityObjects": {
        "box": {
            "type": "Building",
            "attributes": {"name": "样例楼", "storeysAboveGround": 4},
            "geometry": [
                {
                    "type": "Solid",
                    "lod": 1,
                    "boundaries": [
                        [[[0, 3, 2, 1]], [[4, 5, 6, 7]], [[0, 1, 5, 4]], [[1, 2, 6, 5]], [[2, 3, 7, 6]], [[3, 0, 4, 7]]]
                    ],
                }
            ],
        }
    },
    "vertices": [[EAST[x], NORTH[y], z] for z in (0, 12) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))],
}


def _building(_: Any) -> dict[str, Any]:
    return {
        "buildings": Building.objects.create(
            code="sample",
            name="样例",
            height_m=9,
            longitude=118.1,
            latitude=24.5,
            origin=DERIVED,
            footprint={
                "type": "Polygon",
                "coordinates": [[[118.1, 24.5], [118.101, 24.5], [118.101, 24.501], [118.1, 24.5]]],
            },
        )
    }


EXAMPLES: dict[str, Any] = {
    "import_city": lambda _: {"file": SimpleUploadedFile("box.city.json", json.dumps(BOX).encode())},
    "remove": _building,
}
