"""A confirmed value came from its source at last: the dispute that stood over it is settled."""

from ludao.base.text import t
from ludao.blocks.profile import definition as definitions
from ludao.blocks.profile import finder
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.disputes import Dispute, settle
from ludao.blocks.profile.reading import Row, moment
from ludao.blocks.profile.sheets import plain


def take_over(name: str) -> int:
    """After a linking of this definition; gives how many disputes were settled."""
    definition = definitions.get(name)
    waiting = Dispute.objects.filter(profile=name, state=Dispute.CORRECTED, settled_at=None)
    return sum(_settled(definition, dispute) for dispute in waiting.order_by("entity", "pk"))


def _settled(definition: Definition, dispute: Dispute) -> bool:
    """The source says what was confirmed, or has sent the row anew since: what it says then stands."""
    columns = {(source.address, source.part): source.at for source in definition.sources}
    for row in map(Row.read, finder.rows(definition, dispute.entity)):
        if (row.source, row.key) != (dispute.address, dispute.record_key):
            continue
        at, value = moment(row.values.get(columns.get((row.source, row.part), "updated_at"))), plain(
            row.values.get(dispute.column))
        is_newer = at is not None and dispute.decided_at is not None and at > dispute.decided_at
        if at is not None and (is_newer or value == dispute.corrected):
            settle(dispute, at, str(t(f"来源系统现在的内容：{value}", f"The source says now: {value}")))
            return True
    return False
