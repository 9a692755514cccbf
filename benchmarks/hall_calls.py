"""Ten thousand tickets of a day called by forty desks at once: no ticket twice, none lost, and how long a call takes beside its limit.

Each desk is a connection of its own with the application's login and a teller's sign-in; it calls, starts and finishes one ticket after the other. Once with no
pause between, so that forty desks keep the machine full and a call's time is that of a queue for it, and once with a tenth of a second before each
step, still a hundred times as fast as life. Measured is the call, from the question to the committed answer.
"""

import argparse
import datetime as dt
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from bench import TODAY, database, line, make_city, percentile, settle_disk

LIMIT_MS = 50


def _desks(many: int) -> tuple[int, list[str]]:
    """A hall with so many open desks; gives it and a token of the teller of each."""
    from django.db import connections, transaction
    from tests import city, seen

    from yigui.db.presence import with_proof
    from yigui.staff.locations import Desk, Location
    from yigui.visits.desk_work import open_desk
    from yigui.visits.models import DeskSkill

    day = dt.date.fromisoformat(TODAY)
    hall = Location.objects.using("owner").create(agency_id="51110001", kind="hall", name=f"压测大厅{time.time_ns()}")
    tokens = []
    for number in range(many):
        desk = Desk.objects.using("owner").create(agency_id="51110001", location=hall, number=str(number + 1), kind="general")
        for kind in ("personal", "unit", "benefit"):
            DeskSkill.objects.using("owner").create(desk=desk, kind=kind)
        teller = city.new_user("teller", desk_id=desk.pk, location=None)
        tokens.append(seen.token_of(teller))
        with transaction.atomic():
            open_desk(teller=with_proof(teller, tokens[-1]), desk=desk, today=day)
    connections.close_all()
    return hall.pk, tokens


def _tickets(hall: int, many: int) -> None:
    import psycopg

    with psycopg.connect(os.environ["YIGUI_BENCH_SUPER_URL"]) as connection:
        connection.execute(
            "INSERT INTO visits_ticket (hall_id, day, letter, number, kind, priority, state, source, issued_at, queue_at, calls, missed) "
            "SELECT %s, %s, (ARRAY['A', 'B', 'E'])[1 + n %% 3], n, (ARRAY['personal', 'unit', 'benefit'])[1 + n %% 3], "
            "CASE WHEN n %% 10 = 0 THEN 'elderly' ELSE 'none' END, 'waiting', 'machine', now() - make_interval(secs => 20000 - 2 * n), "
            "now() - make_interval(secs => 20000 - 2 * n), 0, 0 FROM generate_series(1, %s) AS n",
            [hall, TODAY, many],
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE visits_ticket")


def _works(token: str, start: threading.Barrier, pause: float) -> tuple[list[int], list[float]]:
    import psycopg

    had: list[int] = []
    times: list[float] = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        start.wait()
        while True:
            time.sleep(pause)
            begun = time.perf_counter()
            (called,) = connection.execute("SELECT visits_call_next_v1(%s, %s)", [token, TODAY]).fetchone() or (None,)
            took = 1000 * (time.perf_counter() - begun)
            if called is None:
                return had, times
            times.append(took)
            had.append(called)
            time.sleep(pause)
            connection.execute("SELECT visits_start_v1(%s)", [token])
            time.sleep(pause)
            connection.execute("SELECT visits_finish_v1(%s)", [token])


def measure(desks: int, tickets: int, pause: float) -> None:
    """Call every ticket and print the line."""
    hall, tokens = _desks(desks)
    _tickets(hall, tickets)
    settle_disk()
    start = threading.Barrier(desks)
    begun = time.perf_counter()
    with ThreadPoolExecutor(desks) as pool:
        parts = list(pool.map(lambda token: _works(token, start, pause), tokens))
    seconds = time.perf_counter() - begun
    calls = Counter(number for had, _ in parts for number in had)
    times = [took for _, part in parts for took in part]
    assert len(calls) == tickets, f"{tickets - len(calls)} tickets were not called"
    assert set(calls.values()) == {1}, "a ticket was called twice"
    line(
        f"hall: {tickets} tickets called by {desks} desks at once, {pause:.1f} s between steps, none twice, in {seconds:.0f} s",
        f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms", f"p95 {LIMIT_MS} ms",
        percentile(times, 0.95) < LIMIT_MS,
    )  # fmt: skip


def main() -> None:
    """Measure on a city of so many persons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--desks", type=int, default=40)
    parser.add_argument("--tickets", type=int, default=10_000)
    chosen = parser.parse_args()
    with database():
        make_city(chosen.persons)
        for pause in (0.0, 0.1):
            measure(chosen.desks, chosen.tickets, pause)


if __name__ == "__main__":
    main()
