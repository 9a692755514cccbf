"""What a doubled relation's months have earned goes back with them (ACC-003): the person gets what the account has, and the account keeps none of it."""

from typing import Any

from tests import city
from tests.items.account.test_interest_of_corrections import MATERIALS, form_of
from tests.items.test_money_flows import through_class1
from yigui.accounts.queries import balance_of
from yigui.casework.application import examine
from yigui.entitlement.models import Benefit
from yigui.registry.models import Person

PAPERS = ["application_form", "id_card", "transfer_certificate", "bank_card"]


def refund_form(person: Person, start: str, end: str, amount: str) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "keep_relation": "511111", "clear_relation": "511102",
        "start_month": start, "end_month": end, "amount": amount, "account_name": person.name, "account_no": "6228480012345678911",
    }  # fmt: skip


def said(form: dict[str, Any]) -> dict[str, str]:
    found = examine(city.application("ACC-003", form, username="special", materials=PAPERS))
    return {f.check: f.message for f in found.refusals}


def test_the_months_go_back_with_the_interest_of_every_year_that_has_ended() -> None:
    person = city.next_employee().person
    before = balance_of(person.pk, 110)
    # 400 yuan of November 2023, and what 2023, 2024 and 2025 gave on it: 2.65, 10.55 and 6.20.
    through_class1("ACC-001", form_of(person, "2023-11", "2023-11", "5000"), MATERIALS)
    assert (
        "419.40 元：记入个人账户 400.00 元，2023 至 2025 年利息 19.40 元"
        in said(refund_form(person, "2023-11", "2023-11", "400.00"))["months_doubled"]
    )
    case = through_class1("ACC-003", refund_form(person, "2023-11", "2023-11", "419.40"), PAPERS)
    assert (case.status, case.amount_fen, case.effect_error) == ("finished", 419_40, "")
    assert balance_of(person.pk, 110) == before
    benefit = Benefit.objects.get(case_id=case.pk)
    assert benefit.amounts.get().total_fen == 419_40
    assert "利息 19.40 元" in case.outcome["summary"]
    # They are gone: a second time there is nothing to give back.
    assert "months_doubled" in said(refund_form(person, "2023-11", "2023-11", "419.40"))


def test_months_of_this_year_go_back_as_they_were_credited() -> None:
    person = city.next_employee().person
    through_class1("ACC-001", form_of(person, "2026-03", "2026-03", "5000"), MATERIALS)
    case = through_class1("ACC-003", refund_form(person, "2026-03", "2026-03", "400.00"), PAPERS)
    assert (case.status, case.amount_fen) == ("finished", 400_00)
