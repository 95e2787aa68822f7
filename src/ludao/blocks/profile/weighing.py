"""Weighing: Splink's model over the nodes. Trained without labels, kept with its version, used for every new pair."""

import json
import logging
import math
from typing import TYPE_CHECKING, Any

import structlog

from ludao.blocks.profile.blocking import facet
from ludao.blocks.profile.definition import Comparison, Definition

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

Level = dict[str, Any]
logger = structlog.get_logger()
RANDOM_PAIRS = 1_000_000
TRAINING_PAIRS = 1_000_000
SEED = 35
FEWEST = 500
LEAST = 0.002
USUAL = {"same": (0.9, 1e-5), "sound": (0.01, 1e-4), "typo": (0.03, 1e-3), "surname": (0.05, 0.005),
         "first": (0.01, 0.05),
         "year": (0.02, 0.015), "close": (0.03, 0.002), "near": (0.03, 0.01), "else": (0.03, 0.95)}


def _level(sql: str, label: str, **more: Any) -> Level:
    return {"sql_condition": sql, "label_for_charts": label, **more}


def _null(name: str) -> Level:
    return _level(f'"{name}_l" is null or "{name}_r" is null', "null", is_null_level=True)


def _else() -> Level:
    return _level("ELSE", "else")


def levels(comparison: Comparison) -> list[Level]:
    """A comparison as Splink's levels, the strictest first. Labels are the words `reasons` explains."""
    name = comparison.field
    left, right = f'"{name}_l"', f'"{name}_r"'
    rare: Level = {"tf_adjustment_column": name, "tf_adjustment_weight": 1.0} if comparison.frequency else {}
    same = _level(f"{left} = {right}", "same", **rare)
    match comparison.kind:
        case "person_name" | "company_name":
            sound = f'"{name}_pinyin_l" = "{name}_pinyin_r"'
            more = (f"length({left}) >= 3 and damerau_levenshtein({left}, {right}) <= 1"
                    if comparison.kind == "person_name" else
                    f"jaro_winkler_similarity({left}, {right}) >= 0.92 or"
                    f" (least(length({left}), length({right})) >= 3 and"
                    f" (contains({left}, {right}) or contains({right}, {left})))")
            middle = [_level(sound, "sound"), _level(more, "typo")]
            if comparison.kind == "person_name":
                alike = f"substr({left}, 1, 1) = substr({right}, 1, 1)"
                middle.append(_level(f"{alike} and least(length({left}), length({right})) = 1", "surname"))
                middle.append(_level(alike, "first"))
        case "day":
            texts = [f"strftime({side}, '%Y%m%d')" for side in (left, right)]
            middle = [_level(f"damerau_levenshtein({texts[0]}, {texts[1]}) <= 1 or (year({left}) = year({right}) and"
                             f" month({left}) = day({right}) and day({left}) = month({right}))", "typo"),
                      _level(f"year({left}) = year({right})", "year")]
        case "near":
            middle = [_level(f"damerau_levenshtein({left}, {right}) <= 2", "typo")]
        case "any":
            same = _level(f"list_has_any({left}, {right})", "same")
            middle = []
        case "word":
            middle = [_level(f"jaro_winkler_similarity({left}, {right}) >= 0.9", "close"),
                      _level(f"jaro_winkler_similarity({left}, {right}) >= 0.75", "near")]
        case "number":
            middle = [_level(f"damerau_levenshtein({left}, {right}) <= 1", "typo")]
        case "same":
            middle = []
        case other:
            raise ValueError(f"no comparison {other!r}")
    return [_null(name), same, *middle, _else()]


