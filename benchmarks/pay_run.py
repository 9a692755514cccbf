"""A month's pay run of a province's pensioners, its payment files, and the annual adjustment: seconds and peak memory.

Two months are run: the first fills what the second is compared with, the second is measured. The limit beside it is a bare COPY
of the same lines and payments with their keys, in the same run.
"""

import argparse
import datetime as dt
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import TODAY, answers, database, line, peak_memory, settle_disk, sign_everybody_in

if TYPE_CHECKING:
    from yigui.runs.models import Batch

#: The first month that is run, for the next ones to be compared with.
FIRST = 202601


def make_pensioners(pensioners: int) -> None:
    """A city of hardly anybody but pensioners, where there is none."""
    from yigui.registry.models import Person
    from yigui.synthetic.demo_staff import create_demo_staff
    from yigui.synthetic.generate_city import CitySize, generate_city

    if Person.objects.exists():
        sign_everybody_in()
        return
    started = time.perf_counter()
    size = CitySize(insured=2000, pensioners=pensioners, employers=50, seekers=200)
    generate_city(size, dt.date.fromisoformat(TODAY))
    create_demo_staff(dt.date.fromisoformat(TODAY))
    sign_everybody_in()
    print(f"generated in {time.perf_counter() - started:.0f} s", flush=True)


def pay(period: int) -> tuple["Batch", dict[str, float]]:
    """Prepare, decide and execute a month; gives the batch and the seconds of each part."""
    from yigui.payment.pay_run import PAY
    from yigui.runs.batches import approve_batch, check_batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    head, accountant, director = (User.objects.get(username=name) for name in ("head", "accountant", "director"))
    seconds: dict[str, float] = {}
    last = started = time.perf_counter()

    def step(_done: int, _total: int, name: str) -> None:
        nonlocal last
        seconds[name] = time.perf_counter() - last
        last = time.perf_counter()

    batch = prepare(PAY, area_code="511100", period=period, user=head, on_step=step)
    seconds["prepared"] = time.perf_counter() - started
    check_batch(batch_id=batch.pk, user=accountant, answers=answers(batch))
    approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
    started = last = time.perf_counter()
    batch = execute(batch_id=batch.pk, on_step=step)
    seconds["executed"] = time.perf_counter() - started
    return batch, seconds


def files(batch: "Batch") -> float:
    """Write all pain.001 files to disk; gives seconds."""
    from yigui.payment.bank_files import files_of, pain001

    folder = Path(os.environ["YIGUI_DATA"]) / "files"
    folder.mkdir(exist_ok=True)
    started = time.perf_counter()
    for head in files_of(batch):
        with (folder / f"{head.number}.xml").open("w") as out:
            out.writelines(pain001(batch, head.number))
    return time.perf_counter() - started


def bare_copy(batch_id: int) -> float:
    """The same lines and payments, out of and into bare tables with the same keys, by COPY: seconds."""
    import psycopg

    with psycopg.connect(os.environ["YIGUI_BENCH_SUPER_URL"], autocommit=True) as one:
        one.execute("DROP TABLE IF EXISTS bench_line, bench_payment")
        one.execute("CREATE TABLE bench_line (LIKE benefits_line)")
        one.execute("CREATE TABLE bench_payment (LIKE benefits_payment)")
        folder = Path(os.environ["YIGUI_DATA"]) / "bare"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)  # the server's account writes there
        for name, source in (
            ("line", f"SELECT * FROM benefits_line WHERE batch_id = {batch_id}"),
            ("payment", f"SELECT * FROM benefits_payment WHERE batch_id = {batch_id}"),
        ):
            one.execute(f"COPY ({source}) TO '{folder}/bench_{name}' (FORMAT binary)")
        settle_disk()
        started = time.perf_counter()
        one.execute(f"COPY bench_line FROM '{folder}/bench_line' (FORMAT binary)")
        one.execute("ALTER TABLE bench_line ADD PRIMARY KEY (benefit_id, pay_period, version)")
        one.execute(f"COPY bench_payment FROM '{folder}/bench_payment' (FORMAT binary)")
        one.execute("ALTER TABLE bench_payment ADD PRIMARY KEY (batch_id, benefit_id)")
        seconds = time.perf_counter() - started
        one.execute("DROP TABLE bench_line, bench_payment")
    return seconds


def adjust() -> tuple[object, float, float]:
    """The annual adjustment, prepared and executed: batch and seconds."""
    from yigui.payment.adjust_run import ADJUST
    from yigui.runs.batches import approve_batch, check_batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    head, accountant, director = (User.objects.get(username=name) for name in ("head", "accountant", "director"))
    started = time.perf_counter()
    batch = prepare(ADJUST, area_code="511100", period=2026, user=head)
    prepared = time.perf_counter() - started
    check_batch(batch_id=batch.pk, user=accountant, answers=answers(batch))
    approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
    started = time.perf_counter()
    execute(batch_id=batch.pk)
    return batch, prepared, time.perf_counter() - started


def measure(pensioners: int, server: object) -> None:
    """Print figures beside limits."""
    import resource

    make_pensioners(pensioners)
    from yigui.common.months import add_months
    from yigui.runs.models import Batch

    settle_disk()
    done = Batch.objects.filter(kind="pay", status="executed").order_by("-period").values_list("period", flat=True).first()
    if done is None:
        pay(FIRST)
        done = FIRST
    settle_disk()
    with peak_memory(server.cluster) as peak:  # type: ignore[attr-defined]
        batch, seconds = pay(add_months(done, 1))
        written = files(batch)
    total = seconds["prepared"] + seconds["executed"] + written
    print({name: round(value, 1) for name, value in seconds.items()}, flush=True)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    settle_disk()
    bare = bare_copy(batch.pk)  # type: ignore[attr-defined]
    line(
        f"pay run of {batch.row_count:,}: prepared {seconds['prepared']:.1f} s, executed {seconds['executed']:.1f} s, pain.001 {written:.1f} s",  # type: ignore[attr-defined]
        f"{total:.1f} s", f"90 s (bare COPY of its lines and payments with keys: {bare:.1f} s)", total < 90,
    )  # fmt: skip
    line("  its memory: the program", f"{own:,.0f} MiB", "1,024 MiB", own < 1024)
    line(
        "  program and database server together, shared buffers of 1 GiB in it", f"{peak[0] / 2**20:,.0f} MiB", "no limit set", True
    )
    settle_disk()
    adjusted, prepared, executed = adjust()
    line(
        f"annual adjustment of {adjusted.row_count:,}: prepared {prepared:.1f} s, executed {executed:.1f} s",  # type: ignore[attr-defined]
        f"{prepared + executed:.1f} s", "90 s", prepared + executed < 90,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pensioners", type=int, default=1_865_000)
    chosen = parser.parse_args()
    with database() as server:
        measure(chosen.pensioners, server)
