"""Files of every kind on their way into the lake, and what is turned away."""

import io
import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ludao.base import identifiers
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.exchange import actions, checking, formats, meanings, quarantine, replaying
from ludao.blocks.exchange import public as exchange
from ludao.blocks.exchange.contract import Column
from ludao.blocks.exchange.models import Heap, Question, Run, Source
from ludao.blocks.lake import public as lake

from .conftest import contract

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("test", channel="cli")
HEADER = "id_number,name,birth_on,amount_fen,updated_at\n"
RANDOM = Random(7)
IDS = [identifiers.invent_resident_id(RANDOM, date(1990, 1, 1 + n)) for n in range(20)]


def bring(source: str, content: bytes | str | Path, name: str = "a.csv") -> exchange.Delivery:
    given = content.encode() if isinstance(content, str) else content
    delivery = exchange.receive(HOUSE, source, given, name)
    if delivery.state == "waiting":
        exchange.load.now(HOUSE, about=source, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def rows(address: str) -> list[dict[str, Any]]:
    return lake.sql(f"select * from {address} order by id_number").arrow().to_pylist()


def line(
    n: int, name: str = "张三", born: str = "1990-01-01", amount: str = "12", at: str = "2022-01-01 08:00:00"
) -> str:
    return f"{IDS[n]},{name},{born},{amount},{at}\n"


def heaps(delivery: exchange.Delivery) -> dict[str, int]:
    return {heap.mark: heap.rows for heap in Heap.objects.filter(delivery=delivery)}


def test_good_rows_are_merged_and_bad_ones_kept_with_every_reason(shop: str) -> None:
    wrong = IDS[2][:-1] + ("0" if IDS[2][-1] != "0" else "1")
    delivery = bring(
        shop,
        HEADER
        + line(0)
        + line(1, born="1990-13-01")
        + f"{wrong},,1990-01-01,x,2022-01-01\n"
        + "short,line\n"
        + line(3, amount="-5"),
    )
    assert (delivery.rows, delivery.good, delivery.bad, delivery.open) == (5, 1, 4, 4)
    assert [row["id_number"] for row in rows(shop)] == [IDS[0]]
    assert heaps(delivery) == {
        "type:birth_on": 1,
        "means:id_number": 1,
        "required:name": 1,
        "type:amount_fen": 1,
        "shape:": 1,
        "rule-not_negative:": 1,
    }
    found = {row.line: row for row in quarantine.rows(delivery)}
    assert sorted(found) == [3, 4, 5, 6]
    assert found[3].raw["birth_on"] == "1990-13-01" and found[5].raw["_line"] == "short,line"


def test_bad_rows_behind_several_lines_without_a_shape_keep_their_lines(shop: str) -> None:
    broken = [line(1, born="1990-13-01"), line(2, born="1990-13-02")]
    delivery = bring(shop, HEADER + line(0) + "a,b\n" + "c,d\n" + broken[0] + "e,f\n" + broken[1])
    found = {row.line: row for row in quarantine.rows(delivery)}
    assert sorted(found) == [3, 4, 5, 6, 7]
    assert [found[n].raw["birth_on"] for n in (5, 7)] == ["1990-13-01", "1990-13-02"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_delimiter_and_titles_above_the_header_are_found_out(
    shop: str, encoding: str, delimiter: str
) -> None:
    header = "2022年登记表\n身份证号,姓名,出生日期,金额,更新时间\n"
    text = (
        header + line(0, "李雷", "1990年1月2日") + line(1, "韩梅梅", "32875", "１，２００".replace("，", ""))
    ).replace(",", delimiter)
    delivery = bring(shop, text.encode(encoding))
    assert delivery.good == 2, delivery.error
    assert [(r["name"], r["birth_on"].isoformat(), r["amount_fen"]) for r in rows(shop)] == sorted(
        [("李雷", "1990-01-02", 12), ("韩梅梅", "1990-01-02", 1200)], key=lambda r: [IDS[0], IDS[1]][r[0] == "韩梅梅"]
    )


def test_a_workbook_json_lines_and_parquet_say_the_same(shop: str) -> None:
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    book = openpyxl.Workbook()
    book.active.append(["身份证号", "姓名", "出生日期", "金额", "更新时间"])
    book.active.append([IDS[0], "李雷", date(1990, 1, 2), 12, "2022-01-01 08:00:00"])
    book.active.append([IDS[1], "韩梅梅", 32875, 13, 44562.5])
    out = io.BytesIO()
    book.save(out)
    assert bring(shop, out.getvalue(), "a.xlsx").good == 2
    first = rows(shop)
    assert [r["birth_on"] for r in first] == [date(1990, 1, 2)] * 2
    plain = [
        {**row, "birth_on": row["birth_on"].isoformat(), "updated_at": row["updated_at"].isoformat()} for row in first
    ]
    text = "\n".join(json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False) for row in plain)
    assert bring(shop, text, "a.jsonl").good == 2
    assert rows(shop) == first
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(first), parquet)
    assert bring(shop, parquet.getvalue(), "a.parquet").good == 2
    assert rows(shop) == first
    assert list(Run.objects.order_by("pk").values_list("inserted", "updated", "unchanged")) == [
        (2, 0, 0),
        (0, 0, 2),
        (0, 0, 2),
    ]


