"""The keyed lookup: masked as granted, logged before it leaves, provable later, refused when nothing was granted."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from ludao.base import clock, tokens
from ludao.base.actor import Actor
from ludao.base.models import Token
from ludao.city.data.sharing import actions, callers, keys, serving, verifying
from ludao.city.data.sharing.models import Chain, Endpoint, Given, Grant, Message

from .conftest import ADDRESS, ID, grant_to

URL = f"/data/sharing/v1/lookup/{ADDRESS}"


def get(token: str, url: str = URL, **query: str) -> Any:
    return Client(headers={"Authorization": f"Bearer {token}"}).get(
        url, {"id_number": ID, "purpose": "高龄津贴核验", **query}
    )


def post(token: str, keys_: list[dict[str, str]]) -> Any:
    return Client(headers={"Authorization": f"Bearer {token}"}).post(
        URL, json.dumps({"keys": keys_, "purpose": "高龄津贴核验"}), content_type="application/json"
    )


def test_a_key_brings_the_granted_columns_masked(granted: Grant, token: str) -> None:
    answer = get(token)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["rows"] == [{"name": "李甲", "birth_on": "1990-03-07", "phone": "154****0000"}]
    assert said["masked"] == ["phone"]


def test_several_keys_count_as_many(granted: Grant, token: str) -> None:
    answer = post(token, [{"id_number": f"11010119900307{n:04}"} for n in range(1, 6)])
    assert len(answer.json()["rows"]) == 5
    assert Chain.objects.get(grant=granted).day_count == 5


def test_an_answer_can_be_proved_later(granted: Grant, token: str) -> None:
    answer = get(token)
    headers = dict(answer.headers)
    assert serving.is_proved(answer.content, headers, keys.public_key())
    assert not serving.is_proved(answer.content.replace("李甲".encode(), "李乙".encode()), headers, keys.public_key())
    other = get(token, grant=granted.number)
    assert not serving.is_proved(answer.content, dict(other.headers), keys.public_key())
    forged = {**headers, "Ludao-Signature": other.headers["Ludao-Signature"]}
    assert not serving.is_proved(answer.content, forged, keys.public_key())
    assert verifying.verify_answer(answer.content, headers) == []
    assert len(verifying.verify_answer(b"{}", headers)) == 1
    elsewhere = {**headers, "Ludao-Log": f"{granted.pk}/99"}
    assert verifying.verify_answer(answer.content, elsewhere) == ["99: is no longer in the log"]


def test_sensitive_keys_never_stand_in_a_log(granted: Grant, token: str, capfd: Any, caplog: Any) -> None:
    get(token)
    line = Message.objects.latest("pk")
    assert ID not in json.dumps(line.asked) and "sharing-lookup" in line.asked["keys"][0]
    assert ID not in "".join(capfd.readouterr()) + caplog.text


def test_the_log_holds_and_shows_what_was_changed(granted: Grant, token: str) -> None:
    for _ in range(3):
        get(token)
    assert verifying.verify(granted).faults == [] and verifying.verify(granted).messages == 3
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table data_sharing_message disable trigger data_sharing_append_only")
        cursor.execute("update data_sharing_message set rows = 9 where grant_id = %s and number = 2", [granted.pk])
        assert verifying.verify(granted).faults == ["2: changed"]
        cursor.execute("delete from data_sharing_message where grant_id = %s and number = 3", [granted.pk])
    assert "3–3: removed from the end" in verifying.verify(granted).faults


def test_the_log_is_append_only(granted: Grant, token: str) -> None:
    get(token)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().update(rows=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().delete()


def test_a_revoked_grant_opens_nothing_at_once(granted: Grant, token: str, owner: Actor) -> None:
    assert get(token).status_code == 200
    actions.deciding.revoke(owner, grant=Given.objects.get(pk=granted.pk), words="用途结束")
    answer = get(token)  # the process still remembers the grant
    assert (answer.status_code, answer.json()["detail"]) == (403, "授权已撤销")
    assert Message.objects.filter(grant=granted, status=403).count() == 1


def test_an_expired_grant_opens_nothing(granted: Grant, token: str) -> None:
    Grant.objects.filter(pk=granted.pk).update(
        begins_on=clock.today() - timedelta(9), ends_on=clock.today() - timedelta(1)
    )
    assert get(token).status_code == 403


def test_a_revoked_token_ends_at_once(granted: Grant, token: str, applicant: Actor) -> None:
    assert get(token).status_code == 200
    tokens.revoke_token(applicant, token=Token.objects.get(digest=tokens.digest_of(token)))
    assert get(token).status_code == 401


def test_another_organisation_sees_no_grant(granted: Grant, actor_of: Callable[[str], Actor]) -> None:
    district = actor_of("chenqu")
    issued = tokens.issue_token(
        district, name="别的单位", rights=["data.sharing.use"], expires_on=clock.today() + timedelta(days=3)
    )
    assert get(issued.token).status_code == 404
    assert get(issued.token, grant=granted.number).status_code == 404


@pytest.mark.parametrize(
    "address", ["source.police.none", "..%2F..%2Fetc%2Fpasswd", "source.police.sample'--", "x" * 300]
)
def test_an_address_that_is_none_is_not_found(granted: Grant, token: str, address: str) -> None:
    assert get(token, f"/data/sharing/v1/lookup/{address}").status_code == 404


@pytest.mark.parametrize("raw", ["", "ldk_wrong", "wrong", "ldk_" + "é" * 9])
def test_no_token_no_answer(granted: Grant, raw: str) -> None:
    assert get(raw).status_code == 401


def test_columns_beyond_the_grant_cannot_be_asked_for(granted: Grant, token: str) -> None:
    answer = get(token, columns="note")
    assert answer.status_code == 422 and "id_number" in answer.json()["detail"]
    assert post(token, [{"name": "李甲"}]).status_code == 422
    assert post(token, [{"id_number": {"$gt": ""}}]).status_code == 422  # type: ignore[dict-item]
    assert post(token, [{"id_number": ID}] * 101).status_code == 422


def test_a_purpose_is_needed(granted: Grant, token: str) -> None:
    assert get(token, purpose=" ").status_code == 422


def test_the_quota_ends_the_day(granted: Grant, token: str, owner: Actor) -> None:
    actions.deciding.set_quota(owner, grant=Given.objects.get(pk=granted.pk), quota_day=2, quota_month=10)
    assert [get(token).status_code for _ in range(3)] == [200, 200, 429]
    answer = get(token)
    assert int(answer.headers["Retry-After"]) <= 86400 and "可继续" in answer.json()["detail"]
    assert Chain.objects.get(grant=granted).day_count == 2


def test_maintenance_answers_with_its_notice(granted: Grant, token: str, owner: Actor) -> None:
    endpoint = Endpoint.objects.get(pk=ADDRESS)
    actions.serving.shut(owner, endpoint=endpoint, notice="数据库升级")
    answer = get(token)
    assert answer.status_code == 503 and "数据库升级" in answer.json()["detail"] and answer.headers["Retry-After"]
    endpoint.refresh_from_db()
    actions.serving.open(owner, endpoint=endpoint)
    assert get(token).status_code == 200


def test_of_several_grants_one_is_named(granted: Grant, token: str, applicant: Actor, owner: Actor, entry: str) -> None:
    other = grant_to(
        applicant, owner, entry, asked={"columns": ["area_code"], "plain": [], "ways": ["lookup"]}, plain=[]
    )
    Grant.objects.filter(pk=other.pk).update(purpose="另一用途")
    serving.forget()
    assert get(token).json()["rows"][0].keys() == {"name", "birth_on", "phone"}  # by its purpose
    assert get(token, purpose="不是哪个").status_code == 422
    assert get(token, purpose="不是哪个", grant=other.number).json()["rows"] == [{"area_code": "350203"}]


def test_right_is_asked(granted: Grant, applicant: Actor) -> None:
    issued = tokens.issue_token(
        applicant, name="别的", rights=["base.save_view"], expires_on=clock.today() + timedelta(days=3)
    )
    callers._known.clear()
    assert get(issued.token).status_code == 404
