"""Before a month's pay run is signed: what stops, begins or changes more than usual is answered in writing by each who signs (R308)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.city import user
from tests.entitlement.people import done, next_month, planned
from tests.money import answers
from tests.payment.test_skipped_months import drawing, of
from yigui.common.money import format_fen
from yigui.payment.against_last_month import Moved, SumMoved
from yigui.payment.models import PayLine
from yigui.runs.batches import answers_of, approve_batch
from yigui.runs.errors import AnswerMissing
from yigui.runs.models import Batch
from yigui.runs.signing import Deed
from yigui.runs.staged import do, execute

SENTINELS = {"stops", "begun", "sums"}


def asked(batch: Batch) -> dict[str, str]:
    return {row["id"]: row["detail"] for row in batch.warnings if row["id"] in SENTINELS}


def lines_of(run: Batch) -> int:
    return PayLine.objects.filter(period=run.period, pay_period=run.period, version=0, reason__in=(1, 2)).count()


def test_what_stops_begins_or_changes_more_than_in_the_last_month_is_answered_by_each_who_signs() -> None:
    benefits = [drawing() for _ in range(2)]
    first = Batch.objects.filter(kind="pay", status="executed").earliest("period")
    # Nothing lies before the first run: there is nothing to hold it against.
    assert asked(first) == {}
    last = Batch.objects.filter(kind="pay", status="executed").latest("period")
    for benefit in benefits:
        done("PEN-006", of(benefit, "01", next_month()) | {"note": "判决书"}, ("id_card", "court_document"))
    batch = planned()
    told, was = asked(batch), batch.summary["against"]
    assert was["of"] == lines_of(last)
    assert (was["stopped"], told["stops"].partition("，")[0]) == (2, "2 笔")
    assert f"占上月 {was['of']} 笔的" in told["stops"]
    assert "→" in told["sums"]
    for check_id in told:
        others = {key: text for key, text in answers(batch).items() if key != check_id}
        with pytest.raises(AnswerMissing) as missing:
            do(batch_id=batch.pk, user=user("accountant"), deed=Deed.CHECK, answers=others)
        assert missing.value.data["checks"] == [check_id]
    checked = do(batch_id=batch.pk, user=user("accountant"), deed=Deed.CHECK, answers=answers(batch))
    assert {row.check_id for row in answers_of(checked)} >= set(told)
    with pytest.raises(AnswerMissing):
        do(batch_id=batch.pk, user=user("director"), deed=Deed.APPROVE, answers={})
    approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    run = execute(batch_id=batch.pk)
    for benefit in benefits:
        done("PEN-007", of(benefit, "02", next_month()), ("id_card", "court_document"))
    # As many begin again, none stops; what was usual is what the last run did.
    after = planned()
    assert after.summary["against"]["begun"] == 2
    assert f"上月 {run.summary['against']['begun'] / run.summary['against']['of']:.2%}" in asked(after)["begun"]
    assert "stops" not in asked(after)


@given(of=st.integers(1, 10**6), lines=st.integers(0, 10**6), usual=st.integers(0, 10**6), bound=st.decimals("0", "1", places=4))
def test_a_share_is_within_only_up_to_the_bound_beyond_the_usual_one(of: int, lines: int, usual: int, bound: Decimal) -> None:
    moved = Moved(min(lines, of), of, Decimal(min(usual, of)) / of)
    assert moved.is_within(bound) == (min(lines, of) - min(usual, of) <= bound * of)
    # What is not known to be usual is not.
    assert Moved(min(lines, of), of, None).is_within(bound) == (min(lines, of) <= bound * of)


@given(before=st.integers(0, 10**10), now=st.integers(0, 10**10))
def test_a_sum_out_of_nothing_or_into_nothing_is_beyond_every_bound_and_said(before: int, now: int) -> None:
    moved = SumMoved("511102", 1, before, now)
    assert moved.is_within(Decimal("0.005")) == (1000 * abs(now - before) <= 5 * before)
    assert f"{format_fen(before)} → {format_fen(now)} 元" in moved.said
