"""A resident pays on the phone: what becomes somebody's work out of it is opened by the system, for a door signs nothing."""

from tests import city
from tests.levy.test_residents import YEAR, residents
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.tasks.models import Task, TaskEvent


def test_the_first_payment_of_a_year_is_finished_at_the_phone_and_leaves_its_task() -> None:
    person = residents(YEAR)[0]
    form = {
        "id_number": person.id_number,
        "person_name": person.name,
        "year": str(YEAR),
        "grade_amount": "500",
        "pay_channel": "07",
    }
    assert not Task.objects.filter(kind="resident_subsidy").exists()
    made = accept_case(
        city.application("LVY-008", form, username="channel-mobile", channel="mobile", applicant=person, materials=["id_card"])
    )
    assert Case.objects.get(pk=made.pk).status == "finished"
    task = Task.objects.get(kind="resident_subsidy")
    assert TaskEvent.objects.get(task=task, seq=1).actor_id is None
