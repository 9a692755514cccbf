"""Request to defer payment of contributions (社会保险费延缴)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.charges.defer import defer
from yigui.common.money import format_fen
from yigui.common.months import format_period, months_between
from yigui.items.common.base import ItemHandler, item, needed_employer
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.levy.facts import LevyFacts
from yigui.law.late_surcharge import due_day_of
from yigui.levy.enums import BillKind
from yigui.registry.enums import Insurance


@item("LVY-006")
class DeferredPaymentRequest(ItemHandler[LevyFacts]):
    """Records the deferral: the months need not be paid before the last one is due, and bear no surcharge until then."""

    writes = ("contributions_deferral",)
    all_insurances = True

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        end = due_day_of(facts.area_code, facts.needed("end_month"))
        return [
            PreviewLine(Insurance(i).label, "按月到期", f"{format_period(facts['start_month'])} 起各月缓至 {end}")
            for i in facts["insurances"]
        ]

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        end = due_day_of(employer.area_id, facts.needed("end_month"))
        defer(
            employer=employer, insurances=facts["insurances"], start=facts.needed("start_month"), end=facts.needed("end_month"), due_on=end,
            guarantee_kind=facts["guarantee_kind"],
        )  # fmt: skip
        kinds = catalogue().enums["guarantee_kind"]
        return Outcome(
            summary=f"{employer.name} {format_period(facts['start_month'])} 至 {format_period(facts['end_month'])} 的社会保险费准予缓缴至 {end}。",
            lines=[("单位编号", employer.unit_no), ("缓缴金额（元）", format_fen(facts["amount"])), ("缓缴到期日", end.isoformat()),
                   ("担保方式", kinds[facts["guarantee_kind"]])],
            notes=["缓缴期间不加收滞纳金，职工待遇不受影响；期满须一次补齐。"],
        )  # fmt: skip


@check("before_due")
def before_due(facts: Facts) -> Iterator[Finding]:
    """The request is made before the payment term of the first month ends."""
    if facts["start_month"]:
        due = due_day_of(facts.area_code, facts["start_month"])
        if facts.today > due:
            yield facts.refuse("before_due", f"{format_period(facts['start_month'])} 的缴费期至 {due}。", field="start_month")


@check("deferral_term")
def deferral_term(facts: LevyFacts) -> Iterator[Finding]:
    """The term is no longer than a deferral may be; the amount is what the months and insurances chosen come to."""
    start, end = facts["start_month"], facts["end_month"]
    if start and end and (end < start or months_between(start, end) > facts.condition("deferral_months")):
        yield facts.refuse("deferral_term", f"填写的是 {format_period(start)} 至 {format_period(end)}。", field="end_month")
        return
    if facts.employer is None or not facts.months or not facts["insurances"]:
        return
    unknown = [Insurance(i).label for i in facts["insurances"] if newest_month(facts, i) is None]
    if unknown:
        words = f"{'、'.join(unknown)}还没有月度应缴核定，不能确定缓缴金额，请先核定应缴。"
        yield Finding("deferral_term", words, field="insurances")
    elif facts["amount"] != (wanted := deferred_fen(facts)):
        words = f"所选险种和月份应缴 {format_fen(wanted)} 元（未核定的月份按最近一个月的应缴计），所填为 {format_fen(facts['amount'])} 元。"
        yield Finding("deferral_term", words, field="amount")


def _monthly(facts: LevyFacts, insurance: str) -> dict[int, int]:
    """What the unit still owes of an insurance by month levied (YYYYMM); fen."""
    found: dict[int, int] = {}
    for state in facts.bills:
        if state.bill.kind == BillKind.CURRENT and state.insurance == insurance:
            found[state.bill.start_period] = found.get(state.bill.start_period, 0) + state.left_fen
    return found


def newest_month(facts: LevyFacts, insurance: str) -> int | None:
    """What the newest month levied of an insurance came to, paid or not, fen; None where none was levied."""
    rows = [s.bill for s in facts.bills if s.bill.kind == BillKind.CURRENT and s.insurance == insurance]
    newest = max((b.start_period for b in rows), default=None)
    return None if newest is None else sum(b.total_fen for b in rows if b.start_period == newest)


def deferred_fen(facts: LevyFacts) -> int:
    """What a deferral of the form's months defers, fen: what is levied and not paid; months to come as the newest one levied.

    Insurances without any month levied are refused before.
    """
    total = 0
    for insurance in facts["insurances"]:
        owed, each = _monthly(facts, insurance), newest_month(facts, insurance)
        assert each is not None
        total += sum(owed.get(month, each) for month in facts.months)
    return total


@check("guarantee_present")
def guarantee_present(facts: Facts) -> Iterator[Finding]:
    """A guarantee or mortgage agreement is attached."""
    if "guarantee_document" not in facts.given:
        yield facts.refuse("guarantee_present")
