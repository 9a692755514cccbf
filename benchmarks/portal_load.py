"""A thousand employers' operators at work on the online platform, each thinking five seconds between two pages.

They look at the day's desk, dues, staff and cases, and stop, resume or change somebody through the form, to the receipt.
Then the rate is raised until the 95th percentile passes the limit: the largest rate held is printed. The load generator is
one process of its own on the same two cores; every request is a connection of its own.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench import TODAY, database, line, make_city, percentile, settle_disk, web
from levy_plan import one_month
from receive_month import receive

LIMIT_MS, THINK = 300, 5.0
_CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Operator:
    """An operator with a session, and somebody of the staff whose phone they change or whom they stop."""

    cookies: dict[str, str]
    unit_no: str
    people: list[dict[str, str]]
    token: str = ""
    case: str = ""


@dataclass
class Tally:
    """Milliseconds by kind of request, faults, and how many of whose staff were stopped."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)


def operators(count: int) -> list[Operator]:
    """Logins and open sessions of so many employers, made directly; signing in costs a password hash and is not measured."""
    from importlib import import_module

    from django.conf import settings
    from django.db import connection, connections
    from django.db.models import Count, Q

    from yigui.identity.models import UnitLogin
    from yigui.identity.sign_in import OUTSIDE_COOKIE
    from yigui.registry.models import Employer

    store = import_module(settings.SESSION_ENGINE).SessionStore
    present = Count("employments", filter=Q(employments__end_period=None))
    employers = list(Employer.objects.filter(status="active").annotate(n=present).filter(n__gte=4).order_by("id")[:count])
    staff: dict[int, list[dict[str, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.employer_id, p.id_number, p.name, p.mobile FROM registry_employment m JOIN registry_person p ON p.id = m.person_id "
            "WHERE m.end_period IS NULL AND m.start_period < 202611 AND m.employer_id = ANY (%s) ORDER BY m.id",
            [[e.pk for e in employers]],
        )
        for employer_id, number, name, mobile in cursor.fetchall():
            staff[employer_id].append({"id_number": number, "person_name": name, "mobile": mobile})
    made = []
    for employer in employers:
        login, _ = UnitLogin.objects.using("owner").get_or_create(username=employer.unit_no, defaults={"employer_id": employer.pk})
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT identity_open_outside_v1(%s, NULL, 'online', '12 hours', '', '')", [login.pk])
            (secret,) = cursor.fetchone()
        session = store()
        session["outside"] = {"kind": "unit", "id": login.pk, "channel": "online"}
        session.create()
        cookies = {settings.SESSION_COOKIE_NAME: session.session_key, OUTSIDE_COOKIE: secret}
        made.append(Operator(cookies, employer.unit_no, staff[employer.pk]))
    return made


async def send(
    host: str, port: int, operator: Operator, method: str, path: str, form: dict[str, Any] | None
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection(host, port)
    kind, body = _body(form) if form is not None else ("", b"")
    cookies = "; ".join(f"{k}={v}" for k, v in operator.cookies.items())
    head = [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close", f"Cookie: {cookies}"]
    if form is not None:
        head += [
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            f"Referer: http://{host}:{port}/unit/",
        ]
    writer.write(("\r\n".join(head) + "\r\n\r\n").encode() + body)
    raw = await reader.read(-1)
    writer.close()
    top, _, content = raw.partition(b"\r\n\r\n")
    lines = top.decode("latin-1").split("\r\n")
    headers = {}
    for text in lines[1:]:
        name, _, value = text.partition(": ")
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            operator.cookies[key] = rest.split(";")[0]
        headers[name.lower()] = value
    return int(lines[0].split(" ")[1]), headers, content


def _body(form: dict[str, Any]) -> tuple[str, bytes]:
    """Content type and body of a form; bytes among its values are a file."""
    if not any(isinstance(value, bytes) for value in form.values()):
        return "application/x-www-form-urlencoded", urlencode(form, doseq=True).encode()
    edge, parts = "yigui-form-part", []
    for name, value in form.items():
        is_file = isinstance(value, bytes)
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"' + ('; filename="paper.pdf"' if is_file else "")
        parts.append(f"{head}\r\n\r\n".encode() + (value if is_file else str(value).encode()) + b"\r\n")
    return f"multipart/form-data; boundary={edge}", b"".join(parts) + f"--{edge}--\r\n".encode()


class Work:
    """One operator's day, page by page, until the clock stops it."""

    def __init__(self, address: str, operator: Operator, tally: Tally, seed: int) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self.host, self.port, self.me, self.tally = host, int(port), operator, tally
        self.random = random.Random(seed)
        self.csrf = ""

    async def go(
        self, kind: str, method: str, path: str, form: dict[str, Any] | None = None, expect: int = 200
    ) -> tuple[dict[str, str], bytes]:
        """A request, measured; another status than expected is a fault."""
        if form is not None:
            form = {"csrfmiddlewaretoken": self.csrf, **form}
        started = time.perf_counter()
        status, headers, content = await send(self.host, self.port, self.me, method, path, form)
        self.tally.times[kind].append(1000 * (time.perf_counter() - started))
        found = _CSRF.search(content)
        if found:
            self.csrf = found[1].decode()
        if status != expect:
            self.tally.faults[f"{kind} {status}"] += 1
            raise LookupError(kind)
        return headers, content

    async def look(self) -> None:
        """Pages that are looked at."""
        for _ in range(self.random.randint(2, 5)):
            kind, path = self.random.choice(
                [
                    ("home", "/unit/"),
                    ("home", "/unit/"),
                    ("dues", "/unit/dues/"),
                    ("staff", "/unit/staff/"),
                    ("cases", "/unit/cases/"),
                    ("items", "/unit/apply/"),
                ]
            )
            await self.go(kind, "GET", path)
            await self.think()

    async def apply(self) -> None:
        """A form from its item to its receipt."""
        person = self.me.people.pop()
        self.tally.stopped[self.me.unit_no] += 1
        code, form = self._form(person)
        await self.go("items", "GET", "/unit/apply/")
        await self.think()
        headers, _ = await self.go("begin", "POST", "/unit/apply/drafts/", {"item": code}, 302)
        at = headers["location"]
        await self.go("form", "GET", at)
        await self.think()
        await self.go("check", "POST", f"{at}live/", dict(list(form.items())[:3]))
        await self.think()
        if code == "REG-006":
            proof = {
                "code": "termination_proof",
                "source": "scanned",
                "file": b"%PDF-1.7 " + str(form["id_number"]).encode() + b" <</Type/Page>> trailer<</Root 1 0 R>>\n%%EOF",
            }
            await self.go("paper", "POST", f"{at}materials/", proof)
        await self.go("check", "POST", f"{at}live/", form)
        await self.think()
        await self.go("answers", "POST", f"{at}answers/", form, 302)
        _, content = await self.go("answers page", "GET", f"{at}answers/")
        await self.think()
        confirmed = [c.decode() for c in re.findall(rb'name="confirmed" value="([^"]+)"', content)]
        shown = re.findall(rb'name="shown" value="([^"]+)"', content)[0].decode()
        headers, _ = await self.go("submit", "POST", f"{at}submit/", {"confirmed": confirmed, "shown": shown}, 302)
        await self.go("receipt", "GET", headers["location"])
        await self.think()

    def _form(self, person: dict[str, str]) -> tuple[str, dict[str, Any]]:
        insurances = ["employee_pension", "unemployment", "injury", "maternity", "employee_medical"]
        return "REG-006", {
            "unit_no": self.me.unit_no, "id_number": person["id_number"], "person_name": person["person_name"],
            "insurances": insurances, "change_reason": "01", "change_date": TODAY, "settle_period": "2026-11",
        }  # fmt: skip

    async def think(self) -> None:
        await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.think_seconds)

    think_seconds = THINK

    async def day(self, until: float) -> None:
        """Look twice, apply once, and again."""
        await asyncio.sleep(self.random.uniform(0, self.think_seconds))
        while time.perf_counter() < until:
            try:
                await self.go("home", "GET", "/unit/")
                await self.think()
                await (self.apply() if self.me.people and self.random.random() < 0.3 else self.look())
            except LookupError:
                await self.think()
            except OSError as error:
                self.tally.faults[type(error).__name__] += 1


async def _drive(address: str, people: list[Operator], think: float, warm: float, seconds: float) -> Tally:
    tally = Tally()
    works = [Work(address, o, tally, n) for n, o in enumerate(people)]
    for work in works:
        work.think_seconds = think
    until = time.perf_counter() + warm + seconds
    running = [asyncio.create_task(w.day(until)) for w in works]
    await asyncio.sleep(warm)
    tally.times.clear()
    await asyncio.sleep(seconds)
    counted = {k: list(v) for k, v in tally.times.items()}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return Tally(defaultdict(list, counted), tally.faults, tally.stopped)


def _client(address: str, people: list[Operator], think: float, warm: float, seconds: float, out: Any) -> None:
    tally = asyncio.run(_drive(address, people, think, warm, seconds))
    out.send(json.dumps([tally.times, tally.faults, tally.stopped]))


def run(
    address: str, people: list[Operator], think: float, warm: float, seconds: float
) -> tuple[float, dict[str, list[float]], dict[str, int]]:
    """Let them work; gives requests a second, milliseconds by kind, faults. The client is a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_client, args=(address, people, think, warm, seconds, there))
    process.start()
    times, faults, stopped = json.loads(here.recv())
    process.join()
    for operator in people:
        del operator.people[len(operator.people) - stopped.get(operator.unit_no, 0) :]
    return sum(len(v) for v in times.values()) / seconds, times, faults


def measure(address: str, count: int = 1000, seconds: float = 60) -> None:
    """The thousand at their pace, then faster until the limit is passed."""
    people = operators(count)
    settle_disk()
    # Long enough before the clock starts for a thousand people to lose step with each other.
    rate, times, faults = run(address, people, THINK, 45, seconds)
    everything = [t for v in times.values() for t in v]
    p95 = percentile(everything, 0.95)
    line(
        f"{len(people):,} employers' operators at work, think time {THINK:.0f} s, {len(everything):,} requests, {sum(faults.values())} faults",
        f"{rate:.0f} requests/s, p50 {percentile(everything, 0.5):.0f} ms, p95 {p95:.0f} ms", f"p95 {LIMIT_MS} ms, no fault",
        p95 < LIMIT_MS and not faults,
    )  # fmt: skip
    for kind, values in sorted(times.items(), key=lambda kv: -sum(kv[1])):
        print(f"    {kind}: {len(values)}, p50 {percentile(values, 0.5):.0f} ms, p95 {percentile(values, 0.95):.0f} ms")
    if faults:
        print(f"    faults: {faults}")
    held = rate if p95 < LIMIT_MS and not faults else 0.0
    think = THINK * (0.85 if held else 1.2)
    for _ in range(8):
        rate, times, faults = run(address, people, think, 20, seconds / 2)
        p95 = percentile([t for v in times.values() for t in v], 0.95)
        print(f"    think {think:.1f} s: {rate:.0f} requests/s, p95 {p95:.0f} ms, faults {faults or 0}")
        is_good = p95 < LIMIT_MS and not faults
        if is_good:
            held = max(held, rate)
        if is_good != (think < THINK):
            break
        think *= 0.85 if is_good else 1.2
    line("  largest rate held within the limit", f"{held:.0f} requests/s", "no limit set", held > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=300_000, help="people of the city: 240,000 insured, 12,000 employers")
    parser.add_argument("--operators", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    with database():
        from yigui.runs.models import Batch

        make_city(chosen.persons)
        if not Batch.objects.filter(kind="levy", status="executed").exists():
            # Ten months levied, nine of them paid: what an employer sees in November.
            batches = [one_month()[0].pk for _ in range(10)]
            for batch_id in batches[:9]:
                receive(batch_id)
        with web() as address:
            measure(address, chosen.operators, chosen.seconds)
