"""A signed change of an item holds for new cases only (R039): a case that was returned is corrected, routed and finished by its own version."""

import datetime as dt

from tests import city
from tests.catalogue.test_change_item import ONE, TOMORROW, accept_unit, as_the_files_say, codes, record, signed
from tests.conftest import TODAY
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.casework.resubmit_case import resubmit_case
from yigui.catalogue.declarations import declared

__all__ = ["as_the_files_say"]


def test_a_step_signed_away_meanwhile_is_still_a_step_of_the_case() -> None:
    signed("CHG-003", record("CHG-003", route=("accept", "recheck", "finish"), review_site="on_site"))
    form = city.basic_change_form(city.next_person())
    case = accept_case(city.application("CHG-003", form, materials=["id_card"], today=TOMORROW))
    day = TOMORROW + dt.timedelta(days=1)
    city.decide(case, "rechecker", "returned", "号码少一位", today=TOMORROW)
    signed("CHG-003", declared().item("CHG-003", TODAY).record, day=day)
    again = city.application("CHG-003", form | {"new_value": "13912340077"}, materials=["id_card"], case_id=case.pk, today=day)
    done = resubmit_case(case=Case.objects.get(pk=case.pk), application=again)
    assert (done.status, codes(done), done.item_version) == ("open", ["accept", "recheck"], TOMORROW)
    done = city.decide(done, "rechecker", today=day)
    assert (done.status, done.effect_error) == ("finished", "")


def test_a_class_raised_meanwhile_leaves_the_old_case_as_it_was_accepted() -> None:
    old = accept_unit(TODAY)
    city.decide(old, "reviewer", "returned", "请更正地址")
    signed("REG-001", record("REG-001", risk_class=1, route=ONE, review_site="back_office"))
    old = Case.objects.get(pk=old.pk)
    again = city.application(
        "REG-001", old.form | {"address": "市中区嘉定路 5 号"}, materials=city.UNIT_MATERIALS, case_id=old.pk, today=TOMORROW
    )
    done = resubmit_case(case=old, application=again)
    assert (done.risk_class, done.risk_reasons, codes(done)) == (2, [], ["accept", "review", "recheck"])
    city.decide(done, "reviewer", today=TOMORROW)
    assert city.decide(done, "rechecker", today=TOMORROW).status == "finished"
    # A new case of that day goes the new way.
    assert accept_unit(TOMORROW).risk_class == 1
