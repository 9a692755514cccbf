"""Screening (疑点筛查): rules as dated data look at what stands in the database; what is new is a lead, and becomes a task of an auditor."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from yigui.audit.models import Lead
from yigui.common import clock
from yigui.db.each import each, each_past
from yigui.db.presence import asked
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference

#: The kind of the task, what it comes from; leads that become tasks in one go.
LEAD, OF_LEAD, _ROWS_MAX = "audit_lead", "audit_lead", 500
#: Leads of this severity stand on the list alone (关注).
WATCHED = "S3"


def screen() -> int:
    """Run the rules that are due, each in a transaction of its own: one that fails stops none of the others. Gives how many leads are new."""
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_screens_v1(%s)", [today])
        rules = [code for (code,) in cursor.fetchall()]
    fresh = 0

    @transaction.atomic
    def one(rule: str) -> bool:
        nonlocal fresh
        fresh += int(asked("SELECT audit_screen_v1(%s, %s)", rule, today)[0])
        return True

    each(rules, one, job="audit.screen")
    open_leads(today)
    return fresh


def open_leads(today: dt.date) -> int:
    """Leads that are nobody's work yet become a task, each in a transaction of its own; gives how many. Those that are only watched stay on the list."""
    mine = Task.objects.filter(kind=LEAD, origin_kind=OF_LEAD, origin_id=OuterRef("pk"), origin_no="", part="")
    waiting = Lead.objects.exclude(severity=WATCHED).filter(~Exists(mine)).order_by("pk").values_list("pk", flat=True)

    @transaction.atomic
    def one(number: int) -> bool:
        lead = Lead.objects.select_related("person", "employer", "user").get(pk=number)
        about = f"{lead.user.full_name}：" if lead.user else ""
        open_task(
            kind="audit_lead", origin=Reference(OF_LEAD, number), agency=agency_of_area(lead.area_id), area_code=lead.area_id, today=today,
            note=f"{lead.rule} {lead.rule_name}：{about}{lead.words}", person=lead.person, employer=lead.employer if lead.person is None else None,
        )  # fmt: skip
        return True

    return each_past(lambda skip: list(waiting[skip : skip + _ROWS_MAX]), one, job="audit.open_leads").done
