"""Yearly declaration of bases (年度缴费基数申报): a list becomes rows with a verdict each; good rows can go on alone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yigui.common.identifiers import read_citizen_number, widen_citizen_number
from yigui.common.money import format_fen, parse_yuan, plain_fen
from yigui.common.months import period_of
from yigui.common.tables import Sheet, workbook
from yigui.documents.sheets import read_sheet
from yigui.law.contribution import Bounds, base_bounds, base_year_months, capped_base
from yigui.levy.models import ContributionBase
from yigui.registry.models import Employer, Employment
from yigui.registry.queries import persons_by_numbers

#: Column heads: LD/T 92 and Chinese names.
COLUMNS = {
    "id_number": ("AAC002", "社会保障号码", "证件号码", "身份证号", "身份证号码"),
    "person_name": ("AAC003", "姓名"),
    "declared_wage": ("AAC040", "申报工资", "月平均工资", "上年度月平均工资"),
}
ROWS_MAX = 20_000


@dataclass(frozen=True)
class JudgedRow:
    """A row and what was found: `good`, `capped` (good, the base differs from the wage) or `bad` with its sentence. Fen."""

    row_no: int
    id_number: str
    name: str
    declared_fen: int
    base_fen: int
    state: str
    sentence: str

    @property
    def is_good(self) -> bool:
        return self.state != "bad"

    def as_row(self) -> dict[str, str]:
        """The row of the form's table."""
        return {
            "id_number": self.id_number, "person_name": self.name, "declared_wage": plain_fen(self.declared_fen),
            "contribution_base": plain_fen(self.base_fen),
        }  # fmt: skip


def read_wage_list(content: bytes, file_name: str) -> list[dict[str, Any]]:
    """Rows of an Excel workbook (first sheet) or a CSV file: number and the cells of `COLUMNS`.

    A cell that holds a formula comes as `="…"` text, and is judged with its row.

    Raises:
        FileRefused: unreadable, a column missing, no rows, or too many.
    """
    return read_sheet(content, file_name, COLUMNS, rows_max=ROWS_MAX)


def judge(*, rows: Sequence[Mapping[str, Any]], employer: Employer, year: int) -> list[JudgedRow]:
    """A verdict for every row, against the employer's present staff and the bounds of the base year's first month.

    Raises:
        ParameterMissing: no bounds published for the year.
    """
    start, _ = base_year_months(employer.area_id, year)
    bounds = base_bounds(employer.area_id, start)
    staff = staff_of(employer, start)
    seen: dict[str, int] = {}
    given = {widen_citizen_number(str(row.get("id_number") or "").strip()) for row in rows} - staff.keys() - {""}
    # Whoever is listed under a number of before is found under the present one.
    present = {number: person.id_number for number, person in persons_by_numbers(given).items()} if given else {}
    return [_judge(k, row, staff, bounds, seen, employer, present) for k, row in enumerate(rows, start=2)]


def staff_of(employer: Employer, period: int) -> dict[str, Employment]:
    """Identity number -> employment of everybody who is at work in the employer now or then."""
    rows = Employment.objects.filter(employer=employer).exclude(end_period__lt=period).select_related("person")
    return {e.person.id_number: e for e in rows.iterator(chunk_size=5000)}


def _judge(
    place: int, row: Mapping[str, Any], staff: Mapping[str, Employment], bounds: Bounds, seen: dict[str, int], employer: Employer,
    present: Mapping[str, str],
) -> JudgedRow:  # fmt: skip
    number = int(row.get("row_no") or place)
    id_number = widen_citizen_number(str(row.get("id_number") or "").strip())
    id_number = present.get(id_number, id_number)
    name, wage = str(row.get("person_name") or "").strip(), str(row.get("declared_wage") or "").strip()

    def bad(sentence: str) -> JudgedRow:
        return JudgedRow(number, id_number, name, 0, 0, "bad", sentence)

    if any(str(v).startswith("=") for v in (row.get("id_number"), row.get("person_name"), row.get("declared_wage")) if v):
        return bad("单元格是公式，请粘贴为数值后重新上传")
    if not id_number or not name:
        return bad("社会保障号码或姓名为空，请补齐")
    if read_citizen_number(id_number) is None:
        return bad(f"社会保障号码 {id_number} 校验未通过，请核对证件")
    if id_number in seen:
        return bad(f"与第 {seen[id_number]} 行为同一人，请保留一行")
    seen[id_number] = number
    employment = staff.get(id_number)
    if employment is None:
        return bad(f"{name} 不是 {employer.name} 的在职参保人员，请先办理增员或删除该行")
    if employment.person.name != name:
        return bad("姓名与参保登记不一致，请核对")
    if not wage:
        return bad("申报工资为空，请填写上年度月平均工资")
    try:
        fen = parse_yuan(wage)
    except ValueError:
        return bad(f"申报工资“{wage}”不是金额，须为大于零、最多两位小数的数字")
    if fen <= 0:
        return bad(f"申报工资 {wage} 须大于零")
    base = capped_base(fen, bounds)
    if base == fen:
        return JudgedRow(number, id_number, name, fen, base, "good", "")
    what, limit = ("低于下限", bounds.floor_fen) if base > fen else ("高于上限", bounds.ceiling_fen)
    return JudgedRow(number, id_number, name, fen, base, "capped", f"{what} {format_fen(limit)} 元，按其核定基数")


def missing_staff(verdicts: Sequence[JudgedRow], *, employer: Employer, year: int) -> list[Employment]:
    """Staff of the employer without a row of their own, by name; at most 500."""
    start, _ = base_year_months(employer.area_id, year)
    named = {v.id_number for v in verdicts}
    missing = [e for number, e in staff_of(employer, start).items() if number not in named]
    return sorted(missing, key=lambda e: e.person.name)[:500]


def declare(*, verdicts: Sequence[JudgedRow], employer: Employer, year: int) -> int:
    """Record the good rows as bases of the base year, under the caller's warrant; gives how many."""
    start, end = base_year_months(employer.area_id, year)
    staff = staff_of(employer, start)
    rows = [
        ContributionBase(
            person_id=staff[v.id_number].person_id, employer=employer, declared_fen=v.declared_fen, start_period=start,
            end_period=end, year=year, reason="declared",
        )
        for v in verdicts
        if v.is_good
    ]  # fmt: skip
    ContributionBase.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def template_workbook() -> bytes:
    """An empty workbook with the heads, and notes on how to fill it in."""
    notes = (
        "一行一人，列名不要改动。", "申报工资为上年度月平均工资（元），最多两位小数，不要使用公式。",
        "低于下限或高于上限的，系统按上下限核定基数并在结果中注明。",
    )  # fmt: skip
    labels = [heads[1] for heads in COLUMNS.values()]
    return workbook(
        Sheet("职工基数明细", labels, widths=(24, 14, 18), is_form=True), Sheet("填写说明", (), rows=[[note] for note in notes])
    )


def base_year_now(today: dt.date, area: str) -> int:
    """The base year a declaration made today is for: the one that begins next, or has begun this year."""
    year = today.year
    return year if base_year_months(area, year)[1] >= period_of(today) else year + 1
