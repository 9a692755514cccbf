"""No province computes with a missing need, and no formula of the law takes a default for a fact."""

import ast
import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigui import law
from yigui.law.average_index import ContributionYear, average_index
from yigui.law.needs import ALL, BY_NAME, FactMissing, missing, needs
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import Assessment, ImpossibleRecord, PensionFacts, assess, base_at
from yigui.law.province import TITLES, CalculationBase, province_of, provinces

ROOT = Path(law.__file__).parent
BASE = CalculationBase(2025, Decimal(8000), Decimal(8000), False, "")
PLACES = [*(p.area for p in provinces()), "440300", "410100", "370200", "220100"]
#: As many titles as one person can bear, and those that contradict one of them in its place.
MOST_TITLES = frozenset(TITLES) - {"childless", "outside_xining"}
OTHER_TITLES = frozenset(TITLES) - {"one_child", "xining"}
#: An answer for everything a rule may ask.
ANSWERED: dict[str, Any] = {
    "transitional_index": Decimal("1.1"), "titles": MOST_TITLES, "supplement_percent": Decimal("0.2"), "notional_account_fen": 1_200_000,
    "old_method_fen": 30_000, "weighted_years": Decimal("7.5"), "local_months": 130, "city_factor": Decimal("5.26"),
    "old_indexed_wage_fen": 500_000, "transition_percent": Decimal("8.5"),
}  # fmt: skip
_NAME = {
    "notional_account": "notional_account_fen",
    "old_method_amount": "old_method_fen",
    "old_indexed_wage": "old_indexed_wage_fen",
}


def facts_of(area: str, day: dt.date, **changed: Any) -> PensionFacts:
    values = {
        "area": area, "retired_on": day, "total_months": 400, "deemed_months": 60, "pre_account_months": 80, "average_index": Decimal("0.9"),
        "account_fen": 8_000_000, "payout_months": Decimal(139),
    }  # fmt: skip
    return PensionFacts(**(values | ANSWERED | changed))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("area", PLACES)
def test_every_need_of_a_place_is_refused_by_name_and_source_when_it_is_missing(area: str, year: int) -> None:
    day = dt.date(year, 3, 15)
    whole = facts_of(area, day)
    assert not missing(whole)
    assert assess(whole, BASE).total_fen > 0
    bare = facts_of(area, day, **dict.fromkeys(ANSWERED))
    asked = missing(bare)
    assert {n.name for n in asked} <= {n.name for n in needs(area, day)}
    for need in asked:
        changed = {_NAME.get(need.name, need.name): None}
        if need.name == "weighted_years":
            changed["transitional_index"] = None
        with pytest.raises(FactMissing, match=need.label.split("（")[0]) as refused:
            assess(facts_of(area, day, **changed), BASE)
        assert need.source in refused.value.message


@pytest.mark.parametrize("area", PLACES)
def test_what_a_place_does_not_ask_changes_nothing(area: str) -> None:
    """A fact no need of the place names has no effect: the needs are all a rule reads."""
    day = dt.date(2025, 3, 15)
    names = {_NAME.get(n.name, n.name) for n in needs(area, day)}
    names |= {"transitional_index"} if "weighted_years" in names else set()
    unasked = dict.fromkeys(ANSWERED.keys() - names)
    assert assess(facts_of(area, day, **unasked), BASE).total_fen == assess(facts_of(area, day), BASE).total_fen


def test_every_fact_a_formula_may_lack_is_declared() -> None:
    optional = {f.name for f in dataclasses.fields(PensionFacts) if f.default is None}
    assert optional == {_NAME.get(n.name, n.name) for n in ALL} & optional
    assert len(BY_NAME) == len(ALL)
    assert all(n.source and n.label for n in ALL)


@pytest.mark.parametrize("name", ["weighted_years", "local_months", "city_factor", "supplement_percent", "notional_account_fen"])
def test_a_fact_below_zero_is_refused(name: str) -> None:
    with pytest.raises(ImpossibleRecord, match="不能为负"):
        assess(facts_of("440000", dt.date(2025, 3, 1), **{name: -1}), BASE)


