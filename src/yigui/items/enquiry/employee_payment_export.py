"""Export of employees' payment details (职工社保缴纳明细导出)."""

import csv
import io

from yigui.casework.handlers import Outcome, Subject
from yigui.casework.models import Case
from yigui.common.errors import YiguiError
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.contributions.enums import AAE140, insurance_label
from yigui.contributions.models import LevyLine
from yigui.documents.store import store_made
from yigui.items.base import Item, employer_subject, item, needed_employer
from yigui.items.facts import Facts
from yigui.registry.models import Person

_ROWS_MAX = 300_000
_HEAD = (
    "AAC002 社会保障号码", "AAC003 姓名", "AAE140 险种", "AAE002 做账期号", "AAE003 所属期", "AAE180 缴费基数", "AAE020 单位缴费",
    "AAE022 个人缴费", "AAE021 记入账户",
)  # fmt: skip


@item("ENQ-004")
class EmployeePaymentExport(Item):
    """A file with each employee's monthly base and amounts under this unit; who exported it stays on the case."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def subject(self, facts: Facts) -> Subject:
        return employer_subject(facts.employer)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        rows = LevyLine.objects.filter(employer_id=employer.pk, owed_period__range=(facts["start_month"], facts["end_month"]))
        if facts["insurances"]:
            rows = rows.filter(insurance__in=[AAE140[i] for i in facts["insurances"]])
        lines = list(rows.order_by("person_id", "owed_period", "insurance", "source_id")[: _ROWS_MAX + 1])
        if len(lines) > _ROWS_MAX:
            raise YiguiError(f"明细超过 {_ROWS_MAX} 行，请缩短起止月份后分次导出。")
        people = {p.pk: p for p in Person.objects.filter(pk__in={r.person_id for r in lines}).only("id_number", "name")}
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(_HEAD)
        for r in lines:
            person = people[r.person_id]
            writer.writerow([
                "\t" + person.id_number, person.name, insurance_label(r.insurance), format_period(r.period), format_period(r.owed_period),
                f"{r.base_fen / 100:.2f}", f"{r.employer_fen / 100:.2f}", f"{r.person_fen / 100:.2f}", f"{r.account_fen / 100:.2f}",
            ])  # fmt: skip
        stored = store_made(out.getvalue().encode("utf-8-sig"), "text/csv")
        total = sum(r.employer_fen + r.person_fen for r in lines)
        return Outcome(
            summary=f"{employer.name} 职工缴纳明细已导出，{len(people)} 人 {len(lines)} 行。",
            facts=[("单位编号", employer.unit_no), ("明细行数", str(len(lines))), ("金额合计（元）", format_fen(total))],
            notes=["文件含个人信息，请妥善保管，仅用于本单位对账和工资核算。"],
            flags=[f"file:{stored.digest}"],
        )  # fmt: skip
