"""Export of employees' payment details (职工社保缴纳明细导出)."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, Subject
from yigui.casework.models import Case
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import format_period
from yigui.common.tables import XLSX_TYPE, Sheet, csv_file, mark_of, workbook
from yigui.documents.store import store_made
from yigui.items.common.base import ItemHandler, employer_subject, item, needed_employer
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.levy.models import LevyLine, OpenBill
from yigui.registry.enums import AAE140, insurance_label
from yigui.registry.models import Person

PDF, XLSX, CSV, PAPER = "01", "02", "03", "04"
#: Lines that fit: a file may be long, a printed statement should be read.
ROWS_MAX = {PDF: 2_000, PAPER: 2_000, XLSX: 300_000, CSV: 300_000}
#: People who can be chosen at once, and strangers a refusal names.
CHOSEN_MAX = 50
_NAMED_MAX = 5
_BETWEEN = re.compile(r"[\s,，、;；]+")
_HEAD = (
    ("AAC002", "社会保障号码"), ("AAC003", "姓名"), ("AAE140", "险种"), ("AAE002", "做账期号"), ("AAE003", "所属期"),
    ("AAE180", "缴费基数"), ("AAE020", "单位缴费"), ("AAE022", "个人缴费"), ("AAE021", "记入账户"),
)  # fmt: skip


@item("ENQ-004")
class EmployeePaymentExport(ItemHandler[Facts]):
    """Each employee's monthly base and amounts under this unit, as a file or on paper; who exported it stays on the case."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def subject(self, facts: Facts) -> Subject:
        return employer_subject(facts.employer)

    def check(self, facts: Facts) -> list[Finding]:
        findings = super().check(facts)
        if findings or facts.employer is None:
            return findings
        limit = ROWS_MAX[facts["print_format"]]
        if len(_lines(facts)[: limit + 1].values_list("person_id")) > limit:
            advice = "请改选 XLSX 或 CSV，或缩短起止月份" if limit < ROWS_MAX[CSV] else "请缩短起止月份，分次导出"
            findings.append(Finding("export_rows", f"明细超过 {limit} 行，{advice}。", field="print_format"))
        return findings

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        lines = list(_lines(facts)[: ROWS_MAX[facts["print_format"]]])
        people = {p.pk: p for p in Person.objects.filter(pk__in={r.person_id for r in lines}).only("id_number", "name")}
        total = sum(r.employer_fen + r.person_fen for r in lines)
        outcome = Outcome(
            summary=f"{employer.name} 职工缴纳明细已导出，{len(people)} 人 {len(lines)} 行。",
            lines=[("单位编号", employer.unit_no), ("明细行数", str(len(lines))), ("金额合计（元）", format_fen(total)),
                   ("未缴清而未列入的行数", str(_lines(facts, unpaid=True).count()))],
            notes=["内容含个人信息，请妥善保管，仅用于本单位对账和工资核算。"],
        )  # fmt: skip
        rows = [_row(line, people[line.person_id]) for line in lines]
        note = mark_of(case.case_no, _taker(facts), timezone.localtime(case.accepted_at))
        if facts["print_format"] == XLSX:
            outcome.files.append(store_made(_workbook(rows, note), XLSX_TYPE).digest)
        elif facts["print_format"] == CSV:
            outcome.files.append(store_made(_csv(rows, note), "text/csv").digest)
        else:
            outcome.sections.append({"title": "缴纳明细（元）", "head": [name for _, name in _HEAD], "rows": rows})
        return outcome


def _taker(facts: Facts) -> str:
    """Who takes the file: the employer's operator, or the officer at the counter."""
    login, operator = facts.application.login, facts.application.operator
    return f"{login.full_name}（{login.username}）" if login is not None else f"{operator.full_name}（{operator.username}）"


def _lines(facts: Facts, *, unpaid: bool = False) -> QuerySet[LevyLine]:
    """The lines of the unit's months and insurances that are paid, or those whose bill is still open: what is billed is no payment yet."""
    unit = needed_employer(facts).pk
    rows = LevyLine.objects.filter(employer_id=unit, owed_period__range=(facts["start_month"], facts["end_month"]))
    bills = OpenBill.objects.filter(employer_id=unit, insurance=OuterRef("insurance"), source_id=OuterRef("source_id"))
    is_open = Exists(bills.filter(Q(person_id=0) | Q(person_id=OuterRef("person_id"))))
    rows = rows.filter(is_open) if unpaid else rows.filter(~is_open)
    if facts["insurances"]:
        rows = rows.filter(insurance__in=[AAE140[i] for i in facts["insurances"]])
    if chosen := _chosen(facts):
        rows = rows.filter(person_id__in=[person.pk for person in _people(chosen).values()])
    return rows.order_by("person_id", "owed_period", "insurance", "source_id")


def _chosen(facts: Facts) -> list[str]:
    """The numbers of the people who were chosen, each once; none where the whole staff is meant."""
    return list(dict.fromkeys(_BETWEEN.sub(" ", facts.get("chosen_people") or "").upper().split()))


def _people(numbers: Sequence[str]) -> dict[str, Person]:
    return {person.id_number: person for person in Person.objects.filter(id_number__in=numbers)}


def _row(line: LevyLine, person: Person) -> list[str]:
    """Cells in the order of the head; amounts in yuan, exact to the fen."""
    amounts = [line.base_fen, line.employer_fen, line.person_fen, line.account_fen]
    return [
        person.id_number, person.name, insurance_label(line.insurance), format_period(line.period), format_period(line.owed_period),
        *(plain_fen(fen) for fen in amounts),
    ]  # fmt: skip


def _csv(rows: Sequence[Sequence[str]], note: str) -> bytes:
    return csv_file([f"{code} {name}" for code, name in _HEAD], rows, note=note)


def _workbook(rows: Sequence[Sequence[str]], note: str) -> bytes:
    cells = ([*row[:5], *(Decimal(cell) for cell in row[5:])] for row in rows)
    return workbook(Sheet("缴纳明细", [name for _, name in _HEAD], cells, widths=(22, 12, 24, 10, 10, 12, 12, 12, 12), note=note))


@check("own_staff_only")
def own_staff_only(facts: Facts) -> Iterator[Finding]:
    """Only months under this unit are exported: the unit must be known, and whoever is chosen has or had months under it."""
    if facts.employer is None:
        yield facts.refuse("own_staff_only", f"未查询到单位编号 {facts['unit_no']}。", field="unit_no")
        return
    chosen = _chosen(facts)
    if len(chosen) > CHOSEN_MAX:
        words = f"一次最多选择 {CHOSEN_MAX} 人，所填 {len(chosen)} 人；请分次导出，或留空导出全部职工。"
        yield Finding("own_staff_only", words, field="chosen_people")
        return
    known = _people(chosen)
    under = set(
        LevyLine.objects.filter(employer_id=facts.employer.pk, person_id__in=[p.pk for p in known.values()])
        .values_list("person_id", flat=True)
        .distinct()
    )
    # One sentence for who is unknown and who is somebody else's: a unit learns nothing about the people of others.
    strange = [number for number in chosen if number not in known or known[number].pk not in under]
    if strange:
        words = f"{'、'.join(strange[:_NAMED_MAX])}{'等' if len(strange) > _NAMED_MAX else ''}在本单位没有缴费记录，请核对社会保障号码后更正或删去。"
        yield Finding("own_staff_only", words, field="chosen_people")
