"""Claim: with 1,000,000 cases and 2,000 officers, 100 people at work on two cores are served as fast as by OpenCRVS.

Mix of requests: search 30, worklist 30, open 20, register 10, act 10, each user pausing 3 to 7 seconds between two. The
peer's figures are its own, published for 1,150 users on larger machines (search 57 ms, worklist 39 ms, open 159 ms,
register 341 ms at p95); client, web and database share the same cores here. `scale` 1 is a million cases for five
minutes.
"""

import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

CASES, OFFICERS, OFFICES, CITIZENS, USERS, SECONDS = 1_000_000, 2_000, 100, 50, 100, 300
MIX = (("search", 30), ("worklist", 30), ("open", 20), ("register", 10), ("act", 10))
PEER = {"search": 57, "worklist": 39, "open": 159, "register": 341}
PAUSE = (3.0, 7.0)
SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪曾周叶庄苏赖徐朱何廖罗高沈江胡余方卢潘戴魏肖邱"
GIVEN = "国建志文明伟强军平勇艳丽芳敏静婷雪梅娟玲慧洁宏斌辉鹏飞磊涛宇"
TITLES = (
    "窗口排队时间过长",
    "材料重复提交",
    "咨询电话无人接听",
    "办理结果未送达",
    "自助终端故障",
    "收费与公示不符",
    "审批超过承诺时限",
    "现场勘验爽约",
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"|"X-CSRFToken": "([^"]+)"')


def run(scale: float) -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(Path(__file__).parent))  # the web process is started as bench/login.py does
    from login import free_port, web

    from ludao.base.embedded import Embedded

    load = f"; the machine's load before it {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory(prefix="ludao-bench-") as folder:
        os.environ.update(DATA=folder, DJANGO_SETTINGS_MODULE="ludao.config.settings", LUDAO_LOG="ERROR")
        servers = Embedded(Path(folder))
        servers.start()
        try:
            cases = max(2_000, int(CASES * scale))
            filled = fill(cases)
            people = doors(filled)
            port = free_port()
            with web(folder, port):
                taken, errors = asyncio.run(crowd(f"http://127.0.0.1:{port}", people, cases, max(30, SECONDS * scale)))
        finally:
            servers.stop()
    every = sum(map(len, taken.values()))
    note = f"{cases:,} cases, {OFFICERS:,} officers, {USERS} users, {every} requests; all on the same cores{load}"
    for name, _ in MIX:
        value = round(statistics.quantiles(taken[name], n=100)[94], 1)
        figure: dict[str, Any] = {
            "name": f"case.{name}.p95_ms",
            "value": value,
            "unit": "ms",
            "scale": scale,
            "note": f"{note}; p50 {statistics.median(taken[name]):.0f} ms",
        }
        if name in PEER:
            figure |= {"peer": "OpenCRVS, published", "peer_value": PEER[name], "ratio": round(value / PEER[name], 2)}
        yield figure
    yield {
        "name": "case.errors",
        "value": len(errors),
        "unit": "requests",
        "scale": scale,
        "note": f"of {every + len(errors)}{': ' + '; '.join(errors[:3]) if errors else ''}",
    }


# — the city ———————————————————————————————————————————————————————————————————————————————————————————


def fill(cases: int) -> dict[str, list[int]]:
    """Organisations, officers with their role, citizens, and the cases by COPY; what was made, by kind."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    officers, citizens = staff()
    with connection.cursor() as cursor:
        indexes = drop_indexes(cursor)
        copy_cases(cursor, cases, officers)
        for statement in indexes:
            cursor.execute(statement)
        for table in ("case_case", "case_task", "case_entry"):
            cursor.execute(f"alter table {table} enable trigger user")
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
            cursor.execute(f"vacuum analyze {table}")
    return {"officers": [pk for pk, _, _ in officers], "citizens": citizens}


def staff() -> tuple[list[tuple[int, int, str]], list[int]]:
    """Twenty officers in each of a hundred offices; each may do the steps of cases there."""
    from ludao.base import clock
    from ludao.blocks.identity.public import Organisation, Person, Post
    from ludao.blocks.permission.public import Holding

    root = Organisation.objects.create(code="b", name="测试市", kind="government")
    offices = Organisation.objects.bulk_create(
        Organisation(code=f"b-{n:03}", name=f"测试{n}局", kind="department", parent=root, level=2)
        for n in range(OFFICES)
    )
    people = Person.objects.bulk_create(
        Person(username=f"bench{n}", name=name_of(random.Random(n)), password="!") for n in range(OFFICERS + CITIZENS)
    )
    posts = Post.objects.bulk_create(
        Post(person=person, organisation=offices[n % OFFICES], title="经办")
        for n, person in enumerate(people[:OFFICERS])
    )
    now = clock.now()
    Holding.objects.bulk_create(
        Holding(
            post=post,
            role="service_supervisor",
            organisation=post.organisation,
            starts_at=now,
            approved_at=now,
            reason="bench",
        )
        for post in posts
    )
    return [(p.person_id, p.pk, p.organisation_id) for p in posts], [p.pk for p in people[OFFICERS:]]


def name_of(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))


def drop_indexes(cursor: Any) -> list[str]:
    """Filled without indexes, as anybody loads a million rows; they are made again as the migrations made them."""
    cursor.execute(
        "select indexname, indexdef from pg_indexes where tablename in ('case_case', 'case_task', 'case_entry')"
        " and indexdef not like 'CREATE UNIQUE%%'"
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'drop index "{name}"')
    for table in ("case_case", "case_task", "case_entry"):
        cursor.execute(f"alter table {table} disable trigger user")
    return [definition for _, definition in found]


STEPS = (("accept", "受理投诉", "accept"), ("handle", "核实处理", "handle"), ("call_back", "电话回访", "call_back"))


def copy_cases(cursor: Any, cases: int, officers: list[tuple[int, int, str]]) -> None:
    """Nine in ten are closed, over three years; the others wait at one of their steps, six in ten of those taken."""
    from ludao.base import clock

    chance, now = random.Random(7), clock.now()
    here: dict[str, list[int]] = defaultdict(list)
    for person, _, office in officers:
        here[office].append(person)
    offices = sorted(here)
    folder = Path(tempfile.mkdtemp(prefix="ludao-copy-"))
    names = ("case_case", "case_task", "case_entry")
    files = {name: (folder / name).open("w", encoding="utf-8") for name in names}
    task = 0
    for pk in range(1, cases + 1):
        opened = now - timedelta(seconds=(cases - pk) * (3 * 365 * 86_400 / cases))
        is_closed, office = chance.random() < 0.9, chance.choice(offices)
        due = opened + timedelta(days=21) if is_closed else now + timedelta(hours=chance.randint(-100, 500))
        applicant, title = name_of(chance), chance.choice(TITLES)
        done = 3 if is_closed else chance.randint(0, 2)
        holder = chance.choice(here[office]) if not is_closed and chance.random() < 0.6 else None
        light = "done" if is_closed else "red" if due < now else "amber" if due < now + timedelta(days=1) else "green"
        state = "closed" if is_closed else "handling" if done else "submitted"
        closed = opened + timedelta(days=chance.randint(1, 25)) if is_closed else None
        files["case_case"].write(
            "\t".join(
                map(
                    said,
                    (
                        pk,
                        f"TS{opened:%Y%m%d}{pk:07}",
                        "case.complaint",
                        "",
                        title,
                        state,
                        "done" if is_closed else "",
                        light,
                        office,
                        "portal",
                        applicant,
                        opened,
                        opened if done else None,
                        closed,
                        due,
                        due,
                        "" if is_closed else STEPS[done][1],
                        holder,
                        None if is_closed else office,
                        f"{title} {applicant}",
                    ),
                )
            )
            + "\n"
        )
        for number, (key, words, kind) in enumerate(STEPS[: done if is_closed else done + 1]):
            task += 1
            is_done = number < done
            files["case_task"].write(
                "\t".join(
                    map(
                        said,
                        (
                            task,
                            pk,
                            key,
                            words,
                            kind,
                            "{accept,refuse,correct}" if key == "accept" else "{done}",
                            "service_supervisor",
                            office,
                            chance.choice(here[office]) if is_done else holder,
                            "closed" if is_done else "open",
                            opened,
                            due,
                            opened + timedelta(days=number + 1) if is_done else None,
                            "done" if is_done else "",
                            chance.choice(here[office]) if is_done else None,
                        ),
                    )
                )
                + "\n"
            )
        files["case_entry"].write("\t".join(map(said, (pk, pk, opened, "opened", "提交", "Submitted"))) + "\n")
    for file in files.values():
        file.close()
    for name in names:
        copy_in(cursor, name, folder / name)


COLUMNS = {
    "case_case": (
        "id, number, kind, item, title, state, ending, light, organisation_id, channel, applicant, opened_at,"
        " accepted_at, closed_at, due_at, amber_at, step_zh, holder_id, office_id, words"
    ),
    "case_task": (
        "id, case_id, key, title, kind, verbs, role, organisation_id, holder_id, state, opened_at, due_at,"
        " closed_at, outcome, by_id"
    ),
    "case_entry": "id, case_id, at, what, zh, en",
}
REST = {
    "case_case": {
        "title_en": "''",
        "decision": "''",
        "entity": "'person'",
        "enterprise": "''",
        "mandate": "''",
        "id_sealed": "''",
        "phone_sealed": "''",
        "data": '\'{"text": "测试"}\'',
        "facts": "'{}'",
        "process": "''",
        "legal_days": "15",
        "promised_days": "15",
        "hours": "0",
        "paused_days": "0",
        "step_en": "''",
    },
    "case_task": {
        "title_en": "''",
        "form": "''",
        "is_personal": "false",
        "question": "''",
        "days": "3",
        "opinion": "''",
        "data": "'{}'",
        "undo": "'{}'",
    },
    "case_entry": {"by": "''", "person": "''", "office": "''", "text": "''", "is_internal": "false", "data": "'{}'"},
}


def said(value: Any) -> str:
    return "\\N" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def copy_in(cursor: Any, table: str, path: Path) -> None:
    """Columns that all rows share come as defaults for the time of the COPY."""
    for column, value in REST[table].items():
        cursor.execute(f"alter table {table} alter column {column} set default {value}".replace("%", "%%"))
    with cursor.copy(f"copy {table} ({COLUMNS[table]}) from stdin") as copy, path.open("rb") as file:
        while block := file.read(2**20):
            copy.write(block)
    for column in REST[table]:
        cursor.execute(f"alter table {table} alter column {column} drop default")
    path.unlink()
    if not any(path.parent.iterdir()):
        path.parent.rmdir()


# — the crowd ——————————————————————————————————————————————————————————————————————————————————————————


def doors(filled: dict[str, list[int]]) -> list[tuple[str, dict[str, str]]]:
    """A hundred people who are signed in: nine officers to each citizen."""
    from django.test import Client

    from ludao.blocks.identity.public import Person

    chance = random.Random(3)
    some = [("officer", pk) for pk in chance.sample(filled["officers"], USERS * 9 // 10)]
    some += [("citizen", pk) for pk in chance.sample(filled["citizens"], USERS - len(some))]
    found = []
    for role, pk in some:
        client = Client()
        client.force_login(Person.objects.get(pk=pk), backend="ludao.blocks.identity.public.PersonBackend")
        found.append((role, {name: morsel.value for name, morsel in client.cookies.items()}))
    return found


async def crowd(
    address: str, people: list[tuple[str, dict[str, str]]], cases: int, seconds: float
) -> tuple[dict[str, list[float]], list[str]]:
    taken: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    users = [User(address, role, cookies, cases, taken, errors, n) for n, (role, cookies) in enumerate(people)]
    citizens = [user for user in users if user.role == "citizen"]
    await asyncio.gather(*(user.prepare() for user in users))
    for user in users[:6]:  # what a web process reads once is not what a request costs
        await user.search()
        await user.open()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(user.work(until, citizens) for user in users))
    await asyncio.gather(*(user.client.aclose() for user in users))
    return taken, errors


class User:
    """One person at work: picks what to do by the mix, waits for the answer, pauses."""

    def __init__(
        self, address: str, role: str, cookies: dict[str, str], cases: int, taken: Any, errors: list[str], number: int
    ) -> None:
        self.client = httpx.AsyncClient(base_url=address, cookies=cookies, timeout=60, headers={"Referer": address})
        self.role, self.cases, self.taken, self.errors = role, cases, taken, errors
        self.chance, self.token = random.Random(number), ""
        self.mine: list[tuple[str, str]] = []

    async def prepare(self) -> None:
        page = await self.client.get("/case/desk/?box=free" if self.role == "officer" else "/case/mine/")
        found = TOKEN.search(page.text)
        assert found, page.text[:300]
        self.token = next(group for group in found.groups() if group)
        self.see(page.text)

    def see(self, text: str) -> None:
        self.mine = re.findall(r'data-href="/case/case/(\d+)/\?task=(\d+)"', text) or self.mine

    async def work(self, until: float, citizens: list["User"]) -> None:
        await asyncio.sleep(self.chance.uniform(0, PAUSE[1]))
        names, weights = zip(*MIX, strict=True)
        while time.perf_counter() < until:
            what = self.chance.choices(names, weights)[0]
            doer = self.chance.choice(citizens) if what == "register" else self
            if doer.role == "citizen" and what != "register":
                what, doer = "register", self
            await doer.do(what)
            await asyncio.sleep(self.chance.uniform(*PAUSE))

    async def do(self, what: str) -> None:
        if what == "act" and not self.mine:
            what = "worklist"
        began = time.perf_counter()
        try:
            answer = await getattr(self, what)()
        except httpx.HTTPError as error:
            self.errors.append(f"{what}: {error!r}")
            return
        self.taken[what].append((time.perf_counter() - began) * 1000)
        if answer.status_code not in (200, 302, 409, 422):
            self.errors.append(f"{what}: {answer.status_code}")

    async def search(self) -> httpx.Response:
        name = name_of(self.chance)
        words = self.chance.choice(
            (
                name,
                name,
                name[:2],
                f"{self.chance.choice(TITLES)[:4]} {name[0]}",
                f"TS{2024 + self.chance.randrange(3)}{self.chance.randint(1, 12):02}",
            )
        )
        return await self.client.get(
            "/case/case/", params={"q": words}, headers={"HX-Request": "true", "HX-Target": "results"}
        )

    async def worklist(self) -> httpx.Response:
        answer = await self.client.get("/case/desk/", params={"box": self.chance.choice(("mine", "free"))})
        self.see(answer.text)
        return answer

    async def open(self) -> httpx.Response:
        if self.mine:
            case, task = self.chance.choice(self.mine)
            return await self.client.get(f"/case/case/{case}/?task={task}")
        return await self.client.get("/case/desk/")

    async def register(self) -> httpx.Response:
        return await self.client.post(
            "/case/do/lodge/",
            headers={"X-CSRFToken": self.token},
            data={
                "organisation": f"b-{self.chance.randrange(OFFICES):03}",
                "text": "窗口排队超过一小时，叫号屏没有显示。",
            },
        )

    async def act(self) -> httpx.Response:
        """Take a step, or do the one that was taken, as the page does it."""
        case, task = self.mine.pop(self.chance.randrange(len(self.mine)))
        return await self.client.post(
            f"/case/act/complete/{task}/",
            data={"outcome": "done", "opinion": "已核实。"},
            headers={"X-CSRFToken": self.token, "HX-Request": "true"},
        )
