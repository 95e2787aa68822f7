"""A query that names whole keys reads the files of their buckets only, and finds what it would find in all."""

import pyarrow as pa
import pytest

ADDRESS = "source.test.pruned"


@pytest.fixture
def pruned(lake):
    lake.create(ADDRESS, pa.schema([("id", pa.string()), ("month", pa.int64()), ("n", pa.int64())]),
                key=["id", "month"], buckets=8)
    lake.append(ADDRESS, pa.table({"id": [f"k{n // 3}" for n in range(600)], "month": [n % 3 for n in range(600)],
                                   "n": list(range(600))}))
    return lake


def read(query, parameters=None):
    from ludao.blocks.lake import resolving

    return resolving.resolve(query, parameters).count(".parquet")


@pytest.mark.parametrize(("query", "parameters", "most"), [
    (f"select n from {ADDRESS} where id = 'k7' and month = 1", None, 1),
    (f"select n from {ADDRESS} where (month = 1) and 'k7' = id and n > 0", None, 1),
    (f"select n from {ADDRESS} where id = $id and month = $month", {"id": "k7", "month": 1}, 1),
    (f"select n from {ADDRESS} t where t.id in ('k7', 'k8') and t.month = 1", None, 2),
    (f"select a.n from {ADDRESS} a join {ADDRESS} b on b.n = a.n + 1 where a.id = 'k7' and a.month = 1", None, 9),
])
def test_whole_keys_leave_the_other_buckets_out(pruned, query, parameters, most):
    assert 1 <= read(query, parameters) <= most
    everything = pruned.sql(f"select * from {ADDRESS}").arrow()
    with pruned.session() as work:
        work.register("everything", everything)
        assert pruned.sql(query, parameters).rows() == work.sql(query.replace(ADDRESS, "everything"), parameters).rows()


@pytest.mark.parametrize("query", [
    f"select n from {ADDRESS} where id = 'k7'",
    f"select n from {ADDRESS} where id = 'k7' or month = 1",
    f"select n from {ADDRESS} where not (id = 'k7' and month = 1)",
    f"select n from {ADDRESS} where id = 'k7' and month = 1.0",
    f"select count(*) from (select * from {ADDRESS}) x where x.id = 'k7' and x.month = 1",
    f"select a.n from {ADDRESS} a join {ADDRESS} b on a.n = b.n where id = 'k7' and month = 1",
    f"select (select max(n) from {ADDRESS}) from range(1) r(id) where id = 7",
])
def test_whatever_else_is_asked_reads_all(pruned, query):
    assert read(query) >= 8
