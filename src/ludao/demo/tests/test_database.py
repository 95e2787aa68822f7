"""The social insurance system on a real server."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from ludao.demo import database, departments

KNOWN = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


@pytest.mark.django_db
def test_a_server_holds_what_the_file_holds(tmp_path: Path) -> None:
    departments.generate(0.0002, 1, tmp_path)
    given = {name: connection.settings_dict[key] for name, key in KNOWN.items() if connection.settings_dict[key]}
    url = make_conninfo("", **given)
    try:
        rows = database.copy(tmp_path, url)
        assert rows == database.copy(tmp_path, url) and rows["insurance"] > 300
        with psycopg.connect(url) as line:
            found = line.execute("select count(*) from social.insurance where began_on < now() and base_fen > 0")
            assert found.fetchone() == (rows["insurance"],)
    finally:
        with psycopg.connect(url) as line:
            line.execute("drop schema if exists social cascade")
