"""Certificate of insurance of a unit (单位参保证明)."""

from yigui.casework.handlers import Outcome, Subject
from yigui.casework.models import Case
from yigui.charges.queries import bills_of_payer, dues_by_month
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import ItemHandler, employer_subject, item, needed_employer
from yigui.items.common.facts import Facts
from yigui.registry.queries import staff_count


@item("ENQ-002")
class UnitInsuredCertificate(ItemHandler[Facts]):
    """Insurances, number of staff and payments month by month, with a verification code."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def subject(self, facts: Facts) -> Subject:
        return employer_subject(facts.employer)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        states = bills_of_payer(employer=employer, start=facts.needed("start_month"), end=facts.needed("end_month"))
        months = dues_by_month(states, facts.today)
        people = {
            m.period: max((s.bill.person_count for s in states if s.bill.start_period == m.period), default=0) for m in months
        }
        rows = [
            [
                format_period(m.period),
                str(people[m.period]),
                format_fen(m.due_fen),
                format_fen(m.paid_fen),
                "已缴清" if m.left_fen <= 0 else "未缴清",
            ]
            for m in months
        ]
        enrolments = [
            [e.get_insurance_display(), format_period(e.start_period), format_period(e.end_period) or "至今"]
            for e in employer.enrolments.order_by("id")[:20]
        ]
        owed = sum(m.overdue_fen for m in months)
        return Outcome(
            summary=f"{employer.name} 的参保证明已出具。",
            lines=[("单位编号", employer.unit_no), ("统一社会信用代码", employer.credit_code), ("在保职工人数", str(staff_count(employer))),
                   ("逾期未缴（元）", format_fen(owed))],
            sections=[
                {"title": "参加险种", "head": ["险种", "起始年月", "终止年月"], "rows": enrolments},
                *([{"title": "缴费情况", "head": ["所属期", "人数", "应缴（元）", "实缴（元）", "状态"], "rows": rows}] if rows else []),
            ],
            notes=["本证明凭验证码核验，自出具之日起反映系统记录的参保缴费情况。"],
        )  # fmt: skip
