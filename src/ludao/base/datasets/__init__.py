"""Datasets: what a subsystem publishes of its tables, by address, read by right, grade and moment."""

from ludao.base.datasets.asking import Malformed
from ludao.base.datasets.dataset import Column, Dataset, HeaderError
from ludao.base.datasets.header import parse
from ludao.base.datasets.house import every, faults, get
from ludao.base.datasets.kinds import kinds_of
from ludao.base.datasets.reading import Page, outside, read, stream
from ludao.base.datasets.views import query

__all__ = ["Column", "Dataset", "HeaderError", "Malformed", "Page", "every", "faults", "get", "kinds_of", "outside",
           "parse", "query", "read", "stream"]
