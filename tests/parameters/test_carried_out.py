"""What is carried out is what is signed: a batch waits for nothing that was revoked or replaced, and what a batch has carried out is not signed over."""

import datetime as dt

import pytest

from tests import city
from tests.entitlement import people
from tests.entitlement.people import CITY, decided, done
from tests.items import situations
from tests.parameters.test_change_parameter import as_the_files_say, checked, proposed, signed, tried  # noqa: F401
from tests.parameters.test_revoke import asked, revoked
from tests.parameters.test_signed_plan import plan
from yigui.entitlement.enums import AmountSource
from yigui.entitlement.models import Benefit
from yigui.identity.proof import Moved
from yigui.law.pension_adjustment import Pensioner, adjustment_plan
from yigui.law.signed_rows import reading
from yigui.law.signed_rows import signed as signed_rows
from yigui.parameters.change_parameter import sign
from yigui.parameters.errors import ParameterRefused
from yigui.parameters.models import ParameterChange
from yigui.payment.adjust_run import ADJUST, plan_of_batch
from yigui.payment.models import Adjustment
from yigui.payment.raise_run import RAISE
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void

LATE = "文件已被更正，须撤销"


def adjusting() -> Batch:
    return decided(prepare(ADJUST, area_code=CITY, period=2026, user=city.user("head")))


def thrown_away(batch: Batch) -> None:
    void(batch_id=batch.pk, user=city.user("head"), reason="所依据的参数已变更")


def basic(yuan: str) -> ParameterChange:
    return signed(
        proposed(
            table="resident/basic", columns={"value": yuan, "extra_from_years": "15", "extra_per_year": "0"},
            valid_from=dt.date(2026, 11, 1), valid_to=None, late_reason="省里已执行",
        )
    )  # fmt: skip


def test_a_standard_that_is_revoked_or_replaced_is_not_paid_by_the_batch_that_waits() -> None:
    claim, person = situations.resident()
    done("RES-001", claim, ("id_card", "bank_card"))
    benefit = Benefit.objects.get(person=person)
    row = basic("333")
    waiting = decided(prepare(RAISE, area_code=CITY, period=202611, user=city.user("head")))
    revocation = revoked(row, late_reason=LATE)
    with pytest.raises(ContentChanged, match=rf"第 {waiting.pk} 号批次生成后.*参数变更 {revocation.pk} 号.*请作废后重新生成"):
        execute(batch_id=waiting.pk)
    thrown_away(waiting)
    basic("343")
    waiting = decided(prepare(RAISE, area_code=CITY, period=202611, user=city.user("head")))
    replaced = basic("353")
    with pytest.raises(ContentChanged, match=f"参数变更 {replaced.pk} 号"):
        execute(batch_id=waiting.pk)
    thrown_away(waiting)
    assert not benefit.amounts.filter(source=AmountSource.RAISE).exists()
    # One that holds elsewhere, or for other months, stops nothing.
    waiting = decided(prepare(RAISE, area_code=CITY, period=202611, user=city.user("head")))
    signed(
        proposed(
            table="resident/basic", area="510000", columns={"value": "399", "extra_from_years": "15", "extra_per_year": "0"},
            valid_from=dt.date(2028, 1, 1), valid_to=None,
        )
    )  # fmt: skip
    execute(batch_id=waiting.pk)
    assert benefit.amounts.filter(source=AmountSource.RAISE, source_id=waiting.pk).exists()


def test_a_plan_that_is_revoked_or_replaced_is_not_carried_out() -> None:
    row = signed(plan())
    waiting = adjusting()
    assert waiting.summary["signed_plan"]["number"] == row.pk
    revocation = revoked(row, late_reason=LATE)
    with pytest.raises(ContentChanged, match=f"参数变更 {revocation.pk} 号"):
        execute(batch_id=waiting.pk)
    thrown_away(waiting)
    signed(plan())
    waiting = adjusting()
    replaced = signed(plan(fixed_yuan="30"))
    with pytest.raises(ContentChanged, match=f"参数变更 {replaced.pk} 号"):
        execute(batch_id=waiting.pk)
    thrown_away(waiting)


def test_what_was_carried_out_is_not_signed_over_and_whoever_comes_late_gets_the_same() -> None:
    row = signed(plan())
    found = adjustment_plan(CITY, 2026)
    other = checked(plan(fixed_yuan="30"))
    trial = tried(other)
    batch = execute(batch_id=adjusting().pk)
    with pytest.raises(Moved, match=f"2026 年的调整方案已由第 {batch.pk} 号批次执行"):
        sign(change_id=other.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)
    other.refresh_from_db()
    assert other.status == "checked"
    with pytest.raises(ParameterRefused, match=f"第 {batch.pk} 号批次执行"):
        plan(fixed_yuan="31")
    with pytest.raises(ParameterRefused, match=f"第 {batch.pk} 号批次执行"):
        asked(row, late_reason=LATE)
    # To one as to all, to the fen.
    given = list(Adjustment.objects.filter(batch_id=batch.pk))
    assert given
    for one in given:
        benefit = Benefit.objects.get(pk=one.benefit_id)
        who = Pensioner(one.months, one.before_fen, benefit.person.born_on, benefit.person.gender)
        assert benefit.kind == 2 or one.increase_fen == found.adjust(who)[0]
    # Another year's is none of it.
    assert plan(2027).pk
    # The law may say something else by now: what the batch gave is the batch's.
    batch.refresh_from_db()
    with reading(signed_rows().without(row.pk)):
        assert adjustment_plan(CITY, 2026).source != found.source
        assert plan_of_batch(batch).steps == found.steps
        _, benefit = people.released(since=202503)
    late = benefit.amounts.get(source=AmountSource.ADJUSTMENT, source_id=batch.pk)
    first = benefit.amounts.order_by("id")[0]
    who = Pensioner(benefit.contribution_months, first.total_fen, benefit.person.born_on, benefit.person.gender)
    assert late.adjusted_fen == found.adjust(who)[0] > 0
