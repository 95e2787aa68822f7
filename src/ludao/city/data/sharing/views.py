"""What the kit cannot say: the desk, choosing columns, an endpoint's figures, demands in numbers, the cases."""

import json
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from ludao.base import actions, clock, rights
from ludao.base.errors import LudaoError, Problems
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.text import pick, t

from . import figures
from .engine.chart import bars
from .finding import find, offered
from .models import Application, Contest, Demand, Endpoint, Given, Grant, Letter, Offer, Received, Story
from .models.asking import RETURNED, WAITING, WAYS
from .models.grants import SOON_DAYS

READ = "data.sharing.read"
FEW = 8


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person on both sides: to decide, to amend, to renew; and the day in numbers."""
    today = clock.today()
    received = rights.narrow(request.actor, "data.sharing.grant", Received.objects.filter(state=WAITING))
    back = rights.narrow(request.actor, "data.sharing.amend", Application.objects.filter(state=RETURNED))
    held = rights.narrow(request.actor, READ, Grant.objects.filter(state="open"))
    ending = held.filter(ends_on__range=(today, today + timedelta(days=SOON_DAYS)))
    asked_of = Demand.objects.filter(state="open", asked_of_id=request.actor.organisation or None)
    waiting = [
        *(
            item(one, t("审核", "Decide"), one.who, one.due_at.date(), one.light)
            for one in received.select_related("owner", "applicant", "peer").order_by("due_at")[:FEW]
        ),
        *(
            item(one, t("补正", "Amend"), one.whom, None, "amber")
            for one in back.select_related("owner", "applicant", "peer").order_by("-sent_at")[:FEW]
        ),
        *(
            item(one, t("续期", "Renew"), str(one.owner), one.ends_on, "amber")
            for one in ending.select_related("owner").order_by("ends_on")[:FEW]
        ),
        *(
            item(one, t("回应需求", "Answer a demand"), str(one.asker), one.due_on, one.light)
            for one in asked_of.select_related("asker").order_by("due_on")[:FEW]
        ),
    ]
    latest = rights.narrow(request.actor, READ, Application.objects.all()).select_related("owner", "applicant", "peer")
    context = {
        "title": t("共享工作台", "Sharing desk"),
        "waiting": sorted(waiting, key=lambda w: w["due"] or date.max),
        "tiles": tiles(request),
        "latest": latest.order_by("-pk")[:FEW],
        "actions": buttons(request, by_address()["data.sharing"], ("apply", "demand")),
        "as_of": clock.now(),
    }
    return render(request, "data_sharing/desk.html", context)


def item(thing: Any, verb: str, who: str, due: date | None, light: str) -> dict[str, Any]:
    return {
        "title": str(thing),
        "url": thing.get_absolute_url(),
        "system": verb,
        "who": who,
        "due": due,
        "light": light,
    }


def tiles(request: HttpRequest) -> list[dict[str, Any]]:
    """The figures of what the person may see, each leading to its rows."""
    today = clock.today()
    asked = rights.narrow(request.actor, READ, Application.objects.all()).aggregate(
        open=Count("pk", Q(state__in=(WAITING, RETURNED)))
    )
    got = rights.narrow(request.actor, READ, Received.objects.all()).aggregate(
        open=Count("pk", Q(state=WAITING)), late=Count("pk", Q(state=WAITING, due_at__lt=clock.now()))
    )
    given = rights.narrow(request.actor, READ, Given.objects.filter(state="open"))
    held = rights.narrow(request.actor, READ, Grant.objects.filter(state="open")).count()
    used = (
        figures.Hour.objects.filter(grant__in=given.values("pk"), hour__gte=clock.now() - timedelta(days=1)).aggregate(
            n=Sum("requests")
        )["n"]
        or 0
    )
    base = "/data/sharing/"
    return [
        {
            "title": t("待我审核", "To decide"),
            "value": got["open"],
            "unit": t("件", "applications"),
            "as_of": today,
            "url": f"{base}received/?state=waiting",
            "tone": "bad" if got["late"] else "sea",
            "text": t(f"其中超期 {got['late']} 件", f"{got['late']} late"),
        },
        {
            "title": t("我的在办申请", "Our open applications"),
            "value": asked["open"],
            "unit": t("件", "applications"),
            "as_of": today,
            "url": f"{base}application/",
        },
        {
            "title": t("持有的授权", "Grants we hold"),
            "value": held,
            "unit": t("项", "grants"),
            "as_of": today,
            "url": f"{base}grant/?state=open",
        },
        {
            "title": t("给出的授权", "Grants we gave"),
            "value": given.count(),
            "unit": t("项", "grants"),
            "as_of": today,
            "url": f"{base}given/?state=open",
        },
        {
            "title": t("近24小时被用", "Used in 24 h"),
            "value": used,
            "unit": t("次", "requests"),
            "as_of": today,
            "url": f"{base}watched/",
        },
    ]


def ask(request: HttpRequest) -> HttpResponse:
    """Choose columns of an entry one by one, plain or masked, and say what for; sends data.sharing.apply, or, for an
    entry of a peer's catalogue, data.sharing.ask_peer."""
    offer = _offer(request)
    address = offer.address if offer else request.POST.get("address") or request.GET.get("address", "")
    if not address:
        return redirect("/data/sharing/do/apply/")
    try:
        found = offered(address, offer.contract) if offer else find(address)
    except LudaoError as error:
        raise Http404 from error
    typed = request.POST if request.method == "POST" else {}
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _sent(request, given_of(request, found.names), offer)
            messages.success(request, t("申请已提交", "Sent"))
            return redirect(made.get_absolute_url())
        except LudaoError as error:
            for one in error.problems if isinstance(error, Problems) else [error]:
                problems[one.field.split(".")[0] or "all"] = str(one)
    chosen = {name: request.POST.get(f"column.{name}", "") for name in found.names}
    context = {
        "title": t("申请共享", "Apply for data"),
        "lead": f"{found.zh} · {found.address}" + (f" · {offer.peer}" if offer else ""),
        "found": found,
        "offer": offer,
        "rows": [(f, chosen[f.name]) for f in found.fields],
        "typed": typed,
        "problems": problems,
        "ways": [] if offer else WAYS,
        "chosen_ways": request.POST.getlist("ways") or ["lookup"],
        "today": clock.today(),
        "ends": typed.get("ends_on") or (clock.today() + timedelta(days=365)).isoformat(),
    }
    return render(request, "data_sharing/ask.html", context, status=422 if problems else 200)


