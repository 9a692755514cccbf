"""Reported deaths that contradict our record or each other (死亡信息核定): work for a reviewer, settled with both facts side by side.

What a report means is `exchange_deaths_v1`'s to say; here is who decides what it cannot say, and the work that waits for it.
"""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction

from yigui.common.errors import Conflict, Forbidden, NotFound
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.common.sqlfiles import named_sql
from yigui.db.each import each_past
from yigui.db.presence import act_as
from yigui.entitlement.queries import benefits_of, claims_of_death
from yigui.exchange.models import DeathRecord, DeathVerdict
from yigui.registry.models import Person
from yigui.registry.queries import area_name, areas_under
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of
from yigui.tasks import origins
from yigui.tasks.end_task import settle_origin
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference

KIND = "death_conflict"
#: Posts that settle; the database asks for the same (`exchange_verdict_ground_v1`).
SETTLING = frozenset({Role.REVIEWER, Role.SECTION_HEAD, Role.AUDITOR})
ROWS_MAX = 500
#: Recoveries that a sentence names.
_CLAIMS_NAMED = 10
#: Why a report waits, by its standing.
WAITING = {
    "other_name": "报送姓名与参保登记不一致",
    "before_birth": "死亡日期早于参保登记的出生日期",
    "contradicted": "死亡日期之后还有本人在世的记录",
    "other_day": "不同报送载明的死亡日期不同",
}
#: What speaks for the person's life after a reported day, by its kind (`exchange_life_after_v1`).
LIFE_AFTER = {
    "certified": "{day} 本人办理资格认证",
    "seen": "{day} 有生存比对信息",
    "retired": "{day} 退休",
    "employed": "{month} 起就业参保",
    "paid": "{month} 仍缴费",
}
_STANDINGS = {
    **WAITING, "in_force": "已采信", "dismissed": "不予采信", "withdrawn": "误报，已更正", "unmatched": "未匹配到参保人",
}  # fmt: skip


class DeathSettled(Conflict):
    code = "tasks.death_settled"


@dataclass(frozen=True)
class Report:
    """A reported death and how it stands: `words` for people, `is_waiting` while a reviewer is to decide."""

    record: DeathRecord
    standing: str

    @property
    def words(self) -> str:
        return _STANDINGS[self.standing]

    @property
    def is_waiting(self) -> bool:
        return self.standing in WAITING

    @property
    def may_hold(self) -> bool:
        """Whether it can be adopted as it stands: a death before the birth cannot, whoever wants it; the partner sends another."""
        return self.standing != "before_birth"


def reports_of(person: Person) -> list[Report]:
    """Every death reported for a person under any number they have or had, the earliest day first; at most 100."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_id, standing FROM exchange_deaths_v1(%s) ORDER BY died_on, record_id LIMIT 100", [person.pk])
        standings = dict(cursor.fetchall())
    rows = DeathRecord.objects.select_related("file__partner", "file__received_by", "verdict__decided_by", "withdrawal")
    found = {record.pk: record for record in rows.filter(pk__in=standings)}
    return [Report(found[number], standing) for number, standing in standings.items()]


def life_after(report: Report, person: Person) -> list[str]:
    """What our own record holds against the reported day, in words, the latest of each kind; nothing for another reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, max(on_day) FROM exchange_life_after_v1(%s, %s, %s) GROUP BY kind ORDER BY kind",
            [person.pk, report.record.died_on, report.record.pk],
        )
        return [LIFE_AFTER[kind].format(day=day, month=format_period(period_of(day))) for kind, day in cursor.fetchall()]


def claims_named(person: Person) -> str:
    """The recoveries that rest on a person's death and are still open, with what becomes of them, in words; "" when there is none."""
    claims = [claim for benefit in benefits_of(person) for claim in claims_of_death(benefit)][:_CLAIMS_NAMED]
    if not claims:
        return ""
    words = "、".join(
        f"{recovery.pk} 号（{format_period(recovery.start_period)} 至 {format_period(recovery.end_period)}，尚应退 {format_fen(left)} 元）"
        for recovery, left in claims
    )
    return f"按死亡登记的追回尚未结清：{words}；死亡信息不予采信的，以关键信息变更（CHG-004，生存状态）撤销追回。"


