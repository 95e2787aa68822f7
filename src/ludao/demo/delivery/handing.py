"""When each row is handed over: a first full delivery, then increments; some rows twice, some too late."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery import files
from ludao.demo.delivery.rows import Rows
from ludao.demo.population.city import Part

ENCODINGS = {"police": "gb18030", "civil": "gb18030", "traffic": "gb18030", "market": "utf-8-sig"}
DAYS = {"civil": "%Y%m%d", "traffic": "%Y/%m/%d"}
OPEN = (8 * 3600, 18 * 3600)  # office hours, in seconds of the day
SENT_AGAIN = {"source.police.resident", "source.tax.taxpayer", "source.health.birth"}
RENAMED = {"source.market.penalty": {"amount_fen": "罚没金额"}}  # in the last delivery, and never heard of before


@dataclass(frozen=True)
class Delivery:
    """`until`: rows written before this moment and after the delivery before it are in it."""

    number: int
    name: str
    until: np.datetime64


def deliveries(promise: str, as_of: np.datetime64) -> list[Delivery]:
    """The first brings all up to the end of last year, the last the newest days (months, the year)."""
    new_year = as_of.astype("M8[Y]").astype("M8[D]")
    last = {"yearly": new_year, "monthly": as_of.astype("M8[M]").astype("M8[D]")}.get(promise, as_of - 2)
    last = max(last, new_year + 1)
    cuts = [(new_year, f"{str(new_year - 1)[:4]}"), (last, str(last - 1).replace("-", "")),
            (as_of + 1, str(as_of).replace("-", ""))]
    return [Delivery(number, name, until.astype("M8[s]")) for number, (until, name) in enumerate(cuts)]


class Department:
    """Writes one table of a department into its deliveries, part after part."""

    def __init__(self, contract: Mapping[str, Any], out: Path, as_of: np.datetime64) -> None:
        self.contract, self.out = contract, out
        self.name = contract["address"].split(".")[1]
        self.deliveries = deliveries(contract["promise"], as_of)
        self.writers: dict[int, files.Writer] = {}
        self.as_of, self.written = as_of, 0

    def write(self, rows: Rows, part: Part) -> dict[str, np.ndarray]:
        """Into the files; tells which rows were handed over late and which twice."""
        rng = part.chance("handing", self.contract["address"])
        told = _told(rng, rows.event, self.as_of)
        kind = self.contract["from"]["kind"]
        if kind in ("database", "http"):
            self._hand(0, self._table(rows, told))
            return {}
        if kind == "stream":
            self._hand(0, self._stream(rows, told))
            return {}
        return self._files(rng, rows, told)

    def _files(self, rng: np.random.Generator, rows: Rows, told: np.ndarray) -> dict[str, np.ndarray]:
        first, second, last = self.deliveries
        changed = (told < first.until) & (rng.random(len(rows)) < 0.05)
        again = _moments(rng, np.full(len(rows), first.until.astype("M8[D]")), second.until - np.timedelta64(1, "D"))
        late = changed & (rng.random(len(rows)) < 0.06)
        twice = (told < first.until) & ~changed & (rng.random(len(rows)) < 0.003)
        old, new = self._table(rows, told, former=changed), self._table(rows, np.where(changed, again, told))
        when = np.searchsorted([first.until, second.until], told, side="right")
        for number in range(3):
            parts = [old.filter(pa.array((when == number) & ~late))]
            if number == 1:
                parts.append(new.filter(pa.array(changed)))
            if number == 2:
                parts += [old.filter(pa.array(late)), old.filter(pa.array(twice))]
            self._hand(number, pa.concat_tables(parts))
        return {"late": np.flatnonzero(late), "repeated": np.flatnonzero(twice)}

    def _table(self, rows: Rows, told: np.ndarray, former: np.ndarray | None = None) -> pa.Table:
        """In the contract's order of columns; `former` rows say what they said before they changed."""
        columns = dict(rows.columns)
        if former is not None:
            for name, older in rows.older.items():
                columns[name] = pc.if_else(pa.array(former), older, columns[name])
        columns["updated_at"] = pa.array(told.astype("M8[s]"))
        return pa.table({name: columns[name] for name in self.contract["columns"]})

    def _stream(self, rows: Rows, told: np.ndarray) -> pa.Table:
        """Each row begins with what it said before; a change follows; a few are taken back."""
        order = np.argsort(told, kind="stable")
        table = self._table(rows, told)
        created = table.append_column("op", pa.array(["c"] * len(rows), pa.utf8()))
        removed = np.flatnonzero(np.asarray(table["removed_on"].is_valid()))
        before = created.set_column(created.column_names.index("removed_on"), "removed_on",
                                    pa.nulls(len(rows), pa.date32()))
        end = table["removed_on"].to_numpy(zero_copy_only=False).astype("M8[D]").astype("M8[s]")
        after = self._table(rows, np.where(np.isnat(end), told, end + np.timedelta64(9 * 3600, "s")))
        changes = after.take(pa.array(removed)).append_column("op", pa.array(["u"] * len(removed), pa.utf8()))
        both = pa.concat_tables([before.take(pa.array(order)), changes])
        return both.take(pc.sort_indices(both["updated_at"]))

    def _hand(self, number: int, table: pa.Table) -> None:
        if number not in self.writers:
            encoding = ENCODINGS.get(self.name, "utf-8") if number == 0 else "utf-8"
            self.writers[number] = files.writer(dict(self.contract), self.path(number), encoding,
                                                DAYS.get(self.name, files.DAY) if number == 0 else files.DAY)
        self.written += len(table)
        self.writers[number].write(table.rename_columns(self._headers(number)))

    def _headers(self, number: int) -> list[str]:
        """Chinese first, then the contract's own names, then what the source system calls its columns."""
        columns: Mapping[str, Any] = self.contract["columns"]
        if self.path(number).suffix not in (".csv", ".xlsx") or number == 1:
            return [*columns] + (["op"] if self.contract["from"]["kind"] == "stream" else [])
        if number == 0:
            return [column["zh"] for column in columns.values()]
        renamed = RENAMED.get(self.contract["address"], {})
        return [renamed.get(name, column["aliases"][1] if len(column["aliases"]) > 1 else column["zh"])
                for name, column in columns.items()]

    def path(self, number: int) -> Path:
        way, table = self.contract["from"], self.contract["address"].split(".")[2]
        if way["kind"] == "folder":
            return self.out / way["pattern"].replace("*", self.deliveries[number].name)
        if way["kind"] == "database":
            return self.out / way["url"].partition("${LUDAO_CITY}/")[2]
        return self.out / self.name / f"{table}.jsonl"

    def renamed(self) -> Iterator[tuple[str, str, str]]:
        """(delivery, column, its name there) wherever a column is not called as the contract calls it."""
        for number in self.writers:
            for name, header in zip(self.contract["columns"], self._headers(number), strict=False):
                if header != name:
                    yield self.path(number).name, name, header

    def close(self) -> None:
        for one in self.writers.values():
            one.close()
        if self.contract["address"] in SENT_AGAIN and 1 in self.writers:
            path = self.path(1)
            shutil.copyfile(path, path.with_stem(path.stem + "_resent"))


def _told(rng: np.random.Generator, event: np.ndarray, as_of: np.datetime64) -> np.ndarray:
    """When the department wrote the row: within days; what is older than its system came in with the system."""
    digitised = np.datetime64("2015-01-01") + rng.integers(0, 3000, len(event)).astype("m8[D]")
    soon = event + rng.integers(0, 4, len(event)).astype("m8[D]")
    day = np.where(event < np.datetime64("2015-01-01"), digitised, soon)
    return np.minimum(day, as_of - np.timedelta64(1, "D")).astype("M8[s]") + rng.integers(*OPEN, len(event))


def _moments(rng: np.random.Generator, since: np.ndarray, until: np.datetime64) -> np.ndarray:
    """Working hours of a day between."""
    days = max(1, int((until.astype("M8[D]") - since[0]).astype(int))) if len(since) else 1
    day = since + rng.integers(0, days, len(since)).astype("m8[D]")
    return day.astype("M8[s]") + rng.integers(*OPEN, len(since))
