"""Another system logs people in with their city account: authlib, as its makers ship it, against the running house."""

import re
import secrets
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.identity.actions import clients
from ludao.blocks.identity.models import Consent, Person
from ludao.blocks.identity.oidc import claims_of

HOUSE = Actor.system("test")
CALLBACK = "http://127.0.0.1:9/callback"
AFTER = "http://127.0.0.1:9/bye"


class Hidden(HTMLParser):
    """The hidden fields of the forms in a page's own part, not of those in its head."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.is_inside = self.is_inside or tag == "main"
        if self.is_inside and tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"] or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "main"


class Browser:
    """A person's browser: keeps cookies, fills in forms."""

    def __init__(self, house: str) -> None:
        self.http = httpx.Client(base_url=house, timeout=60)
        self.house = house

    def send(self, address: str, **given: str) -> httpx.Response:
        """Open the page, fill in its form, send it."""
        page = self.http.get(address)
        hidden = Hidden(page.text).fields
        return self.http.post(address, data={**hidden, **given}, headers={"Referer": self.house})

    def log_in(self, username: str) -> None:
        assert self.send("/identity/login/", username=username, password="ludao-demo").status_code == 302


@pytest.fixture(scope="module")
def foreign(house: str) -> dict[str, str]:
    """A foreign system, registered by the operator on the page, as a person would do it."""
    operator = Browser(house)
    operator.log_in("yunwei")
    done = operator.send("/identity/do/register_client/", name="外部系统", redirect_uris=CALLBACK, kind="confidential",
                         logout_uris=AFTER)
    page = operator.http.get(done.headers["location"])
    shown = re.findall(r'<code class="text-break">([^<]+)</code>', page.text)
    assert page.status_code == 200, page.text[-1500:]
    issuer, client_id, secret = shown[0], shown[1], shown[2]
    return {"issuer": issuer, "client_id": client_id, "client_secret": secret}


@pytest.fixture
def session(foreign: dict[str, str]) -> Iterator[OAuth2Client]:
    """authlib's client, which knows nothing but the issuer, its number and its secret."""
    with OAuth2Client(foreign["client_id"], foreign["client_secret"], scope="openid profile phone",
                      redirect_uri=CALLBACK, code_challenge_method="S256") as client:
        client.metadata = httpx.get(f"{foreign['issuer']}/.well-known/openid-configuration").json()
        yield client


def go(session: OAuth2Client, browser: Browser, agree: bool = True, **more: str) -> tuple[httpx.Response, str]:
    """The person is sent to the city and comes back with a code."""
    verifier = secrets.token_urlsafe(48)
    url, _ = session.create_authorization_url(session.metadata["authorization_endpoint"], code_verifier=verifier,
                                              **more)
    answer = browser.http.get(url)
    if answer.status_code == 200:
        answer = browser.send(url, **({"allow": "Authorize"} if agree else {}))
    return answer, verifier


def claims_in(session: OAuth2Client, token: dict[str, Any], nonce: str) -> CodeIDToken:
    keys = KeySet.import_key_set(httpx.get(session.metadata["jwks_uri"]).json())
    signed = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    claims = CodeIDToken(
        signed.claims, signed.header,
        {"iss": {"value": session.metadata["issuer"]}, "aud": {"value": session.client_id}},
        {"nonce": nonce, "client_id": session.client_id, "access_token": token["access_token"]})
    claims.validate()
    return claims


