"""The door of places: layers as people see them, where addresses and points are, the map of a page."""

from ludao.blocks.place.declared import Layer, shipped
from ludao.blocks.place.geocoding import Areas as AreasOf
from ludao.blocks.place.geocoding import Found, area_of, areas, buffer, geocode, metres, reverse
from ludao.blocks.place.mapping import map_of
from ludao.blocks.place.models import Address, Outline
from ludao.blocks.place.registers import spots
from ludao.blocks.place.seeing import Seen, every, find, see
from ludao.blocks.place.summing import by_area, by_word, flows, names, over_time, sources, span, total, words_of
from ludao.blocks.place.tiling import tile
from ludao.blocks.place.views import rows_of

__all__ = [
    "Address",
    "AreasOf",
    "Found",
    "Layer",
    "Outline",
    "Seen",
    "area_of",
    "areas",
    "buffer",
    "by_area",
    "by_word",
    "every",
    "find",
    "flows",
    "geocode",
    "map_of",
    "metres",
    "names",
    "over_time",
    "reverse",
    "rows_of",
    "see",
    "shipped",
    "sources",
    "spots",
    "span",
    "tile",
    "total",
    "words_of",
]
