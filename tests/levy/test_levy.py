"""The levy plan: equal to the law by hand, guarded, approved by another person, attached once, compared with last month."""

import itertools
import os
import random
from decimal import Decimal

import psycopg
import pytest
from django.db import Error, connection, connections, transaction

from tests import money
from tests.city import next_employee, next_person, user
from yigui.charges.case_bills import base_in_force, month_due
from yigui.common.errors import Forbidden
from yigui.integrity.verify import verify_all
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.levy_run import DIFFERENCES, LEVY, difference_rows, shown_rates
from yigui.levy.models import Bill, ContributionBase, LevyLine
from yigui.levy.verify import differing_plans, terms_of
from yigui.registry.enums import INSURANCE_OF
from yigui.registry.errors import UnknownArea
from yigui.registry.models import Coverage, Employer, Employment, Person
from yigui.runs.batches import BatchRefused, approve_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void


def test_every_line_of_a_sample_is_what_the_law_computes() -> None:
    batch = money.levied()
    # Other tests declare bases after the plan was made: their units are left out.
    declared = set(ContributionBase.objects.exclude(employer=None).values_list("employer_id", flat=True))
    retired = Person.objects.exclude(retired_on=None).values_list("pk", flat=True)
    rows = LevyLine.objects.filter(source_id=batch.pk).exclude(employer_id__in=declared).exclude(person_id__in=list(retired))
    lines = list(rows.order_by("person_id", "insurance"))
    for line in random.Random(3).sample(lines, 300):
        employer = Employer.objects.filter(pk=line.employer_id).first()
        if employer is None:
            wage = base_in_force(person=Person.objects.get(pk=line.person_id), employer=None, period=line.owed_period)
            assert wage is not None
        else:
            # Whom other tests have stopped since was at work when the plan was made.
            began = Employment.objects.filter(person_id=line.person_id, employer=employer, start_period__lte=line.owed_period)
            wage = began.order_by("-start_period")[0].declared_wage_fen
        due = month_due(
            insurance=INSURANCE_OF[line.insurance].value,
            declared_fen=wage,
            period=line.owed_period,
            area=str(line.area),
            employer=employer,
        )
        assert (line.base_fen, line.employer_fen, line.person_fen, line.account_fen) == (
            due.base_fen, due.employer_fen, due.person_fen, due.account_fen)  # fmt: skip


def test_every_active_relation_of_people_at_work_has_its_line_and_pensioners_have_none() -> None:
    batch = money.levied()
    levied = set(LevyLine.objects.filter(source_id=batch.pk).values_list("person_id", flat=True))
    at_work = set(Employment.objects.filter(start_period__lte=202610, end_period=None).values_list("person_id", flat=True))
    alone = set(
        Coverage.objects.filter(employer=None, insurance="employee_pension", start_period__lte=202610, end_period=None)
        .values_list("person_id", flat=True)
    )  # fmt: skip
    known = set(Coverage.objects.filter(start_period__lte=202610, end_period=None).values_list("person_id", flat=True))
    assert (at_work | alone) & known <= levied
    # Those whom other tests retired since were at work when the plan was made.
    assert not levied & set(Person.objects.exclude(retired_on=None).filter(benefits__awards=None).values_list("pk", flat=True))


def test_bills_add_up_their_lines() -> None:
    batch = money.levied()
    wrong = money.one(
        "SELECT count(*) FROM (SELECT employer_id, CASE WHEN employer_id = 0 THEN person_id ELSE 0 END AS payer, insurance, area, "
        "sum(employer_fen) AS e, sum(person_fen) AS p, sum(account_fen) AS a, count(*) AS n FROM contributions_line "
        "WHERE source_id = %s GROUP BY 1, 2, 3, 4 HAVING sum(employer_fen + person_fen) > 0) AS l "
        "FULL JOIN (SELECT * FROM contributions_bill WHERE source_id = %s) AS b "
        "ON b.employer_id = l.employer_id AND b.person_id = l.payer AND b.insurance = l.insurance AND b.area = l.area "
        "WHERE (l.e, l.p, l.a, l.n) IS DISTINCT FROM (b.employer_fen, b.person_fen, b.account_fen, b.person_count)",
        batch.pk, batch.pk,
    )  # fmt: skip
    assert wrong == 0
    assert batch.is_sound
    assert [check["id"] for check in batch.checks if check["level"] == "bar"] == [
        "not_empty", "people", "amount", "account", "negative", "flexible_base",
    ]  # fmt: skip


