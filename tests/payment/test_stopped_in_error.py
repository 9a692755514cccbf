"""What was paid of an unemployment benefit between a suspension in error and the month it goes on from is drawn, and not given again; what is
suspended can be ended."""

import pytest

from tests.city import TODAY, application
from tests.entitlement.people import done, next_month, paid
from tests.payment import test_unemployment_stopped as stopped
from tests.payment.test_reemployed import claimant, taken_on
from tests.payment.test_unemployment_stopped import FIRST_YEAR, NOW, SECOND_YEAR, drawing, form_of, lines, now, refusals, resumed
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue
from yigui.common.months import add_months, format_period, months_after
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.items.unemployment.unemployment_benefit import months_left

_standards = stopped._standards


def paid_for_four_months() -> tuple[Benefit, int]:
    """Somebody with a claim of twelve months, the first four of which have been paid; and the first."""
    paid()
    month = next_month()
    benefit = drawing(month, months=12)
    for _ in range(4):
        paid()
    assert list(lines(benefit)) == [add_months(month, n) for n in range(4)]
    return benefit, month


def in_error(benefit: Benefit, since: int) -> None:
    done("PEN-006", form_of(benefit, "04", since, "见通报"), ("id_card",))


def test_months_paid_after_a_suspension_in_error_count_as_drawn() -> None:
    benefit, month = paid_for_four_months()
    in_error(benefit, add_months(month, 2))
    # A fifth month passes without payment; two of the months in between were paid.
    back = add_months(month, 5)
    asked = resumed(benefit, "04", back)
    found = examine(application("PEN-007", asked, username="special", materials=("id_card",)))
    handler = handler_of(catalogue().item("PEN-007", TODAY))
    end = add_months(back, 7)
    assert handler.amount_fen(found.facts) == 8 * FIRST_YEAR
    shown = {p.label: p.after for p in handler.preview(found.facts)}
    assert shown["尚未领取的月数"] == f"8 个月，至 {format_period(end)}"
    assert shown["误停期间已发"] == "计入已领取的月数，不追回"
    case = done("PEN-007", asked, ("id_card",))
    assert case.document is not None
    assert "2 个月" in dict(case.document.content["facts"])["误停期间已发，计入已领取的月数，不追回"]
    after = now(benefit)
    assert (after.status, after.end_period) == (BenefitStatus.ACTIVE, end)
    assert after.awards.order_by("-version")[0].inputs["gap_months"] == 1
    # Four paid, eight to come.
    assert len(lines(benefit)) + months_after(back, end) + 1 == 12
    assert SECOND_YEAR not in set(after.amounts.values_list("total_fen", flat=True))
    done("PEN-006", form_of(after, "01", add_months(back, 1)), ("id_card", "court_document"))
    assert months_left(benefit.person) == 12 - 4 - 1


def test_months_paid_while_a_sentence_was_served_are_asked_back_and_still_to_be_drawn() -> None:
    benefit, month = paid_for_four_months()
    done("PEN-006", form_of(benefit, "01", add_months(month, 2)), ("id_card", "court_document"))
    done("PEN-007", resumed(benefit, "02", add_months(month, 5)), ("id_card", "court_document"))
    assert now(benefit).end_period == add_months(month, 5 + 9)


def test_months_that_are_asked_back_are_not_drawn() -> None:
    benefit, month = paid_for_four_months()
    since, until = add_months(month, 2), add_months(month, 3)
    in_error(benefit, since)
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "unemployment", "benefit_item": "03",
        "start_month": format_period(since), "end_month": format_period(until), "amount": "3728.00", "paid_back": "0.00",
    }  # fmt: skip
    done("FND-003", form, ("id_card", "overpayment_notice"))
    done("PEN-007", resumed(benefit, "04", add_months(month, 5)), ("id_card",))
    assert now(benefit).end_period == add_months(month, 5 + 9)


def test_a_claim_that_was_paid_to_its_end_is_not_gone_on_with() -> None:
    paid()
    month = next_month()
    benefit = drawing(month, months=2)
    paid()
    paid()
    in_error(benefit, add_months(month, 1))
    assert any("已领满" in words for words in refusals("PEN-007", resumed(benefit, "04", add_months(month, 2))))


@pytest.mark.parametrize(("reason", "note"), [("07", ""), ("09", "已移居境外，见护照"), ("11", "两次拒绝职业介绍，见记录")])
def test_what_is_suspended_is_ended_with_the_month_before_the_suspension(reason: str, note: str) -> None:
    start, released = add_months(NOW, -9), add_months(NOW, -1)
    benefit = drawing(start)
    done("PEN-006", form_of(benefit, "01", add_months(start, 3)), ("id_card", "court_document"))
    if reason == "07":
        taken_on(benefit, released)
        assert any("有就业登记" in words for words in refusals("PEN-007", resumed(benefit, "02", NOW), "court_document"))
    form = form_of(benefit, reason, released, note)
    assert any("不能暂停" in words for words in refusals("PEN-006", form | {"change_reason": "04", "note": "见通报"}))
    found = examine(application("PEN-006", form, username="special", materials=("id_card",)))
    shown = handler_of(catalogue().item("PEN-006", TODAY)).preview(found.facts)
    assert (shown[0].before, shown[0].after) == ("暂停", f"自 {format_period(released)} 起停止")
    done("PEN-006", form, ("id_card",))
    after = now(benefit)
    assert (after.status, after.end_period) == (BenefitStatus.ENDED, add_months(start, 2))
    assert months_left(benefit.person) == 24 - 3


def test_a_suspended_allowance_is_ended_by_work() -> None:
    benefit = claimant(add_months(NOW, -5), BenefitKind.DISABILITY)
    form = form_of(benefit, "01", add_months(NOW, -3)) | {"insurance": "employee_pension"}
    done("PEN-006", form, ("id_card", "court_document"))
    taken_on(benefit, add_months(NOW, -2))
    done("PEN-006", form | {"change_reason": "07", "start_month": format_period(add_months(NOW, -1))}, ("id_card",))
    assert (now(benefit).status, now(benefit).end_period) == (BenefitStatus.ENDED, add_months(NOW, -4))