def test_an_unknown_title_is_refused() -> None:
    with pytest.raises(ImpossibleRecord, match="veteran"):
        assess(facts_of("510000", dt.date(2025, 3, 1), titles=frozenset({"veteran"})), BASE)


# --- public cases and structures of places -------------------------------------------------------------------------------------


def found(area: str, day: dt.date, yuan: str, **changed: Any) -> Assessment:
    base = Decimal(yuan)
    return assess(
        facts_of(area, day, **(dict.fromkeys(ANSWERED) | {"titles": frozenset()} | changed)),
        CalculationBase(day.year, base, base, False, ""),
    )


def test_beijing_rounds_deemed_and_paid_years_apart() -> None:
    """A public sheet of 2008-03."""
    base = CalculationBase(2008, Decimal(36097) / 12, Decimal(36097) / 12, False, "")
    facts = facts_of(
        "110000", dt.date(2008, 3, 15), total_months=465, deemed_months=332, pre_account_months=356, average_index=Decimal("0.57"),
        account_fen=2_014_450, transitional_index=Decimal("0.57"),
    )  # fmt: skip
    sheet = assess(facts, base)
    assert [sheet.part(kind) for kind in ("basic", "account", "transitional")] == [915_02, 144_92, 866_63]


def test_jiangsu_before_2024_is_the_notional_account_and_a_fixed_sum() -> None:
    """A public sheet of 2022-10; rules of 2024 are not taken for it, and rules of 2022 not for earlier years."""
    known = {
        "total_months": 504, "pre_account_months": 120, "average_index": Decimal("1.0514"), "account_fen": 14_584_229, "notional_account_fen": 11_388_002,
    }  # fmt: skip
    sheet = found("320000", dt.date(2022, 10, 15), "8309", **known)
    assert [sheet.part(kind) for kind in ("basic", "account", "transitional", "subsidy")] == [3579_47, 1049_23, 949_00, 300_00]
    assert sheet.total_fen == 5877_70
    with pytest.raises(ParameterMissing, match=r"320000.*2021-10-15"):
        found("320000", dt.date(2021, 10, 15), "7974", **known)
    with pytest.raises(ParameterMissing, match=r"440000.*2020-12-31"):
        found("440000", dt.date(2020, 12, 31), "7860")


def test_jiangsu_never_pays_less_than_the_older_method() -> None:
    sheet = found("320000", dt.date(2025, 2, 1), "8917", transitional_index=Decimal("0.5"), old_method_fen=90_000)
    assert sheet.part("transitional") == 90_000


def test_guangdong_without_earlier_years_still_gets_the_sum_by_years() -> None:
    known = {"total_months": 300, "deemed_months": 0, "pre_account_months": 0}
    assert found("440000", dt.date(2025, 2, 1), "9493", **known).part("transitional") == 200_00


def test_a_low_index_scales_the_base_in_guangdong_but_not_in_shenzhen() -> None:
    known = {"total_months": 300, "deemed_months": 0, "pre_account_months": 0, "average_index": Decimal("0.4"), "local_months": 0}
    assert found("440300", dt.date(2025, 2, 1), "11293", **known).part("basic") == 1976_28
    assert found("440100", dt.date(2025, 2, 1), "11293", **known).part("basic") == 1505_73


def test_shenzhen_has_its_own_structure() -> None:
    known = {"old_indexed_wage_fen": 500_000, "transition_percent": Decimal("8.5"), "local_months": 120}
    sheet = found("440300", dt.date(2024, 2, 1), "11181", **known)
    assert sheet.part("transitional") == 425_00 + 100_00 + 4 * 33 * 100 + 50_00
    assert sheet.part("local_supplement") == 18_50 * 9 + 20_00
    assert found("440300", dt.date(2025, 2, 1), "11293", **known).part("transitional") == 425_00 + 232_00


def test_yunnans_supplement_is_that_of_the_year() -> None:
    known = {"titles": frozenset({"one_child"})}
    amounts = [found("530000", dt.date(year, 5, 1), "8183", **known).part("supplement") for year in (2024, 2025, 2026)]
    assert amounts == [171_55, 177_65, 177_65]


