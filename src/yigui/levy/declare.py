"""Yearly declaration of bases (年度缴费基数申报): a list becomes rows with a verdict each; good rows can go on alone."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yigui.common.identifiers import says_its_kind, widen_citizen_number
from yigui.common.money import format_fen, parse_yuan, plain_fen
from yigui.common.months import period_of
from yigui.common.normalise import plain_name, same_name
from yigui.common.tables import Sheet, workbook
from yigui.common.texts import int_or_none
from yigui.documents.sheets import unread_of
from yigui.documents.tabular import Column, Kind, Limits, read_cell, read_table
from yigui.documents.tabular.heads import Words
from yigui.law.contribution import Bounds, Odd, WageSpan, base_bounds, base_year_months, capped_base, wage_span
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.models import ContributionBase
from yigui.registry.models import Employer, Employment
from yigui.registry.queries import persons_by_numbers

_WAGE = "declared_wage"
#: Columns of a list: LD/T 92 and Chinese names; the wage is an average, so that more than a fen of it is rounded.
COLUMNS = (
    Column("id_number", ("社会保障号码", "AAC002"), Kind.ID, required=True),
    Column("person_name", ("姓名", "AAC003"), Kind.NAME, required=True),
    Column(_WAGE, ("申报工资", "AAC040"), Kind.AVERAGE, required=True),
)
ROWS_MAX = 20_000


@dataclass(frozen=True)
class JudgedRow:
    """A row and what was found, with its sentence: `good`, `capped` (good, the base differs from the wage), `waiting` (good, the bounds of the
    year are not published yet: the base is capped when they are), `aside` (no data) or `bad`. Fen. `row_no` is the row's own in the file."""

    row_no: int
    id_number: str
    name: str
    declared_fen: int
    base_fen: int
    state: str
    sentence: str
    file: str = ""
    #: What was rounded.
    note: str = ""
    #: A good row whose wage is so far from the bounds that somebody has to say it is meant.
    is_unusual: bool = False

    @property
    def is_good(self) -> bool:
        return self.state not in ("bad", "aside")

    def as_row(self) -> dict[str, str]:
        """The row of the form's table."""
        return {
            "id_number": self.id_number, "person_name": self.name, "declared_wage": plain_fen(self.declared_fen),
            "contribution_base": plain_fen(self.base_fen), "row_no": str(self.row_no), "file": self.file,
            "note": self.note,
        }  # fmt: skip


class WageList(list[dict[str, Any]]):
    """The rows of a list of wages. `unread`: heads of columns that nobody asked for, each once."""

    unread: Sequence[str] = ()


def read_wage_list(content: bytes, file_name: str) -> WageList:
    """Rows of a workbook or a text file: number and the cells of `COLUMNS`; `problem` what cannot be read, `note` what was rounded.

    Another column that would be the wage, were it alone (月平均工资 beside 申报工资), must say the same in a row: which of the two is declared only the
    unit knows.

    Raises:
        FileRefused: unreadable, a column missing, no rows, or too many.
    """
    limits = Limits(rows=ROWS_MAX)
    table = read_table(content, file_name, COLUMNS, limits=limits)
    words = Words(COLUMNS)
    seconds = [head for head in dict.fromkeys(table.unknown) if (known := words.of(head)) and known[0] == _WAGE]
    found = WageList()
    found.unread = [head for head in unread_of(table) if head not in seconds]
    asked = [*COLUMNS, *(Column(f"{_WAGE}_{k}", (head,), Kind.AVERAGE) for k, head in enumerate(seconds))]
    for row in (read_table(content, file_name, asked, limits=limits) if seconds else table).rows:
        others = [(head, row.cells.pop(f"{_WAGE}_{k}", "")) for k, head in enumerate(seconds)]
        wage = row.cells[_WAGE]
        unequal = [
            f"申报工资“{wage}”与“{head}”“{text}”不同，请只保留申报的一列"
            for head, text in others
            if text and wage and text != wage and not row.problems
        ]
        found.append(
            {
                **row.cells,
                "row_no": row.number,
                "file": file_name,
                "problem": "；".join([*row.problems, *unequal]),
                "note": "；".join(row.notes),
                "is_aside": row.is_aside,
            }
        )
    return found


@dataclass(frozen=True)
class Known:
    """What is on file of an employer for a base year: identity number -> employment of everybody at work then or now, and person -> the wage (fen) it
    has declared last. Read once, whatever is asked of it."""

    employer: Employer
    year: int

    @cached_property
    def staff(self) -> dict[str, Employment]:
        return staff_of(self.employer, base_year_months(self.employer.area_id, self.year)[0])

    @cached_property
    def declared(self) -> dict[int, int]:
        return declared_by(self.employer, self.year)


