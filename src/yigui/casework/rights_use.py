"""Rights nobody uses and rights that end soon (长期未使用、即将到期的权限), and the yearly check of an agency's rights (R314)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from functools import partial

from django.db import IntegrityError, connection, transaction

from yigui.common import clock
from yigui.common.sqlfiles import sql_text
from yigui.db.each import each
from yigui.db.presence import act_as
from yigui.registry.models import Agency
from yigui.staff.enums import DifferenceKind, Role
from yigui.staff.errors import NotAuthorised, RightsRefused
from yigui.staff.models import Authority, RightsCheck, User
from yigui.staff.rights_differences import Difference, differences, right_text
from yigui.staff.scope import agencies_of, is_at_city
from yigui.tasks.end_task import settle_origin
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.origins import RIGHTS_CHECK, RIGHTS_YEAR
from yigui.tasks.people import agency_above
from yigui.tasks.references import Reference

#: A right is looked at when nobody used it for so many days.
UNUSED_DAYS = 90
#: A right that ends within so many days is listed.
ENDING_DAYS = 30
#: Agencies a job asks for at most.
AGENCIES_MAX = 1000
#: From this month on the check of the year is asked for.
_ASKED_FROM_MONTH = 10
#: What a yearly check asks the agency to set right; temporary and ending rights are listed for information.
TO_BE_MENDED = (
    DifferenceKind.BEYOND, DifferenceKind.LACKING, DifferenceKind.NO_RULE, DifferenceKind.EXCLUSIVE, DifferenceKind.GONE,
    DifferenceKind.UNUSED,
)  # fmt: skip


def unused_rights(agencies: Collection[str], on: dt.date, days: int = UNUSED_DAYS) -> list[Difference]:
    """Rights in force on a day, held for so many days and used by no step in that time; by agency and name."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("casework", "unused_rights"),
            {"agencies": list(agencies), "on": on, "since": on - dt.timedelta(days=days)},
        )
        keys = [key for (key,) in cursor.fetchall()]
    found = {right.pk: right for right in Authority.objects.filter(pk__in=keys).select_related("user")}
    return [_of(found[key], DifferenceKind.UNUSED, f"{days} 天内未使用") for key in keys]


def ending_rights(agencies: Collection[str], on: dt.date, days: int = ENDING_DAYS) -> list[Difference]:
    """Rights that end within so many days, the first to end first."""
    rows = Authority.objects.in_force(on).filter(
        user__agency__in=agencies, user__is_active=True, valid_to__lt=on + dt.timedelta(days)
    )
    rows = rows.select_related("user").order_by("valid_to", "user__agency_id", "user__full_name", "pk")
    return [_of(right, DifferenceKind.ENDING, f"{right.valid_to} 到期") for right in rows]


def _of(right: Authority, kind: DifferenceKind, word: str) -> Difference:
    text = right_text(right.step, right.item_group, right.area_code, right.amount_fen_max)
    return Difference(right.user, kind, f"{text}，{word}", right.pk)


def report(agencies: Collection[str], on: dt.date) -> list[Difference]:
    """Everything there is to say about the rights of some agencies on a day; nothing is left out, for it is counted and signed."""
    return [*differences(agencies, on), *unused_rights(agencies, on), *ending_rights(agencies, on)]


def may_check_year(actor: User, agency: Agency) -> bool:
    """Whether somebody makes the yearly check of an agency: internal control of the level above, which is the city."""
    return actor.role == Role.AUDITOR and actor.is_active and is_at_city(actor) and agencies_of(actor).filter(pk=agency.pk).exists()


@transaction.atomic
def check_year(*, actor: User, agency: Agency, year: int, conclusion: str, today: dt.date) -> RightsCheck:
    """Record the yearly check of an agency's rights (年度权限检查) with what the reports show today; what is to be mended becomes a task.

    Raises:
        NotAuthorised: not internal control of the level above. RightsRefused: no conclusion, a year that is not this or the last,
            or it was checked already.
    """
    if not may_check_year(actor, agency):
        raise NotAuthorised("年度权限检查须由上一级（市级）内控稽核人员进行。")
    if not conclusion.strip():
        raise RightsRefused("请填写检查意见。")
    if year not in (today.year, today.year - 1):
        raise RightsRefused(f"只能登记 {today.year - 1} 或 {today.year} 年度的检查。")
    found = report([agency.pk], today)
    findings = [{"user": d.user.pk, "kind": str(d.kind), "text": f"{d.user.full_name}：{d.text}"} for d in found]
    try:
        with transaction.atomic():
            act_as(actor)
            made = RightsCheck.objects.create(
                agency=agency, year=year, checked_by=actor, counts=dict(Counter(str(d.kind) for d in found)), findings=findings,
                conclusion=conclusion.strip()[:500],
            )  # fmt: skip
    except IntegrityError as error:
        if "rights_check_once_a_year" not in str(error):
            raise
        raise RightsRefused(f"{agency.name} {year} 年度的权限检查已登记。") from error
    settle_origin(_year_of(agency, year), outcome="checked", note=f"{year} 年度权限检查已登记。", today=today)
    wrong = [d for d in found if d.kind in TO_BE_MENDED]
    if wrong:
        open_task(
            kind="rights_findings", origin=Reference(RIGHTS_CHECK, made.pk, f"{agency.pk}-{year}"), agency=agency,
            area_code=agency.area_id, today=today,
            note=f"{agency.name} {year} 年度权限检查发现 {len(wrong)} 项须整改：{made.conclusion}"[:500],
        )  # fmt: skip
    return made


def ask_for_yearly_checks(today: dt.date) -> int:
    """From October on, a task for internal control of the level above for every agency whose check of the year is missing.

    An agency that was merged into another is no longer checked. Gives how many tasks stand.
    """
    if today.month < _ASKED_FROM_MONTH:
        return 0
    done = RightsCheck.objects.filter(year=today.year).values("agency")
    missing = Agency.objects.at_work().exclude(pk__in=done).select_related("area").order_by("code")
    return each(list(missing[:AGENCIES_MAX]), partial(_ask, today=today), job="casework.ask_for_yearly_checks").done


@transaction.atomic
def _ask(agency: Agency, *, today: dt.date) -> Task:
    return open_task(
        kind="rights_check", origin=_year_of(agency, today.year), agency=agency_above(agency) or agency,
        area_code=agency.area_id, today=today, note=f"{agency.name} {today.year} 年度岗位权限检查。",
    )  # fmt: skip


def ask_today() -> None:
    """Job: see `ask_for_yearly_checks`."""
    ask_for_yearly_checks(clock.today())


def _year_of(agency: Agency, year: int) -> Reference:
    return Reference(RIGHTS_YEAR, int(agency.pk) * 10_000 + year, f"{agency.pk}-{year}")


def _still_wrong(task: Task) -> str:
    """A task about findings ends as mended only when none is left."""
    found = report([task.origin_no.partition("-")[0]], clock.today())
    wrong = [d for d in found if d.kind in TO_BE_MENDED]
    return f"尚有 {len(wrong)} 项未整改（如 {wrong[0].user.full_name}：{wrong[0].text}），请整改或写明理由办结。" if wrong else ""


register_check("rights_findings", "mended", _still_wrong)
