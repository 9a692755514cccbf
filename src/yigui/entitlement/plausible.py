"""Whether the answers of a dossier can be true of a person: by their size, by the person's life, and by one another."""

import datetime as dt
from collections.abc import Iterator

from yigui.common.months import months_between, period_of
from yigui.entitlement.dossier import Answers, Dossier
from yigui.law.conditions import condition
from yigui.law.fact_bounds import CHOSEN, out_of_bounds, percent_without_title, titles_against_each_other
from yigui.law.needs import BY_NAME, DEEMED, PRE_ACCOUNT, Need
from yigui.law.pension import ImpossibleRecord
from yigui.registry.models import Person

#: Needs that are months of the person's own life.
_OF_LIFE = ("deemed_months", "converted_months", "pre_account_months", "local_months")

#: Of these, those that were worked: none lies before the day on which work began.
_OF_WORK = (DEEMED, PRE_ACCOUNT)


def months_of_age(person: Person, day: dt.date) -> tuple[int, int]:
    """Months from the working age (16th birthday) of a person to a day, both months counted, and that age in years.

    Source: 劳动法第十五条 (`working_age_years`).
    """
    return months_between(working_age_month(person, day), period_of(day)), condition(
        "working_age_years", area=person.area_id, day=day
    )


def working_age_month(person: Person, day: dt.date) -> int:
    """The month (YYYYMM) in which a person comes of working age, by the law of a day. Source: as `months_of_age`."""
    return (person.born_on.year + condition("working_age_years", area=person.area_id, day=day)) * 100 + person.born_on.month


def implausible(answers: Answers, *, person: Person, area: str, retired_on: dt.date) -> Iterator[tuple[Need, str]]:
    """Each answer that cannot be true of somebody who retires in a place on a day, with what is wrong with it.

    Raises:
        ParameterMissing: the place has no rule for the day.
    """
    since, youngest = months_of_age(person, retired_on)
    for name, value in answers.given().items():
        need = BY_NAME[name]
        if need.kind in CHOSEN:
            continue
        if wrong := out_of_bounds(need, value):
            yield need, wrong
        elif name in _OF_LIFE and value > since:
            yield need, f"“{need.label}”为 {value} 个月，超过年满 {youngest} 周岁至退休的 {since} 个月，请核对。"
        elif need in _OF_WORK and answers.work_started_on is not None:
            worked = months_between(period_of(answers.work_started_on), period_of(retired_on))
            if value > worked:
                words = f"“{need.label}”为 {value} 个月，超过参加工作（{answers.work_started_on}）至退休的 {worked} 个月，请核对。"
                yield need, words
    if wrong := titles_against_each_other(answers.titles):
        yield BY_NAME["titles"], wrong
    if wrong := percent_without_title(answers.titles, answers.supplement_percent, area, retired_on):
        yield BY_NAME["supplement_percent"], wrong


def judge_answers(answers: Answers, *, person: Person, area: str, retired_on: dt.date) -> None:
    """Refuse answers of a dossier that cannot be true, before anything is computed from them.

    Raises:
        ImpossibleRecord: the first of them; `data["need"]` names it.
        ParameterMissing: the place has no rule for the day.
    """
    for need, wrong in implausible(answers, person=person, area=area, retired_on=retired_on):
        raise ImpossibleRecord(f"退休档案不能据以核定：{wrong}更正退休档案请重新办理退休预审（PEN-001）。", need=need.name)


def judge_dossier(dossier: Dossier, person: Person) -> None:
    """Refuse a dossier on file that cannot be true of its person, where its months are read without an assessment.

    Raises:
        as `judge_answers`.
    """
    judge_answers(dossier.answers, person=person, area=person.area_id, retired_on=dossier.pre_review.retired_on)


__all__ = ["implausible", "judge_answers", "judge_dossier", "months_of_age", "working_age_month"]
