"""Query and print of benefit payments (待遇发放明细查询打印)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.queries import benefits_of, certified_until
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.payment.queries import paid_months
from yigui.staff.full_views import record_handed_out


@item("ENQ-005")
class BenefitPaymentQuery(ItemHandler[Facts]):
    """Shows months, amounts and what the bank said; the printed list is an income certificate with a verification code."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        record_handed_out(user=facts.application.operator, subject=person, reason="待遇发放明细查询打印", case_no=case.case_no)
        end = facts["end_month"] or period_of(facts.today)
        start = facts["start_month"] or end - 100
        rows, total = [], 0
        for benefit in benefits_of(person):
            for paid in paid_months(benefit, start=start, end=end):
                line = paid.line
                total += line.amount_fen
                rows.append(
                    [format_period(line.pay_period), benefit.get_kind_display(), line.get_reason_display(), format_fen(line.amount_fen),
                     format_period(line.period), paid.status_label]
                )  # fmt: skip
        now = [
            [b.get_kind_display(), format_period(b.start_period), format_period(b.end_period) or "至今", b.get_status_display()]
            for b in benefits_of(person)
        ]
        return Outcome(
            summary=f"{person.name} {format_period(start)} 至 {format_period(end)} 的待遇发放明细已出具，共 {format_fen(total)} 元。",
            lines=[("个人编号", person.person_no), ("社会保障号码", mask_number(person.id_number)), ("合计（元）", format_fen(total)),
                   ("资格认证有效至", format_period(certified_until(person.pk) or None) or "无")],
            sections=[{"title": "待遇", "head": ["种类", "起始年月", "终止年月", "状态"], "rows": now},
                      {"title": "发放明细", "head": ["所属期", "种类", "类别", "金额（元）", "发放期", "到账"], "rows": rows}],
            notes=["本明细凭验证码核验。"],
            person=person,
        )  # fmt: skip


@check("is_pensioner_or_claimant")
def is_pensioner_or_claimant(facts: Facts) -> Iterator[Finding]:
    """The person has at least one benefit."""
    if facts.person is None or not benefits_of(facts.person):
        yield facts.refuse("is_pensioner_or_claimant", field="id_number")
