"""Months a suspension lay over, and which the resumption did not take back, are paid to nobody: not by a later mark, not to the heirs."""

from tests.city import TODAY, application
from tests.entitlement.people import done, next_month, paid, pensioner
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at
from yigui.payment.models import PayLine
from yigui.payment.queries import still_due


def drawing() -> Benefit:
    """A pensioner whom the last run has paid and no test has touched, with a certification that holds."""
    paid()
    last = add_months(next_month(), -1)
    return next(
        b for b in (pensioner() for _ in range(200))
        if not b.case_id and b.status == "active" and PayLine.objects.filter(benefit_id=b.pk, pay_period=last).exists()
    )  # fmt: skip


def of(benefit: Benefit, reason: str, month: int) -> dict[str, str]:
    person = benefit.person
    return {
        "id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "change_reason": reason,
        "start_month": format_period(month),
    }  # fmt: skip


def suspended_over(benefit: Benefit, month: int) -> None:
    """The benefit is suspended for a month, which no run pays, and resumed from the one after."""
    done("PEN-006", of(benefit, "01", month) | {"note": "判决书"}, ("id_card", "court_document"))
    paid()
    done("PEN-007", of(benefit, "02", add_months(month, 1)), ("id_card", "court_document"))
    paid()


def months_of(benefit: Benefit, since: int) -> list[int]:
    rows = PayLine.objects.filter(benefit_id=benefit.pk, pay_period__gte=since).order_by("pay_period")
    return list(rows.values_list("pay_period", flat=True))


def test_heirs_are_not_paid_the_months_of_a_sentence() -> None:
    benefit = drawing()
    month = next_month()
    suspended_over(benefit, month)
    assert months_of(benefit, month) == [add_months(month, 1)]
    died = first_day(add_months(month, 2))
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "death_date": died.isoformat(), "payee_name": "王小明",
        "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明", "account_no": "6228480012345678901",
        "mobile": "13812345678",
    }  # fmt: skip
    now = period_of(TODAY)
    told = still_due(benefit, benefit.start_period, add_months(month, 2), run=now)
    done("PEN-005", form, ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"))
    paid()
    # What the case says is still unpaid, and limits of authority go by, is what the run pays.
    lines = PayLine.objects.filter(benefit_id=benefit.pk, pay_period__gt=add_months(month, 1))
    assert told == sum(lines.values_list("amount_fen", flat=True)) > 0
    assert still_due(benefit, benefit.start_period, add_months(month, 2), run=now) == 0
    # The month of the death goes to the heir; the month of the sentence to nobody.
    assert months_of(benefit, month) == [add_months(month, 1), add_months(month, 2)]


def test_what_was_skipped_in_error_is_taken_back_by_suspending_and_resuming_from_there() -> None:
    benefit = drawing()
    month = next_month()
    suspended_over(benefit, month)
    done("PEN-006", of(benefit, "06", month) | {"note": "再审改判无罪"}, ("id_card",), confirmed=("reason_listed",))
    asked = of(benefit, "04", month)
    found = examine(application("PEN-007", asked, username="special", materials=("id_card",)))
    monthly = amount_at(benefit, month)
    assert monthly is not None
    told = handler_of(catalogue().item("PEN-007", TODAY)).amount_fen(found.facts)
    assert told is not None
    # The month that was skipped is due again by this case; the one after it has been paid.
    assert (told - still_due(benefit, month, period_of(TODAY), run=period_of(TODAY))) == monthly.total_fen
    done("PEN-007", asked, ("id_card",))
    assert still_due(benefit, month, month, run=period_of(TODAY)) == monthly.total_fen
    paid()
    assert months_of(benefit, month) == [month, add_months(month, 1), add_months(month, 2)]