def test_a_foreign_system_logs_a_person_in_keeps_them_in_and_lets_them_go(house, session):
    browser = Browser(house)
    browser.log_in("wangke")
    answer, verifier = go(session, browser, nonce="n-0S6")
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == CALLBACK
    assert parse_qs(back.query)["iss"] == [session.metadata["issuer"]]
    token = session.fetch_token(session.metadata["token_endpoint"], authorization_response=answer.headers["location"],
                                code_verifier=verifier)
    claims = claims_in(session, token, "n-0S6")
    person = session.get(session.metadata["userinfo_endpoint"]).json()
    assert person["sub"] == claims["sub"]
    assert (person["name"], person["preferred_username"], person["assurance"]) == ("王科", "wangke", 3)
    assert {post["code"] for post in person["organisation"]} == {"xm-dsj", "xm-szb"}
    assert re.fullmatch(r"\+86154\d{8}", person["phone_number"])
    assert "email" not in person

    fresh = session.refresh_token(session.metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert fresh["access_token"] != token["access_token"]
    with httpx.Client(auth=(session.client_id, session.client_secret)) as thief:
        for used in (token["refresh_token"], fresh["refresh_token"]):  # the first is stale, and ends the second too
            answer = thief.post(session.metadata["token_endpoint"],
                                data={"grant_type": "refresh_token", "refresh_token": used})
            assert answer.status_code == 400

    asked = urlencode({"id_token_hint": token["id_token"], "post_logout_redirect_uri": AFTER, "state": "s"})
    left = browser.send(f"{session.metadata['end_session_endpoint']}?{asked}", allow="Confirm")
    assert left.headers["location"].startswith(AFTER)
    assert browser.http.get("/identity/account/").status_code == 404


def test_consent_is_asked_once_and_can_be_taken_back(house, session):
    browser = Browser(house)
    browser.log_in("lilei")
    url, _ = session.create_authorization_url(session.metadata["authorization_endpoint"], code_verifier="v" * 48)
    page = browser.http.get(url)
    for words in ("外部系统", "姓名与单位", "手机号码"):
        assert words in page.text
    assert "form-action 'self' http://127.0.0.1:9" in page.headers["content-security-policy"]
    answer, verifier = go(session, browser)
    token = session.fetch_token(session.metadata["token_endpoint"], authorization_response=answer.headers["location"],
                                code_verifier=verifier)
    straight = browser.http.get(url)
    assert straight.status_code == 302 and "code=" in straight.headers["location"]

    page = browser.http.get("/identity/account/applications/").text
    consent = re.search(r'name="consent" value="(\d+)"', page).group(1)
    assert browser.send("/identity/account/applications/", consent=consent).status_code == 302
    assert httpx.get(session.metadata["userinfo_endpoint"],
                     headers={"Authorization": f"Bearer {token['access_token']}"}).status_code == 401
    assert browser.http.get(url).status_code == 200


def test_who_does_not_agree_is_sent_back_without_a_code(house, session):
    browser = Browser(house)
    browser.log_in("chenqu")
    answer, _ = go(session, browser, agree=False)
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["access_denied"]


def test_the_way_to_consent_leads_through_the_door(house, session):
    browser = Browser(house)
    url, _ = session.create_authorization_url(session.metadata["authorization_endpoint"], code_verifier="v" * 48)
    door = browser.http.get(url)
    assert door.headers["location"].startswith("/identity/login/?next=/identity/oidc/authorize/")
    after = browser.send(door.headers["location"], username="linju", password="ludao-demo")
    assert after.headers["location"].startswith("/identity/oidc/authorize/")


@pytest.mark.parametrize("change", [
    {"redirect_uri": "http://127.0.0.1:9/elsewhere"}, {"client_id": "nobody"},
])
def test_nobody_is_sent_to_an_address_that_was_not_registered(house, foreign, change):
    browser = Browser(house)
    browser.log_in("shuguan")
    answer = browser.http.get("/identity/oidc/authorize/", params={
        "client_id": foreign["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid",
        "code_challenge": "x" * 43, "code_challenge_method": "S256", **change})
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_code_without_its_verifier_is_worth_nothing(house, session, foreign):
    browser = Browser(house)
    browser.log_in("hanmeimei")
    answer, _ = go(session, browser)
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    wrong = httpx.post(session.metadata["token_endpoint"], auth=(foreign["client_id"], foreign["client_secret"]), data={
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": "w" * 48})
    assert wrong.status_code == 400


def test_a_request_without_pkce_is_refused(house, foreign):
    browser = Browser(house)
    browser.log_in("zhao")
    answer = browser.http.get("/identity/oidc/authorize/", params={
        "client_id": foreign["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"})
    assert "error=invalid_request" in answer.headers["location"]


@pytest.mark.parametrize("address", ["http://city.example/cb", "https://x.example/#f", "callback",
                                     "https://a b.example/"])
def test_an_address_that_others_could_listen_to_is_not_registered(city, address):
    with pytest.raises(Problem) as error:
        clients.register_client(HOUSE, name="外部系统", redirect_uris=[address])
    assert error.value.field == "redirect_uris"


def test_tokens_and_secrets_are_kept_as_digests(city):
    from oauth2_provider.models import Application

    made = clients.register_client(HOUSE, name="外部系统", redirect_uris=["https://x.example/cb"])
    assert Application.objects.get(client_id=made.client_id).client_secret.startswith("argon2$")


def test_a_person_is_told_under_a_number_of_its_own(city):
    person = Person.objects.get(username="zhao")
    told = claims_of(person)
    assert told["sub"] == str(person.subject) != str(person.pk)
    assert told["phone_number"] == "" and told["phone_number_verified"] is None


def test_only_the_operator_registers_applications(city, client_of):
    assert client_of("wangke").get("/identity/do/register_client/").status_code == 404
    assert client_of("yunwei").get("/identity/do/register_client/").status_code == 200


def test_nobody_takes_back_the_consent_of_another(city, own):
    from ludao.base import actions

    made = clients.register_client(HOUSE, name="外部系统", redirect_uris=["https://x.example/cb"])
    given = clients.let_in(own("lilei"), client=made.client_id, scopes=["openid"])
    with pytest.raises(Problem):
        actions.get("identity.shut_out").call(own("zhao"), {"consent": given.pk})
    assert Consent.objects.get(pk=given.pk).revoked_at is None


