"""Checks of amounts, accounts and debts."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.shapes import Field, FieldType
from yigui.common.identifiers import is_bank_account, mask_name
from yigui.common.money import format_fen
from yigui.entitlement.enums import MONTHLY_KINDS, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.contribution import Odd, base_bounds, wage_span
from yigui.law.parameter_table import ParameterMissing
from yigui.registry.models import Employer

#: AAE100 of an account in order.
NORMAL = "1"


@check("amount_positive")
def amount_positive(facts: Facts) -> Iterator[Finding]:
    """The amount is more than zero."""
    amount = facts.get("amount")
    if amount is not None and amount <= 0:
        yield facts.refuse("amount_positive", field="amount")


@check("amount_plausible")
def amount_plausible(facts: Facts) -> Iterator[Finding]:
    """An amount that is declared to lie beside the bounds of the base (`amount_spans` of the catalogue) can be true: a question about one that is far
    from them, a refusal of one that nobody earns."""
    spans = catalogue().on(facts.today).amount_spans
    for field in facts.item.input_fields:
        fen = facts.values.get(field.name)
        if field.name in spans and field.type == FieldType.MONEY and isinstance(fen, int) and fen > 0:
            yield from _beside_bounds(field, fen, facts)


def _beside_bounds(field: Field, fen: int, facts: Facts) -> Iterator[Finding]:
    # A back payment is for the months of its form, whatever else for the month the business counts for.
    area, period = facts.employer.area_id if facts.employer else facts.area_code, (facts.months or [facts.period])[0]
    try:
        bounds, how = base_bounds(area, period), wage_span(area, period).how_odd(fen)
    except ParameterMissing:
        # Where no bounds are published nothing speaks against an amount.
        return
    said = f"{field.label} {format_fen(fen)} 元"
    if how == Odd.IMPOSSIBLE:
        detail = "请核对金额单位（元）和小数点后重新录入。"
        yield Finding("amount_plausible", f"{said}不可能属实。", detail=detail, field=field.name)
    elif how != Odd.NOT:
        beside = (
            f"远低于缴费基数下限 {format_fen(bounds.floor_fen)} 元"
            if how == Odd.LOW
            else f"远高于缴费基数上限 {format_fen(bounds.ceiling_fen)} 元"
        )
        yield Finding.reminder("wage_unusual", f"{said}，{beside}。", detail="请核对后继续。", field=field.name)


@check("unit_no_arrears")
def unit_no_arrears(facts: BillFacts) -> Iterator[Finding]:
    """The unit has no unpaid bill past its term."""
    if facts.employer is None:
        return
    late = [s for s in facts.bills if s.left_fen > 0 and s.bill.due_on < facts.today]
    if late:
        fen = sum(s.left_fen for s in late)
        yield facts.refuse("unit_no_arrears", f"欠费 {format_fen(fen)} 元。", field="unit_no")


#: One sentence for whatever is on record of an account.
_NOT_TOLD = "该账户可能不是收款人本人的账户"


def others_of_account(facts: Facts) -> str:
    """Whose account the account of a form is, where it is somebody else's: another person's benefit is paid into it month by month, or another
    employer has it on record; "" where it is nobody's. Whoever is paid may be paid into it already, also for somebody else.

    Only the counter is told whose: outside it any number can be typed in, and what is on record of it is nobody's to read.
    """
    number = facts.get("account_no")
    if not number:
        return ""
    own = {known for known in (facts.get("payee_id"), facts.get("id_number")) if known}
    if isinstance(facts, BenefitFacts) and facts.benefit is not None:
        # An orphan's allowance is paid to the mother, whose own pension may go into the same account.
        own.add(facts.benefit.payee_number)
    benefits = Benefit.objects.filter(account_no=number, kind__in=MONTHLY_KINDS).exclude(status=BenefitStatus.ENDED)
    benefits = benefits.exclude(payee_number__in=own)
    if facts.person is not None:
        benefits = benefits.exclude(person=facts.person)
    benefit = benefits.select_related("person").order_by("id").first()
    if benefit is not None:
        who = f"另一名领取人（{mask_name(benefit.person.name)}）的{benefit.get_kind_display()}正发入该账户"
        return who if facts.channel == "counter" else _NOT_TOLD
    employers = Employer.objects.filter(account_no=number)
    if facts.employer is not None:
        employers = employers.exclude(pk=facts.employer.pk)
    employer = employers.order_by("id").first()
    if employer is None:
        return ""
    return f"该账户登记为参保单位“{employer.name}”的账户" if facts.channel == "counter" else _NOT_TOLD


#: Items that put an account on record or change it there, of an employer itself: nobody is paid by them.
_RECORDS = ("registration", "change")


@check("account_of_others")
def account_of_others(facts: Facts) -> Iterator[Finding]:
    """The account somebody is to be paid into is not another's: asked about wherever one is taken, except where the item refuses it."""
    if facts.item.group in _RECORDS or any(c.id == "account_not_shared" for c in facts.item.checks):
        return
    if others := others_of_account(facts):
        words = f"{others}，请核对银行卡；确为收款人本人使用的账户，请写明如何核实。"
        yield Finding.question("account_of_others", words, field="account_no")


@check("bank_match")
def bank_match(facts: Facts) -> Iterator[Finding]:
    """The account name equals the payee, and the bank, where it can be asked, knows the account by that name and in order.

    The payee is who is named as such, the person of a benefit, else the unit by its registered account name.
    """
    if facts["account_no"] and not is_bank_account(facts["account_no"]):
        yield Finding("bank_match", f"银行账号 {facts['account_no']} 格式有误，请核对银行卡。", field="account_no")
        return
    if facts.get("payee_name"):
        expected = facts.get("payee_name")
    elif facts.employer is not None and facts.item.zone != "pension":
        expected = facts.employer.account_name or facts.employer.name
    elif facts.person is not None:
        expected = facts.person.name
    else:
        return
    yield from account_in_name(facts, expected)


def account_in_name(facts: Facts, expected: str | None) -> Iterator[Finding]:
    """The account of the form is in the name of whom it is to pay, and the bank knows it so."""
    if facts.get("account_name") is not None and facts.get("account_name") != expected:
        yield facts.refuse("bank_match", f"登记的户名为“{expected}”。", field="account_name")
    elif facts["account_no"] and facts.get("account_name"):
        yield from _said_by_the_bank(facts)


def _said_by_the_bank(facts: Facts) -> Iterator[Finding]:
    reply = facts.partners.ask("account", AAE010=facts.needed("account_no"), AAE009=facts.needed("account_name"))
    if not reply.is_connected:
        return
    if reply.data is None:
        detail = "银行没有查到该账号与户名一致的账户，请核对银行卡。"
        yield facts.lacking("bank_match", "account", detail, field="account_no", source="合作银行")
    elif reply.data["AAE100"] != NORMAL:
        yield facts.refuse("bank_match", "银行答复该账户状态异常，请更换账户或到银行处理。", field="account_no", source="合作银行")
