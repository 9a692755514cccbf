"""Telling somebody before a benefit is held for want of a certification (停发前告知).

A run holds nothing, and no case suspends, before the person has been told on three days by two ways and shared data, the family or the village
have been tried. What that takes is one rule of the database (`benefits_told_v1`); pay run, suspension and pages ask it. A notice is put down on the
day it was given, which the database sees to: three of them are not typed at once.
Ground: 人社厅发〔2018〕107号 (停发前告知); how often and by which ways is the house's own rule.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from yigui.common.months import add_months, format_period, period_of
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.entitlement.enums import CERTIFIED_KINDS, BenefitStatus, NoticeWay
from yigui.entitlement.errors import NoticeRefused
from yigui.entitlement.models import Benefit, SuspensionNotice
from yigui.entitlement.queries import certified_until, monthly_benefit
from yigui.registry.models import Person
from yigui.registry.queries import areas_under
from yigui.staff.models import User

#: Notices a page lists.
LIST_MAX = 20
#: What is asked for, in words.
RULE = "停发前须在三个不同日期、以两种以上方式告知，并经数据比对、上门、亲属或村（社区）联系"


@dataclass(frozen=True)
class Told:
    """How far a person has been told about the certification that ends with `valid_until` (YYYYMM, 0 for none)."""

    valid_until: int
    days: int
    ways: int
    is_tried: bool
    is_told: bool

    @property
    def on_record(self) -> str:
        """What is on record, and whether somebody else was tried, in a few words."""
        tried = "" if self.is_tried else "，未经比对、上门、亲属或村（社区）联系"
        return f"已告知 {self.days} 次（{self.ways} 种方式）{tried}"

    @property
    def sentence(self) -> str:
        """What is on record and what is missing, in one sentence."""
        if self.is_told:
            return f"已告知 {self.days} 次（{self.ways} 种方式），逾期未认证的可以停发。"
        tried = "" if self.is_tried else "，尚未经数据比对、上门、亲属或村（社区）联系"
        return f"已告知 {self.days} 次（{self.ways} 种方式）{tried}；{RULE}，未做到的照常发放。"


def told(person_id: int, area_code: str) -> Told:
    """What has been done to reach a person about the newest certification. Args: the area that pays."""
    until = certified_until(person_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT days, ways, is_tried, is_told FROM benefits_told_v1(%s, %s, %s)", [person_id, until, area_code])
        return Told(until, *cursor.fetchone())


def told_of(benefit_ids: Sequence[int]) -> dict[int, Told]:
    """The same of several benefits at once, by benefit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, c.until, t.days, t.ways, t.is_tried, t.is_told FROM benefits_benefit b CROSS JOIN LATERAL ("
            "SELECT coalesce(max(valid_until), 0) AS until FROM benefits_certification WHERE person_id = b.person_id) AS c "
            "CROSS JOIN LATERAL benefits_told_v1(b.person_id, c.until, b.area_id) AS t WHERE b.id = ANY (%s)",
            [list(benefit_ids)],
        )
        return {benefit: Told(*rest) for benefit, *rest in cursor.fetchall()}


def to_be_certified(person: Person) -> Benefit | None:
    """The benefit in payment that asks for a certification, whether it has run out or not."""
    benefit = monthly_benefit(person, kinds=CERTIFIED_KINDS)
    return benefit if benefit is not None and benefit.status == BenefitStatus.ACTIVE else None


def is_near_end(until: int, today: dt.date) -> bool:
    """Whether a certification (YYYYMM) ends with the next month or before: from then on people are told."""
    return until <= add_months(period_of(today), 1)


def notices_of(person_id: int) -> list[SuspensionNotice]:
    """What a person was told, newest first, at most `LIST_MAX`."""
    return list(SuspensionNotice.objects.filter(person_id=person_id).order_by("-told_on", "-id")[:LIST_MAX])


def named(notices: Sequence[SuspensionNotice]) -> list[tuple[SuspensionNotice, str]]:
    """Each with the name of whoever put it down."""
    people = dict(User.objects.filter(pk__in={one.told_by_id for one in notices}).values_list("pk", "full_name"))
    return [(one, people[one.told_by_id]) for one in notices]


def may_tell(user: User, benefit: Benefit) -> bool:
    """Whether somebody's agency pays the benefit, or one under it does."""
    return benefit.area_id in areas_under(user.agency.area_id)


@transaction.atomic
def record_notice(*, user: User, person: Person, way: str, result: str, today: dt.date) -> SuspensionNotice:
    """Put down that a person was told today, by whoever did it.

    Args:
        way: of `NoticeWay`. result: what they said, or why nobody was reached.

    Raises:
        NoticeRefused: nothing is to be told, another agency pays, an unknown way, put down today already, no words; nothing is written.
    """
    benefit = to_be_certified(person)
    if benefit is None:
        raise NoticeRefused("该人员没有须资格认证的在发待遇，不登记告知。")
    if not may_tell(user, benefit):
        raise NoticeRefused(f"该待遇由{benefit.area.name}发放，请由该地区经办机构登记告知。")
    until = certified_until(person.pk)
    if not is_near_end(until, today):
        raise NoticeRefused(f"资格认证有效至 {format_period(until)}，届满前一个月起登记告知。")
    if way not in NoticeWay.values:
        raise NoticeRefused("请从列表中选择告知方式。")
    if SuspensionNotice.objects.filter(person_id=person.pk, valid_until=until, told_on=today, way=way).exists():
        raise NoticeRefused(f"今天已登记过{NoticeWay(way).label}告知，不重复登记；请改填另一方式，或另日再告知。")
    said = reason_of(result, "请写明告知情况，如“本人接听，答应本周认证”“无人接听”", NoticeRefused)
    act_as(user)
    return SuspensionNotice.objects.create(
        person_id=person.pk, valid_until=until, told_on=today, way=way, result=said, told_by_id=user.pk
    )