def test_two_people_and_only_their_posts() -> None:
    with pytest.raises(Forbidden):
        prepare(LEVY, area_code="511102", period=202601, user=user("teller"))
    batch = prepare(LEVY, area_code="511102", period=202601, user=user("head"))
    with pytest.raises(Forbidden):
        approve_batch(batch_id=batch.pk, user=user("head"), answers=money.answers(batch))
    with pytest.raises(BatchRefused) as refused:
        execute(batch_id=batch.pk)
    assert "须先审批" in refused.value.message
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    with pytest.raises(BatchRefused) as waiting:
        prepare(LEVY, area_code="511102", period=202601, user=user("head"))
    assert "签署，不能直接重新生成" in waiting.value.message
    execute(batch_id=batch.pk)
    before = LevyLine.objects.filter(source_id=batch.pk).count()
    assert execute(batch_id=batch.pk).status == "executed"
    assert LevyLine.objects.filter(source_id=batch.pk).count() == before == batch.row_count
    with pytest.raises(BatchRefused) as again:
        prepare(LEVY, area_code="511102", period=202601, user=user("head"))
    assert "不能重复生成" in again.value.message
    rest = prepare(LEVY, area_code="511100", period=202601, user=user("head"))
    assert "511102" not in rest.areas
    void(batch_id=rest.pk, user=user("head"), reason="试验结束，不再需要")


def test_a_plan_made_anew_is_the_same_plan_and_leaves_nothing_behind() -> None:
    first = prepare(LEVY, area_code="511102", period=202602, user=user("head"))
    second = prepare(LEVY, area_code="511102", period=202602, user=user("head"))
    assert (first.row_count, first.total_fen, first.digest) == (second.row_count, second.total_fen, second.digest)
    assert Batch.objects.get(pk=first.pk).status == "void"
    assert money.one("SELECT count(*) FROM pg_class WHERE relname ~ %s", f"^contributions_(line|bill)_{first.pk}(_|$)") == 0
    void(batch_id=second.pk, user=user("head"), reason="试验结束，不再需要")


def test_without_parameters_there_is_no_plan() -> None:
    with pytest.raises(ParameterMissing) as refused:
        prepare(LEVY, area_code="511102", period=202412, user=user("head"))
    assert "参数“缴费比例”" in refused.value.message
    with pytest.raises(BatchRefused, match="不是年月"):
        prepare(LEVY, area_code="511102", period=202613, user=user("head"))
    with pytest.raises(UnknownArea):
        prepare(LEVY, area_code="999999", period=202601, user=user("head"))


