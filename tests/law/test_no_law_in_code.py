"""Numbers of the law stand in law/parameters with source and date, not in the rooms that decide about people and money."""

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
    "items/levy/resident_pension_payment.py: date 31": "internal: the day the house's own task is due",
    "items/levy/resident_pension_payment.py: date 1": "internal: the same",
    "levy/declare.py: ROWS_MAX": "rows of a list",
    "levy/levy_run.py: SAMPLES": "rows that are shown",
    "levy/levy_run.py: 2": "parts of a run",
    "levy/rates.py: 1000000": "percent in the eighth place",
    "levy/record.py: 12": "months of a year",
    "levy/record.py: _LINES_MAX": "rows that are read",
    "levy/residents_run.py: _WHOLE_E8": "the whole in the eighth place",
    "receipts/dues.py: BILLS_SHOWN": "rows that are shown",
    "receipts/dues.py: MONTHS": "months that are shown",
    "receipts/dues.py: RECENT_MONTHS": "months that are shown",
    "receipts/files.py: BOOKS_BEGIN": "first day a receipt can bear",
    "receipts/files.py: date 2018": "the same",
    "receipts/files.py: date 1": "the same",
    "receipts/files.py: REJECTED_MAX": "rows that are shown",
    "receipts/files.py: 100000": "rows from which statistics are made anew",
    "receipts/reconcile.py: 99": "the last day of a month as a number",
    "receipts/reconcile.py: 10000": "a year in a number of a day",
    "receipts/recognise.py: REASON_MIN": "letters of a reason",
    "charges/case_bills.py: _FILES_BELOW": "range of numbers",
    "charges/queries.py: BILLS_MAX": "rows that are read",
    "charges/unit_bill.py: 1000000": "percent in the eighth place",
    "payment/adjust_run.py: SAMPLES": "rows that are shown",
    "payment/adjust_run.py: 10": "bands of a distribution",
    "payment/bank_files.py: FILE_MAX": "lines of a bank's file",
    "payment/bank_files.py: _CHUNK": "rows at a time",
    "payment/bank_files.py: 2": "head and foot of a file, and half of a word",
    "payment/bank_results.py: BYTES_MAX": "size of a file",
    "payment/bank_results.py: ROWS_MAX": "rows of a file",
    "payment/bank_results.py: 1000000": "a megabyte",
    "payment/overview.py: MONTHS": "months that are shown",
    "payment/pay_run.py: 9": "digits of a number",
    "payment/pay_run.py: SAMPLES": "rows that are shown",
    "payment/queries.py: LINES_MAX": "rows that are read",
    "payment/recalculate_run.py: _ALONE": "rows one connection does alone",
    "payment/recalculate_run.py: _CHUNK": "rows at a time",
    "payment/statements.py: YEARS": "years that are shown",
    "accounts/queries.py: ENTRIES_MAX": "rows that are read",
    "ledger/queries.py: LINES_MAX": "rows that are read",
    "ledger/reversal.py: 4": "letters of a reason",
    "ledger/year_end.py: date 12": "the last day of the year",
    "ledger/year_end.py: date 31": "the same",
}
#: Bounds of the calendar, not of the law.
OPEN_ENDS = {999912}
#: What turns months into years, fen into yuan and YYYYMM into its parts.
UNITS = {12, 100}
#: The rooms whose words and numbers decide what somebody owes, is entitled to, or is paid.
ROOMS = ("items", "entitlement", "levy", "receipts", "charges", "payment", "accounts", "ledger")
#: Calls by which a number becomes a span or a day.
_SPANS = {"timedelta", "date", "add_months", "add_workdays", "relativedelta"}


def numbers(node: ast.AST) -> Iterator[int]:
    """Numbers of two and more in an expression, as they are or inside `Decimal(...)`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and type(part.value) is int and part.value > 1 and part.value not in OPEN_ENDS:
            yield part.value


def spans_of(node: ast.AST) -> Iterator[str]:
    """Numbers something is multiplied by, added to or cut by, and numbers of spans and days."""
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitAnd | ast.BitOr | ast.Pow):
        sides = (node.left, node.right)
        yield from (str(s.value) for s in sides if isinstance(s, ast.Constant) and any(n not in UNITS for n in numbers(s)))
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _SPANS:
        given = [*node.args, *(k.value for k in node.keywords)]
        values = [a.value for a in given if isinstance(a, ast.Constant) and type(a.value) is int]
        yield from (f"{ast.unparse(node.func).rpartition('.')[2]} {value}" for value in values if any(v > 1 for v in values))


def found_in(source: str) -> Iterator[str]:
    """Constants of a module that hold a number, and numbers something is compared, counted or dated with."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and any(numbers(node.value)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield getattr(target, "id", "?")
    for node in ast.walk(tree):
        yield from spans_of(node)
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops):
            sides = (node.left, *node.comparators)
            yield from (str(s.value) for s in sides if isinstance(s, ast.Constant) and any(numbers(s)))


def test_numbers_of_the_law_are_parameters() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {what}"
        for room in ROOMS
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
    assert set(found_in("def f(x):\n    return x * 3")) == {"3"}
    assert set(found_in("def f(x):\n    return x + timedelta(days=30)")) == {"timedelta 30"}
    assert set(found_in("def f(y):\n    return dt.date(y, 6, 30)")) == {"date 6", "date 30"}
    assert not set(found_in("def f(x):\n    return len(x) > 1"))
    assert not set(found_in("def f(period):\n    return period // 100 * 12"))