def waiting_reports(user: User) -> list[tuple[Report, Person]]:
    """Reports that wait for a reviewer, about people of the areas somebody's agency answers for, the oldest first; at most `ROWS_MAX`."""
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("tasks", "watches")["waiting_deaths"],
            {"most": ROWS_MAX, "skip": 0, "areas": areas_under(user.agency.area_id)},
        )
        rows = cursor.fetchall()
    records = DeathRecord.objects.select_related("file__partner").in_bulk([r[0] for r in rows])
    people = Person.objects.select_related("area").in_bulk([r[1] for r in rows])
    return [(Report(records[record], standing), people[person]) for record, person, standing in rows]


def report_of(record_id: int) -> tuple[Report, Person | None]:
    """A report with whom it is about.

    Raises:
        NotFound: there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM exchange_death_record d CROSS JOIN LATERAL registry_person_of_v1(d.id_number) AS w (person_id) WHERE d.id = %s",
            [record_id],
        )
        found = cursor.fetchone()
    if found is None:
        raise NotFound(f"没有 {record_id} 号死亡信息，请核对编号。")
    person = Person.objects.select_related("area").filter(pk=found[0]).first()
    if person is None:
        rows = DeathRecord.objects.select_related("file__partner", "file__received_by", "verdict__decided_by", "withdrawal")
        return Report(rows.get(pk=record_id), "unmatched"), None
    return next((r for r in reports_of(person) if r.record.pk == record_id), None) or _gone(record_id), person


def _gone(record_id: int) -> Report:
    raise NotFound(f"{record_id} 号死亡信息刚刚变动，请刷新后重试。")


def refuse_foreign(user: User, person: Person | None) -> None:
    """Refuse a report about somebody of an area another agency answers for; one about nobody we know shows nobody.

    Raises:
        Forbidden: somebody else's.
    """
    if person is not None and person.area_id not in areas_under(user.agency.area_id):
        raise Forbidden(
            f"该参保人属于{area_name(person.area_id)}，死亡信息由该地区或其市级经办机构的人员查看和核定；确需了解的，请向该机构查询。",
            area=person.area_id,
        )


def why_not(user: User, report: Report) -> str:
    """Why somebody may not settle a report, in words; "" when they may. The page and the deed ask it, and the database again."""
    if not report.is_waiting:
        return f"这条死亡信息{report.words}，无须核定。"
    if user.role not in SETTLING:
        return "死亡信息由审核人员、科室负责人或稽核人员核定。"
    file = report.record.file
    if file is not None and is_one_of(user, [file.received_by_id]):
        return "您接收了这份文件，请由其他有权核定的人员办理。"
    return ""


@transaction.atomic
def settle_death(*, record_id: int, actor: User, holds: bool, reason: str, today: dt.date) -> Report:
    """Settle a report that waits: it holds (采信), or it does not. Of several days the one that holds dismisses the others.

    Raises:
        Forbidden: not a reviewer, of another agency's area, or whoever took the report in. DeathSettled: it does not wait, no reason is given, or it is to hold and
            names a day before the birth.
    """
    report, person = report_of(record_id)
    refuse_foreign(actor, person)
    assert person is not None or not report.is_waiting
    if not report.is_waiting:
        raise DeathSettled(_by_whom(report))
    refusal = why_not(actor, report)
    if refusal:
        raise Forbidden(refusal)
    if len(reason.strip()) < 4:
        raise DeathSettled("请写明核定的理由，不少于四个字。")
    assert person is not None
    if holds and not report.may_hold:
        raise DeathSettled(never_holds(report, person))
    act_as(actor)
    _decide(report.record, actor, holds, reason)
    if holds:
        for other in reports_of(person):
            if other.record.pk != record_id and other.standing in ("other_day",):
                _decide(other.record, actor, False, f"以 {report.record.died_on} 为准：{reason}")
    for other in reports_of(person):
        if not other.is_waiting:
            settle_origin(
                Reference(origins.DEATH, other.record.pk), outcome="settled", note=f"死亡信息{other.words}。", today=today
            )
    return report_of(record_id)[0]


def never_holds(report: Report, person: Person) -> str:
    """Why a report cannot be adopted by anybody and what is done instead; the database says the same (`exchange_verdict_ground_v1`)."""
    return (
        f"死亡日期 {report.record.died_on} 早于登记的出生日期 {person.born_on}，不能采信；请不予采信并请报送单位更正后重报，"
        "登记有误的先以关键信息变更（CHG-004）更正出生日期。"
    )


def _by_whom(report: Report) -> str:
    verdict = getattr(report.record, "verdict", None)
    if verdict is None:
        return f"这条死亡信息{report.words}，无须核定。"
    return f"这条死亡信息已由 {verdict.decided_by.full_name} 核定为“{verdict.get_verdict_display()}”：{verdict.reason}"


def _decide(record: DeathRecord, actor: User, holds: bool, reason: str) -> None:
    verdict = DeathVerdict.Settled.HOLDS if holds else DeathVerdict.Settled.DISMISSED
    DeathVerdict.objects.create(record=record, verdict=verdict, reason=reason.strip()[:300], decided_by=actor)


def look_for_conflicts(today: dt.date) -> int:
    """Reports of deaths that wait for a reviewer become a task each; those that wait no more end it. Gives how many were opened."""

    @transaction.atomic
    def end(row: tuple[int]) -> bool:
        settle_origin(Reference(origins.DEATH, row[0]), outcome="settled", note="死亡信息已核定或已更正。", today=today)
        return True

    @transaction.atomic
    def found(row: tuple[int, int, str]) -> bool:
        record, person = DeathRecord.objects.get(pk=row[0]), Person.objects.get(pk=row[1])
        facts = "、".join(life_after(Report(record, row[2]), person)) if row[2] == "contradicted" else ""
        words = (
            f"{WAITING[row[2]]}{f'（{facts}）' if facts else ''}：报送 {record.name}、{record.died_on} 死亡；登记 {person.name}、{person.born_on} 出生。"
            f"请在“死亡信息核定”页对照核定，核实前先核对是否同一人。{claims_named(person)}"
        )
        open_task(
            kind="death_conflict", origin=Reference(origins.DEATH, record.pk), note=words, agency=agency_of_area(person.area_id),
            area_code=person.area_id, today=today, person=person,
        )  # fmt: skip
        return True

    each_past(partial(_rows, "settled_deaths"), end, job="tasks.look_around")
    return each_past(partial(_rows, "new_conflicts"), found, job="tasks.look_around").done


def _rows(name: str, skip: int) -> list[Any]:
    """The rows of a watch, without so many of the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("tasks", "watches")[name], {"most": ROWS_MAX, "skip": skip})
        return cursor.fetchall()


