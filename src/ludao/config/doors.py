"""The addresses that ask no right of [may], and why each may be open. `ludao check` compares; * is the rest."""

OPEN = {
    "": "the portal is for everyone",
    "desk/": "sends strangers to the log-in page, shows each person only what they may open",
    "screen/": "sends strangers to the log-in page, shows each person only what they may open",
    "search/": "finds only what the person may see",
    "live/": "tells only of changes in what the person may see",
    "pages/view/save/": "runs the action base.save_view, which asks its right",
    "pages/view/<int:pk>/drop/": "runs the action base.drop_view, which asks its right",
    "pages/work/bar/<str:sealed>/": "opens only with a sealed address, from a page that asked its right",
    "healthz": "for the balancer; says nothing but that the process answers",
    "readyz": "for the balancer; says which components answer",
    "metrics": "for Prometheus; figures without names, kept from outside by the gateway",
    "api/docs": "how to use the API is no secret",
    "api/v1/": "the list of what the API has",
    "api/v1/openapi.json": "the API's description, the same for everyone",
    "api/v1/me": "tells a caller about itself",
    "api/v1/actions": "lists only what the caller may do",
    "api/v1/datasets": "lists only what the caller may read",
    "data/benefit/v1/evaluate": "runs the action data.benefit.evaluate, which asks its right",
    "seal/tsa": "RFC 3161: whoever has a digest may have it stamped",
    "identity/oidc/*": "OpenID Connect: a client's own credentials, or the person's session and consent",
}
