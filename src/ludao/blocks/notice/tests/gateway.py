"""Plays the operators of text messages and WeChat, in a process of its own: remembers, refuses when told, reports.

    python gateway.py PORT KEY TOKEN

GET /log tells what came; POST /behave {"fail": n, "refuse": bool} makes the next answers fail; POST /report has a
receipt sent, signed, to the house.
"""

import hashlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from ludao.base.crypto import sm3_hmac

LOG: list[dict[str, Any]] = []
MOOD: dict[str, Any] = {"fail": 0, "refuse": False, "tokens": 0, "expire": False}
KEY, TOKEN = sys.argv[2].encode(), sys.argv[3]


class Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _ = self._asked()
        if path == "/log":
            return self._answer(200, LOG)
        if path == "/cgi-bin/token":
            MOOD["tokens"] += 1
            return self._answer(200, {"access_token": f"token-{MOOD['tokens']}", "expires_in": 7200})
        return self._answer(404, {})

    def do_POST(self) -> None:
        path, asked = self._asked()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        given = json.loads(body)
        match path:
            case "/behave":
                MOOD.update(given)
                self._answer(200, {})
            case "/report":
                self._answer(200, {"status": report(given)})
            case "/sms":
                self._sms(given, body)
            case "/cgi-bin/message/template/send":
                self._wechat(given, asked["access_token"])
            case _:
                self._answer(404, {})

    def _sms(self, given: dict[str, Any], body: bytes) -> None:
        moment = self.headers.get("X-Time", "")
        if self.headers.get("X-Signature") != sm3_hmac(KEY, moment.encode() + b"." + body).hex():
            return self._answer(403, {"error": "signature"})
        if MOOD["fail"]:
            MOOD["fail"] -= 1
            return self._answer(503, {"error": "busy"})
        if MOOD["refuse"]:
            return self._answer(422, {"error": "no such number"})
        if all(one["id"] != given["id"] for one in LOG):  # the same id twice is one message
            LOG.append(given)
        return self._answer(200, {"id": f"sms-{len(LOG)}"})

    def _wechat(self, given: dict[str, Any], token: str) -> None:
        if MOOD["expire"] and token == "token-1":
            return self._answer(200, {"errcode": 42001, "errmsg": "access_token expired"})
        if given["touser"] != "openid-1":
            return self._answer(200, {"errcode": 40003, "errmsg": "invalid openid"})
        LOG.append(given)
        return self._answer(200, {"errcode": 0, "errmsg": "ok", "msgid": 700000 + len(LOG)})

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _answer(self, status: int, told: Any) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


def report(given: dict[str, Any]) -> int:
    """Tell the house what became of a message, as the operator of its channel does."""
    moment = str(int(time.time()))
    if given["channel"] == "sms":
        body = json.dumps({"id": given["id"], "state": given["state"], "reason": given.get("reason", "")}).encode()
        headers = {"X-Time": moment, "X-Signature": sm3_hmac(KEY, moment.encode() + b"." + body).hex()}
        return httpx.post(given["to"], content=body, headers=headers).status_code
    signature = hashlib.sha1("".join(sorted((TOKEN, moment, "nonce"))).encode()).hexdigest()
    if "said" in given:
        body = (f"<xml><FromUserName><![CDATA[{given['id']}]]></FromUserName><MsgType><![CDATA[text]]></MsgType>"
                f"<Content><![CDATA[{given['said']}]]></Content></xml>").encode()
    else:
        body = _finished(given)
    return httpx.post(given["to"], content=body, params={
        "signature": signature, "timestamp": moment, "nonce": "nonce"}).status_code


def _finished(given: dict[str, Any]) -> bytes:
    return (f"<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>"
            f"<MsgID>{given['id']}</MsgID><Status><![CDATA[{given['state']}]]></Status></xml>").encode()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Gateway).serve_forever()
