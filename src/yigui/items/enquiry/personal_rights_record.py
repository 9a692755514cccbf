"""Query and print of a personal rights record (个人权益记录、参保证明)."""

from yigui.accounts.models import PersonalAccount
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.facts import Facts
from yigui.registry.models import Coverage
from yigui.registry.queries import coverages_of, employments_of
from yigui.staff.full_views import record_handed_out


@item("ENQ-003")
class PersonalRightsRecord(Item[Facts]):
    """Shows and prints relations, wages and accounts of the person, and writes the query log."""

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
            [a.get_insurance_display(), format_period(a.opened_period), a.get_status_display()]
            for a in PersonalAccount.objects.filter(person=person).order_by("id")
        ]
        sections = [
            {"title": "参保关系", "head": ["险种", "参保单位", "起始年月", "终止年月", "参保归属地"], "rows": rows},
            {"title": "用工与申报工资", "head": ["单位", "起始年月", "终止年月", "申报工资（元）"], "rows": wages},
            {"title": "个人账户", "head": ["险种", "建账年月", "状态"], "rows": accounts},
        ]
        return Outcome(
            summary=f"{person.name} 的参保证明已出具，参保关系 {len(rows)} 条。",
            facts=[("个人编号", person.person_no), ("社会保障号码", mask_number(person.id_number))],
            sections=[s for s in sections if s["rows"]],
            notes=["本证明凭验证码核验，自出具之日起反映系统记录的参保情况。"],
            person=person,
        )

    @staticmethod
    def _is_wanted(coverage: Coverage, facts: Facts) -> bool:
        chosen, start, end = facts["insurances"], facts["start_month"], facts["end_month"]
        if chosen and coverage.insurance not in chosen:
            return False
        ends_before = start is not None and coverage.end_period is not None and coverage.end_period < start
        return not ends_before and (end is None or coverage.start_period <= end)
