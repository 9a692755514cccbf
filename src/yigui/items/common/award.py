"""What the items that award a benefit share: the preview and the calculation sheet line by line, and who is paid."""

from collections.abc import Sequence
from typing import Any

from yigui.casework.handlers import PreviewLine
from yigui.common.money import format_fen
from yigui.entitlement.award import Payee
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.items.common.facts import Facts
from yigui.law.pension import Component
from yigui.registry.models import Person


def payee_of(facts: Facts, person: Person) -> Payee:
    """Who is paid: the payee of the form, else the person."""
    return Payee(
        name=facts.get("payee_name") or person.name, number=facts.get("payee_id") or person.id_number,
        account_name=facts.get("account_name") or facts.get("payee_name") or person.name, account_no=facts.get("account_no") or "",
        bank_code=facts.get("bank_code") or "",
    )  # fmt: skip


#: The class of a change of where a benefit is paid: as strict as its amount (`benefits_amount`).
ACCOUNT_CLASS = 1


def account_risk(risk_class: int, reasons: list[str], *, benefit: Benefit | None, facts: Facts) -> tuple[int, list[str]]:
    """The class of an application that names an account, and why: another account than a benefit is paid into is key information."""
    if benefit is None or benefit.status == BenefitStatus.ENDED:
        return risk_class, reasons
    if all(facts.get(name) == getattr(benefit, name) for name in ("bank_code", "account_name", "account_no")):
        return risk_class, reasons
    return min(risk_class, ACCOUNT_CLASS), [*reasons, "变更待遇发放账户"]


def component_preview(components: Sequence[Component]) -> list[PreviewLine]:
    """Components with their calculation, and the sum."""
    lines = [PreviewLine(c.label, c.explanation, f"{format_fen(c.amount_fen)} 元") for c in components]
    return [*lines, PreviewLine("合计", "", f"{format_fen(sum(c.amount_fen for c in components))} 元")]


def sheet_section(components: Sequence[Component], title: str = "待遇核定明细（元）") -> dict[str, Any]:
    """The calculation sheet (待遇核定表): every line with its formula and source."""
    rows = [[c.label, c.explanation, format_fen(c.amount_fen), c.line.source] for c in components]
    rows.append(["合计", "", format_fen(sum(c.amount_fen for c in components)), ""])
    return {"title": title, "head": ["项目", "计算过程", "金额", "依据"], "rows": rows, "widths": [4, 9, 3, 5]}
