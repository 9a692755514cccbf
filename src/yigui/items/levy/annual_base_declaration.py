"""Yearly declaration of contribution bases (年度缴费基数申报)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import Item, item, needed_employer
from yigui.items.common.facts import Facts
from yigui.law.contribution import base_year_months
from yigui.levy.declare import declare

_SHOWN = 300


@item("LVY-001")
class AnnualBaseDeclaration(Item):
    """Records next year's base of each employee; the levy plan uses them from the first month of the base year."""

    def materials_needed(self, facts: Facts) -> list[str]:
        """The list itself is the form's table; the sheet of wages is asked for only in a sample check."""
        return ["base_declaration_form"]

    def preview(self, facts: Facts) -> list[PreviewLine]:
        good = [v for v in facts.verdicts if v.is_good]
        capped = sum(v.state == "capped" for v in good)
        return [
            PreviewLine("申报人数", "", f"{len(good)} 人，其中按上下限核定 {capped} 人"),
            PreviewLine("月缴费基数合计", "", f"{format_fen(sum(v.base_fen for v in good))} 元"),
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
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
            facts=[("单位编号", employer.unit_no), ("缴费年度", str(facts["year"])), ("申报人数", str(count)),
                   ("月缴费基数合计（元）", format_fen(sum(v.base_fen for v in facts.verdicts)))],
            sections=[{"title": "职工基数明细", "head": ["社会保障号码", "姓名", "申报工资（元）", "缴费基数（元）", "说明"], "rows": rows}],
            notes=notes,
        )  # fmt: skip
