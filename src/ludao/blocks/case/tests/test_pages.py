"""Who sees which case: strangers none, applicants their own, officers masked until they have a step; done in place."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ludao.base.actor import Actor
from ludao.blocks.case import actions
from ludao.blocks.case.models import Case, Mine, Task

from .conftest import officer, open_one, step

ClientOf = Callable[[str], Client]
MOST_SQL = 45


def test_a_stranger_sees_nothing(client_of: ClientOf, citizen: Actor) -> None:
    case = open_one(citizen)
    for login in ("", "zhao", "hanmeimei"):
        client = client_of(login)
        for where in (f"/case/case/{case.pk}/", f"/case/mine/{case.pk}/", f"/case/mine/{case.pk}/correct/",
                      f"/case/act/claim/{step(case).pk}/", f"/case/act/note/{case.pk}/"):  # fmt: skip
            assert client.get(where).status_code == 404, f"{login or 'nobody'} sees {where}"


def test_the_applicant_sees_her_own_and_nothing_internal(client_of: ClientOf, citizen: Actor, acceptor: Actor) -> None:
    case = open_one(citizen)
    actions.note(acceptor, case=case, text="疑似重复申请")
    actions.remark(acceptor, case=case, text="请保持电话畅通")
    page = client_of("lilei").get(f"/case/mine/{case.pk}/")
    assert page.status_code == 200
    assert "请保持电话畅通" in page.text and "疑似重复申请" not in page.text
    assert case.number in client_of("lilei").get("/case/mine/").text
    assert case.number in client_of("lilei").get("/").text


def test_an_agent_sees_what_they_act_for(client_of: ClientOf, citizen: Actor) -> None:
    from ludao.blocks.identity.public import Person

    case = open_one(citizen)
    Case.objects.filter(pk=case.pk).update(agent=Person.objects.get(username="hanmeimei"))
    assert client_of("hanmeimei").get(f"/case/mine/{case.pk}/").status_code == 200


def test_personal_data_are_masked_until_one_has_the_step(client_of: ClientOf, citizen: Actor, decider: Actor) -> None:
    case = open_one(citizen)
    actor = officer("wangke")
    client = client_of("wangke")
    masked = client.get(f"/case/case/{case.pk}/")
    assert masked.status_code == 200 and "李雷" not in masked.text and "李*" in masked.text
    Task.objects.filter(case=case).update(holder=int(actor.person))
    assert "李雷" in client.get(f"/case/case/{case.pk}/").text


def test_done_in_place(client_of: ClientOf, citizen: Actor, acceptor: Actor) -> None:
    case = open_one(citizen)
    client, task = client_of("wangke"), step(case)
    url = f"/case/act/complete/{task.pk}/"
    wrong = client.post(url, {"outcome": "refuse", "opinion": ""}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and "请写明理由" in wrong.text
    done = client.post(url, {"outcome": "accept", "opinion": "齐全"}, headers={"HX-Request": "true"})
    assert done.headers["HX-Retarget"] == "#case" and "<html" not in done.text and "审查" in done.text
    form = client.get(f"/case/act/undo/{task.pk}/")
    assert form.status_code == 200
    client.post(f"/case/act/undo/{task.pk}/", {"item": task.pk}, headers={"HX-Request": "true"})
    assert Case.objects.get(pk=case.pk).state == "submitted"


def test_a_case_costs_the_same_however_many_there_are(client_of: ClientOf, citizen: Actor, acceptor: Actor) -> None:
    case = open_one(citizen)
    client = client_of("wangke")
    for where in (f"/case/case/{case.pk}/", f"/case/mine/{case.pk}/"):
        reader = client if "/case/case/" in where else client_of("lilei")
        reader.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(where).status_code == 200
        assert len(asked) <= MOST_SQL, f"{where}: {len(asked)}"


def test_found_by_number_name_and_title(client_of: ClientOf, citizen: Actor, acceptor: Actor) -> None:
    case = open_one(citizen, title="占道施工许可")
    client = client_of("wangke")
    for words in (case.number, case.number[:10], "占道施工", "李雷 占道"):
        assert case.number in client.get("/case/case/", {"q": words}).text, words
        assert case.number in client.get("/case/desk/", {"q": words, "box": "here"}).text, words
    assert case.number not in client.get("/case/case/", {"q": "占道 韩梅梅"}).text


def test_every_state_is_told_in_plain_words(
    client_of: ClientOf, citizen: Actor, acceptor: Actor, decider: Actor
) -> None:
    case = open_one(citizen)

    def told() -> str:
        return client_of("lilei").get(f"/case/mine/{case.pk}/").text

    assert "告知您是否受理" in told()
    actions.return_for_correction(acceptor, task=step(case), asked=["请说明用途"])
    assert "请您在" in told()
    actions.correct(citizen, case=Mine.objects.get(pk=case.pk), answer="自用")
    actions.accept(acceptor, task=step(case))
    assert "承诺" in told() and "王科" not in told().split("case-standing")[1].split("</section>")[0]
    actions.suspend(acceptor, task=step(case), reason="hearing", text="听证")
    assert "举行听证" in told()
    actions.resume(acceptor, task=step(case, "paused"))
    actions.complete(acceptor, task=step(case), outcome="approve")
    actions.complete(decider, task=step(case), outcome="approve")
    assert "已办结：准予" in told()