def test_differences_to_last_month_say_who_and_why() -> None:
    money.levied(202610)
    employment, person = next_employee(), next_person()
    with connections["super"].cursor() as cursor:
        # As a case would, but through the back door: the plan only reads.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE registry_employment SET declared_wage_fen = 999900 WHERE id = %s", [employment.pk])
        cursor.execute("UPDATE registry_coverage SET end_period = 202610 WHERE person_id = %s", [person.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    batch = money.plan(202611)
    try:
        found = {d["reason"]: d["lines"] for d in batch.summary["differences"]}
        assert found["base"] >= 5
        assert found["gone"] >= 2
        rows = {(r.person_id, r.insurance): r for r in difference_rows(batch, "base")}
        assert rows[employment.person_id, 110].new_base == 999900
        assert (person.pk, 110) in {(r.person_id, r.insurance) for r in difference_rows(batch, "gone")}
        assert set(found) <= set(DIFFERENCES)
    finally:
        void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")
        with connections["super"].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "UPDATE registry_employment SET declared_wage_fen = %s WHERE id = %s", [employment.declared_wage_fen, employment.pk]
            )
            cursor.execute("UPDATE registry_coverage SET end_period = NULL WHERE person_id = %s", [person.pk])
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("INSERT INTO contributions_line SELECT -1, 1, 1, 511102, 202610, 202610, 1, 1, 1, 0, 110, 1", "YG001"),
        ("INSERT INTO contributions_bill (id, source_id, employer_id, person_id, area, period, start_period, end_period, base_fen, "
         "employer_fen, person_fen, account_fen, total_fen, person_count, due_on, insurance, kind) "
         "VALUES (1, -1, 1, 0, 511102, 202610, 202610, 202610, 1, 1, 0, 0, 1, 1, '2026-01-01', 110, 1)", "YG001"),
        ("UPDATE contributions_line SET base_fen = 1", "42501"),
        ("DELETE FROM contributions_bill", "42501"),
        ("SELECT contributions_execute_levy_v2(1)", "YG001"),
        ("INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step) "
         "VALUES (1, 1, 1, 1, 1, '2026-01-01', 'x')", "YG001"),
        ("SELECT warrants_issue_v1('run', 1, 'x', '', 2::smallint, '', NULL, '{}', '{}', '{}')", "42501"),
        ("SELECT runs_issue_warrant_v1(999999)", "YG005"),
        ("SELECT contributions_issue_receipt_warrant_v1(999999)", "YG005"),
    ],
)  # fmt: skip
def test_raw_sql_as_the_application_is_refused(statement: str, code: str) -> None:
    money.levied()
    with pytest.raises(Error) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert refused.value.__cause__.sqlstate == code  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET base_fen = 1", "DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} SELECT * FROM {} LIMIT 1"]
)
def test_an_attached_plan_is_closed_to_everybody(statement: str) -> None:
    batch = money.levied()
    with pytest.raises(Error) as refused, transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute(statement.replace("{}", f"contributions_line_{batch.pk}_0"))
    assert refused.value.__cause__.sqlstate == "YG003"  # type: ignore[union-attr]


def test_verify_names_a_plan_that_was_tampered_with() -> None:
    batch = money.levied()
    assert list(differing_plans("default")) == []
    line = LevyLine.objects.filter(source_id=batch.pk).first()
    assert line is not None
    change = "UPDATE contributions_line SET person_fen = person_fen + %s WHERE source_id = %s AND person_id = %s AND insurance = %s"
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(change, [1, batch.pk, line.person_id, line.insurance])
    try:
        assert any(f"第 {batch.pk} 号批次" in fault for fault in verify_all())
    finally:
        with connections["super"].cursor() as cursor:
            cursor.execute(change, [-1, batch.pk, line.person_id, line.insurance])
            cursor.execute("SET session_replication_role = DEFAULT")
    assert list(differing_plans("default")) == []


def test_the_injury_rate_follows_class_and_step() -> None:
    batch = money.levied()
    bill = Bill.objects.filter(source_id=batch.pk, insurance=410).first()
    assert bill is not None
    employer = Employer.objects.get(pk=bill.employer_id)
    percent = {"1": "0.2", "2": "0.4", "3": "0.7", "4": "0.9", "5": "1.1", "6": "1.3", "7": "1.6", "8": "1.9"}[
        employer.industry_risk
    ]
    lines = LevyLine.objects.filter(source_id=batch.pk, employer_id=employer.pk, insurance=410)
    assert bill.total_fen == sum(int(Decimal(r.base_fen) * Decimal(percent) / 100 + Decimal("0.5")) for r in lines)


