"""Whole queries that people write: they select from the tables they were given, and can do nothing else."""

import pytest
import sqlglot
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from ludao.base.errors import Problem
from ludao.base.sql import DEFAULT, parse, select_only, tables

ALLOWED = {"item", "target", "open.town"}


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("select * from item", {"item"}),
        ("select i.* from item i join target t on i.id = t.item_id where t.value > 600;", {"item", "target"}),
        ("select name from Item", {"item"}),
        ("select name from open.town", {"open.town"}),
        ("select part, count(*) as n from item group by part having count(*) > 1 order by n desc limit 5", {"item"}),
        ("with late as (select * from item) select count(*) from late", {"item"}),
        ("with a as (select 1 as x), b as (select x from a) select * from b", set()),
        ("with a as (select 1 as x) select x from a union all select value from target", {"target"}),
        ("select * from (with a as (select id from item) select * from a) s", {"item"}),
        ("select rank() over (partition by part order by id) from item", {"item"}),
        ("select id from item where id in (select item_id from target)", {"item", "target"}),
        ("select exists (select 1 from target) from item", {"item", "target"}),
        ("(select id from item) except (select item_id from target)", {"item", "target"}),
        ("select distinct on (part) part, id from item order by part", {"item"}),
        ("select count(*) filter (where id > 1) from item cross join target", {"item", "target"}),
        ("select 1", set()),
    ],
)
def test_queries_people_need(sql: str, names: set[str]) -> None:
    query = select_only(sql, ALLOWED)
    assert query.tables == names
    assert tables(query.sql()) == names
    assert isinstance(sqlglot.parse_one(query.sql("duckdb"), dialect="duckdb"), exp.Select | exp.Except | exp.Union)
    assert isinstance(sqlglot.parse_one(query.sql("spark"), dialect="spark"), exp.Select | exp.Except | exp.Union)


