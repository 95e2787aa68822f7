"""The door of charts: draw a declared one or one's own figures, small lines, boards and what people keep."""

from ludao.blocks.chart import boards
from ludao.blocks.chart.drawing import draw, total, within
from ludao.blocks.chart.engine.asking import Kept, kept_of
from ludao.blocks.chart.engine.spec import Spec, checked, read
from ludao.blocks.chart.figures import Figure, Series, figure_text, sparkline
from ludao.blocks.chart.judging import judge_by, judged
from ludao.blocks.chart.keeping import get, of_domain, ship
from ludao.blocks.chart.models import Board, Brief, Chart, Favourite, Share
from ludao.blocks.chart.sourcing import source
from ludao.blocks.chart.views import file_of

__all__ = ["Board", "Brief", "Chart", "Favourite", "Figure", "Kept", "Series", "Share", "Spec", "boards", "checked",
           "draw", "figure_text", "file_of", "get", "judge_by", "judged", "kept_of", "of_domain", "read", "ship",
           "source", "sparkline", "total", "within"]
