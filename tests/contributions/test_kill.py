"""Killed at any point, program or database server, and run again: the same lines, vouchers and balances, nothing twice.

A server of its own, durable as in production, because it is killed too.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from yigui.config.embedded import EmbeddedServer

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
#: Kills that hit something alive, in each of the two tests.
KILLS = 26

_PREPARE = """
from yigui.config.prepare import prepare_database
from yigui.synthetic.demo_staff import create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city
from tests import money
prepare_database()
generate_city(CitySize(insured=3000, pensioners=50, employers=90, seekers=200), money.TODAY)
create_demo_staff(money.TODAY)
"""
_REFERENCE = """
from tests import money
from yigui.contributions.levy import void_plan
batch = money.plan(int(sys.argv[1]))
void_plan(batch_id=batch.pk, user=money.user("head"))
print(json.dumps([batch.row_count, batch.total_fen, batch.digest]))
"""
_LEVY = """
from tests import money
from yigui.contributions.levy import execute_levy
from yigui.runs.batches import approve_batch
from yigui.runs.models import Batch
period = int(sys.argv[1])
if not Batch.objects.filter(kind="levy", period=period, status="executed").exists():
    batch = Batch.objects.filter(kind="levy", period=period, status="approved").first()
    if batch is None:
        batch = approve_batch(batch_id=money.plan(period).pk, user=money.user("director"))
    execute_levy(batch_id=batch.pk)
"""
_LEVY_FACTS = """
from tests import money
from yigui.contributions.verify import differing_plans
from yigui.runs.models import Batch
period = int(sys.argv[1])
print(json.dumps({
    "executed": list(Batch.objects.filter(kind="levy", period=period, status="executed").values_list("row_count", "total_fen", "digest")),
    "lines": money.one("SELECT count(*), coalesce(sum(employer_fen + person_fen), 0)::bigint FROM contributions_line WHERE period = %s", period),
    "billed": int(money.one("SELECT coalesce(sum(total_fen), 0)::bigint FROM contributions_bill WHERE period = %s", period)),
    "strays": money.one("SELECT count(*) FROM pg_class WHERE relname ~ '^contributions_(line|part|bill)_[0-9]+(_[0-9]+)?$' "
        "AND NOT relispartition AND relkind = 'r'"),
    "faults": list(differing_plans("default")),
}))
"""
_FILE = """
from tests import money
from yigui.contributions.queries import bills_of_payer
from yigui.registry.models import Employer
number, path = int(sys.argv[1]), sys.argv[2]
rows = []
for unit in Employer.objects.order_by("id")[number * 3:number * 3 + 3]:
    left = sum(s.left_fen for s in bills_of_payer(employer=unit))
    rows.append(money.row(left, AAE086=f"KILL-{unit.pk}", AAB001=unit.unit_no, AAA027=unit.area_id))
open(path, "wb").write(money.csv_file(rows))
print(json.dumps({"rows": len(rows), "fen": sum(round(float(r["AAE019"]) * 100) for r in rows)}))
"""
_RECEIPTS = """
from tests import money
from yigui.contributions.errors import FileTwice
from yigui.contributions.receipts import import_receipts
try:
    import_receipts(content=open(sys.argv[1], "rb").read(), file_name="f", partner="tax", area_code="511102", user=None, today=money.TODAY)
except FileTwice:
    pass
"""
_RECEIPT_FACTS = """
from tests import money
sums = money.assert_agree()
sums["rows"] = money.one("SELECT count(*) FROM contributions_receipt")
sums["deposits"] = int(money.one("SELECT coalesce(sum(amount_fen), 0)::bigint FROM ledger_entry WHERE account_id = '1005' AND side = 'D'"))
print(json.dumps(sums))
"""


# Everything is imported once; each order is carried out by a child of its own, on a connection of its own.
_STABLE = """
import json, os, sys, traceback
import django
django.setup()
from django.db import connections
from tests import money
from yigui.contributions import levy, receipts, verify
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        for name in ("default", "owner"):
            connections[name].settings_dict["PORT"] = order["port"]
        sys.argv = ["", *order["arguments"]]
        print(os.getpid(), flush=True)
        try:
            exec(order["program"], {"json": json, "sys": sys})
        except BaseException:
            if order["loud"]:
                traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass
class Killable:
    """A server and programs on it, all of which may be killed."""

    home: Path
    rolls: random.Random = field(default_factory=lambda: random.Random(11))
    #: Kills fall within so many seconds; less after a program that was through before, more after one that was not.
    within: float = 0.5
    kills: int = 0
    server_kills: int = 0

    def __post_init__(self) -> None:
        self.server = EmbeddedServer(self.home / "postgres", {"shared_buffers": "128MB"})
        self.server.start()
        environment = {
            **os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "YIGUI_DATA": str(self.home),
            "DATABASE_URL": self.server.url("yigui_app"), "DATABASE_OWNER_URL": self.server.url("yigui_owner"),
        }  # fmt: skip
        self.stable = subprocess.Popen(
            [sys.executable, "-c", _STABLE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        assert self.stable.stdin is not None
        self.stable.stdin.close()
        self.stable.wait(30)
        self.server.stop()

    def _order(self, program: str, *arguments: str, loud: bool) -> int:
        """Begin a program; gives its process number."""
        assert self.stable.stdin is not None
        order = {"program": program, "arguments": arguments, "port": self.server.port, "loud": loud}
        self.stable.stdin.write(json.dumps(order) + "\n")
        self.stable.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self.stable.stdout is not None
        return self.stable.stdout.readline()

    def _end(self) -> tuple[list[str], int]:
        """What the program printed, and its exit code."""
        said: list[str] = []
        while not (line := self._line()).startswith("ended"):
            assert line, "the stable ended"
            said.append(line)
        return said, int(line.split()[1])

    def ask(self, program: str, *arguments: str) -> Any:
        """Run a program to its end; gives what it printed, read as JSON."""
        self._order(program, *arguments, loud=True)
        said, code = self._end()
        assert code == 0
        return json.loads(said[-1]) if said else None

    def run_and_kill(self, program: str, *arguments: str) -> None:
        """Run a program and kill it, or the server under it, at a random moment after it began."""
        kills = self.kills
        self._kill(program, *arguments)
        self.within = self.within * 0.7 if self.kills == kills else min(3.0, self.within * 1.2)

    def _kill(self, program: str, *arguments: str) -> None:
        pid = self._order(program, *arguments, loud=False)
        time.sleep(self.rolls.uniform(0.0, self.within))
        if self.rolls.random() < 0.3:
            assert self.server.process is not None
            self.server.process.send_signal(signal.SIGKILL)
            self.server.process.wait()
            _, code = self._end()
            self.server.start()
            # Not counted when the program had done its work before.
            self.kills += code != 0
            self.server_kills += code != 0
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, code = self._end()
        self.kills += code == -signal.SIGKILL


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    home = Path(tempfile.mkdtemp(prefix="yigui-kill-"))
    home.chmod(0o755)
    made = Killable(home)
    made.ask(_PREPARE)
    yield made
    made.close()
    shutil.rmtree(home, ignore_errors=True)


def test_a_levy_run_killed_at_random_points_ends_the_same(killable: Killable) -> None:
    periods = iter((*range(202501, 202513), *range(202601, 202610)))
    kills = killable.kills
    while killable.kills < kills + KILLS:
        period = str(next(periods))
        expected = killable.ask(_REFERENCE, period)
        for _ in range(8):
            killable.run_and_kill(_LEVY, period)
            facts = killable.ask(_LEVY_FACTS, period)
            assert len(facts["executed"]) <= 1
            assert facts["lines"][0] in (0, expected[0])
            if facts["executed"]:
                break
        # Whatever the kills left, one run to the end does it.
        killable.ask(_LEVY, period)
        facts = killable.ask(_LEVY_FACTS, period)
        assert facts["executed"] == [expected]
        assert facts["lines"] == expected[:2]
        assert facts["billed"] == expected[1]
        assert facts["strays"] == 0
        assert facts["faults"] == []
    assert killable.server_kills


def test_receipts_killed_at_random_points_are_booked_once(killable: Killable, tmp_path: Path) -> None:
    killable.ask(_LEVY, "202610")
    kills, server_kills = killable.kills, killable.server_kills
    before = killable.ask(_RECEIPT_FACTS)
    number = 0
    while killable.kills < kills + KILLS:
        path = str(tmp_path / f"{number}.csv")
        sent = killable.ask(_FILE, str(number), path)
        number += 1
        after = {
            "rows": before["rows"] + sent["rows"], "received": before["received"] + sent["fen"], "suspense": 0,
            "allocated": before["allocated"] + sent["fen"], "deposits": before["deposits"] + sent["fen"],
        }  # fmt: skip
        for _ in range(8):
            killable.run_and_kill(_RECEIPTS, path)
            rows = killable.ask(_RECEIPT_FACTS)["rows"]
            assert rows in (before["rows"], after["rows"])
            if rows == after["rows"]:
                break
        killable.ask(_RECEIPTS, path)
        before = killable.ask(_RECEIPT_FACTS)
        assert {name: before[name] for name in after} == after
    assert killable.server_kills > server_kills
