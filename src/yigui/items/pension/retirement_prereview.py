"""Pre-review of retirement (退休预审)."""

from collections.abc import Iterator, Mapping
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, Place, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.intake import lead_months
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, format_period, period_of, plain_months
from yigui.entitlement.assess_person import PENSION, months_needed, span_of
from yigui.entitlement.dossier import dossier_of, write_dossier
from yigui.entitlement.pre_review import keep_pre_review
from yigui.items.common.award import component_preview
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.pension._answers import (
    RESIGNATION,
    SICK,
    SPECIAL_WORK,
    asked_at,
    day_typed,
    field_of,
    incomplete,
    titles_offered,
    typed_answers,
    unlikely,
)
from yigui.items.pension._assessment import basis_preview, dossier_section
from yigui.items.pension.checks import _wrong_month
from yigui.items.pension.facts import PensionFacts
from yigui.law.early_retirement import Ground, SpecialWork, early_rule, special_work_of, special_work_years
from yigui.law.needs import ALL, BY_NAME, CONVERTED, FactMissing
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import ImpossibleRecord
from yigui.law.retirement_age import RetirementGroup

#: Code of 灵活就业人员 in the list of identities.
FLEXIBLE = "02"
_GROUP = {"M60": "男职工", "F55": "女职工（原法定 55 周岁）", "F50": "女职工（原法定 50 周岁）"}


