"""Who the cast of the demonstration are, and the numbers invented for them; the generated city knows them too."""

from datetime import date
from random import Random

from ludao.base import identifiers

REGISTERED, NUMBER, COUNTER = 0, 2, 3  # how well a person is known; the same as `Person.assurance` says
# user name, name, name in English, born, sex, assurance
CAST = (
    ("lilei", "李雷", "Li Lei", "1990-04-12", "male", NUMBER),
    ("hanmeimei", "韩梅梅", "Han Meimei", "1988-09-03", "female", COUNTER),
    ("wangke", "王科", "Wang Ke", "1985-06-21", "female", COUNTER),
    ("chenqu", "陈区", "Chen Qu", "1982-11-30", "male", COUNTER),
    ("linju", "林局", "Lin Ju", "1972-02-08", "male", COUNTER),
    ("shuguan", "数管", "Shu Guan", "1991-01-17", "female", COUNTER),
    ("zhao", "赵", "Zhao", "1995-07-25", "male", REGISTERED),
    ("yunwei", "运维", "Yun Wei", "1987-12-05", "male", COUNTER),
    ("shenji", "沈计", "Shen Ji", "1979-03-16", "female", COUNTER),
)
SHOP = ("鹭岛韩记茶铺（演示）", "Han's Tea Shop (demonstration)")


def numbers(seed: int | str, born: str, sex: str) -> tuple[str, str]:
    """A telephone number and an id number that nobody can have; the same for the same seed."""
    random = Random(seed)
    return identifiers.invent_mobile(random), identifiers.invent_resident_id(random, date.fromisoformat(born), sex)


def shop_code() -> str:
    return identifiers.invent_credit_code(Random(2022))
