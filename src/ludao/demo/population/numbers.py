"""Numbers of people and companies, a column at a time: well formed, and belonging to nobody.

The rules are those of `ludao.base.identifiers`, which reads what is made here.
"""

import numpy as np
import pyarrow as pa

from ludao.base import identifiers

INVENTED_AREA = int(identifiers.INVENTED_AREA)
BANKS = ("中国工商银行", "中国建设银行", "中国农业银行", "中国银行", "中国邮政储蓄银行")
SEQUENCES = 490  # of the 499 that a district, day and sex have; the others stay free for the cast
_ID_WEIGHTS = np.array(identifiers._ID_WEIGHTS)
_ID_CHECKS = np.frombuffer(identifiers._ID_CHECKS.encode(), np.uint8)
_CODE_DIGITS = np.frombuffer(identifiers._CODE_DIGITS.encode(), np.uint8)
_CODE_WEIGHTS = np.array(identifiers._CODE_WEIGHTS)
_ORG_WEIGHTS = np.array(identifiers._ORG_WEIGHTS)
_ORG_CHECKS = np.frombuffer(b"0123456789X0", np.uint8)
_ORG_VALUE = np.array([identifiers._ORG_DIGITS.find(chr(code)) for code in range(128)])
_CODE_VALUE = np.array([identifiers._CODE_DIGITS.find(chr(code)) for code in range(128)])


def texts(characters: np.ndarray) -> pa.Array:
    """A matrix of ASCII characters, one row a text."""
    rows, width = characters.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(characters, dtype=np.uint8)
    return pa.Array.from_buffers(pa.utf8(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers.astype(np.int64)[:, None] // powers) % 10


def padded(numbers: np.ndarray, width: int) -> pa.Array:
    """Numbers as texts with leading zeros."""
    return texts(digits(numbers, width) + ord("0"))


def calendar(days: np.ndarray) -> np.ndarray:
    """Days as the number yyyymmdd."""
    months = days.astype("M8[M]")
    year, month = days.astype("M8[Y]").astype(np.int64) + 1970, months.astype(np.int64) % 12 + 1
    return year * 10_000 + month * 100 + (days - months).astype(np.int64) + 1


def resident_ids(home: np.ndarray, born_on: np.ndarray, sequence: np.ndarray) -> pa.Array:
    """`home`: two digits of the district meant; `sequence`: three digits, odd for men."""
    first17 = ((INVENTED_AREA * 100 + home) * 10**8 + calendar(born_on)) * 1000 + sequence
    body = digits(first17, 17)
    return texts(np.column_stack([body + ord("0"), _ID_CHECKS[body @ _ID_WEIGHTS % 11]]))


def free_sequences(
    home: np.ndarray, born_on: np.ndarray, is_male: np.ndarray, window: int, windows: int
) -> tuple[np.ndarray, np.ndarray]:
    """(home, sequence) so that no two of the city share a number: each part of the city has its own window.

    Who finds the window full gets another home's digits; GB/T 2260 knows none of these anyway.
    """
    size = max(1, SEQUENCES // windows)
    group = (home.astype(np.int64) * 10**8 + calendar(born_on)) * 2 + is_male
    order = np.argsort(group, kind="stable")
    same = np.r_[False, group[order][1:] == group[order][:-1]]
    starts = np.maximum.accumulate(np.where(same, 0, np.arange(len(group))))
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - starts
    overflow, slot = rank // size, window * size + rank % size
    # 131 has no factor in common with 490: within a day every slot keeps a number of its own.
    mixed = (slot * 131 + calendar(born_on) * 37) % SEQUENCES
    return (home + 11 * overflow) % 100, mixed * 2 + np.where(is_male, 1, 2)


def credit_codes(kind: np.ndarray, home: np.ndarray, serial: np.ndarray) -> pa.Array:
    """`kind`: 1 company, 2 sole trader, 3 cooperative; every serial below 31⁸ gives a body of its own."""
    mixed = serial.astype(object) * 498_973_265_591 % 31**8
    mixed = mixed.astype(np.int64)
    body = _CODE_DIGITS[(mixed[:, None] // 31 ** np.arange(7, -1, -1, dtype=np.int64)) % 31]
    check = _ORG_CHECKS[11 - (_ORG_VALUE[body] @ _ORG_WEIGHTS % 11)]
    area = digits(INVENTED_AREA * 100 + home, 6) + ord("0")
    first17 = np.column_stack([np.full(len(body), ord("9")), kind + ord("0"), area, body, check]).astype(np.uint8)
    last = _CODE_DIGITS[-(_CODE_VALUE[first17] @ _CODE_WEIGHTS) % 31]
    return texts(np.column_stack([first17, last]))


def mobiles(serial: np.ndarray) -> pa.Array:
    """Numbers of the 154 range that no operator has; every serial below 10⁸ gives another."""
    return padded(int(identifiers.INVENTED_MOBILE) * 10**8 + serial.astype(np.int64) * 61_803_399 % 10**8, 11)


def bank_cards(serial: np.ndarray) -> pa.Array:
    """Nineteen digits with Luhn's; the first six, 935990, are no bank's (ISO/IEC 7812: 9 is a country's own)."""
    body = digits(935_990 * 10**12 + serial.astype(np.int64) * 61_803_399 % 10**12, 18)
    doubled = body[:, ::-1].copy()
    doubled[:, ::2] = doubled[:, ::2] * 2 // 10 + doubled[:, ::2] * 2 % 10
    return texts(np.column_stack([body, -doubled.sum(axis=1) % 10]) + ord("0"))
