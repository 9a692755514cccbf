"""What an assessed pension rests on, in words and as a table."""

from typing import Any

from yigui.casework.handlers import PreviewLine
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.entitlement.assess_person import PersonAssessment, words_of
from yigui.entitlement.dossier import Dossier, value_of
from yigui.entitlement.models import DossierFact
from yigui.law.needs import BY_NAME, FactKind
from yigui.law.province import TITLES
from yigui.payment.late_adjustment import LateAdjustment


def index_section(found: PersonAssessment) -> dict[str, Any]:
    """The years the average index came from."""
    rows = [[str(y.year), str(y.months), str(y.base), str(y.wage), str(y.index)] for y in found.index.years]
    return {"title": "历年缴费指数", "head": ["年度", "缴费月数", "月缴费基数", "平均工资", "年度指数"], "rows": rows}


def dossier_section(dossier: Dossier | None) -> dict[str, Any]:
    """The dossier as it stands on file: each fact with its value, source and date."""
    rows = (
        [[BY_NAME[f.name].label, _shown(f), f.source, f.dated_on.isoformat() if f.dated_on else ""] for f in dossier.facts]
        if dossier
        else []
    )
    return {"title": "退休档案", "head": ["事实", "值", "来源", "依据日期"], "rows": rows, "widths": [5, 4, 9, 3]}


def _shown(fact: DossierFact) -> str:
    need = BY_NAME[fact.name]
    value = value_of(need, fact.value)
    match need.kind:
        case FactKind.MONEY:
            return format_fen(value)
        case FactKind.TITLES:
            return "、".join(TITLES[title] for title in sorted(value)) or "无"
    return fact.value


def basis_preview(found: PersonAssessment) -> list[PreviewLine]:
    """What the assessment rests on."""
    return [PreviewLine(label, "", text) for label, text in words_of(found)]


def missed_sections(missed: list[LateAdjustment]) -> list[dict[str, Any]]:
    """The adjustments that were executed while the award was on its way, line by line."""
    rows = [
        [format_period(one.effective), line.text, format_fen(line.amount_fen), line.source] for one in missed for line in one.lines
    ]
    return [{"title": "补调", "head": ["执行年月", "计算过程", "金额（元）", "依据"], "rows": rows}] if rows else []