ATTACKS = [
    # another statement, alone, behind, or inside
    "drop table item",
    "delete from item",
    "update item set id = 1",
    "insert into item values (1)",
    "truncate item",
    "create table x as select * from item",
    "select 1; select 2",
    "select * from item; drop table item",
    "select * from item -- \n; drop table item",
    "with x as (delete from item returning *) select * from x",
    "with x as (insert into item values (1) returning *) select * from x",
    "with x as (update item set id = 1 returning *) select * from x",
    "with x as (select * from item) delete from item",
    "merge into item using target on true when matched then delete",
    "copy item to '/tmp/x'",
    "copy (select * from item) to program 'sh'",
    "explain analyze delete from item",
    "do $$ begin execute 'drop table item'; end $$",
    "call something()",
    "set role postgres",
    "set local statement_timeout = 0",
    "begin",
    "commit",
    "listen x",
    "notify x",
    "lock table item",
    "grant select on item to public",
    "alter table item add x int",
    "vacuum item",
    "prepare x as select 1",
    "execute x",
    "deallocate all",
    "declare c cursor for select 1",
    "show data_directory",
    "attach 'x.db'",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "use x",
    "values (1)",
    "",
    ";",
    # tables that were not given, under any name
    "select * from secret",
    "table secret",
    "select * from pg_shadow",
    "select * from pg_catalog.pg_authid",
    "select * from information_schema.tables",
    "select * from other.item",
    "select * from public.item",
    "select * from db.open.town",
    'select * from "Item"',
    'select * from "item "',
    "select * from item, secret",
    "select * from item join secret on true",
    "select (select max(x) from secret) from item",
    "select * from item where id in (select id from secret)",
    "select * from item where exists (select 1 from secret)",
    "select id from item order by (select x from secret)",
    "select id from item limit (select x from secret)",
    "select id from item union select id from secret",
    "select count(*) filter (where exists (select 1 from secret)) from item",
    "select sum(id) over (order by (select 1 from secret)) from item",
    "select case when (select true from secret) then 1 end",
    # a CTE's name hides nothing where the CTE is not seen
    "with secret as (select * from secret) select * from secret",
    "with a as (select * from b), b as (select 1) select * from a",
    "select * from (with secret as (select 1) select * from secret) x, secret",
    "(with secret as (select 1) select * from secret) union select * from secret",
    'with "Secret" as (select 1) select * from secret',
    'with secret as (select 1) select * from "SECRET"',
    "with secret as (select 1) select * from public.secret",
    "with x as (with secret as (select 1) select * from secret) select * from x, secret",
    "with recursive secret as (select 1 union all select * from secret) select * from secret",
    # functions and files
    "select pg_read_file('/etc/passwd')",
    "select pg_sleep(100)",
    "select pg_terminate_backend(1)",
    "select pg_ls_dir('.')",
    "select lo_export(1, '/tmp/x')",
    "select current_setting('x')",
    "select set_config('x', 'y', false)",
    "select dblink('x', 'y')",
    "select query_to_xml('select * from secret', true, true, '')",
    "select table_to_xml('secret', true, true, '')",
    "select nextval('item_id_seq')",
    "select txid_current()",
    "select version()",
    "select current_user",
    "select has_table_privilege('x', 'y')",
    "select pg_catalog.pg_sleep(1)",
    "select lower(pg_read_file('x')) from item",
    "select * from pg_read_file('/etc/passwd')",
    "select * from generate_series(1, 1000000000)",
    "select * from unnest(array[1])",
    "select * from json_to_recordset('[]') as x(a int)",
    "select * from rows from (generate_series(1, 2))",
    "select * from 'file.csv'",
    'select * from "file.csv"',
    "select * from read_csv('x')",
    "select * from xmltable('x' passing y columns z int)",
    "select 'secret'::regclass",
    "select cast(1 as oid)",
    # constructs
    "select * into x from item",
    "select * from item for update",
    "select * from item for share",
    "select * from item tablesample system (1)",
    "select * from item, lateral (select 1) x",
    "select * from item cross join lateral pg_sleep(1)",
    "select * from only item",
    "select * from (values (1)) v",
    "with recursive a as (select 1 as x union all select x + 1 from a) select * from a",
    "select array(select 1)",
    "select array[1]",
    "select $1",
    "select :x",
    "select %s",
    "select ?",
    "select 1 from item where area ~ 'x'",
    "select a.b.c.d from item",
    "select db.item.id from item",
    "select (item).id from item",
    "select count(*) from item group by cube (a, b, c, d, e, f, g, h, i, j, k, l)",
    "select 1 as \x00",
    "select E'\\''; drop table item --'",
    "select U&'\\0027' from item",
    "select /*+ hint */ $$x$$",
    "(" * 60 + "select 1" + ")" * 60,
    "select " + "(" * 800 + "1" + ")" * 800,
    "select " + "1," * 12_000 + "1",
    "select 1" + " union select 1" * 1400,
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_attacks_are_refused_in_words(sql: str) -> None:
    with pytest.raises(Problem) as caught:
        select_only(sql, ALLOWED, field="query")
    assert caught.value.field == "query" and str(caught.value)


def test_every_name_is_written_in_quotes() -> None:
    query = select_only("select user, Values.ID as Total from item as values", ALLOWED)
    assert query.sql() == 'SELECT "user", "values"."id" AS "total" FROM "item" AS "values"'


def test_a_table_is_suggested() -> None:
    with pytest.raises(Problem, match="是不是“target”") as caught:
        select_only("select * from item join tarGets on true", ALLOWED)
    assert caught.value.more["position"] == 24


def test_functions_can_be_fewer() -> None:
    with pytest.raises(Problem, match="count"):
        select_only("select count(*) from item", ALLOWED, functions=DEFAULT)


def test_no_tables_given_means_none() -> None:
    with pytest.raises(Problem):
        select_only("select * from item", set())


def test_the_tables_of_any_statement() -> None:
    assert tables("insert into a select * from b join C.d on true") == {"a", "b", "c.d"}
    assert tables("with a as (select * from a) select * from a") == {"a"}
    assert isinstance(parse("select 1"), exp.Select)


PIECES = st.sampled_from(
    [
        "select",
        "*",
        "from",
        "item",
        "secret",
        "target",
        "where",
        "id",
        "1",
        "'a'",
        "'",
        '"',
        ";",
        "--",
        "/*",
        "*/",
        "\n",
    ]
    + ["with", "as", "(", ")", ",", "a", "union", "all", "into", "drop", "table", "delete", "returning", "insert"]
    + ["join", "on", "true", "lateral", "only", "for", "update", "pg_sleep(1)", "count(*)", "over", "limit", "group by"]
    + ["=", "in", "exists", "not", "::text", "$$", "E'\\'", "recursive", "values", "public.", "copy", "to", "set", "."]
)
WRAPPED = st.lists(PIECES, max_size=8).map(" ".join)
TEXTS = st.lists(PIECES, max_size=16).map(" ".join) | st.tuples(
    st.sampled_from(
        ["select {} from item", "select * from item where {}", "with a as ({}) select * from a", "select * from {}"]
    ),
    WRAPPED,
).map(lambda pair: pair[0].format(pair[1]))


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example("with secret as (select * from secret) select * from secret")
def test_no_text_ever_reads_or_does_more(text: str) -> None:
    try:
        query = select_only(text, ALLOWED)
    except Problem:
        return
    assert query.tables <= ALLOWED
    for dialect in ("postgres", "duckdb", "spark"):
        statements = sqlglot.parse(query.sql(dialect), dialect=dialect)
        assert len(statements) == 1
        assert isinstance(statements[0], exp.Select | exp.Union | exp.Intersect | exp.Except | exp.Subquery)
        assert not list(
            statements[0].find_all(exp.Insert, exp.Delete, exp.Update, exp.Drop, exp.Into, exp.Command, exp.Lock)
        )
        ctes = {cte.alias.lower() for cte in statements[0].find_all(exp.CTE)}
        assert {found.name.lower() for found in statements[0].find_all(exp.Table)} <= {"item", "target", "town"} | ctes
