"""Pages of sources that the battery, which opens one of each kind, does not meet."""

from collections.abc import Callable
from typing import Any

from ludao.blocks.exchange.models import Source


def test_the_page_of_an_api_opens_whose_rows_stand_under_items(city: None, client_of: Callable[[str], Any]) -> None:
    source = Source.objects.get(address="source.construction.lease")
    assert source.contract["from"]["items"]
    assert "${LUDAO_CITY_API}" in client_of("shuguan").get(source.get_absolute_url()).content.decode()
