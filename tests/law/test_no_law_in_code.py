"""Numbers of the law stand in law/parameters with source and date, not in checks, items or entitlements."""

import ast
from collections.abc import Iterator
from pathlib import Path

import yigui

ROOT = Path(yigui.__file__).parent
#: Numbers a comparison or a constant may bear, with what they are: sizes of lists and texts, limits of a form. Never a rule.
NOT_OF_THE_LAW = {
    "entitlement/calculator.py: 480": "most deemed months the what-if takes",
    "entitlement/inbox_sources.py: ASSISTED": "place in the inbox",
    "entitlement/certification.py: LIST_MAX": "rows of a list",
    "items/fund/unit_fund_settlement.py: 4": "letters of a reason",
    "items/levy/annual_base_declaration.py: 10": "rows named in a sentence",
    "items/levy/historical_back_payment.py: 4": "letters of a document number",
    "items/enquiry/case_progress_query.py: _CASES_MAX": "rows of a list",
    "items/enquiry/employee_payment_export.py: ROWS_MAX": "lines of a file",
    "items/pension/pension_recalculation.py: _MONTHS_MAX": "a slip of the hand",
    "items/pension/pension_recalculation.py: _INDEX_MAX": "a slip of the hand",
    "items/pension/pension_recalculation.py: _ACCOUNT_FEN_MAX": "a slip of the hand",
    "items/levy/annual_base_declaration.py: _SHOWN": "rows of a preview",
    "items/change/_double_change.py: TOGETHER_DAYS": "internal control (R305): changes that count as one",
    "items/change/_double_change.py: _CHANGES_MAX": "rows that are read",
    "items/common/checks/locks.py: MERGED_DAYS": "internal control (R305): lock after a merge",
    "items/common/checks/locks.py: _LOCKS_MAX": "rows that are read",
}
#: Bounds of the calendar, not of the law.
OPEN_ENDS = {999912}


def numbers(node: ast.AST) -> Iterator[int]:
    """Numbers of two and more in an expression, as they are or inside `Decimal(...)`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and type(part.value) is int and part.value > 1 and part.value not in OPEN_ENDS:
            yield part.value


def found_in(source: str) -> Iterator[str]:
    """Constants of a module that hold a number, and numbers something is compared with."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and any(numbers(node.value)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield getattr(target, "id", "?")
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops):
            sides = (node.left, *node.comparators)
            yield from (str(s.value) for s in sides if isinstance(s, ast.Constant) and any(numbers(s)))


def test_numbers_of_the_law_are_parameters() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {what}"
        for room in ("items", "entitlement")
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and path.name != "room.py"
        for what in found_in(path.read_text())
    }
    assert found == set(NOT_OF_THE_LAW), "a number of the law belongs into law/parameters, with source and date"


def test_a_number_of_the_law_in_a_check_would_be_found() -> None:
    assert set(found_in("OLD = 80")) == {"OLD"}
    assert set(found_in("AGES = {'1': 55}")) == {"AGES"}
    assert set(found_in("PERCENT = Decimal(8)")) == {"PERCENT"}
    assert set(found_in("def f(x):\n    return x.age < 16")) == {"16"}
    assert not set(found_in("def f(x):\n    return len(x) > 1"))
