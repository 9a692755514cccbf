"""A returned payment and the account it goes to: what changes is said, every account it came back from is asked about, and whoever's account it is."""

from typing import Any

from django.db import connection

from tests import money
from tests.city import application
from tests.entitlement.people import carry, done, next_month, next_retiring, paid, pensioner, retirement_form
from tests.payment.test_bank_results import DAYS, line, payments, text
from tests.payment.test_reissues_in_doubt import MATERIALS, form_of
from tests.payment.test_resent_shown import bank_says
from tests.payment.test_supplement_run import carried, nothing_open, supplement
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.findings import Finding
from yigui.casework.models import Feedback
from yigui.common.identifiers import is_bank_account, mask_number
from yigui.entitlement.models import Benefit
from yigui.items.common.checks.money import others_of_account
from yigui.payment.models import Payment, Reissue, ResultFile
from yigui.payment.reason_codes import return_reason_of
from yigui.registry.models import Employer

__all__ = ["nothing_open"]


def returned(reason: str = "账户已销户") -> Payment:
    (one,) = payments(1)
    money.confirmed(text(line(one, "退票", DAYS[2], reason=reason)))
    return one


def asked(form: dict[str, Any], item: str = "FND-002", materials: tuple[str, ...] = MATERIALS, **more: Any) -> dict[str, Finding]:
    """What is asked for a reason in writing, by check and field."""
    found = examine(application(item, form, username="special", materials=materials, **more))
    assert not found.refusals, [f.message for f in found.refusals]
    return {f.key: f for f in found.reminders if f.needs_reason}


def test_the_account_of_the_months_to_come_is_said_to_who_decides_and_to_the_payee() -> None:
    one = returned()
    form = form_of(one)
    benefit = Benefit.objects.get(pk=one.benefit_id)
    case = accept_case(application("FND-002", form, username="special", materials=MATERIALS))
    shown = {label: (before, after) for label, before, after in case.preview}
    assert shown["以后各月发放账户"] == (mask_number(benefit.account_no), mask_number(form["account_no"]))
    case = carry(case)
    assert "以后各月的职工基本养老金也改发至该账户" in case.outcome["summary"]
    assert "以后各月的职工基本养老金也改发至该账户" in Feedback.objects.filter(case=case).latest("pk").message
    benefit.refresh_from_db()
    assert benefit.account_no == form["account_no"]


def test_what_came_back_twice_is_held_against_every_account_it_came_back_from() -> None:
    if next_month() == 202412:
        paid()
    one = returned()
    first, second = one.account_no, form_of(one)["account_no"]
    done("FND-002", form_of(one), MATERIALS)
    carried(supplement())
    again = Reissue.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id)
    bank_says(again, "退票")
    money.confirmed(ResultFile.objects.latest("pk"))
    third = form_of(one) | {"account_no": f"622850{one.benefit_id:013d}", "return_reason": "05"}
    assert asked(third) == {}
    for number, account in ((1, first), (2, second)):
        question = asked(third | {"account_no": account})["returned_found.account_no"]
        assert f"第 {number} 次支付时已被银行退回" in question.message
    case = accept_case(application("FND-002", third, username="special", materials=MATERIALS))
    (shown,) = [(before, after) for label, before, after in case.preview if label.startswith("退票")]
    assert shown == (mask_number(second), mask_number(third["account_no"]))


def test_the_reason_of_the_form_is_held_against_the_banks() -> None:
    one = returned("AC06")
    assert asked(form_of(one) | {"return_reason": "03"}) == {}
    question = asked(form_of(one) | {"return_reason": "05"})["returned_found.return_reason"]
    assert "AC06 账户已冻结或止付" in question.message
    assert "其他" in question.message
    assert [return_reason_of(said) for said in ("账户已销户", "AC04", "户名不符", "BE01", "AC01", "系统原因", "")] == [
        "04", "04", "02", "02", "01", "", "",
    ]  # fmt: skip


