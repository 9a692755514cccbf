"""Five files of 10,000 receipts each, one after the other through the door of files: read, judged, matched, posted and credited. Seconds."""

import argparse
import csv
import datetime as dt
import io
import time

from bench import answers, database, line, settle_disk
from province import make_province

#: Limit of all files together: the pace of a province's month (339,000 in 180 s), which comes as one file.
SECONDS_MAX = 30.0
FILES = 5


def measure(each: int) -> None:
    """Levy a month for as many employers as there are receipts, and take their money in by files."""
    from django.db import connection

    from yigui.common.money import plain_fen
    from yigui.identity.at_terminal import sign_in_as
    from yigui.levy.levy_run import LEVY
    from yigui.receipts.files import import_receipts
    from yigui.runs.batches import approve_batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    # One employer for twenty insured, and a few more than receipts.
    make_province(each * FILES * 20 + 20_000, 1)
    head, director = (User.objects.get(username=name) for name in ("head", "director"))
    batch = prepare(LEVY, area_code="511100", period=202601, user=head)
    approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
    batch = execute(batch_id=batch.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.unit_no, b.area::text, sum(b.total_fen)::bigint, min(b.due_on) FROM contributions_bill b "
            "JOIN registry_employer u ON u.id = b.employer_id WHERE b.source_id = %s GROUP BY 1, 2 ORDER BY 1, 2 LIMIT %s",
            [batch.pk, each * FILES],
        )
        owed = cursor.fetchall()
    assert len(owed) == each * FILES, len(owed)
    contents = []
    for number in range(FILES):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["AAE086", "AAE079", "AAE019", "AAB001", "AAA027"])
        for k, (unit, area, fen, due) in enumerate(owed[number * each : (number + 1) * each]):
            writer.writerow([f"B{batch.pk}-{number}-{k}", due, plain_fen(fen), unit, area])
        contents.append(out.getvalue().encode("gb18030"))
    cashier = sign_in_as(User.objects.get(username="cashier"))
    settle_disk()
    taken = entries = 0
    slowest = 0.0
    started = time.perf_counter()
    for number, content in enumerate(contents, start=1):
        begun = time.perf_counter()
        done = import_receipts(
            content=content,
            file_name=f"税务到账{number}.csv",
            partner="tax",
            area_code="511102",
            user=cashier,
            today=dt.date(2026, 11, 10),
        )
        slowest = max(slowest, time.perf_counter() - begun)
        assert done.settlement is not None
        assert (done.new_rows, done.settlement.suspense_fen) == (each, 0), done.said
        taken, entries = taken + done.new_rows, entries + done.settlement.entries
    seconds = time.perf_counter() - started
    line(
        f"{FILES} files of {each:,} receipts taken in, {entries:,} account entries", f"{seconds:.1f} s (slowest file {slowest:.1f} s)",
        f"{SECONDS_MAX:g} s", seconds < SECONDS_MAX,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=10_000)
    chosen = parser.parse_args()
    with database():
        measure(chosen.each)