def test_ningxias_intellectuals_have_their_own_coefficient_and_sums() -> None:
    plain = found("640000", dt.date(2025, 5, 1), "8366")
    titled = found("640000", dt.date(2025, 5, 1), "8366", titles=frozenset({"intellectual"}))
    assert titled.part("subsidy") == 18_50
    assert (plain.part("transitional"), titled.part("transitional")) == (652_87, 718_16)


def test_zhengzhous_subsidy_needs_the_citys_parameter_and_only_there() -> None:
    known = {"transitional_index": Decimal("0.9"), "city_factor": Decimal("5.26"), "total_months": 400, "deemed_months": 60}
    assert found("410100", dt.date(2025, 5, 1), "7933", **known).part("city_subsidy") == 447_10
    assert found("410300", dt.date(2025, 5, 1), "7933", **known | {"city_factor": None}).part("city_subsidy") == 0
    with pytest.raises(FactMissing, match="过渡性补贴参数"):
        found("410100", dt.date(2025, 5, 1), "7933", **known | {"city_factor": None})


def test_qingdao_pays_its_sum_on_top() -> None:
    assert (
        found("370200", dt.date(2025, 5, 1), "7678").part("subsidy"),
        found("370100", dt.date(2025, 5, 1), "7678").part("subsidy"),
    ) == (35_00, 0)


def test_shanghai_counts_months_as_0_083_in_2026_too() -> None:
    known = {"total_months": 401, "deemed_months": 0, "pre_account_months": 0}
    exact = (12434 * Decimal("1.9") / 2) * Decimal("33.415")
    assert (
        found("310000", dt.date(2026, 2, 1), "12434", **known).part("basic")
        == int((exact / 10).to_integral_value("ROUND_CEILING")) * 10
    )


def test_half_months_count() -> None:
    sheet = found("130000", dt.date(2024, 3, 1), "7117", total_months=Decimal("515.5"), deemed_months=0, pre_account_months=0)
    assert sheet.years == Decimal("42.96")


# --- no default between a fact and an amount -------------------------------------------------------------------------------------


def defaults_in(source: str) -> Iterator[int]:
    """Lines where a value is replaced by another: `x or y` outside a condition, `.get(k, default)`, `getattr(o, n, default)`,
    `next(it, value)` with a value that is no None."""
    tree = ast.parse(source)
    conditions: set[ast.AST] = set()
    for node in ast.walk(tree):
        tests: list[ast.AST] = []
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            tests = [node.test]
        elif isinstance(node, ast.comprehension):
            tests = list(node.ifs)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            tests = [node.operand]
        for test in tests:
            conditions.update(ast.walk(test))
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and node not in conditions and not _is_yes_or_no(node):
            yield node.lineno
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            count = {"get": 2, "getattr": 3, "next": 2}.get(name)
            if count is not None and len(node.args) == count and not _says_nothing(node.args[-1]):
                yield node.lineno


