"""Award sheets as data, and the two ways of feeding one: every fact straight to the formula, and as a clerk types it.

The clerk's way is the product's: the declared form of the pre-review cleans and stores what is typed, its answers are written as the
dossier keeps them and read back, and `assess_person` makes the pension from dossier, record and account. Needs no database.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from yigui.common.months import add_months, first_day
from yigui.law.payout_months import payout_months
from yigui.law.pension import Assessment, PensionFacts, assess, years_of
from yigui.law.province import CalculationBase, province_of

CASES = Path(__file__).parent / "cases"
AREA = {
    "Shaanxi": "610000", "Anhui": "340000", "Zhejiang": "330000", "Sichuan": "510000", "Shandong": "370000", "Hubei": "420000",
    "Hebei": "130000", "Heilongjiang": "230000", "Tianjin": "120000", "Hunan": "430000", "Jiangxi": "360000", "Fujian": "350000",
    "Yunnan": "530000", "Liaoning": "210000", "Gansu": "620000", "Chongqing": "500000", "Guangdong": "440000", "Shanghai": "310000",
}  # fmt: skip
#: Published sheets whose title alone tells whether the rules before or after a change hold.
_DAY = {"PEN-014": dt.date(2026, 1, 15), "PEN-018": dt.date(2026, 1, 15), "PEN-032": dt.date(2026, 1, 15)}


@dataclass(frozen=True)
class Sheet:
    """A sheet: its facts, its base, and its amounts in fen by part."""

    id: str
    facts: PensionFacts
    base: CalculationBase
    expected: dict[str, int]


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def base_of(year: int, yuan: Decimal) -> CalculationBase:
    return CalculationBase(year, yuan, yuan, False, "")


def transcribed() -> list[Sheet]:
    """The sheets of `award_sheets.yaml`."""
    found = []
    for sheet in yaml.safe_load((CASES / "award_sheets.yaml").read_text())["sheets"]:
        if sheet["origin"] == "generated":
            continue  # made up by its source: a person who cannot be
        year, month = map(int, sheet["retired"].split("-"))
        facts = PensionFacts(
            AREA[sheet["province"].capitalize()], dt.date(year, month, 15), sheet["total_months"], sheet["deemed_months"],
            sheet.get("pre_account_months", 0), Decimal(sheet["average_index"]), fen(sheet["account_yuan"]), Decimal(sheet["payout_months"]),
            Decimal(sheet["transitional_index"]) if "transitional_index" in sheet else None,
            titles_of(sheet),
            Decimal(sheet["supplement_percent"]) if "supplement_percent" in sheet else None,
        )  # fmt: skip
        parts = {kind: fen(amount) for kind, amount in sheet["expected"].items()}
        found.append(Sheet(sheet["id"], facts, base_of(year, Decimal(sheet["base_yuan"])), parts))
    return found


def titles_of(sheet: dict[str, Any]) -> frozenset[str]:
    """The titles a sheet's supplements hang on: a percent is that of the only child's parents, with what an honour adds."""
    fixed = {"childless"} if sheet.get("supplement_fixed_yuan") else set()
    return frozenset(fixed | ({"one_child"} if Decimal(sheet.get("supplement_percent", "0")) else set()))


def published() -> list[Sheet]:
    """The published awards of `benefit.yaml`: sheets that print years, whose months are found back by the province's own rounding."""
    found = []
    names = {"basic_pension": "basic", "account_pension": "account", "transitional_pension": "transitional", "total": "total"}
    for example in yaml.safe_load((CASES / "benefit.yaml").read_text()):
        if example["kind"] != "pension_award":
            continue
        given = example["inputs"]
        base = Decimal(given["calculation_base"])
        index = Decimal(given["average_index"]) if "average_index" in given else Decimal(given["indexed_monthly_wage"]) / base
        area, on = AREA[given["province"]], _day_of(example)
        rules = province_of(area).version_at(on)
        transition = given.get("transition", {})
        earlier = _months_for(Decimal(transition["years"]), rules.years) if transition else 0
        facts = PensionFacts(
            area, on, _months_for(Decimal(given["years"]), rules.years), earlier if rules.transitional.years == "deemed" else 0, earlier, index,
            fen(given["account_balance"]), Decimal(given["payout_months"]),
            Decimal(transition["transition_index"]) if "transition_index" in transition else None,
            frozenset({"one_child"} if "monthly_supplement_0.1_percent" in given.get("extras", {}) else ()),
        )  # fmt: skip
        parts = {names[key]: fen(amount) for key, amount in example["expected"].items() if key in names}
        found.append(Sheet(example["id"], facts, base_of(on.year, base), parts))
    return found