def test_a_repeated_delivery_is_known_and_a_late_one_overwrites_nothing(shop: str) -> None:
    text = HEADER + line(0, "新", at="2022-02-01") + line(1, "旧", at="2022-01-01") + line(1, "新", at="2022-01-02")
    assert bring(shop, text).state == "loaded"
    assert bring(shop, text).state == "repeated"
    late = bring(shop, HEADER + line(0, "老", at="2022-01-15") + line(2, "别人"))
    run = late.runs.get()
    assert (run.inserted, run.stale) == (1, 1)
    assert {row["id_number"]: row["name"] for row in rows(shop)} == {IDS[0]: "新", IDS[1]: "新", IDS[2]: "别人"}


def test_of_several_accounts_of_a_key_the_newest_stays_however_few_are_compared_at_once(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "AT_ONCE", 2)
    text = "".join(line(n % 3, f"第{n}", at=f"2022-01-{1 + n * 5 % 9:02}") for n in range(9))
    run = bring(shop, HEADER + text).runs.get()
    assert (run.inserted, run.stale) == (3, 6)
    assert {row["id_number"]: row["name"] for row in rows(shop)} == {IDS[0]: "第3", IDS[1]: "第7", IDS[2]: "第5"}


def test_a_row_is_mended_another_by_rule_one_discarded_and_all_replayed(shop: str) -> None:
    delivery = bring(
        shop,
        HEADER + line(0) + line(1, born="1990-13-01") + line(2, born="1990-14-02") + line(3, "") + "short,line\n",
    )
    heap = Heap.objects.get(delivery=delivery, code="type")
    trial = quarantine.preview(delivery, heap.mark, "birth_on", "replace(birth_on, '-13-', '-12-')")
    assert [(one["before"], one["after"]) for one in trial] == [
        ("1990-13-01", "1990-12-01"),
        ("1990-14-02", "1990-14-02"),
    ]
    actions.mend_all(HOUSE, heap=heap, column="birth_on", expression="replace(birth_on, '-13-', '-12-')")
    actions.mend(HOUSE, delivery=delivery, line=5, values='{"name": "补名"}')
    wrong = actions.mend(HOUSE, delivery=delivery, line=4, values='{"birth_on": "1999-09-09"}')
    actions.undo_mend(HOUSE, mend=wrong)
    actions.discard(HOUSE, heap=Heap.objects.get(delivery=delivery, code="shape"), why="残行")
    replaying.replay.now(HOUSE, delivery=delivery.pk, generation=0)
    delivery.refresh_from_db()
    assert {row["id_number"]: (row["name"], str(row["birth_on"])) for row in rows(shop)} == {
        IDS[0]: ("张三", "1990-01-01"),
        IDS[1]: ("张三", "1990-12-01"),
        IDS[3]: ("补名", "1990-01-01"),
    }
    assert (delivery.open, heaps(delivery)) == (1, {"type:birth_on": 1})
    replaying.replay.now(HOUSE, delivery=delivery.pk, generation=0)  # the same job again changes nothing
    assert Run.objects.filter(kind="replay").count() == 1

    actions.undo_run(HOUSE, run=Run.objects.get(kind="replay"))
    delivery.refresh_from_db()
    assert [row["id_number"] for row in rows(shop)] == [IDS[0]] and delivery.open == 4
    replaying.replay.now(HOUSE, delivery=delivery.pk, generation=0)
    assert len(rows(shop)) == 3


def test_sql_in_a_rule_is_held_to_the_grammar(shop: str) -> None:
    delivery = bring(shop, HEADER + line(0, born="x"))
    heap = Heap.objects.get(delivery=delivery)
    for text in ("(select 1)", "read_text('/etc/passwd')", "getenv('HOME')", "1; drop table x", "name || (from x)"):
        with pytest.raises(Problem):
            actions.mend_all(HOUSE, heap=heap, column="birth_on", expression=text)


