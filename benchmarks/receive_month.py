"""All employers pay their month: receipts matched, posted and credited; then the yearly interest of all accounts. Seconds."""

import argparse
import time

from bench import answers, database, line, settle_disk
from province import make_province


def measure(insured: int, flexible: int) -> None:
    """Levy a month where none is levied, take in the money of the oldest unpaid one."""
    from yigui.levy.levy_run import LEVY
    from yigui.levy.models import OpenBill
    from yigui.runs.batches import approve_batch
    from yigui.runs.models import Batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    make_province(insured, flexible)
    head, director = (User.objects.get(username=name) for name in ("head", "director"))
    # The oldest month that is not paid: money goes to the oldest bills first, and what is paid on its day bears no surcharge.
    unpaid = OpenBill.objects.order_by("start_period").values_list("source_id", flat=True).first()
    batch = Batch.objects.filter(pk=unpaid).first() if unpaid else None
    if batch is None:
        batch = prepare(LEVY, area_code="511100", period=202601, user=head)
        approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
        batch = execute(batch_id=batch.pk)
    count, entries, seconds = receive(batch.pk)
    line(
        f"receipts of {count:,} employers matched, posted, {entries:,} account entries", f"{seconds:.1f} s", "180 s", seconds < 180
    )


def receive(batch_id: int) -> tuple[int, int, float]:
    """The tax authority's file of a levied month, taken in; gives receipts, account entries, seconds."""
    import datetime as dt
    from itertools import count

    from django.db import connection

    from yigui.common.digests import sm3
    from yigui.exchange.money_formats import ReceiptRow
    from yigui.identity.at_terminal import sign_in_as
    from yigui.receipts.files import take_in
    from yigui.staff.models import User

    numbers = count(1)
    today = dt.date(2026, 11, 10)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.unit_no, b.area::text, sum(b.total_fen)::bigint, min(b.due_on) FROM contributions_bill b "
            "JOIN registry_employer u ON u.id = b.employer_id WHERE b.source_id = %s GROUP BY 1, 2",
            [batch_id],
        )
        rows = [
            ReceiptRow(k, f"{batch_id}-{k}", due, fen, unit_no=unit, area=area)
            for k, (unit, area, fen, due) in zip(numbers, cursor.fetchall(), strict=False)
        ]
    cashier = sign_in_as(User.objects.get(username="cashier"))
    settle_disk()
    started = time.perf_counter()
    done = take_in(
        rows=rows, digest=sm3(f"bench {batch_id}"), file_name="月度到账", partner="tax", source="tax", area_code="511102", user=cashier,
        today=today,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    settled = done.settlement
    assert settled is not None
    assert settled.suspense_fen == 0
    return len(rows), settled.entries, seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--insured", type=int, default=6_781_400)
    parser.add_argument("--flexible", type=int, default=1)
    chosen = parser.parse_args()
    with database():
        measure(chosen.insured, chosen.flexible)
