"""The 12345 hotline: what callers want; known by telephone and a name, often only a surname."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded
from ludao.demo.population import cast, places
from ludao.demo.population.city import Part
from ludao.demo.population.people import DAY
from ludao.demo.population.seeds import falling, pick

# topic, what is said after the place
TOPICS = (
    ("噪音扰民", "附近工地夜间施工，噪音很大，影响休息。"), ("违章停车", "路边长期违停，占用消防通道。"),
    ("小区物业", "物业收费后电梯长期不修。"), ("社会保险", "咨询社保转移接续怎么办理。"),
    ("医疗保险", "咨询异地就医备案和报销比例。"), ("公积金", "咨询公积金提取条件。"),
    ("劳动纠纷", "用人单位拖欠工资两个月。"), ("消费维权", "商家拒绝退货，请求协调。"),
    ("市容环境", "垃圾桶满溢无人清理。"), ("入学入园", "咨询小学入学积分办法。"),
    ("道路设施", "人行道地砖破损，老人易摔倒。"), ("供水供电", "家中停水，询问恢复时间。"),
    ("户籍居住证", "咨询居住证续签手续。"), ("油烟污染", "楼下餐饮店油烟直排。"),
    ("惠企政策", "咨询小微企业补贴申请条件。"), ("公共交通", "公交班次间隔太长。"),
    ("养老服务", "咨询高龄津贴怎么领取。"),
)
CALLS = 0.55  # a resident in the last year and ten months


def call(part: Part) -> Rows:
    people, rng = part.people, part.chance("call")
    grown = np.flatnonzero((people.age(part.as_of) >= 18) & people.is_alive)
    count = round(CALLS * len(people))
    who = grown[pick(rng, falling(len(grown), 0.2), count)]
    brief = rng.random(count) < 0.45  # 李先生
    if part.number == 0:
        who[:3], brief[:3] = (cast.LILEI, cast.HAN, cast.LILEI), False
    day = part.as_of - rng.integers(1, 660, count) * DAY
    hour = pick(rng, np.array([1, 1, 1, 1, 1, 2, 4, 8, 14, 15, 14, 11, 9, 11, 13, 13, 11, 9, 7, 7, 6, 5, 3, 2]), count)
    called = day.astype("M8[s]") + hour * 3600 + rng.integers(0, 3600, count)
    topic, community = pick(rng, falling(len(TOPICS), 0.5), count), people.community[who]
    at = pa.array(who)
    title = choose(("女士", "先生"), people.is_male[who].astype(int))
    short = pc.binary_join_element_wise(pc.utf8_slice_codeunits(people.names.take(at), 0, 1), title, "")
    columns = {
        "order_number": coded("12345", part, count), "phone": people.phones.take(at),
        "name": pc.if_else(pa.array(brief), short, people.names.take(at)),
        "called_at": pa.array(called), "topic": choose([topic for topic, _ in TOPICS], topic),
        "area_code": places.communities().codes.take(pa.array(community)),
        "content": pc.binary_join_element_wise(
            places.communities().names.take(pa.array(community)), "：", choose([said for _, said in TOPICS], topic), "",
        ),
    }
    return Rows(columns, day + 2 * DAY, [About(who, {"phone": "phone"})])
