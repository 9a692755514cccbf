"""Query and print of a personal rights record (个人权益记录、参保证明)."""

import datetime as dt

from yigui.accounts.models import PersonalAccount
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.queries import amount_at, benefits_of
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.facts import Facts
from yigui.levy.record import record_of
from yigui.payment.queries import account_left
from yigui.registry.enums import Insurance
from yigui.registry.models import Coverage, Person
from yigui.registry.queries import coverages_of, employments_of
from yigui.staff.full_views import record_handed_out

#: Insurances whose record of months is kept; of residents a year is paid as one.
_RECORDED = (
    Insurance.EMPLOYEE_PENSION, Insurance.RESIDENT_PENSION, Insurance.UNEMPLOYMENT, Insurance.EMPLOYEE_MEDICAL, Insurance.INJURY,
)  # fmt: skip
_WITH_BALANCE = (Insurance.EMPLOYEE_PENSION, Insurance.RESIDENT_PENSION)
_ROWS_MAX = 400


def _balance(person: Person, account: PersonalAccount) -> str:
    """What is left of a pension account after what the pension took out of it; of other accounts nothing is kept here."""
    return format_fen(account_left(person, account.insurance).left_fen) if account.insurance in _WITH_BALANCE else ""


def _benefits(person: Person, today: dt.date) -> list[list[str]]:
    """The person's benefits with the standard of this month, or of the last one of a benefit that has ended."""
    rows = []
    for benefit in benefits_of(person):
        now = period_of(today)
        amount = amount_at(benefit, max(benefit.start_period, min(now, benefit.end_period or now)))
        rows.append([
            benefit.get_kind_display(), format_period(benefit.start_period), format_period(benefit.end_period) or "", benefit.get_status_display(),
            format_fen(amount.total_fen) if amount else "",
        ])  # fmt: skip
    return rows


@item("ENQ-003")
class PersonalRightsRecord(ItemHandler[Facts]):
    """Shows and prints relations, wages, paid months and bases, accounts with their balance and benefits of the person, and writes the query log."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def check(self, facts: Facts) -> list[Finding]:
        if facts.person is None:
            return [Finding("person_known", "未查询到该社会保障号码的参保记录，请核对号码。", field="id_number")]
        findings = super().check(facts)
        start, end = facts["start_month"], facts["end_month"]
        if start and end and start > end:
            findings.append(Finding("month_order", "开始年月晚于终止年月，请核对。", field="end_month"))
        return findings

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        record_handed_out(user=facts.application.operator, subject=person, reason="个人权益记录查询打印", case_no=case.case_no)
        coverages = [c for c in coverages_of(person) if self._is_wanted(c, facts)]
        rows = [
            [c.get_insurance_display(), c.employer.name if c.employer else "个人", format_period(c.start_period),
             format_period(c.end_period) or "至今", c.area.name]
            for c in coverages
        ]  # fmt: skip
        wages = [
            [e.employer.name, format_period(e.start_period), format_period(e.end_period) or "至今", format_fen(e.declared_wage_fen)]
            for e in employments_of(person)
        ]
        accounts = [
            [a.get_insurance_display(), format_period(a.opened_period), a.get_status_display(), _balance(person, a)]
            for a in PersonalAccount.objects.filter(person=person).order_by("id")[:_ROWS_MAX]
        ]
        sections = [
            {"title": "参保关系", "head": ["险种", "参保单位", "起始年月", "终止年月", "参保归属地"], "rows": rows},
            {"title": "用工与申报工资", "head": ["单位", "起始年月", "终止年月", "申报工资（元）"], "rows": wages},
            {
                "title": "缴费月数和基数",
                "head": ["险种", "年度", "到账月数", "月平均基数（元）"],
                "rows": self._months(person, facts),
            },
            {"title": "个人账户", "head": ["险种", "建账年月", "状态", "余额（元）"], "rows": accounts},
            {
                "title": "待遇",
                "head": ["待遇", "起发年月", "终止年月", "状态", "月标准（元）"],
                "rows": _benefits(person, facts.today),
            },
        ]
        return Outcome(
            summary=f"{person.name} 的参保证明已出具，参保关系 {len(rows)} 条。",
            lines=[("个人编号", person.person_no), ("社会保障号码", mask_number(person.id_number))],
            sections=[s for s in sections if s["rows"]],
            notes=["本证明凭验证码核验，自出具之日起反映系统记录的参保情况。"],
            person=person,
        )

    @staticmethod
    def _months(person: Person, facts: Facts) -> list[list[str]]:
        """Paid months and their mean base by insurance and year, of the insurances and years asked for; years nothing was paid in are left out."""
        start, end = facts["start_month"] or 0, facts["end_month"] or 999912
        held = list(dict.fromkeys(c.insurance for c in coverages_of(person)))
        rows = []
        for insurance in (i for i in held if i in _RECORDED and (not facts["insurances"] or i in facts["insurances"])):
            record = record_of(person, insurance, until=min(end, period_of(facts.today)))
            rows += [
                [Insurance(insurance).label, str(y.year), str(y.months), f"{y.mean_yuan:,}"]
                for y in record.years
                if y.year >= start // 100
            ]
        return rows[:_ROWS_MAX]

    @staticmethod
    def _is_wanted(coverage: Coverage, facts: Facts) -> bool:
        chosen, start, end = facts["insurances"], facts["start_month"], facts["end_month"]
        if chosen and coverage.insurance not in chosen:
            return False
        ends_before = start is not None and coverage.end_period is not None and coverage.end_period < start
        return not ends_before and (end is None or coverage.start_period <= end)
