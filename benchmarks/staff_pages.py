"""The commonest pages of the staff through the web server: how long each takes and how much comes over the line.

A city with one hundred cases that wait for their review, a levied and received month; a teller, a reviewer, a director and a cashier with a
session each open every page so many times, one after the other, as somebody who works through a pile. Times are from the request to the last byte;
weight is the page alone as it is sent (compressed where the server does), without styles and scripts, which a browser keeps.
"""

import argparse
import time

from bench import database, line, make_city, percentile, settle_disk, web
from decide_cases import Desk, accepted
from levy_plan import one_month
from receive_month import receive

LIMIT_MS = 100
#: Who opens what. {person}, {unit}, {case} and {batch} are one of the city's; {item} is the commonest of the counter.
PAGES = (
    ("workbench", "teller", "/counter/"),
    ("a person", "teller", "/persons/{person}/"),
    ("an employer", "teller", "/employers/{unit}/"),
    ("the items", "teller", "/items/?person={person}"),
    ("my cases", "teller", "/counter/cases/"),
    ("inbox of a reviewer", "reviewer", "/inbox/"),
    ("a case under review", "reviewer", "/cases/{case}/"),
    ("inbox of a leader", "director", "/inbox/"),
    ("a batch", "director", "/finance/batches/{batch}/"),
    ("receipts", "cashier", "/finance/receipts/"),
)


def _one_of_each(cases: list[object]) -> dict[str, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.person_no, e.unit_no FROM registry_employment m JOIN registry_person p ON p.id = m.person_id "
            "JOIN registry_employer e ON e.id = m.employer_id WHERE m.end_period IS NULL ORDER BY m.id LIMIT 1"
        )
        person, unit = cursor.fetchone()
        cursor.execute("SELECT max(id) FROM runs_batch")
        (batch,) = cursor.fetchone()
    return {"person": person, "unit": unit, "batch": str(batch), "case": cases[0].case_no}  # type: ignore[attr-defined]


def measure(address: str, cases: list[object], count: int) -> None:
    """Open every page `count` times and print each beside the limit, and all of them together."""
    one = _one_of_each(cases)
    desks = {username: Desk(address, username) for username in dict.fromkeys(who for _, who, _ in PAGES)}
    settle_disk()
    every: list[float] = []
    for name, who, path in PAGES:
        at = path.format(**one)
        weight = len(desks[who].open("GET", at).encode())
        times = []
        for _ in range(count):
            begun = time.perf_counter()
            desks[who].open("GET", at)
            times.append(1000 * (time.perf_counter() - begun))
        every += times
        line(
            f"staff page: {name}, {weight / 1000:.0f} kB", f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
            f"p95 {LIMIT_MS} ms", percentile(times, 0.95) < LIMIT_MS,
        )  # fmt: skip
    line(
        f"the ten staff pages together, {len(every)} requests", f"p50 {percentile(every, 0.5):.0f} ms, p95 {percentile(every, 0.95):.0f} ms",
        f"p95 {LIMIT_MS} ms", percentile(every, 0.95) < LIMIT_MS,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=60, help="times each page is opened")
    chosen = parser.parse_args()
    with database():
        from yigui.runs.models import Batch

        make_city(chosen.persons)
        if not Batch.objects.filter(kind="levy", status="executed").exists():
            receive(one_month()[0].pk)
        waiting = [case for case, _ in accepted(100)]
        with web() as address:
            measure(address, waiting, chosen.count)
