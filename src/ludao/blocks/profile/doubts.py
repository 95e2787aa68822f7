"""Doubtful pairs: too alike to leave, too unlike to join unseen. A clerk sees them, the heaviest first."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from ludao.base import clock
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.models import GONE, OPEN, Doubt
from ludao.blocks.profile.nodes import source_name

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

MOST = 20_000
AT_ONCE = 5_000


def find(session: "Session", definition: Definition) -> list[dict[str, Any]]:
    """Pairs of records of two entities: those weighed below the link or held back by a rule, and those whose id was
    questioned and that found no other home."""
    shown = ", ".join(f"{name} := s.\"{name}\"" for name in _shown(definition))
    held = f'n."{definition.id}"' if definition.id else "null"
    key = f'a.doubt = {held}'
    rows = session.connection.execute(f"""
        with pairs as (
            select l, r, weight, reason from edge e
            join clustered a on a.node = e.l join clustered b on b.node = e.r where a.root <> b.root
            union all
            select m.node, n.node, 0.0, 'id:questioned' from assigned a join membership m on m.rid = a.rid
            join node n on {key} and n.kind < 2 where a.doubt is not null and a.how = 'alone'),
        face as (
            select m.node, arg_min({source_name(definition)}, (s.src, s.record_key)) as source,
                   arg_min(s.record_key, (s.src, s.record_key)) as record_key,
                   arg_min(a.entity, (s.src, s.record_key)) as entity,
                   arg_min(to_json(struct_pack({shown})), (s.src, s.record_key))::varchar as shown
            from membership m join standard s on s.rid = m.rid join assigned a on a.rid = m.rid
            where m.node in (select l from pairs union select r from pairs) group by m.node)
        select x.source || case when contains(x.source, '#') then '|' else '#|' end || x.record_key as "left",
               y.source || case when contains(y.source, '#') then '|' else '#|' end || y.record_key as "right",
               x.entity as left_entity, y.entity as right_entity, x.shown as left_shown, y.shown as right_shown,
               max(p.weight) as weight, arg_max(p.reason, p.weight) as reason
        from pairs p join face x on x.node = p.l join face y on y.node = p.r
        group by all order by weight desc, 1, 2 limit {MOST}""")
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _shown(definition: Definition) -> list[str]:
    wanted = [definition.id, *(c.field for c in definition.compare)]
    return [name for name in dict.fromkeys(wanted) if name]


def keep(definition: Definition, found: list[dict[str, Any]], among: list[str] | None = None) -> None:
    """What is found again keeps its judgement; what is found no more is no longer in doubt. `among`: the entities that
    were looked at; None for all."""
    import json

    began = clock.now()  # before the rows are made, which say when they were seen
    fresh = [Doubt(definition=definition.name, **{**row, "reason": row["reason"][:400],
                                                  "left_shown": json.loads(row["left_shown"]),
                                                  "right_shown": json.loads(row["right_shown"])}) for row in found]
    Doubt.objects.bulk_create(
        fresh, batch_size=2000, update_conflicts=True, unique_fields=["definition", "left", "right"],
        update_fields=["weight", "reason", "left_entity", "right_entity", "left_shown", "right_shown", "seen_at"])
    old = Doubt.objects.filter(definition=definition.name, seen_at__lt=began)
    parts = [among] if among is None else [among[n:n + AT_ONCE] for n in range(0, len(among), AT_ONCE)]
    for some in parts:
        looked_at = Q() if some is None else Q(left_entity__in=some) | Q(right_entity__in=some)
        old.filter(looked_at, state=OPEN).update(state=GONE)
    Doubt.objects.filter(definition=definition.name, seen_at__gte=began, state=GONE).update(state=OPEN)
