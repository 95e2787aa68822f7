"""Where a show stands, and how it is steered."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.models import Event
from ludao.city.overview.hall.actions import add_scene, add_show, open_screen, steer
from ludao.city.overview.hall.engine import place, steered
from ludao.city.overview.hall.models import Screen

OFFICE = Actor.system("test")
SECONDS = st.lists(st.integers(5, 3600), min_size=1, max_size=8)
MANY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@MANY
@given(SECONDS, st.integers(0, 30), st.floats(0, 10**6))
def test_it_is_always_in_one_scene_with_time_left(seconds: list[int], anchor: int, since: float) -> None:
    now = place(seconds, anchor, since, True)
    assert 0 <= now.scene < len(seconds) and 0 < now.left_s <= seconds[now.scene]


@MANY
@given(SECONDS, st.integers(0, 11))
def test_a_scene_ends_where_the_next_begins(seconds: list[int], anchor: int) -> None:
    anchor %= len(seconds)
    assert place(seconds, anchor, seconds[anchor] - 0.5, True).scene == anchor
    assert place(seconds, anchor, seconds[anchor] + 0.25, True).scene == (anchor + 1) % len(seconds)


def test_what_is_held_stays_and_what_is_steered_moves() -> None:
    assert place([10, 20], 1, 500, False).scene == 1
    assert steered(3, 2, "next", 0) == (0, None) and steered(3, 0, "previous", 0) == (2, None)
    assert steered(3, 0, "go", 2) == (2, None) and steered(3, 1, "pause", 0) == (1, False)
    assert place([], 0, 1, True).scene == 0 and steered(0, 0, "next", 0) == (0, None)


@pytest.mark.django_db
def test_a_phone_steers_only_the_screen_whose_code_it_has() -> None:
    show = add_show(OFFICE, title="展", title_en="Show")
    with pytest.raises(Problem) as empty:
        open_screen(OFFICE, show=show)
    assert empty.value.field == "show"
    with pytest.raises(Problem) as elsewhere:
        add_scene(OFFICE, show=show, title="外", title_en="Out", wall="//example.com/")
    assert elsewhere.value.field == "wall"
    for number in range(3):
        add_scene(OFFICE, show=show, title=str(number), title_en=str(number), wall="/overview/hall/")
    one, other = open_screen(OFFICE, show=show), open_screen(OFFICE, show=show)
    steer(OFFICE, code=one.code, command="go", scene=2)
    steer(OFFICE, code=one.code, command="pause")
    assert (Screen.objects.get(pk=one.pk).anchor, Screen.objects.get(pk=one.pk).is_playing) == (2, False)
    assert (Screen.objects.get(pk=other.pk).anchor, Screen.objects.get(pk=other.pk).is_playing) == (0, True)
    assert Event.objects.filter(address="overview.hall.steered").count() == 2
    with pytest.raises(Problem):
        steer(OFFICE, code="xxxxxx")
