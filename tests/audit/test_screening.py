"""Rules look at what stands there; each event is a lead once; grave ones are somebody's work, and what officers do is looked into by audit alone."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from tests import city
from tests.exchange.test_deaths import reported, row
from tests.pages import page_of, signed_in
from yigui.accounts.models import PersonalAccount
from yigui.audit.models import Lead, Screening, ScreenRule
from yigui.audit.screening import open_leads
from yigui.db.presence import asked
from yigui.entitlement.models import Benefit
from yigui.registry.models import Person
from yigui.tasks.end_task import finish
from yigui.tasks.errors import NotYours
from yigui.tasks.kinds import all_kinds
from yigui.tasks.models import Task
from yigui.tasks.who_may import worklist
from yigui.tasks.work_on import take

TODAY = city.TODAY


@contextmanager
def past_guards() -> Iterator[Any]:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def run(statement: str, values: list[Any]) -> None:
    with past_guards() as cursor:
        cursor.execute(statement, values)


def screened(rule: str, day: dt.date = TODAY) -> int:
    return int(asked("SELECT audit_screen_v1(%s, %s)", rule, day)[0])


def test_all_rules_are_declared_and_those_with_a_statement_run() -> None:
    rules = list(ScreenRule.objects.in_force(TODAY))
    assert len(rules) == 52
    statements = {rule.code for rule in rules if rule.way == "statement"}
    assert len(statements) == 9
    kinds = {kind.code for kind in all_kinds(TODAY)}
    assert all(rule.what in kinds for rule in rules if rule.way == "task")
    assert all(rule.what for rule in rules)
    day = dt.date(2026, 7, 1)
    # What another test has run on a later day is due no more on this one.
    statements -= set(Screening.objects.filter(day__gt=day).values_list("rule", flat=True))
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT audit_screens_v1(%s)", [day])
        assert {code for (code,) in cursor.fetchall()} == statements
        for code in sorted(statements):
            screened(code, day)
        cursor.execute("SELECT audit_screens_v1(%s)", [day])
        assert cursor.fetchall() == [], "once a day"
    assert set(Screening.objects.filter(day=day).values_list("rule", flat=True)) == statements


def pensioners() -> list[Benefit]:
    return list(Benefit.objects.filter(kind=1, status="active").select_related("person").order_by("-id")[:3])


def _dead_for_long() -> int:
    one = PersonalAccount.objects.filter(person__merged_into=None, status="open").latest("pk").person
    reported(row(one, day="2025-01-05"))
    return one.pk


def _twice() -> int:
    one, other = city.next_person(), city.next_person()
    run("UPDATE registry_person SET mobile = '13811119999' WHERE id = %s", [one.pk])
    run(
        "UPDATE registry_person p SET (name, born_on, gender, mobile) = (SELECT o.name, o.born_on, o.gender, o.mobile FROM registry_person o WHERE o.id = %s) "
        "WHERE p.id = %s", [one.pk, other.pk]
    )  # fmt: skip
    return min(one.pk, other.pk)


def _two_grants() -> int:
    cases = [city.accept_class3(), city.accept_class3()]
    run(
        "UPDATE casework_case SET item_code = 'PEN-005', person_id = %s WHERE id = ANY (%s)",
        [cases[0].person_id, [c.pk for c in cases]],
    )
    return int(cases[0].person_id or 0)


def _made_older() -> int:
    benefit = pensioners()[1]
    run(
        "INSERT INTO warrants_change (warrant_id, table_name, row_id, kind, before, after, changed_at) SELECT max(id), 'registry_person', %s, 'U', "
        "'{\"born_on\": \"1970-01-01\"}', '{\"born_on\": \"1964-01-01\"}', to_date(%s, 'YYYYMM') - interval '3 months' FROM warrants_warrant",
        [benefit.person_id, str(benefit.start_period)],
    )
    return benefit.person_id


def _at_work_as_a_child() -> int:
    one = pensioners()[2].person
    run("UPDATE registry_person SET work_started_on = born_on + 3650 WHERE id = %s", [one.pk])
    return one.pk


def _taken_on_again() -> int:
    benefit, work = pensioners()[0], city.next_employee()
    run(
        "UPDATE registry_coverage SET person_id = %s, start_period = %s WHERE id = (SELECT max(id) FROM registry_coverage "
        "WHERE person_id = %s AND insurance = 'employee_pension')", [benefit.person_id, benefit.start_period + 100, work.person_id]
    )  # fmt: skip
    return benefit.person_id


def _one_account() -> int:
    one, other, _ = pensioners()
    run(
        "UPDATE benefits_benefit b SET (bank_code, account_no) = (SELECT o.bank_code, o.account_no FROM benefits_benefit o WHERE o.id = %s) WHERE b.id = %s",
        [one.pk, other.pk],
    )
    return min(one.person_id, other.person_id)


@pytest.mark.parametrize(
    ("rule", "make", "said"),
    [
        ("A12", _dead_for_long, "死亡已超过 365 日"), ("B04", _twice, "证件号码不同"), ("B06", _two_grants, "2 件身后待遇"),
        ("C02", _made_older, "改早为 1964-01-01"),
        ("C03", _at_work_as_a_child, "不满 16 周岁"), ("C08", _taken_on_again, "参加职工养老保险"), ("E01", _one_account, "2 名领取人"),
    ],
)  # fmt: skip
def test_what_a_rule_is_for_is_found_once_and_becomes_work(rule: str, make: Any, said: str) -> None:
    screened(rule, dt.date(2026, 8, 1))
    person = make()
    assert screened(rule, dt.date(2026, 9, 1)) >= 1
    lead = Lead.objects.get(rule=rule, person=person)
    assert said in lead.words
    assert lead.found_on == dt.date(2026, 9, 1)
    assert screened(rule, dt.date(2026, 9, 1)) == 0, "it has run"
    assert screened(rule, dt.date(2026, 10, 1)) == 0, "it is known"
    assert Screening.objects.get(rule=rule, day=dt.date(2026, 10, 1)).hits >= 1
    open_leads(TODAY)
    assert open_leads(TODAY) == 0
    tasks = Task.objects.filter(kind="audit_lead", origin_id=lead.pk)
    if lead.severity == "S3":
        assert not tasks.exists(), "it is watched"
        return
    task = tasks.get()
    assert (task.person_id, task.posts) == (person, ["auditor"])
    assert rule in task.note
    assert Person.objects.get(pk=person).name not in task.note


def _steps(number: int, at: str, took: str) -> int:
    """So many steps passed by a reviewer of the city, of one case each time more, all accepted by one teller."""
    case = city.decide(city.accept_class2(), "reviewer")
    step = case.steps.filter(decided_by__username="reviewer").latest("pk")
    run(
        "INSERT INTO casework_step (case_id, round, seq, code, reason, site, state, item_code, area_code, agency_id, claimed_by_id, claimed_at, decided_by_id, "
        "decided_at, decided_on, opinion) SELECT case_id, 90, n, code, '', site, 'passed', item_code, area_code, agency_id, decided_by_id, "
        "%s::timestamptz - %s::interval, decided_by_id, %s::timestamptz, %s::timestamptz::date, '' FROM casework_step, generate_series(1, %s) AS n WHERE id = %s",
        [at, took, at, at, number, step.pk],
    )
    return step.decided_by_id or 0


def test_what_an_officer_did_is_looked_into_by_audit_alone_and_never_by_that_officer() -> None:
    reviewer = _steps(25, "2026-10-14 10:00+08", "3 seconds")
    assert screened("F03", dt.date(2026, 11, 4)) == 2
    hasty = Lead.objects.get(rule="F03", event__startswith="hasty")
    assert (hasty.user_id, hasty.words) == (reviewer, "2026-10-14 领取后 10 秒内通过 25 件。")
    assert "其中 25 件由" in Lead.objects.get(rule="F03", event__startswith="pair").words
    open_leads(TODAY)
    task = Task.objects.get(kind="audit_lead", origin_id=hasty.pk)
    assert not Task.objects.filter(worklist(city.user("head")), pk=task.pk).exists()
    with pytest.raises(NotYours, match="只由稽核人员和领导核查"):
        take(task_id=task.pk, actor=city.user("head"))
    for who in ("head", "reviewer"):
        assert signed_in(who).get("/audit/leads/").status_code == 403
    auditor = signed_in("auditor")
    listed = page_of(auditor.get("/audit/leads/?rule=F03"))
    assert f'href="/tasks/{task.pk}/"' in listed
    take(task_id=task.pk, actor=city.user("auditor"))
    finish(task_id=task.pk, actor=city.user("auditor"), outcome="proven", note="未逐项核对即通过", today=TODAY)
    assert "属实，已处理" in page_of(auditor.get("/audit/leads/?rule=F03"))
    assert "100%" in page_of(auditor.get("/audit/rules/?way=statement"))
    assert "没有户籍注销" in page_of(auditor.get("/audit/rules/?way=lacks"))


def test_what_is_only_watched_stands_on_the_list_and_is_nobodys_task() -> None:
    reviewer = _steps(2, "2026-11-05 22:30+08", "1 hour")
    assert screened("F02", dt.date(2026, 11, 6)) == 1
    lead = Lead.objects.get(rule="F02", user=reviewer)
    open_leads(TODAY)
    assert not Task.objects.filter(kind="audit_lead", origin_id=lead.pk).exists()
    assert "夜间（20:00 至次日 07:00）办理一、二类办件 2 环节" in page_of(signed_in("auditor").get("/audit/leads/?came=watched"))
