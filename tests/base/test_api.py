"""The API: for whoever holds a right, by token or session, strictly as its document says, once where once is asked."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from ludao.base import clock, limits, registry, rights, tokens
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Refused
from ludao.base.limits import Rate, TooMany
from ludao.base.models import Answer, AuditLine, SavedView, Token

pytestmark = pytest.mark.usefixtures("city", "unhurried")
AREAS = "/api/v1/datasets/identity.area"
POSTS = "/api/v1/datasets/identity.post"
SAVE = "/api/v1/actions/base.save_view"
VIEW = {"page": "/x/", "title": "一", "query": "a=1"}


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in limits.RATES:
        monkeypatch.setitem(limits.RATES, name, Rate(name, 600_000, 100_000))


class Program:
    """A program with a token, or without."""

    def __init__(self, raw: str = "", **headers: str) -> None:
        self.client = Client()
        self.headers = {**({"Authorization": f"Bearer {raw}"} if raw else {}), **headers}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        return self.client.post(path, raw, "application/json", headers={**self.headers, **headers})


@pytest.fixture
def token_of(actor_of: Callable[[str], Actor]) -> Callable[..., str]:
    """A token of one of the cast: with all rights held, or with those named."""

    def issue(login: str, *named: str) -> str:
        actor = actor_of(login)
        mine = list(named) or [right for right in registry.rights() if rights.reach(actor, right)]
        day = clock.today() + timedelta(days=30)
        return tokens.issue_token(actor, name="test", rights=mine, expires_on=day).token

    return issue


@pytest.fixture
def wangke(token_of: Callable[..., str]) -> Program:
    return Program(token_of("wangke"))


def problem(response: Any, status: int, code: str = "") -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()[:500]
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "errors"}
    assert body["status"] == status and body["instance"] == response["X-Request-Id"]
    if code:
        assert body["type"] == f"/api/docs#{code}"
    return body


# — who asks —


def test_a_stranger_is_asked_for_a_token() -> None:
    for response in (Program().get("/api/v1/me"), Program().get(POSTS), Program().post(SAVE, VIEW)):
        problem(response, 401, "unauthenticated")
        assert response["WWW-Authenticate"].startswith('Bearer realm="ludao"')


def test_a_stranger_reads_what_is_open_to_anyone() -> None:
    assert Program().get(AREAS + "?limit=1").json()["rows"]
    assert [one["address"] for one in Program().get("/api/v1/datasets").json()["datasets"]].count("identity.post") == 0


@pytest.mark.parametrize("header", [
    "Bearer ldk_wrong", "Bearer ", "Basic d2FuZ2tlOng=", "ldk_x", "Bearer ldk_\udcff", "Token ldk_x"])
def test_a_wrong_token_is_refused_even_where_anyone_may(header: str) -> None:
    response = Client().get(AREAS, headers={"Authorization": header})
    problem(response, 401, "unauthenticated")
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_a_token_says_whose_it_is(wangke: Program, actor_of: Callable[[str], Actor]) -> None:
    me, actor = wangke.get("/api/v1/me").json(), actor_of("wangke")
    assert (me["person"], me["name"], me["post"], me["organisation"]) == (
        actor.person, "王科", actor.post, actor.organisation)
    assert me["token"]["name"] == "test" and "base.save_view" in me["rights"]


def test_only_the_digest_of_a_token_is_kept(token_of: Callable[..., str]) -> None:
    raw = token_of("wangke", "base.save_view")
    kept = Token.objects.latest("pk")
    assert raw.startswith("ldk_") and len(raw) > 40
    assert raw not in str(Token.objects.values()) and kept.digest == tokens.digest_of(raw)
    assert raw not in str(list(AuditLine.objects.values()))


def test_a_token_ends(wangke: Program, token_of: Callable[..., str]) -> None:
    token = Token.objects.latest("pk")
    for change in ({"revoked_at": clock.now()}, {"expires_at": clock.now() - timedelta(seconds=1)}, {"post": "999999"},
                   {"person": "999999"}):
        before = {name: getattr(token, name) for name in change}
        Token.objects.filter(pk=token.pk).update(**change)
        problem(wangke.get("/api/v1/me"), 401)
        Token.objects.filter(pk=token.pk).update(**before)
        assert wangke.get("/api/v1/me").status_code == 200


def test_a_token_ends_with_its_makers_account(wangke: Program, person_of: Callable[[str], Any]) -> None:
    person = person_of("wangke")
    person.is_active = False
    person.save()
    problem(wangke.get("/api/v1/me"), 401)


def test_a_token_carries_no_more_than_its_rights(token_of: Callable[..., str]) -> None:
    program = Program(token_of("wangke", "identity.read"))
    assert program.get("/api/v1/me").json()["rights"] == ["identity.read"]
    assert program.get(POSTS).status_code == 200
    problem(program.post(SAVE, VIEW), 404)
    problem(program.get("/api/v1/datasets/permission.holding"), 404)
    assert not SavedView.objects.filter(page="/x/").exists()


def test_nobody_issues_rights_that_are_not_held(actor_of: Callable[[str], Actor]) -> None:
    actor, day = actor_of("wangke"), clock.today()
    with pytest.raises(Problem, match="您没有权限 base.replay"):
        tokens.issue_token(actor, name="x", rights=["base.replay"], expires_on=day)
    with pytest.raises(Problem, match="base.nothing"):
        tokens.issue_token(actor, name="x", rights=["base.save_view", "base.nothing"], expires_on=day)
    for wrong in (day - timedelta(days=1), day + timedelta(days=366)):
        with pytest.raises(Problem, match="最长一年"):
            tokens.issue_token(actor, name="x", rights=["base.save_view"], expires_on=wrong)
    with pytest.raises(Refused):
        tokens.issue_token(actor_of("zhao"), name="x", rights=["base.save_view"], expires_on=day)


def test_a_token_issues_and_revokes_tokens_within_its_own_rights(token_of: Callable[..., str]) -> None:
    program = Program(token_of("wangke", "base.issue_token", "base.revoke_token", "identity.read"))
    day = (clock.today() + timedelta(days=1)).isoformat()
    refused = program.post("/api/v1/actions/base.issue_token",
                           {"name": "child", "rights": ["base.save_view"], "expires_on": day})
    assert problem(refused, 422)["errors"][0]["field"] == "rights"
    made = program.post("/api/v1/actions/base.issue_token",
                        {"name": "child", "rights": ["identity.read"], "expires_on": day}).json()["result"]
    child = Program(made["token"])
    assert child.get(POSTS + "?limit=1").status_code == 200
    assert program.post("/api/v1/actions/base.revoke_token", {"token": made["id"]}).status_code == 200
    problem(child.get(POSTS), 401)
    problem(program.post("/api/v1/actions/base.revoke_token", {"token": made["id"]}), 409, "conflict")


def test_nobody_revokes_the_token_of_another(wangke: Program, token_of: Callable[..., str]) -> None:
    token_of("linju", "base.save_view")
    other = Token.objects.latest("pk")
    body = problem(wangke.post("/api/v1/actions/base.revoke_token", {"token": other.pk}), 404)
    assert body["errors"][0]["field"] == "token"


def test_the_day_of_use_is_written_once_a_day(wangke: Program) -> None:
    wangke.get("/api/v1/me")
    assert Token.objects.latest("pk").used_on == clock.today()
    with CountQueries() as counted:
        wangke.get("/api/v1/")
    assert not [sql for sql in counted.found if sql.startswith("UPDATE")]


class CountQueries:
    def __enter__(self) -> "CountQueries":
        self.found: list[str] = []
        self.wrapper = connection.execute_wrapper(self._note)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.wrapper.__exit__(*args)

    def _note(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.found.append(sql)
        return execute(sql, *rest)


def test_a_page_costs_few_statements(wangke: Program) -> None:
    wangke.get(POSTS + "?limit=5")
    with CountQueries() as counted:
        wangke.get(POSTS + "?limit=5")
    assert len(counted.found) <= 6, counted.found


def test_a_session_serves_too_but_not_from_elsewhere(client_of: Callable[[str], Client]) -> None:
    client = client_of("wangke")
    assert client.get("/api/v1/me").json()["token"] is None
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    problem(strict.post(SAVE, json.dumps(VIEW), "application/json"), 403, "forbidden")
    assert client.post(SAVE, json.dumps(VIEW), "application/json").status_code == 200
    assert AuditLine.objects.latest("pk").channel == "api"


# — actions —


def test_an_action_answers_with_its_result_and_leaves_a_line(wangke: Program) -> None:
    response = wangke.post(SAVE, VIEW, **{"X-Request-Id": "abc123"})
    body = response.json()
    assert body["request_id"] == "abc123" == response["X-Request-Id"]
    saved = SavedView.objects.get(page="/x/")
    assert body["result"] == {"id": saved.pk, "label": "一", "url": None}
    line = AuditLine.objects.latest("pk")
    assert (line.address, line.channel, line.request_id, line.outcome) == ("base.save_view", "api", "abc123", "done")


def test_a_refused_attempt_leaves_a_line(wangke: Program) -> None:
    problem(wangke.post("/api/v1/actions/base.replay", {"deliveries": [1]}), 404, "not_found")
    line = AuditLine.objects.latest("pk")
    assert (line.address, line.outcome) == ("base.replay", "refused")


@pytest.mark.parametrize(("body", "field"), [
    ({**VIEW, "titel": "x"}, "titel"), ({"page": "/x/"}, "title"), ({**VIEW, "title": ""}, "title"),
    ({**VIEW, "title": 5}, "title"), ({**VIEW, "page": "x"}, "page"), ({**VIEW, "query": "a\x00"}, "query"),
    ({**VIEW, "query": None}, "query"), ({**VIEW, "title": ["x"]}, "title"), ('{"page": "\\ud800"}', "page"),
])
def test_what_does_not_follow_the_document_is_malformed(wangke: Program, body: Any, field: str) -> None:
    assert field in [e["field"] for e in problem(wangke.post(SAVE, body), 400, "malformed")["errors"]]


@pytest.mark.parametrize("body", [
    "", "[]", "5", '{"page": NaN}', "{" * 9000, '{"page": "/a/", "page": "/b/"}', b"\xff\xfe",
    '{"page": ' + "9" * 5000])
def test_what_is_no_json_object_is_malformed(wangke: Program, body: Any) -> None:
    problem(wangke.post(SAVE, body), 400, "malformed")


def test_a_misspelt_name_gets_a_suggestion(wangke: Program) -> None:
    body = problem(wangke.post(SAVE, {**VIEW, "titel": "x"}, **{"Accept-Language": "en"}), 400)
    assert body["errors"] == [{"field": "titel", "detail": "There is no titel; did you mean “title”?"}]


def test_an_error_speaks_the_callers_language(wangke: Program) -> None:
    for tags, title in (("en-GB,en;q=0.9", "Not found"), ("zh-CN", "没有找到"), ("fr", "没有找到"),
                        ("fr,en;q=0.1", "Not found")):
        response = wangke.get("/api/v1/nothing", **{"Accept-Language": tags})
        assert problem(response, 404, "not_found")["title"] == title
    assert response["Content-Language"] == "en"


def test_content_is_negotiated_strictly(wangke: Program) -> None:
    problem(wangke.get(AREAS, Accept="text/html"), 406, "not_acceptable")
    problem(wangke.post(SAVE, VIEW, Accept="application/xml"), 406)
    problem(wangke.client.post(SAVE, VIEW, headers=wangke.headers), 415, "unsupported_media_type")
    problem(wangke.client.post(SAVE, "page=x", "application/x-www-form-urlencoded", headers=wangke.headers), 415)
    assert not SavedView.objects.filter(page="/x/").exists()


def test_other_methods_are_named(wangke: Program) -> None:
    response = wangke.client.delete(AREAS, headers=wangke.headers)
    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET"
    head = wangke.client.head(AREAS, headers=wangke.headers)
    assert head.status_code == 200 and head.content == b""


def test_files_come_as_multipart(wangke: Program) -> None:
    path = "/api/v1/actions/assurance.plan.upload"
    problem(wangke.post(path, {"file": "text"}), 415)
    problem(wangke.client.post(path, {"file": "no file"}, headers=wangke.headers), 400, "malformed")
    problem(wangke.client.post(path, {}, headers=wangke.headers), 400, "malformed")
    text = "数字城市2023年工作要点\n一、政务服务\n(一)一网通办\n1.全年上线事项不少于100项,6月底前完成。\n"
    file = SimpleUploadedFile("plan.txt", text.encode(), "text/plain")
    made = wangke.client.post(path, {"file": file}, headers=wangke.headers)
    assert made.status_code in (200, 422), made.content.decode()
    again = SimpleUploadedFile("plan.txt", text.encode(), "text/plain")
    doubled = wangke.client.post(path, {"file": [again, SimpleUploadedFile("b.txt", b"x")]}, headers=wangke.headers)
    problem(doubled, 400, "malformed")


# — once —


def test_the_same_key_is_done_once(wangke: Program) -> None:
    once = {"Idempotency-Key": "order-1"}
    first = wangke.post(SAVE, VIEW, **once)
    before = AuditLine.objects.count()
    again = wangke.post(SAVE, dict(reversed(VIEW.items())), **once)
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"
    assert AuditLine.objects.count() == before
    body = problem(wangke.post(SAVE, {**VIEW, "title": "二"}, **once), 422)
    assert body["errors"][0]["field"] == "Idempotency-Key"
    assert wangke.post(SAVE, {**VIEW, "title": "二"}, **{"Idempotency-Key": "order-2"}).status_code == 200


def test_one_persons_key_says_nothing_to_another(wangke: Program, token_of: Callable[..., str]) -> None:
    first = wangke.post(SAVE, VIEW, **{"Idempotency-Key": "order-1"})
    other = Program(token_of("linju")).post(SAVE, VIEW, **{"Idempotency-Key": "order-1"})
    assert other.status_code == 200 and other.json()["result"]["id"] != first.json()["result"]["id"]


def test_a_kept_answer_cannot_be_read_in_the_table(token_of: Callable[..., str]) -> None:
    program = Program(token_of("wangke", "base.issue_token", "identity.read"))
    body = {"name": "x", "rights": ["identity.read"], "expires_on": clock.today().isoformat()}
    first = program.post("/api/v1/actions/base.issue_token", body, **{"Idempotency-Key": "k-1"})
    again = program.post("/api/v1/actions/base.issue_token", body, **{"Idempotency-Key": "k-1"})
    assert again.json() == first.json()
    kept = str(list(Answer.objects.values()))
    assert first.json()["result"]["token"] not in kept and "k-1" not in kept


def test_a_refused_request_may_be_mended_under_its_key(wangke: Program) -> None:
    key = {"Idempotency-Key": "order-1"}
    problem(wangke.post("/api/v1/actions/base.drop_view", {"view": 1}, **key), 404)
    assert wangke.post(SAVE, VIEW, **key).status_code == 200
    for wrong in ("", " ", "a b", "é", "x" * 201):
        problem(wangke.post(SAVE, VIEW, **{"Idempotency-Key": wrong}), 400, "malformed")


# — datasets —


def test_a_dataset_is_read_page_by_page(wangke: Program) -> None:
    path, rows = AREAS + "?limit=250&order=-name&columns=code,name", []
    while path:
        response = wangke.get(path)
        page = response.json()
        rows += page["rows"]
        path = response["Link"].split(";")[0].strip("<>") if page["next"] else ""
    whole = wangke.get(AREAS, Accept="application/x-ndjson")
    lines = [json.loads(line) for line in whole.getvalue().decode().splitlines()]
    assert len(rows) == len(lines) == len({row["code"] for row in rows}) > 600
    assert list(rows[0]) == ["code", "name"]


def test_a_dataset_is_exported_as_csv(wangke: Program) -> None:
    response = wangke.get(AREAS + "?level=district&columns=code,name", Accept="text/csv")
    lines = response.getvalue().decode().splitlines()
    assert lines[0] == "code,name" and len(lines) == 7 and "350203,思明区" in lines
    assert "identity.area" in response["Content-Disposition"]


def test_filters_are_conditions_of_columns(wangke: Program) -> None:
    assert len(wangke.get(AREAS + "?level=district").json()["rows"]) == 6
    assert len(wangke.get(AREAS + "?code__in=350203&code__in=350206").json()["rows"]) == 2
    assert wangke.get(AREAS + "?name__contains=%E6%80%9D%E6%98%8E&level=district").json()["rows"][0]["code"] == "350203"
    assert not wangke.get(AREAS + "?parent_code__isnull=true&level=street").json()["rows"]


@pytest.mark.parametrize(("query", "field"), [
    ("nam=x", "nam"), ("limit=0", "limit"), ("limit=x", "limit"), ("limit=1&limit=2", "limit"), ("order=nam", "order"),
    ("columns=code,code", "columns"), ("as_of=2022-01-01", "as_of"), ("longitude=nan", "longitude"),
    ("level__isnull=yes", "level__isnull"), ("purpose=", "purpose"), ("name__contains=", "name__contains"),
])
def test_what_is_asked_wrongly_is_refused_by_name(wangke: Program, query: str, field: str) -> None:
    assert field in [e["field"] for e in problem(wangke.get(f"{AREAS}?{query}"), 400, "malformed")["errors"]]


def test_an_address_is_read_strictly(wangke: Program) -> None:
    for query in ("name=%zz", "name=%ff", "name=%00"):
        problem(wangke.get(f"{AREAS}?{query}"), 400, "malformed")
    problem(wangke.get("/api/v1/me?x=1"), 400)
    problem(wangke.post(SAVE + "?x=1", VIEW), 400)


def test_a_cursor_of_another_question_is_refused(wangke: Program) -> None:
    cursor = wangke.get(AREAS + "?limit=1").json()["next"]
    problem(wangke.get(f"{AREAS}?limit=1&order=name&after={cursor}"), 422, "problem")
    problem(wangke.get(f"{POSTS}?limit=1&after={cursor}"), 422)


def test_the_past_is_read_by_as_of(wangke: Program) -> None:
    moment = (clock.now() + timedelta(hours=1)).isoformat().replace("+", "%2B")
    problem(wangke.get(f"{AREAS}?as_of={moment}"), 422)
    problem(wangke.get(f"{AREAS}?as_of=1999-01-01T00:00:00Z"), 422)
    now = clock.now().isoformat().replace("+", "%2B")
    assert wangke.get(f"{AREAS}?as_of={now}&limit=3").json()["rows"]


def test_no_dataset_is_wider_by_api_than_by_right(token_of: Callable[..., str]) -> None:
    for login in ("lilei", "zhao"):
        with pytest.raises((Refused, Problem)):
            token_of(login)


# — rates —


def test_whoever_asks_too_often_waits(wangke: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "token", Rate("token", 60, 3))
    left = [wangke.get("/api/v1/")["RateLimit"].split(";")[1] for _ in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    response = wangke.get("/api/v1/")
    problem(response, 429, "too_many_requests")
    assert response["Retry-After"] == "1" and response["RateLimit-Policy"] == '"token";q=3;w=3'
    assert Program().get("/api/v1/").status_code == 200


def test_guessing_tokens_runs_dry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "failure", Rate("failure", 60, 2))
    assert [Program("ldk_guess").get("/api/v1/me").status_code for _ in range(3)] == [401, 401, 429]


def test_a_bucket_fills_again_and_never_over() -> None:
    rate = Rate("t", 6000, 5)
    for _ in range(5):
        limits.take(rate, "x")
    with pytest.raises(TooMany) as error:
        for _ in range(5):
            limits.take(rate, "x")
    assert error.value.more["wait"] == 1
    with connection.cursor() as cursor:
        cursor.execute("update base_meter set due_at = now() - interval '1 day'")
    for _ in range(5):
        limits.take(rate, "x")
    with pytest.raises(TooMany):
        for _ in range(5):
            limits.take(rate, "x")


def test_full_buckets_are_forgotten() -> None:
    limits.take(Rate("t", 60, 5), "x")
    with connection.cursor() as cursor:
        cursor.execute("update base_meter set due_at = now() - interval '2 hours'")
        limits.forget()
        cursor.execute("select count(*) from base_meter")
        assert cursor.fetchone()[0] == 0


# — the document and the page —


def test_the_document_names_every_action_and_dataset() -> None:
    from ludao.base import actions, datasets

    document = Program().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {f"/api/v1/actions/{one.address}" for one in actions.every()} <= set(document["paths"])
    assert {f"/api/v1/datasets/{one.address}" for one in datasets.every()} <= set(document["paths"])
    english = Program().get("/api/v1/openapi.json", **{"Accept-Language": "en"}).json()
    assert english["paths"][SAVE]["post"]["summary"] == "Save a view"
    assert document["paths"][SAVE]["post"]["summary"] == "保存视图"
    assert document["paths"][AREAS]["get"]["security"][0] == {}
    assert document["paths"][POSTS]["get"]["security"] == [{"token": []}]


def test_the_page_shows_what_the_reader_may(client_of: Callable[[str], Client]) -> None:
    stranger, officer = Client().get("/api/docs"), client_of("wangke").get("/api/docs")
    assert b'id="identity.area"' in stranger.content and b'id="identity.post"' not in stranger.content
    assert b'id="identity.post"' in officer.content and b'id="issue"' in officer.content
    assert b"style=" not in officer.content and b"onclick" not in officer.content


def test_a_token_is_issued_on_the_page_and_shown_once(client_of: Callable[[str], Client]) -> None:
    client = client_of("wangke")
    typed = {"name": "我的程序", "rights": ["identity.read"], "expires_on": clock.today().isoformat()}
    made = client.post("/api/docs", typed)
    raw = made.content.decode().split("data-secret>")[1].split("<")[0]
    assert Program(raw).get(POSTS + "?limit=1").status_code == 200 and "no-store" in made["Cache-Control"]
    assert raw not in client.get("/api/docs").content.decode()
    wrong = client.post("/api/docs", {**typed, "rights": []})
    assert wrong.status_code == 422 and "我的程序" in wrong.content.decode()
    assert Client().post("/api/docs", typed).status_code == 404
