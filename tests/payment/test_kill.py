"""A pay run killed at any point, program or database server, and run again: never a payment twice, never one lost."""

from collections.abc import Iterator

import pytest

from tests.killing import Killable, killable_server
from yigui.common.months import add_months

pytestmark = pytest.mark.slow
#: Kills that hit something alive.
KILLS = 52

_PREPARE = """
from yigui.config.prepare import prepare_database
from yigui.synthetic.demo_staff import create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city
from tests import money
prepare_database()
generate_city(CitySize(insured=300, pensioners=3000, employers=20, seekers=50), money.TODAY)
create_demo_staff(money.TODAY)
"""
_REFERENCE = """
from tests import money
from yigui.payment.pay_run import plan_pay, void_pay
batch = plan_pay(area_code="511100", period=int(sys.argv[1]), user=money.user("head"))
void_pay(batch_id=batch.pk, user=money.user("head"))
print(json.dumps([batch.row_count, batch.total_fen, batch.digest]))
"""
_PAY = """
from tests import money
from yigui.payment.pay_run import execute_pay, plan_pay
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.models import Batch
period = int(sys.argv[1])
if not Batch.objects.filter(kind="pay", period=period, status="executed").exists():
    batch = Batch.objects.filter(kind="pay", period=period, status="approved").first()
    if batch is None:
        batch = plan_pay(area_code="511100", period=period, user=money.user("head"))
        check_batch(batch_id=batch.pk, user=money.user("accountant"))
        batch = approve_batch(batch_id=batch.pk, user=money.user("director"))
    execute_pay(batch_id=batch.pk)
"""
_FACTS = """
from tests import money
from yigui.payment.verify import benefit_faults
from yigui.runs.models import Batch
period = int(sys.argv[1])
print(json.dumps({
    "executed": list(Batch.objects.filter(kind="pay", period=period, status="executed").values_list("row_count", "total_fen", "digest")),
    "lines": money.one("SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM benefits_line WHERE period = %s", period),
    "twice": money.one("SELECT count(*) FROM (SELECT 1 FROM benefits_line GROUP BY benefit_id, pay_period HAVING count(*) > 1) AS t"),
    "paid": int(money.one("SELECT coalesce(sum(p.amount_fen), 0)::bigint FROM benefits_payment p JOIN runs_batch b ON b.id = p.batch_id "
        "WHERE b.period = %s AND b.kind = 'pay'", period)),
    "booked": int(money.one("SELECT coalesce(sum(e.amount_fen), 0)::bigint FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.voucher_id "
        "JOIN runs_batch b ON b.id = v.source_id AND v.source_kind = 'batch' WHERE b.kind = 'pay' AND b.period = %s "
        "AND e.account_id = '1004' AND e.side = 'C'", period)),
    "strays": money.one("SELECT count(*) FROM pg_class WHERE relname ~ '^benefits_(stage|payment)_[0-9]+(_[0-9]+)?$' "
        "AND NOT relispartition AND relkind = 'r'"),
    "faults": list(benefit_faults("default")),
}))
"""


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    with killable_server(_PREPARE) as made:
        yield made


def test_a_pay_run_killed_at_random_points_pays_everybody_once(killable: Killable) -> None:
    period = 202401
    while killable.kills < KILLS:
        expected = killable.ask(_REFERENCE, str(period))
        for _ in range(8):
            killable.run_and_kill(_PAY, str(period))
            facts = killable.ask(_FACTS, str(period))
            assert len(facts["executed"]) <= 1
            assert facts["lines"][0] in (0, expected[0])
            if facts["executed"]:
                break
        # Whatever the kills left, one run to the end does it.
        killable.ask(_PAY, str(period))
        facts = killable.ask(_FACTS, str(period))
        assert facts["executed"] == [expected]
        assert facts["lines"] == expected[:2]
        assert facts["paid"] == facts["booked"] == expected[1]
        assert (facts["twice"], facts["strays"], facts["faults"]) == (0, 0, [])
        period = add_months(period, 1)
    assert killable.server_kills