def settings(definition: Definition) -> dict[str, Any]:
    """Splink's settings of a definition, untrained."""
    rules = [" and ".join(f"{facet(definition, w, 'l')} = {facet(definition, w, 'r')}" for w in rule)
             for rule in definition.block]
    return {
        "link_type": "dedupe_only", "unique_id_column_name": "node", "sql_dialect": "duckdb",
        "blocking_rules_to_generate_predictions": rules,
        "comparisons": [{"output_column_name": c.field, "comparison_levels": levels(c)} for c in definition.compare],
        "retain_intermediate_calculation_columns": True, "retain_matching_columns": True,
    }


def _linker(session: "Session", table: str, model: dict[str, Any]) -> Any:
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection=session.connection)
    return Linker(api.register(table), model, log_level=logging.CRITICAL)


def train(session: "Session", definition: Definition, table: str = "node") -> dict[str, Any]:
    """The model as JSON. u from random pairs, m by expectation maximisation within each training block; what a
    block agrees on is learned from the others."""
    nodes = session.connection.execute(f"select count(*) from {table}").fetchall()[0][0]
    untrained = {**settings(definition), "probability_two_random_records_match": 1 / max(nodes, 2)}
    strangers = _linker(session, _strangers(session, table), untrained)
    strangers.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    known = strangers.misc.save_model_to_json()
    if _has_kind(session, table):
        chance(session, definition, known)
    linker = _linker(session, table, known)
    for rule in definition.train:
        agree = _agree(definition, rule)
        some = session.connection.execute(
            f"select 1 from {table} l join {table} r on l.node < r.node and {agree} limit 1").fetchall()
        if some:  # in a small city no two may agree there; `sound` gives such levels what is usual
            linker = _learned(session, table, linker, agree)
    model: dict[str, Any] = json.loads(json.dumps(linker.misc.save_model_to_json()))
    return sound(model)


def _learned(session: "Session", table: str, linker: Any, agree: str) -> Any:
    """The linker after it learned from the pairs that agree. Where none of them shows a level, its probability runs
    down until Splink refuses it, half-way: then these pairs teach nothing, the others do, and `sound` what is usual."""
    before = json.loads(json.dumps(linker.misc.save_model_to_json()))
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            agree, estimate_without_term_frequencies=True, max_pairs=TRAINING_PAIRS)
    except ValueError as error:
        if "probability" not in str(error):
            raise
        logger.warning("pairs of one training rule teach nothing", rule=agree, error=str(error)[:120])
        return _linker(session, table, before)
    return linker