def _day_of(example: dict[str, Any]) -> dt.date:
    retired = re.search(r"(20\d\d)-(\d\d)", example.get("retired", "") or example["inputs"].get("retirement_month", ""))
    if retired:
        return dt.date(int(retired[1]), int(retired[2]), 15)
    return _DAY.get(example["id"], dt.date(2024, 4, 15))


def _months_for(years: Decimal, rule: str) -> int:
    for months in range(1, 700):
        if abs(years_of(months, rule) - years) < Decimal("0.00005"):
            return months
    raise AssertionError(f"{years} years are no months by {rule}")


def by_formula(sheet: Sheet) -> Assessment:
    """Every fact of the sheet straight to the formula."""
    return assess(sheet.facts, sheet.base)


def by_clerk(sheet: Sheet, *, form: dict[str, Any] | None = None, papers: tuple[str, ...] = ()) -> Assessment:
    """The sheet as a clerk types it into the pre-review, by way of the dossier.

    Args:
        form: what is typed, where it is not just the sheet's. papers: codes of the materials handed in.

    Raises:
        AssertionError: the form refuses a value, or a check of the dossier finds something.
        YiguiError: the assessment is refused; the sentence says why.
    """
    from yigui.entitlement.assess_person import assess_person
    from yigui.entitlement.dossier import answers_of, text_of, value_of
    from yigui.items.pension._answers import incomplete, typed_answers
    from yigui.items.pension.facts import PensionFacts as ItemFacts
    from yigui.law.needs import BY_NAME

    item, values = _cleaned(typed(sheet) if form is None else form)
    given = [SimpleNamespace(code=code, source="upload") for code in papers]
    application: Any = SimpleNamespace(today=sheet.facts.retired_on, channel="counter", materials=given, operator=None, item=item)
    facts = ItemFacts(item=item, values=values, application=application)
    person = _person(sheet)
    facts.__dict__["person"] = person
    findings = [f.message + f.detail for f in incomplete(facts, "dossier_complete")]
    assert not findings, findings
    kept = {name: text_of(BY_NAME[name], value) for name, value in typed_answers(facts).given().items()}
    answers = answers_of(
        {name: value_of(BY_NAME[name], text) for name, text in kept.items()}, work_started_on=facts["work_start_date"]
    )
    return assess_person(
        person, area=sheet.facts.area, retired_on=sheet.facts.retired_on, answers=answers, as_of=sheet.facts.retired_on, base=sheet.base,
        record=_record(sheet), account=(sheet.facts.account_fen, False),
    ).assessment  # fmt: skip


