"""What companies do: trades by GB/T 4754-2017, with their weight in the city, usual size and words for names."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Trade(NamedTuple):
    code: str
    name: str
    weight: float  # share among companies
    traders: float  # share among sole traders
    size: float  # usual number of employees of a company
    margin: float  # revenue in 10,000 yuan an employee
    word: str  # in a company's name


_FILE = Path(__file__).parent / "content" / "trades.csv"
_FIGURES = ("weight", "traders", "size", "margin")
TRADES = [Trade(row["code"], row["name"], *(float(row[name]) for name in _FIGURES), row["word"])
          for row in csv.DictReader(_FILE.open(encoding="utf-8"))]
CODES = np.array([trade.code for trade in TRADES])
NAMES = [trade.name for trade in TRADES]
WORDS = [trade.word for trade in TRADES]
SIZES = np.array([trade.size for trade in TRADES])
MARGINS = np.array([trade.margin for trade in TRADES])
IS_INDUSTRY = (CODES >= "1300") & (CODES < "4700")
IS_SCIENCE = np.array([code[:2] in {"27", "35", "38", "39", "65", "73"} for code in CODES])
IS_TRADE = np.array([code in {"5164", "5181", "5132", "5127", "5292"} or "1300" <= code < "4400" for code in CODES])


def shares(traders: bool) -> np.ndarray:
    weights = np.array([trade.traders if traders else trade.weight for trade in TRADES])
    return weights / weights.sum()
