"""Notices: once to each person, by the channels they want, tried again, parked, told by receipts, quiet at night."""

import asyncio
import time as clocks
from collections.abc import Callable
from datetime import datetime, time, timedelta
from email.header import decode_header, make_header
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from ludao.base import clock, live
from ludao.base.errors import Refused
from ludao.blocks.notice import actions, public, reaching, sending, wording
from ludao.blocks.notice.channels import sms, wechat
from ludao.blocks.notice.models import MAIL, SMS, WECHAT, Binding, Notice, Preference, Sending

from .conftest import HOUSE, Office, Operator, office

YEARS = (datetime.min.replace(year=2000), datetime.min.replace(year=2060))  # noqa: DTZ901  hypothesis adds the zone
TRIAL: dict[str, Any] = {"key": "notice.trial", "data": {"at": "10:00"}}
Mails = Callable[[], list[Any]]


def tell(town: Office, *names: str, **more: Any) -> list[Sending]:
    public.send(HOUSE, [town.people[name] for name in names or ("jia",)], **{**TRIAL, **more})
    return list(Sending.objects.order_by("pk"))


def only(channel: str) -> Sending:
    return Sending.objects.get(channel=channel)


def subject(mail: Any) -> str:
    return str(make_header(decode_header(mail["Subject"])))


def test_the_same_event_never_tells_twice(town: Office) -> None:
    told = [public.send(HOUSE, [town.organisation, town.people["jia"]], **TRIAL, once="event-7") for _ in range(2)]
    assert told == [3, 0] and Notice.objects.count() == 3
    assert public.send(HOUSE, [town.people["jia"]], **TRIAL, once="event-8") == 1
    assert public.unread(town.people["jia"]) == 2


def test_a_post_that_ended_is_not_told(town: Office) -> None:
    post = town.people["jia"].posts.get()
    assert [p.pk for p in reaching.people([post])] == [town.people["jia"].pk]
    post.since, post.until = clock.today() - timedelta(days=9), clock.today() - timedelta(days=1)
    assert reaching.people([post]) == []


def test_wrong_keys_and_missing_data_are_named(town: Office) -> None:
    with pytest.raises(LookupError, match="no content/notice.toml has the key notice.nothing"):
        public.send(HOUSE, [town.people["jia"]], key="notice.nothing")
    with pytest.raises(LookupError, match="needs at"):
        public.send(HOUSE, [town.people["jia"]], key="notice.trial")


def test_every_template_of_the_house_is_whole() -> None:
    for key, one in wording.every().items():
        parts = {language: set(words) for language, words in one.words.items()}
        assert {"title", "text"} <= parts["zh"] == parts["en"], key


def test_without_channels_it_stays_in_the_app(town: Office) -> None:
    assert tell(town) == [] and public.unread(town.people["jia"]) == 1


