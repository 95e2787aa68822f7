"""OpenID Connect: what other systems learn about a person who let them in."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class ClaimsValidator(OAuth2Validator):  # type: ignore[misc]
    """Claims by scope; nothing is told that the person was not shown."""

    oidc_claim_scope: dict[str, Any] = {}
