"""Numbers of the law stand in law/parameters with source and date, not in code: neither in formulas, items and rooms that apply it, nor in
their statements. A number that stays says what it is, one of the law with its source.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yigui

ROOT = Path(yigui.__file__).parent
#: Rooms that apply the law: what they compare and compute with is looked at.
ROOMS = ("law", "items", "entitlement", "levy", "charges", "accounts", "payment", "receipts", "ledger", "registry")
#: Numbers of the law that stand in code because the structure of a formula depends on them, each with its source.
WITH_SOURCE = {
    "items/common/date_spans.py: FIRST_MONTH": "the first month anybody was insured: 劳动保险条例, 政务院 1951-02-26, in force 1951-03-01",
    "law/pension_special.py: _LONG_SERVICE": "Jilin's brackets of the supplement for long service: documents named in provinces/jilin.yaml",
    "law/pension_special.py: _PLATEAU": "Tibet's plateau part, 5, 10, 15 percent for 10, 15, 20 years: documents named in provinces/xizang.yaml",
    "law/pension_special.py: _JIANGSU": "share of the difference in the two years of passage: 苏人社规〔2024〕1号、苏人社发〔2024〕4号 (provinces/jiangsu.yaml)",
    "law/pension_special.py: _GUANGDONG": "share of the difference in the four years of passage: 粤府函〔2021〕294号 and those named in provinces/guangdong.yaml",
    "law/pension_special.py: _SHENZHEN": "the adjustment sum of the four years of passage: documents named in provinces/guangdong.yaml",
    "law/payout_months.py: ?": "youngest and oldest age of the annex: 国发〔2005〕38号 附件",
    "law/survivors.py: _STEPS": "the steps whose months stand in survivor/months: 人社部发〔2021〕18号",
    "law/gaps.py: _FIRST_WAGE": "first year the list of gaps asks a wage for; what an index needs of earlier years it names itself",
    "law/gaps.py: _BOUNDS_SINCE": "since when contributions are credited as now: 国发〔2005〕38号, from 2006-01-01",
    "law/gaps.py: _INTEREST_SINCE": "one rate of interest for the nation: 人社部发〔2017〕31号",
    "law/transfer_amount.py: _FIRST_YEAR": "the pooled part moves for years since: 国办发〔2009〕66号",
    "law/maternity.py: _DAYS_OF_MONTH": "a day's allowance is the month's wage by 30 (生育津贴)",
    "law/account_interest.py: × 1.083": "the year method's monthly product, kept for checking old records: 国发〔1997〕26号 and its rules of accounts",
    "law/account_interest.py: ÷ 2": "of the same: half a year on average",
    "law/pension.py: × 0.083": "a month as a thousandth of a year where a province's rule says so (`years`)",
    "law/pension.py: ÷ 2": "the mean of base and indexed wage: 国发〔2005〕38号, 第六部分",
    "law/pension.py: × 15": "the years in the name of the condition `deemed_15_years` of a province's file",
    "law/pension.py: × 20": "the years in the name of the column `coefficient_above_20_paid_years` of a province's file",
    "law/pension_special.py: ÷ 120": "an account is paid out by 120 months: 国发〔1997〕26号",
    "law/pension_special.py: × 20": "Jilin's long service: documents named in provinces/jilin.yaml",
    "receipts/files.py: BOOKS_BEGIN": "the posting rules begin on this day: 财会〔2017〕28号",
}
#: Numbers a comparison or a constant may bear, with what they are: sizes of lists and texts, limits of a form. Never a rule.
NOT_OF_THE_LAW = {
    "payment/bank_results.py: STATEMENT_MIN": "letters of a reference",
    "items/enquiry/personal_rights_record.py: _ROWS_MAX": "rows of a section that is printed",
    "entitlement/calculator.py: _DEEMED_MAX": "most deemed months the what-if takes",
    "entitlement/calculator.py: _GROWTH_MAX": "a slip of the hand: beyond it an assumption is none",
    "entitlement/inbox_sources.py: ASSISTED": "place in the inbox",
    "entitlement/certification.py: LIST_MAX": "rows of a list",
    "entitlement/notices.py: LIST_MAX": "rows of a list",
    "items/fund/unit_fund_settlement.py: ROWS_SHOWN": "rows of a sheet before the others are summed",
    "receipts/put_right.py: _NAME_MAX": "letters of a file name that are read",
    "law/late_surcharge.py: _MOVED": "the way of `rest_day_term_rule` its label names",
    "payment/pay_run.py: _SAID": "sentences that are read in a warning",
    "payment/against_last_month.py: _SAID": "sentences that are read in a warning",
    "payment/difference.py: _LINES_MAX": "rows that are read",
    "items/fund/unit_fund_settlement.py: 4": "letters of a reason",
    "items/common/waiting_money.py: SHOWN": "rows of a preview",
    "items/levy/annual_base_declaration.py: 10": "rows named in a sentence",
    "items/levy/historical_back_payment.py: 4": "letters of a document number",
    "items/enquiry/case_progress_query.py: _CASES_MAX": "rows of a list",
    "items/enquiry/employee_payment_export.py: ROWS_MAX": "lines of a file",
    "items/pension/_answers.py: _LETTERS_OF_NAME": "letters of the name of a paper",
    "entitlement/record_page.py: WIDTHS": "widths of the columns of a workbook",
    "law/fact_bounds.py: _MOST": "a slip of the hand: beyond it an answer is none",
    "items/enquiry/employee_payment_export.py: CHOSEN_MAX": "people a form can name",
    "items/enquiry/employee_payment_export.py: _NAMED_MAX": "people a sentence names",
    "items/change/person_key_info_change.py: _SHOWN_MAX": "years a sentence names",
    "items/levy/annual_base_declaration.py: _SHOWN": "rows of a preview",
    "items/change/_double_change.py: TOGETHER_DAYS": "internal control (R305): changes that count as one",
    "items/change/_double_change.py: _CHANGES_MAX": "rows that are read",
    "items/common/date_spans.py: LEVIED_MEANWHILE": "months after which a late declaration is asked about, not refused",
    "payment/refund_run.py: SHOWN": "rows that are shown",
    "items/common/checks/locks.py: MERGED_DAYS": "internal control (R305): lock after a merge",
    "law/account_interest.py: _MONTHS": "months of a year",
    "law/average_index.py: 12": "months of a year",
    "law/contribution.py: RATE_UNIT": "unit in which rates are kept",
    "law/contribution.py: 50000": "half of a unit, for rounding",
    "accounts/correct.py: + 12": "December of a year",
    "accounts/interest.py: + 12": "December of a year",
    "items/common/checks/dates.py: + 12": "December of a year",
    "law/contribution.py: + 12": "December of a year",
    "levy/record.py: − 12": "months of a year",
    "levy/doubled.py: min 12": "months of a year",
    "items/enquiry/benefit_payment_query.py: − 100": "a year back, in YYYYMM",
    "charges/unit_bill.py: ÷ 1e+06": "unit in which rates are kept",
    "levy/rates.py: × 1e+06": "unit in which rates are kept",
    "levy/rates.py: ÷ 1e+06": "unit in which rates are kept",
    "levy/rates.py: // 1e+06": "unit in which rates are kept",
    "levy/rates.py: % 1e+06": "unit in which rates are kept",
    "law/disability.py: × 10000": "a percentage as a whole number, for a statement",
    "law/pension_adjustment.py: × 1e+06": "a percentage as a whole number, for a statement",
    "law/pension.py: × 10": "fen of a jiao",
    "law/pension.py: ÷ 10": "fen of a jiao",
    "law/province.py: − 3": "the years a base is looked for in: of the retirement and the two before",
    "payment/adjust_run.py: × 10": "width of a band of a picture",
    "payment/bank_files.py: − 2": "place of the file before",
    "payment/refunds.py: × 20": "rows that are read",
    "payment/result_formats.py: // 1e+06": "bytes of a megabyte in a sentence",
    "payment/result_formats.py: × 2": "lines of a file",
    "registry/search.py: × 10": "rows that are read",
    "law/pension_adjustment.py: PARTS": "parts of a year",
    "law/pension_adjustment.py: _UP_TO": "fen of a jiao and of a yuan",
    "law/pension_adjustment.py: _AGES": "ages in the names of the columns of pension/adjustment_plan",
    "law/pension_adjustment.py: _PART_OF": "codes of a column of pension/adjustment_plan",
    "law/pension_adjustment.py: _ROUNDING_OF": "codes of a column of pension/adjustment_plan",
    "payment/raise_run.py: _BACK": "months that are looked at by themselves; a person may ask for any",
    "payment/raise_run.py: _AGES_BACK": "months that are looked at by themselves; a person may ask for any",
    "payment/raise_run.py: _SHOWN": "rows that are shown",
    "law/parameter_kinds.py: _DECIMALS": "decimals a signed value may have",
    "law/parameter_kinds.py: _FEWER": "decimals a signed value may have",
    "law/pension_adjustment.py: PERCENT_DECIMALS": "decimals a percentage of a plan may have: what the statement of the batch computes with",
    "payment/raise_run.py: _NAMED": "people a batch names",
    "law/unemployment.py: _MONTHS_KNOWN": "thresholds that are looked for in the table",
    "levy/declare.py: ROWS_MAX": "rows of a list",
    "levy/levy_run.py: 2": "groups of a statement",
    "levy/levy_run.py: SAMPLES": "rows of a sample",
    "levy/levy_run.py: SHOWN_MAX": "rows on a page",
    "levy/supplement_run.py: MONTHS_BACK": "how far back plans are looked at again by themselves; what is older goes by cases, none is lost",
    "levy/supplement_run.py: _PLANS_MAX": "months with a plan that are looked at for moved rates, fifty years of them",
    "levy/record.py: 12": "months of a year",
    "levy/record.py: _LINES_MAX": "rows that are read",
    "law/parameter_kinds.py: _BOUNDS": "months of a year and days of a month",
    "levy/residents_run.py: _WHOLE_E8": "unit in which rates are kept",
    "charges/case_bills.py: _FILES_BELOW": "apart from the numbers of cases",
    "charges/queries.py: BILLS_MAX": "rows of a list",
    "accounts/queries.py: ENTRIES_MAX": "rows of a list",
    "ledger/queries.py: LINES_MAX": "rows of a list",
    "payment/bank_files.py: FILE_MAX": "lines of a file",
    "payment/bank_files.py: _CHUNK": "lines read at once",
    "payment/result_formats.py: BYTES_MAX": "size of a file",
    "payment/result_formats.py: ROWS_MAX": "lines of a file",
    "payment/result_formats.py: 2": "details of one entry",
    "payment/inbox_sources.py: CONTRADICTIONS": "place in the inbox",
    "payment/inbox_sources.py: RETURNS": "place in the inbox",
    "payment/overview.py: MONTHS": "columns of a picture",
    "payment/pay_run.py: 9": "digits of a number in the address",
    "payment/run_listings.py: SAMPLES": "rows of a sample",
    "payment/queries.py: LINES_MAX": "rows of a list",
    "payment/held_lines.py: LINES_MAX": "rows of a list",
    "payment/held_lines.py: _MONTHS_MAX": "rows that are read",
    "payment/recalculate_run.py: _ALONE": "awards one process makes",
    "payment/recalculate_run.py: _CHUNK": "awards made at once",
    "payment/recalculate_run.py: LOWERED_MAX": "rows of a list; more of them bar the batch",
    "payment/payees_told.py: _NAME_CUT": "letters from which a bank may cut a name",
    "payment/payees_told.py: _ACCOUNT_CUT": "digits from which a bank may cut an account",
    "payment/statements.py: YEARS": "years of a list",
    "receipts/dues.py: BILLS_SHOWN": "rows of a list",
    "receipts/dues.py: MONTHS": "months of a list",
    "receipts/dues.py: RECENT_MONTHS": "months of a list",
    "receipts/files.py: 100000": "lines of a file",
    "receipts/files.py: _BLOCK": "lines stored at once",
    "receipts/known_lines.py: OTHER_FILES_DAYS": "internal control: how far around a file the same money of another message is looked for",
    "receipts/known_lines.py: OTHER_FILES_MAX": "files looked at at once",
    "receipts/statement_chain.py: ROW_NO_MAX": "largest number of a row",
    "receipts/inbox_sources.py: DOUBTS": "place in the inbox",
    "receipts/inbox_sources.py: UNDOS": "place in the inbox",
    "receipts/inbox_sources.py: WAITING_LINES": "place in the inbox",
    "receipts/inbox_sources.py: REJECTED_LINES": "place in the inbox",
    "receipts/inbox_sources.py: SHOWN": "lines of a list",
    "receipts/waiting_lines.py: AT_ONCE": "lines one deed settles",
    "receipts/own_accounts.py: _SHOWN": "digits of an account that are shown",
    "receipts/reversed_lines.py: _NAMES_MAX": "words of one line that are looked up",
    "registry/persons.py: ROWS_MAX": "rows that are read",
    "registry/enums.py: AAE140": "codes of LD/T 92",
    "registry/enums.py: INSURANCE_SLOT": "places of a bit map",
    "registry/queries.py: NUMBERS_MAX": "numbers looked up at once",
    "registry/search.py: SEARCH_MAX": "rows of a list",
    "registry/search.py: WIDE_MAX": "rows looked through for those of an area",
}
#: Numbers statements compare or compute with: parts of dates and months, units of rates and of yuan, weights of digests and of the turns of a
#: bill, codes of kinds, people who answer for a file, letters of a reason, a reference or a name, days and ways of telling somebody before a benefit is held (the
#: house's own rule).
OF_STATEMENTS = {
    "accounts/sql/functions.sql": {100, 10_000, 12_000_000, 1998}, "charges/sql/verify.sql": {9}, "entitlement/sql/functions.sql": {2, 3, 4, 11},
    "ledger/sql/functions.sql": {100}, "levy/sql/functions.sql": {9, 100, 256, 1000, 10_000, 1_000_003, 100_000_000}, "levy/sql/tax_plan.sql": {9},
    "payment/sql/functions.sql": {3, 5, 7, 9, 11, 12, 100, 1000, 2015}, "payment/sql/results.sql": {2, 4, 9, 11}, "payment/sql/raise_run.sql": {12},
    "receipts/sql/files.sql": {2, 4, 100}, "receipts/sql/functions.sql": {4, 9, 100, 1_000_000_000_000_000}, "receipts/sql/reconcile.sql": {9},
    "receipts/sql/verify.sql": {4},
    "registry/sql/functions.sql": {60},
}  # fmt: skip
#: Bounds of the calendar, not of the law.
OPEN_ENDS = {999912}


def numbers(node: ast.AST) -> Iterator[int]:
    """Numbers of two and more in an expression, as they are or inside `Decimal(...)`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and type(part.value) is int and part.value > 1 and part.value not in OPEN_ENDS:
            yield part.value