RATE = "UPDATE contributions_levy_rate SET employer_e8 = employer_e8 + 1000000 WHERE batch_id = %s AND insurance = 'unemployment'"
DAY = "UPDATE contributions_bill_%s SET due_on = due_on + 1 WHERE id = (SELECT min(id) FROM contributions_bill_%s)"


def past_all_guards(statement: str, *parameters: int) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, list(parameters))


def test_rates_and_days_are_signed_with_the_lines_and_of_an_earlier_plan_the_lines_alone() -> None:
    """The digest that heads sign is that of the lines and that of what they were made with; the page shows the rates."""
    batch = money.plan(202612, "511102")
    lines, _, terms = batch.digest.partition(".")
    assert lines.lstrip("-").isdigit()
    assert terms == terms_of(batch.pk)
    shown = shown_rates(batch)
    assert {row["insurance"] for row in shown} >= {"失业保险", "工伤保险"}
    assert all(row["rule"] for row in shown)
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    for statement, parameters in ((RATE, [batch.pk]), (DAY, [batch.pk, batch.pk])):
        with transaction.atomic(using="super"):
            past_all_guards(statement, *parameters)
            assert terms_of(batch.pk, "super") != terms
            with connections["super"].cursor() as cursor, pytest.raises(Error) as refused, transaction.atomic(using="super"):
                cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
                cursor.execute("SELECT contributions_execute_levy_v2(%s)", [batch.pk])
            assert refused.value.__cause__.sqlstate == "YG010"  # type: ignore[union-attr]
            transaction.set_rollback(True, using="super")
    void(batch_id=batch.pk, user=user("head"), reason="测试用批次，予以作废")
    # A plan that was prepared before its terms were frozen is executed and verified as it was signed.
    batch = money.plan(202612, "511102")
    with transaction.atomic(using="super"):
        past_all_guards("UPDATE runs_batch SET digest = split_part(digest, '.', 1) WHERE id = %s", batch.pk)
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    done = execute(batch_id=batch.pk)
    assert done.status == "executed"
    assert "." not in done.digest
    assert list(differing_plans("default")) == []


def test_a_list_of_areas_stands_once_in_the_rates_of_a_plan() -> None:
    rows = [row["areas"] for row in shown_rates(money.levied(202610))]
    assert len(rows[0]) > 1
    assert ["同上"] in rows
    assert not any(len(row) > 1 and row == before for before, row in itertools.pairwise(rows))


def test_a_transaction_that_was_open_before_a_draft_writes_no_rates_to_it() -> None:
    rate = (
        "INSERT INTO contributions_levy_rate (batch_id, area_code, insurance, aae140, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, "
        "ceiling_fen, source, rule, bounds_rule) VALUES (%s, '511124', %s, 210, 'employee', '', 16000000, 0, 0, 1, 99999999, '', '', '')"
    )
    with psycopg.connect(os.environ["DATABASE_URL"]) as earlier:
        earlier.execute("SELECT transaction_timestamp()")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT runs_open_v1('', 'levy', '511124', 202701, '{511124}', '', true)")
            (number,) = cursor.fetchone()
            cursor.execute(rate, [number, "unemployment"])
        with pytest.raises(psycopg.Error, match="只能在开始生成时写入"):
            earlier.execute(rate, [number, "injury"])
        earlier.rollback()
    void(batch_id=number, user=user("head"), reason="测试用批次，予以作废")


def test_rates_of_an_executed_plan_that_were_changed_are_named() -> None:
    batch = money.levied()
    with transaction.atomic(using="super"):
        past_all_guards(RATE, batch.pk)
        said = [f"contributions_levy_rate（征缴计划第 {batch.pk} 号批次）：费率、上下限或缴费期限与审批时的摘要不符。"]
        assert list(differing_plans("super")) == said
        transaction.set_rollback(True, using="super")
    assert list(differing_plans("super")) == []
