"""A lake of its own for each test, and small records of departments to link."""

import pytest


@pytest.fixture
def lake(tmp_path, monkeypatch, db):
    from ludao.blocks.lake import public

    monkeypatch.setenv("LUDAO_FILES", str(tmp_path))
    return public