def judge(*, rows: Sequence[Mapping[str, Any]], employer: Employer, year: int, known: Known | None = None) -> list[JudgedRow]:
    """A verdict for every row, against the employer's present staff and the bounds of the base year's first month.

    Where these are not published yet the wages are taken, and wait for them. `known`: what is on file of both, where it is asked more than once.
    """
    known = known or Known(employer, year)
    start, _ = base_year_months(employer.area_id, year)
    try:
        bounds: Bounds | None = base_bounds(employer.area_id, start)
    except ParameterMissing:
        bounds = None
    limits = None if bounds is None else (bounds, wage_span(employer.area_id, start))
    staff = known.staff
    given = {widen_citizen_number(str(row.get("id_number") or "")) for row in rows if not row.get("problem")} - staff.keys() - {""}
    # Whoever is listed under a number of before is found under the present one.
    present = {number: person.id_number for number, person in persons_by_numbers(given).items()} if given else {}
    said = _said_of(rows, present)
    seen: dict[str, int] = {}
    return [_judge(k, row, staff, limits, seen, employer, present, said) for k, row in enumerate(rows, start=2)]


def _number_of(row: Mapping[str, Any], present: Mapping[str, str]) -> str:
    number = widen_citizen_number(str(row.get("id_number") or ""))
    return present.get(number, number)


def _place_of(place: int, row: Mapping[str, Any]) -> int:
    return int_or_none(str(row.get("row_no") or "")) or place


def _said_of(rows: Sequence[Mapping[str, Any]], present: Mapping[str, str]) -> dict[str, dict[tuple[str, str], list[int]]]:
    """By number of a person what the rows that can be read say of them, name and wage, each with the places of its rows."""
    found: dict[str, dict[tuple[str, str], list[int]]] = {}
    for place, row in enumerate(rows, start=2):
        if not row.get("problem"):
            wage = str(row.get("declared_wage") or "").strip()
            # One wage is the same however it is written.
            said = plain_name(str(row.get("person_name") or "")), read_cell(COLUMNS[2], wage)[0] or wage
            found.setdefault(_number_of(row, present), {}).setdefault(said, []).append(_place_of(place, row))
    return found


#: The bounds of the year's base, and beside them what can be true of a wage.
Limited = tuple[Bounds, WageSpan]


def staff_of(employer: Employer, period: int) -> dict[str, Employment]:
    """Identity number -> employment of everybody who is at work in the employer now or then."""
    rows = Employment.objects.filter(employer=employer).exclude(end_period__lt=period).select_related("person")
    return {e.person.id_number: e for e in rows.iterator(chunk_size=5000)}


def _judge(
    place: int, row: Mapping[str, Any], staff: Mapping[str, Employment], limits: Limited | None, seen: dict[str, int], employer: Employer,
    present: Mapping[str, str], told: Mapping[str, Mapping[tuple[str, str], Sequence[int]]],
) -> JudgedRow:  # fmt: skip
    number = _place_of(place, row)
    id_number, name = _number_of(row, present), plain_name(str(row.get("person_name") or ""))
    wage, note = str(row.get("declared_wage") or "").strip(), str(row.get("note") or "")

    file = str(row.get("file") or "")

    def bad(sentence: str) -> JudgedRow:
        return JudgedRow(number, id_number, name, 0, 0, "aside" if row.get("is_aside") else "bad", sentence, file, note)

    if row.get("problem"):
        return bad(str(row["problem"]))
    if not id_number or not name:
        return bad("社会保障号码或姓名为空，请补齐")
    # Whoever is at work here is so under the number of their document, whatever it is.
    if id_number not in staff and not says_its_kind(id_number):
        return bad(f"社会保障号码 {id_number} 校验未通过，请核对证件")
    if len(told.get(id_number, ())) > 1:
        # Which of them is meant nobody but the employer knows.
        places = "、".join(str(n) for one in told[id_number].values() for n in one if n != number)
        return bad(f"与第 {places[:100]} 行为同一人而内容不同，请只保留正确的一行")
    if id_number in seen:
        return bad(f"与第 {seen[id_number]} 行为同一人，请保留一行")
    seen[id_number] = number
    employment = staff.get(id_number)
    if employment is None:
        return bad(f"{name} 不是 {employer.name} 的在职参保人员，请先办理增员或删除该行")
    if not same_name(employment.person.name, name):
        return bad("姓名与参保登记不一致，请核对")
    if not wage:
        return bad("申报工资为空，请填写上年度月平均工资")
    # What comes from the form or the interface is read as a cell of a file is: an average is rounded to fen.
    text, problem, rounded = read_cell(COLUMNS[2], wage)
    if problem:
        return bad(problem)
    fen, note = parse_yuan(text), note or rounded
    if fen <= 0:
        return bad(f"申报工资 {wage} 须大于零")
    if limits is None:
        waits = "；".join(filter(None, (note, "本年度缴费基数上下限尚未公布，先按申报工资登记，公布后由系统按上下限核定")))
        return JudgedRow(number, id_number, name, fen, fen, "waiting", waits, file, note)
    bounds, odd = limits[0], limits[1].how_odd(fen)
    if odd == Odd.IMPOSSIBLE:
        return bad(f"申报工资 {format_fen(fen)} 元不可能属实，请核对金额单位（元）和小数点后重新录入")
    base = capped_base(fen, bounds)
    if base == fen:
        return JudgedRow(number, id_number, name, fen, base, "good", note, file, note)
    what, limit = ("低于下限", bounds.floor_fen) if base > fen else ("高于上限", bounds.ceiling_fen)
    said = f"{note + '；' if note else ''}{what} {format_fen(limit)} 元，按其核定基数"
    return JudgedRow(number, id_number, name, fen, base, "capped", said, file, note, odd != Odd.NOT)