#: What was looked at and replaces no fact of a decision, by why not. A fact that is missing is refused by its name.
JUDGED: dict[str, tuple[str, ...]] = {
    "a bound that is open: beyond it nothing is cut": (
        "entitlement/record_page.py: 999912 if until is None else until",
        "items/common/checks/dates.py: last if window is None else min(last, add_months(period_of(facts.today), window.",
        "items/enquiry/personal_rights_record.py: facts['end_month'] or 999912",
        "items/pension/pension_suspension.py: add_months(benefit.suspended_from, -1) if benefit.suspended_from is not N",
        "law/critical_illness.py: own if upper is None else min(own, upper)",
        "law/disability.py: statutory_month if self.months is None else min(statutory_month, add_months(start, self.mon",
        "law/parameter_table.py: dt.date.max if row['to'] is None else row['to']",
        "law/pension_adjustment.py: 0 if below is None else below",
        "law/pension_adjustment.py: counted if high is None else f'least({counted}, {high})'",
        "law/pension_adjustment.py: low if high is None else high",
        "law/pension_adjustment.py: units if high is None else min(units, high)",
        "law/province.py: dt.date.max if row['to'] is None else row['to']",
    ),
    "a step or a supplement that the rule of the place has not gives nothing": (
        "law/pension_adjustment.py: 0 if first is None else _fen(Decimal(first['yuan']))",
        "law/pension_adjustment.py: 0 if self.given['first'] is None else _fen(Decimal(self.given['first']['yuan']))",
        "law/pension_adjustment.py: 0 if self.given['first'] is None else self.given['first']['years'] * unit",
        "law/pension_special.py: (text, fen) if more is None else (f'{text} + 调节金 {more}', fen + more * 100)",
        "law/retirement_age.py: day if notice_months(kind, last) is None else last",
        "law/retirement_age.py: statutory if early is None else max(original, add_months(statutory, -int(early['months'",
        "law/retirement_age.py: statutory if late is None else add_months(statutory, int(late['months']))",
    ),
    "an argument the caller may leave out: it is read here, or means the whole": (
        "entitlement/assess_person.py: account_in(person, area, retired_on.year) if account is None else (*account, Non",
        "entitlement/assess_person.py: base_at(area, retired_on, as_of) if base is None else base",
        "entitlement/record_page.py: coverages_of(person) if coverages is None else coverages",
        "entitlement/recover.py: kept_from or of",
        "items/common/checks/death.py: payee or (facts.get('payee_id') or '', facts.get('payee_name') or '')",
        "items/common/sentences.py: source or contracts().services[service].name",
        "law/gaps.py: day if as_of is None else max(day, as_of)",
        "law/key_words.py: words[key] if words is not None else key",
        "law/parameter_table.py: table_of_files(name) if of_it is None else table_of_files(name).with_signed(of_it)",
        "law/province.py: self.area if area is None else area",
        "law/signed_rows.py: _source[0]() if held is None else held",
    ),
    "a yes or no of several": (
        "entitlement/assess_person.py: bool(last.periods) or last.months == 12",
        "entitlement/assess_person.py: self.base.is_provisional or self.index.is_provisional or self.is_account_incompl",
        "entitlement/award.py: kind == BenefitKind.PENSION and other.kind in (BenefitKind.DISABILITY, BenefitKind.UNEMP",
        "items/resident/resident_pension_cancellation.py: facts.person.is_retired or any(paid)",
    ),
    "the sum of no rows is nothing": (
        "entitlement/queries.py: Certification.objects.filter(person_id=person_id).aggregate(until=Max('valid_until'))[",
        "entitlement/queries.py: r.back or 0",
        "items/common/checks/acceptance.py: facts.application.case_id or 0",
    ),
    "an answer of the dossier that is asked for only where the place converts work, or reckons by it: FactMissing refuses it there": (
        "entitlement/assess_person.py: 0 if answers.converted_months is None else answers.converted_months",
        "entitlement/assess_person.py: deemed if answers.converted_months is None else deemed + answers.converted_month",
        "entitlement/assess_person.py: of_last if ahead_base_fen is None else Decimal(ahead_base_fen)",
        "law/needs.py: facts.weighted_years if facts.weighted_years is not None else facts.transitional_index",
        "law/pension.py: percent if facts.supplement_percent is None else facts.supplement_percent",
    ),
    "the same fact from where else it is known: the record, the pre-review, the number": (
        "entitlement/calculator.py: group or (pre.group if pre else '')",
        "items/common/benefit_item.py: pre.deemed_months if dossier is None else dossier.answers.deemed_months",
        "items/common/checks/acceptance.py: facts.get('credit_code') or (facts.employer.credit_code if facts.employer e",
        "items/common/checks/dates.py: started or (facts.person.work_started_on if facts.person else None)",
        "items/common/checks/dates.py: typed or (citizen.born_on if citizen else None)",
        "items/common/checks/death.py: numbers_of(facts.person) if facts.person is not None else [facts.get('id_number'",
        "items/common/checks/identity.py: facts.get('id_type') or (facts.person.id_type if facts.person else '01')",
        "items/common/checks/money.py: facts.employer.account_name or facts.employer.name",
        "items/common/facts.py: self.employer or self.person",
        "items/common/partners.py: death_of(person) if person is not None else told",
        "items/levy/base_correction.py: base or employment.declared_wage_fen",
        "items/pension/_answers.py: first_day(working_age_month(person, day)) if answers.work_started_on is None else a",
        "items/pension/pension_recalculation.py: benefit.end_period if found.end is None else found.end",
        "items/pension/survivor_benefit.py: benefit.contribution_months if known is None else Decimal(known)",
        "items/registration/employee_new_enrolment.py: facts.person or register_person(id_type=facts['id_type'], id_num",
        "items/registration/employee_new_enrolment.py: facts['nationality'] or _nationality_of(facts['id_type'])",
        "items/registration/flexible_worker_enrolment.py: facts.person or register_person(id_type='01', id_number=facts",
        "items/registration/resident_pension_enrolment.py: facts.person or register_person(id_type='01', id_number=fact",
    ),
    "whom a form names no payee for is paid themselves, in their own name": (
        "items/common/award.py: facts.get('account_name') or facts.get('payee_name') or person.name",
        "items/common/award.py: facts.get('payee_id') or person.id_number",
        "items/common/award.py: facts.get('payee_name') or person.name",
        "items/common/checks/death.py: facts.get('account_name') or name",
    ),
    "an end that is not there yet: up to what is asked about": (
        "entitlement/award.py: benefit.end_period or last_period",
        "entitlement/award.py: other.end_period or before",
        "items/enquiry/personal_rights_record.py: benefit.end_period or now",
        "items/pension/pension_suspension.py: benefit.suspended_from or start",
    ),
    "a field of an enquiry that may stay empty: everything up to now": (
        "items/enquiry/benefit_payment_query.py: facts['end_month'] or period_of(facts.today)",
        "items/enquiry/benefit_payment_query.py: facts['start_month'] or end - 100",
        "items/enquiry/personal_rights_record.py: facts['start_month'] or 0",
    ),
    "before it is typed: the form wants the field, and nothing is stored without it": (
        "items/common/benefit_facts.py: self.get('death_date') or self.today",
        "items/fund/overpaid_benefit_recovery.py: facts['amount'] or 0",
        "items/levy/base_correction.py: fen or 0",
        "items/levy/facts.py: self.get('end_month') or 0",
        "items/levy/facts.py: self.get('start_month') or 0",
        "items/levy/individual_back_payment.py: self.amount_fen(facts) or 0",
        "items/levy/resident_pension_back_payment.py: self.amount_fen(facts) or 0",
        "items/pension/facts.py: self.get('retire_date') or self.today",
        "items/pension/pension_recalculation.py: facts['benefit_start'] or facts.benefit.start_period",
        "items/unemployment/unemployment_benefit.py: facts['unemployed_date'] or facts.today",
    ),
    "an empty field means none was paid back, or no other number is given": (
        "entitlement/calculator.py: text.strip() or '0'",
        "items/change/person_basic_info_change.py: facts['mobile'] or (facts['new_value'] if facts['change_item'] == '0",
        "items/fund/overpaid_benefit_recovery.py: facts['paid_back'] or 0",
    ),
    "one row or the general one: a check's own rule before that of all items": (
        "items/common/checks/__init__.py: _CHECKS.get((check_id, item_code)) or _CHECKS.get((check_id, ''))",
        "items/common/date_spans.py: spans.get((item_code, name)) or spans['', name]",
    ),
    "months a form names, or the one it is about": (
        "items/common/checks/money.py: facts.months or [facts.period]",
        "items/common/checks/months.py: facts.months or [facts.period]",
    ),
    "what is shown, or a choice of a list": (
        "entitlement/calculator.py: wrong or format_period(chosen.period)",
        "entitlement/record_page.py: lacking or missing.message",
        "items/account/personal_account_correction.py: 0 if found is None else abs(found.total_fen)",
        "items/common/partners.py: True if reply.data is not None else None if reply.is_unavailable else False",
        "items/pension/disability_allowance.py: sorted(answers.titles) or [NONE]",
    ),
    "of several heirs the one the account is of, else all": (
        "items/pension/pension_account_maintenance.py: [one for one in owed if one[0].payee_name == facts['account_name",
    ),
    "a work whose name does not tell its kind is held to the strictest": (
        "items/pension/retirement_prereview.py: special_work_of(name) or SpecialWork.HEAVY",
    ),
    "where nobody knows what is left of an earlier claim a question asks for it": (
        "items/unemployment/unemployment_benefit.py: 0 if left is None else left",
        "items/unemployment/unemployment_benefit.py: months_left(known.person) or 0",
    ),
    "a base without its day is used from the year's end; a city without bases takes the province's": (
        "law/province.py: dt.date(self.year, 12, 31) if self.published is None else self.published",
        "law/province.py: self.area if found is None else found",
    ),
}  # fmt: skip
#: Rooms that decide by facts beside the law.
DECIDING = ("law", "entitlement", "items")


