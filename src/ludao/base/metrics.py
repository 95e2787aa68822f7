"""Figures for Prometheus: requests, actions, deliveries, and what waits in the database."""

from collections.abc import Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

REQUESTS = Histogram(
    "ludao_request_seconds", "Time to answer a request", ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
ACTIONS = Counter("ludao_actions_total", "Actions done or refused", ["address", "outcome"])


def note_request(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """By route, not by path: a label must not grow with the city's rows."""
    match = request.resolver_match
    route = match.route if match else "none"
    REQUESTS.labels(request.method or "", route, response.status_code).observe(seconds)


class Waiting(Collector):
    """Counted only when asked: deliveries by state and the jobs that wait."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("ludao_deliveries", "Event deliveries not done", labels=["state"])
        with connection.cursor() as cursor:
            cursor.execute("select state, count(*) from base_delivery where state <> 'done' group by state")
            counts = dict(cursor.fetchall())
        for state in ("waiting", "parked"):
            family.add_metric([state], counts.get(state, 0))
        yield family

    def describe(self) -> list[GaugeMetricFamily]:
        return []


REGISTRY.register(Waiting())


def page(request: HttpRequest) -> HttpResponse:
    """What Prometheus scrapes."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
