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
AREAS = ("511102", "511111", "511112", "511113")
#: Files a second that are laid ready for each connection.
_READY = 4_000


def lay_files(seconds: float) -> None:
    """Files of one receipt each, as a bank's callbacks come, past the guards; and what issues the warrant of one, of the connection's area."""
    from django.db import connections

    count = int(seconds * _READY)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION bench_warrant(p_id bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS "
            "$$ SELECT warrants_issue_v1('receipt', p_id, 'bench', '', 3::smallint, '511102', NULL, '{}', '{}', '{}') $$"
        )
        cursor.execute("GRANT EXECUTE ON FUNCTION bench_warrant TO yigui_app")
        for table in ("contributions_receipt_file", "contributions_receipt"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for k, area in enumerate(AREAS):
            first = 1_000_000_000 * (k + 1)
            cursor.execute(
                "INSERT INTO contributions_receipt_file (id, source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, "
                "rejected, lines_in, received_on, created_at) OVERRIDING SYSTEM VALUE SELECT i, 'bank', 'bench', %s, '', i::text, 1, 100000, 0, "
                "'[]', 1, '2026-11-10', now() FROM generate_series(%s, %s) AS i",
                [area, first, first + count],
            )
            cursor.execute(
                "INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, "
                "payer_account, text) SELECT i, 'bench', i::text, 1, %s, '2026-11-10', 100000, '', '', '' FROM generate_series(%s, %s) AS i",
                [area, first, first + count],
            )
            cursor.execute(f"CREATE SEQUENCE bench_file_{k} MINVALUE {first} CACHE 1000")
            cursor.execute(f"GRANT USAGE ON SEQUENCE bench_file_{k} TO yigui_app")
        for table in ("contributions_receipt_file", "contributions_receipt"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")


def ours(seconds: float) -> float:
    """Vouchers a second through `ledger_post_v1`, a receipt warrant for each."""
    from django.db import connections, transaction

    from yigui.ledger.posting import post

    counts = [0] * CONNECTIONS
    stop = time.perf_counter() + seconds

    def work(k: int) -> None:
        try:
            while time.perf_counter() < stop:
                with transaction.atomic():
                    with connections["default"].cursor() as cursor:
                        cursor.execute("SELECT nextval(%s)", [f"bench_file_{k}"])
                        (file,) = cursor.fetchone()
                        cursor.execute("SELECT bench_warrant(%s)", [file])
                    post(
                        event="contribution_received", fund="employee_pension", area_code=AREAS[k], on=dt.date(2026, 11, 10),
                        amounts={"total": 1000_00, "current": 1000_00}, deposit="1002", source_kind="receipt_file", source_id=file,
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
    print("ready", flush=True)
    sys.stdin.readline()
    count, stop = 0, time.perf_counter() + seconds
    while time.perf_counter() < stop:
        with transaction.atomic():
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT nextval(%s)", [f"bench_file_{k}"])
                (file,) = cursor.fetchone()
                cursor.execute("SELECT bench_warrant(%s)", [file])
            post(
                event="contribution_received", fund="employee_pension", area_code=AREAS[k], on=dt.date(2026, 11, 10),
                amounts={"total": 1000_00, "current": 1000_00}, deposit="1002", source_kind="receipt_file", source_id=file,
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
        print("ready", flush=True)
        sys.stdin.readline()
        count, stop = 0, time.perf_counter() + seconds
        while time.perf_counter() < stop:
            with connection.transaction():
                found = connection.execute("SELECT nextval(%s::regclass)", [f"bench_file_{k}"]).fetchone()
                assert found is not None
                connection.execute("SELECT bench_warrant(%s)", [found[0]])
                connection.execute(_POST, [AREAS[k], rule.version, rule.label, found[0]]).fetchone()
            count += 1
    print(count, flush=True)


_POST = """
SELECT ledger_post_v1('employee_pension', %s, '2026-11-10', 'contribution_received', %s, %s, 'receipt_file', %s,
    '{1002,4001.01}', '{D,C}', '{100000,100000}', '{"",""}')
"""


def measure(seconds: float) -> None:
    """Print ours, from threads and from processes, and the peer's."""
    from bench import make_city

    make_city(2_000)
    lay_files(seconds * (1 + ROUNDS))
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
