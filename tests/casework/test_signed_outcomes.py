"""What was examined is what is written: the outcome goes with every signature, and the case ends with the same or not at all."""

import pytest
from django.db import Error, connection, transaction

from tests import city, money
from tests.entitlement.people import carry
from tests.items.benefit_forms import FORMS
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case, SignedOutcome, Step
from yigui.casework.rehearse import rehearse
from yigui.common.months import add_months
from yigui.db.presence import Moved
from yigui.entitlement.award import add_step
from yigui.entitlement.models import Amount, Benefit


def accepted() -> tuple[Case, Benefit]:
    """A recalculation of a pension that waits for its review."""
    form, materials, _ = FORMS["recalculation"]()
    case = accept_case(city.application("PEN-009", form, username="special", materials=materials))
    return case, Benefit.objects.get(person=case.person)


def state(error: pytest.ExceptionInfo[Error]) -> str:
    return str(error.value.__cause__.sqlstate)  # type: ignore[union-attr]


def test_a_rehearsal_says_what_would_be_written_and_leaves_nothing() -> None:
    case, benefit = accepted()
    before = Amount.objects.filter(benefit=benefit).count()
    outcome = rehearse(case.pk)
    assert outcome is not None
    assert [row[0] for row in outcome] == ["benefits_amount", "benefits_award"]
    assert rehearse(case.pk) == outcome
    assert Amount.objects.filter(benefit=benefit).count() == before
    assert money.one("SELECT count(*) FROM warrants_warrant WHERE kind = 'case' AND subject_id = %s", case.pk) == 0


def test_every_signature_bears_the_outcome_and_what_is_written_is_the_same() -> None:
    case, benefit = accepted()
    outcome = rehearse(case.pk)
    done = carry(case, city.TODAY)
    assert (done.status, done.effect_error) == ("finished", "")
    signed = SignedOutcome.objects.filter(step__case=case).order_by("step__seq")
    assert [s.outcome for s in signed] == [outcome] * Step.objects.filter(case=case, state="passed", seq__gt=1).count()
    assert len(signed) > 2
    warrant = money.one("SELECT id FROM warrants_warrant WHERE kind = 'case' AND subject_id = %s", case.pk)
    written = Amount.objects.filter(benefit=benefit, warrant_id=warrant)
    assert next(row for row in outcome or [] if row[0] == "benefits_amount")[1:3] == [
        written.count(), sum(row.total_fen for row in written),
    ]  # fmt: skip


def test_what_has_changed_since_the_step_before_is_said_and_not_signed() -> None:
    case, benefit = accepted()
    case = city.decide(case, "reviewer")
    with transaction.atomic():
        source = money.class_1_warrant()
        add_step(benefit, start=add_months(benefit.start_period, 1), fen=123_45, case_id=source)
    with pytest.raises(Moved, match=r"核定结果自上一环节审核后已变化（“待遇标准”现为 2 笔 .*审核时为 1 笔 .*请退回"):
        city.decide(case, "rechecker")
    assert Case.objects.get(pk=case.pk).status == "open"


def test_nothing_is_written_under_the_warrant_of_a_case_that_has_ended() -> None:
    case, benefit = accepted()
    with transaction.atomic():
        assert carry(case, city.TODAY).status == "finished"
        with pytest.raises(Error) as late, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, "
                "extra_fen, adjusted_fen, source, source_id) SELECT warrant_id, %s, 202611, 900, 900, 0, 0, 0, 0, 'recalculation', %s "
                "FROM warrants_open_v1()",
                [benefit.pk, case.pk],
            )
        assert state(late) == "YG011"
