"""Killed at any point, program or database server, and run again: the same lines, vouchers and balances, nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killing import Killable, killable_server, many_kills

pytestmark = pytest.mark.slow
#: Kills that hit something alive, in each of the two tests.
KILLS = many_kills(14)

_PREPARE = """
from yigui.config.prepare import prepare_database
from yigui.synthetic.demo_staff import create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city
from tests import money, seen
prepare_database()
generate_city(CitySize(insured=2000, pensioners=50, employers=60, seekers=200), money.TODAY)
create_demo_staff(money.TODAY)
seen.begin()
"""
_REFERENCE = """
from tests import money
from yigui.runs.staged import void
batch = money.plan(int(sys.argv[1]))
void(batch_id=batch.pk, user=money.user("head"), reason="试验结束，不再需要")
print(json.dumps([batch.row_count, batch.total_fen, batch.digest]))
"""
_LEVY = """
from tests import money
from yigui.runs.staged import execute
from yigui.runs.batches import approve_batch
from yigui.runs.models import Batch
period = int(sys.argv[1])
if not Batch.objects.filter(kind="levy", period=period, status="executed").exists():
    batch = Batch.objects.filter(kind="levy", period=period, status="approved").first()
    if batch is None:
        batch = money.plan(period)
        batch = approve_batch(batch_id=batch.pk, user=money.user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
"""
_LEVY_FACTS = """
from tests import money
from yigui.levy.verify import differing_plans
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
from yigui.charges.queries import bills_of_payer
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
from yigui.receipts.errors import FileTwice
from yigui.receipts.files import import_receipts
try:
    import_receipts(content=open(sys.argv[1], "rb").read(), file_name="f", partner="tax", area_code="511102", user=money.user("cashier"), today=money.TODAY)
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


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    with killable_server(_PREPARE) as made:
        yield made


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
