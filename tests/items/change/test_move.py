"""A move between units that does not take every insurance over says which ones end, before it is handed in."""

from django.db import connections, transaction

from tests import city
from tests.city import application
from tests.entitlement.people import done
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.registry.models import Employer, Employment


def test_insurances_the_new_unit_does_not_take_over_are_named() -> None:
    form = city.transfer_form()
    form["insurances"] = [i for i in form["insurances"] if i != "unemployment"]
    asked = examine(application("CHG-006", form, materials=["employment_contract"]))
    shown = [(line.before, line.after) for line in handler_of(asked.facts.item).preview(asked.facts) if line.label == "不再参保"]
    assert [before for before, _ in shown] == ["失业保险"]
    answered = {"confirmed": ("moves_all",), "reasons": {"moves_all.insurances": "调入单位为社会团体，依规定不参加"}}
    case = done("CHG-006", form, ("employment_contract",), username="teller", **answered)
    assert case.status == "finished"
    assert case.outcome["summary"].endswith("；失业保险自 2026-11 起停保。")


def test_a_move_that_takes_all_over_ends_nothing() -> None:
    asked = examine(application("CHG-006", city.transfer_form(), materials=["employment_contract"]))
    assert "不再参保" not in {line.label for line in handler_of(asked.facts.item).preview(asked.facts)}


def test_whoever_works_for_a_third_unit_is_not_moved_before_that_has_let_them_go() -> None:
    form = city.transfer_form()
    assert not examine(application("CHG-006", form, materials=["employment_contract"])).refusals
    third = Employer.objects.exclude(unit_no__in=(form["unit_no"], form["from_unit_no"])).order_by("id")[0]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        # An old record, whose relation of work stands with another unit than its insurances.
        cursor.execute("SET LOCAL session_replication_role = replica")
        Employment.objects.using("super").filter(person__id_number=form["id_number"], end_period=None).update(employer_id=third.pk)
    said = examine(application("CHG-006", form, materials=["employment_contract"])).refusals
    assert [f.check for f in said] == ["one_month_one_unit"]
    assert f"登记为 {third.name} 的职工，请先由该单位办理减员（REG-006）" in said[0].message + said[0].detail
