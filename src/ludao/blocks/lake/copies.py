"""Reads datasets that are not live from their copies in the lake; fills the hook of `base.datasets`."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ludao.base.datasets import Dataset, kinds_of


class Copies:
    """The lake as a store of datasets. One that was never copied is copied when it is first asked for."""

    def rows(self, dataset: Dataset, sql: str, parameters: Mapping[str, Any],
             as_of: datetime | None) -> tuple[datetime, Iterator[dict[str, Any]]]:
        from ludao.blocks.lake import flow, resolving
        from ludao.blocks.lake import session as sessions
        from ludao.blocks.lake import table as tables

        if not tables.exists(dataset.address):
            flow.flow(dataset.address)
        statement = resolving.resolve(re.sub(r"%\((\w+)\)s", r"$\1", sql), as_of=as_of)
        cursor = sessions.reading().cursor()
        # Empty values stand where PostgreSQL has them, or a page would begin elsewhere than the one before ended.
        cursor.execute("set default_null_order = 'nulls_last_on_asc_first_on_desc'")
        used = {name: _bound(value) for name, value in parameters.items() if re.search(rf"\${name}\b", statement)}
        reader = sessions.run(cursor, statement, used).reader()
        moment = as_of or tables.now(dataset.address).updated_at
        return moment, _shown(dataset, reader)


def _shown(dataset: Dataset, reader: Any) -> Iterator[dict[str, Any]]:
    """Values as PostgreSQL gives them."""
    kinds = {name: kind.name for name, kind in kinds_of(dataset).items()}
    for batch in reader:
        for row in batch.to_pylist():
            yield {name: _value(kinds.get(name, ""), value) for name, value in row.items()}


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case "decimal":
            return _exact(value)
        case "uuid":
            return UUID(value)
        case "json":
            return json.loads(value)
        case _:
            return value


def _exact(value: Decimal) -> Decimal:
    """Without the zeros that the lake's fixed scale adds."""
    bare = value.normalize()
    return bare.quantize(Decimal(1)) if bare == bare.to_integral_value() else bare


def _bound(value: Any) -> Any:
    if isinstance(value, list):
        return [_bound(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


