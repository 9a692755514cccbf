"""A pay run killed at any point, program or database server, and run again: never a payment twice, never one lost."""

import json
from collections.abc import Iterator

import pytest

from tests.killing import Killable, killable_server, many_kills
from yigui.common.months import add_months

pytestmark = pytest.mark.slow
#: Kills that hit something alive; and of runs that take somebody out, and of supplementary runs.
KILLS = many_kills(24)
LOOKED_KILLS = many_kills(8)
SUPPLEMENT_KILLS = many_kills(8)

_PREPARE = """
from yigui.config.prepare import prepare_database
from yigui.synthetic.demo_staff import create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city
from tests import money, seen
prepare_database()
generate_city(CitySize(insured=300, pensioners=1000, employers=20, seekers=50), money.TODAY)
create_demo_staff(money.TODAY)
seen.begin()
"""
_REFERENCE = """
from tests import money
from yigui.payment.pay_run import PAY
from yigui.runs.staged import prepare, void
batch = prepare(PAY, area_code="511100", period=int(sys.argv[1]), user=money.user("head"))
void(batch_id=batch.pk, user=money.user("head"), reason="试验结束，不再需要")
print(json.dumps([batch.row_count, batch.total_fen, batch.digest]))
"""
_PAY = """
from tests import money
from yigui.payment.pay_run import PAY
from yigui.runs.staged import execute, prepare
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.models import Batch
period = int(sys.argv[1])
if not Batch.objects.filter(kind="pay", period=period, status="executed").exists():
    # What somebody has signed is carried on with, not made anew.
    signed = Batch.objects.filter(kind="pay", period=period).exclude(status="void").exclude(checked_by=None)
    batch = signed.first()
    if batch is None:
        batch = prepare(PAY, area_code="511100", period=period, user=money.user("head"))
        check_batch(batch_id=batch.pk, user=money.user("accountant"), answers=money.answers(batch))
    if batch.status != "approved":
        batch = approve_batch(batch_id=batch.pk, user=money.user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
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
# As above, but somebody who would be paid is reported dead after the run was approved.
_DIES = """
from tests import money
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.models import DeathRecord
from yigui.payment.pay_run import PAY
from yigui.payment.models import PayLine
from yigui.entitlement.models import Benefit
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare
period = int(sys.argv[1])
if not Batch.objects.filter(kind="pay", period=period, status="executed").exists():
    # What somebody has signed is carried on with, not made anew.
    signed = Batch.objects.filter(kind="pay", period=period).exclude(status="void").exclude(checked_by=None)
    batch = signed.first()
    if batch is None:
        batch = prepare(PAY, area_code="511100", period=period, user=money.user("head"))
        check_batch(batch_id=batch.pk, user=money.user("accountant"), answers=money.answers(batch))
    if batch.status != "approved":
        batch = approve_batch(batch_id=batch.pk, user=money.user("director"), answers=money.answers(batch))
    if DeathRecord.objects.filter(died_on="2023-12-03").count() < period - 202401:
        last = Batch.objects.filter(kind="pay", status="executed").order_by("-period").first()
        person = Benefit.objects.filter(pk__in=PayLine.objects.filter(batch_id=last.pk).order_by("benefit_id").values("benefit_id")[:1]).get().person
        from tests import city
        sender = city.partner("civil_affairs", "民政")
        content = f"证件号码,姓名,死亡日期\\n{person.id_number},{person.name},2023-12-03\\n".encode()
        import_records(DEATHS, content=content, file_name=f"{period}.csv", partner=sender, user=city.user("head"), today=money.TODAY)
    execute(batch_id=batch.pk)
"""
_LOOKED = """
from tests import money
from yigui.payment.verify import benefit_faults
from yigui.runs.models import Batch
period = int(sys.argv[1])
dead = "SELECT b.id FROM benefits_benefit b JOIN exchange_death_record d ON d.id_number = b.payee_number"
print(json.dumps({
    "executed": list(Batch.objects.filter(kind="pay", period=period, status="executed").values_list("total_fen", "executed_fen")),
    "lines": int(money.one("SELECT coalesce(sum(amount_fen), 0)::bigint FROM benefits_line WHERE period = %s", period)),
    "paid_dead": money.one(f"SELECT count(*) FROM benefits_line WHERE period = %s AND benefit_id IN ({dead})", period),
    "held_dead": money.one(f"SELECT count(*) FROM benefits_held h JOIN runs_batch r ON r.id = h.batch_id WHERE r.period = %s AND h.at_execution "
        f"AND h.benefit_id IN ({dead})", period),
    "claims": money.one("SELECT count(*), count(DISTINCT benefit_id), coalesce(sum(amount_fen), 0)::bigint FROM benefits_recovery"),
    "overpaid": int(money.one(f"SELECT coalesce(sum(amount_fen), 0)::bigint FROM benefits_line WHERE pay_period > 202312 AND benefit_id IN ({dead})")),
    "strays": money.one("SELECT count(*) FROM pg_class WHERE relname ~ '^benefits_(stage|payment)_[0-9]+(_[0-9]+)?$' "
        "AND NOT relispartition AND relkind = 'r'"),
    "faults": list(benefit_faults("default")),
}))
"""

# Somebody is told, held by the month's run, and certified again: a supplementary run owes them the month.
_HOLD = """
from tests.payment.test_supplement_run import benefit_of, certified, held_people, last_month
from yigui.entitlement.queries import amount_at
people = held_people(1)
for person in people:
    certified(person)