def typed(sheet: Sheet) -> dict[str, Any]:
    """What a clerk types into the pre-review of a sheet: only what the place asks."""
    from yigui.items.pension._answers import asked_of, field_of, titles_of

    f = sheet.facts
    # The form offers the titles of the place alone.
    titles = set() if f.titles is None else set(f.titles) & set(titles_of(f.area, f.retired_on))
    told = {
        "group": "F50", "deemed_months": f.deemed_months, "titles": sorted(titles) or ["none"], "average_index": f.average_index,
        "pre_account_months": f.pre_account_months, "transitional_index": f.transitional_index, "supplement_percent": f.supplement_percent,
        "weighted_years": f.weighted_years, "local_months": f.local_months, "city_factor": f.city_factor,
        "notional_account": _yuan(f.notional_account_fen), "old_method_amount": _yuan(f.old_method_fen),
        "old_indexed_wage": _yuan(f.old_indexed_wage_fen), "transition_percent": f.transition_percent,
    }  # fmt: skip
    asked = {need.name: field_of(need) for need in asked_of(_person(sheet), f.retired_on)}
    # The form takes twelve decimals of an index: a sheet that prints the indexed wage has more.
    told |= {name: _twelve(told[name]) for name in ("average_index", "transitional_index")}
    form = {field: told[name] for name, field in asked.items() if told.get(name) is not None}
    return {k: v if isinstance(v, list) else str(v) for k, v in form.items()} | {
        "unit_no": "1", "id_number": "110101199003071938", "person_name": "某某", "birth_date": _person(sheet).born_on.isoformat(),
        "work_start_date": first_day(add_months(_period(sheet), -int(f.total_months))).isoformat(), "retire_type": "01",
        "retire_date": f.retired_on.isoformat(), "evidence": "养老保险手册",
    }  # fmt: skip


def _twelve(index: Decimal | None) -> Decimal | None:
    return None if index is None else index.quantize(Decimal("0.000000000001")) if index.as_tuple().exponent < -12 else index  # type: ignore[operator]


def _yuan(amount: int | None) -> str | None:
    return None if amount is None else f"{Decimal(amount) / 100}"


def _cleaned(typed_form: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The item's declaration and the values the form makes of what is typed, stored and read back."""
    from yigui.catalogue.declarations import declared
    from yigui.catalogue.forms import form_class, restored_values, stored_values

    day = dt.date(2026, 11, 10)
    item = declared().item("PEN-001", day)
    form = form_class(item, day)(typed_form)
    assert form.is_valid(), form.errors
    return item, restored_values(item, stored_values(item, form.cleaned_data))


def _period(sheet: Sheet) -> int:
    return sheet.facts.retired_on.year * 100 + sheet.facts.retired_on.month


@cache
def _age_of(wanted: Decimal, day: dt.date) -> int | None:
    """The youngest age, in months, that has these payout months."""
    return next((age for age in range(40 * 12, 71 * 12) if payout_months(age, day) == wanted), None)


def _person(sheet: Sheet) -> Any:
    """Somebody of the place, born so that the sheet's payout months are those of the age."""
    from yigui.registry.models import Person

    day, wanted = sheet.facts.retired_on, sheet.facts.payout_months
    age = _age_of(wanted, day)
    assert age is not None, f"{sheet.id}: {wanted} are the payout months of no age"
    return Person(id=1, name="某某", gender="2", born_on=first_day(add_months(_period(sheet), -age)), area_id=sheet.facts.area)


def _record(sheet: Sheet) -> Any:
    """A record of the sheet's paid months, back from the month of retirement."""
    from yigui.levy.record import ContributionRecord, RecordYear

    paid = int(sheet.facts.total_months - sheet.facts.deemed_months)
    years: dict[int, int] = {}
    for ago in range(paid):
        year = add_months(_period(sheet), -ago) // 100
        years[year] = years.get(year, 0) + 1
    return ContributionRecord(tuple(RecordYear(y, m, m * 300_000) for y, m in sorted(years.items())), ())


def amounts_differ(found: Assessment, sheet: Sheet) -> dict[str, tuple[int, int]]:
    """Parts of the sheet that came out otherwise: (found, on the sheet), fen. The total of a sheet that leaves parts out is that of the
    parts it has."""
    given = sheet.expected.keys() - {"total"}
    parts = {kind: found.part(kind) for kind in given}
    written = sum(parts.values())
    is_of_the_parts = sheet.expected["total"] == written != found.total_fen
    parts["total"] = written if is_of_the_parts else found.total_fen
    return {kind: (parts[kind], fen_) for kind, fen_ in sheet.expected.items() if parts[kind] != fen_}
