"""Checks of awards: age, years, grounds, who is paid."""

from collections.abc import Iterator

from yigui.casework.findings import Finding, Level
from yigui.catalogue.windows import lead_months
from yigui.common.errors import YiguiError
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.assess_person import months_needed, window_of
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.resident_pension import resident_claim_age, resident_minimum_years
from yigui.law.retirement_age import age_on
from yigui.levy.record import months_covered
from yigui.registry.enums import Insurance

NORMAL, SPECIAL_WORK, SICK, EARLY, LATE = "01", "02", "03", "05", "06"
#: Kind of retirement in words of the law, by what the window calls the month.
_KIND_OF_MONTH = {"statutory": NORMAL, "flexible_early": EARLY, "flexible_late": LATE}
#: Age from which special work or loss of capacity allows an early retirement, before the gradual delay: men, women.
_EARLY_AGE = {"1": 55, "2": 45}
_SICK_AGE = {"1": 50, "2": 45}
_EARLY_MONTHS = {SPECIAL_WORK: 180, SICK: 180, "04": 120}


@check("alive")
def alive(facts: Facts) -> Iterator[Finding]:
    """Neither our record nor shared data show the person as dead."""
    if facts.person is not None and facts.person.life_status == "02":
        yield facts.refuse("alive", field="id_number")
    elif facts.death is not None:
        yield facts.refuse("alive", f"死亡日期 {facts.death.died_on}。", field="id_number", source="死亡信息共享")


@check("near_age")
def near_age(facts: Facts) -> Iterator[Finding]:
    """The retirement lies within the months ahead that the business window allows, in the person's window, and the kind agrees with the month."""
    day = facts["retire_date"]
    if facts.person is None or facts.group is None:
        return
    period = period_of(day)
    ahead = lead_months(facts.item, facts.today)
    if period < period_of(facts.today) or (ahead is not None and period > add_months(period_of(facts.today), ahead)):
        yield facts.refuse("near_age", f"预计退休日期须在本月起的 {ahead} 个月内。", field="retire_date")
    yield from _wrong_month(facts, "near_age")


def _wrong_month(facts: Facts, check_id: str) -> Iterator[Finding]:
    person, group, kind = facts.person, facts.group, facts["retire_type"]
    assert person is not None
    assert group is not None
    if kind not in (NORMAL, EARLY, LATE):
        return
    window = window_of(person, group)
    period = period_of(facts["retire_date"])
    found = window.kind_of(period)
    span = (
        f"法定退休 {format_period(window.statutory)}，弹性可在 {format_period(window.earliest)} 至 {format_period(window.latest)}"
    )
    if not found:
        yield facts.refuse(check_id, f"{span}；所填退休年月 {format_period(period)} 不在其中。", field="retire_date")
    elif _KIND_OF_MONTH[found] != kind:
        yield Finding(check_id, f"离退休类别与退休年月不符：{span}。", detail="请核对后改选类别或日期。", field="retire_type")


@check("age_reached")
def age_reached(facts: Facts) -> Iterator[Finding]:
    """The statutory or chosen flexible age is reached by the retirement date, which is not later than this month."""
    if facts.person is None or facts.group is None:
        return
    if period_of(facts["retire_date"]) > period_of(facts.today):
        yield facts.refuse(
            "age_reached", "退休年月晚于当前月份，请在到龄当月申请，提前的请办理退休预审（PEN-001）。", field="retire_date"
        )
    yield from _wrong_month(facts, "age_reached")
    start = add_months(period_of(facts["retire_date"]), 1)
    if facts["benefit_start"] and facts["benefit_start"] != start:
        yield Finding("age_reached", f"待遇自退休次月 {format_period(start)} 起发，请更正起发年月。", field="benefit_start")


@check("min_years")
def min_years(facts: Facts) -> Iterator[Finding]:
    """Paid and deemed months reach the minimum of the year; the months typed are those on record."""
    if facts.person is None or facts.record is None or facts.group is None:
        return
    paid, deemed = facts.record.months, facts["deemed_months"] or 0
    if facts["actual_months"] is not None and facts["actual_months"] != paid:
        yield Finding(
            "min_years",
            f"实际缴费月数应为 {paid}（截至退休当月的到账记录），所填为 {facts['actual_months']}。",
            field="actual_months",
        )
    needed = months_needed(window_of(facts.person, facts.group), period_of(facts["retire_date"]))
    if paid + deemed < needed:
        yield facts.refuse("min_years", f"实缴 {paid}、视同 {deemed}，最低 {needed} 个月。", field="actual_months")
        return
    yield from _unassessable(facts, "min_years")


