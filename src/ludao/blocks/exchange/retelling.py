"""All that a source has told so far, once more: its kept files run by run, with what people mended laid over them."""

from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from ludao.blocks.exchange import checking, formats, keeping, matching, quarantine, relations
from ludao.blocks.exchange.contract import Contract
from ludao.blocks.exchange.loading import quarantine_path
from ludao.blocks.exchange.models import Delivery, Run, Source
from ludao.blocks.exchange.relations import REJECTS, Relation, literal, quoted
from ludao.blocks.lake import public as lake

SHAPELESS = f"list_contains(marks, {literal(quarantine.SHAPE)})"


@dataclass(frozen=True)
class Told:
    """The rows of one run by the columns of a contract; `line` is each row's in its file."""

    given: Relation
    settled: tuple[int, ...]  # lines without a shape that people have put right or out since


def runs(source: Source, contract: Contract) -> list[Run]:
    """In the order they were made; where each load stands for all before it, from the last one on."""
    found = list(source.runs.filter(undone_at=None).select_related("delivery").order_by("pk"))
    loads = [place for place, run in enumerate(found) if run.kind == "load"]
    return found[loads[-1]:] if contract.load == "replace" and loads else found


def tell(work: lake.Session, contract: Contract, run: Run, stage: Path) -> Told:
    """A load gives its file without the rows that ever lay in quarantine, those that lie there now, and those that
    an earlier remake let go; a replay the rows that it brought in."""
    delivery, left = run.delivery, _left(contract, run)
    if run.kind == "replay":
        return Told(_all_of(contract, left, contract.kind == "stream"), ())
    path = keeping.path_of(delivery.digest)
    found = formats.find_out(path, frozenset(contract.by_name), contract.origin)
    given = relations.relation(work, path, found, stage)
    shaped = _shaped(work, delivery, 0)
    still = [quarantine.overlay(contract, delivery, []).sql] if quarantine_path(delivery).exists() else []
    whole = _all_of(contract, [_of_file(contract, given, delivery, shaped), *still, *left], "_op" in given.columns)
    return Told(replace(whole, is_csv=given.is_csv, lines_before=given.lines_before),
                tuple(shaped - _shaped(work, delivery, delivery.generation)))


def check(work: lake.Session, contract: Contract, told: Told) -> checking.Checked:
    """Held against the contract; a line without a shape that was put right since is not turned away once more."""
    columns: dict[str, str | None] = {name: name for name in contract.columns}
    seen = checking.check(work, contract, told.given, columns, line="line")
    if not (seen.rejected and told.settled):
        return seen
    work.connection.execute(f"delete from {REJECTS} where line in ({', '.join(map(str, told.settled))})")
    gone, rest = len(told.settled), seen.rejected - len(told.settled)
    marks = {mark: rows for mark, rows in (seen.marks | {quarantine.SHAPE: rest}).items() if rows}
    return replace(seen, rows=seen.rows - gone, bad=seen.bad - gone, rejected=rest, marks=marks)


def _of_file(contract: Contract, given: Relation, delivery: Delivery, shaped: set[int]) -> str:
    """Lines are counted as `checking.quarantine` counted them: those without a shape stand among the others."""
    mapping = matching.match(contract, given.columns, may_lack=True).mapping
    columns = [f"{quoted(came)} as {quoted(name)}" for name, came in mapping.items() if came]
    columns += ["_op"] if "_op" in given.columns else []
    first = given.lines_before + 1
    before = f" + len(list_filter({sorted(shaped)}, lambda l, i: l - i - {given.lines_before} <= _n))" if shaped else ""
    ever = [path for n in range(delivery.generation + 1) if (path := quarantine_path(delivery, n)).exists()]
    without = f" where line not in (select line from {_rows_of(*ever)} where not {SHAPELESS})" if ever else ""
    return (f"select * from (select {', '.join(columns)}, _n + {first}{before} as line"
            f" from (select *, row_number() over () - 1 as _n from ({given.sql}))){without}")


def _left(contract: Contract, run: Run) -> list[str]:
    """The rows that left quarantine and came into the table in this run; with a load, those that left by a remake."""
    delivery = run.delivery
    replays = {*delivery.runs.filter(kind="replay", undone_at=None).values_list("generation", flat=True)}
    made = range(1, delivery.generation + 1)
    steps = [run.generation] if run.kind == "replay" else [number for number in made if number not in replays]
    found = []
    for number in steps:
        before = copy(delivery)
        before.generation = number - 1
        if not quarantine_path(before).exists():
            continue
        mends = run.mends.order_by("pk") if run.kind == "replay" else []
        later = [path for n in made[number - 1:] if (path := quarantine_path(delivery, n)).exists()]
        without = f" where line not in (select line from {_rows_of(*later)})" if later else ""
        found.append(f"select * from ({quarantine.overlay(contract, before, mends).sql}){without}")
    return found


def _all_of(contract: Contract, parts: list[str], has_op: bool) -> Relation:
    """One after the other; a column that none of them has is empty."""
    beside = ["_op"] if has_op else []
    empty = ", ".join(f"null::varchar as {quoted(name)}" for name in [*contract.columns, *beside])
    sql = " union all by name ".join([f"(select {empty}, null::bigint as line where false)", *parts])
    shown = "* replace (coalesce(_op, 'u') as _op)" if has_op else "*"
    return Relation(f"select {shown} from ({sql})", (*contract.columns, *beside, "line"))


def _shaped(work: lake.Session, delivery: Delivery, number: int) -> set[int]:
    """The lines without a shape, as they lay in quarantine."""
    if not (path := quarantine_path(delivery, number)).exists():
        return set()
    rows = work.connection.execute(f"select line from {_rows_of(path)} where {SHAPELESS}").fetchall()
    return {line for (line,) in rows}


def _rows_of(*paths: Path) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"
