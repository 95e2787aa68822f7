"""Accounts: opened, entered, locked, recovered and shut; nothing personal lies about in the clear."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from pydantic import SecretStr

from ludao.base import actions, clock
from ludao.base.actor import STRANGER, Actor
from ludao.base.errors import Problem, Refused
from ludao.base.models import AuditLine, History
from ludao.blocks.identity.actions import accounts, proofs
from ludao.blocks.identity.models import Code, Login, Message, Person

HOUSE = Actor.system("test")


def register(**given):
    return actions.get("identity.register").call(
        STRANGER, {"username": "mali", "name": "马丽", "password": "xinlu-2022", **given})


def test_a_stranger_registers_and_is_in(city, client):
    answer = client.post("/identity/register/", {"username": "MaLi", "name": "马丽", "password": "xinlu-2022"})
    assert (answer.status_code, answer.url) == (302, "/")
    person = Person.objects.get(username="mali")
    assert (person.assurance, person.password[:16]) == (Person.REGISTERED, "argon2$argon2id$")
    assert "m=19456,t=2,p=1" in person.password
    assert client.get("/identity/account/").status_code == 200
    line = AuditLine.objects.get(address="identity.register")
    assert line.detail["password"] == "***"


@pytest.mark.parametrize(("given", "field"), [
    ({"username": "x"}, "username"), ({"username": "9lives"}, "username"), ({"username": "wangke"}, "username"),
    ({"password": "12345678"}, "password"), ({"password": "short"}, "password"), ({"username": "malimali",
                                                                                   "password": "malimali1"},
                                                                                  "password"),
    ({"email": "mali"}, "email"), ({"name": ""}, "name"),
])
def test_what_cannot_be_is_said_by_field(city, given, field):
    with pytest.raises(Problem) as error:
        register(**given)
    problems = getattr(error.value, "problems", [error.value])
    assert [problem.field for problem in problems] == [field]
    assert not Person.objects.filter(username__startswith="mali").exists()


def test_a_wrong_form_keeps_what_was_typed(city, client):
    answer = client.post("/identity/register/", {"username": "wangke", "name": "王可", "password": "xinlu-2022"})
    assert answer.status_code == 422
    assert "王可" in answer.content.decode()
    assert "xinlu-2022" not in answer.content.decode()


def test_logging_in_leaves_a_device_and_lines_in_the_audit(city, client, log_in):
    assert log_in(client, "WangKe ").url == "/desk/"
    login = Login.objects.get(person__username="wangke")
    assert (login.is_new_device, login.ended_at, login.post.organisation_id) == (False, None, "xm-dsj")
    client.post("/identity/logout/")
    login.refresh_from_db()
    assert login.ended_how == "logout"
    log_in(client, "wangke", "wrong")
    log_in(Client(), "wangke")
    assert Login.objects.filter(person__username="wangke").first().is_new_device
    told = AuditLine.objects.filter(address__startswith="identity.log").order_by("pk").values_list("address", "outcome")
    assert list(told) == [("identity.login", "done"), ("identity.logout", "done"),
                          ("identity.login_failed", "refused"), ("identity.login", "done")]


def test_a_stranger_is_sent_only_within_the_house(city, client, log_in):
    assert log_in(client, "lilei", next="https://evil.example/").url == "/"
    assert log_in(Client(), "lilei", next="/identity/account/").url == "/identity/account/"


def test_too_many_wrong_passwords_lock_the_name_and_say_until_when(city, client, log_in):
    for _ in range(5):
        answer = log_in(client, "wangke", "wrong")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    until = clock.now().astimezone(clock.SHANGHAI) + timedelta(seconds=int(answer["Retry-After"]))
    around = {f"{until + timedelta(seconds=second):%H:%M}" for second in (-3, 3)}  # the minute may turn meanwhile
    assert any(minute in answer.content.decode() for minute in around)
    assert log_in(Client(), "wangke").status_code == 429
    assert log_in(Client(), "lilei").status_code == 302
    accounts.unlock(HOUSE, person=Person.objects.get(username="wangke"))
    assert log_in(Client(), "wangke").status_code == 302


def test_who_keeps_trying_does_not_keep_the_owner_out_for_ever(city, client, log_in):
    for _ in range(5):
        log_in(client, "wangke", "wrong")
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=10))
    log_in(client, "wangke", "wrong")
    assert AccessAttempt.objects.get(username="wangke").attempt_time < clock.now() - timedelta(minutes=9)


def test_a_forgotten_password_is_replaced_by_a_code(city, client, log_in, sent_code):
    for _ in range(5):
        log_in(Client(), "lilei", "wrong")
    client.post("/identity/recover/", {"username": "lilei"})
    code = sent_code("lilei")
    wrong = client.post("/identity/recover/code/", {"code": "AAAA-AAAA", "new": "bailu-2022"})
    assert wrong.status_code == 422
    assert client.post("/identity/recover/code/", {"code": code.lower(), "new": "bailu-2022"}).url == "/identity/login/"
    assert log_in(Client(), "lilei", "bailu-2022").status_code == 302
    again = Client()
    again.post("/identity/recover/", {"username": "lilei"})
    assert again.post("/identity/recover/code/", {"code": code, "new": "bailu-2023"}).status_code == 422


def test_recovery_tells_nobody_whether_an_account_exists(city, client):
    known, unknown = (Client().post("/identity/recover/", {"username": name}) for name in ("lilei", "nobody"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_code_ends_after_ten_minutes_and_is_not_sent_every_second(city, client, sent_code):
    client.post("/identity/recover/", {"username": "lilei"})
    client.post("/identity/recover/", {"username": "lilei"})
    code = sent_code("lilei")
    assert Code.objects.count() == Message.objects.count() == 1
    Code.objects.update(expires_at=clock.now())
    assert client.post("/identity/recover/code/", {"code": code, "new": "bailu-2022"}).status_code == 422


def test_a_code_is_nowhere_in_the_clear(city, client, sent_code):
    client.post("/identity/recover/", {"username": "lilei"})
    code = sent_code("lilei")
    with connection.cursor() as cursor:
        cursor.execute("select facts::text from base_event where address = 'identity.code_needed'"
                       " union all select sealed from identity_message union all select digest from identity_code"
                       " union all select detail::text from base_auditline")
        assert not [row for row in cursor.fetchall() if code in row[0] or code.replace("-", "") in row[0]]


def test_a_new_password_ends_the_other_sessions_and_leaves_no_old_digest(city, log_in):
    here, there = Client(), Client()
    log_in(here, "lilei")
    log_in(there, "lilei")
    old = Person.objects.get(username="lilei").password
    answer = here.post("/identity/account/password/", {"old": "ludao-demo", "new": "bailu-2022"})
    assert answer.status_code == 302
    assert here.get("/identity/account/").status_code == 200
    assert there.get("/identity/account/").status_code == 404
    rows = History.objects.filter(table_name="identity_person").values_list("row", flat=True)
    assert rows and not [row for row in rows if row and (old in str(row) or "password" in row)]


def test_the_old_password_must_be_right(city, own):
    with pytest.raises(Problem) as error:
        accounts.change_password(own("lilei"), old=SecretStr("guess"), new=SecretStr("bailu-2022"))
    assert error.value.field == "old"


def test_a_session_is_ended_from_another_device(city, log_in):
    here, there = Client(), Client()
    log_in(here, "lilei")
    log_in(there, "lilei")
    lost = Login.objects.filter(person__username="lilei", ended_at=None).first()
    here.post("/identity/account/devices/", {"login": lost.pk})
    assert there.get("/identity/account/").status_code == 404
    assert here.get("/identity/account/").status_code == 200
    lost.refresh_from_db()
    assert lost.ended_how == "remote"


def test_nobody_ends_a_session_of_another(city, own, log_in):
    log_in(Client(), "lilei")
    login = Login.objects.get(person__username="lilei")
    with pytest.raises(Problem):
        actions.get("identity.end_logins").call(own("zhao"), {"logins": [login.pk]})
    login.refresh_from_db()
    assert login.ended_at is None


def test_a_disabled_account_is_out_at_once(city, client, log_in):
    log_in(client, "zhao")
    accounts.disable(HOUSE, person=Person.objects.get(username="zhao"), reason="测试")
    assert client.get("/identity/account/").status_code == 404
    assert log_in(Client(), "zhao").status_code == 422
    accounts.enable(HOUSE, person=Person.objects.get(username="zhao"), reason="测试")
    assert log_in(Client(), "zhao").status_code == 302


def test_numbers_are_sealed_at_rest_found_by_digest_and_masked(city, own, sent_code):
    number = "359903199507250000"[:17]
    from ludao.base.identifiers import id_check_digit

    number += id_check_digit(number)
    zhao = own("zhao")
    proofs.give_phone(zhao, phone=SecretStr("154 0000 1234"))
    proofs.confirm_phone(zhao, code=sent_code("zhao"))
    person = proofs.prove(zhao, name="赵", id_number=SecretStr(number))
    assert (person.assurance, person.phone, person.id_number) == (Person.NUMBER, "15400001234", number)
    assert (person.phone_masked, person.id_number_masked[:4]) == ("154****1234", "3599")
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(p)::text from identity_person p where username = 'zhao'"
                       " union all select row::text from base_history where row is not null"
                       " union all select detail::text from base_auditline"
                       " union all select facts::text from base_event")
        assert not [row for row in cursor.fetchall() if number in row[0] or "15400001234" in row[0]]
    with pytest.raises(Problem) as taken:
        proofs.prove(own("lilei"), name="李雷", id_number=SecretStr(number))
    assert taken.value.field == "id_number"


def test_a_sealed_number_opens_only_where_it_belongs(city):
    from ludao.base.crypto import CryptoError

    one, other = Person.objects.get(username="lilei"), Person.objects.get(username="wangke")
    other.phone_sealed = one.phone_sealed
    with pytest.raises(CryptoError):
        _ = other.phone


def test_a_checked_name_is_corrected_only_at_the_counter(city, own):
    with pytest.raises(Problem) as error:
        accounts.correct(own("lilei"), name="李四")
    assert error.value.field == "name"
    assert accounts.correct(own("zhao"), name="赵一", email="zhao@example.cn").name == "赵一"


def test_only_the_counter_attests(city, own):
    with pytest.raises(Refused):
        proofs.attest(own("lilei"), person=Person.objects.get(username="zhao"), name="赵", seen="身份证",
                      id_number=SecretStr("1"))


def test_strangers_choose_their_looks_by_cookies(city, client):
    answer = client.post("/identity/preferences/", {"language": "en", "theme": "dark", "next": "/identity/login/"})
    assert answer.url == "/identity/login/"
    assert client.cookies["ludao_language"].value == "en"
    assert "Log in" in client.get("/identity/login/").content.decode()
    bad = client.post("/identity/preferences/", {"theme": "pink"}, headers={"HX-Request": "true"})
    assert bad.status_code == 204
    assert client.cookies["ludao_theme"].value == "dark"


def test_a_person_keeps_their_looks_on_every_device(city, client, log_in):
    log_in(client, "lilei")
    client.post("/identity/preferences/", {"type": "large"})
    elsewhere = Client()
    log_in(elsewhere, "lilei")
    assert elsewhere.cookies["ludao_type"].value == "large"


def test_a_stranger_sees_no_pages_of_an_account(city, client):
    for path in ("account/", "account/devices/", "hat/", "person/", "messages/", "client/"):
        assert client.get(f"/identity/{path}").status_code == 404, path
    for path in ("login/", "register/", "recover/", "organisation/", "area/", "preferences/"):
        assert client.get(f"/identity/{path}").status_code == 200, path


def test_sessions_that_ran_out_are_noted_and_old_codes_thrown_away(city, client, log_in):
    from django.contrib.sessions.models import Session

    from ludao.blocks.identity.tidying import tidy

    log_in(client, "lilei")
    client.post("/identity/recover/", {"username": "zhao"})
    tidy()
    assert Login.objects.get(person__username="lilei").ended_at is None
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    Code.objects.update(expires_at=clock.now() - timedelta(days=3))
    tidy()
    assert Login.objects.get(person__username="lilei").ended_how == "expired"
    assert not Code.objects.exists()
