"""Yearly declaration of contribution bases (年度缴费基数申报)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import ItemHandler, item, needed_employer
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.levy.facts import LevyFacts
from yigui.law.contribution import base_year_months
from yigui.levy.declare import JudgedRow, declare, missing_staff, replaced_by

#: People who are named one by one before a list is handed in, and in its document.
_SHOWN = 300


@item("LVY-001")
class AnnualBaseDeclaration(ItemHandler[LevyFacts]):
    """Records next year's base of each employee; the levy plan uses them from the first month of the base year."""

    writes = ("contributions_base",)

    def materials_needed(self, facts: LevyFacts) -> list[str]:
        """The list itself is the form's table; the sheet of wages is asked for only in a sample check."""
        return ["base_declaration_form"]

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        good = [v for v in facts.verdicts if v.is_good]
        capped = sum(v.state == "capped" for v in good)
        return [
            PreviewLine("申报人数", "", f"{len(good)} 人，其中按上下限核定 {capped} 人"),
            PreviewLine("月缴费基数合计", "", f"{format_fen(sum(v.base_fen for v in good))} 元"),
            *_people_preview(facts, good),
        ]

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        count = declare(verdicts=facts.verdicts, employer=employer, year=facts["year"])
        start, end = base_year_months(employer.area_id, facts["year"])
        rows = [
            [
                v.id_number[:6] + "********" + v.id_number[-4:],
                v.name,
                format_fen(v.declared_fen),
                format_fen(v.base_fen),
                v.sentence,
            ]
            for v in facts.verdicts[:_SHOWN]
        ]
        notes = [f"自 {format_period(start)} 起至 {format_period(end)} 按本次核定的基数征缴。"]
        if count > _SHOWN:
            notes.append(f"明细列示前 {_SHOWN} 人，全部 {count} 人已登记。")
        return Outcome(
            summary=f"{employer.name} {facts['year']} 年度缴费基数已申报 {count} 人。",
            lines=[("单位编号", employer.unit_no), ("缴费年度", str(facts["year"])), ("申报人数", str(count)),
                   ("月缴费基数合计（元）", format_fen(sum(v.base_fen for v in facts.verdicts)))],
            sections=[{"title": "职工基数明细", "head": ["社会保障号码", "姓名", "申报工资（元）", "缴费基数（元）", "说明"], "rows": rows}],
            notes=notes,
        )  # fmt: skip


def _people_preview(facts: LevyFacts, good: list[JudgedRow]) -> list[PreviewLine]:
    """Each person with the wage and the base it gives, those first whose declaration of before is replaced."""
    if facts.employer is None:
        return []
    before = {r.id_number: r for r in replaced_by(good, known=facts.known_of_year)}
    lines = [
        PreviewLine(
            v.name,
            f"已申报 {format_fen(before[v.id_number].before_fen)} 元" if v.id_number in before else "",
            f"申报工资 {format_fen(v.declared_fen)} 元，缴费基数 {format_fen(v.base_fen)} 元",
        )
        for v in sorted(good, key=lambda v: v.id_number not in before)
    ]
    more = [PreviewLine("其余人员", "", f"{len(lines) - _SHOWN} 人，见名册")] if len(lines) > _SHOWN else []
    return [*lines[:_SHOWN], *more]


@check("wage_positive", of="LVY-001")
def wages_positive(facts: LevyFacts) -> Iterator[Finding]:
    """The wage of every row of the list is more than zero."""
    wrong = [v for v in facts.verdicts if not v.is_good and "申报工资" in v.sentence]
    if wrong:
        yield facts.refuse("wage_positive", _rows_in_words(wrong), field="base_rows")


def _rows_in_words(verdicts: list[JudgedRow], *, wage: bool = False) -> str:
    """The first ten rows with their sentences, by the row of the file they stand in; which file, where the list was put together from several."""
    several = len({v.file for v in verdicts}) > 1
    shown = "；".join(
        f"{f'《{v.file}》' if several and v.file else ''}第 {v.row_no} 行 {v.name}：{f'{format_fen(v.declared_fen)} 元' if wage else v.sentence}"
        for v in verdicts[:10]
    )
    return shown + (f"；共 {len(verdicts)} 行" if len(verdicts) > 10 else "") + "。"


@check("all_staff_listed")
def all_staff_listed(facts: LevyFacts) -> Iterator[Finding]:
    """No row names somebody else; who has no row yet is listed, and can be declared in another list of the season."""
    if facts.employer is None:
        return
    wrong = [v for v in facts.verdicts if not v.is_good and "申报工资" not in v.sentence]
    if wrong:
        yield facts.refuse("all_staff_listed", _rows_in_words(wrong), field="base_rows")
    missing = (
        missing_staff(facts.verdicts, employer=facts.employer, year=facts["year"], known=facts.known_of_year)
        if facts.verdicts
        else []
    )
    if missing:
        names = "、".join(e.person.name for e in missing[:10]) + ("等" if len(missing) > 10 else "")
        yield facts.remind(
            "all_staff_listed", f"在职人员中有 {len(missing)} 人本年度尚未申报，也不在本次名册内：{names}。", field="base_rows"
        )

    replaced = replaced_by(facts.verdicts, known=facts.known_of_year) if facts.verdicts else []
    if replaced:
        shown = "；".join(f"{r.name} {format_fen(r.before_fen)} 元 → {format_fen(r.after_fen)} 元" for r in replaced[:_SHOWN])
        more = f"；共 {len(replaced)} 人" if len(replaced) > _SHOWN else ""
        yield Finding.reminder(
            "declared_before",
            f"名册中有 {len(replaced)} 人本年度已申报过，本次申报将取代以前的申报工资：{shown}{more}。",
            field="base_rows",
        )
    waiting = sum(v.state == "waiting" for v in facts.verdicts)
    if waiting:
        yield Finding.reminder(
            "bounds_awaited", f"{facts['year']} 年度缴费基数上下限尚未公布，{waiting} 人先按申报工资登记。",
            detail="公布后由系统在生成征缴计划时按上下限核定，不用再次申报。", field="base_rows",
        )  # fmt: skip


@check("base_capped")
def base_capped(facts: LevyFacts) -> Iterator[Finding]:
    """A wage outside the limits is accepted, the base is capped and shown, and the unit confirms."""
    capped = [v for v in facts.verdicts if v.state == "capped"]
    if capped:
        yield facts.remind("base_capped", _rows_in_words(capped), field="base_rows")
    unusual = [v for v in capped if v.is_unusual]
    if unusual:
        yield Finding.reminder(
            "wage_unusual", f"以下 {len(unusual)} 人的申报工资远低于下限或远高于上限，请核对是否多录或少录位数、填成了全年工资或不是以元为单位：",
            detail=_rows_in_words(unusual, wage=True), field="base_rows",
        )  # fmt: skip


@check("season_open")
def season_open(facts: Facts) -> Iterator[Finding]:
    """The declaration season of the year is open, and the year is the one that can be declared now."""
    if not facts.intake.is_open:
        yield facts.refuse("season_open", f"今天是 {facts.today}。", field="year")
    elif facts["year"] != facts.today.year:
        yield facts.refuse("season_open", f"现在可申报的是 {facts.today.year} 年度。", field="year")
