"""Generating a city: seconds and peak memory, beside a bare COPY of the same coverage rows into a bare table."""

import argparse
import time

from bench import database, line, make_city, peak_memory


def measure(persons: int, server: object) -> None:
    """Generate and print."""
    from django.db import connections

    with peak_memory(server.cluster) as peak:  # type: ignore[attr-defined]
        seconds = make_city(persons)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_person")
        people = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM registry_coverage")
        coverages = cursor.fetchone()[0]
        cursor.execute("CREATE TABLE bare (LIKE registry_coverage)")
        started = time.perf_counter()
        cursor.execute("INSERT INTO bare SELECT * FROM registry_coverage")
        bare = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    line(
        f"generate {people:,} persons, {coverages:,} coverages", f"{seconds:.1f} s, peak {peak[0] / 2**30:.2f} GiB",
        f"90 s, 2 GiB (bare insert of the coverages alone: {bare:.1f} s)", seconds < 90 and peak[0] < 2 * 2**30,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with database() as server:
        measure(chosen.persons, server)