def replaced_in(source: str) -> Iterator[str]:
    """Where a value that is missing gives way to another: `x if y is None else z`, and `x or y` outside a condition, as they are written. What is put
    there is text, or nothing (an empty text, list or table): that is shown, and computed with by nobody."""
    tree = ast.parse(source)
    conditions = set(_conditions(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and node not in conditions and not _is_yes_or_no(node):
            if not _is_text_or_nothing(node.values[-1]):
                yield ast.unparse(node)
        elif isinstance(node, ast.IfExp) and (other := _instead_of_none(node)) is not None and not _is_text_or_nothing(other):
            yield ast.unparse(node)


def _instead_of_none(node: ast.IfExp) -> ast.expr | None:
    """What stands for a value that is None; None of another condition."""
    test = node.test
    if not (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value is None
    ):
        return None
    return node.body if isinstance(test.ops[0], ast.Is) else node.orelse


def _is_text_or_nothing(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(_is_text_or_nothing(one) for one in node.elts)
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.JoinedStr):
        return True
    # A word in Latin letters is a code: it decides like a number.
    is_code = isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[0-9A-Za-z]", node.value)
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str)) and not is_code


def _conditions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        tests: list[ast.AST] = []
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            tests = [node.test]
        elif isinstance(node, ast.comprehension):
            tests = list(node.ifs)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            tests = [node.operand]
        for test in tests:
            yield from ast.walk(test)


