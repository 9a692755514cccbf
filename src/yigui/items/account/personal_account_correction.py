"""Correction of entries in a pension personal account (养老个人账户记录更正)."""

from collections.abc import Iterator

from yigui.accounts.correct import Correction, correct_entries, correction_of
from yigui.accounts.queries import balance_of
from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen, parse_yuan, plain_fen
from yigui.common.months import first_day, format_period
from yigui.entitlement.assess_person import account_in
from yigui.entitlement.dossier import retired_on_of
from yigui.entitlement.queries import awards_of, monthly_benefit
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.contribution import amount_of
from yigui.law.parameter_table import ParameterMissing, table
from yigui.levy.record import rows_of
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Person

PENSION = Insurance.EMPLOYEE_PENSION.value
_EVIDENCE = ("payment_receipt", "personnel_file")

_NUMBER = AAE140[PENSION]


@item("ACC-001")
class PersonalAccountCorrection(ItemHandler[Facts]):
    """Counter-entries and new entries month by month, with the interest of each year that has ended; earlier entries are never overwritten."""

    writes = ("accounts_entry",)

    def check(self, facts: Facts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is None:
            return [*findings, Finding("person_known", "未查询到该社会保障号码的参保人，请核对号码。", field="id_number")]
        try:
            found = correction(facts)
        except ParameterMissing as missing:
            words = f"更正以前年度的记录须按各年记账利率补计利息：{missing.message}"
            return [*findings, Finding("interest_known", words, field="start_month")]
        if found is not None and all(before == after for _, before, after in found.changes):
            findings.append(Finding("value_changed", "所选月份的记账额与应记录一致，无需更正。", field="new_value"))
        return findings

    def amount_fen(self, facts: Facts) -> int | None:
        found = correction(facts)
        return 0 if found is None else abs(found.total_fen)

    def preview(self, facts: Facts) -> list[PreviewLine]:
        found = correction(facts)
        if found is None:
            return []
        months = [
            PreviewLine(f"{format_period(m)} 记账额", f"{format_fen(before)} 元", f"{format_fen(after)} 元")
            for m, before, after in found.changes[:60]
        ]
        interest = [PreviewLine(f"{year} 年利息", "", f"{format_fen(fen)} 元") for year, fen in found.interest.items() if fen]
        carried = [
            PreviewLine(f"{year} 年", f"历年结转 {count} 个月，没有逐月记账", _CARRIED) for year, count in carried_in(facts, found)
        ]
        return [*months, *carried, *interest]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        base = wanted_base(facts)
        assert base is not None
        wanted = {m: wanted_amount(base, facts.area_code, m) for m in facts.months}
        asked = correction(facts)
        assert asked is not None
        before_entries = carried_in(facts, asked)
        found = correct_entries(
            person_id=person.pk, insurance=_NUMBER, insurance_name=PENSION, area=facts.area_code, amounts=wanted, base_fen=base,
            case_id=case.pk, today=facts.today,
        )  # fmt: skip
        balance = balance_of(person.pk, _NUMBER)
        rows = [
            [format_period(m), format_fen(before), format_fen(after), format_fen(after - before)]
            for m, before, after in found.changes
        ]
        interest = [[f"{year} 年", format_fen(fen)] for year, fen in found.interest.items() if fen]
        follow_ups = []
        notes = ["原记录保留，以冲正分录更正。"]
        notes += [f"{year} 年历年结转 {count} 个月，没有逐月记账：{_CARRIED}。" for year, count in before_entries]
        if person.is_retired:
            notes.append("该人员已领取待遇，已列入待遇复核。")
            form = {"PEN-009": _recalculation(person, case.case_no)}
            follow_ups.append(FollowUp("benefit_review", "个人账户记录已更正，复核已领待遇。", abs(found.total_fen), form=form))
        return Outcome(
            summary=(
                f"{person.name} 养老个人账户 {len([1 for _, b, a in found.changes if a != b])} 个月的记录已冲正重记"
                f"{f'，补计以前年度利息 {format_fen(sum(found.interest.values()))} 元' if interest else ''}，余额 {format_fen(balance)} 元。"
            ),
            lines=[("个人编号", person.person_no), ("更正后余额（元）", format_fen(balance))],
            sections=[
                {"title": "更正明细", "head": ["所属期", "原记账（元）", "应记账（元）", "差额（元）"], "rows": rows},
                *(
                    [{"title": "利息（劳办发〔1997〕116号 月积数法）", "head": ["年度", "利息（元）"], "rows": interest}]
                    if interest
                    else []
                ),
            ],
            notes=notes,
            follow_ups=follow_ups,
        )


def _recalculation(person: Person, case_no: str) -> dict[str, str]:
    """What the recalculation (PEN-009) begins with: the account of the newest award, and as it stands at the retirement after the correction.

    Interest on the corrected months is in it up to the year before the retirement, as in the award.
    """
    form = {"change_item": "04", "reason": f"个人账户记录更正（办件 {case_no}）"}
    benefit = monthly_benefit(person)
    awards = awards_of(benefit) if benefit else []
    inputs = awards[0].inputs if awards else {}
    if benefit is None or not inputs.get("retired_on"):
        return form
    now = account_in(person, inputs["area"], retired_on_of(inputs).year)[0]
    return form | {
        "old_value": plain_fen(inputs["account_fen"]), "new_value": plain_fen(now), "benefit_start": format_period(benefit.start_period),
    }  # fmt: skip


#: What is assumed of a month of a year that was taken over as a sum.
_CARRIED = "所选月份按原来没有记账更正，已含在结转余额内的不能再记，请核对养老保险手册或缴费凭证"


def carried_in(facts: Facts, found: Correction) -> list[tuple[int, int]]:
    """Years that were taken over as a sum (历年结转) and in which a chosen month has nothing entered, with the months each counts: whether the month is
    in the sum the account does not say, and a person has to find out."""
    if facts.person is None:
        return []
    empty = {month // 100 for month, before, _ in found.changes if before == 0}
    known = {row.year: row.months for row in rows_of(facts.person, PENSION).taken_over if row.year in empty and row.months}
    return sorted(known.items())


def wanted_base(facts: Facts) -> int | None:
    """The monthly base the record should have, fen; 0 for none; None where it is not an amount."""
    try:
        return parse_yuan(facts["new_value"] or "")
    except ValueError:
        return None


def wanted_amount(base_fen: int, area: str, period: int) -> int:
    """What a month with this base is credited by the law of the month."""
    return amount_of(base_fen, table("account/credit").at(PENSION, "employee", area=area, day=first_day(period)).value)


def correction(facts: Facts) -> Correction | None:
    """What the form changes, with the interest; None where it does not yet say of whom, which months, or what base.

    Raises:
        ParameterMissing: a year on the way has no published rate.
    """
    base = wanted_base(facts)
    if facts.person is None or base is None or base < 0 or not facts.months:
        return None
    amounts = {m: wanted_amount(base, facts.area_code, m) for m in facts.months}
    return correction_of(
        person_id=facts.person.pk,
        insurance=_NUMBER,
        insurance_name=PENSION,
        area=facts.area_code,
        amounts=amounts,
        today=facts.today,
    )


@check("original_evidence")
def original_evidence(facts: Facts) -> Iterator[Finding]:
    """An original voucher supports each changed month, and the value to be recorded is a base."""
    base = wanted_base(facts)
    if base is None or base < 0:
        yield Finding("original_evidence", "“应记录”请填写应记的月缴费基数（元）；该月不应记账的填 0。", field="new_value")
    if not any(code in facts.given for code in _EVIDENCE):
        yield facts.refuse("original_evidence", "请收取缴费凭证；涉及视同缴费的收取人事档案。")


@check("balance_not_negative")
def balance_not_negative(facts: Facts) -> Iterator[Finding]:
    """The balance after the correction is not below zero."""
    try:
        found = correction(facts)
    except ParameterMissing:
        return  # the item refuses it by the year's name
    if facts.person is None or found is None:
        return
    balance = balance_of(facts.person.pk, _NUMBER)
    if balance + found.total_fen < 0:
        words = f"现余额 {format_fen(balance)} 元，更正 {format_fen(found.total_fen)} 元（含利息）。"
        yield facts.refuse("balance_not_negative", words, field="new_value")
