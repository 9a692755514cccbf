"""Desks: general and special with named people, only where people sit; by use case and by raw SQL."""

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.conftest import TODAY
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.staff.edit_desk import close_desk, give_desk, save_desk
from yigui.staff.edit_location import close_location
from yigui.staff.errors import OrganisationRefused
from yigui.staff.locations import Desk, Location
from yigui.staff.models import StaffEvent, User

_numbers = iter(range(100, 1000))


def hall() -> Location:
    return Location.objects.get(name="市政务服务中心社保大厅")


def desk(kind: str = "general", **more: object) -> Desk:
    values: dict[str, object] = {
        "actor": city.user("head2"), "location": hall(), "number": str(next(_numbers)), "kind": kind, "note": "", "reason": "增设",
    } | more  # fmt: skip
    return save_desk(**values)  # type: ignore[arg-type]


def class_1() -> object:
    return city.application("CHG-004", city.key_change_form(city.next_person()), username="teller2", materials=city.KEY_MATERIALS)


def test_whoever_is_named_for_a_special_desk_accepts_special_business_and_no_longer_when_it_is_closed() -> None:
    special = desk("special")
    before = city.user("teller2").desk
    with pytest.raises(CaseRefused) as refused:
        accept_case(class_1())  # type: ignore[arg-type]
    assert refused.value.findings[0].check == "special_window"
    give_desk(actor=city.user("head2"), person=city.user("teller2"), desk=special, reason="轮岗")
    assert accept_case(class_1()).status == "open"  # type: ignore[arg-type]
    assert close_desk(actor=city.user("head2"), desk=special, on=TODAY, reason="合并窗口") == [city.user("teller2")]
    assert city.user("teller2").desk == special, "until another desk is given"
    with pytest.raises(CaseRefused) as closed:
        accept_case(class_1())  # type: ignore[arg-type]
    assert closed.value.findings[0].check == "desk_open"
    give_desk(actor=city.user("head2"), person=city.user("teller2"), desk=before, reason="回原窗口")
    event = StaffEvent.objects.filter(table_name="staff_user", row_id=city.user("teller2").pk).latest("id")
    assert (event.verb, event.reason, event.actor) == ("desk_given", "回原窗口", city.user("head2"))


def test_a_general_desk_made_special_is_special_at_once() -> None:
    one = desk()
    give_desk(actor=city.user("head2"), person=city.user("rechecker"), desk=one, reason="现场复核")
    changed = desk(desk=one, number=one.number, kind="special")
    assert changed.is_special
    assert changed.pk == one.pk


@pytest.mark.parametrize(
    ("username", "kind", "sentence"),
    [
        ("trainee", "special", "见习或非柜员"),
        ("rechecker", "special", "见习或非柜员"),
        ("cashier", "general", "不在柜台岗位"),
        ("teller-511102", "general", "不属于"),
    ],
)
def test_somebody_who_does_not_fit_a_desk_is_refused(username: str, kind: str, sentence: str) -> None:
    with pytest.raises(OrganisationRefused, match=sentence):
        give_desk(actor=city.user("head2"), person=city.user(username), desk=desk(kind), reason="分配")


def test_a_desk_with_a_trainee_does_not_become_special() -> None:
    one = desk()
    give_desk(actor=city.user("head2"), person=city.user("trainee"), desk=one, reason="跟班")
    with pytest.raises(OrganisationRefused, match="唐小雨 为见习人员"):
        desk(desk=one, number=one.number, kind="special")


@pytest.mark.parametrize("name", ["市社保局自助服务区", "嘉州银行柏杨支行"])
def test_a_self_service_area_and_an_outlet_have_no_desks(name: str) -> None:
    place = Location.objects.get(name=name)
    with pytest.raises(OrganisationRefused, match="不设柜台"):
        desk(location=place)
    for agency in (place.agency_id, "51110201"):
        with pytest.raises(DatabaseError) as error, transaction.atomic(using="owner"):
            Desk.objects.using("owner").create(agency_id=agency, location_id=place.pk, number="1", kind="general")
        assert error.value.__cause__.sqlstate == "YG006"  # type: ignore[union-attr]


def test_a_number_stands_once_in_a_hall_and_is_free_after_the_desk_is_closed() -> None:
    one = desk()
    with pytest.raises(OrganisationRefused, match=f"已有 {one.number} 号窗口"):
        desk(number=one.number)
    close_desk(actor=city.user("head2"), desk=one, on=TODAY, reason="撤")
    assert desk(number=one.number).pk != one.pk
    with pytest.raises(OrganisationRefused, match="已停用"):
        desk(desk=one, number=one.number)
    with pytest.raises(OrganisationRefused, match="已于"):
        close_desk(actor=city.user("head2"), desk=one, on=TODAY, reason="撤")


def test_a_hall_with_desks_or_people_is_not_closed_and_does_not_become_a_self_service_area() -> None:
    with pytest.raises(OrganisationRefused, match="号柜台"):
        close_location(actor=city.user("head2"), location=hall(), on=TODAY, reason="搬迁")


def test_somebodys_hall_is_that_of_the_desk_or_the_one_named() -> None:
    assert city.user("teller").hall_id == hall().pk
    assert city.user("reviewer").hall_id == hall().pk
    User.objects.using("super").filter(username="guide").update(location=None)
    assert city.user("guide").hall_id is None
