"""Ten times the input does not need ten times the memory."""

import os
import subprocess
import sys

import pytest

WORK = r"""
import re, sys, django
django.setup()
from ludao.blocks.lake import public as lake
rows, address = int(sys.argv[1]), "source.test.large"
query = ("select printf('%012d', n * 7919 % {0}) as id, repeat(md5(n::varchar), 4) as text, n"
         " from range({0}) r(n)")
with lake.session() as work:
    lake.create(address, work.sql(query.format(1)).arrow().schema, key=["id"], buckets=4)
    lake.append(address, work.sql(query.format(rows)).reader())
    lake.merge(address, work.sql(query.format(rows // 10) + " where n % 3 = 0").reader(), at=None)
# of this program alone: getrusage remembers the process that started it
print(int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) / 1024)
"""


@pytest.mark.slow
def test_memory_is_bounded(tmp_path):
    def peak(rows):
        done = subprocess.run([sys.executable, "-c", WORK, str(rows)], capture_output=True, text=True, check=True, env={
            **os.environ, "LUDAO_FILES": str(tmp_path / str(rows)), "LUDAO_LAKE_MEMORY": "300MB"})
        return float(done.stdout.split()[-1])

    small, large = peak(300_000), peak(3_000_000)
    assert large < 2.5 * small and large < 1200
