"""Checks of benefits in payment: suspension, account, certification, death, recovery, returned payments."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit, Recovery
from yigui.entitlement.queries import benefits_of, certified_until, open_recoveries
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import age_on
from yigui.payment.queries import is_locked_for_pay, paid_after, returned_payment
from yigui.registry.enums import AAE140

_DEATH_PAPERS = ("death_certificate",)
_KIN_PAPERS = ("kinship_proof",)
#: From this age a pensioner may be certified with help.
OLD_AGE = 80


@check("is_pensioner")
def is_pensioner(facts: Facts) -> Iterator[Finding]:
    """The person receives a pension of this kind."""
    benefit = facts.benefit
    if benefit is None or benefit.kind == BenefitKind.UNEMPLOYMENT:
        yield facts.refuse("is_pensioner", field="id_number")
    elif facts["insurance"] and benefit.insurance != AAE140.get(facts["insurance"]):
        yield facts.refuse("is_pensioner", f"在领待遇：{benefit.get_kind_display()}。", field="insurance")


@check("is_pensioner_or_claimant")
def is_pensioner_or_claimant(facts: Facts) -> Iterator[Finding]:
    """The person has at least one benefit."""
    if facts.person is None or not benefits_of(facts.person):
        yield facts.refuse("is_pensioner_or_claimant", field="id_number")


@check("reason_listed")
def reason_listed(facts: Facts) -> Iterator[Finding]:
    """The reason is listed and supported; the month is not before the benefit began, nor in the future."""
    benefit, start = facts.benefit, facts["start_month"]
    if benefit is None or start is None:
        return
    if facts["change_reason"] in ("01", "02") and "court_document" not in facts.given:
        yield facts.refuse("reason_listed", "服刑、失踪须收取法律文书。", field="change_reason")
    if benefit.status != BenefitStatus.ACTIVE:
        yield Finding("reason_listed", f"该待遇现为“{benefit.get_status_display()}”，不能暂停。", field="id_number")
    if start < benefit.start_period or start > period_of(facts.today):
        yield Finding("reason_listed", f"暂停年月须在 {format_period(benefit.start_period)} 至当前月份之间。", field="start_month")


@check("is_suspended")
def is_suspended(facts: Facts) -> Iterator[Finding]:
    """The benefit is suspended."""
    if facts.benefit is None or facts.benefit.status != BenefitStatus.SUSPENDED:
        yield facts.refuse("is_suspended", field="id_number")


@check("cause_removed")
def cause_removed(facts: Facts) -> Iterator[Finding]:
    """The cause of the suspension is gone: certified again, released, returned, or stopped in error."""
    benefit = facts.benefit
    if benefit is None or benefit.suspended_from is None:
        return
    if facts["change_reason"] == "02" and "court_document" not in facts.given:
        yield facts.refuse("cause_removed", "刑满释放须收取法律文书。", field="change_reason")
    if facts["change_reason"] == "01" and certified_until(benefit.person_id) < period_of(facts.today):
        yield facts.refuse("cause_removed", "请先办理资格认证（CRT-001）。", field="change_reason")
    start = facts["start_month"]
    if start is not None and not benefit.suspended_from <= start <= period_of(facts.today):
        yield Finding(
            "cause_removed", f"恢复年月须在 {format_period(benefit.suspended_from)} 至当前月份之间。", field="start_month"
        )


@check("account_not_shared")
def account_not_shared(facts: Facts) -> Iterator[Finding]:
    """The account is not used for another person's benefit."""
    if facts.person is None:
        return
    other = Benefit.objects.filter(account_no=facts["account_no"]).exclude(person=facts.person).exclude(status=BenefitStatus.ENDED)
    if other.exists():
        yield facts.refuse("account_not_shared", field="account_no")


@check("freeze_before_pay")
def freeze_before_pay(facts: Facts) -> Iterator[Finding]:
    """The list of the month's payments is made, or about to be: who changes the account now is left out of it, and is paid into the new
    account with the next one; the applicant agrees to that."""
    benefit = facts.benefit
    if benefit is not None and is_locked_for_pay(benefit.area_id, period_of(facts.today)):
        yield facts.remind("freeze_before_pay", "本月发放批次已生成：变更账户后本批次不再向您发放，由下一批次发入新账户。")
    elif facts.window.is_shifted:
        yield facts.remind("freeze_before_pay")