def _says_nothing(node: ast.expr) -> bool:
    """None, the empty text and the empty tuple are no value."""
    return (isinstance(node, ast.Constant) and node.value in (None, "")) or (isinstance(node, ast.Tuple) and not node.elts)


def _is_yes_or_no(node: ast.BoolOp) -> bool:
    """Whether all sides are comparisons or negations, so that the whole is a yes or no."""

    def is_bool(value: ast.AST) -> bool:
        if isinstance(value, ast.BoolOp):
            return all(is_bool(v) for v in value.values)
        is_call = isinstance(value, ast.Call) and getattr(value.func, "id", "") in ("any", "all", "isinstance")
        return isinstance(value, ast.Compare) or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)) or is_call

    return all(is_bool(value) for value in node.values)


def test_the_law_takes_no_default_for_a_fact() -> None:
    found_ = {f"{path.name}:{line}" for path in sorted(ROOT.glob("*.py")) for line in defaults_in(path.read_text())}
    assert not found_, "a fact that is missing is refused by its name; nothing is put in its place"


#: How much of an expression stands in the list.
_SHOWN = 110


def test_nothing_that_decides_puts_a_value_in_the_place_of_a_missing_fact() -> None:
    root = ROOT.parent
    found_ = {
        f"{path.relative_to(root)}: {text}"[:_SHOWN]
        for room in DECIDING
        for path in (root / room).rglob("*.py")
        if "migrations" not in path.parts
        for text in replaced_in(path.read_text())
    }
    known = [key for keys in JUDGED.values() for key in keys]
    assert len(known) == len(set(known))
    assert found_ - set(known) == set(), "refuse a missing fact by its name, or say here why nothing of a decision is replaced"
    assert set(known) - found_ == set(), "these are gone: take them off the list"


