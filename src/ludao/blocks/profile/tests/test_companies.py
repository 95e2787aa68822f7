"""Records of several offices become enterprises: by the credit code, whatever the name, and by a clerk's word."""

from random import Random

import pytest

from ludao.base.identifiers import invent_credit_code

pytestmark = pytest.mark.django_db
TRADES = ("贸易", "电子科技", "餐饮管理", "建筑工程", "物流", "生物医药", "文化传媒", "机械制造")
WORDS = "鹭岛海沧金龙宏发建霖盈趣亿联美图吉比特瑞尔安井弘信光莆田华厦商达远程通泰和顺兴"


def companies(number):
    random, made, seen = Random(3), [], set()
    while len(made) < number:
        word = "".join(random.choice(WORDS) for _ in range(3))
        if word in seen:
            continue
        seen.add(word)
        trade = random.choice(TRADES)
        made.append({"credit_code": invent_credit_code(random), "name": f"厦门{word}{trade}有限公司", "word": word,
                     "trade": trade, "legal_person_name": "陈" + random.choice(WORDS) + random.choice(WORDS),
                     "phone": f"154{random.randrange(10**8):08d}",
                     "address": f"厦门市思明区湖滨南路{len(made) + 1}号{random.randint(1, 30)}01室"})
    return made


def lay(lake, address, key, rows):
    import pyarrow as pa

    table = pa.Table.from_pylist(rows)
    if not lake.exists(address):
        lake.create(address, table.schema, key=key)
    lake.merge(address, table, at=None)


@pytest.fixture
def market(lake):
    made = companies(700)
    lay(lake, "source.market.enterprise", ("credit_code",), [
        {k: v for k, v in one.items() if k not in ("word", "trade")} for one in made])
    return made


def homes(lake):
    rows = lake.sql('select source, record_key, company_id, "by", reason from data.enterprise.record').rows()
    return {(r["source"], r["record_key"]): r for r in rows}


def test_records_of_one_code_are_one_enterprise_whatever_their_name(lake, market):
    from ludao.blocks.profile import public as profile

    lay(lake, "source.tax.taxpayer", ("credit_code", "year"), [
        {"credit_code": one["credit_code"].lower(), "year": "2025", "name": f"{one['word']}{one['trade']}公司",
         "band": "A"} for one in market[:50]])
    profile.link("company")
    found = homes(lake)
    assert lake.sql("select count(*) from data.enterprise.company").one() == len(market)
    for one in market[:50]:
        row = found["source.tax.taxpayer", f"{one['credit_code'].lower()}|2025"]
        assert row["by"] == "id"
        assert row["company_id"] == found["source.market.enterprise", one["credit_code"]]["company_id"]


def test_what_a_clerk_joined_or_parted_holds_for_enterprises(lake, market):
    from ludao.base.actor import Actor
    from ludao.blocks.profile import actions
    from ludao.blocks.profile import public as profile

    lay(lake, "source.court.dishonest", ("case_number",), [
        {"case_number": "x", "party_kind": "enterprise", "credit_code": "", "name": "福州乌山矿业有限公司"},
        {"case_number": "y", "party_kind": "enterprise", "credit_code": market[1]["credit_code"],
         "name": market[1]["name"]}])
    profile.link("company")

    def of(key):
        return homes(lake)["source.court.dishonest", key]["company_id"]

    one, other = (homes(lake)["source.market.enterprise", market[n]["credit_code"]]["company_id"] for n in (0, 1))
    assert of("y") == other
    actor = Actor.system("test")
    actions.join(actor, name="company", entity=one, other=of("x"), reason="更名前的名称")
    actions.split(actor, name="company", entity=other, records="source.court.dishonest#|y", reason="代码抄错")
    for since in (True, False):
        profile.link("company", since=since)
        assert of("x") == one
        assert of("y") != other


def test_a_company_without_a_code_is_known_by_its_name(lake, market):
    """A registered name is one company's in its register (企业名称登记管理规定, article 17)."""
    from ludao.blocks.profile import public as profile

    lay(lake, "source.market.enterprise", ("credit_code",), [{
        **{k: v for k, v in companies(701)[700].items() if k not in ("word", "trade")}, "name": market[7]["name"]}])
    lay(lake, "source.court.dishonest", ("case_number",), [
        {"case_number": "same", "party_kind": "enterprise", "credit_code": "", "name": market[3]["name"]},
        {"case_number": "form", "party_kind": "enterprise", "credit_code": "",
         "name": f"{market[4]['word']}{market[4]['trade']}公司"},
        {"case_number": "twice", "party_kind": "enterprise", "credit_code": "", "name": market[7]["name"]},
        {"case_number": "other", "party_kind": "enterprise", "credit_code": "",
         "name": f"厦门{market[5]['word']}与{market[6]['word']}{market[5]['trade']}有限公司"}])
    for since in (False, True):
        profile.link("company", since=since)
        found = homes(lake)

        def of(key, found=found):
            row = found["source.court.dishonest", key]
            return row["company_id"], row["by"]

        registered = {n: found["source.market.enterprise", market[n]["credit_code"]]["company_id"] for n in range(8)}
        assert of("same") == (registered[3], "weight")
        assert of("twice")[1] == "alone"  # two have the name: a clerk says whose it is
        assert of("form") == (registered[4], "weight")
        assert of("other")[0] not in registered.values()
    assert "别无第二家" in profile.explain("company", found["source.court.dishonest", "same"]["reason"])
