"""Checks of refunds."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.identifiers import is_bank_account
from yigui.common.money import format_fen
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts

#: AAE100 of an account in order.
NORMAL = "1"


@check("paid_by_applicant")
def paid_by_applicant(facts: Facts) -> Iterator[Finding]:
    """The money was paid by the applicant, has arrived, and is exactly what is asked for."""
    if facts.employer is None and facts.person is None:
        yield facts.refuse("paid_by_applicant", "请填写单位编号或社会保障号码。", field="unit_no")
        return
    lines, paid, surplus = facts.refundable
    if facts["amount"] not in (paid, surplus) or not facts["amount"]:
        yield facts.refuse(
            "paid_by_applicant",
            f"所选月份可退 {format_fen(paid)} 元（{len(lines)} 项），多缴未抵 {format_fen(surplus)} 元，申请金额须与其中之一相等。",
            field="amount",
        )


@check("no_benefit_used")
def no_benefit_used(facts: Facts) -> Iterator[Finding]:
    """No benefit depends on the months to be refunded."""
    if facts.person is not None and facts.person.is_retired:
        yield facts.refuse("no_benefit_used", f"退休日期 {facts.person.retired_on}。", field="id_number")


@check("bank_match")
def bank_match(facts: Facts) -> Iterator[Finding]:
    """The account name equals the payee, and the bank, where it can be asked, knows the account by that name and in order.

    The payee is who is named as such, the person of a benefit, else the unit by its registered account name.
    """
    if facts["account_no"] and not is_bank_account(facts["account_no"]):
        yield Finding("bank_match", f"银行账号 {facts['account_no']} 格式有误，请核对银行卡。", field="account_no")
        return
    if facts["payee_name"]:
        expected = facts["payee_name"]
    elif facts.employer is not None and facts.item.zone != "pension":
        expected = facts.employer.account_name or facts.employer.name
    elif facts.person is not None:
        expected = facts.person.name
    else:
        return
    if facts["account_name"] is not None and facts["account_name"] != expected:
        yield facts.refuse("bank_match", f"登记的户名为“{expected}”。", field="account_name")
    elif facts["account_no"] and facts["account_name"]:
        yield from _said_by_the_bank(facts)


def _said_by_the_bank(facts: Facts) -> Iterator[Finding]:
    reply = facts.ask("account", AAE010=facts["account_no"], AAE009=facts["account_name"])
    if not reply.is_connected:
        return
    if reply.data is None:
        detail = "银行没有查到该账号与户名一致的账户，请核对银行卡。"
        yield facts.lacking("bank_match", "account", detail, field="account_no", source="合作银行")
    elif reply.data["AAE100"] != NORMAL:
        yield facts.refuse("bank_match", "银行答复该账户状态异常，请更换账户或到银行处理。", field="account_no", source="合作银行")
