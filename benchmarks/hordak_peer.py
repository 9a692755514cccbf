"""django-hordak, the ledger of the Django world, in a database of its own on the same server. Run by `post_vouchers.py`.

Needs the packages of `requirements/benchmarks.lock` and Django; knows nothing of yigui. Two figures: its own benchmark command
(transactions made in bulk, one connection), and single transfers by its own interface, each in a transaction of its own, from
as many processes as ours has.
"""

import io
import json
import os
import sys
import time
from contextlib import redirect_stdout

BULK = 10_000


def setup() -> None:
    """Django with hordak on the database of `HORDAK_DATABASE` (host, port, user, password, name as JSON)."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None, **json.loads(os.environ["HORDAK_DATABASE"])}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_CURRENCY="CNY", CURRENCIES=["CNY"], HORDAK_DECIMAL_PLACES=2, HORDAK_MAX_DIGITS=20, USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", SECRET_KEY="only for benchmarks",
    )  # fmt: skip
    django.setup()


def own_benchmark() -> float:
    """Transactions a second of hordak's own command."""
    from django.core.management import call_command
    from hordak.models import Account

    call_command("migrate", verbosity=0)
    if not Account.objects.exists():
        with redirect_stdout(io.StringIO()):
            call_command("create_chart_of_accounts", currency=["CNY"])
    started = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        call_command("create_benchmark_transactions", multiplier=BULK)
    return 3 * BULK / (time.perf_counter() - started)


def single(seconds: float) -> int:
    """Transfers one process makes in so many seconds."""
    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    bank, income = Account.objects.get(name="Bank"), Account.objects.get(name="Income")
    print("ready", flush=True)
    sys.stdin.readline()
    amount, count, stop = Money("1000.00", "CNY"), 0, time.perf_counter() + seconds
    while time.perf_counter() < stop:
        with transaction.atomic():
            income.transfer_to(bank, amount)
        count += 1
    return count


if __name__ == "__main__":
    setup()
    print(single(float(sys.argv[2])) if sys.argv[1] == "single" else own_benchmark(), flush=True)
