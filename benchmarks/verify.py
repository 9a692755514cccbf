"""`yigui verify` on a city of N persons with some finished cases, after the seal: its seconds, part by part, beside the limit."""

import argparse
import time

from bench import database, line, make_city


def measure(persons: int, limit: float) -> None:
    """Make the city if there is none yet, seal, verify; then the same with a row changed past the triggers, which must be named."""
    from django.db import connections, transaction

    from yigui.integrity.beside import CONNECTIONS
    from yigui.integrity.seal import seal_day
    from yigui.integrity.verify import record_faults, verify_all

    make_city(persons)
    begun = time.perf_counter()
    seal_day()
    print(f"sealed in {time.perf_counter() - begun:.1f} s", flush=True)
    told: list[tuple[float, str]] = []
    begun = time.perf_counter()
    faults = list(verify_all(on_part=lambda label: told.append((time.perf_counter(), label))))
    ended = time.perf_counter()
    for (at, label), (until, _) in zip(told, [*told[1:], (ended, "")], strict=True):
        if until - at > (ended - begun) / 50:
            print(f"  waited {until - at:6.1f} s for {label}", flush=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(cardinality(keys)), pg_total_relation_size('integrity_entry'), pg_database_size(current_database()) FROM integrity_entry"
        )
        entries, rows, size, whole = cursor.fetchone()
    print(f"{entries:,} entries for {rows:,} rows, {size / 2**20:,.0f} MiB of {whole / 2**20:,.0f} MiB", flush=True)
    named = []
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE registry_coverage DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE registry_coverage SET start_period = start_period - 1 WHERE id = (SELECT max(id) / 2 FROM registry_coverage)"
        )
        cursor.execute("ALTER TABLE registry_coverage ENABLE TRIGGER USER")
        named = list(record_faults("registry_coverage", "owner"))
        transaction.set_rollback(True, using="owner")
    print(f"a row changed past the triggers: {named}", flush=True)
    figure = f"{ended - begun:.1f} s, {len(faults)} faults; of one changed row {len(named)} named"
    what = f"verify {persons:,} persons, {rows:,} recorded rows, {CONNECTIONS} connections"
    line(what, figure, f"{limit:.0f} s, none; 1", ended - begun < limit and not faults and len(named) == 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--limit", type=float, default=180.0, help="seconds; the limit of a million persons")
    chosen = parser.parse_args()
    with database():
        measure(chosen.persons, chosen.limit)