def sound(model: dict[str, Any]) -> dict[str, Any]:
    """A level that training never met, or always, gets what experience says, so that one field never decides alone."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                m, u = USUAL.get(level["label_for_charts"], (0.05, 0.01))
                level["m_probability"] = min(max(level.get("m_probability") or m, LEAST), 1 - LEAST)
                level["u_probability"] = min(max(level.get("u_probability") or u, 1e-9), 1 - LEAST)
    return model


def _strangers(session: "Session", table: str) -> str:
    """Nodes of which no two are one: with attested ids, where there are enough. Among all nodes random pairs of the
    same person would make a shared phone look commoner than it is."""
    if not _has_kind(session, table):
        return table
    session.connection.execute(f"create or replace temp table stranger as select * from {table} where kind = 0")
    number = session.connection.execute("select count(*) from stranger").fetchall()[0][0]
    return "stranger" if number >= FEWEST else table


def _has_kind(session: "Session", table: str) -> bool:
    return "kind" in [row[0] for row in session.connection.execute(f"describe {table}").fetchall()]


def chance(session: "Session", definition: Definition, model: dict[str, Any]) -> None:
    """How often two strangers have the same value, counted and not sampled: of a million people no sample of pairs
    meets a shared phone often enough."""
    total = session.connection.execute("select count(*) from node where kind = 0").fetchall()[0][0]
    if total < FEWEST:
        return
    for comparison, trained in zip(definition.compare, model["comparisons"], strict=True):
        value = f'"{comparison.field}"'
        each = f"unnest({value})" if definition.fields[comparison.field].many else value
        pairs, filled = session.connection.execute(f"""
            select coalesce(sum(n * (n - 1)), 0)::double,
                   (select count(*)::double from node where kind = 0 and {value} is not null)
            from (select v, count(*) as n from (select {each} as v from node where kind = 0)
                  where v is not null group by v)""").fetchall()[0]
        same = next(level for level in trained["comparison_levels"] if level["label_for_charts"] == "same")
        if pairs and filled > 1:
            same["u_probability"] = pairs / (filled * (filled - 1))


def _agree(definition: Definition, rule: tuple[str, ...]) -> str:
    def side(word: str, alias: str) -> str:
        many = definition.fields[word.split(".")[0]].many
        return f'{alias}."{word}"[1]' if many else facet(definition, word, alias)

    return " and ".join(f"{side(word, 'l')} = {side(word, 'r')}" for word in rule)


def count(session: "Session", definition: Definition) -> None:
    """`frequency` (field, value, share): how common each name is. Kept with the model, so that a pair weighs the same
    whatever else comes: two nodes say all that its weight depends on."""
    run = session.connection.execute
    run("create or replace temp table frequency (field varchar, value varchar, share double)")
    for one in definition.compare:
        if one.frequency:
            run(f"""insert into frequency
                    select '{one.field}', "{one.field}", count(*) / sum(count(*)) over () from node
                    where "{one.field}" is not null group by all""")


def _use_frequencies(session: "Session", definition: Definition, linker: Any) -> None:
    """A name that came after the count is as rare as the rarest."""
    for one in definition.compare:
        if one.frequency:
            table = f"share_of_{one.field}"
            session.connection.execute(f"""
                create or replace temp table {table} as
                with f as (select value, share from frequency where field = '{one.field}')
                select n.v as "{one.field}", coalesce(f.share, (select min(share) from f)) as "tf_{one.field}"
                from (select distinct "{one.field}" as v from node where "{one.field}" is not null) n
                left join f on f.value = n.v""")
            linker.table_management.register_term_frequency_lookup(linker._db_api.register(table), one.field)


def weigh(session: "Session", definition: Definition, model: dict[str, Any], table: str = "node") -> None:
    """`pair`, `frequency` → `edge` (l, r, weight, reason) for pairs above the weight of doubt. `reason`: the level and
    the weight of each comparison, as `name:same:9.1;birth_on:typo:3.2`."""
    linker = _linker(session, table, model)
    api = linker._db_api
    _use_frequencies(session, definition, linker)
    linker.table_management.register_blocked_pairs_for_predict(api.register("pair"))
    found = linker.inference.predict(threshold_match_weight=definition.doubt_weight)
    parts = []
    for comparison in definition.compare:
        name = comparison.field
        labels = [level["label_for_charts"] for level in levels(comparison)]
        names = " ".join(f"when {len(labels) - 1 - n} then '{label}'" for n, label in enumerate(labels[1:], 1))
        weight = f"mw_{name}" + (f" + mw_tf_adj_{name}" if comparison.frequency else "")
        parts.append(f"case when gamma_{name} >= 0 then '{name}:' || case gamma_{name} {names} end"
                     f" || ':' || round({weight}, 1)::varchar end")
    reason = f"concat_ws(';', {', '.join(parts)})"
    session.connection.execute(f"""
        create or replace temp table edge as
        select node_l as l, node_r as r, match_weight::double as weight, {reason} as reason
        from {found.physical_name}""")
    found.drop_table_from_database_and_remove_from_cache()


def weights(model: dict[str, Any]) -> list[dict[str, Any]]:
    """For a chart: each comparison's levels with what agreeing so weighs, in bits."""
    rows = []
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level") and "m_probability" in level and "u_probability" in level:
                m, u = level["m_probability"], level["u_probability"]
                rows.append({"field": comparison["output_column_name"], "level": level["label_for_charts"],
                             "m": m, "u": u, "weight": math.log2(max(m, 1e-12) / max(u, 1e-12))})
    return rows