@item("PEN-001")
class RetirementPrereview(BenefitItem[PensionFacts]):
    """Checks birth, first work, deemed and paid months before the retirement, and stores the agreed result with its problems."""

    needs_living = True
    writes = ("benefits_dossier_fact", "benefits_pre_review")
    optional_materials = ("special_work_record",)

    def unasked(self, place: Place, typed: Mapping[str, Any]) -> frozenset[str]:
        """Facts the rule of the place does not need on the day of retirement (today, while none is typed)."""
        try:
            asked = {
                field_of(need) for need in asked_at(place.area_code, day_typed(typed, "retire_date", place.today), place.person)
            }
        except ParameterMissing:
            return frozenset()  # refused by its name when the form is checked
        return frozenset(field_of(need) for need in ALL) - asked

    def offered(self, place: Place, typed: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
        return titles_offered(place, day_typed(typed, "retire_date", place.today))

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.person is None or facts.group is None or facts.record is None:
            return []
        span = span_of(facts.person, facts.group)
        lines = [
            PreviewLine("退休年龄类别", "", _GROUP[facts.group]),
            PreviewLine(
                "可退休年月",
                f"{format_period(span.earliest)} 至 {format_period(span.latest)}",
                f"法定 {format_period(span.statutory)}",
            ),
            PreviewLine("实际缴费月数", "", f"{facts.record.months} 个月"),
        ]
        if facts["retire_type"] == SPECIAL_WORK:
            lines += _special_lines(facts)
        lines += [PreviewLine("须补正", "", text) for text in self._problems(facts)]
        try:
            found = facts.assessment
        except YiguiError:
            return lines  # said among what is to be put right
        if found is not None:
            lines += [*basis_preview(found), *component_preview(found.assessment.components)]
        return lines

    @staticmethod
    def _problem_sections(problems: list[str]) -> list[dict[str, Any]]:
        rows = [[str(n), p] for n, p in enumerate(problems, 1)]
        return [{"title": "须补正的问题", "head": ["序号", "问题"], "rows": rows}] if rows else []

    @staticmethod
    def _problems(facts: PensionFacts) -> list[str]:
        assert facts.person is not None
        assert facts.group is not None
        assert facts.record is not None
        problems = []
        needed = months_needed(span_of(facts.person, facts.group), period_of(facts.needed("retire_date")))
        deemed = facts["deemed_months"]
        months = None if deemed is None else facts.record.months + deemed
        # Who lost all working capacity draws the allowance with fewer months too, for a time (人社部发〔2024〕72号第五条).
        if months is not None and months < needed and facts["retire_type"] != SICK:
            problems.append(f"缴费年限不足：现 {months} 个月，最低 {needed} 个月，请办理补缴（LVY-004）、延缴或转移接续。")
        if facts.record.unpaid:
            problems.append(f"{len(facts.record.unpaid)} 个月应缴未到账，请单位核对缴费。")
        try:
            _ = facts.assessment
        except YiguiError as refused:
            problems.append(f"尚不能试算：{refused.message}")
        return problems

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        assert facts.group is not None
        assert facts.record is not None
        problems = self._problems(facts)
        answers = typed_answers(facts)
        pre_review = keep_pre_review(
            person=person, retire_type=facts["retire_type"], group=facts.group, retired_on=facts.needed("retire_date"),
            work_started_on=facts.needed("work_start_date"), deemed_months=int(answers.deemed_months), paid_months=facts.record.months,
            problems=problems, case_id=case.pk,
        )  # fmt: skip
        write_dossier(
            pre_review=pre_review, answers=answers, source=facts.get("evidence") or "", dated_on=facts.get("evidence_date")
        )
        span = span_of(person, facts.group)
        return Outcome(
            summary=f"{person.name} 的退休预审已办结，拟于 {facts['retire_date']} 退休，"
            + (f"有 {len(problems)} 项须补正。" if problems else "未发现须补正的问题。")
            + (f"提交时的核查提示 {len(case.findings)} 项已确认，答复附后。" if case.findings else ""),
            lines=[("个人编号", person.person_no), ("退休年龄类别", _GROUP[facts.group]),
                   ("法定退休年月", format_period(span.statutory)), ("实际缴费月数", str(facts.record.months)),
                   ("视同缴费月数", str(answers.deemed_months))],
            sections=[dossier_section(dossier_of(person)), *self._problem_sections(problems)],
            notes=["到龄后正式申请退休（PEN-002）时引用本退休档案；缴费记录变化的以申请时为准。"],
        )  # fmt: skip


def _special_lines(facts: PensionFacts) -> list[PreviewLine]:
    """The years its kind of special work asks for (a name that does not tell is held to the strictest kind), and what it is converted into."""
    name, converted = facts["special_work"] or "", facts.named(field_of(CONVERTED))
    years = special_work_years(special_work_of(name) or SpecialWork.HEAVY, facts.needed("retire_date"))
    months = (
        f"不折算（当地折算工龄的，按{CONVERTED.source.split('，')[0]}填写）"
        if converted is None
        else f"{plain_months(converted)} 个月"
    )
    return [PreviewLine("特殊工种", name, f"须累计满 {years} 年"), PreviewLine(CONVERTED.label, "", months)]


@check("was_insured")
def was_insured(facts: PensionFacts) -> Iterator[Finding]:
    """The person is or was insured, or has months on record; who is insured under a unit is pre-reviewed under it, and a unit that is
    named has or had the person: who pays alone or stopped paying before the age has a dossier too."""
    person = facts.person
    if person is None:
        yield facts.refuse("was_insured", f"未查询到社会保障号码 {facts['id_number']}。", field="id_number")
        return
    if person.name != facts["person_name"]:
        yield Finding("was_insured", "姓名与参保登记不一致。", detail="请核对姓名和社会保障号码。", field="person_name")
        return
    own = [c for c in facts.coverages if c.insurance == PENSION]
    if not own and (facts.record is None or not facts.record.years):
        yield facts.refuse("was_insured", f"{person.name} 没有职工养老保险参保关系和缴费记录。", field="id_number")
        return
    unit_no = facts["unit_no"]
    if unit_no and facts.employer is None:
        yield facts.refuse("was_insured", f"未查询到单位编号 {unit_no}。", field="unit_no")
        return
    if facts.employer is not None and facts.employer.pk not in {c.employer_id for c in own}:
        words = f"{facts.employer.name} 名下没有该人员的参保关系；以个人身份参保或已停保的，请将单位编号留空。"
        yield facts.refuse("was_insured", words, field="unit_no")
    running = next((c for c in facts.running_coverages if c.insurance == PENSION), None)
    if running is not None and running.employer_id and (facts.employer is None or facts.employer.pk != running.employer_id):
        yield facts.refuse("was_insured", "该人员现在用人单位名下参保，请填写该单位的单位编号。", field="unit_no")


@check("near_age")
def near_age(facts: PensionFacts) -> Iterator[Finding]:
    """The retirement lies within the months ahead that the item's intake allows, in the person's span, and the kind agrees with the month and is
    one there still is."""
    day = facts["retire_date"]
    if facts.person is None or day is None:
        return
    period = period_of(day)
    ahead = lead_months(facts.item, facts.today)
    now = period_of(facts.today)
    # A month that has passed is handled late: the dossier is built all the same.
    if ahead is not None and period >= add_months(now, ahead.stop):
        words = f"预计退休日期须在 {format_period(add_months(now, ahead.stop - 1))} 以前（逾期未办的可补办）。"
        yield facts.refuse("near_age", words, field="retire_date")
        return
    if facts["retire_type"] == RESIGNATION and early_rule(Ground.RESIGNATION, facts.person.gender, day) is None:
        yield Finding("near_age", f"{day} 已不办理退职，完全丧失劳动能力的请申领病残津贴（PEN-004）。", field="retire_type")
    if facts.group is None:
        return
    yield from _wrong_month(facts, "near_age")


@check("dossier_complete")
def dossier_complete(facts: PensionFacts) -> Iterator[Finding]:
    """Every fact the rule of the place needs is given with its paper; the pension can be assessed from them."""
    found = list(incomplete(facts, "dossier_complete"))
    yield from found
    yield from _identity(facts)
    if any(f.is_refusal for f in found) or facts.person is None or facts["retire_date"] is None:
        return
    yield from unlikely(facts, "dossier_complete", facts.record)
    try:
        _ = facts.assessment
    except FactMissing as refused:
        yield Finding("dossier_complete", refused.message, field="evidence")
    except ImpossibleRecord as refused:
        # What the answers say against the record is corrected here; what the record alone has wrong is listed among the problems.
        if (need := refused.data.get("need")) is not None:
            yield Finding("dossier_complete", refused.message, field=field_of(BY_NAME[need]))
    except YiguiError:
        return  # what the parameters do not allow yet is listed among the problems


def _identity(facts: PensionFacts) -> Iterator[Finding]:
    """The identity as typed is that of the open relation; women insured by themselves have the age of 55 unless a post gave them 50."""
    relation = next((c for c in facts.running_coverages if c.insurance == PENSION), None)
    typed = facts.get("insured_identity")
    if relation is None:
        return
    is_flexible = relation.employer_id is None
    if typed and (typed == FLEXIBLE) != is_flexible:
        words = "参保记录为灵活就业人员" if is_flexible else "参保记录在用人单位名下"
        yield facts.refuse("dossier_complete", f"参保身份与登记不符：{words}。", field="insured_identity")
    if is_flexible and facts.group == RetirementGroup.WOMEN_50:
        yield facts.remind(
            "dossier_complete", "以灵活就业人员身份参保的女性一般按原法定 55 周岁办理；按 50 周岁的，请核对其企业岗位的依据并在材料名称中载明。",
            field="retirement_group",
        )  # fmt: skip


@check("identity_clean")
def identity_clean(facts: Facts) -> Iterator[Finding]:
    """Birth and first work as typed agree with our record and with public security."""
    person = facts.person
    if person is None:
        return
    if facts["birth_date"] != person.born_on or (facts.identity is not None and facts.identity.born_on != person.born_on):
        yield facts.refuse("identity_clean", f"登记的出生日期 {person.born_on}。", field="birth_date")
    started = facts["work_start_date"]
    if person.work_started_on is not None and started != person.work_started_on:
        yield facts.refuse("identity_clean", f"登记的参加工作日期 {person.work_started_on}。", field="work_start_date")
    if started is not None and started <= person.born_on:
        yield Finding("identity_clean", "参加工作日期不晚于出生日期，请核对。", field="work_start_date")
