"""Plays clamd for the tests, in a process of its own: INSTREAM only, and it knows one virus, the EICAR test file."""

import socketserver
import struct
import sys

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\x00":
            return
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\x00" if EICAR in content else b"stream: OK\x00")


if __name__ == "__main__":
    with socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Clamd) as server:
        server.serve_forever()
