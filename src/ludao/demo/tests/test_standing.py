"""A city that stands is not loaded again; anything that it depends on makes it be loaded."""

import pytest
from django.db import connection

from ludao.demo import standing


@pytest.mark.django_db(transaction=True)
def test_what_stands_is_known_by_scale_and_place(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    given = connection.settings_dict
    url = f"postgresql://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}?host={given['HOST']}&port={given['PORT']}"
    standing.keep(0.001)
    assert standing.is_kept(0.001, url)
    assert not standing.is_kept(0.002, url)
    monkeypatch.setenv("DATA", str(tmp_path))
    assert not standing.is_kept(0.001, url)


def test_a_database_that_does_not_answer_has_no_city() -> None:
    assert not standing.is_kept(0.001, "postgresql://127.0.0.1:1/none")
