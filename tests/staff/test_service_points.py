"""Posts of townships and partners (R311, R312): they stand on the page with class and level, and only business is done there."""

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, signed_in
from tests.staff.test_accounts import asked, confirmed, number
from yigui.exchange.models import ApiToken, Partner
from yigui.staff.edit_account import edit_account
from yigui.staff.enums import Role
from yigui.staff.errors import AccountRefused
from yigui.staff.locations import Desk, Location
from yigui.staff.models import Post, User

COUNTY = "51110201"
OTHERS = ("cashier", "accountant", "system_admin", "security_admin", "auditor", "audit_admin")


def point(agency: str = COUNTY) -> Location:
    return Location.objects.get(agency=agency, kind="township")


def sent(user: User, place: Location) -> User:
    """Somebody is sent to work at a place, by the system administrator."""
    return edit_account(
        actor=city.user("sysadmin"), user=user, full_name=user.full_name, id_number=user.id_number, section=None, managing_department=None,
        location=place, is_trainee=False, reason="派驻服务点",
    )  # fmt: skip


@pytest.mark.parametrize("post", OTHERS)
def test_a_service_point_has_posts_of_the_business_class_alone(post: str) -> None:
    user, place = city.new_user(post, agency=COUNTY), point()
    with pytest.raises(AccountRefused, match=f"“{place.name}”只设业务经办岗位"):
        sent(user, place)
    # Past the use case the database says the same, to the owner too.
    with pytest.raises(DatabaseError, match="只设业务经办岗位"), transaction.atomic(using="owner"):
        User.objects.using("owner").filter(pk=user.pk).update(location=place)


def test_every_class_but_business_is_tried_here() -> None:
    assert set(OTHERS) == set(Post.objects.exclude(post_class="business").values_list("code", flat=True))
    assert {p.code for p in Post.objects.all()} == set(Role.values)


def test_who_works_at_a_point_gets_no_post_of_another_class() -> None:
    guide = sent(city.new_user("guide", agency=COUNTY), point())
    assert guide.location == point()
    fresh, other = (sent(city.new_user("", agency=COUNTY, id_number=number(day)), point()) for day in (27001, 27002))
    with pytest.raises((AccountRefused, DatabaseError), match="只设业务经办岗位"):
        confirmed(asked(fresh, "role", role="accountant"))
    assert User.objects.get(pk=fresh.pk).role == ""
    confirmed(asked(other, "role", role="guide"))
    assert User.objects.get(pk=other.pk).role == "guide"


def test_a_hall_with_other_posts_does_not_become_a_point_and_their_desk_does_not_move_there() -> None:
    hall = Location.objects.get(agency="51110001", kind="hall")
    with pytest.raises(DatabaseError, match="只设业务经办岗位"), transaction.atomic(using="owner"):
        Location.objects.using("owner").filter(pk=hall.pk).update(kind="township")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        desk = Desk.objects.using("super").create(agency_id=COUNTY, number="77", location=None)
        User.objects.using("super").filter(pk=city.new_user("cashier", agency=COUNTY).pk).update(desk=desk)
    with pytest.raises(DatabaseError, match="只设业务经办岗位"), transaction.atomic(using="owner"):
        Desk.objects.using("owner").filter(pk=desk.pk).update(location=point())


def test_a_partner_works_by_an_account_with_a_business_post() -> None:
    partner = Partner.objects.get(pk="demo_platform")
    for post in ("cashier", "auditor", ""):
        user = city.new_user(post)
        with pytest.raises(DatabaseError, match="须任业务经办岗位"), transaction.atomic(using="owner"):
            ApiToken.objects.using("owner").create(partner=partner, digest=f"{user.pk:064d}", user=user, channel="online")
    user = city.new_user("teller")
    token = ApiToken.objects.using("owner").create(partner=partner, digest=f"{user.pk:064d}", user=user, channel="online")
    assert token.is_active
    other = city.new_user("accountant")
    with pytest.raises(DatabaseError, match="须任业务经办岗位"), transaction.atomic(using="owner"):
        ApiToken.objects.using("owner").filter(pk=token.pk).update(user=other)


def test_the_page_lists_points_with_holders_and_gaps_and_partners_with_their_post() -> None:
    place = point("51111101")
    page = page_of(signed_in("sysadmin").get("/posts/", {"agency": "51111101"}))
    assert f'{place.name}<span class="muted small"> 乡镇（街道）服务点</span>' in page
    before = page.count("空缺")
    sent(city.new_user("teller", agency="51111101", full_name="驻点柜员"), place)
    page = page_of(signed_in("sysadmin").get("/posts/", {"agency": "51111101"}))
    assert "驻点柜员 （综合柜员，业务经办，操作岗）" in page
    assert page.count("空缺") == before - 1
    page = page_of(signed_in("sysadmin").get("/posts/"))
    assert "演示接口单位" in page
    assert "嘉州银行柏杨支行" in page
    place_closed = Location.objects.using("super").filter(pk=point("51111201").pk)
    place_closed.update(closed_on=TODAY)
    assert point("51111201").name not in page_of(signed_in("sysadmin").get("/posts/", {"agency": "51111201"}))
