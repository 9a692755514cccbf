"""A run whose program was killed does not stay "running": it is marked with a sentence, and what it left is thrown away."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from tests import city, money
from yigui.common.errors import YiguiError
from yigui.levy.levy_run import LEVY
from yigui.runs.models import Batch, Run
from yigui.runs.run_job import run_job
from yigui.runs.staged import clean_up_dead_runs, prepare

ROOT = Path(__file__).resolve().parents[2]
#: Prepares a plan, and stops in the middle of it until somebody kills it.
_HANGS = """
import django, sys, time
django.setup()
from tests import city, seen
seen.carry()
from yigui.levy import levy_run
from yigui.runs.staged import prepare
def hang(*arguments, **more):
    print("staged", flush=True)
    time.sleep(300)
levy_run.left_out = hang
prepare(levy_run.LEVY, area_code="511102", period=202608, user=city.user("head"))
"""


def begun() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    process = subprocess.Popen([sys.executable, "-c", _HANGS], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "staged"
    return process


def staged_tables(batch: Batch) -> int:
    return int(
        money.one(
            "SELECT count(*) FROM pg_class WHERE relname ~ %s AND relkind = 'r'", f"^contributions_(line|part|bill)_{batch.pk}(_|$)"
        )
    )


def test_a_killed_preparation_is_marked_aborted_and_its_draft_and_tables_go() -> None:
    process = begun()
    run = Run.objects.filter(kind="levy-plan").latest("id")
    batch = Batch.objects.get(kind="levy", period=202608, status="draft")
    assert (run.status, run.batch_id) == ("running", batch.pk)
    assert run.process.endswith(f":{process.pid}")
    assert staged_tables(batch) > 0
    # It lives: nobody touches it.
    assert clean_up_dead_runs() == 0
    with pytest.raises(YiguiError, match="正在进行"):
        prepare(LEVY, area_code="511102", period=202608, user=city.user("head"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while clean_up_dead_runs() == 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    run.refresh_from_db()
    batch.refresh_from_db()
    assert (run.status, batch.status) == ("aborted", "void")
    assert "已中断" in run.error
    assert str(process.pid) in run.error
    assert run.ended_at is not None
    assert staged_tables(batch) == 0
    assert clean_up_dead_runs() == 0
    assert prepare(LEVY, area_code="511102", period=202608, user=city.user("head")).status == "prepared"


def test_a_run_from_before_locks_were_held_is_given_up_too() -> None:
    old = Run.objects.create(kind="pay-plan", area_code="511102", period="202001")
    assert clean_up_dead_runs() == 1
    old.refresh_from_db()
    assert old.status == "aborted"


def test_a_run_given_up_for_dead_does_not_call_itself_done() -> None:
    with run_job(kind="long", period="1") as progress:
        # As after a failover: the connection, and with it the lock, is another one.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        assert clean_up_dead_runs() == 1
    assert Run.objects.get(pk=progress.run.pk).status == "aborted"
