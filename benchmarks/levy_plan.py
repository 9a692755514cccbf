"""Levy plan of a province: seconds beside a bare binary COPY of the same lines with the same key, and our own memory.

The COPY reads the lines back from a file in the server's own binary format, over one connection, into a bare table, and
builds the same primary key: the least that any program must do to have these rows in the database.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bench import answers, database, line, settle_disk
from province import make_province


def measure(insured: int, flexible: int) -> None:
    """Plan and execute a month, then the next one, which is compared with it; copy the same rows."""
    from django.db import connections

    print(f"registry of {insured:,} people: {make_province(insured, flexible):.0f} s", flush=True)
    settle_disk()
    first, first_seconds, _ = one_month()
    settle_disk()
    second, second_seconds, executed = one_month()
    memory = psutil.Process().memory_info().rss
    bare = bare_copy(second.pk)
    # The limit in times of a COPY is for lines, key, bills and checks: the comparison reads another month, which no COPY does.
    for name, batch, seconds, times in (
        ("checks", first, first_seconds, 2.0),
        ("checks, and every line compared with the month before", second, second_seconds, None),
    ):
        bills = sum(r["bills"] for r in batch.summary["sums"])
        line(
            f"levy plan, {batch.row_count:,} lines, key, {bills:,} bills, {name}", f"{seconds:.1f} s, {seconds / bare:.2f} x COPY",
            f"120 s, {f'{times:.2f} x' if times else 'no ratio set'} (bare COPY and key {bare:.1f} s)",
            seconds < 120 and (times is None or seconds < times * bare),
        )  # fmt: skip
        assert batch.is_sound, batch.checks
    line("  attached under its warrant, every line read again", f"{executed:.1f} s", "no limit set", True)
    line("  memory of our process", f"{memory / 2**20:.0f} MiB", "500 MiB", memory < 500 * 2**20)
    connections.close_all()


def one_month() -> tuple[Any, float, float]:
    """The month after the last one levied: its batch, the seconds of the plan, and those of its execution."""
    from yigui.levy.levy_run import LEVY
    from yigui.runs.batches import approve_batch
    from yigui.runs.models import Batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    head, director = (User.objects.get(username=name) for name in ("head", "director"))
    period = max([202600, *Batch.objects.filter(kind="levy", status="executed").values_list("period", flat=True)]) + 1
    started = time.perf_counter()
    marks: list[str] = []

    def step(_: int, __: int, name: str) -> None:
        marks.append(f"{name} {time.perf_counter() - started:.1f}")

    batch = prepare(LEVY, area_code="511100", period=period, user=head, on_step=step)
    planned = time.perf_counter() - started
    print(f"  {period}: " + ", ".join(marks), flush=True)
    approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
    started = time.perf_counter()
    execute(batch_id=batch.pk)
    return batch, planned, time.perf_counter() - started


def bare_copy(batch_id: int) -> float:
    """Seconds of a bare binary COPY of the lines, with the key, into a table of its own."""
    from django.db import connections

    path = Path(os.environ.get("YIGUI_BENCH_SCRATCH", tempfile.gettempdir())) / "levy-lines.bin"
    rows = f"COPY (SELECT * FROM contributions_line WHERE source_id = {batch_id}) TO STDOUT (FORMAT binary)"
    with connections["owner"].cursor() as cursor, path.open("wb") as out, cursor.copy(rows) as copy:
        for block in copy:
            out.write(block)
    settle_disk()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        started = time.perf_counter()
        # In one transaction, as the plan is: the server then spares itself the log of a table nobody else can see.
        cursor.execute("BEGIN; CREATE TABLE bare (LIKE contributions_line)")
        with path.open("rb") as source, cursor.copy("COPY bare FROM STDIN (FORMAT binary)") as copy:
            while block := source.read(1 << 20):
                copy.write(block)
        cursor.execute("ALTER TABLE bare ADD PRIMARY KEY (employer_id, person_id, insurance, owed_period, source_id)")
        cursor.execute("COMMIT")
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    path.unlink()
    return seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--insured", type=int, default=6_781_400)
    parser.add_argument("--flexible", type=int, default=1, help="self-payers of a hundred insured")
    chosen = parser.parse_args()
    with database():
        measure(chosen.insured, chosen.flexible)
