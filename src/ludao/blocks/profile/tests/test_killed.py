"""Whoever links is killed at any point, many times: the next linking finds and leaves what an undisturbed one does."""

import os
import signal
import subprocess
import sys
import time
from random import Random

import pytest
from django.db import connection

from ludao.base.testing import databases
from ludao.blocks.profile import public as profile
from ludao.blocks.profile.tests import city
from ludao.blocks.profile.tests.test_growing import deliver, found

KILLS = 5
CHILD = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from ludao.blocks.profile import public as profile
print("ready", flush=True)
profile.link("person", since=True)
"""


def child(name):
    started = subprocess.Popen([sys.executable, "-c", CHILD, name], stdout=subprocess.PIPE, text=True,
                               env=os.environ | {"DJANGO_SETTINGS_MODULE": "ludao.config.settings"})
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.slow
def test_killed_anywhere_it_links_as_if_undisturbed(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    import shutil

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
            random, killed = Random(7), 0
            for turn in range(KILLS):
                doing = child(connection.settings_dict["NAME"])
                time.sleep(random.uniform(0.3, 2))
                if doing.poll() is None:
                    doing.send_signal(signal.SIGKILL)
                    killed += 1
                doing.wait()
                if turn == 2:  # and a row comes back to what it was: what was written of it has to go
                    take_back(lake)
            assert killed, "it was done before anybody was killed"
            assert child(connection.settings_dict["NAME"]).wait() == 0
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
