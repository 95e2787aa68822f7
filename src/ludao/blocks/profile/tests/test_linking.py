"""Records of several offices become persons, and stay the same persons."""

import pytest

from ludao.blocks.profile.tests import city

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(lake):
    return city.load(lake, city.people(1500))


def test_records_are_linked_by_id_and_by_weight(lake, town):
    from ludao.blocks.profile import public as profile

    run = profile.link("person")
    assert city.score(lake, town)[2] > 0.99