#: Signs of what is computed, and what turns one unit into another: months of a year, fen of a yuan and hundredths.
SIGNS = {ast.Mult: "×", ast.Div: "÷", ast.FloorDiv: "//", ast.Mod: "%", ast.Add: "+", ast.Sub: "−"}
UNITS = {"×": (12, 100), "÷": (12, 100), "//": (12, 100), "%": (12, 100)}


def _number(node: ast.AST) -> float | None:
    """The number an expression is: as it stands, or in `Decimal` or `Fraction`; None of anything else, of nothing and of one."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Decimal", "Fraction") and len(node.args) == 1:
        node = node.args[0]
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
        value = float(value)
    is_one = isinstance(value, bool) or not isinstance(value, int | float) or value in (0, 1)
    return None if is_one else float(value)  # type: ignore[arg-type]


def computed_with(tree: ast.AST) -> Iterator[str]:
    """Numbers something is multiplied by, divided by, added to or bounded by: `× 4`, `min 24`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
            sign = SIGNS[type(node.op)]
            for side in (node.left, node.right):
                value = _number(side)
                if value is not None and value not in UNITS.get(sign, ()):
                    yield f"{sign} {value:g}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("min", "max"):
            yield from (f"{node.func.id} {value:g}" for arg in node.args if (value := _number(arg)) is not None)  # type: ignore[attr-defined]


