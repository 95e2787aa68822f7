"""What people are called: surnames of Fujian and of the country, given names of each generation."""

import numpy as np
import pyarrow as pa

from ludao.demo.population.seeds import Chance, falling, pick

# Shares in percent, from general knowledge of the censuses; what is missing to 100 falls on the last line.
FUJIAN = dict(
    陈=11.6, 林=10.4, 黄=6.1, 张=5.4, 吴=4.7, 李=4.4, 郑=3.9, 王=3.9, 刘=2.6, 苏=2.2, 蔡=2.2, 叶=2.1, 杨=2.0, 许=1.9, 曾=1.6, 郭=1.6,
    洪=1.5, 周=1.4, 庄=1.3, 谢=1.3, 徐=1.1, 何=1.0, 赖=0.9, 邱=0.9, 江=0.9, 罗=0.9, 朱=0.9, 卢=0.8, 方=0.8, 翁=0.8, 余=0.8, 彭=0.7,
    潘=0.7, 魏=0.7, 詹=0.7, 纪=0.7, 白=0.6, 颜=0.6, 柯=0.6, 施=0.6, 高=0.6, 胡=0.5, 沈=0.5, 赵=0.5, 戴=0.5, 康=0.4, 汪=0.4, 邵=0.3,
    欧阳=0.2, 上官=0.1,
)
COUNTRY = dict(
    王=7.2, 李=7.2, 张=6.8, 刘=5.4, 陈=4.6, 杨=3.1, 黄=2.3, 赵=2.3, 吴=2.0, 周=1.9, 徐=1.5, 孙=1.5, 马=1.3, 朱=1.3, 胡=1.2, 郭=1.2,
    何=1.2, 林=1.2, 高=1.1, 罗=1.1, 郑=0.9, 梁=0.9, 谢=0.8, 宋=0.8, 唐=0.7, 许=0.7, 邓=0.7, 韩=0.7, 冯=0.7, 曹=0.6, 彭=0.6, 曾=0.6,
    肖=0.6, 田=0.5, 董=0.5, 潘=0.5, 袁=0.5, 蔡=0.5, 蒋=0.5, 余=0.5, 于=0.5, 杜=0.5, 叶=0.4, 程=0.4, 魏=0.4, 苏=0.4, 吕=0.4, 丁=0.4,
    任=0.4, 卢=0.4, 姚=0.4, 钟=0.4, 姜=0.4, 崔=0.4, 谭=0.3, 陆=0.3, 范=0.3, 汪=0.3, 廖=0.3, 石=0.3, 金=0.3, 贾=0.3, 韦=0.3, 夏=0.3,
    傅=0.2, 方=0.2, 邹=0.2, 熊=0.2, 白=0.2, 孟=0.2, 秦=0.2, 邱=0.2, 侯=0.2, 江=0.2, 尹=0.2, 薛=0.2, 闫=0.2, 段=0.2, 雷=0.2, 龙=0.2,
    黎=0.2, 史=0.2, 陶=0.1, 贺=0.1, 毛=0.1, 郝=0.1, 顾=0.1, 龚=0.1, 邵=0.1, 万=0.1, 覃=0.1, 武=0.1, 钱=0.1, 欧阳=0.1, 司马=0.02, 诸葛=0.01,
)
SURNAMES = list(dict.fromkeys([*FUJIAN, *COUNTRY]))
_SHARES = {local: np.array([table.get(name, 0.005) for name in SURNAMES])
           for local, table in ((True, FUJIAN), (False, COUNTRY))}
# First year of a generation, share of one-character names, men's and women's characters by frequency.
GENERATIONS = (
    (1900, 0.10, "福金国文明水清德天生木财成义顺春发贵根旺火土龙永炳添来庆", "秀玉英金珍兰凤桂花美素宝月香梅菊珠琴娥莲妹治娇英春赛"),
    (1950, 0.12, "国建志明文华福金荣清德辉平忠民生庆良成永顺水安木龙春海军", "丽秀美玉英珍华琴兰珠红凤素月惠桂香霞梅萍芳宝碧娟琼金淑云"),
    (1970, 0.32, "志建伟文明军勇辉强峰斌华平国海波林荣忠东杰宏刚毅生涛亮彬", "丽芳美燕玲红霞艳萍英敏娟梅琴娜华静惠秀云晓清珍莉琼碧慧丹"),
    (1985, 0.30, "伟杰志鑫强磊超俊鹏浩涛斌宇辉毅龙峰明文凯晓健彬亮雷阳翔林", "婷丽雅静娜燕敏晓艳莉雪玲芳慧娟丹倩琳颖佳萍洁梅露璐薇妮蓉"),
    (2000, 0.12, "宇浩俊杰鑫轩佳文博泽涛伟子豪晨毅凯志嘉铭睿翔林天航坤皓锋", "婷欣雨佳怡雯琪静颖雅诗晓慧思琳妍莹瑶萱梦语嘉馨洁涵倩悦彤"),
    (2012, 0.04, "梓宇泽浩轩子晨铭辰睿嘉奕俊沐煜博皓航宸霖昊恩瑞希哲翊凯言", "梓涵欣怡雨诺一萱语佳妍悦可思彤琪芷依诗若安沐瑶梦晨恩熙柠"),
)
# Characters that sound or look alike, as clerks mistake them.
ALIKE = dict(pair for two in ["伟纬", "芳方", "敏闽", "静靖", "丽莉", "磊雷", "军君", "洋阳", "勇永", "艳燕", "杰洁", "娟涓", "涛滔", "明名", "超朝", "霞侠", "平萍", "刚钢", "桂贵", "辉晖", "建健", "华桦", "玉钰", "婷亭", "宇雨", "欣心", "梓子", "涵含", "轩宣", "怡宜", "晨辰", "浩皓", "泽择", "佳嘉", "俊峻", "诗思", "雅亚", "志智", "文雯", "国帼", "红虹", "英瑛", "梅玫", "兰岚", "春椿", "金锦", "东冬", "林琳", "成诚", "斌彬", "强镪", "珍贞", "秀绣", "鑫馨", "鹏朋", "晓小", "慧惠", "倩茜", "颖影", "萱宣", "悦月", "瑶谣", "博搏", "铭茗", "睿瑞", "陈程", "黄王", "吴伍", "郑正", "许徐", "蔡菜", "叶业", "曾增", "郭锅", "洪宏", "周邹", "庄装", "谢榭"] for pair in ((two[0], two[1]), (two[1], two[0])))


def surnames(rng: Chance, is_local: np.ndarray) -> np.ndarray:
    """Indexes into SURNAMES."""
    chosen = pick(rng, _SHARES[False], len(is_local))
    chosen[is_local] = pick(rng, _SHARES[True], int(is_local.sum()))
    return chosen


def given_names(rng: Chance, born_in: np.ndarray, is_male: np.ndarray) -> pa.Array:
    """One or two characters as the generation liked them."""
    first, second = np.full(len(born_in), "", dtype="U1"), np.full(len(born_in), "", dtype="U1")
    ends = [year for year, *_ in GENERATIONS[1:]] + [9999]
    for (year, single, men, women), end in zip(GENERATIONS, ends, strict=True):
        for characters, male in ((men, True), (women, False)):
            of = np.flatnonzero((born_in >= year) & (born_in < end) & (is_male == male))
            letters, shares = np.array(list(characters)), falling(len(characters), 0.6)
            first[of] = letters[pick(rng, shares, len(of))]
            second[of] = np.where(rng.random(len(of)) < single, "", letters[pick(rng, shares, len(of))])
    return pa.array(np.char.add(first, second).astype(object), pa.utf8())
