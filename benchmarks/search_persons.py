"""Person search through the web server, signed in as a teller: p50 and p95 by number, full name and pinyin initials."""

import argparse
import random
import re
import time

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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with database():
        make_city(chosen.persons)
        with web() as address:
            measure(address)
