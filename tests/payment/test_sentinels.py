"""Before a month's pay run is signed: what stops, begins or changes more than usual is answered in writing by each who signs (R308)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.city import user
from tests.entitlement.people import done, next_month, paid, planned
from tests.money import answers
from tests.payment.test_skipped_months import of
from yigui.common.money import format_fen
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import death_of
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


def drawing(many: int, run: Batch) -> list[Benefit]:
    """Pensioners whom a run has paid and no test has touched."""
    known = PayLine.objects.filter(period=run.period, pay_period=run.period).values("benefit_id")
    rows = Benefit.objects.filter(pk__in=known, kind=1, status="active", awards=None, suspended_from=None, case_id=None)
    alive = [
        b
        for b in rows.select_related("person").order_by("-id")[:400]
        if b.person.life_status == "01" and death_of(b.person) is None
    ]
    assert len(alive) >= many
    return alive[:many]


def test_what_stops_begins_or_changes_more_than_in_the_last_month_is_answered_by_each_who_signs() -> None:
    first, last = paid(), paid()
    # Nothing lies before the first run: there is nothing to hold it against.
    assert asked(first) == {}
    usual, of_last = last.summary["against"]["stopped"], last.summary["against"]["of"]
    many = int((Decimal("0.005") + Decimal(usual) / of_last) * lines_of(last)) + 1
    benefits = drawing(many, last)
    for benefit in benefits:
        done("PEN-006", of(benefit, "01", next_month()) | {"note": "判决书"}, ("id_card", "court_document"))
    batch = planned()
    told, was = asked(batch), batch.summary["against"]
    assert was["of"] == lines_of(last)
    # Those and whoever stops beside them.
    assert was["stopped"] >= many
    assert told["stops"].startswith(f"{was['stopped']} 笔，")
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
    assert after.summary["against"]["begun"] >= many
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