def test_an_account_of_somebody_else_is_asked_about_wherever_one_is_taken() -> None:
    other = pensioner()
    assert other.account_no
    one = returned()
    question = asked(form_of(one) | {"account_no": other.account_no})["account_of_others.account_no"]
    assert "正发入该账户" in question.message
    assert other.person.name not in question.message
    person, month = next_retiring()
    form = retirement_form(person, month, account_no=other.account_no)
    assert "account_of_others.account_no" in asked(form, "PEN-002", ("retirement_form", "id_card", "personnel_file", "bank_card"))
    unit = next(e for e in Employer.objects.order_by("id") if is_bank_account(e.account_no))
    assert Benefit.objects.filter(account_no=unit.account_no).count() == 0
    question = asked(form_of(one) | {"account_no": unit.account_no})["account_of_others.account_no"]
    assert unit.name in question.message
    # Where the item refuses it, it is refused by the same rule and not asked as well.
    change = {
        "id_number": other.person.id_number, "person_name": other.person.name, "account_name": other.person.name,
        "bank_code": "103100000026", "account_no": unit.account_no, "mobile": "13812345678",
    }  # fmt: skip
    found = examine(application("PEN-008", change, materials=("id_card", "bank_card")))
    assert "account_not_shared" in {f.check for f in found.refusals}
    assert "account_of_others" not in {f.check for f in [*found.refusals, *found.reminders]}


def test_whoever_is_paid_already_may_be_paid_into_the_account_again() -> None:
    own, other = pensioner(), pensioner()
    form = {
        "id_number": own.person.id_number, "person_name": own.person.name, "account_name": own.person.name, "bank_code": "103100000026",
        "account_no": own.account_no, "mobile": "13812345678",
    }  # fmt: skip
    materials = ("id_card", "bank_card")
    assert others_of_account(examine(application("PEN-008", form, materials=materials)).facts) == ""
    # An heir who draws a pension is paid into the same account for the dead.
    facts = examine(application("PEN-008", form | {"id_number": other.person.id_number}, materials=materials)).facts
    assert "正发入该账户" in others_of_account(facts)
    facts.values["payee_id"] = own.payee_number
    assert others_of_account(facts) == ""


def test_the_payee_of_the_benefit_is_no_stranger_to_it() -> None:
    child, mother = pensioner(), pensioner()
    form = {
        "id_number": child.person.id_number, "person_name": child.person.name, "account_name": mother.person.name, "bank_code": "103100000026",
        "account_no": mother.account_no, "mobile": "13812345678",
    }  # fmt: skip
    facts = examine(application("PEN-008", form, materials=("id_card", "bank_card"))).facts
    assert "正发入该账户" in others_of_account(facts)
    # Paid to her, as the allowance of an orphan is; her own pension goes into the account.
    facts.benefit.payee_number = mother.payee_number
    assert others_of_account(facts) == ""


def test_every_account_that_is_asked_for_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for asked_for in (Employer.objects.filter(account_no="1"), Benefit.objects.filter(account_no="1")):
            assert "_by_account" in asked_for.explain()


def test_outside_the_counter_one_sentence_says_nothing_of_what_is_on_record() -> None:
    own, other = pensioner(), pensioner()
    unit = next(e for e in Employer.objects.order_by("id") if is_bank_account(e.account_no))
    form = {
        "id_number": own.person.id_number, "person_name": own.person.name, "account_name": own.person.name, "bank_code": "103100000026",
        "account_no": own.account_no, "mobile": "13812345678",
    }  # fmt: skip
    for channel in ("mobile", "online", "bank_outlet"):
        facts = examine(application("PEN-008", form, channel=channel, materials=("id_card", "bank_card"))).facts
        assert others_of_account(facts) == ""
        said = set()
        for account in (other.account_no, unit.account_no):
            facts.values["account_no"] = account
            said.add(others_of_account(facts))
        assert said == {"该账户可能不是收款人本人的账户"}
