"""Places at times: never one too many however many want the last, given back at once, checked in once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ludao.base import clock
from ludao.base.errors import Conflict
from ludao.blocks.identity.public import Person
from ludao.blocks.notice.public import unread
from ludao.city.services.channel import hears, items, seats
from ludao.city.services.channel.actions import booking, placing
from ludao.city.services.channel.engine import near, slots
from ludao.city.services.channel.models import Appointment, Placement, Site, Slot

DAY = timedelta(days=3)


@pytest.fixture
def code(city, actor_of) -> str:
    return items.published(actor_of("wangke"))[3]["code"]


def make_slot(capacity: int = 1, begins=DAY) -> Slot:
    site = Site.objects.filter(kind=Site.HALL).order_by("code")[0]
    at = clock.now() + begins
    return Slot.objects.create(site=site, begins_at=at, ends_at=at + timedelta(minutes=30), capacity=capacity)


def test_a_day_is_cut_into_eleven_half_hours():
    cut = list(slots.times(clock.today(), clock.SHANGHAI))
    assert len(cut) == 11 and [f"{b:%H:%M}" for b, _ in cut[:2]] == ["09:00", "09:30"]
    assert f"{cut[-1][1]:%H:%M}" == "17:00"


def test_distance_is_that_of_the_great_circle():
    xiamen, fuzhou = (118.0894, 24.4798), (119.2965, 26.0745)
    assert 210_000 < near.metres(xiamen, fuzhou) < 220_000 and near.metres(xiamen, xiamen) == 0


@pytest.mark.django_db(transaction=True)
def test_twelve_who_want_three_places_at_once_get_three():
    site = Site.objects.create(code="x", name_zh="测试大厅", longitude=118.1, latitude=24.5)
    at = clock.now() + DAY
    slot = Slot.objects.create(site=site, begins_at=at, ends_at=at + timedelta(minutes=30), capacity=3)
    people = [Person.objects.create(username=f"p{n}", name=f"人{n}").pk for n in range(12)]
    told: list[str] = []
    ready = threading.Barrier(len(people))

    def want(person: int) -> None:
        try:
            ready.wait(30)
            seats.take(slot, person, "x", "样例", "phone")
            told.append("booked")
        except Conflict:
            told.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(person,)) for person in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    slot.refresh_from_db()
    assert sorted(told) == ["booked"] * 3 + ["full"] * 9
    assert (slot.taken, Appointment.objects.filter(slot=slot).count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_one_who_presses_ten_times_at_once_gets_one_place():
    site = Site.objects.create(code="y", name_zh="测试大厅", longitude=118.1, latitude=24.5)
    at = clock.now() + DAY
    slot = Slot.objects.create(site=site, begins_at=at, ends_at=at + timedelta(minutes=30), capacity=20)
    person = Person.objects.create(username="p", name="人").pk
    ready = threading.Barrier(10)

    def press() -> None:
        try:
            ready.wait(30)
            seats.take(slot, person, "x", "样例", "phone")
        except Conflict:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    slot.refresh_from_db()
    assert (slot.taken, Appointment.objects.filter(person=person).count()) == (1, 1)


def test_a_place_given_back_goes_to_the_next(code, actor_of):
    lilei, hanmeimei, slot = actor_of("lilei"), actor_of("hanmeimei"), make_slot()
    mine = booking.book(lilei, slot=slot, code=code)
    with pytest.raises(Conflict, match="约满"):
        booking.book(hanmeimei, slot=slot, code=code)
    booking.cancel(lilei, appointment=mine)
    assert booking.book(hanmeimei, slot=slot, code=code).state == Appointment.BOOKED
    with pytest.raises(Conflict):
        booking.cancel(lilei, appointment=mine)


def test_nobody_cancels_for_others(code, actor_of, client_of):
    mine = booking.book(actor_of("lilei"), slot=make_slot(), code=code)
    assert client_of("hanmeimei").get(f"/services/channel/mine/{mine.pk}/").status_code == 404
    assert client_of("hanmeimei").get(f"/services/channel/do/cancel/?item={mine.pk}").status_code == 404


def test_one_checks_in_near_the_time_and_keeps_the_turn(code, actor_of):
    lilei = actor_of("lilei")
    early = booking.book(lilei, slot=make_slot(), code=code)
    with pytest.raises(Conflict, match="签到"):
        seats.arrive(early)
    booking.cancel(lilei, appointment=early)
    soon = booking.book(lilei, slot=make_slot(begins=timedelta(minutes=20)), code=code)
    first = booking.check_in(actor_of(""), code=f"http://127.0.0.1/services/channel/code/{seats.token(soon)}/")
    again = booking.check_in(actor_of(""), code=seats.token(soon))
    assert first.turn == again.turn != "" and first.state == Appointment.ARRIVED
    assert seats.waiting(soon.slot.site) >= 1
    with pytest.raises(Conflict, match="预约码"):
        booking.check_in(actor_of(""), code=seats.token(soon)[:-4] + "AAAA")


def test_the_day_before_everybody_is_reminded_once(code, actor_of, deliver_all):
    lilei = actor_of("lilei")
    tomorrow = clock.now().replace(hour=0, minute=0, second=0) + timedelta(days=1, hours=10) - clock.now()
    hears.remind()  # of what the demonstration may have booked for tomorrow
    booking.book(lilei, slot=make_slot(begins=tomorrow), code=code)
    before = unread(int(lilei.person))
    hears.remind()
    hears.remind()
    assert unread(int(lilei.person)) == before + 1


def test_times_that_are_closed_call_off_what_was_booked(code, actor_of):
    slot = make_slot()
    mine = booking.book(actor_of("lilei"), slot=slot, code=code)
    placing.close_slot(actor_of("wangke"), slots=[slot], reason="大厅停电")
    mine.refresh_from_db()
    assert (mine.state, mine.reason) == (Appointment.CANCELLED, "大厅停电")
    with pytest.raises(Conflict):
        booking.book(actor_of("hanmeimei"), slot=slot, code=code)


def test_who_missed_three_times_waits(code, actor_of):
    lilei = actor_of("lilei")
    for n in range(3):
        past = make_slot(begins=-timedelta(days=n + 1))
        Appointment.objects.create(slot=past, number=f"M{n}", code=f"m{n}", title="x", person_id=int(lilei.person))
    assert seats.miss() >= 3
    with pytest.raises(Conflict, match="爽约"):
        booking.book(lilei, slot=make_slot(), code=code)


def test_the_plan_s_figures_are_met(city):
    count = {c: Placement.objects.filter(channel=c, is_on=True).count() for c in ("phone", "kiosk")}
    assert count["phone"] >= 600 and count["kiosk"] >= 220


def test_every_item_of_the_kiosk_has_guide_appointment_and_progress(city, client_of):
    client = client_of("")
    for one in Placement.objects.filter(channel="kiosk", is_on=True).order_by("code")[::60]:
        page = client.get(f"/services/channel/kiosk/guide/{one.code}/").content.decode()
        assert one.name_zh in page and f"/services/channel/book/{one.code}/" in page and "/case/mine/" in page


def test_the_kiosk_forgets(city, client_of):
    client = client_of("lilei")
    client.get("/services/channel/kiosk/")
    assert client.session.get_expiry_age() <= 75
    assert client.get("/services/channel/mine/").status_code == 200
    client.post("/services/channel/kiosk/end/")
    assert client.get("/services/channel/mine/").status_code == 404
