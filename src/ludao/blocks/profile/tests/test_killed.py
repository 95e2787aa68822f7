"""Whoever links is killed between any two of its writes: the next linking leaves what an undisturbed one does."""

import os
import shutil
import subprocess
import sys
from random import Random

import pytest
from django.db import connection

from ludao.base.testing import databases
from ludao.blocks.profile import public as profile
from ludao.blocks.profile.tests import city
from ludao.blocks.profile.tests.test_growing import deliver, found

WRITES = 9
CHILD = """
import os, signal, sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import public as profile
merge, left = lake.merge, int(sys.argv[2])

def killed(*given, **more):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return merge(*given, **more)

lake.merge = killed
profile.link("person", since=True)
"""


def child(name, writes):
    return subprocess.run([sys.executable, "-c", CHILD, name, str(writes)], check=False,
                          env=os.environ | {"DJANGO_SETTINGS_MODULE": "ludao.config.settings"}).returncode


@pytest.mark.slow
def test_killed_anywhere_it_links_as_if_undisturbed(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    from ludao.blocks.lake import public as lake

    name, persons = f"test_linked_{os.getpid()}", city.people(520)
    with django_db_blocker.unblock():
        databases.copy(databases.template("empty", databases.migrate, databases.MIGRATED), name)
        with databases.using(name):
            monkeypatch.setenv("LUDAO_FILES", str(tmp_path / "files"))
            city.load(lake, persons[:500])
            profile.link("person")
            deliver(lake, Random(1), persons, 1)
            shutil.copytree(tmp_path / "files", tmp_path / "undisturbed")
            database = connection.settings_dict["NAME"]
            for turn, writes in enumerate(Random(7).sample(range(2, WRITES + 1), 3)):
                assert child(database, writes) == -9
                if turn == 1:  # and rows come back to what they were: what was written of them has to go
                    take_back(lake)
            assert child(database, 0) == 0
            linked = found(lake)
            profile.Run.objects.exclude(is_full=True).delete()
            monkeypatch.setenv("LUDAO_FILES", str(tmp_path / "undisturbed"))
            take_back(lake)
            profile.link("person", since=True)
            undisturbed = found(lake)
            for table in linked:
                assert linked[table] == undisturbed[table], table
        databases.drop(name)


def take_back(lake):
    """The deliveries of one source were a mistake."""
    lake.undo("source.police.resident", to=lake.describe("source.police.resident").version - 1)
