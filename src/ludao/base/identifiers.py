"""Numbers that name people and enterprises: check digits, what they say, and invented ones for the demo.

Resident id: GB 11643-1999. Unified social credit code: GB 32100-2015 with the organisation code of GB 11714.
Invented numbers carry the area code 3599xx. GB/T 2260 gives prefectures 01–70 and 90 only, so no authority
can ever issue one; the last two digits stay those of the Xiamen district meant (350203 → 359903).
Mobile numbers have no range reserved for fiction: invented ones begin with 154, which the ministry has not
allotted to an operator; whatever sends messages asks `is_invented` first.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from ludao.base.errors import Problem
from ludao.base.text import t

INVENTED_AREA = "3599"
INVENTED_MOBILE = "154"
_ID_WEIGHTS = tuple(2 ** (17 - n) % 11 for n in range(17))
_ID_CHECKS = "10X98765432"
_CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = tuple(3**n % 31 for n in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REGISTRARS = {
    "1": t("机构编制", "Public institutions"),
    "5": t("民政", "Civil affairs"),
    "9": t("市场监管", "Market regulation"),
    "A": t("中央军委改革和编制", "Military"),
    "N": t("农业农村", "Agriculture"),
    "Y": t("其他", "Other"),
}


@dataclass(frozen=True)
class ResidentId:
    """What a resident id number says."""

    number: str
    area: str
    born_on: date
    sex: Literal["male", "female"]

    @property
    def is_invented(self) -> bool:
        return self.area.startswith(INVENTED_AREA)

    def age_on(self, day: date) -> int:
        """Full years; who is born on 29 February is a year older on 1 March."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True)
class CreditCode:
    """What a unified social credit code says."""

    code: str
    registrar: str
    kind: str
    area: str
    organisation_code: str

    @property
    def is_invented(self) -> bool:
        return self.area.startswith(INVENTED_AREA)


def resident_id(text: str, field: str = "", as_of: date | None = None) -> ResidentId:
    """Read a resident id number, or say what is wrong with it. `as_of`: born later than that is refused."""
    number = _plain(text)
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number, re.ASCII):
        raise Problem(
            t("身份证号应为18位：17位数字加校验码", "A resident id has 18 digits, the last may be X"),
            field=field,
        )
    try:
        born_on = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        born_on = None
    if born_on is None or born_on.year < 1850 or (as_of and born_on > as_of):
        raise Problem(
            t(f"身份证号中的出生日期{number[6:14]}不存在", f"No such birth date in the id: {number[6:14]}"),
            field=field,
        )
    if number[17] != id_check_digit(number[:17]):
        raise Problem(
            t("身份证号校验码不符，请核对有无错字", "The check digit does not fit: look for a typing error"),
            field=field,
        )
    return ResidentId(number, number[:6], born_on, "male" if int(number[16]) % 2 else "female")


def id_check_digit(first17: str) -> str:
    """ISO 7064 MOD 11-2."""
    return _ID_CHECKS[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def credit_code(text: str, field: str = "") -> CreditCode:
    """Read a unified social credit code, or say what is wrong with it."""
    code = _plain(text)
    if not re.fullmatch(rf"[{_CODE_DIGITS}]{{2}}\d{{6}}[{_CODE_DIGITS}]{{10}}", code, re.ASCII):
        raise Problem(
            t(
                "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）",
                "A credit code has 18 digits or capitals other than I, O, S, V, Z",
            ),
            field=field,
        )
    if code[16] != organisation_check_digit(code[8:16]) or code[17] != credit_check_digit(code[:17]):
        raise Problem(
            t("统一社会信用代码校验码不符，请核对", "The check digit of the credit code does not fit"),
            field=field,
        )
    return CreditCode(code, code[0], code[1], code[2:8], code[8:17])


def organisation_check_digit(first8: str) -> str:
    """GB 11714."""
    rest = 11 - sum(_ORG_DIGITS.index(d) * w for d, w in zip(first8, _ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def credit_check_digit(first17: str) -> str:
    """GB 32100: powers of 3 modulo 31."""
    total = sum(_CODE_DIGITS.index(d) * w for d, w in zip(first17, _CODE_WEIGHTS, strict=True))
    return _CODE_DIGITS[-total % 31]


def mobile(text: str, field: str = "") -> str:
    """The 11 digits of a mobile number of the mainland, however it was written."""
    digits = re.sub(r"^(\+|00)86", "", re.sub(r"[\s\-()]", "", _plain(text)))
    if not re.fullmatch(r"1[3-9]\d{9}", digits, re.ASCII):
        raise Problem(t("手机号应为1开头的11位数字", "A mobile number has 11 digits and begins with 1"), field=field)
    return digits


def bank_card(text: str, field: str = "") -> str:
    """The digits of a bank card's number, checked by its last one (ISO/IEC 7812-1, annex B: Luhn)."""
    digits = re.sub(r"[\s-]", "", _plain(text))
    if not re.fullmatch(r"\d{15,19}", digits, re.ASCII):
        raise Problem(t("银行卡号应为15至19位数字", "A bank card's number has 15 to 19 digits"), field=field)
    if not is_luhn(digits):
        raise Problem(
            t("银行卡号校验不符，请对照卡面核对", "The card's number does not fit its check digit: look at the card"),
            field=field,
        )
    return digits


def is_luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def is_invented(number: str) -> bool:
    """Whether a resident id, credit code or mobile number was made here and belongs to nobody."""
    plain = _plain(number)
    if len(plain) == 18:
        return INVENTED_AREA in (plain[:4], plain[2:6])
    return plain.startswith(INVENTED_MOBILE)


def invent_resident_id(random: Random, born_on: date, sex: str = "male", district: str = "03") -> str:
    """A well-formed resident id that nobody can have."""
    sequence = random.randrange(499) * 2 + (1 if sex == "male" else 2)
    first17 = f"{INVENTED_AREA}{district}{born_on:%Y%m%d}{sequence:03}"
    return first17 + id_check_digit(first17)


def invent_credit_code(random: Random, registrar: str = "9", kind: str = "1", district: str = "03") -> str:
    """A well-formed credit code that nobody can have."""
    body = "".join(random.choices(_CODE_DIGITS, k=8))
    first17 = f"{registrar}{kind}{INVENTED_AREA}{district}{body}{organisation_check_digit(body)}"
    return first17 + credit_check_digit(first17)


def invent_mobile(random: Random) -> str:
    return f"{INVENTED_MOBILE}{random.randrange(10**8):08}"


def invent_birth_date(random: Random, oldest: date, youngest: date) -> date:
    return oldest + timedelta(days=random.randrange((youngest - oldest).days + 1))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper().replace(" ", "")