def _unassessable(facts: Facts, check_id: str) -> Iterator[Finding]:
    """What the record or the parameters do not allow to be assessed, as the law says it."""
    try:
        found = facts.assessment
    except YiguiError as refused:
        yield Finding(check_id, refused.message, field="retire_date")
        return
    if found is not None and facts["deemed_months"] and "personnel_file" not in facts.given:
        yield Finding(check_id, "认定视同缴费年限须收取人事档案。", field="deemed_months")
    if found is not None and found.record.unpaid:
        months = "、".join(format_period(m) for m in found.record.unpaid[:6])
        yield Finding(check_id, f"{months} 等 {len(found.record.unpaid)} 个月应缴未到账，未计入缴费年限。", Level.REMIND)


@check("min_years_early")
def min_years_early(facts: Facts) -> Iterator[Finding]:
    """Paid and deemed months reach the minimum for early retirement, at an age that allows it."""
    if facts.person is None or facts.record is None or facts["retire_date"] is None:
        return
    paid, deemed, kind = facts.record.months, facts["deemed_months"] or 0, facts["retire_type"]
    if facts["actual_months"] is not None and facts["actual_months"] != paid:
        yield Finding("min_years_early", f"实际缴费月数应为 {paid}，所填为 {facts['actual_months']}。", field="actual_months")
    needed = _EARLY_MONTHS.get(kind)
    if needed is None:
        yield Finding("min_years_early", "正常退休和弹性退休请办理正常退休申请（PEN-002）。", field="retire_type")
        return
    if paid + deemed < needed:
        yield facts.refuse("min_years_early", f"实缴 {paid}、视同 {deemed}，最低 {needed} 个月。", field="actual_months")
    if kind in (SPECIAL_WORK, SICK):
        youngest = (_EARLY_AGE if kind == SPECIAL_WORK else _SICK_AGE)[facts.person.gender]
        if age_on(facts.person.born_on, facts["retire_date"]) < youngest:
            yield facts.refuse("min_years_early", f"退休时须年满 {youngest} 周岁。", field="retire_date")
    yield from _unassessable(facts, "min_years_early")


@check("special_years_enough")
def special_years_enough(facts: Facts) -> Iterator[Finding]:
    """Years in special work reach the number for the kind of work; ten for the most, eight for high heat and underground."""
    if facts["retire_type"] != SPECIAL_WORK:
        return
    if not facts["special_years"] or facts["special_years"] < 8:
        yield facts.refuse(
            "special_years_enough", "高温、井下累计满 9 年，有毒有害累计满 8 年，高空、繁重累计满 10 年。", field="special_years"
        )
    if "special_work_record" not in facts.given:
        yield Finding("special_years_enough", "请收取特殊工种备案材料。", field="special_work")


@check("capacity_ground")
def capacity_ground(facts: Facts) -> Iterator[Finding]:
    """For a ground of lost capacity a conclusion of total loss is on record."""
    if facts["retire_type"] == SICK and (not facts["appraisal_no"] or "labour_capacity_conclusion" not in facts.given):
        yield facts.refuse("capacity_ground", "请填写鉴定书编号并收取劳动能力鉴定结论。", field="appraisal_no")


@check("notice_done")
def notice_done(facts: Facts) -> Iterator[Finding]:
    """The public notice in the unit ended without objection: its record is in the retirement form."""
    if "retirement_form" not in facts.given:
        yield facts.refuse("notice_done", "退休审批表须载明单位公示结果。")


@check("appraisal_exists")
def appraisal_exists(facts: Facts) -> Iterator[Finding]:
    """A labour capacity conclusion is on file, not dated in the future."""
    if "labour_capacity_conclusion" not in facts.given:
        yield facts.refuse("appraisal_exists", field="appraisal_no")
    if facts["appraisal_date"] and facts["appraisal_date"] > facts.today:
        yield Finding("appraisal_exists", f"鉴定日期 {facts['appraisal_date']} 晚于今天。", field="appraisal_date")


@check("capacity_lost")
def capacity_lost(facts: Facts) -> Iterator[Finding]:
    """The conclusion says total loss: it is looked at, and its number begins with the mark of the committee."""
    if facts["appraisal_no"] and not any(c.isdigit() for c in facts["appraisal_no"]):
        yield facts.refuse("capacity_lost", "鉴定书编号有误。", field="appraisal_no")