def test_a_mail_comes_in_the_readers_language(town: Office, mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUDAO_ORIGINS", "https://ludao.test")
    tell(town, about="/notice/notice/")
    assert sending.attempt(only(MAIL).pk) and sending.attempt(only(MAIL).pk)
    (mail,) = mails()
    assert subject(mail) == "试发消息" and mail["To"] == "jia@example.test"
    assert str(only(MAIL).token) in mail["Message-ID"]
    assert "https://ludao.test/notice/notice/" in mail.get_payload(decode=True).decode()
    assert only(MAIL).state == Sending.SENT


def test_a_text_message_is_tried_again_then_goes_once(town: Office, operator: Operator) -> None:
    tell(town)
    operator.behave(fail=2)
    assert [sending.attempt(only(SMS).pk) for _ in range(4)] == [False, False, True, True]
    assert only(SMS).tries == 3 and only(SMS).receipt == "sms-1"
    (came,) = operator.log()
    assert came["phone"] == "13800000000" and came["text"].startswith("这是您在 10:00")


def test_what_never_goes_is_parked_and_replayed(town: Office, operator: Operator) -> None:
    tell(town)
    operator.behave(fail=sending.TRIES)
    assert [sending.attempt(only(SMS).pk) for _ in range(sending.TRIES)] == [False] * 4 + [True]
    assert only(SMS).state == Sending.PARKED and "503" in only(SMS).error
    actions.replay(HOUSE, sendings=[only(SMS)])
    assert sending.attempt(only(SMS).pk) and only(SMS).state == Sending.SENT


def test_a_number_that_is_none_is_parked_at_once(town: Office, operator: Operator) -> None:
    operator.behave(refuse=True)
    tell(town)
    assert sending.attempt(only(SMS).pk) and only(SMS).state == Sending.PARKED and only(SMS).tries == 1


def test_an_operator_that_is_not_there_is_tried_again(town: Office, operator: Operator,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    tell(town)
    monkeypatch.setenv("LUDAO_SMS_URL", "http://127.0.0.1:9/sms")
    assert not sending.attempt(only(SMS).pk) and "Connect" in only(SMS).error


def test_invented_numbers_are_not_rung(town: Office, operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    from ludao.base.identifiers import is_invented

    monkeypatch.setenv("LUDAO_SMS_INVENTED", "")
    assert bool(sms.address_of(town.people["jia"])) == (not is_invented("13800000000"))


def test_wechat_is_bound_and_renews_its_token(town: Office, operator: Operator) -> None:
    jia = town.people["jia"]
    word = wechat.word_for(jia.pk)
    assert not wechat.bind("openid-2", f"{jia.pk}-AAAAAAAA") and not wechat.bind("openid-2", "你好")
    assert not wechat.bind("openid-2", wechat.word_for(jia.pk, clock.today() - timedelta(days=2)))
    assert wechat.bind("openid-1", f"绑定 {word.lower()}")
    assert "openid-1" not in Binding.objects.get().sealed
    operator.behave(expire=True)
    tell(town)
    assert sending.attempt(only(WECHAT).pk) and only(WECHAT).receipt == "700001"
    (came,) = operator.log()
    assert came["touser"] == "openid-1" and came["data"]["title"]["value"] == "试发消息"


@pytest.mark.django_db(transaction=True)
def test_receipts_tell_what_became_of_it(operator: Operator, live_server: Any) -> None:
    town = office()
    door = f"{live_server.url}/notice/receipt/"
    word = wechat.word_for(town.people["jia"].pk)
    assert operator.report(channel="wechat", id="openid-1", said=word, to=f"{door}wechat/") == 200
    tell(town)
    for channel in (SMS, WECHAT):
        sending.attempt(only(channel).pk)
    off = {"id": str(only(SMS).token), "state": "failed", "reason": "关机"}
    assert operator.report(channel="sms", **off, to=f"{door}sms/") == 204
    assert (only(SMS).state, only(SMS).error) == (Sending.PARKED, "关机")
    assert operator.report(channel="wechat", id=only(WECHAT).receipt, state="success", to=f"{door}wechat/") == 200
    assert only(WECHAT).state == Sending.DELIVERED
    for who in ("not-a-token", "00000000-0000-0000-0000-000000000000"):
        assert operator.report(channel="sms", id=who, state="delivered", to=f"{door}sms/") == 204


def test_a_receipt_without_the_operators_signature_is_nothing(town: Office, operator: Operator) -> None:
    body = b'{"id": "1", "state": "delivered"}'
    old = {"HTTP_X_TIME": str(int(clocks.time()) - 900), "HTTP_X_SIGNATURE": "00"}
    for headers in ({}, old):
        assert Client().post("/notice/receipt/sms/", body, "application/json", **headers).status_code == 404
    assert Client().post("/notice/receipt/wechat/", b"<xml/>", "text/xml").status_code == 404
    assert Client().get("/notice/receipt/fax/").status_code == 404


def test_who_wants_no_text_messages_gets_urgent_ones(town: Office, operator: Operator) -> None:
    actions.set_preferences(town.actor("jia"), mail=False, sms=False, wechat=False)
    assert tell(town) == []
    data = {"title": "台风", "text": "请勿外出"}
    assert [row.channel for row in tell(town, key="notice.urgent_announcement", data=data)] == [SMS]


def test_mails_are_gathered_into_one_a_day(town: Office, mails: Mails) -> None:
    actions.set_preferences(town.actor("jia"), mail=True, digest="daily")
    for _ in range(3):
        tell(town)
    assert {row.state for row in Sending.objects.all()} == {Sending.HELD} and sending.send_digests() == 0
    Sending.objects.update(due_at=clock.now())
    assert sending.send_digests() == 1 and sending.send_digests() == 0
    (mail,) = mails()
    assert subject(mail) == "鹭岛消息汇总（3 条）"
    assert {row.state for row in Sending.objects.all()} == {Sending.SENT}


@given(st.times(), st.times(), st.datetimes(*YEARS, timezones=st.just(clock.SHANGHAI)))
def test_quiet_hours_end_at_their_end_and_never_tell_inside(start: time, end: time, now: datetime) -> None:
    due = reaching.due_at(Preference(quiet_from=start, quiet_until=end), now, False)
    assert now <= due <= now + timedelta(days=1)
    assert due == now or due.astimezone(clock.SHANGHAI).time() == end
    assert reaching.due_at(Preference(quiet_from=start, quiet_until=end), now, True) == now


def test_the_job_waits_until_the_quiet_hours_end(town: Office, mails: Mails) -> None:
    here = clock.now().astimezone(clock.SHANGHAI)
    quiet = {"quiet_from": (here - timedelta(hours=1)).strftime("%H:%M"),
             "quiet_until": (here + timedelta(hours=1)).strftime("%H:%M")}
    actions.set_preferences(town.actor("jia"), mail=True, **quiet)
    (row,) = tell(town)
    job = ProcrastinateJob.objects.get(task_name="notice.deliver")
    assert row.due_at > clock.now() and job.scheduled_at == row.due_at and job.args == {"sending_id": row.pk}


def test_one_reads_only_ones_own(town: Office) -> None:
    tell(town)
    notice = Notice.objects.get()
    with pytest.raises(Refused):
        actions.mark_read(town.actor("yi"), notices=[notice])
    actions.mark_read(town.actor("jia"), notices=[notice])
    assert public.unread(town.people["jia"]) == 0


@pytest.mark.django_db(transaction=True)
def test_only_the_persons_own_pages_are_told() -> None:
    town = office()
    hub = live._Hub()
    hub.listeners = {asyncio.Queue(9): str(town.people[name].pk) for name in ("jia", "yi")}
    mine, other = hub.listeners
    with psycopg.connect(live._dsn(), autocommit=True) as listener:
        listener.execute(f"listen {live.CHANNEL}")
        tell(town)
        for one in listener.notifies(timeout=5, stop_after=1):
            hub._tell(one.payload)
    assert mine.get_nowait() == f"notice.sent {town.people['jia'].pk}" and other.empty()


def test_telling_a_thousand_costs_a_few_statements(town: Office, django_assert_max_num_queries: Any) -> None:
    from ludao.blocks.identity.public import Person, Post

    made = Person.objects.bulk_create([Person(username=f"m{i}", name=f"众{i}") for i in range(1000)])
    Post.objects.bulk_create([Post(person=p, organisation=town.organisation, title="科员") for p in made])
    with django_assert_max_num_queries(1030):  # one pg_notify a person
        assert public.send(HOUSE, [town.organisation], **TRIAL) == 1003
    assert connection.queries is not None
