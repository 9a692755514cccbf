"""Killed at any point, run again: the same lines, vouchers and balances, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import money
from tests.city import next_employee
from yigui.contributions.models import LevyLine, Receipt
from yigui.contributions.queries import bills_of_payer
from yigui.contributions.verify import differing_plans
from yigui.runs.models import Batch

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
KILLS = 50

_LEVY = """
import django; django.setup()
from yigui.contributions.levy import execute_levy, plan_levy
from yigui.runs.batches import approve_batch
from yigui.runs.models import Batch
from yigui.staff.models import User
head, director = User.objects.get(username="head"), User.objects.get(username="director")
print("go", flush=True)
waiting = Batch.objects.filter(kind="levy", period=202607, status="approved").first()
batch = waiting or plan_levy(area_code="511100", period=202607, user=head)
if waiting is None:
    batch = approve_batch(batch_id=batch.pk, user=director)
execute_levy(batch_id=batch.pk)
"""
_RECEIPTS = """
import datetime, pathlib, sys
import django; django.setup()
from yigui.contributions.errors import FileTwice
from yigui.contributions.receipts import import_receipts
print("go", flush=True)
try:
    import_receipts(content=pathlib.Path(sys.argv[1]).read_bytes(), file_name="f", partner="tax", area_code="511102", user=None,
                    today=datetime.date(2026, 11, 10))
except FileTwice:
    pass
"""


def run_and_kill(program: str, *arguments: str, after: float | None) -> bool:
    """Run a program and kill it so many seconds after it began its work; whether it had finished."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    process.stdout.readline()
    if after is not None:
        time.sleep(after)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
    process.wait(120)
    return process.returncode == 0


def test_a_levy_run_killed_at_random_points_ends_the_same(tmp_path: Path) -> None:
    money.levied(202610)
    rolls = random.Random(11)
    finished = 0
    for _ in range(KILLS // 2):
        finished += run_and_kill(_LEVY, after=rolls.uniform(0.0, 1.2))
        batches = Batch.objects.filter(kind="levy", period=202607, status="executed")
        assert batches.count() <= 1
        if batches:
            break
    # Whatever the kills left, one run to the end does it.
    if not Batch.objects.filter(kind="levy", period=202607, status="executed").exists():
        assert run_and_kill(_LEVY, after=None)
    done = Batch.objects.get(kind="levy", period=202607, status="executed")
    lines = LevyLine.objects.filter(period=202607)
    assert lines.count() == done.row_count
    assert sum(lines.values_list("employer_fen", flat=True)) + sum(lines.values_list("person_fen", flat=True)) == done.total_fen
    assert list(differing_plans("default")) == []
    leftovers = money.one(
        "SELECT count(*) FROM pg_class WHERE relname ~ '^contributions_line_[0-9]+_[0-9]+$' AND NOT relispartition AND relkind = 'r'"
    )
    assert leftovers <= 2 * Batch.objects.filter(kind="levy", status__in=("draft", "prepared", "approved")).count()


def test_receipts_killed_at_random_points_are_booked_once(tmp_path: Path) -> None:
    money.levied(202610)
    rolls = random.Random(12)
    kills = 0
    while kills < KILLS // 2:
        rows: list[dict[str, Any]] = []
        for _ in range(20):
            unit = next_employee().employer
            left = sum(s.left_fen for s in bills_of_payer(employer=unit))
            rows.append(money.row(max(left, 1_00), AAB001=unit.unit_no))
        path = tmp_path / f"{kills}.csv"
        path.write_bytes(money.csv_file(rows))
        for _ in range(5):
            run_and_kill(_RECEIPTS, str(path), after=rolls.uniform(0.0, 0.4))
            kills += 1
            known = Receipt.objects.filter(reference__in=[r["AAE086"] for r in rows]).count()
            assert known in (0, len(rows))
            money.assert_agree()
        assert run_and_kill(_RECEIPTS, str(path), after=None)
        assert Receipt.objects.filter(reference__in=[r["AAE086"] for r in rows]).count() == len(rows)
        money.assert_agree()
