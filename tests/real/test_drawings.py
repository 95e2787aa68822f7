"""The reference drawings of the BPMN model interchange group: how many are read, and how many begin to run."""

import os
from pathlib import Path

import pytest

from ludao.base.errors import LudaoError
from ludao.blocks.workflow.engine.checking import check
from ludao.blocks.workflow.engine.reading import drawing, xml
from ludao.blocks.workflow.engine.running import Run

FOLDER = Path(os.environ.get("LUDAO_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "bpmn_miwg"
pytestmark = pytest.mark.real


def test_every_reference_drawing_is_read_and_what_can_run_begins() -> None:
    files = sorted(FOLDER.glob("*.bpmn"))
    if not files:
        pytest.skip(f"no drawings in {FOLDER}")
    begun, told = [], {}
    for path in files:
        text = path.read_text(encoding="utf-8-sig")
        xml(text)
        check(text)
        try:
            Run.begin(drawing(text), {})
            begun.append(path.stem)
        except LudaoError as error:
            told[path.stem] = str(error)
    print(f"{len(files)} read, {len(begun)} begin to run: {', '.join(begun)}")
    for name, why in told.items():
        print(name, why[:200])
    assert begun and len(begun) + len(told) == len(files)
