"""The construction department's web service, asked over HTTP."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ludao.demo.api import Service


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "construction").mkdir()
    lines = [json.dumps({"lease_number": f"ZL{n}", "name": "陈", "updated_at": f"2026-10-{n + 1:02}T08:00:00+08:00"})
             for n in range(12)]
    (tmp_path / "construction" / "lease.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    service = Service(tmp_path)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    yield f"{service.url}/construction/lease"
    service.shutdown()
    service.server_close()


def ask(url: str) -> dict:
    with urlopen(url) as answer:
        return json.load(answer)


def test_pages_lead_to_the_next_until_all_is_told(url: str) -> None:
    told, following = [], f"{url}?limit=5"
    while following:
        page = ask(following)
        told += [item["lease_number"] for item in page["items"]]
        following = page["next"]
    assert told == [f"ZL{n}" for n in range(12)] and page["total"] == 12


def test_only_what_changed_since_is_told(url: str) -> None:
    page = ask(f"{url}?since=2026-10-10T00:00:00%2B08:00")
    assert [item["lease_number"] for item in page["items"]] == ["ZL9", "ZL10", "ZL11"]


@pytest.mark.parametrize(("path", "status"), [("?limit=0", 400), ("?since=never", 400), ("?offset=-1", 400),
                                              ("/../../etc/passwd", 404), ("s", 404)])
def test_what_makes_no_sense_is_refused(url: str, path: str, status: int) -> None:
    with pytest.raises(HTTPError) as refused:
        ask(url + path)
    assert refused.value.code == status
