"""Claim: a city's records become persons in little more time than bare Splink with the same settings, and rightly.

Peer: Splink over all records one by one, with the same comparisons, blocking rules, training and threshold, and with
equal ids as one more blocking rule. Truth is the generator's. Needs an installation with the departments' organisations
(`ludao load`), in which nothing is left behind. Full size: --scale 20 (a million people).
"""

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TURNS = 2
RESIDENTS = 0.01  # of the city of 5.3 million, at scale 1


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection, transaction

    folder = Path(tempfile.mkdtemp(prefix="ludao-link-"))
    os.environ["LUDAO_FILES"] = str(folder / "files")
    (folder / "files" / connection.settings_dict["NAME"]).mkdir(parents=True)
    try:
        with transaction.atomic():
            connection.cursor().execute("set local idle_in_transaction_session_timeout = 0")  # the engine works long
            load(folder / "city", RESIDENTS * scale)
            figures = list(measured(folder / "city" / "truth", scale))
            transaction.set_rollback(True)
    finally:
        os.environ.pop("LUDAO_FILES")
        shutil.rmtree(folder, ignore_errors=True)
    yield from figures


def load(folder: Path, scale: float) -> None:
    """The departments' files through the exchange, as in the demonstration."""
    from ludao.base.actor import Actor
    from ludao.blocks.exchange import public as exchange
    from ludao.demo.departments import contracts, generate

    generate(scale, 1, folder)
    exchange.load_all(Actor.system("bench"), folder, contracts())


def measured(truth: Path, scale: float) -> Iterator[dict[str, Any]]:
    """Ours and the peer take turns, the best of each counts. What both need, the records gathered and cleaned, is done
    once a turn and counts for both; without it the note tells."""
    from ludao.blocks.profile import definition
    from ludao.blocks.profile.linking import Linking

    ours, theirs, peak = [], [], 0.0
    for _ in range(TURNS):
        linking = Linking(definition.get("person"), is_full=True)
        began = time.perf_counter()
        linking.resolve()
        ours.append((time.perf_counter() - began, linking.run.steps))
        peak = peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        precision, recall = score(linking, truth)
        bare_seconds, bare_precision, bare_recall = bare(linking, truth)
        theirs.append((bare_seconds + linking.run.steps["gather"], bare_seconds))
        linking.session.close()
    seconds, steps = min(ours, key=lambda one: one[0])
    peer, alone = min(theirs)
    run = linking.run
    told = ", ".join(f"{name} {taken:.1f}" for name, taken in steps.items())
    without = f"bare without gathering {alone:.1f} s, against it {(seconds - steps['gather']) / alone:.2f}"
    yield {"name": "link.seconds", "value": seconds, "unit": "s", "peer": "bare Splink, same settings",
           "peer_value": peer, "ratio": seconds / peer, "scale": scale,
           "note": f"{run.records} records, {run.entities} persons, {run.pairs} comparisons; {told}; best of {TURNS}"
                   f" turns; {without}"}
    yield {"name": "link.peak_mib", "value": peak, "unit": "MiB", "scale": scale}
    for name, value, peer_value in (("precision", precision, bare_precision), ("recall", recall, bare_recall),
                                    ("f1", f1(precision, recall), f1(bare_precision, bare_recall))):
        yield {"name": f"link.{name}", "value": value, "unit": "", "peer": "bare Splink, same settings",
               "peer_value": peer_value, "ratio": value / peer_value, "scale": scale}


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def score(linking: Any, truth: Path, found: str = "assigned") -> tuple[float, float]:
    """Pairs of records of one person, found and true. A part of a row (the mother of a birth) is a role of the truth;
    of whom a row is as a whole, the truth calls self or owner."""
    run = linking.session.connection.execute
    both, claimed, true = run(f"""
        with j as (
            select a.entity, t.person from {found} a join standard s on s.rid = a.rid join feed f on f.src = s.src
            join read_parquet('{truth}/record.parquet') t on t.source = f.source and t.record_key = s.record_key
             and (t.role = f.part or (f.part = '' and t.role in ('self', 'owner'))))
        select (select sum(n * (n - 1) / 2) from (select count(*) as n from j group by entity, person)),
               (select sum(n * (n - 1) / 2) from (select count(*) as n from j group by entity)),
               (select sum(n * (n - 1) / 2) from (select count(*) as n from j group by person))""").fetchall()[0]
    return both / claimed, both / true


def bare(linking: Any, truth: Path) -> tuple[float, float, float]:
    """Every record a node, nothing decided by its id beforehand."""
    from ludao.blocks.profile import weighing

    one, run = linking.definition, linking.session.connection.execute
    many = {name for name, field in one.fields.items() if field.many}
    columns = ", ".join(f'case when s."{n}" is not null then [s."{n}"] end as "{n}"' if n in many else f's."{n}"'
                        for n in dict.fromkeys(c.field for c in one.compare))
    began = time.perf_counter()
    run(f"create or replace temp table bare as select rid as node, {columns}, p.pinyin as name_pinyin"
        " from standard s left join (select distinct name, name_pinyin as pinyin from node) p using (name)")
    model = weighing.train(linking.session, one, "bare")
    id_rule = f'l."{one.id}" = r."{one.id}"'
    rules = [" and ".join(rule(one, word) for word in words) for words in one.block]
    linker = weighing._linker(linking.session, "bare", {
        **model, "blocking_rules_to_generate_predictions": [id_rule, *rules]})
    found = linker.inference.predict(threshold_match_weight=one.link_weight)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_weight=one.link_weight)
    seconds = time.perf_counter() - began
    run(f"create or replace temp table claimed as select node as rid, cluster_id as entity"
        f" from {clusters.physical_name}")
    return seconds, *score(linking, truth, "claimed")


def rule(one: Any, word: str) -> str:
    from ludao.blocks.profile.blocking import facet

    if one.fields[word.split(".")[0]].many:
        return f'l."{word}"[1] = r."{word}"[1]'
    return f"{facet(one, word, 'l')} = {facet(one, word, 'r')}"


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
