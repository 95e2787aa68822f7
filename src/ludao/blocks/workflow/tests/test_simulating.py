"""A simulation finds every way, keeps to the shares that are drawn, and jumps over time."""

from pathlib import Path

from ludao.blocks.workflow.engine.reading import drawing
from ludao.blocks.workflow.engine.simulating import simulate

APPROVAL = (Path(__file__).parents[1] / "content" / "approval.bpmn").read_text(encoding="utf-8")


def test_every_way_is_found_and_timed() -> None:
    found = simulate(APPROVAL, drawing(APPROVAL, is_sketch=True), walks=60)
    assert not found.failed and found.finished == 60 and not found.has_more_ways
    ways = {way.steps for way in found.ways}
    assert ("受理", "审批") in ways and ("受理", "补正", "受理", "审批") in ways
    assert any("督办" in way for way in ways)
    assert found.flows["f0"] == 60 and found.flows["f1"] == found.flows["f2"] + found.flows["f3"]
    assert (found.failed, found.ends.keys()) == ({}, {"办结", "办结、已督办"})
    assert 0 < found.days["p10"] <= found.days["p50"] <= found.days["p90"]


def test_a_share_that_is_drawn_is_kept() -> None:
    text = APPROVAL.replace('<sequenceFlow id="f2"', '<sequenceFlow id="f2" ludao:share="0"')
    assert "f2" not in simulate(text, drawing(text, is_sketch=True), walks=30).flows


def test_nobody_is_late_where_nobody_may_be() -> None:
    found = simulate(APPROVAL, drawing(APPROVAL, is_sketch=True), walks=30, late=0)
    assert "urge" not in found.elements and simulate(
        APPROVAL, drawing(APPROVAL, is_sketch=True), walks=30, late=1
    ).elements["urge"].count == 30
