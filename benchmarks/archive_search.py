"""Volumes searched as a page searches them: by person, number, case, item and year, class, of so many volumes; the time beside its limit.

The volumes are written past the functions that make them (a case each is a million acceptances): rows of the same shape, spread over agencies, years, classes and
people. Measured is what the page asks (count, first page), as the program asks it. The limit is for five million; `--volumes` says how many there are.
"""

import argparse
import os
import random
import time
from collections.abc import Callable

from bench import database, line, make_city, percentile, settle_disk

LIMIT_MS, FULL = 100, 5_000_000
_WRITE = """
    INSERT INTO archive_volume (number, agency_id, year, class_no, class_name, seq, case_id, case_no, item_code, item_name, person_id, subject_name, area_id,
        ended_on, scope, period, years, source, pieces, note, filed_at, digest)
    SELECT format('%%s-%%s-%%s-%%s', a.code, 2009 + n %% 18, lpad((1 + n %% 7)::text, 2, '0'), lpad(n::text, 8, '0')), a.code, 2009 + n %% 18, 1 + n %% 7,
        '类别', n, -n, '9' || lpad(n::text, 21, '0'), i.code, i.name, p.id, p.name, a.area_id, make_date((2009 + n %% 18)::integer, 6, 1), '材料', 'years', 100,
        '压测', 4, '', now(), repeat('0', 64)
    FROM generate_series(%(first)s, %(last)s) AS n
    JOIN (SELECT id, name, row_number() OVER (ORDER BY id) - 1 AS place FROM registry_person) p ON p.place = n %% %(people)s
    JOIN (SELECT code, area_id, row_number() OVER (ORDER BY code) - 1 AS place FROM registry_agency) a ON a.place = n %% %(agencies)s
    JOIN (SELECT DISTINCT ON (code) code, name, dense_rank() OVER (ORDER BY code) - 1 AS place FROM catalogue_item_version) i ON i.place = n %% %(items)s"""


def _volumes(many: int) -> None:
    """Write so many, a quarter of a million at a time."""
    import psycopg

    with psycopg.connect(os.environ["YIGUI_BENCH_SUPER_URL"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM registry_person), (SELECT count(*) FROM registry_agency), (SELECT count(DISTINCT code) FROM catalogue_item_version)"
        ).fetchone()
        assert counts is not None
        for first in range(1, many + 1, 250_000):
            last = min(many, first + 249_999)
            connection.execute(
                _WRITE, {"first": first, "last": last, "people": counts[0], "agencies": counts[1], "items": counts[2]}
            )
        connection.execute("VACUUM (ANALYZE) archive_volume")


def measure(volumes: int, looks: int) -> None:
    """Search in each way so many times and print a line a way."""
    from django.db import connections
    from django.urls import get_resolver
    from tests import city

    from yigui.archive.models import Volume
    from yigui.registry.models import Person
    from yigui.shell.list_pages import Shown
    from yigui.shell.lists import listing_of

    assert get_resolver().url_patterns
    listing, user = listing_of("volumes"), city.user("head")
    assert listing is not None
    chance = random.Random(1)
    people = list(Person.objects.values_list("person_no", flat=True)[:5000])
    samples = list(Volume.objects.filter(pk__in=[chance.randrange(1, volumes) for _ in range(400)]))

    def one(ask: Callable[[], dict[str, str]]) -> float:
        asked = ask()
        begun = time.perf_counter()
        shown = Shown(listing, user, asked, "/archive/")
        assert shown.cells is not None
        assert shown.total is not None
        return 1000 * (time.perf_counter() - begun)

    ways: dict[str, Callable[[], dict[str, str]]] = {
        "by person": lambda: {"who": f"p{chance.choice(people)}"},
        "by number": lambda: {"number": chance.choice(samples).number},
        "by case": lambda: {"who": f"c{chance.choice(samples).case_no}"},
        "by item and year": lambda: {"item": (v := chance.choice(samples)).item_code, "year": str(v.year)},
        "by class": lambda: {"class": str(chance.choice(samples).class_no)},
        "the newest": dict,
    }
    for name, ask in ways.items():
        times = [one(ask) for _ in range(looks)]
        line(
            f"archive: {volumes:,} volumes (the limit is for {FULL:,}), {name}", f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
            f"p95 {LIMIT_MS} ms", percentile(times, 0.95) < LIMIT_MS,
        )  # fmt: skip
    connections.close_all()


def main() -> None:
    """Measure on a city of so many persons and volumes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--volumes", type=int, default=FULL)
    parser.add_argument("--looks", type=int, default=200)
    chosen = parser.parse_args()
    with database():
        make_city(chosen.persons)
        _volumes(chosen.volumes)
        settle_disk()
        measure(chosen.volumes, chosen.looks)


if __name__ == "__main__":
    main()