def merged_rows(kept: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of two lists of one employer: of somebody on both the new one counts; the others stay as they are, in their order."""
    by_number = {str(row["id_number"]): dict(row) for row in kept}
    by_number.update({str(row["id_number"]): dict(row) for row in new})
    return list(by_number.values())


def returned_workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows that came back, as they were sent, each with its reason; mended, the workbook can be sent again as it is."""
    labels = [column.word for column in COLUMNS]
    cells = [[row.get(column.name, "") for column in COLUMNS] + [row.get("reason", "")] for row in rows]
    return workbook(Sheet("退回的行", [*labels, "退回原因"], rows=cells, widths=(24, 14, 18, 60), is_form=True))


def missing_staff(verdicts: Sequence[JudgedRow], *, employer: Employer, year: int, known: Known | None = None) -> list[Employment]:
    """Staff of the employer whom these rows do not name and who have no base of that year from it yet, all of them, by name."""
    known = known or Known(employer, year)
    named = {v.id_number for v in verdicts}
    missing = [e for number, e in known.staff.items() if number not in named and e.person_id not in known.declared]
    return sorted(missing, key=lambda e: e.person.name)


def declared_by(employer: Employer, year: int) -> dict[int, int]:
    """Person -> the wage (fen) the employer has declared for a base year; of several declarations the newest."""
    rows = ContributionBase.objects.filter(employer=employer, year=year, reason="declared").order_by("id")
    return dict(rows.values_list("person_id", "declared_fen"))


def newest_bases(employer: Employer, persons: Collection[int], period: int) -> dict[int, ContributionBase]:
    """Person -> the base an employer has declared last that holds in a month or from a later one on."""
    rows = ContributionBase.objects.filter(employer=employer, person_id__in=persons).exclude(end_period__lt=period).order_by("id")
    return {row.person_id: row for row in rows}


@dataclass(frozen=True)
class Replaced:
    """A declaration of the year that this list puts another in the place of. Fen."""

    name: str
    id_number: str
    before_fen: int
    after_fen: int


def replaced_by(verdicts: Sequence[JudgedRow], *, known: Known) -> list[Replaced]:
    """Of the people of a list those for whom this employer has declared another wage of that year already, in the order of the list."""
    declared = known.declared
    if not declared:
        return []
    staff = known.staff
    before = [(v, declared.get(staff[v.id_number].person_id)) for v in verdicts if v.is_good and v.id_number in staff]
    return [Replaced(v.name, v.id_number, fen, v.declared_fen) for v, fen in before if fen is not None and fen != v.declared_fen]


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


#: The row of a template that shows how it is filled; the reader sets it aside, whatever becomes of its other cells.
EXAMPLE = ("510000199001010000", "示例：张三", "5200.00")


def template_workbook() -> bytes:
    """An empty workbook with the heads, and notes on how to fill it in."""
    notes = (
        "一行一人，列名不要改动；第一行是示例，不会作为数据读取，可以删除。", "申报工资为上年度月平均工资（元），多于两位小数的四舍五入到分。",
        "低于下限或高于上限的，系统按上下限核定基数并在结果中注明。",
    )  # fmt: skip
    labels = [column.word for column in COLUMNS]
    return workbook(
        Sheet("职工基数明细", labels, rows=[EXAMPLE], widths=(24, 14, 18), is_form=True),
        Sheet("填写说明", (), rows=[[note] for note in notes]),
    )


def base_year_now(today: dt.date, area: str) -> int:
    """The base year a declaration made today is for: the one that begins next, or has begun this year."""
    year = today.year
    return year if base_year_months(area, year)[1] >= period_of(today) else year + 1