@check("new_ground")
def new_ground(facts: Facts) -> Iterator[Finding]:
    """There is an award to be made again, and the value differs from the one it was made with."""
    benefit = facts.benefit
    award = benefit.awards.order_by("-version").first() if benefit else None
    if benefit is None:
        return
    if award is None or not award.inputs.get("retired_on"):
        yield facts.refuse("new_ground", "期初转入的待遇没有核定依据，请先补录原核定表。", field="id_number")
    if facts["old_value"] == facts["new_value"]:
        yield facts.refuse("new_ground", "新值与原值相同。", field="new_value")


#: Doors nobody sits at: the person takes a picture of themselves, and people compare it.
SELF_SERVICE = frozenset({"mobile", "online", "kiosk"})


@check("face_match")
def face_match(facts: Facts) -> Iterator[Finding]:
    """Somebody has seen the person: the card at the counter, the face by device; a person who is not alive is not certified."""
    if facts["survival_status"] not in (None, "01"):
        yield Finding("face_match", "生存状态不是“健在”，不能认证；死亡的请办理遗属待遇或注销。", field="survival_status")
    elif "id_card" not in facts.given:
        yield facts.refuse("face_match", "请核验本人身份证原件。")
    elif facts.channel in SELF_SERVICE and facts.given.get("photo") != "scanned":
        yield facts.refuse("face_match", "请现场拍摄一张本人正面照片。")


@check("due_window")
def due_window(facts: Facts) -> Iterator[Finding]:
    """A certification within its term is said to be done already; it may still be renewed."""
    until = certified_until(facts.person.pk) if facts.person else 0
    if until > period_of(facts.today) + 1:
        yield facts.remind("due_window", f"现有认证有效至 {format_period(until)}。")


@check("group_fits")
def group_fits(facts: Facts) -> Iterator[Finding]:
    """Age, place or health data support the group."""
    group, person = facts["group_kind"], facts.person
    if person is None:
        return
    if group == "03" and age_on(person.born_on, facts.today) < OLD_AGE:
        yield facts.refuse("group_fits", f"高龄指年满 {OLD_AGE} 周岁。", field="group_kind")
    if group == "01" and "diagnosis_certificate" not in facts.given:
        yield facts.refuse("group_fits", "患病卧床须收取诊断证明。", field="group_kind")
    if group == "02" and "outside_residence_proof" not in facts.given:
        yield facts.refuse("group_fits", "异地居住须收取居住证明。", field="group_kind")


@check("evidence_of_life")
def evidence_of_life(facts: Facts) -> Iterator[Finding]:
    """How the person will be reached is known; the evidence itself is filed when the task is done."""
    if not facts["address"] or not facts["phone"]:
        yield facts.refuse("evidence_of_life", "请填写地址和联系电话。", field="address")


@check("death_recorded")
def death_recorded(facts: Facts) -> Iterator[Finding]:
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
    died = facts["death_date"] is not None or (facts["change_reason"] in ("01",) and facts.item.code in ("RES-002", "ACC-002"))
    if not died:
        return
    if not any(code in facts.given for code in _KIN_PAPERS):
        yield facts.refuse("kin_confirmed", field="kin_relation")
    if facts["payee_id"] and facts["payee_id"] == facts["id_number"]:
        yield facts.refuse("kin_confirmed", "领取人不能是死亡人员本人。", field="payee_id")


@check("not_work_death")
def not_work_death(facts: Facts) -> Iterator[Finding]:
    """The death was not recognised as one at work: no injury case of the person ended so."""
    if facts.open_benefit_case_no:
        yield facts.remind("not_work_death", f"该人员有在办的工伤、医疗或生育办件 {facts.open_benefit_case_no}，请先核实。")


@check("cause_supported")
def cause_supported(facts: Facts) -> Iterator[Finding]:
    """The stated cause is supported by a document or by shared data."""
    dead, abroad = "01", "02"
    if facts["change_reason"] == dead:
        if facts.death is None and "death_certificate" not in facts.given:
            yield facts.refuse("cause_supported", "请收取死亡证明。", field="change_reason")
        if facts["death_date"] is None:
            yield Finding("cause_supported", "请填写死亡日期。", field="death_date")
    if facts["change_reason"] == abroad and "emigration_proof" not in facts.given:
        yield facts.refuse("cause_supported", "请收取出境定居证明。", field="change_reason")


@check("written_choice")
def written_choice(facts: Facts) -> Iterator[Finding]:
    """A person below the minimum years has signed the written choice."""
    if facts["change_reason"] == "03" and "application_form" not in facts.given:
        yield facts.refuse("written_choice", field="change_reason")


