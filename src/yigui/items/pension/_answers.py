"""From the form of a pre-review to the answers of a dossier: which fields stand for which need, which are asked, what is missing."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Place
from yigui.common.months import first_day, format_period, is_half_months, months_between, parse_period, period_of, plain_months
from yigui.common.normalise import read_day
from yigui.common.reasons import reason_of
from yigui.entitlement.assess_person import index_of
from yigui.entitlement.dossier import NONE, Answers
from yigui.entitlement.plausible import implausible, working_age_month
from yigui.items.common.facts import Facts
from yigui.law.calculation import plain
from yigui.law.fact_bounds import above_cap, percent_of_titles
from yigui.law.needs import AVERAGE_INDEX, BY_NAME, CONVERTED, DEEMED, GROUP, PRE_ACCOUNT, FactKind, Need, needs, refusal_of
from yigui.law.parameter_table import ParameterMissing
from yigui.law.province import TITLES, province_of
from yigui.levy.record import ContributionRecord
from yigui.registry.models import Person

PREREVIEW = "PEN-001"
#: Kinds of retirement (retire_type): by special work, and by loss of all working capacity.
SPECIAL_WORK, SICK, RESIGNATION = "02", "03", "04"
#: Field of the form by need, where they are named differently.
_FIELD = {"group": "retirement_group", "titles": "benefit_titles"}
#: Fields that say where the answers were read.
EVIDENCE = ("evidence", "evidence_date")
#: What is asked about titles.
TITLES_NEED = BY_NAME["titles"]
#: The months a province's transitional part counts, where they are those before the accounts; elsewhere only the deemed ones count.
_BEFORE_ACCOUNTS = "pre_account"
#: The name of a paper is Chinese: so many different characters at least.
_HAN = re.compile("[\u4e00-\u9fff]")
_LETTERS_OF_NAME = 2


def field_of(need: Need) -> str:
    """The field of the form that asks for a need."""
    return _FIELD.get(need.name, need.name)


def asked_of(person: Person, day: dt.date) -> tuple[Need, ...]:
    """The needs of the place of a person on a day of retirement; the group only of women.

    Raises:
        ParameterMissing: the place has no rule for the day.
    """
    return asked_at(person.area_id, day, person)


def asked_at(area: str, day: dt.date, person: Person | None) -> tuple[Need, ...]:
    """The needs of a place on a day of retirement, of anybody where it is not known of whom.

    Raises:
        ParameterMissing: the place has no rule for the day.
    """
    return tuple(need for need in needs(area, day) if need is not GROUP or person is None or person.gender == "2")


def day_typed(typed: Mapping[str, Any], name: str, today: dt.date) -> dt.date:
    """A day of the form, or the first of a month, as typed; today while none is."""
    text = str(typed.get(name) or "")
    for read in (read_day, lambda month: first_day(parse_period(month))):
        try:
            return read(text)
        except ValueError:
            continue
    return today


def titles_of(area: str, day: dt.date) -> tuple[str, ...]:
    """The titles that a supplement of the place hangs on, on a day of retirement.

    Raises:
        ParameterMissing: the place has no rule for the day.
    """
    return province_of(area).version_at(day, area).titles_at(area)


def titles_offered(place: Place, day: dt.date) -> Mapping[str, frozenset[str]]:
    """Of the titles those that the rule of the place knows on the day of retirement, as the check of the form has them."""
    try:
        return {field_of(TITLES_NEED): frozenset({NONE, *titles_of(place.area_code, day)})}
    except ParameterMissing:
        return {}  # refused by its name when the form is checked


def typed_titles(facts: Facts) -> frozenset[str] | None:
    """The titles chosen; the empty set for 无, None where nothing was chosen."""
    chosen = facts.get("benefit_titles")
    return frozenset(chosen) - {NONE} if chosen else None


def typed_answers(facts: Facts) -> Answers:
    """The answers of the form as typed; what is empty is not answered.

    Raises:
        FactMissing: deemed months were not typed; none is 0.
    """
    deemed = facts.get("deemed_months")
    if deemed is None:
        raise refusal_of([DEEMED], facts.area_code)
    values: dict[str, Any] = {
        name: facts.named(field_of(need)) for name, need in BY_NAME.items() if name not in ("group", "titles", "deemed_months")
    }
    values = {name: _kept(BY_NAME[name], value) for name, value in values.items() if value is not None}
    if facts.person is not None and facts.person.gender == "2" and facts.get("retirement_group"):
        values["group"] = facts.get("retirement_group")
    return Answers(
        **values,
        deemed_months=plain_months(deemed),
        titles=typed_titles(facts),
        work_started_on=facts.get("work_start_date"),
    )


def _kept(need: Need, value: Any) -> Any:
    """A typed answer as the dossier keeps it: months without decimals where they are whole."""
    return plain_months(value) if need.kind is FactKind.MONTHS else value


def _wrong_months(facts: Facts, check_id: str) -> Iterator[Finding]:
    """Months that are below zero, or neither whole nor half."""
    for need in (n for n in BY_NAME.values() if n.kind is FactKind.MONTHS or n is PRE_ACCOUNT):
        months = facts.named(field_of(need))
        if months is not None and (months < 0 or not is_half_months(months)):
            yield facts.refuse(check_id, f"“{need.label}”须为整月或半月，所填为 {months}。", field=field_of(need))


def _special_work(facts: Facts, check_id: str) -> Iterator[Finding]:
    """What hangs on special work: its record, its kind, and the months it is converted into; none of them without it."""
    name, converted = facts.get("special_work"), facts.named(field_of(CONVERTED))
    if facts.get("retire_type") != SPECIAL_WORK:
        if name:
            yield facts.refuse(check_id, "离退休类别不是特殊工种提前退休，请清空“特殊工种”。", field="special_work")
        if converted:
            yield facts.refuse(check_id, f"离退休类别不是特殊工种提前退休，请清空“{CONVERTED.label}”。", field=field_of(CONVERTED))
        return
    if "special_work_record" not in facts.given:
        yield Finding(check_id, "特殊工种提前退休的，请收取特殊工种备案材料。", field="special_work")


def incomplete(facts: Facts, check_id: str) -> Iterator[Finding]:
    """What the place asks and the form does not say, what it says and the place does not ask, and papers that are not named.

    Facts that the record answers, and those only some people are asked for, are found by the assessment itself.
    """
    person, day = facts.person, facts.get("retire_date")
    if person is None or day is None:
        return
    try:
        asked = asked_of(person, day)
    except ParameterMissing as refused:
        yield Finding(check_id, refused.message, field="retire_date")
        return
    for need in (GROUP, DEEMED):
        if need in asked and facts.named(field_of(need)) in (None, ""):
            yield facts.refuse(check_id, f"缺“{need.label}”（来源：{need.source}）。", field=field_of(need))
    yield from _wrong_months(facts, check_id)
    yield from _special_work(facts, check_id)
    if facts.get("deemed_months") is not None:
        answers = typed_answers(facts)
        for need, wrong in implausible(answers, person=person, area=person.area_id, retired_on=day):
            yield Finding(check_id, wrong, field=field_of(need))
    chosen = facts.get("benefit_titles") or []
    if NONE in chosen and len(chosen) > 1:
        yield facts.refuse(check_id, "“无”不能与其他加发身份同时选择。", field="benefit_titles")
    if TITLES_NEED in asked and (other := set(chosen) - {NONE, *titles_of(person.area_id, day)}):
        words = "、".join(TITLES[title] for title in sorted(other))
        yield facts.refuse(check_id, f"当地 {day} 的计发办法没有“{words}”的加发，请取消该选项。", field="benefit_titles")
    for need in BY_NAME.values():
        if need not in asked and need is not DEEMED and facts.named(field_of(need)) not in (None, "", []):
            yield facts.refuse(check_id, f"当地 {day} 的计发办法不使用“{need.label}”，请清空。", field=field_of(need))
    by_paper = [n for n in asked if n not in (GROUP, DEEMED) and facts.named(field_of(n)) not in (None, "", [], [NONE])]
    if by_paper and (wrong := no_reference(facts.get("evidence"), f"请填写“{by_paper[0].label}”等事实依据的材料名称和编号")):
        yield facts.refuse(check_id, wrong, field="evidence")


def no_reference(text: object, asked: str) -> str:
    """What is wrong with the name and number of a paper as typed, in words; "" where it names one."""
    try:
        said = reason_of(text, asked, ValueError)
    except ValueError as refused:
        return str(refused)
    if len(set(_HAN.findall(said))) < _LETTERS_OF_NAME:
        return f"{asked}，如“养老保险手册 川字 0077 号”；所填“{said[:20]}”不是材料名称。"
    return ""


def unlikely(facts: Facts, check_id: str, record: ContributionRecord | None) -> Iterator[Finding]:
    """What can be and seldom is: an index above the cap of the base or beside that of the record, months before the accounts that are not the
    record's, percents that are not those of the titles."""
    person, day = facts.person, facts.get("retire_date")
    if person is None or day is None or facts.get("deemed_months") is None:
        return
    answers = typed_answers(facts)
    for name, value in answers.given().items():
        asked = above_cap(BY_NAME[name], value, day)
        if name == AVERAGE_INDEX.name and record is not None:
            asked += _beside_record(answers, record, person.area_id)
        if name == PRE_ACCOUNT.name and record is not None:
            asked += _months_beside_record(answers, record, person, day)
        if name == DEEMED.name and value and record is not None:
            asked += _paid_beyond_work(answers, record, day)
        if asked:
            yield Finding.question(check_id, asked, field=field_of(BY_NAME[name]))
    if asked := percent_of_titles(answers.titles, answers.supplement_percent, person.area_id, day):
        yield Finding.question(check_id, asked, field="supplement_percent")


