"""What an assessed pension rests on, in words and as a table."""

from typing import Any

from yigui.casework.handlers import PreviewLine
from yigui.entitlement.assess_person import PersonAssessment, words_of


def index_section(found: PersonAssessment) -> dict[str, Any]:
    """The years the average index came from."""
    rows = [[str(y.year), str(y.months), str(y.base), str(y.wage), str(y.index)] for y in found.index.years]
    return {"title": "历年缴费指数", "head": ["年度", "缴费月数", "月缴费基数", "平均工资", "年度指数"], "rows": rows}


def basis_preview(found: PersonAssessment) -> list[PreviewLine]:
    """What the assessment rests on."""
    return [PreviewLine(label, "", text) for label, text in words_of(found)]
