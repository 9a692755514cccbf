"""What row-level security costs: the statements of the platform's pages as an employer's role, and the same as the application's.

The statements are those the pages send, recorded while they are made for many employers; each is then run by both logins in
turn, prepared, with the parameters it had. The ten that come most often are printed, and their sum.
"""

import argparse
import os
import random
import statistics
import time
from collections import Counter
from typing import Any

from bench import database, line, make_city
from levy_plan import one_month

EMPLOYERS, ROUNDS = 60, 15
# As the settings have it for the login of people outside.
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
PAGES = ("/unit/", "/unit/", "/unit/dues/", "/unit/staff/", "/unit/cases/")


def recorded(count: int) -> list[tuple[int, str, list[tuple[str, Any]]]]:
    """For so many employers: id, session secret, and the statements of their pages."""
    from django.db import connections
    from django.test import Client

    from portal_load import operators
    from yigui.identity.models import UnitLogin

    people = operators(count * 4)
    random.Random(1).shuffle(people)
    found = []
    for operator in people[:count]:
        client = Client()
        for name, value in operator.cookies.items():
            client.cookies[name] = value
        kept: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any, kept: list[tuple[str, Any]] = kept) -> Any:
            if sql.lstrip().startswith("SELECT") and "set_config" not in sql:
                kept.append((sql, params))
            return execute(sql, params, many, context)

        with connections["outside"].execute_wrapper(note):
            for page in PAGES:
                assert client.get(page).status_code == 200
        login = UnitLogin.objects.get(username=operator.unit_no)
        found.append((login.employer_id, client.cookies["yigui_outside"].value, kept))
    return found


def measure(employers: int = EMPLOYERS, rounds: int = ROUNDS) -> None:
    """Run every statement by both logins in turn; medians by statement over employers and rounds."""
    import psycopg

    work = recorded(employers)
    often = [sql for sql, _ in Counter(sql for _, _, kept in work for sql, _ in kept).most_common(10)]
    weight = Counter(sql for _, _, kept in work for sql, _ in kept)
    times: dict[str, dict[bool, list[float]]] = {sql: {True: [], False: []} for sql in often}
    with (
        psycopg.connect(os.environ["DATABASE_OUTSIDE_URL"], autocommit=True, prepare_threshold=2, options=PLANNED_ONCE) as outside,
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=2, options=PLANNED_ONCE) as inside,
    ):
        # One core for all three, or the figures say which process had the better one.
        for process in (0, outside.info.backend_pid, inside.info.backend_pid):
            os.sched_setaffinity(process, {0})
        for round_ in range(rounds + 1):
            for _, secret, kept in work:
                for is_secured in random.sample((True, False), 2):
                    connection = outside if is_secured else inside
                    with connection.transaction():
                        if is_secured:
                            connection.execute(
                                "SELECT set_config('role', 'yigui_unit', true), set_config('yigui.session', %s, true)", [secret]
                            )
                        for sql, params in kept:
                            started = time.perf_counter()
                            rows = connection.execute(sql, params).fetchall()  # type: ignore[call-overload]
                            taken = time.perf_counter() - started
                            if sql in times and round_:
                                times[sql][is_secured].append(taken * 1000)
                            del rows
    sums = {True: 0.0, False: 0.0}
    print("    calls  secured  plain   statement")
    for sql in often:
        secured, plain = (statistics.median(times[sql][k]) for k in (True, False))
        for k, value in ((True, secured), (False, plain)):
            sums[k] += value * weight[sql]
        print(f"    {weight[sql]:5}  {secured:5.2f} ms {plain:5.2f} ms  {_name(sql)}")
    cost = sums[True] / sums[False] - 1
    each = sum(weight[s] for s in often)
    line(
        f"row-level security on the platform's ten commonest statements, {employers} employers, {rounds} rounds",
        f"{sums[True] / each:.2f} ms with, {sums[False] / each:.2f} ms without: {cost:+.0%}", "+15%", cost < 0.15,
    )  # fmt: skip


def _name(sql: str) -> str:
    table = sql.split(" FROM ", 1)[1].split(" ")[0].strip('"')
    return f"{'count of ' if 'COUNT(' in sql else 'sum of ' if 'SUM(' in sql else ''}{table}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=300_000)
    chosen = parser.parse_args()
    with database():
        from yigui.runs.models import Batch

        make_city(chosen.persons)
        if not Batch.objects.filter(kind="levy", status="executed").exists():
            one_month()
        measure()