@check("identity_clean")
def identity_clean(facts: Facts) -> Iterator[Finding]:
    """Birth and first work as typed agree with our record and with public security."""
    person = facts.person
    if person is None:
        return
    if facts["birth_date"] != person.born_on or (facts.identity is not None and facts.identity.born_on != person.born_on):
        yield facts.refuse("identity_clean", f"登记的出生日期 {person.born_on}。", field="birth_date")
    started = facts["work_start_date"]
    if person.work_started_on is not None and started != person.work_started_on:
        yield facts.refuse("identity_clean", f"登记的参加工作日期 {person.work_started_on}。", field="work_start_date")
    if started is not None and started <= person.born_on:
        yield Finding("identity_clean", "参加工作日期不晚于出生日期，请核对。", field="work_start_date")


@check("unit_no_arrears")
def unit_no_arrears(facts: Facts) -> Iterator[Finding]:
    """The unit has no unpaid bill past its term."""
    if facts.employer is None:
        return
    late = [s for s in facts.bills if s.left_fen > 0 and s.bill.due_on < facts.today]
    if late:
        fen = sum(s.left_fen for s in late)
        yield facts.refuse("unit_no_arrears", f"欠费 {format_fen(fen)} 元。", field="unit_no")


@check("calculation_approved")
def calculation_approved(facts: Facts) -> Iterator[Finding]:
    """An award waits for its first payment, and amount and start are its own."""
    benefit = facts.benefit
    if benefit is None or benefit.status != BenefitStatus.PENDING:
        yield facts.refuse("calculation_approved", "没有待首次拨付的待遇。", field="id_number")
        return
    if facts["benefit_start"] != benefit.start_period:
        yield Finding("calculation_approved", f"核定的起发年月为 {format_period(benefit.start_period)}。", field="benefit_start")
    award = benefit.awards.order_by("-version").first()
    if award is not None and facts["amount"] != award.total_fen:
        yield Finding("calculation_approved", f"核定的月标准为 {plain_fen(award.total_fen)} 元。", field="amount")


@check("in_person")
def in_person(facts: Facts) -> Iterator[Finding]:
    """The case is opened at a counter."""
    if facts.channel != "counter":
        yield facts.refuse("in_person")


@check("no_duplicate_benefit")
def no_duplicate_benefit(facts: Facts) -> Iterator[Finding]:
    """The same one-off benefit was not awarded before."""
    kinds = {
        "PEN-005": (BenefitKind.FUNERAL, BenefitKind.SURVIVOR), "ACC-002": (BenefitKind.ACCOUNT,), "RES-002": (BenefitKind.ACCOUNT,),
        "UNE-002": (BenefitKind.RURAL_GRANT,),
    }.get(facts.item.code, ())  # fmt: skip
    if facts.person is not None and kinds:
        known = Benefit.objects.filter(person=facts.person, kind__in=kinds).order_by("id").first()
        if known is not None:
            yield facts.refuse("no_duplicate_benefit", f"{known.get_kind_display()}已于 {format_period(known.start_period)} 核定。")


# --- residents ---------------------------------------------------------------------------------------------------------------


@check("age_60")
def age_60(facts: Facts) -> Iterator[Finding]:
    """The person is 60 by the start month, which is the month after the birthday at the earliest."""
    if facts.person is None or not facts["benefit_start"]:
        return
    reached = facts.person.born_on.year * 100 + resident_claim_age() * 100 + facts.person.born_on.month
    first = add_months(reached, 1)
    if facts["benefit_start"] < first or period_of(facts.today) < reached:
        yield facts.refuse("age_60", f"最早可自 {format_period(first)} 起领取。", field="benefit_start")


@check("years_enough")
def years_enough(facts: Facts) -> Iterator[Finding]:
    """Paid years reach the required number, fewer for those who were near 60 when the scheme began."""
    if facts.person is None:
        return
    needed = resident_minimum_years(facts.person.born_on, facts.today)
    if (facts["actual_months"] or 0) < needed * 12:
        yield facts.refuse("years_enough", f"须缴费 {needed} 年。", field="actual_months")


@check("no_other_pension_paid")
def no_other_pension_paid(facts: Facts) -> Iterator[Finding]:
    """No other pension is in payment."""
    if facts.benefit is not None or (facts.person is not None and facts.person.is_retired):
        label = facts.benefit.get_kind_display() if facts.benefit else "职工养老金"
        yield facts.refuse("no_other_pension_paid", f"在领：{label}。", field="id_number")


