"""Charts are judged by the city's indicators: this folder knows both."""

from collections.abc import Mapping, Sequence

from ludao.base.text import pick
from ludao.blocks.chart import public as charts
from ludao.blocks.indicator import public as indicator


class Indicators:
    """As charts ask for them."""

    def cards(self, codes: Sequence[str], area: str) -> Sequence[indicator.Card]:
        return indicator.cards(codes, area or indicator.CITY)

    def titles(self) -> Mapping[str, str]:
        return {code: pick(one.zh, one.en) for code, one in indicator.known().definitions.items()}


charts.judge_by(Indicators())