def end_doubtful(today: dt.date) -> int:
    """Tasks that rest on a reported death which is in force no more end with the reason, and name the recoveries that followed from it
    (死亡信息不再采信). Gives how many reports."""

    @transaction.atomic
    def end(row: tuple[int, int | None, str]) -> bool:
        record_id, person_id, standing = row
        person = Person.objects.filter(pk=person_id).first() if person_id is not None else None
        words = f"{record_id} 号死亡信息现为“{_STANDINGS[standing]}”"
        if person is not None and standing == "contradicted":
            words += f"（{'、'.join(life_after(Report(DeathRecord.objects.get(pk=record_id), standing), person))}）"
        words += "，待审核人员核定；采信后另行列入核查。" if standing in WAITING else "，不再据此核查。"
        named = claims_named(person) if person is not None else ""
        settle_origin(Reference(origins.DEATH, record_id), outcome="not_in_force", note=f"{words}{named}", today=today)
        return True

    return each_past(partial(_rows, "deaths_in_doubt"), end, job="tasks.look_around").done


def _still_waits(task: Task) -> str:
    """Nobody ends the task while the report waits: it is settled on its page."""
    report, _ = report_of(task.origin_id)
    return "这条死亡信息尚未核定，请到“死亡信息核定”页写明理由办理。" if report.is_waiting else ""


register_check(KIND, "looked_at", _still_waits)
