"""A lake of its own for each test."""

import pytest


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """The door of an empty lake."""
    from ludao.blocks.lake import public

    monkeypatch.setenv("LUDAO_FILES", str(tmp_path))
    return public
