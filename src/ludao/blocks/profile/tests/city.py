"""A small town of records with known truth: households, their rows in several offices, and what went wrong."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from ludao.base.identifiers import id_check_digit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄江吕何罗高潘"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉珍文辉力建国凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳"
ROADS = ["中山路", "湖滨南路", "禾祥西路", "莲花北路", "杏林北路", "集源路", "同集北路", "新店路", "吕岭路", "仙岳路"]


def person_id(random, born, is_male):
    head = f"35990{random.randint(1, 9)}{born:%Y%m%d}{random.randint(0, 99):02d}{random.randrange(5) * 2 + is_male}"
    return head + id_check_digit(head)


def people(number, seed=1):
    random, made, seen = Random(seed), [], set()
    while len(made) < number:
        born = date(1940, 1, 1) + timedelta(days=random.randrange(28000))
        is_male = random.randrange(2)
        number_id = person_id(random, born, is_male)
        if number_id in seen:
            continue
        seen.add(number_id)
        name = random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2, 2))))
        place = f"厦门市思明区{random.choice(ROADS)}{random.randint(1, 400)}号{random.randint(1, 30)}01室"
        made.append({"person": f"p{len(made)}", "id_number": number_id, "name": name, "sex": "男" if is_male else "女",
                     "birth_on": born, "phone": f"154{random.randrange(10**8):08d}", "address": place,
                     "area_code": "350203001001"})
    return made


def records(persons, seed=2):
    """(resident, insurance, vaccination) rows; the truth is in `person`."""
    random = Random(seed)
    resident, insurance, vaccination = [], [], []
    for number, p in enumerate(persons):
        row = {**p, "updated_at": NOW}
        resident.append(row | {"ethnicity": "汉族", "household_id": f"h{number // 3}", "status": "正常"})
        insurance.append({**row, "ss_number": f"s{number}", "credit_code": "", "ended_on": None})
        for dose in range(2):
            v = {**row, "record_number": f"v{number}-{dose}"}
            if random.random() < 0.4:
                v["id_number"] = ""
                kind = random.randrange(4)
                if kind == 1 and len(v["name"]) == 3:
                    v["name"] = v["name"][:2] + random.choice(GIVEN)
                if kind == 2:
                    v["birth_on"] = v["birth_on"] + timedelta(days=1)
                if kind == 3:
                    v["phone"] = ""
            vaccination.append(v)
    return resident, insurance, vaccination


def load(lake, persons, what=("resident", "insurance", "vaccination")):
    import pyarrow as pa

    rows = dict(zip(("resident", "insurance", "vaccination"), records(persons), strict=True))
    keys = {"resident": ("source.police.resident", "id_number"), "insurance": ("source.social.insurance", "ss_number"),
            "vaccination": ("source.health.vaccination", "record_number")}
    for name in what:
        address, key = keys[name]
        table = pa.Table.from_pylist(rows[name])
        if "ended_on" in table.schema.names:
            at = table.schema.get_field_index("ended_on")
            table = table.set_column(at, "ended_on", table["ended_on"].cast(pa.date32()))
        if not lake.exists(address):
            lake.create(address, table.schema, key=(key,), buckets=2)
        lake.merge(address, table)
    return {(keys[name][0], row[keys[name][1]]): row["person"] for name in what for row in rows[name]}


def score(lake, truth, address="data.person.record", entity="person_id"):
    """Precision, recall and F1 over pairs of records."""
    from collections import Counter

    rows = lake.sql(f"select source, record_key, {entity} as entity from {address}").rows()
    found = {(r["source"], r["record_key"]): r["entity"] for r in rows}

    def pairs(names):
        return sum(n * (n - 1) // 2 for n in Counter(names).values())

    both = pairs((found[key], person) for key, person in truth.items())
    claimed, true = pairs(found[key] for key in truth), pairs(truth.values())
    precision, recall = both / claimed, both / true
    return precision, recall, 2 * precision * recall / (precision + recall)
