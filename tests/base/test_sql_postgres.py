"""What passes the checks, asked of a real PostgreSQL: it understands it, and reads no other table."""

from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base.embedded import Embedded
from ludao.base.errors import Problem
from ludao.base.sql import AGGREGATES, DEFAULT, expression, select_only

COLUMNS = ["age", "area", "income", "born_on", "名称", 'odd "name"', "select"]
ALLOWED = {"item", "target", "open.town"}
TABLES = r'''
    create table town
        (age int, area text, income numeric, born_on date, "名称" text, "odd ""name""" text, "select" int);
    create table item (id int); create table target (id int); create table secret (id int);
    create schema open; create table open.town (id int); create schema other; create table other.item (id int);
    insert into town values
        (66, '350203', 7, '1956-05-01', '鹭岛', 'x', 1), (3, '350206', 0, null, 'it''s', '\', 0);
'''


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    city = Embedded(tmp_path_factory.mktemp("sql") / "var", parts=["postgres"], durable=False)
    city.start()
    try:
        with psycopg.connect(city.database_url, autocommit=True) as connection:
            connection.execute(TABLES)
            yield connection
    finally:
        city.stop()


def understood(connection: psycopg.Connection, sql: str) -> str:
    """Have it parsed as one statement; "" or the SQLSTATE of what PostgreSQL has against it."""
    result = connection.pgconn.prepare(b"", sql.encode())
    return (result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"").decode()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("age >= 60 and area like '3502%'", [True, False]),
        ("income / 2", [3.5, 0]),
        ("1 / income > 0", [True, None]),
        ("round(income / 3, 2)", [Decimal("2.33"), 0]),
        ("- -age", [66, 3]),
        ("1 - -age", [67, 4]),
        ("名称 = 'it''s'", [False, True]),
        ('"odd ""name""" = \'\\\'', [False, True]),
        ('"select" = 1', [True, False]),
        ("born_on + interval '60 years' < date '2022-06-30'", [True, None]),
        ("extract(year from born_on)", [1956, None]),
        ("date_part('year', born_on)", [1956, None]),
        ("date_trunc('month', born_on) = date '1956-05-01'", [True, None]),
        ("case when age > 59 then '老' else '少' end", ["老", "少"]),
        ("coalesce(born_on, date '2000-01-01') is distinct from born_on", [False, True]),
        ("substring(area, 1, 4) || '-' || right(area, 2)", ["3502-03", "3502-06"]),
        ("strpos(area, '6')", [0, 6]),
        ("split_part(area, '5', 2)", ["0203", "0206"]),
        ("position('6' in area) > 0", [False, True]),
        ("starts_with(area, '350203')", [True, False]),
        ("age % 2 = 0 or age::text = '3'", [True, True]),
        ("greatest(age, 10) + least(age, 10)", [76, 13]),
        ("not age in (66, 67)", [False, True]),
        ("current_date > born_on", [True, None]),
        ("trim(upper(lower(' A '))) = 'A'", [True, True]),
        ("floor(income / 2) + ceil(income / 2) + abs(-1) + sign(income) + mod(age, 5)", [10, 4]),
        ("nullif(replace(area, '350206', ''), '')", ["350203", None]),
        ("concat(length(area), left(area, 2))", ["635", "635"]),
    ],
)
def test_an_expression_gives_what_it_says(connection: psycopg.Connection, text: str, values: list[object]) -> None:
    sql = expression(text, COLUMNS).sql()
    assert [value for (value,) in connection.execute(f"select {sql} from town").fetchall()] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count(*)", 2),
        ("sum(income) / count(distinct age)", 3.5),
        ("avg(age) filter (where area like '350203')", 66),
        ("max(age) - min(age)", 63),
        ("bool_or(age > 60) and not bool_and(age > 60)", True),
    ],
)
def test_a_sum_gives_what_it_says(connection: psycopg.Connection, text: str, value: object) -> None:
    sql = expression(text, COLUMNS, DEFAULT | AGGREGATES).sql()
    assert connection.execute(f"select {sql} from town").fetchone() == (value,)


WORDS = st.sampled_from(
    [
        "age",
        "area",
        "income",
        "born_on",
        "名称",
        '"odd ""name"""',
        '"select"',
        "1",
        "2.5",
        "'a'",
        "'it''s'",
        "'\\'",
        "'--'",
    ]
    + ["+", "-", "*", "/", "%", "||", "=", "<>", "<", "and", "or", "not", "is null", "in (1, 2)", "like", "between"]
    + [
        "(",
        ")",
        ",",
        "::int",
        "::text",
        "lower(",
        "round(",
        "case when",
        "then",
        "else",
        "end",
        "coalesce(",
        "- ",
        "null",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_what_passes_is_one_expression_to_postgres_too(connection: psycopg.Connection, text: str) -> None:
    try:
        sql = expression(text, COLUMNS).sql()
    except Problem:
        return
    state = understood(connection, f"select ({sql}) as value from town")
    assert state != "42601", f"PostgreSQL does not read {sql}"  # of types it may complain, of syntax never


NAMES = st.sampled_from(
    ["item", "Item", '"Item"', "target", "secret", "SECRET", '"secret"', "a", "open.town", "other.item"]
)
CTES = st.sampled_from(["item", "secret", '"Secret"', "a"])
QUERIES = st.recursive(
    NAMES.map(lambda name: f"select 1 as id from {name}"),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda q: f"({q[0]}) union all ({q[1]})"),
        st.tuples(CTES, inner, inner).map(lambda q: f"with {q[0]} as ({q[1]}) {q[2]}"),
        st.tuples(CTES, inner, CTES, inner, inner).map(lambda q: f"with {q[0]} as ({q[1]}), {q[2]} as ({q[3]}) {q[4]}"),
        st.tuples(inner, NAMES).map(lambda q: f"select s.id from ({q[0]}) as s, {q[1]} as x"),
        st.tuples(NAMES, inner).map(lambda q: f"select 1 as id from {q[0]} as x where exists ({q[1]})"),
        st.tuples(NAMES, inner).map(lambda q: f"select ({q[1]} limit 1) as id from {q[0]} as x"),
    ),
    max_leaves=6,
)
USED = """
    select case when table_schema = 'public' then table_name else table_schema || '.' || table_name end
    from information_schema.view_table_usage where view_name = 'asked'
"""


@settings(max_examples=300, deadline=None)
@given(QUERIES)
def test_a_query_reads_no_other_table_than_it_says(connection: psycopg.Connection, text: str) -> None:
    try:
        query = select_only(text, ALLOWED)
    except Problem:
        return
    try:
        connection.execute(f"create or replace view asked as select count(*) from ({query.sql()}) q")
    except psycopg.errors.UndefinedTable:
        return
    except psycopg.errors.DuplicateAlias:
        return
    assert {name for (name,) in connection.execute(USED)} == query.tables <= ALLOWED