def _offer(request: HttpRequest) -> Offer | None:
    key = request.POST.get("offer") or request.GET.get("offer", "")
    return get_object_or_404(Offer.objects.select_related("peer"), pk=key, is_gone=False) if key.isdigit() else None


def _sent(request: HttpRequest, given: dict[str, Any], offer: Offer | None) -> Any:
    if offer is None:
        return actions.get("data.sharing.apply").call(request.actor, given)
    asked = {name: value for name, value in given.items() if name not in ("address", "ways", "frequency")}
    return actions.get("data.sharing.ask_peer").call(request.actor, {**asked, "offer": offer.pk})


def offer_context(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    """Its columns, and the way to ask for them."""
    may = not offer.is_gone and rights.may(request.actor, "data.sharing.ask_peer", offer)
    url = f"/data/sharing/ask/?offer={offer.pk}"
    return {"found": offered(offer.address, offer.contract),
            "actions": [{"title": t("向对端申请", "Ask the peer"), "url": url, "icon": "send"}] if may else []}


def letter_context(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    """The letter as it was written."""
    return {"written": json.dumps(letter.body, ensure_ascii=False, indent=1)}


def given_of(request: HttpRequest, names: list[str]) -> dict[str, Any]:
    """The page's choices as the action's input."""
    picked = {name: request.POST.get(f"column.{name}", "") for name in names}
    given: dict[str, Any] = {
        name: request.POST.get(name, "") for name in ("address", "purpose", "basis", "scene", "ends_on")
    }
    given["columns"] = [name for name, how in picked.items() if how in ("masked", "plain")]
    given["plain"] = [name for name, how in picked.items() if how == "plain"]
    given["ways"] = request.POST.getlist("ways")
    if request.POST.get("frequency"):
        given["frequency"] = request.POST["frequency"]
    return given


def grant_context(request: HttpRequest, grant: Grant) -> dict[str, Any]:
    """How it is used, for the holder's developer; what was used of the quota, for both."""
    chain = getattr(grant, "chain", None)
    is_today = chain is not None and chain.day == clock.today()
    return {
        "base": request.build_absolute_uri("/data/sharing/v1"),
        "is_holder": not isinstance(grant, Given),
        "key_query": "&".join(f"{name}=…" for name in grant.key),
        "used_today": chain.day_count if is_today else 0,
        "used_month": chain.month_count if chain else 0,
        "messages_in_all": chain.number if chain else 0,
    }


def endpoint_context(request: HttpRequest, endpoint: Endpoint) -> dict[str, Any]:
    """Requests, errors, rows and times of the last hour, day and month; charts of the day by hour, the month by day."""
    which, now = Q(address=endpoint.address), clock.now()
    month = figures.hours_of(which, now - timedelta(days=30))
    day = [h for h in month if h["hour"] >= now - timedelta(hours=24)]
    spans = [
        (t("近1小时", "Last hour"), figures.latest(which)),
        (t("近24小时", "Last 24 hours"), figures.figures(day)),
        (t("近30天", "Last 30 days"), figures.figures(month)),
    ]
    holders = Grant.objects.filter(address=endpoint.address, state="open").select_related("organisation", "peer")
    return {
        "spans": spans,
        "by_hour": bars(by_hour(day, now)),
        "by_day": bars(by_day(month, now)),
        "as_of": now,
        "holders": holders.order_by("pk")[:20],
        "url": request.build_absolute_uri(f"/data/sharing/v1/lookup/{endpoint.address}"),
    }


def by_hour(hours: list[dict[str, Any]], now: Any) -> list[tuple[str, int, int]]:
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    slots = [first + timedelta(hours=n) for n in range(24)]
    return [
        (
            f"{at:%H}",
            sum(h["requests"] for h in hours if h["hour"] == at),
            sum(h["errors"] for h in hours if h["hour"] == at),
        )
        for at in slots
    ]


def by_day(hours: list[dict[str, Any]], now: Any) -> list[tuple[str, int, int]]:
    days = [now.date() - timedelta(days=29 - n) for n in range(30)]
    return [
        (
            f"{day:%m-%d}",
            sum(h["requests"] for h in hours if clock.day_of(h["hour"]) == day),
            sum(h["errors"] for h in hours if clock.day_of(h["hour"]) == day),
        )
        for day in days
    ]


def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder's file for a Delta Sharing client; made anew each time, for it cannot be shown again."""
    grant = rights.narrow(request.actor, "data.sharing.download_profile", Grant.objects.filter(pk=pk)).first()
    if grant is None or request.method != "POST":
        raise Http404
    made = actions.get("data.sharing.download_profile").call(request.actor, {"grant": pk})
    answer = JsonResponse(
        {
            "shareCredentialsVersion": 1,
            "endpoint": request.build_absolute_uri("/data/sharing/v1/delta"),
            "bearerToken": made.token,
            "expirationTime": made.expires_at.isoformat(),
        }
    )
    answer["Content-Disposition"] = f'attachment; filename="{grant.number}.share"'
    answer["Cache-Control"] = "no-store"
    return answer


def statistics(request: HttpRequest) -> HttpResponse:
    """The published list in numbers: how many, how many met, by whom, what is late."""
    counts = Demand.objects.aggregate(
        all=Count("pk"),
        open=Count("pk", Q(state="open")),
        planned=Count("pk", Q(state="planned")),
        met=Count("pk", Q(state="met")),
        late=Count("pk", Q(state__in=("open", "planned"), due_on__lt=clock.today())),
    )
    askers = Demand.objects.values("asker__name", "asker__name_en").annotate(
        n=Count("pk"), met=Count("pk", Q(state="met"))
    )
    context = {
        "title": t("需求清单", "List of demands"),
        "counts": counts,
        "rate": round(100 * counts["met"] / counts["all"]) if counts["all"] else None,
        "askers": [
            {"asker": pick(a["asker__name"], a["asker__name_en"] or a["asker__name"]), "n": a["n"], "met": a["met"]}
            for a in askers.order_by("-n")[:10]
        ],
        "open": Demand.objects.filter(state__in=("open", "planned"))
        .select_related("asker", "asked_of")
        .order_by("due_on")[:20],
        "as_of": clock.now(),
        "actions": buttons(request, by_address()["data.sharing"], ("demand",)),
    }
    return render(request, "data_sharing/demands.html", context)


def showcase(request: HttpRequest) -> HttpResponse:
    """The best cases of a year: with their pictures, votes while they are open, ranks once published."""
    contests = list(Contest.objects.order_by("-year", "-pk")[:10])
    asked = request.GET.get("contest", "")
    contest = next((c for c in contests if str(c.pk) == asked), contests[0] if contests else None)
    stories = (
        Story.objects.filter(contest=contest).exclude(state="told").defer("picture")
        if contest
        else Story.objects.none()
    )
    context = {
        "title": t("优秀共享案例", "Best cases"),
        "contest": contest,
        "contests": contests,
        "lead": str(contest or ""),
        "stories": stories.select_related("organisation").annotate(votes=Count("ballots")).order_by("rank", "-votes"),
        "actions": buttons(request, by_address()["data.sharing"], ("tell", "open_contest")),
    }
    return render(request, "data_sharing/showcase.html", context)


def picture(request: HttpRequest, pk: int) -> HttpResponse:
    story = Story.objects.filter(pk=pk).first()
    if story is None or not story.has_picture:
        raise Http404
    return HttpResponse(bytes(story.picture or b""), content_type=story.picture_type)


def peer_context(request: HttpRequest, peer: Any) -> dict[str, Any]:
    """Our own key beside the peer's, for its operator to enter."""
    from . import keys

    return {
        "aside": [
            {
                "title": t("本平台公钥", "Our public key"),
                "facts": [
                    {"title": "SM2", "value": keys.public_key(), "kind": "code"},
                    {
                        "title": t("待发送", "To send"),
                        "value": peer.letters.filter(is_out=True, state="waiting").count(),
                    },
                    {"title": t("停放", "Parked"), "value": peer.letters.filter(state="parked").count()},
                ],
            }
        ]
    }
