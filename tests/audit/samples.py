"""A drawn month of a test: cases finished in November, of which four in ten are drawn."""

import datetime as dt

from django.db import connections, transaction

from tests import city
from yigui.audit.models import SampledCase, Share
from yigui.audit.screening import open_leads
from yigui.audit.work import Said, open_examinations
from yigui.casework.models import Case
from yigui.db.presence import asked
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

#: Who accepts in a county. The month after that of the tests' day.
COUNTY_TELLER = "teller-511102"
NEXT = dt.date(2026, 12, 1)


def drawn(cases: int = 12, *, of_county: int = 0) -> list[SampledCase]:
    """So many cases more finish, at the city and at a county, and the month is drawn. Gives what of the city's agency is nobody's yet, in the order of the draw."""
    Share.objects.using("owner").filter(stratum="class_3").update(percent=40)
    for _ in range(cases):
        city.accept_class3()
    for _ in range(of_county):
        city.accept_class3(username=COUNTY_TELLER)
    asked("SELECT audit_draw_v1(%s)", NEXT)
    open_examinations(city.TODAY)
    return waiting()


def waiting(agency: str = "51110001") -> list[SampledCase]:
    """Sampled cases of an agency that nobody has taken."""
    free = Task.objects.filter(kind="audit_case", state="open").values("origin_id")
    rows = SampledCase.objects.filter(pk__in=free, sample__agency=agency).select_related(
        "case__accepted_by", "case__agency__area", "sample"
    )
    return list(rows.order_by("place"))


def taken(sampled: SampledCase, by: str = "auditor") -> Task:
    """Its examination is taken."""
    return take(task_id=task_of(sampled).pk, actor=city.user(by))


def task_of(sampled: SampledCase) -> Task:
    return Task.objects.get(kind="audit_case", origin_id=sampled.pk, origin_no="")


def error_of(case: Case, kind: str = "wrong_key_data", *, is_to_correct: bool = True) -> Said:
    """An error of whoever accepted a case."""
    return Said(kind, case.accepted_by_id, None, "手机号码录入与申请表不符", is_to_correct)


def leads() -> None:
    """Two people stand there twice, which a rule finds; a lead each, and its task."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for number in range(2):
            one, other = city.next_person(), city.next_person()
            cursor.execute("UPDATE registry_person SET mobile = %s WHERE id = %s", [f"1381111777{number}", one.pk])
            cursor.execute(
                "UPDATE registry_person p SET (name, born_on, gender, mobile) = (SELECT o.name, o.born_on, o.gender, o.mobile FROM registry_person o "
                "WHERE o.id = %s) WHERE p.id = %s", [one.pk, other.pk]
            )  # fmt: skip
    asked("SELECT audit_screen_v1('B04', %s)", city.TODAY)
    open_leads(city.TODAY)
