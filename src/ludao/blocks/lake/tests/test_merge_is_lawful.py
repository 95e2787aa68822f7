"""Whatever is delivered, in whatever order, the table holds what a plain dictionary would."""

from datetime import UTC, datetime
from uuid import uuid4

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCHEMA = pa.schema([("id", pa.string()), ("value", pa.int64()), ("updated_at", pa.timestamp("us", "UTC"))])
ADDRESS = "source.test.thing"
ROW = st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3), st.integers(1, 6), st.booleans())
DELIVERIES = st.lists(st.lists(ROW, max_size=8), min_size=1, max_size=5)


def moment(day):
    return datetime(2022, 1, day, tzinfo=UTC)


def delivery(rows):
    return pa.table({"id": [r[0] for r in rows], "value": [r[1] for r in rows], "gone": [r[3] for r in rows],
                     "updated_at": [moment(r[2]) for r in rows]},
                    schema=SCHEMA.append(pa.field("gone", pa.bool_())))


def expected(deliveries):
    """key → (day, is gone, value): the newest wins; at the same time a deletion, else what came later."""
    held = {}
    for rows in deliveries:
        for key, value, day, gone in rows:
            before = held.get(key)
            if before is None or (day, gone) >= before[:2]:
                held[key] = (day, gone, value)
    return {key: value for key, (_, gone, value) in held.items() if not gone}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DELIVERIES)
def test_a_table_is_what_a_dictionary_would_be(lake, deliveries):
    address = f"{ADDRESS}_{uuid4().hex}"
    lake.create(address, SCHEMA, key=["id"], buckets=2)
    for rows in deliveries:
        done = lake.merge(address, delivery(rows), deletes="gone")
        assert done.inserted + done.updated + done.deleted + done.unchanged + done.stale == len(rows)
    want = expected(deliveries)
    assert {row["id"]: row["value"] for row in lake.sql(f"select id, value from {address}").rows()} == want
    assert lake.describe(address).rows == len(want)
    version = lake.describe(address).version
    again = lake.merge(address, delivery(deliveries[-1]), deletes="gone")
    assert again.version == version and not again.inserted + again.updated + again.deleted
    lake.compact(address)
    assert {row["id"]: row["value"] for row in lake.sql(f"select id, value from {address}").rows()} == want


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DELIVERIES, DELIVERIES)
def test_changes_lead_from_one_version_to_another(lake, before, after):
    address = f"{ADDRESS}_{uuid4().hex}"
    lake.create(address, SCHEMA, key=["id"], buckets=2)
    for rows in before:
        since = lake.merge(address, delivery(rows), deletes="gone").version
    held = {row["id"]: row["value"] for row in lake.sql(f"select id, value from {address}").rows()}
    for rows in after:
        lake.merge(address, delivery(rows), deletes="gone")
    lake.compact(address)
    for row in lake.changes(address, since).read_all().to_pylist():
        if row["_change"] == "delete":
            held.pop(row["id"])
        else:
            assert (row["id"] in held) == (row["_change"] == "update")
            held[row["id"]] = row["value"]
    assert held == {row["id"]: row["value"] for row in lake.sql(f"select id, value from {address}").rows()}
