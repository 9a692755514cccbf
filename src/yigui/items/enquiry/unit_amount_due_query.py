"""Query of the amount due from a unit each month (单位应缴费金额查询)."""

from collections import defaultdict

from yigui.casework.handlers import Outcome, Subject
from yigui.casework.models import Case
from yigui.charges.queries import bills_of_payer
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import ItemHandler, employer_subject, item, needed_employer
from yigui.items.common.facts import Facts
from yigui.registry.enums import AAE140


@item("ENQ-001")
class UnitAmountDueQuery(ItemHandler[Facts]):
    """Each month's amounts by insurance, the unit's and the people's part, arrears and surcharge to today."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def subject(self, facts: Facts) -> Subject:
        return employer_subject(facts.employer)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        numbers = [AAE140[i] for i in facts["insurances"] or []]
        states = bills_of_payer(
            employer=employer, start=facts.needed("start_month"), end=facts.needed("end_month"), insurances=numbers
        )
        rows, late_total, left_total = [], 0, 0
        for state in sorted(states, key=lambda s: (s.bill.start_period, s.bill.insurance, s.bill.id)):
            late = state.surcharge(facts.today).amount_fen
            late_total, left_total = late_total + late, left_total + state.left_fen
            rows.append([
                format_period(state.bill.start_period), state.label, state.kind_label, str(state.bill.person_count),
                format_fen(state.bill.employer_fen), format_fen(state.bill.person_fen), format_fen(state.bill.total_fen),
                format_fen(state.left_fen), format_fen(late), state.status,
            ])  # fmt: skip
        months: dict[int, int] = defaultdict(int)
        for state in states:
            months[state.bill.start_period] += state.bill.total_fen
        head = ["所属期", "险种", "类型", "人数", "单位部分", "个人部分", "应缴", "未缴", "滞纳金", "状态"]
        return Outcome(
            summary=f"{employer.name} {len(months)} 个月应缴共 {format_fen(sum(months.values()))} 元，未缴 {format_fen(left_total)} 元。",
            lines=[("单位编号", employer.unit_no), ("应缴合计（元）", format_fen(sum(months.values()))), ("未缴合计（元）", format_fen(left_total)),
                   ("滞纳金（计至今日，元）", format_fen(late_total))],
            sections=[{"title": "各月应缴（元）", "head": head, "rows": rows}] if rows else [],
            notes=["数据取自已执行的征缴计划和业务核定。"],
        )  # fmt: skip
