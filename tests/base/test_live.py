"""Live updates on a running house: many who listen take no connection from those who work, and all are told."""

from contextlib import ExitStack

import httpx

LISTENERS = 30


def signed_in(house: str, login: str) -> httpx.Client:
    client = httpx.Client(base_url=house, timeout=30, follow_redirects=True)
    client.get("/identity/login/")
    client.post("/identity/login/", data={
        "username": login, "password": "ludao-demo", "csrfmiddlewaretoken": client.cookies["csrftoken"]},
        headers={"Referer": house})
    return client


def test_many_streams_leave_the_pages_their_connections(house: str) -> None:
    client = signed_in(house, "wangke")
    with ExitStack() as open_streams:
        for _ in range(LISTENERS):
            answer = open_streams.enter_context(client.stream("GET", "/live/"))
            assert answer.headers["content-type"].startswith("text/event-stream")
        assert all(client.get("/desk/").status_code == 200 for _ in range(5))


def test_a_stranger_is_told_nothing(house: str) -> None:
    assert httpx.get(f"{house}/live/").status_code == 204
