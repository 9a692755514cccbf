"""Person search through the web server, signed in as a teller: p50 and p95 by number, name, part of a name, pinyin and initials."""

import argparse
import random
import re
import time
from typing import Any

from bench import database, line, make_city, percentile, web


def measure(address: str, count: int = 300) -> None:
    """Search `count` people three ways and print."""
    import httpx
    from django.db import connection

    from yigui.synthetic.demo_staff import PASSWORD

    client = httpx.Client(base_url=address)
    page = client.get("/sign-in/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]
    client.post("/sign-in/", data={"username": "teller", "password": PASSWORD, "csrfmiddlewaretoken": token})
    with connection.cursor() as cursor:
        # A sample of pages of a large city; of a small one everybody.
        for share in (1, 100):
            cursor.execute("SELECT id_number, name, pinyin FROM registry_person TABLESAMPLE SYSTEM (%s) LIMIT 20000", [share])
            known = cursor.fetchall()
            if len(known) >= count:
                break
        people = random.Random(1).sample(known, min(count, len(known)))
    for column, label in ((0, "number"), (1, "full name"), (2, "pinyin initials")):
        times, bare = [], []
        for person in people:
            started = time.perf_counter()
            answer = client.post(
                "/search/results/",
                data={"q": person[column]},
                headers={"X-CSRFToken": client.cookies["csrftoken"], "HX-Request": "true"},
            )
            times.append(1000 * (time.perf_counter() - started))
            assert answer.status_code == 200, answer.text
            assert "没有找到" not in answer.text
            field = ("id_number", "name", "pinyin")[column]
            with connection.cursor() as cursor:
                started = time.perf_counter()
                cursor.execute(
                    f"SELECT * FROM registry_person WHERE {field} LIKE %s ORDER BY {field}, id LIMIT 21", [person[column] + "%"]
                )
                cursor.fetchall()
                bare.append(1000 * (time.perf_counter() - started))
        line(
            f"search by {label}, {count} searches", f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms",
            f"p95 50 ms (bare statement p95 {percentile(bare, 0.95):.1f} ms)", percentile(times, 0.95) < 50,
        )  # fmt: skip
    from pypinyin import lazy_pinyin

    employers = _employers(count)
    for label, texts in (
        ("part of a name", [person[1][-2:] for person in people]),
        ("one character of a name", [person[1][-1] for person in people]),
        ("pinyin", ["".join(lazy_pinyin(person[1])) for person in people]),
        ("part of a name by pinyin", ["".join(lazy_pinyin(person[1][-2:])) for person in people]),
        ("one syllable", [lazy_pinyin(person[1][0])[0] for person in people]),
        ("a name nobody has", [person[1][-1] + other[1][0] for person, other in zip(people, reversed(people), strict=True)]),
        ("part of a unit's name", [name[2:6] for name, _ in employers]),
        ("part of a unit's initials", [initials[2:6] for _, initials in employers]),
    ):
        times = [_asked(client, text) for text in texts]
        line(
            f"search by {label}, {len(times)} searches", f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms",
            "p95 100 ms", percentile(times, 0.95) < 100,
        )  # fmt: skip


def _employers(count: int) -> list[tuple[str, str]]:
    from yigui.registry.models import Employer

    return random.Random(1).sample(list(Employer.objects.values_list("name", "pinyin")[:5000]), count)


def _asked(client: Any, text: str) -> float:
    """Milliseconds of one search."""
    started = time.perf_counter()
    answer = client.post(
        "/search/results/", data={"q": text}, headers={"X-CSRFToken": client.cookies["csrftoken"], "HX-Request": "true"}
    )
    assert answer.status_code == 200, answer.text
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with database():
        make_city(chosen.persons)
        with web() as address:
            measure(address)
