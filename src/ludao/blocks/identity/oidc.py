"""OpenID Connect: what other systems learn about a person who let them in, and the pages where that happens."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from oauth2_provider import views
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import get_scopes_backend

from ludao.base import actions
from ludao.blocks.identity.models import Consent, Person, Post
from ludao.blocks.identity.returning import allow

REQUIRED = {"openid"}


class ClaimsValidator(OAuth2Validator):  # type: ignore[misc]
    """Claims by scope. `sub` is a number of its own, so that two systems learn no account's row number."""

    oidc_claim_scope = {
        "sub": "openid", "name": "profile", "preferred_username": "profile", "locale": "profile",
        "organisation": "profile", "assurance": "profile", "phone_number": "phone", "phone_number_verified": "phone",
        "email": "email",
    }

    def get_additional_claims(self) -> dict[str, Any]:
        return {claim: self._asker(claim) for claim in self.oidc_claim_scope}

    def _asker(self, claim: str) -> Any:
        return lambda request: claims_of(request.user)[claim]

    def get_oidc_claims(self, token: Any, token_handler: Any, request: Any) -> dict[str, Any]:
        """Nothing empty: a claim that is not known is not sent."""
        claims = super().get_oidc_claims(token, token_handler, request)
        return {name: value for name, value in claims.items() if value not in ("", None, [])}


def claims_of(person: Person) -> dict[str, Any]:
    """What may be told of a person, each under one scope."""
    posts = Post.objects.current().filter(person=person).select_related("organisation")
    preference = getattr(person, "preference", None)
    return {
        "sub": str(person.subject), "name": person.name, "preferred_username": person.username,
        "locale": {"en": "en"}.get(preference.language if preference else "", "zh-CN"),
        "organisation": [{"code": post.organisation_id, "name": post.organisation.name, "title": post.title}
                         for post in posts],
        "assurance": person.assurance, "phone_number": f"+86{person.phone}" if person.phone_sealed else "",
        "phone_number_verified": person.assurance >= Person.PHONE if person.phone_sealed else None,
        "email": person.email,
    }


class Authorize(views.AuthorizationView):  # type: ignore[misc]
    """Shows who asks and for what; remembers the answer until the person takes it back."""

    template_name = "identity/consent.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().get(request, *args, **kwargs)
        if "application" not in self.oauth2_data:
            return answer
        scopes, client = self.oauth2_data["scopes"], self.oauth2_data["application"].client_id
        if "consent" not in request.GET.get("prompt", "") and _is_let_in(request, client, scopes):
            return self._straight_on(scopes)
        allow(answer, client, self.oauth2_data["redirect_uri"])
        return answer

    def _straight_on(self, scopes: list[str]) -> HttpResponse:
        """The person agreed to all of this before."""
        _, credentials = self.validate_authorization_request(self.request)
        uri, *_ = self.create_authorization_response(
            request=self.request, scopes=" ".join(scopes), credentials=credentials, allow=True)
        answer: HttpResponse = self.redirect(uri, self.oauth2_data["application"])
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        if form.cleaned_data["allow"]:
            actions.get("identity.let_in").call(self.request.actor, {
                "client": form.cleaned_data["client_id"], "scopes": form.cleaned_data["scope"].split()})
        answer: HttpResponse = super().form_valid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = get_scopes_backend().get_all_scopes()
        asked = [{"name": scope, "words": words[scope]} for scope in self.oauth2_data.get("scopes", [])]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "asked": asked, "person": self.request.user}


class Logout(views.RPInitiatedLogoutView):  # type: ignore[misc]
    """An application asks to log the person out of the city; the person agrees."""

    template_name = "identity/oidc_logout.html"


def _is_let_in(request: HttpRequest, client: str, scopes: list[str]) -> bool:
    if isinstance(request.user, AnonymousUser):
        return False
    given = Consent.objects.filter(person=request.user, client=client, revoked_at=None).first()
    return given is not None and set(scopes) <= {*given.scopes, *REQUIRED}


oidc_urls = [
    path("authorize/", Authorize.as_view(), name="authorize"),
    path("token/", views.TokenView.as_view(), name="token"),
    path("revoke/", views.RevokeTokenView.as_view(), name="revoke-token"),
    path("introspect/", views.IntrospectTokenView.as_view(), name="introspect"),
    re_path(r"^\.well-known/openid-configuration/?$", views.ConnectDiscoveryInfoView.as_view(),
            name="oidc-connect-discovery-info"),
    path(".well-known/oauth-authorization-server", views.OAuthServerMetadataView.as_view(),
         name="oauth-server-metadata"),  # also tells the toolkit the issuer it names in its answers (RFC 9207)
    path(".well-known/jwks.json", views.JwksInfoView.as_view(), name="jwks-info"),
    path("userinfo/", views.UserInfoView.as_view(), name="user-info"),
    path("logout/", Logout.as_view(), name="rp-initiated-logout"),
]
