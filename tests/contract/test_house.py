"""The house as a whole: no finding, no migration forgotten, the map as the manifests say, words that lead somewhere."""

from io import StringIO

import pytest
from django.core import checks as django_checks
from django.core.management import call_command

from ludao.base import finder, mapper, registry
from ludao.base.registry import Manifest


def test_ludao_check_finds_nothing() -> None:
    assert [f"{found.obj}: {found.msg}" for found in django_checks.run_checks() if found.level >= 30
            and not found.is_silenced()] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    labels = [m.label for m in registry.manifests()]
    call_command("makemigrations", *labels, check=True, dry_run=True, stdout=out)


def test_the_map_is_what_the_manifests_say() -> None:
    path = mapper.root() / "docs" / "map.md"
    assert path.exists() and path.read_text(encoding="utf-8") == mapper.text(), "make map"


@pytest.mark.parametrize("manifest", registry.manifests(), ids=lambda m: m.address)
def test_every_folder_is_found_by_what_people_say(manifest: Manifest) -> None:
    for word in (*manifest.words, manifest.title["zh"], manifest.title["en"]):
        assert manifest.address in [found.address for found in finder.where(word)], word
    assert finder.why(manifest.address)[0][0] == "is"


@pytest.mark.parametrize("asked", ["印章", "yinzhang", "seal", "yz 印章"])
def test_where_finds_the_counter_and_the_workshop(asked: str) -> None:
    found = [one.address for one in finder.where(asked.split()[-1])]
    assert {"services.seal", "seal"} <= set(found)


@pytest.mark.parametrize("manifest", registry.manifests(), ids=lambda m: m.address)
def test_why_tells_the_edges_of_everything(manifest: Manifest) -> None:
    ends = [*manifest.says, *manifest.hears, *manifest.offers, *(f"{manifest.address}.{r}" for r in manifest.may)]
    for address in ends:
        assert finder.why(address), address
