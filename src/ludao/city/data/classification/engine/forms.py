"""What values look like: each test says of one value whether it has the form, check digits included."""

import re
from collections.abc import Callable, Sequence

from ludao.base import identifiers
from ludao.base.errors import Problem

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安"
    "齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路"
    "游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂"
    "全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕"
    "楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈")
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "皇甫", "司徒", "令狐", "慕容", "尉迟", "公孙", "长孙", "夏侯")
COMPANY = re.compile(
    r"(公司|厂|店|铺|行|社|中心|集团|事务所|合伙|企业|经营部|工作室|馆|院|餐厅|超市|商行)(（.*）|\(.*\))?$")
INSTITUTION = re.compile(
    r"(医院|学校|小学|中学|幼儿园|大学|学院|卫生院|服务中心|卫生服务|法院|门诊部|保健院|疾控|实验|诊所|[一二三四五六七八九十]中)")
ADDRESS = re.compile(r"(路|街|巷|里|弄|村|道|社|小区|花园|组).{0,12}?\d+|\d+\s*(号|室|栋|幢|单元)")
PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][·.]?[0-9A-Z]{5,6}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.I)
HEALTH = re.compile(
    r"(疫苗|肢体|视力|听力|言语|智力|精神|残疾|糖尿病|高血压|肿瘤|感染|病|症|流感|乙肝|百白破|脊灰|卡介苗)")
NATIONS = re.compile(
    r"(汉|满|回|苗|壮|蒙古|藏|维吾尔|彝|布依|朝鲜|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|仡佬|其他)族?")
CODE = re.compile(r"[0-9A-Za-zⅠ-Ⅻ\u4e00-\u9fff〔〕（）()\[\]第号\-_/·.]{4,40}")


def passes(check: Callable[[str], object]) -> Callable[[str], bool]:
    def test(value: str) -> bool:
        try:
            check(value)
        except Problem:
            return False
        return True

    return test


def person_name(value: str) -> bool:
    value = value.strip()
    return bool(re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", value)) and (value[0] in SURNAMES or value.startswith(COMPOUND))


def bank_card(value: str) -> bool:
    """GB/T 19584: 16 to 19 digits with the check digit of Luhn."""
    if not re.fullmatch(r"[3-6]\d{15,18}", value):
        return False
    digits = [int(d) for d in reversed(value)]
    return sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(digits)) % 10 == 0


def record_number(value: str) -> bool:
    return bool(CODE.fullmatch(value)) and bool(re.search(r"\d{3}", value))


FORMS: dict[str, Callable[[str], bool]] = {
    "id_number": passes(identifiers.resident_id),
    "credit_code": passes(identifiers.credit_code),
    "phone": lambda v: bool(re.fullmatch(r"(\+?86)?1[3-9]\d{9}", re.sub(r"[\s-]", "", v))),
    "bank_card": bank_card,
    "email": lambda v: bool(EMAIL.fullmatch(v)),
    "plate": lambda v: bool(PLATE.fullmatch(v)),
    "address": lambda v: len(v) >= 6 and bool(ADDRESS.search(v)),
    "enterprise_name": lambda v: len(v) >= 4 and bool(COMPANY.search(v)),
    "party_name": lambda v: person_name(v) or bool(COMPANY.search(v)),
    "person_name": person_name,
    "institution": lambda v: bool(INSTITUTION.search(v)),
    "sex": lambda v: v in {"男", "女", "男性", "女性", "0", "1", "2", "9", "M", "F", "male", "female"},
    "ethnicity": lambda v: bool(NATIONS.fullmatch(v)),
    "health": lambda v: bool(HEALTH.search(v)),
    "area_code": lambda v: bool(re.fullmatch(r"[1-9]\d{5}(\d{3})?(\d{3})?", v)),
    "year": lambda v: bool(re.fullmatch(r"(19|20)\d{2}", v)),
    "month": lambda v: bool(re.fullmatch(r"(19|20)\d{2}-?(0[1-9]|1[0-2])", v)),
    "record_number": record_number,
    "text": lambda v: len(v) >= 10 and not re.fullmatch(r"[\w-]+", v, re.ASCII),
}
FEW = 60


def share(test: str, values: Sequence[str]) -> float | None:
    """The part of the values that pass; None where there are none to look at."""
    if not values:
        return None
    if test == "category":
        return 1.0 if len(set(values)) <= min(FEW, max(2, len(values) // 3)) else 0.0
    form = FORMS[test]
    return sum(form(v.strip()) for v in values) / len(values)
