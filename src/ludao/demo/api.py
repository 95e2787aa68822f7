"""The construction department's web service: the simulated leases in pages of JSON. python -m ludao.demo.api DIR"""

import argparse
import json
from datetime import datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

PAGE, MOST, PORT = 500, 5000, 8790


class Lines:
    """A file of JSON lines that is read from any line on, without being held in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def starts(self) -> list[int]:
        starts, at = [], 0
        with self.path.open("rb") as file:
            for line in file:
                starts.append(at)
                at += len(line)
        return starts

    def page(self, first: int, size: int) -> list[dict[str, object]]:
        if first >= len(self.starts):
            return []
        with self.path.open("rb") as file:
            file.seek(self.starts[first])
            return [json.loads(file.readline()) for _ in range(min(size, len(self.starts) - first))]


class Service(ThreadingHTTPServer):
    """GET /construction/lease?offset=0&limit=500&since=2026-10-01T00:00:00+08:00 → {items, total, next}.

    `next` is the address of the following page, null on the last. `since` leaves out what was written before.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.tables: dict[Path, Lines] = {}
        super().__init__(("127.0.0.1", port), Answer)

    @property
    def url(self) -> str:
        """What LUDAO_CITY_API should be."""
        return f"http://127.0.0.1:{self.server_port}"

    def table(self, asked: str) -> Lines | None:
        department, _, table = asked.strip("/").partition("/")
        if not (department.isidentifier() and table.isidentifier()):
            return None
        path = self.folder / department / f"{table}.jsonl"
        return self.tables.setdefault(path, Lines(path)) if path.is_file() else None


class Answer(BaseHTTPRequestHandler):
    server: Service
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        table = self.server.table(asked.path)
        if table is None:
            self._send(404, {"error": f"there is no {asked.path}"})
            return
        given = {name: values[-1] for name, values in parse_qs(asked.query).items()}
        try:
            first, size = int(given.get("offset", 0)), int(given.get("limit", PAGE))
            since = datetime.fromisoformat(given["since"]) if "since" in given else None
            if first < 0 or not 1 <= size <= MOST:
                raise ValueError(f"offset from 0 on, limit from 1 to {MOST}")
        except ValueError as error:
            self._send(400, {"error": str(error)})
            return
        self._send(200, self._page(table, asked.path, given, first, size, since))

    def _page(
        self, table: Lines, path: str, given: dict[str, str], first: int, size: int, since: datetime | None
    ) -> dict[str, object]:
        items = table.page(first, size)
        total, last = len(table.starts), first + size
        if since:
            items = [item for item in items if datetime.fromisoformat(str(item["updated_at"])) >= since]
        following = f"{self.server.url}{path}?{urlencode(given | {'offset': last, 'limit': size})}"
        return {"items": items, "total": total, "next": following if last < total else None}

    def _send(self, status: int, answer: dict[str, object]) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: who asks keeps the log."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `ludao simulate --out` wrote")
    parser.add_argument("--port", type=int, default=PORT)
    asked = parser.parse_args()
    Service(asked.folder, asked.port).serve_forever()


if __name__ == "__main__":
    main()
