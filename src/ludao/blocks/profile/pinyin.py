"""How names sound: characters typed by ear differ, their sound does not."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session


@cache
def sounds() -> dict[int, str]:
    """The commonest reading of each character, without tones."""
    import unicodedata

    from pypinyin.pinyin_dict import pinyin_dict

    def plain(readings: str) -> str:
        letters = unicodedata.normalize("NFD", readings.split(",")[0])
        return "".join(c for c in letters if not unicodedata.combining(c)) + " "

    return {character: plain(readings) for character, readings in pinyin_dict.items()}


def pinyin_of(session: "Session", names: str) -> None:
    """`pinyin` (name, pinyin) of the session, for what the query `names` gives. By way of Arrow: a name at a time
    costs a microsecond."""
    import pyarrow as pa

    table = sounds()
    found: Any = session.connection.sql(f"select distinct name from ({names}) n(name) where name is not null")
    batches = []
    for batch in found.to_arrow_reader(100_000):
        heard = [name.translate(table) for name in batch.column(0).to_pylist()]
        batches.append(pa.record_batch([batch.column(0), pa.array(heard, pa.string())], ["name", "pinyin"]))
    schema = pa.schema([("name", pa.string()), ("pinyin", pa.string())])
    session.connection.register("heard", pa.Table.from_batches(
        [b.cast(schema) for b in batches], schema))
    session.connection.execute("create or replace temp table pinyin as select * from heard")
    session.connection.unregister("heard")