def test_a_replacement_would_be_found() -> None:
    assert list(replaced_in("x = 0 if f.months is None else f.months")) == ["0 if f.months is None else f.months"]
    assert list(replaced_in("x = f.day if f.day is not None else today")) == ["f.day if f.day is not None else today"]
    assert list(replaced_in("x = f.day or today")) == ["f.day or today"]
    assert list(replaced_in("x = f['nationality'] or 'CHN'")) == ["f['nationality'] or 'CHN'"]
    assert not list(
        replaced_in("x = f.name or '（空）'\ny = '' if f.a is None else f.a\nif a or b:\n    pass\nz = a is None or b > 1")
    )


def test_a_default_would_be_found() -> None:
    assert list(defaults_in("index = facts.second or facts.first")) == [1]
    assert list(defaults_in("x = rows.get(key, 0)")) == [1]
    assert list(defaults_in("x = getattr(f, 'n', 0)")) == [1]
    assert list(defaults_in("x = next(rows, 0)")) == [1]
    assert not list(defaults_in("if a or b:\n    pass\nx = a is None or b > 1\ny = [r for r in s if r or t]\nz = d.get(k)"))


# --- index and base ------------------------------------------------------------------------------------------------------------


def test_beijings_base_is_divided_by_the_wage_of_the_year_before() -> None:
    """A public case: 2025: 35,547 / 11,937; 2024 at three times 11,761; 2001: 3,444 / 1,310.50."""
    years = [(2001, "3444"), (2024, "35283"), (2025, "35547")]
    found = average_index([ContributionYear(y, 12, Decimal(base)) for y, base in years], province_of("110000"))
    assert [y.index.quantize(Decimal("0.0001")) for y in found.years] == [Decimal("2.6280"), Decimal("3.0000"), Decimal("2.9779")]


@pytest.mark.parametrize("area", ["130000", "150000", "500000", "510000", "610000"])
def test_every_year_of_a_record_counts_in_the_index(area: str) -> None:
    """A man at 100 % from 1996 to 2015 and at 60 % since."""
    province = province_of(area)
    years = [
        ContributionYear(year, 12, province.wage_of(year)[0] * (1 if year < 2016 else Decimal("0.6"))) for year in range(1996, 2026)
    ]
    assert average_index(years, province).value.quantize(Decimal("0.001")) == Decimal("0.867")


def test_a_year_without_a_wage_is_refused_and_never_left_out() -> None:
    anhui = province_of("340000")
    with pytest.raises(ParameterMissing, match=r"340000.*1997.*官方平均缴费指数"):
        average_index([ContributionYear(1997, 12, Decimal(400)), ContributionYear(2020, 12, Decimal(5000))], anhui)


def test_a_city_with_its_own_base_never_takes_the_provinces() -> None:
    with pytest.raises(ParameterMissing, match="420200"):
        base_at("420200", dt.date(2023, 5, 1), dt.date(2024, 12, 31))
    assert base_at("420222", dt.date(2024, 5, 1), dt.date(2025, 12, 31)).local == 7048
    assert base_at("440300", dt.date(2025, 5, 1), dt.date(2026, 12, 31)).local == 11293
    assert base_at("440100", dt.date(2025, 5, 1), dt.date(2026, 12, 31)).local == 9493


def test_the_newest_published_base_stands_in_at_most_two_years_back() -> None:
    early = base_at("610100", dt.date(2026, 3, 1), dt.date(2026, 3, 1))
    assert (early.year, early.local, early.is_provisional) == (2024, 7727, True)
    later = base_at("610100", dt.date(2026, 3, 1), dt.date(2026, 6, 23))
    assert (later.year, later.local, later.is_provisional) == (2025, 7881, True)
    with pytest.raises(ParameterMissing, match="含前两年"):
        base_at("610100", dt.date(2028, 3, 1), dt.date(2028, 3, 1))


def test_every_figure_says_where_it_comes_from() -> None:
    for province in provinces():
        assert all(base.source for base in province.bases), province.label
        years = sorted(province.wages)
        assert years, province.label
        # One row a year without a gap: a missing year would be refused, never bridged.
        assert years == list(range(years[0], years[-1] + 1)) or province.area in ("210000", "420000"), province.label