@check("resident_age")
def resident_age(facts: Facts) -> Iterator[Finding]:
    """The person is 16 or older."""
    if facts["birth_date"] and age_on(facts["birth_date"], facts.today) < 16:
        yield facts.refuse("resident_age", field="birth_date")


@check("not_in_other_pension")
def not_in_other_pension(facts: Facts) -> Iterator[Finding]:
    """The person is not in the pension of employees or of civil servants, nor draws one."""
    others = (Insurance.EMPLOYEE_PENSION, Insurance.CIVIL_SERVICE_PENSION)
    if any(c.insurance in others for c in facts.open_coverages) or (facts.person is not None and facts.person.is_retired):
        yield facts.refuse("not_in_other_pension", field="id_number")


@check("years_allowed")
def years_allowed(facts: Facts) -> Iterator[Finding]:
    """The years lie between the start of the scheme and the year before the claim age, and in the past."""
    if facts.person is None or not facts.months:
        return
    first, last = facts.months[0] // 100, facts.months[-1] // 100
    sixty = facts.person.born_on.year + resident_claim_age()
    if first < 2009 or last >= facts.today.year or last > sixty or last - first >= 15:
        yield facts.refuse(
            "years_allowed", f"可补缴 2009 年至 {min(facts.today.year - 1, sixty)} 年，至多 15 年。", field="start_month"
        )


# --- unemployment ------------------------------------------------------------------------------------------------------------


def unemployment_months(facts: Facts) -> int:
    """Months of unemployment insurance since the last claim, up to the day of leaving."""
    if facts.person is None:
        return 0
    until = period_of(facts["unemployed_date"] or facts.today)
    last = Benefit.objects.filter(person=facts.person, kind=BenefitKind.UNEMPLOYMENT).order_by("-start_period").first()
    rows = [c for c in facts.coverages if last is None or c.start_period >= last.start_period]
    return months_covered(rows, Insurance.UNEMPLOYMENT.value, until)


@check("paid_one_year")
def paid_one_year(facts: Facts) -> Iterator[Finding]:
    """At least twelve months are paid since the last claim, and the months typed are those on record."""
    months = unemployment_months(facts)
    if months < 12:
        yield facts.refuse("paid_one_year", f"累计缴费 {months} 个月。", field="paid_months")
    elif facts["paid_months"] != months:
        yield Finding("paid_one_year", f"失业保险累计缴费应为 {months} 个月。", field="paid_months")


@check("involuntary")
def involuntary(facts: Facts) -> Iterator[Finding]:
    """The person did not leave by choice."""
    if facts["unemployed_reason"] == "05":
        yield facts.refuse("involuntary", field="unemployed_reason")


@check("registered_unemployed")
def registered_unemployed(facts: Facts) -> Iterator[Finding]:
    """An unemployment registration exists, after the work ended."""
    if "unemployment_registration" not in facts.given:
        yield facts.refuse("registered_unemployed", field="unemployment_reg_date")
    elif facts["unemployment_reg_date"] and facts["unemployment_reg_date"] < facts["unemployed_date"]:
        yield Finding("registered_unemployed", "失业登记日期早于失业日期，请核对。", field="unemployment_reg_date")


@check("not_reemployed")
def not_reemployed(facts: Facts) -> Iterator[Finding]:
    """The person has no relation with a unit any more."""
    open_ = [c for c in facts.open_coverages if c.insurance == Insurance.UNEMPLOYMENT]
    if open_ or facts.employment is not None:
        yield facts.refuse("not_reemployed", field="id_number")


@check("worked_one_year")
def worked_one_year(facts: Facts) -> Iterator[Finding]:
    """Continuous months with the employer reach twelve."""
    if (facts["continuous_months"] or 0) < 12:
        yield facts.refuse("worked_one_year", field="continuous_months")


@check("person_did_not_pay")
def person_did_not_pay(facts: Facts) -> Iterator[Finding]:
    """The person is a migrant worker on record, for whom the personal part was not paid."""
    if facts.person is not None and not (facts.person.is_migrant and facts["migrant_flag"]):
        yield facts.refuse("person_did_not_pay", "登记信息不是农民工。", field="migrant_flag")


__all__ = ["EARLY", "LATE", "NORMAL", "SICK", "SPECIAL_WORK", "unemployment_months"]
