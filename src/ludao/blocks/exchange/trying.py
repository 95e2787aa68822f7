"""A first look through a connector before anything is set up: some rows of what it gives, as a file that is kept."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange import hosts, keeping
from ludao.blocks.exchange.connectors import database, folder, http, stream
from ludao.blocks.exchange.models import Source

MOST = 500
FIELDS = {
    "database": ("url", "table", "watermark"),
    "http": ("url", "items", "next", "cursor", "since", "token"),
    "stream": ("stream", "subject"),
    "folder": ("pattern",),
}

WAYS = {
    "database": t("数据库", "Database"),
    "http": t("HTTP 接口", "HTTP API"),
    "stream": t("消息流（NATS）", "Stream (NATS)"),
    "folder": t("文件夹", "Folder"),
}
CONNECTION: dict[str, dict[str, Any]] = {
    "url": {
        "title": t("地址", "Address"),
        "help": t(
            "postgresql://、sqlite:/// 或 https://；主机须由运维批准，口令写作 ${LUDAO_SOURCE_名称}",
            "postgresql://, sqlite:/// or https://; an operator allows the host, a password is ${LUDAO_SOURCE_NAME}",
        ),
        "required": True,
    },
    "table": {"title": t("表名", "Table"), "help": t("如 public.resident", "public.resident"), "required": True},
    "watermark": {
        "title": t("增量列", "Watermark"),
        "help": t("只取上次之后的行，如 updated_at；不填则每次全取", "Only rows after the last, by e.g. updated_at"),
    },
    "items": {
        "title": t("数据所在", "Where the rows stand"),
        "help": t("回答中的路径，如 data.items；回答本身是列表则不填", "A path such as data.items; empty for a list"),
    },
    "next": {
        "title": t("下一页所在", "Where the next page stands"),
        "help": t("如 next 或 page.cursor；只有一页则不填", "Such as next or page.cursor; empty for one page"),
    },
    "cursor": {"title": t("翻页参数", "Parameter of the page"), "help": t("如 cursor", "Such as cursor")},
    "since": {"title": t("增量参数", "Parameter of the watermark"), "help": t("如 since", "Such as since")},
    "token": {
        "title": t("令牌", "Token"),
        "help": t("写作 ${LUDAO_SOURCE_名称}", "Written as ${LUDAO_SOURCE_NAME}"),
    },
    "stream": {"title": t("消息流", "Stream"), "help": t("如 LUDAO_IN", "Such as LUDAO_IN"), "required": True},
    "subject": {
        "title": t("主题", "Subject"),
        "help": t("如 court.dishonest；消息为 {op, at, key, after}", "Such as court.dishonest; {op, at, key, after}"),
        "required": True,
    },
    "pattern": {
        "title": t("文件", "Files"),
        "help": t("收件文件夹内的路径，如 police/resident_*.csv", "Within the inbox, such as police/resident_*.csv"),
        "required": True,
    },
}


def way_of(kind: str, said: Any) -> dict[str, str]:
    """The connection as a contract's `from`; a password must stand in the operator's settings, not in a contract."""
    if kind not in FIELDS:
        raise Problem(t("请选择接入方式", "Choose a way"), field="kind")
    way = {name: value for name in FIELDS[kind] if (value := said.get(name, "").strip())}
    if re.search(r"://[^/@]*:(?!\$\{)[^/@]+@", way.get("url", "")) or ("token" in way and "${" not in way["token"]):
        raise Problem(
            t("口令不写在契约里：请运维存为设置，这里写 ${LUDAO_SOURCE_名称}",
              "No password stands in a contract: the operator keeps it as a setting, named here as ${LUDAO_SOURCE_…}"),
            field="token" if "token" in way else "url",
        )
    return {"kind": kind, **way}


def look(way: dict[str, str]) -> tuple[str, str]:
    """Ask the connector for its first rows; gives the digest of the file they are kept in, and its name."""
    source = _nobody(way)
    with TemporaryDirectory(prefix="ludao-try-") as stage:  # two who try the same at once do not meet
        path, rows = _asked(source, Path(stage))
        if not rows and source.kind == "folder":
            raise Problem(t("收件文件夹里没有这样的文件", "The inbox has no such file"), field="pattern")
        if not rows:
            raise Problem(t("接通了，但没有给出数据", "It answers, but gives nothing"), field="from")
        with path.open("rb") as file:
            digest, _ = keeping.keep(file)
    return digest, path.name


def _asked(source: Source, stage: Path) -> tuple[Path, int]:
    match source.kind:
        case "database":
            target = stage / f"{source.terms.origin.get('table', 'rows')}.parquet"
            return target, database.pull(source, target, most=MOST)[0]
        case "http":
            target = stage / "rows.jsonl"
            return target, http.pull(source, target, most=MOST)[0]
        case "stream":
            from ludao.blocks.exchange.wire import Wire

            target = stage / f"{source.terms.origin.get('subject', 'changes').replace('*', '_')}.jsonl"
            with Wire() as wire:
                return target, stream.look(source, target, wire, MOST)
        case _:
            found = folder.matching(folder.root(), str(source.terms.origin.get("pattern", "")))
            return (found[-1], found[-1].stat().st_size) if found else (stage, 0)


def _nobody(way: dict[str, str]) -> Source:
    """A source that is nowhere on record, for the connectors."""
    contract = {"address": "source.trying.it", "title": "trying", "owner": "", "load": "append",
                "columns": {"any": {"type": "text"}}, "from": way}
    return Source(address="source.trying.it", kind=way["kind"], contract=contract, watermark={})


def settings() -> list[str]:
    """The names that an operator has set for sources; never their values."""
    return sorted(f"${{{name}}}" for name in os.environ if hosts.NAMES.fullmatch(f"${{{name}}}"))
