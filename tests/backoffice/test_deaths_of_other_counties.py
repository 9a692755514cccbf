"""Reported deaths (死亡信息核定) are seen and settled by the agency that answers for whom they are about, and by its city."""

import pytest
from django.urls import reverse

from tests import city
from tests.exchange.test_deaths import reported, row
from tests.pages import signed_in, text_of
from yigui.entitlement.models import Benefit
from yigui.registry.models import Person
from yigui.tasks.death_conflicts import reports_of

ROLES = ("reviewer", "section_head", "auditor")


def waiting() -> tuple[Person, int]:
    """A pensioner of one county, reported under another name."""
    person = Benefit.objects.filter(status="active", kind=1, area_id="511102").order_by("-id")[1].person
    if not reports_of(person):
        reported(row(person, name="另一人"))
    return person, reports_of(person)[0].record.pk


@pytest.mark.parametrize("role", ROLES)
def test_another_county_sees_and_settles_nothing(role: str) -> None:
    person, record = city.of_city("a death of one county", waiting)
    client = signed_in(city.of_city(f"another county's {role}", lambda: city.new_user(role, agency="51118101")).username)
    marks = (person.name, person.person_no, person.id_number)
    page = text_of(client.get(reverse("backoffice:deaths")))
    assert "死亡信息核定" in page
    assert [mark for mark in marks[1:] if mark in page] == []
    answer = client.get(reverse("backoffice:death", args=[record]))
    assert answer.status_code == 403
    assert [mark for mark in marks if mark in text_of(answer)] == []
    for verb in ("hold", "dismiss"):
        said = text_of(
            client.post(reverse("backoffice:death_settle", args=[record, verb]), {"reason": "已核实，不是本人"}, follow=True)
        )
        assert "死亡信息由该地区或其市级经办机构的人员查看和核定" in said
    assert reports_of(person)[0].is_waiting


def test_its_city_does() -> None:
    person, record = city.of_city("a death of one county", waiting)
    client = signed_in("reviewer")
    assert person.person_no in text_of(client.get(reverse("backoffice:deaths")))
    answer = client.get(reverse("backoffice:death", args=[record]))
    assert (answer.status_code, person.name in text_of(answer)) == (200, True)
