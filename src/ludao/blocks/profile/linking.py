"""Linking: records of all sources become entities. Everything anew, or only what came since the last time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Max

from ludao.base import clock, events
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import (
    blocking,
    clustering,
    constraints,
    definition,
    doubts,
    gathering,
    naming,
    nodes,
    scope,
    storing,
    weighing,
)
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.models import GONE, Doubt, Rate, Run, Weights

STEPS = ("gather", "ids", "block", "weigh", "cluster", "store")


class Linking:
    """One linking at work, in a session of the lake of its own."""

    def __init__(self, chosen: Definition, is_full: bool, progress: Progress | None = None,
                 memory: str = "") -> None:
        self.definition, self.progress = chosen, progress
        self.session = lake.session(memory=memory) if memory else lake.session()
        self.last = None if is_full else storing.standing(chosen)
        self.is_full = self.last is None
        self.run = Run(definition=chosen.name, is_full=self.is_full, begun_at=clock.now())
        self._done = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        if self.progress:
            self.progress.check()
            self.progress.tell(self._done, len(STEPS), NOTES[name])
        yield
        self._done += 1
        self.run.steps[name] = round(time.perf_counter() - began, 2)

    def link(self) -> Run:
        with self.session:
            self.resolve()
            with self.step("store"):
                self.changed = storing.store(self.session, self.definition, self.run, self.is_full)
        rates = storing.rates(self.definition)
        with transaction.atomic():
            trace(self.definition)
            doubts.keep(self.definition, self.found, self.was)
            self._tell(rates)
            self.run.ended_at = clock.now()
            self.run.save()
            Rate.objects.bulk_create([Rate(run=self.run, **rate) for rate in rates])
            events.publish("profile.linked", {
                "run": self.run.pk, "definition": self.definition.name, "is_full": self.run.is_full,
                "records": self.run.records, "entities": self.run.entities, "changed": self.changed}, "")
        return self.run

    def resolve(self) -> None:
        """Everything up to `assigned` (rid, entity, weight, by, reason, doubt), in the session."""
        with self.step("gather"):
            self._gather()
        with self.step("ids"):
            constraints.bring(self.session, self.definition)
            nodes.resolve_ids(self.session, self.definition)
            nodes.make(self.session, self.definition)
        with self.step("block"):
            if not self.is_full:
                scope.neighbours(self.session, self.definition)
            rules = blocking.block(self.session, self.definition)
            self.run.rules = [vars(rule) | {"words": list(rule.words)} for rule in rules]
            self.run.pairs = self._count("pair")
        with self.step("weigh"):
            self._weigh()
            blocking.narrow(self.session, self.definition)
        with self.step("cluster"):
            if not self.is_full:
                scope.close(self.session, self.definition)
                constraints.bring(self.session, self.definition)
            blocking.lone(self.session, self.definition)
            constraints.place(self.session, self.definition)
            self._cluster()
            storing.recall_names(self.session, self.definition, self.is_full)
            naming.settle(self.session, self.definition, self.is_full)
            self._assign()
        self.run.entities = self._count("named")
        self.found = doubts.find(self.session, self.definition)
        self.was = None if self.is_full else storing.entities_before(self.session)

    def _gather(self) -> None:
        """Cleaned records, as of versions that are noted first: what comes meanwhile comes with the next run."""
        addresses = [a for a in self.definition.read_from if lake.exists(a)]
        self.run.versions = {address: lake.describe(address).version for address in addresses}
        rows = ", ".join(f"({n}, {literal(s.address)}, {literal(s.part)})"
                         for n, s in enumerate(self.definition.sources))
        self.session.connection.execute(
            f"create or replace temp table feed as select * from (values {rows}) v(src, source, part)")
        if self.last is None:
            self.run.new_records = gathering.gather(self.session, self.definition, "standard")
        else:
            self.run.new_records = scope.gather(self.session, self.definition, self.run.versions, self.last)
        self.run.records = self._count("standard")

    def _weigh(self) -> None:
        run = self.session.connection.execute
        run("create or replace temp table edge (l bigint, r bigint, weight double, reason varchar)")
        if not self.definition.compare:
            return
        self.run.weights = self._model()
        if self.run.pairs and self.run.weights:
            weighing.weigh(self.session, self.definition, self.run.weights.model)

    def _model(self) -> Weights | None:
        """Trained anew with everything; what comes later is weighed by the same."""
        name = self.definition.name
        if self.is_full:
            weighing.count(self.session, self.definition)
        last = Weights.objects.filter(definition=name).order_by("-version").first()
        if (last and not self.is_full) or not self.run.pairs:
            return last
        version = (Weights.objects.filter(definition=name).aggregate(last=Max("version"))["last"] or 0) + 1
        return Weights.objects.create(definition=name, version=version, nodes=self._count("node"),
                                      model=weighing.train(self.session, self.definition))

    def _cluster(self) -> None:
        """`clustered` (node, root), and of `edge` those that hold a cluster together as `bond`."""
        import numpy as np
        import pyarrow as pa

        run = self.session.connection.execute
        run("create or replace temp table dense as select node, kind, (row_number() over (order by node) - 1) as n"
            " from node")
        kinds = run("select kind from dense order by n").fetchnumpy()["kind"].tolist()
        edges = run(f"""
            select a.n as l, b.n as r, e.weight from edge e
            join dense a on a.node = e.l join dense b on b.node = e.r
            where e.weight >= {self.definition.link_weight}
               or exists (select 1 from lone o where o.l = e.l and o.r = e.r)
            order by e.weight desc, least(e.l, e.r), greatest(e.l, e.r)""").fetchnumpy()
        joined = self._pairs("must")
        apart = self._pairs("cannot")
        roots, held = clustering.cluster(kinds, zip(edges["l"].tolist(), edges["r"].tolist(), strict=True),
                                         joined, apart)
        made = pa.table({"n": pa.array(np.arange(len(roots))), "r": pa.array(np.array(roots, dtype="int64"))})
        self.session.register("rooted", made)
        run("create or replace temp table clustered as select d.node, o.node as root from rooted r"
            " join dense d on d.n = r.n join dense o on o.n = r.r")
        bonds = pa.table({"l": pa.array(edges["l"]), "r": pa.array(edges["r"]), "held": pa.array(held, pa.bool_())})
        self.session.register("bonding", bonds)
        run("""create or replace temp table bond as
               select a.node as l, b.node as r from bonding x join dense a on a.n = x.l join dense b on b.n = x.r
               where x.held""")

    def _pairs(self, table: str) -> list[tuple[int, int]]:
        return self.session.connection.execute(
            f"select a.n, b.n from {table} m join dense a on a.node = m.l join dense b on b.node = m.r"
            " where a.n <> b.n order by m.number").fetchall()

    def _assign(self) -> None:
        """How each record came to its entity: by its id, by weight (the heaviest bond of its node), by a clerk."""
        self.session.connection.execute("""
            create or replace temp table assigned as
            with weighed as (
                select node, max(weight) as weight, arg_max(reason, weight) as reason from (
                    select e.l as node, e.weight, e.reason from edge e join bond b on b.l = e.l and b.r = e.r
                    union all
                    select e.r as node, e.weight, e.reason from edge e join bond b on b.l = e.l and b.r = e.r)
                group by node),
            sizes as (select root, count(*) as nodes from clustered group by root)
            select m.rid, d.entity, b.doubt,
                   case when x.l is not null then 'clerk' when n.kind = 2 and z.nodes > 1 then 'weight'
                        when n.kind = 1 and w.node is not null then 'weight'
                        when n.kind < 2 then 'id' else 'alone' end as how,
                   case when n.kind = 0 then null else w.weight end as weight,
                   case when x.l is not null then 'clerk' when n.kind = 0 then 'id'
                        else coalesce(w.reason, case when n.kind = 1 then 'id' else '' end) end as reason
            from membership m join belongs b on b.rid = m.rid join clustered c on c.node = m.node
            join named d on d.root = c.root join node n on n.node = m.node join sizes z on z.root = c.root
            left join weighed w on w.node = m.node left join (select distinct l from must) x on x.l = m.node""")

    def _tell(self, rates: list[dict[str, Any]]) -> None:
        for name in ("records", "by_id", "by_weight", "by_clerk", "alone"):
            setattr(self.run, name, sum(rate[name] for rate in rates))
        self.run.entities = lake.describe(self.definition.golden_address).rows
        self.run.doubts = Doubt.objects.filter(definition=self.definition.name).exclude(state=GONE).count()
        self.run.versions |= storing.own(self.definition)

    def _count(self, table: str) -> int:
        return int(self.session.connection.execute(f"select count(*) from {table}").fetchall()[0][0])


NOTES = {
    "gather": t("收集并清洗记录", "Gathering and cleaning records"), "ids": t("按证件号归并", "Linking by id"),
    "block": t("分块", "Blocking"), "weigh": t("计算权重", "Weighing pairs"), "cluster": t("成簇", "Clustering"),
    "store": t("写入档案", "Writing the files"),
}


def trace(chosen: Definition) -> None:
    """Tell the catalogue which columns of which sources the golden record and the links are made of."""
    golden = {field: [(s.address, s.columns[field]) for s in chosen.sources if field in s.columns]
              for field in chosen.fields}
    catalogue.derived(chosen.golden_address, columns=golden, by="profile")
    sources = [(address, "") for address in dict.fromkeys(s.address for s in chosen.sources)]
    catalogue.derived(chosen.table("record"), columns={"": sources}, by="profile")


def link(name: str = "person", progress: Progress | None = None, since: bool | None = None) -> Run:
    """Link a definition. `since` True: only what came since the last run; False: all anew; None: as it fits."""
    chosen = definition.get(name)
    with storing.alone(chosen):
        return Linking(chosen, is_full=not since if since is not None else False, progress=progress).link()


@work("profile.link", title=t("归并档案", "Link records"))
def linking(progress: Progress, *, name: str, anew: bool = False) -> dict[str, Any]:
    run = link(name, progress, since=not anew)
    return {"run": run.pk, "records": run.records, "entities": run.entities, "doubts": run.doubts}
