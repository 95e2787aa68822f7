"""Published sets of people with known truth, linked as the city is: no labels, no id that settles anything."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ludao.blocks.lake import public as lake
from ludao.blocks.profile import definition
from ludao.blocks.profile.linking import Linking

pytestmark = [pytest.mark.real, pytest.mark.django_db]
SETS = Path(os.environ.get("LUDAO_SHARED") or Path(__file__).parents[3] / "shared" / "data") / "er_benchmarks"

# Field → kind of value and of comparison. The order is that of the comparisons.
FEBRL = {
    "given_name": ("word", "word"), "surname": ("word", "word"), "date_of_birth": ("text", "number"),
    "soc_sec_id": ("number", "number"), "street_number": ("number", "number"), "address_1": ("word", "word"),
    "suburb": ("word", "word"), "postcode": ("number", "number"), "state": ("word", "same"),
}
FEBRL_BLOCKS = [["given_name", "surname"], ["date_of_birth"], ["soc_sec_id"], ["surname", "postcode"],
                ["given_name", "suburb"], ["address_1", "street_number"]]
FAKE = {"first_name": ("word", "word"), "surname": ("word", "word"), "dob": ("text", "number"),
        "city": ("word", "same"), "email": ("text", "word")}
FAKE_BLOCKS = [["dob"], ["email"], ["first_name", "surname"], ["surname", "city"], ["first_name", "city"]]


def org(row: dict[str, str]) -> str:
    """rec-223-org and rec-223-dup-0 are one person."""
    return row["rec_id"].split("-")[1]


CASES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, str]], list[list[str]], list[list[str]],
                       Callable[[dict[str, str]], str], float]] = {
    "febrl1": (("febrl_dataset1",), FEBRL, FEBRL_BLOCKS, [["date_of_birth"], ["given_name", "surname"]], org, 0.98),
    "febrl3": (("febrl_dataset3",), FEBRL, FEBRL_BLOCKS, [["date_of_birth"], ["given_name", "surname"]], org, 0.98),
    "febrl4": (("febrl_dataset4a", "febrl_dataset4b"), FEBRL, FEBRL_BLOCKS,
               [["date_of_birth"], ["given_name", "surname"]], org, 0.98),
    "fake_1000": (("fake_1000",), FAKE, FAKE_BLOCKS, [["dob"], ["email"]], lambda row: row["cluster"], 0.75),
}


def described(name: str, fields: dict[str, tuple[str, str]], blocks: list[list[str]], train: list[list[str]],
              sources: tuple[str, ...]) -> definition.Definition:
    lines = [f'profile = "{name}"', f'title = {{ zh = "{name}", en = "{name}" }}', 'address = "data.real"',
             'golden = "person"', 'entity = "person_id"', f"block = {blocks}", f"train = {train}"]
    for field, (kind, _) in fields.items():
        lines += [f"[fields.{field}]", f'zh = "{field}"', f'en = "{field}"', f'kind = "{kind}"']
    columns = ", ".join(f'{field} = "{field}"' for field in fields)
    for source in sources:
        lines += ["[[sources]]", f'address = "source.real.{source}"', f"columns = {{ {columns} }}"]
    for field, (_, compared) in fields.items():
        lines += ["[[compare]]", f'field = "{field}"', f'kind = "{compared}"']
    return definition.parse("\n".join([*lines, "[weights]", "link = 2"]).replace("'", '"'), name)


def laid(source: str) -> list[dict[str, str]]:
    import pandas as pd
    import pyarrow as pa

    frame = pd.read_csv(SETS / f"{source}.csv", skipinitialspace=True, dtype=str, keep_default_na=False)
    rows: list[dict[str, Any]] = frame.to_dict("records")
    table = pa.Table.from_pylist(rows)
    lake.create(f"source.real.{source}", table.schema, key=(table.column_names[0],))
    lake.merge(f"source.real.{source}", table, at=None)
    return rows


def pairs(numbers: dict[Any, int]) -> int:
    return sum(n * (n - 1) // 2 for n in numbers.values())


@pytest.mark.parametrize("name", CASES)
def test_a_published_set_is_linked(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                   record_property: Callable[[str, Any], None]) -> None:
    from collections import Counter

    sources, fields, blocks, train, person, least = CASES[name]
    if not SETS.exists():
        pytest.skip(f"{SETS} is not there")
    monkeypatch.setenv("LUDAO_FILES", str(tmp_path))
    truth = {str(next(iter(row.values()))): person(row) for source in sources for row in laid(source)}
    linking = Linking(described(name, fields, blocks, train, sources), is_full=True)
    with linking.session:
        linking.resolve()
        found = dict(linking.session.connection.execute(
            "select s.record_key, a.entity from assigned a join standard s on s.rid = a.rid").fetchall())
    both = pairs(Counter((found[key], truth[key]) for key in found))
    precision, recall = both / pairs(Counter(found.values())), both / pairs(Counter(truth.values()))
    f1 = 2 * precision * recall / (precision + recall)
    record_property("figures", f"{len(truth)} records, precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    print(f"{name}: {len(truth)} records, precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    assert f1 >= least, f"precision {precision:.4f}, recall {recall:.4f}"