@check("died_while_claiming")
def died_while_claiming(facts: Facts) -> Iterator[Finding]:
    """The death lies in a month of the unemployment benefit."""
    benefit = facts.benefit
    if benefit is None or benefit.kind != BenefitKind.UNEMPLOYMENT or facts["death_date"] is None:
        yield facts.refuse("died_while_claiming", field="id_number")
        return
    month = period_of(facts["death_date"])
    if not benefit.start_period <= month <= (benefit.end_period or 999912):
        yield facts.refuse("died_while_claiming", field="death_date")


@check("one_of_three")
def one_of_three(facts: Facts) -> Iterator[Finding]:
    """No funeral grant for the same death was paid by another insurance."""
    if facts.person is not None:
        other = Benefit.objects.filter(person=facts.person, kind=BenefitKind.FUNERAL).first()
        if other is not None:
            yield facts.refuse("one_of_three", f"已于 {format_period(other.start_period)} 核定。", field="id_number")


@check("months_doubled")
def months_doubled(facts: Facts) -> Iterator[Finding]:
    """The months are on the record here; that they are paid in the kept relation too is shown by its certificate."""
    if "transfer_certificate" not in facts.given:
        yield facts.refuse("months_doubled", "请收取另一关系的参保缴费凭证。", field="start_month")


@check("keep_chosen")
def keep_chosen(facts: Facts) -> Iterator[Finding]:
    """The kept and the cleared relation are different, and the cleared one is ours."""
    if facts["keep_relation"] == facts["clear_relation"]:
        yield facts.refuse("keep_chosen", field="clear_relation")


# --- money back and money sent again -----------------------------------------------------------------------------------------


def returned_batch(facts: Facts) -> int | None:
    """The run the returned payment belongs to: the number typed, as `P12-345` or `12`."""
    text = (facts["batch_no"] or "").strip().upper().removeprefix("P").split("-")[0]
    return int(text) if text.isdecimal() and len(text) < 18 else None


@check("returned_found")
def returned_found(facts: Facts) -> Iterator[Finding]:
    """A returned payment of the run exists, of this amount."""
    batch = returned_batch(facts)
    if facts.person is None or batch is None:
        yield facts.refuse("returned_found", field="batch_no")
        return
    found = [p for p in (returned_payment(b, batch) for b in benefits_of(facts.person)) if p is not None]
    if not found:
        yield facts.refuse("returned_found", field="batch_no")
    elif facts["amount"] not in {payment.amount_fen for payment, _ in found}:
        yield Finding("returned_found", f"退票金额为 {format_fen(found[0][0].amount_fen)} 元。", field="amount")


@check("not_reissued")
def not_reissued(facts: Facts) -> Iterator[Finding]:
    """The payment was not sent again before: `returned_found` looks for one that still waits."""
    return
    yield


@check("ground_shown")
def ground_shown(facts: Facts) -> Iterator[Finding]:
    """A shared-data match or a document is the ground."""
    if facts.death is None and not {"overpayment_notice", "court_document"} & facts.given.keys():
        yield facts.refuse("ground_shown")


@check("not_above_overpaid")
def not_above_overpaid(facts: Facts) -> Iterator[Finding]:
    """What is claimed was paid in these months and is not claimed yet; what comes back is not more than is claimed."""
    if facts.person is None or not facts.months:
        return
    start, end = facts.months[0], facts.months[-1]
    paid = claimed = 0
    for benefit in benefits_of(facts.person):
        if benefit.insurance == AAE140.get(facts["insurance"]):
            paid += sum(fen for month, fen in paid_after(benefit, 0) if start <= month <= end)
            rows = Recovery.objects.filter(benefit=benefit, start_period__lte=end, end_period__gte=start)
            claimed += sum(r.amount_fen for r in rows)
    if (facts["amount"] or 0) > paid - claimed:
        yield Finding(
            "not_above_overpaid",
            f"所选月份已发 {format_fen(paid)} 元，已登记追回 {format_fen(claimed)} 元，应退金额过大。",
            field="amount",
        )
    if (facts["paid_back"] or 0) > (facts["amount"] or 0):
        yield facts.refuse("not_above_overpaid", field="paid_back")


def recovery_notice(benefit: Benefit) -> str:
    """What is still to come back of a benefit, in words, "" when nothing."""
    left = sum(fen for _, fen in open_recoveries(benefit))
    return f"待追回 {format_fen(left)} 元" if left else ""


__all__ = ["OLD_AGE", "recovery_notice", "returned_batch"]
