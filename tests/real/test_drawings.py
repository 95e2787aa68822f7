"""The reference drawings of the BPMN model interchange group: read, gone through, and run as far as they honestly can.

All are read and shown. A drawing that says it is not executable, or that lacks what only a programmer's tool adds (an
expression language, an empty sub-process, a loop without an end), is gone through by the simulation, which plays what
is not said. What says it is executable begins for real, and stops where it asks for something of its own tool.
"""

import os
from pathlib import Path

import pytest

from ludao.base.errors import LudaoError
from ludao.blocks.workflow.engine.checking import check
from ludao.blocks.workflow.engine.reading import drawing, xml
from ludao.blocks.workflow.engine.running import Run
from ludao.blocks.workflow.engine.seats import BPMN
from ludao.blocks.workflow.engine.simulating import simulate

FOLDER = Path(os.environ.get("LUDAO_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "bpmn_miwg"
FILES = sorted(FOLDER.glob("*.bpmn"))
pytestmark = pytest.mark.real
# What the simulation cannot go through; the test tells why in the reader's or the library's own words.
NOT_PLAYED = {"A.2.1", "B.2.0", "C.2.0"}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def test_there_are_drawings() -> None:
    if not FILES:
        pytest.skip(f"no drawings in {FOLDER}")
    assert len(FILES) >= 21


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_it_is_read_looked_over_and_can_be_shown(path: Path) -> None:
    text = text_of(path)
    tree = xml(text)
    check(text)
    assert tree.find(".//{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape") is not None


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_it_is_gone_through_to_its_end(path: Path) -> None:
    text = text_of(path)
    try:
        found = simulate(text, drawing(text, is_sketch=True), walks=20)
        why = "；".join(found.failed)
    except LudaoError as error:
        found, why = None, str(error)
    if path.stem in NOT_PLAYED:
        print(path.stem, "is not gone through:", why)
        assert why
        return
    assert found and found.finished == 20 and found.ways, why


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_what_says_it_is_executable_begins_or_says_why_not(path: Path) -> None:
    text = text_of(path)
    if not any(one.get("isExecutable") == "true" for one in xml(text).iter(f"{BPMN}process")):
        pytest.skip("it says that it is not executable")
    try:
        run = Run.begin(drawing(text), {})
    except LudaoError as error:
        print(path.stem, "does not run:", error)
        assert str(error)
        return
    print(path.stem, "waits at:", ", ".join(one.title for one in run.waiting()) or "an event")
    assert run.is_finished or run.waiting() or run.workflow.event_manager.tasks
