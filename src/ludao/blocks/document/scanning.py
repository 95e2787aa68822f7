"""Asks a virus scanner that speaks clamd's protocol (INSTREAM), where the operator has named one.

`LUDAO_CLAMD=tcp://127.0.0.1:3310` or `unix:///run/clamav/clamd.ctl`. A scanner that was named but does not answer
stops the upload: nothing unscanned slips in while it is down.
"""

import os
import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from ludao.base.errors import Problem
from ludao.base.text import t

TIMEOUT = 30.0
PIECE = 2**16


def is_on() -> bool:
    return bool(os.environ.get("LUDAO_CLAMD"))


def scan(file: IO[bytes]) -> bool:
    """True when it was found clean, False when no scanner is named. Raises Problem for a virus or a mute scanner."""
    if not is_on():
        return False
    try:
        answer = _ask(file)
    except OSError as error:
        raise Problem(t("病毒检查暂时不可用，请稍后再上传", "The virus scanner does not answer; upload again later"),
                      field="file") from error
    if answer.endswith("FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise Problem(t(f"文件带有病毒（{name}），没有保存", f"The file carries a virus ({name}) and was not kept"),
                      field="file")
    if answer != "stream: OK":
        raise Problem(t(f"病毒检查没有完成：{answer}", f"The virus scan did not end: {answer}"), field="file")
    return True


def _ask(file: IO[bytes]) -> str:
    file.seek(0)
    with _connected() as door:
        door.sendall(b"zINSTREAM\x00")
        while piece := file.read(PIECE):
            door.sendall(struct.pack("!L", len(piece)) + piece)
        door.sendall(struct.pack("!L", 0))
        said = b""
        while not said.endswith(b"\x00") and (more := door.recv(4096)):
            said += more
    return said.rstrip(b"\x00").decode("utf-8", "replace").strip()


def _connected() -> socket.socket:
    address = urlsplit(os.environ["LUDAO_CLAMD"])
    if address.scheme == "unix":
        door = socket.socket(socket.AF_UNIX)
        door.settimeout(TIMEOUT)
        door.connect(address.path)
        return door
    return socket.create_connection((address.hostname or "127.0.0.1", address.port or 3310), TIMEOUT)
