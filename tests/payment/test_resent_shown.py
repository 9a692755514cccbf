"""Whoever asks after money that came back is told what became of it: sent again, with which batch, and what the bank said of that (已重发)."""

import pytest
from django.db import DatabaseError

from tests.city import TODAY
from tests.entitlement.people import next_month, paid
from tests.identity.test_outside import person_of
from tests.identity.test_outside import rows as rows_of
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in
from tests.payment.test_bank_results import text
from tests.payment.test_supplement_run import carried, corrected, of, supplement
from yigui.casework.models import Case
from yigui.common.money import format_fen, plain_fen
from yigui.identity.outside_connection import as_outsider
from yigui.payment.bank_files import payment_no
from yigui.payment.models import Reissue
from yigui.payment.queries import paid_months
from yigui.warrants.models import Change
from yigui.warrants.queries import changed_fields


def said_of(reissue: Reissue) -> set[str]:
    return {month.status_label for month in paid_months(of(reissue)) if month.line.batch_id == reissue.batch_id}


def bank_says(reissue: Reissue, word: str) -> None:
    told = (
        payment_no(reissue.batch_id, reissue.benefit_id, reissue.attempt), word, "账户异常" if word == "退票" else "",
        plain_fen(reissue.amount_fen), TODAY.isoformat(),
    )  # fmt: skip
    text("|".join(told))


def test_money_that_was_sent_again_is_said_to_be_at_the_counter_and_on_the_phone() -> None:
    if next_month() == 202412:
        paid()
    arrived, back = corrected(2)
    assert said_of(arrived) == {"退票，已登记重发，待随下一批次发出"}
    batch = carried(supplement())
    sent = f"退票后已随第 {batch.pk} 号批次重发，"
    assert said_of(arrived) == {f"{sent}已提交银行"}
    phone, teller = on_the_phone(of(arrived).person), signed_in("teller")
    for page in (phone.get("/m/benefits/"), teller.get(f"/persons/{of(arrived).person.person_no}/benefits/")):
        assert f"{sent}已提交银行" in page_of(page)
    bank_says(arrived, "成功")
    bank_says(back, "退票")
    assert said_of(arrived) == {f"{sent}{TODAY} 已到账"}
    assert said_of(back) == {f"{sent}{TODAY} 再次退票"}
    assert f"{sent}{TODAY} 已到账" in page_of(phone.get("/m/benefits/"))


def test_a_person_reads_of_their_own_money_only_with_which_batch_it_was_sent() -> None:
    if next_month() == 202412:
        paid()
    mine, other = corrected(2)
    with as_outsider(person_of(of(mine).person)):
        rows = list(Reissue.objects.values_list("batch_id", "benefit_id", "sent_batch"))
        assert (mine.batch_id, mine.benefit_id, None) in rows
        assert other.benefit_id not in {benefit for _, benefit, _ in rows}
    for column in ("account_no", "account_name", "case_id"):
        with pytest.raises(DatabaseError, match="permission denied"), as_outsider(person_of(of(mine).person)):
            rows_of(f"SELECT {column} FROM benefits_reissue")


def test_under_a_warrant_amounts_are_yuan_and_words_are_chinese() -> None:
    if next_month() == 202412:
        paid()
    (one,) = corrected(1)
    change = Change.objects.get(table_name="benefits_reissue", row_id=one.pk)
    told = {label: after for label, _, after in changed_fields(change)}
    assert told["金额"] == f"{format_fen(one.amount_fen)} 元"
    # The number of a row elsewhere says nothing to a person.
    assert {"待遇", "办件"}.isdisjoint(told)
    assert not [label for label in told if label.isascii()]
    case = Case.objects.get(pk=one.case_id)
    shown = page_of(signed_in("head").get(f"/cases/{case.case_no}/"))
    assert f"金额 {format_fen(one.amount_fen)} 元" in " ".join(shown.split())
    assert "benefit " not in shown.split("授权凭据")[1].split("</table>")[0]