print(json.dumps([last_month(), [[benefit_of(p).pk, amount_at(benefit_of(p), last_month()).total_fen] for p in people]]))
"""
_SUPPLEMENT = """
from tests import money
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare
period = int(sys.argv[1])
batches = Batch.objects.filter(kind="pay-supplement", period=period)
if not batches.filter(status="executed").exists():
    batch = batches.exclude(status="void").exclude(checked_by=None).first()
    if batch is None:
        batch = prepare(PAY_SUPPLEMENT, area_code="511100", period=period, user=money.user("head"))
        check_batch(batch_id=batch.pk, user=money.user("accountant"), answers=money.answers(batch))
    if batch.status != "approved":
        batch = approve_batch(batch_id=batch.pk, user=money.user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
"""
_SUPPLEMENTED = """
from tests import money
from yigui.payment.verify import benefit_faults
period, benefits = int(sys.argv[1]), json.loads(sys.argv[2])
print(json.dumps({
    "paid": json.loads(money.one("SELECT coalesce(jsonb_object_agg(benefit_id::text, fen), '{}')::text FROM (SELECT benefit_id, sum(amount_fen)::bigint AS fen "
        "FROM benefits_line WHERE pay_period = %s AND benefit_id = ANY (%s::bigint[]) GROUP BY 1) AS t", period, benefits)),
    "executed": money.one("SELECT count(*) FROM runs_batch WHERE kind = 'pay-supplement' AND period = %s AND status = 'executed'", period),
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


def test_a_run_killed_while_it_looks_again_never_pays_the_dead_and_claims_back_once() -> None:
    with killable_server(_PREPARE) as killable:
        killable.ask(_PAY, "202401")
        period = 202402
        while killable.kills < LOOKED_KILLS:
            for _ in range(8):
                killable.run_and_kill(_DIES, str(period))
                facts = killable.ask(_LOOKED, str(period))
                assert (facts["paid_dead"], facts["faults"]) == (0, [])
                if facts["executed"]:
                    break
            killable.ask(_DIES, str(period))
            facts = killable.ask(_LOOKED, str(period))
            ((approved, executed),) = facts["executed"]
            assert executed == facts["lines"] < approved
            assert (facts["paid_dead"], facts["held_dead"] > 0, facts["strays"], facts["faults"]) == (0, True, 0, [])
            count, people, claimed = facts["claims"]
            assert (count, claimed) == (people, facts["overpaid"])
            assert claimed > 0
            period = add_months(period, 1)


def test_a_supplementary_run_killed_at_random_points_pays_what_was_held_once() -> None:
    with killable_server(_PREPARE) as killable:
        killable.ask(_PAY, "202412")
        while killable.kills < SUPPLEMENT_KILLS:
            period, owed = killable.ask(_HOLD)
            benefits = json.dumps([benefit for benefit, _ in owed])
            due = {str(benefit): fen for benefit, fen in owed}
            for _ in range(8):
                killable.run_and_kill(_SUPPLEMENT, str(period))
                facts = killable.ask(_SUPPLEMENTED, str(period), benefits)
                assert facts["executed"] <= 1
                assert facts["paid"] == (due if facts["executed"] else {})
                if facts["executed"]:
                    break
            killable.ask(_SUPPLEMENT, str(period))
            facts = killable.ask(_SUPPLEMENTED, str(period), benefits)
            assert facts == {"paid": due, "executed": 1, "strays": 0, "faults": []}
        # The month's run after it pays none of it again.
        following = add_months(period, 1)
        killable.ask(_PAY, str(following))
        assert killable.ask(_SUPPLEMENTED, str(period), benefits)["paid"] == due