def test_a_renamed_column_stops_only_its_source_until_it_is_answered(shop: str, owner: Any) -> None:
    other = exchange.set_up(HOUSE, contract(address="source.test.other")).address
    bring(shop, HEADER + "".join(line(n) for n in range(10)))
    text = HEADER.replace("amount_fen", "罚没金额,备注") + "".join(
        line(n, at="2022-03-01 00:00:00").replace(",12,", ",15,无,") for n in range(12)
    )
    delivery = bring(shop, text)
    assert delivery.state == "asking" and Source.objects.get(address=shop).state == "asking"
    assert bring(other, HEADER + line(0)).state == "loaded"
    question = Question.objects.get()
    assert question.missing == ["amount_fen"] and [one["name"] for one in question.new] == ["罚没金额", "备注"]
    with pytest.raises(Problem):
        actions.answer(HOUSE, question=question, answers='{"罚没金额": "amount_fen"}')
    actions.answer(HOUSE, question=question, answers='{"罚没金额": "amount_fen", "备注": "add:note"}')
    exchange.load.now(HOUSE, delivery=delivery.pk)
    assert {(row["amount_fen"], row["note"]) for row in rows(shop)} == {(15, "无")}
    assert bring(shop, text.replace(",15,", ",16,")).state == "loaded"


def test_a_column_of_another_type_is_a_question_and_not_a_heap_of_bad_rows(shop: str) -> None:
    delivery = bring(shop, HEADER + "".join(line(n % 20, amount="十二") for n in range(30)))
    assert delivery.state == "asking" and Question.objects.get().changed[0]["name"] == "amount_fen"
    actions.answer(HOUSE, question=Question.objects.get(), answers='{"amount_fen": "keep"}')
    exchange.load.now(HOUSE, delivery=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.bad) == ("loaded", 30)


def test_a_bomb_and_what_is_no_table_are_refused_with_words(shop: str, tmp_path: Path) -> None:
    import zipfile

    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/workbook.xml", "<x/>")
        pack.writestr("xl/sharedStrings.xml", b"0" * (200 << 20))
    with pytest.raises(Problem, match="过大"):
        formats.find_out(bomb)
    for content in (b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + b"0" * 100, b"PAR1broken"):
        with pytest.raises(Problem):
            bring(shop, content, "x.xlsx")


@pytest.mark.parametrize("means", ["id_number", "credit_code"])
def test_check_digits_in_sql_agree_with_the_ones_for_a_single_value(means: str) -> None:
    made = (
        [identifiers.invent_resident_id(RANDOM, date(1960 + n % 60, 1 + n % 12, 1 + n % 28)) for n in range(300)]
        if means == "id_number"
        else [identifiers.invent_credit_code(RANDOM) for _ in range(300)]
    )
    broken = [value[: n % 18] + RANDOM.choice("0123456789ABX") + value[n % 18 + 1 :] for n, value in enumerate(made)]
    values = [*made, *broken, "", "x", "１" * 18]
    with lake.session() as work:
        import pyarrow as pa

        work.register("v", pa.table({"v": values}))
        found = work.connection.execute(
            f"select v, not ({meanings.invalid(Column(name='v', means=means), 'v')}) from v"
        ).fetchall()
    single = identifiers.resident_id if means == "id_number" else identifiers.credit_code
    for value, is_valid in found:
        try:
            single(value)
            assert is_valid, value
        except Problem:
            assert not is_valid or value.startswith("１"), value


def test_a_moment_is_the_same_on_the_short_way_and_on_the_long() -> None:
    """The offsets, the summers before 1992 and odd forms go the long way."""
    import pyarrow as pa

    column = Column(name="x", type="timestamp")
    given = ["2022-06-30 08:00:00", "2022-06-30T08:00:00", "1988-07-01 12:00:00", "2022-06-30 08:00-08",
             "2022-06-30 08:00+08", "2022-06-30 08:00:00Z", "2022-06-30 08:00:0Z", "2022-13-30 08:00:00",
             " 2022-06-30 08:00:00 "]
    with lake.session() as work:
        work.register("g", pa.table({"x": given}))
        found = work.arrow(f"select {meanings.typed(column, 'x')} as a, try_cast(trim(x) as timestamptz) as b from g")
    assert found["a"].to_pylist() == found["b"].to_pylist()
    assert found["a"].null_count == 1


@pytest.mark.parametrize("content", [b"%PDF-1.4\n%\xe2\xe3\n1 0 obj", bytes(range(256)) * 40, b"\x1f\x8b\x08\0\0"])
def test_what_is_no_table_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Problem, match="数据表"):
        formats.find_out(tmp_path / "a.csv")


def test_a_header_may_lack_a_name_and_say_one_twice(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("名称,名称,数量,,数量\n甲,乙,1,x,2\n丙,丁,3,y,4\n".encode("gb18030"))
    assert formats.find_out(tmp_path / "a.csv").columns == ("名称", "名称_2", "数量", "column_4", "数量_2")
