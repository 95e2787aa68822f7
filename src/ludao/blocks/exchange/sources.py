"""Sources and what comes from them: set up by contract, received and kept, asked when their columns change."""

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.exchange import contract as contracts
from ludao.blocks.exchange import keeping
from ludao.blocks.exchange.models import Delivery, Source, as_pair
from ludao.blocks.identity.public import Organisation
from ludao.blocks.lake import public as lake


def set_up(table: dict[str, Any]) -> Source:
    """The source of this contract, its table in the lake, its entry in the catalogue. Idempotent by address."""
    contract = contracts.read(table)
    table = {
        **table,
        "rules": [rule.model_dump() for rule in contract.rules],
        "order": [*contract.columns],
        "columns": {name: table["columns"][name] for name in contract.columns},
    }
    owner = Organisation.objects.filter(pk=contract.owner).first()
    if owner is None:
        raise Problem(t(f"没有机构 {contract.owner}", f"There is no organisation {contract.owner}"), field="owner")
    zh, en = as_pair(contract.title)
    source = Source.objects.filter(address=contract.address).first() or Source(address=contract.address)
    if source.pk and source.owner_id != owner.pk:
        raise Problem(
            t(f"{contract.address} 属于另一个单位", f"{contract.address} belongs to another organisation"),
            field="address",
        )
    lake.create(contract.address, contract.schema, contract.key, contract.buckets, {"zh": zh, "en": en})
    given = {
        "title_zh": zh,
        "title_en": en,
        "owner": owner,
        "kind": contract.kind,
        "promise": contract.promise,
        "contract": table,
    }
    if any(getattr(source, name) != value for name, value in given.items()):
        for name, value in given.items():
            setattr(source, name, value)
        source.save()
    catalogue.register(table)
    return source


def receive(source: Source, stream: BinaryIO, name: str, sent_at: datetime | None = None) -> Delivery:
    """Keep what came. What has come before is recognised and not loaded again."""
    digest, size = keeping.keep(stream)
    first = (
        Delivery.objects.filter(source=source, digest=digest)
        .exclude(state__in=[Delivery.REPEATED, Delivery.REFUSED])
        .order_by("pk")
        .first()
    )
    return Delivery.objects.create(
        source=source,
        name=Path(name).name[-200:],
        digest=digest,
        size=size,
        sent_at=sent_at,
        first=first,
        state=Delivery.REPEATED if first else Delivery.WAITING,
    )


def get(address: str) -> Source:
    source = Source.objects.filter(address=address).first()
    if source is None:
        raise Problem(t(f"没有数据源 {address}", f"There is no source {address}"), field="source")
    return source


def due_after(source: Source, moment: datetime | None = None) -> datetime:
    """When the next delivery should have come: half a period of grace."""
    return (moment or clock.now()) + source.within * 1.5
