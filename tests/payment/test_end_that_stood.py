"""An unemployment benefit that a wrong death ended ends when it would have ended; one without an end is not resumed, comes into payment nowhere, and is
somebody's task where it is there from before."""

import pytest
from django.db import DatabaseError, connections, transaction

from tests.city import TODAY
from tests.entitlement.people import done
from tests.exchange.test_deaths import reported, row
from tests.payment.test_unemployment_stopped import NOW, drawing, form_of, now, refusals, resumed
from yigui.common.months import add_months, first_day, format_period
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.tasks.enums import TaskState
from yigui.tasks.models import Task
from yigui.tasks.watches import look_for_endless

HEIR_MATERIALS = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")


def dies(benefit: Benefit, day: str) -> None:
    """Somebody is reported dead, and the heirs apply."""
    reported(row(benefit.person, day=day))
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "death_date": day, "mobile": "13812345678",
        "payee_name": "某某", "payee_id": "360426199101010071", "kin_relation": "02", "account_name": "某某",
        "account_no": f"62284800{benefit.pk:011d}",
    }  # fmt: skip
    done("PEN-005", form, HEIR_MATERIALS)


def lives_after_all(benefit: Benefit, day: str) -> None:
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "change_item": "07", "old_value": f"{day} 死亡",
        "new_value": "生存", "change_reason": "03",
    }  # fmt: skip
    done("CHG-004", form, ("application_form", "id_card", "identity_change_proof"))


def test_a_death_that_was_none_leaves_the_end_that_stood() -> None:
    benefit = drawing(add_months(NOW, -6), months=12)
    end, day = benefit.end_period, f"{first_day(add_months(NOW, -2))}"
    dies(benefit, day)
    assert (now(benefit).status, now(benefit).end_period) == (BenefitStatus.ENDED, add_months(NOW, -2))
    lives_after_all(benefit, day)
    after = now(benefit)
    assert (after.status, after.suspended_from, after.end_period) == (BenefitStatus.SUSPENDED, add_months(NOW, -1), end)
    done("PEN-007", resumed(after, "04", add_months(NOW, -1)), ("id_card",))
    assert (now(benefit).status, now(benefit).end_period) == (BenefitStatus.ACTIVE, end)


def test_what_has_run_out_before_a_death_is_not_paid_up_to_it() -> None:
    benefit = drawing(add_months(NOW, -8), months=3)
    end = benefit.end_period
    dies(benefit, f"{first_day(add_months(NOW, -2))}")
    assert (now(benefit).status, now(benefit).end_period) == (BenefitStatus.ENDED, end)


def test_one_without_an_end_is_refused_by_name() -> None:
    benefit = drawing(add_months(NOW, -5))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Benefit.objects.using("owner").filter(pk=benefit.pk).update(
            end_period=None, status=BenefitStatus.SUSPENDED, suspended_from=add_months(NOW, -1)
        )
    for month in (add_months(NOW, -1), NOW):
        assert any("没有该失业保险金的终止年月" in words for words in refusals("PEN-007", resumed(now(benefit), "04", month)))


def test_none_loses_its_end_while_it_is_in_payment_nor_comes_into_payment_without_one() -> None:
    benefit = drawing(add_months(NOW, -5))
    rows = Benefit.objects.using("owner").filter(pk=benefit.pk)
    for before, change in (
        ({}, {"end_period": None}),
        ({"status": BenefitStatus.PENDING, "end_period": None}, {"status": BenefitStatus.ACTIVE}),
    ):
        with (
            pytest.raises(DatabaseError, match="没有终止年月，不能发放"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
            rows.update(**before) if before else None
            rows.update(**change)


def test_one_of_before_is_somebody_s_task_until_it_is_stopped() -> None:
    benefit = drawing(add_months(NOW, -5))
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE benefits_benefit SET end_period = NULL WHERE id = %s", [benefit.pk])
        cursor.execute("SET session_replication_role = origin")
    assert look_for_endless(TODAY) >= 1
    task = Task.objects.get(kind="no_end", origin_id=benefit.pk)
    assert f"自 {format_period(benefit.start_period)} 起领取的失业保险金没有终止年月" in task.note
    look_for_endless(TODAY)
    assert Task.objects.filter(kind="no_end", origin_id=benefit.pk).count() == 1
    # What else is done to it goes on: it keeps the account of today, and ends.
    done("PEN-006", form_of(benefit, "11", NOW, "两次拒绝职业介绍，见记录"), ("id_card",))
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "stopped")
    assert now(benefit).end_period == add_months(NOW, -1)
