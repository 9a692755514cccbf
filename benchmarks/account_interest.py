"""Yearly interest of all pension accounts of a province, from twelve entries each: seconds."""

import argparse
import time

from bench import answers, database, line, settle_disk
from province import make_province


def measure(insured: int) -> None:
    """Fill 2025 with entries where there are none, stage and attach the year."""
    from django.db import connections

    from yigui.accounts.interest import INTEREST
    from yigui.runs.batches import approve_batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    make_province(insured)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM accounts_entry_2025)")
        if not cursor.fetchone()[0]:
            started = time.perf_counter()
            # As the months' postings would have left them: by month, one entry an account.
            cursor.execute("ALTER TABLE accounts_entry_2025 DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE accounts_entry DISABLE TRIGGER USER")
            for month in range(1, 13):
                cursor.execute(
                    "INSERT INTO accounts_entry_2025 (warrant_id, person_id, base_fen, amount_fen, source_id, period, owed_period, "
                    "insurance, year, kind) SELECT warrant_id, person_id, 500000, 40000, 1, %s, %s, 110, 2025, 1 "
                    "FROM accounts_personal_account WHERE insurance = 'employee_pension'",
                    [202500 + month, 202500 + month],
                )
            cursor.execute("ALTER TABLE accounts_entry_2025 ENABLE TRIGGER USER")
            cursor.execute("ALTER TABLE accounts_entry ENABLE TRIGGER USER")
            cursor.execute("VACUUM (ANALYZE) accounts_entry_2025")
            print(f"entries of 2025: {time.perf_counter() - started:.0f} s", flush=True)
    settle_disk()
    head, director = (User.objects.get(username=name) for name in ("head", "director"))
    started = time.perf_counter()
    batch = prepare(INTEREST, area_code="511100", period=2025, user=head)
    approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
    execute(batch_id=batch.pk)
    seconds = time.perf_counter() - started
    line(f"yearly interest of {batch.row_count:,} accounts, key and attached", f"{seconds:.1f} s", "120 s", seconds < 120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--insured", type=int, default=6_781_400)
    chosen = parser.parse_args()
    with database():
        measure(chosen.insured)