def found_in(source: str) -> Iterator[str]:
    """Constants of a module that hold a number, and numbers something is compared or computed with."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and any(numbers(node.value)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield getattr(target, "id", "?")
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops):
            sides = (node.left, *node.comparators)
            yield from (str(s.value) for s in sides if isinstance(s, ast.Constant) and any(numbers(s)))
    yield from computed_with(tree)


def test_numbers_of_the_law_are_parameters() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {what}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and path.name != "room.py"
        for what in found_in(path.read_text())
    }
    known = NOT_OF_THE_LAW.keys() | WITH_SOURCE.keys()
    assert found - known == set(), "a number of the law belongs into law/parameters, with source and date"
    assert known - found == set(), "said of a number that is no longer there"
    assert known - found == set(), "these are gone: take them off the list"
    assert not NOT_OF_THE_LAW.keys() & WITH_SOURCE.keys()


def in_statements(text: str) -> set[int | float]:
    """Numbers above one that a statement compares with, multiplies by or divides by; comments, texts and places in JSON left out."""
    plain = re.sub(r"--[^\n]*|'[^']*'", "", text)
    found = {float(number) for number in re.findall(r"(?:(?<![->])[<>]=?|[*/])\s*(\d+(?:\.\d+)?)\b", plain)}
    return {int(number) if number.is_integer() else number for number in found if number > 1 and number not in OPEN_ENDS}


def test_statements_hold_no_numbers_of_the_law() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.sql")]
    found = {str(path.relative_to(ROOT)): numbers for path in files if (numbers := in_statements(path.read_text()))}
    assert found == OF_STATEMENTS
    assert in_statements("SELECT 1 WHERE age >= 60 AND wage * 0.6 > 1 -- > 70") == {60}
    assert in_statements("SELECT wage * 1.5, '> 70'") == {1.5}
    assert in_statements("SELECT facts -> 2, facts ->> 3, kind <> 4") == {4}


def test_a_number_of_the_law_in_a_check_would_be_found() -> None:
    assert set(found_in("OLD = 80")) == {"OLD"}
    assert set(found_in("AGES = {'1': 55}")) == {"AGES"}
    assert set(found_in("PERCENT = Decimal(8)")) == {"PERCENT"}
    assert set(found_in("def f(x):\n    return x.age < 16")) == {"16"}
    assert not set(found_in("def f(x):\n    return len(x) > 1"))
    assert set(found_in("def f(x):\n    return min(x, 24)")) == {"min 24"}
    assert set(found_in("def f(x):\n    return 100 + 4 * x")) == {"+ 100", "× 4"}
    assert set(found_in("def f(x):\n    return x * Decimal('0.6') / Decimal(120)")) == {"× 0.6", "÷ 120"}
    assert not set(found_in("def f(x):\n    return x * 12 * 100 / 100 + 1"))
