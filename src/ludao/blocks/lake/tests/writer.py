"""A process that writes to the lake until it is killed: python writer.py <number> <deliveries>."""

import sys
from datetime import UTC, datetime

import django

django.setup()

import pyarrow as pa  # noqa: E402

from ludao.blocks.lake import public as lake  # noqa: E402

ADDRESS, COUNTS = "source.test.written", "source.test.counted"
KEYS = 400


def delivery(writer: int, turn: int) -> pa.Table:
    """Every key of this writer at one turn: whole deliveries can be told from torn ones."""
    return pa.table({"id": [f"{writer}-{n}" for n in range(KEYS)], "turn": [turn] * KEYS,
                     "updated_at": [datetime.fromtimestamp(1_600_000_000 + turn, UTC)] * KEYS})


if __name__ == "__main__":
    number, turns = int(sys.argv[1]), int(sys.argv[2])
    lake.create(ADDRESS, delivery(0, 0).schema, key=["id"], buckets=3)
    lake.create(COUNTS, pa.schema([("writer", pa.int64()), ("turn", pa.int64())]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for turn in range(turns):
        lake.merge(ADDRESS, delivery(number, turn))
        lake.append(COUNTS, pa.table({"writer": [number], "turn": [turn]}))
        sys.stdout.write(f"{turn}\n")
        sys.stdout.flush()
