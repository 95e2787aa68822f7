"""A person's query, run in a process of its own that can reach nothing but the views it is given.

It imports nothing of the house. In: one JSON document. Out: an Arrow stream, or one line of JSON that says what was
wrong. Memory is bounded by the engine and by the system.
"""

import json
import resource
import sys
from typing import Any

BESIDE_THE_ENGINE = 1536 * 2**20  # what Python, Arrow and the engine's code need in address space
MOST_BYTES = 64 * 2**20


def main() -> int:
    asked = json.load(sys.stdin)
    limit = asked["memory_mib"] * 2**20 + BESIDE_THE_ENGINE
    resource.setrlimit(resource.RLIMIT_CPU, (2 * asked["seconds"] + 2,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import duckdb
    import pyarrow  # noqa: F401  (before the limit, which counts what libraries map)

    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        give(connect(duckdb, asked), asked)
    except (duckdb.Error, MemoryError) as error:
        sys.stderr.write(json.dumps({"kind": type(error).__name__, "text": str(error)}))
        return 1
    return 0


def connect(duckdb: Any, asked: dict[str, Any]) -> Any:
    connection = duckdb.connect(":memory:", config={
        "memory_limit": f"{asked['memory_mib']}MiB", "threads": 2, "temp_directory": "",
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "allow_community_extensions": False,
    })
    connection.execute("set TimeZone = 'Asia/Shanghai'")
    connection.execute(f"set allowed_paths = {json.dumps(asked['files']).replace(chr(34), chr(39))}")
    connection.execute("set enable_external_access = false")
    for name, select in asked["views"].items():
        connection.execute(f'create view "{name}" as {select}')
    connection.execute("set lock_configuration = true")
    return connection


def give(connection: Any, asked: dict[str, Any]) -> None:
    """The first rows as they come; what is beyond the limit is never computed."""
    import pyarrow as pa

    left, room = asked["most_rows"] + 1, MOST_BYTES
    with connection.sql(asked["query"]).to_arrow_reader(2048) as reader, \
            pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as out:
        for batch in reader:
            out.write_batch(batch.slice(0, left))
            left, room = left - batch.num_rows, room - batch.nbytes
            if left <= 0 or room <= 0:
                break


if __name__ == "__main__":
    sys.exit(main())
