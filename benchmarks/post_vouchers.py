"""Single vouchers posted from four connections, each in a transaction of its own with its own warrant: vouchers a second.

The peer is django-hordak, the ledger of the Django world, in the same server and run: its own benchmark command, and single
transfers of two legs from as many processes, through its own interface (`hordak_peer.py`, `requirements/benchmarks.lock`).
"""

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench import ROOT, database, line

CONNECTIONS = 4
ROUNDS = 5


def ours(seconds: float) -> float:
    """Vouchers a second through `ledger_post_v1`, a receipt warrant for each."""
    from django.db import connections, transaction

    from yigui.ledger.posting import post

    with connections["owner"].cursor() as cursor:
        # Stands in for the files of receipts a warrant is issued for: one receipt each, as a bank's callbacks come.
        cursor.execute(
            "CREATE OR REPLACE FUNCTION bench_warrant(p_id bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS "
            "$$ SELECT warrants_issue_v1('receipt', p_id, 'bench', '', 3::smallint, '511102', NULL, '{}', '{}', '{}') $$"
        )
        cursor.execute("GRANT EXECUTE ON FUNCTION bench_warrant TO yigui_app")
        cursor.execute("SELECT coalesce(max(subject_id), 0) FROM warrants_warrant WHERE kind = 'receipt'")
        first = cursor.fetchone()[0] + 1
    areas = ("511102", "511111", "511112", "511113")
    counts = [0] * CONNECTIONS
    stop = time.perf_counter() + seconds

    def work(k: int) -> None:
        try:
            while time.perf_counter() < stop:
                with transaction.atomic():
                    with connections["default"].cursor() as cursor:
                        cursor.execute("SELECT bench_warrant(%s)", [first + counts[k] * CONNECTIONS + k])
                    post(
                        event="contribution_received", fund="employee_pension", area_code=areas[k], on=dt.date(2026, 11, 10),
                        amounts={"total": 1000_00, "current": 1000_00}, deposit="1002", source_kind="receipt_file", source_id=1,
                    )  # fmt: skip
                counts[k] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def by_processes(seconds: float, function: str) -> float:
    """As `ours`, each connection in a process of its own: Python's lock out of the way."""
    program = "import sys; sys.path.insert(0, 'benchmarks'); import bench, django; django.setup(); import post_vouchers as p; p.{f}({k}, {s})"
    return together([[sys.executable, "-c", program.format(f=function, k=k, s=seconds)] for k in range(CONNECTIONS)]) / seconds


def together(commands: list[list[str]], environment: dict[str, str] | None = None) -> int:
    """Start programs that say when they are ready, let them all go at once, and add up the counts they print at the end."""
    workers = [
        subprocess.Popen(c, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) for c in commands
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return sum(int(worker.communicate()[0]) for worker in workers)


def one(k: int, seconds: float) -> None:
    """One connection's share; prints its count."""
    from django.db import connections, transaction

    from yigui.ledger.declarations import rule_of
    from yigui.ledger.posting import post

    rule_of("contribution_received", dt.date(2026, 11, 10))  # read before the clock starts, as in a server that has been up
    areas = ("511102", "511111", "511112", "511113")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(subject_id), 0) FROM warrants_warrant WHERE kind = 'receipt'")
        first = cursor.fetchone()[0] + 10_000_000 * (k + 1)
    print("ready", flush=True)
    sys.stdin.readline()
    count, stop = 0, time.perf_counter() + seconds
    while time.perf_counter() < stop:
        with transaction.atomic():
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT bench_warrant(%s)", [first + count])
            post(
                event="contribution_received", fund="employee_pension", area_code=areas[k], on=dt.date(2026, 11, 10),
                amounts={"total": 1000_00, "current": 1000_00}, deposit="1002", source_kind="receipt_file", source_id=1,
            )  # fmt: skip
        count += 1
    print(count, flush=True)


def hordak(seconds: float) -> dict[str, float]:
    """Transactions a second of django-hordak: `bulk` by its own benchmark, `single` from as many processes as ours."""
    import psycopg

    home = Path(os.environ["YIGUI_DATA"]) / "hordak"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "benchmarks.lock")], check=True)
    with psycopg.connect(os.environ["YIGUI_BENCH_SUPER_URL"], autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS hordak")
        connection.execute("CREATE DATABASE hordak")
        where = connection.info
        database = {"HOST": where.host, "PORT": where.port, "USER": where.user, "PASSWORD": where.password, "NAME": "hordak"}
    environment = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")}
    environment["HORDAK_DATABASE"] = json.dumps(database)
    peer = [str(python), str(Path(__file__).with_name("hordak_peer.py"))]
    bulk = float(subprocess.run([*peer, "bulk"], env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return {"bulk": bulk, "single": together([[*peer, "single", str(seconds)]] * CONNECTIONS, environment) / seconds}


def bare(k: int, seconds: float) -> None:
    """One connection's share without Django between: the same warrant, the same posting function, by the driver alone."""
    import psycopg

    from yigui.ledger.declarations import rule_of

    rule = rule_of("contribution_received", dt.date(2026, 11, 10))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=3) as connection:
        found = connection.execute("SELECT coalesce(max(subject_id), 0) FROM warrants_warrant WHERE kind = 'receipt'").fetchone()
        assert found is not None
        first = found[0] + 10_000_000 * (k + 1)
        area = ("511102", "511111", "511112", "511113")[k]
        print("ready", flush=True)
        sys.stdin.readline()
        count, stop = 0, time.perf_counter() + seconds
        while time.perf_counter() < stop:
            with connection.transaction():
                connection.execute("SELECT bench_warrant(%s)", [first + count])
                connection.execute(_POST, [area, rule.version, rule.label]).fetchone()
            count += 1
    print(count, flush=True)


_POST = """
SELECT ledger_post_v1('employee_pension', %s, '2026-11-10', 'contribution_received', %s, %s, 'receipt_file', 1,
    '{1002,4001.01}', '{D,C}', '{100000,100000}', '{"",""}')
"""


def measure(seconds: float) -> None:
    """Print ours, from threads and from processes, and the peer's."""
    from bench import make_city

    make_city(2_000)
    peer = hordak(seconds)
    threads = ours(seconds)
    rounds = [(by_processes(seconds / 2, "one"), by_processes(seconds / 2, "bare")) for _ in range(ROUNDS)]
    (processes, low, high), (driver, driver_low, driver_high) = (
        (statistics.median(figures), min(figures), max(figures)) for figures in zip(*rounds, strict=True)
    )
    line(
        f"single vouchers, 4 connections in 4 processes, a warrant each, median of {ROUNDS}",
        f"{processes:,.0f} a second ({low:,.0f} to {high:,.0f})",
        f"2,000 a second (django-hordak, single transfers: {peer['single']:,.0f} a second; its own bulk benchmark: {peer['bulk']:,.0f})",
        processes >= 2000,
    )  # fmt: skip
    line(
        "  the same by the driver alone, without Django in the load generator",
        f"{driver:,.0f} a second ({driver_low:,.0f} to {driver_high:,.0f})",
        "no limit set",
        True,
    )
    line("  the same from 4 threads of one process", f"{threads:,.0f} a second", "no limit set", True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    with database():
        measure(chosen.seconds)
