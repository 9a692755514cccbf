"""Opening a pension with all that follows: contributions end, the account is sealed, the award waits for its first payment."""

from yigui.casework.handlers import FollowUp, Outcome
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.after_allowance import NOT_COMPUTED_AGAIN
from yigui.entitlement.award import open_benefit
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.items.common.award import payee_of, sheet_section
from yigui.items.common.base import needed_person
from yigui.items.common.stop_contributions import PENSION, stop_contributions
from yigui.items.pension._assessment import dossier_section, index_section
from yigui.items.pension.facts import PensionFacts
from yigui.law.gaps import difference_not_found, rounding_not_found
from yigui.registry.enums import AAE140, StopReason
from yigui.registry.models import Person
from yigui.registry.persons import change_person

#: What a retirement changes of the person's own record.
RETIRED = ("retired_on",)


def retire(facts: PensionFacts, case: Case, kind: str) -> Outcome:
    """Award the pension of a retirement, under the open class-1 warrant; gives the calculation sheet."""
    person = needed_person(facts)
    found = facts.assessment
    assert found is not None
    start = add_months(period_of(facts.needed("retire_date")), 1)
    benefit = open_benefit(
        person=person, kind=BenefitKind.PENSION, insurance=AAE140[PENSION], area=person.area_id, start=start,
        payee=payee_of(facts, person), components=found.assessment.components, inputs=found.inputs, case_id=case.pk, today=facts.today,
        contribution_months=int(found.facts.total_months), base_year=found.base.year, is_provisional=found.is_provisional, is_pending=True,
        adjusted_fen=found.adjusted_fen,
    )  # fmt: skip
    change_person(person=person, values={"retired_on": facts.get("retire_date")})
    stop_contributions(person, facts, from_period=start, reason=StopReason.RETIRED)
    return _sheet(person, benefit, facts, kind)


def _sheet(person: Person, benefit: Benefit, facts: PensionFacts, kind: str) -> Outcome:
    found = facts.assessment
    assert found is not None
    f = found.facts
    notes = ["待遇自退休次月起发，首次拨付（PEN-010）后列入支付计划。"]
    if found.is_provisional:
        notes.append(f"本年度计发基数等尚未公布，暂按 {found.base.year} 年计发基数预发，公布后重算并补发差额。")
    if found.is_taken_over:
        notes.append(f"由病残津贴转入：{NOT_COMPUTED_AGAIN}（人社部发〔2024〕72号第三条）。")
    if rounding := rounding_not_found(person.area_id, f.retired_on):
        notes.append(rounding)
    if difference := difference_not_found(person.area_id, f.retired_on):
        notes.append(difference)
    return Outcome(
        summary=f"{person.name} 的{kind}已核准，月养老金 {format_fen(found.pays_fen)} 元，自 {format_period(benefit.start_period)} 起发。",
        lines=[
            ("个人编号", person.person_no), ("退休日期", str(facts.get("retire_date"))), ("起发年月", format_period(benefit.start_period)),
            ("累计缴费月数", f"{f.total_months}（视同 {f.deemed_months}）"), ("平均缴费指数", str(f.average_index)),
            ("计发基数（元）", f"{found.base.local}（{found.base.year} 年）"), ("计发基数依据", found.base.source),
            ("个人账户储存额（元）", format_fen(f.account_fen)), ("计发月数", str(f.payout_months)), ("月养老金（元）", format_fen(found.pays_fen)),
            *([("其中历次调整（元）", format_fen(found.adjusted_fen))] if found.adjusted_fen else []),
        ],
        sections=[sheet_section(found.assessment.components), index_section(found), dossier_section(facts.dossier)],
        notes=notes,
        follow_ups=[
            FollowUp(
                "first_payment", f"待遇自 {format_period(benefit.start_period)} 起发，与本人确认账号后办理首次拨付（PEN-010）。",
                found.pays_fen,
            )
        ],
    )  # fmt: skip
