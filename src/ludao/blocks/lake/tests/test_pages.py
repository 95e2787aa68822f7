"""A steward looks at the lake's tables and takes one back; a stranger sees none of it."""


def test_a_steward_takes_a_table_back(city, client_of):
    from ludao.blocks.lake import examples, public

    examples._table(None)
    client = client_of("shuguan")
    before = public.describe(examples.ADDRESS)
    assert examples.ADDRESS in client.get("/lake/?q=example").text
    page = client.get(f"/lake/table/?address={examples.ADDRESS}")
    assert f"/lake/do/undo/?address={examples.ADDRESS}&amp;to={before.version - 1}" in page.text
    answer = client.post("/lake/do/undo/", {"address": examples.ADDRESS, "to": before.version - 1, "confirmed": "yes"})
    assert answer.status_code in (200, 302), answer.text
    assert public.describe(examples.ADDRESS).rows == 1


def test_a_stranger_sees_no_table(city, client_of):
    client = client_of("zhao")
    assert client.get("/lake/").status_code == client.get("/lake/table/?address=identity.area").status_code == 404
