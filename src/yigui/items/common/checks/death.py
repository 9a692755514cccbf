"""Checks of a death and of who is paid after it."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.identifiers import mask_number
from yigui.common.months import format_period
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.payment.queries import is_dead_persons_account, is_namesake
from yigui.registry.queries import numbers_of

_DEATH_PAPERS = ("death_certificate",)
_KIN_PAPERS = ("kinship_proof",)


@check("death_recorded")
def death_recorded(facts: BenefitFacts) -> Iterator[Finding]:
    """A death record is found or a document handed in; the day agrees and is not in the future."""
    day = facts["death_date"]
    if facts.death is None and not any(code in facts.given for code in _DEATH_PAPERS):
        yield facts.refuse("death_recorded", field="death_date")
    if facts.death is not None and day is not None and facts.death.died_on != day:
        yield Finding("death_recorded", f"共享的死亡日期为 {facts.death.died_on}，与所填 {day} 不符。", field="death_date")
    if day is not None and (day > facts.today or (facts.person is not None and day <= facts.person.born_on)):
        yield Finding("death_recorded", f"死亡日期 {day} 有误。", field="death_date")


@check("kin_confirmed")
def kin_confirmed(facts: Facts) -> Iterator[Finding]:
    """When the insured person died, the payee is a relative or heir, shown by a document, and not the dead person."""
    if facts.get("death_date") is not None:
        yield from heir_shown(facts)


def heir_shown(facts: Facts) -> Iterator[Finding]:
    if not any(code in facts.given for code in _KIN_PAPERS):
        yield facts.refuse("kin_confirmed", field="kin_relation")
    if facts.get("payee_id") and facts.get("payee_id") in _own_numbers(facts):
        yield facts.refuse("kin_confirmed", "领取人不能是死亡人员本人。", field="payee_id")
    yield from not_the_dead_persons(facts, "kin_confirmed")


def _own_numbers(facts: Facts) -> list[str]:
    """Every number the person of the form has or had."""
    return numbers_of(facts.person) if facts.person is not None else [facts.get("id_number") or ""]


def not_the_dead_persons(facts: Facts, check_id: str, *, payee: tuple[str, str] | None = None) -> Iterator[Finding]:
    """What is due to an heir does not go into the dead person's own account: it would be nobody's to draw (runs hold it).

    An heir of the same name is known by the number: whose card it is, is then written down for whoever reviews.

    Args:
        payee: number and name of the heir; None for whom the form names.
    """
    account_no = facts.get("account_no")
    number, name = payee or (facts.get("payee_id") or "", facts.get("payee_name") or "")
    if facts.person is None or not account_no:
        return
    account_name = facts.get("account_name") or name
    if is_dead_persons_account(facts.person, number=number, name=name, account_name=account_name, account_no=account_no):
        words = f"账号 {mask_number(account_no)} 是死亡人员本人的账户，请填写领取人（继承人）本人的账户。"
        yield Finding(check_id, words, field="account_no")
    elif is_namesake(facts.person, number=number, name=name):
        words = "领取人与死亡人员同名，户名不能区分账户是谁的：请核对领取人的身份证和银行卡，写明如何核实该账户由领取人本人开立。"
        yield Finding.question(check_id, words, field="account_no")


def rightful_payee(facts: Facts, *, is_dead: bool) -> Iterator[Finding]:
    """Who is paid what stood in an account: while alive the person and nobody else, after a death an heir shown by a paper."""
    person = facts.person
    if person is None:
        return
    own = facts.get("payee_id") in numbers_of(person)
    if not is_dead and (not own or facts.get("payee_name") != person.name):
        words = "本人在世的，账户余额只能支付给本人，请将领取人改为本人。"
        yield Finding("rightful_payee", words, field="payee_name" if own else "payee_id")
    elif is_dead and own:
        yield Finding("rightful_payee", "领取人不能是死亡人员本人，请填写继承人。", field="payee_id")
    if is_dead:
        yield from not_the_dead_persons(facts, "rightful_payee")
    if is_dead and not any(code in facts.given for code in _KIN_PAPERS):
        yield Finding("rightful_payee", "由继承人领取的，请收取亲属关系或继承权证明。", field="payee_id")


@check("cause_supported")
def cause_supported(facts: BenefitFacts) -> Iterator[Finding]:
    """The stated cause is supported by a document or by shared data."""
    dead, abroad = "01", "02"
    if facts["change_reason"] == dead:
        if facts.death is None and "death_certificate" not in facts.given:
            yield facts.refuse("cause_supported", "请收取死亡证明。", field="change_reason")
        if facts.get("death_date") is None:
            yield Finding("cause_supported", "请填写死亡日期。", field="death_date")
    if facts["change_reason"] == abroad and "emigration_proof" not in facts.given:
        yield facts.refuse("cause_supported", "请收取出境定居证明。", field="change_reason")


@check("one_of_three")
def one_of_three(facts: Facts) -> Iterator[Finding]:
    """No funeral grant for the same death was paid by another insurance."""
    if facts.person is not None:
        other = Benefit.objects.filter(person=facts.person, kind=BenefitKind.FUNERAL).first()
        if other is not None:
            yield facts.refuse("one_of_three", f"已于 {format_period(other.start_period)} 核定。", field="id_number")
