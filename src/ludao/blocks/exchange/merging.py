"""Good rows into the lake, in one version, once: a run that is in the table's log already is not done again."""

from ludao.blocks.exchange import checking
from ludao.blocks.exchange.contract import Contract
from ludao.blocks.exchange.models import Run
from ludao.blocks.lake import public as lake

LOOK_BACK = 200  # versions in which a run that was killed before its record may stand


def merge(session: lake.Session, contract: Contract, seen: checking.Checked, run: Run, name: str) -> None:
    """Sets what the run did to the table."""
    older = checking.older(session, contract, seen)
    table = lake.describe(contract.address)
    run.before = table.version
    query = checking.good(contract, seen, older)
    done = next((v for v in lake.versions(contract.address, LOOK_BACK) if v.run == name), None)
    if done is not None:
        run.before, run.version = done.number - 1, done.number
        run.inserted, run.updated, run.deleted = (
            int(done.more.get(kind, 0)) for kind in ("insert", "update", "delete")
        )
        # What it did, not what the contract says: the first load of a merged table is appended.
        run.inserted += done.rows if done.operation in ("append", "replace") else int(done.more.get("revive", 0))
    elif contract.load == "append" or (
        not table.rows and not seen.has_deletes and run.kind == "load" and not _dead(table)
    ):
        run.version, run.inserted = lake.append(contract.address, query, run=name, work=session), run.good - older
    elif contract.load == "replace" and run.kind == "load":
        run.version, run.inserted = lake.replace(contract.address, query, run=name, work=session), run.good - older
    else:
        merged = lake.merge(
            contract.address,
            query,
            at=contract.at or None,
            deletes="_deleted" if seen.has_deletes else None,
            run=name,
            work=session,
        )
        run.version, run.inserted, run.updated = merged.version, merged.inserted, merged.updated
        run.deleted, run.unchanged, run.stale = merged.deleted, merged.unchanged, merged.stale
    run.stale += older


def _dead(table: lake.Table) -> bool:
    """Whether tombstones of deleted rows stand there, which late rows must meet: then even an empty table is merged."""
    return bool(table.every_file)
