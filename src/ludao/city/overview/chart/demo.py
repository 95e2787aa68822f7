"""The boards of the leaders, over what the departments delivered."""

from ludao.base.actor import Actor
from ludao.blocks.chart import public as charts

BOARDS = {
    "morning": ("早报看板", "Morning board", "每天早上先看的几张图", (
        "overview.chart.new_firms 2 year", "overview.chart.topics 1", "overview.chart.trade 2",
        "overview.chart.calls 1", "overview.chart.output 1", "overview.chart.tax 1", "overview.chart.rd_intensity 1",
        "overview.chart.contributions 2", "overview.chart.residents 1")),
    "economy": ("经济运行看板", "Board of the economy", "工业、商贸、创新与重点企业", (
        "overview.chart.output 1", "overview.chart.intensity 1", "overview.chart.trade 1", "overview.chart.revenue 1",
        "overview.chart.tax_industries 2", "overview.chart.rd 1", "overview.chart.recognitions 2",
        "overview.chart.new_firms 2", "overview.chart.firm_kinds 1", "overview.chart.firms 1",
        "overview.chart.penalties 1", "overview.chart.bands 1", "overview.chart.large_share 1",
        "overview.chart.capital 1", "overview.chart.zone_trade 1")),
}


def finish(actor: Actor, scale: float) -> None:
    """Idempotent: a board that is there stays as its officer left it."""
    for key, (zh, en, lead, tiles) in BOARDS.items():
        charts.boards.found(actor, key, zh, en, lead, tiles)


def load(actor: Actor, scale: float) -> None:
    """The charts are shipped once the departments' data stand."""
    charts.ship(actor)