def _beside_record(answers: Answers, record: ContributionRecord, area: str) -> str:
    """In words that the index of the paper is another than the record's, both named; "" where it is the same or the record gives none."""
    if answers.average_index is None or not record.years:
        return ""
    try:
        by_record = index_of(record, province_of(area), replace(answers, average_index=None)).value
    except ParameterMissing:
        return ""
    # A paper has fewer decimals than the calculation.
    if by_record.quantize(answers.average_index, ROUND_HALF_UP) == answers.average_index:
        return ""
    return (
        f"按系统的缴费记录计算，平均缴费工资指数为 {plain(by_record)}，所填手册所载指数为 {plain(answers.average_index)}："
        "请核对手册原件，写明按所填指数核定的理由。"
    )


def _months_beside_record(answers: Answers, record: ContributionRecord, person: Person, day: dt.date) -> str:
    """In words that the months before the accounts are others than those of the record and the deemed ones; of a record that does not say,
    that there were not so many from the start of work, or the working age, to the accounts. "" where neither is so."""
    province, typed = province_of(person.area_id), answers.pre_account_months
    try:
        transitional = province.version_at(day, person.area_id).transitional
    except ParameterMissing:
        return ""  # refused by its name elsewhere
    if typed is None or transitional.years != _BEFORE_ACCOUNTS:
        return ""
    start = province.account_start
    accounts = f"当地自 {format_period(start)} 起建立个人账户"
    before = record.months_before(start)
    if before is None:
        since = first_day(working_age_month(person, day)) if answers.work_started_on is None else answers.work_started_on
        most = max(0, months_between(period_of(since), start) - 1)
        if typed <= most:
            return ""
        known = f"{accounts}，{since} 至此最多 {most} 个月"
    elif typed == before + answers.deemed_months:
        return ""
    else:
        known = f"{accounts}，按系统的缴费记录此前实缴 {before} 个月，视同缴费 {answers.deemed_months} 个月"
    return f"{known}，所填“{PRE_ACCOUNT.label}”为 {plain(typed)} 个月：请核对手册或改制文件所载建账年月，写明按所填月数核定的理由。"


def _paid_beyond_work(answers: Answers, record: ContributionRecord, day: dt.date) -> str:
    """In words that more months were paid than lie between the start of work and the retirement; "" where that is not so."""
    if answers.work_started_on is None:
        return ""
    worked = months_between(period_of(answers.work_started_on), period_of(day))
    if record.months <= worked:
        return ""
    return (
        f"实缴 {record.months} 个月已多于参加工作（{answers.work_started_on}）至退休的 {worked} 个月，参加工作日期或缴费记录有误："
        "请核对档案，写明认定视同缴费的依据。"
    )
