"""Rights on the pages: four people one after the other, who holds what on a day, and the withdrawal."""

from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, text_of
from yigui.staff.models import Authority, RightsRequest, User
from yigui.staff.rights import may
from yigui.synthetic.demo_staff import PASSWORD


def signed_in(username: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    return client


def test_four_people_grant_a_right_on_the_page_and_two_withdraw_it() -> None:
    trainee = city.new_user("teller", full_name="唐小霞", is_trainee=True, password="Ein-Passwort-9")
    form = {
        "user": trainee.pk, "steps": ["recheck"], "item_groups": ["REG-004", "REG-006"], "area_code": "*", "valid_to": "2027-12-31",
        "reason": "见习期满",
    }  # fmt: skip
    answer = signed_in("head").post("/rights/", form, follow=True)
    assert "待内控审核" in text_of(answer)
    number = RightsRequest.objects.latest("id").pk
    for username, verb, said in (
        ("auditor", "check", "内控已审核"),
        ("director", "approve", "领导已批准"),
        ("secadmin", "grant", "已办理"),
    ):
        client = signed_in(username)
        assert f"/rights/{number}/{verb}/" in text_of(client.get("/rights/"))
        assert said in text_of(client.post(f"/rights/{number}/{verb}/", follow=True))
        assert f"/rights/{number}/{verb}/" not in text_of(client.get("/rights/"))
    ask = {"user_id": trainee.pk, "step": "recheck", "area_code": "511102", "on": TODAY}
    assert may(item_code="REG-006", **ask)
    page = text_of(signed_in("auditor").get("/rights/holders/?step=recheck&item=REG-006&name=唐小霞"))
    assert "REG-006" in page
    assert "郑国强、韩正平、陈志远、曾凯" in page
    right = Authority.objects.get(user=trainee, step="recheck", item_group="REG-006")
    head = signed_in("head")
    address = f"/rights/people/{trainee.pk}/"
    assert "写明收回原因" in text_of(head.post(address, {"authority": [right.pk], "reason": ""}))
    assert "待安全保密管理员当日确认" in text_of(head.post(address, {"authority": [right.pk], "reason": "调整"}, follow=True))
    asked = RightsRequest.objects.latest("id")
    assert "已办理" in text_of(signed_in("secadmin").post(f"/rights/{asked.pk}/grant/", follow=True))
    assert not may(item_code="REG-006", **ask)
    assert may(item_code="REG-004", **ask)
    assert "收回" in text_of(head.get(address))


def test_whoever_holds_an_item_is_found_by_item_group_and_everything() -> None:
    client = signed_in("director")
    assert "赵文博" in text_of(client.get("/rights/holders/?step=review&item=PEN-002"))
    assert "赵文博" not in page_of(client.get("/rights/holders/?step=accept&item=PEN-002"))
    assert "没有符合条件的权限" in text_of(client.get("/rights/holders/?name=查无此人"))
    # Nobody held anything before the installation began.
    assert "没有符合条件的权限" in text_of(client.get("/rights/holders/?on=2010-01-01"))


def test_a_refusal_needs_its_reason_and_is_shown() -> None:
    form = {
        "user": city.user("rechecker2").pk,
        "steps": ["recheck"],
        "item_groups": ["PEN"],
        "area_code": "*",
        "valid_to": "2027-12-31",
    }
    signed_in("head").post("/rights/", form | {"reason": "增项"})
    number = RightsRequest.objects.latest("id").pk
    auditor = signed_in("auditor")
    assert auditor.post(f"/rights/{number}/refuse/", {"note": ""}).status_code == 422
    assert "岗位职责不含" in text_of(auditor.post(f"/rights/{number}/refuse/", {"note": "岗位职责不含"}, follow=True))


def test_what_is_not_there_is_not_found_and_nobody_withdraws_for_himself() -> None:
    county = User.objects.get(username="reviewer-511102")
    assert signed_in("head").get(f"/rights/people/{county.pk}/").status_code == 200
    assert signed_in("head").get("/rights/people/999999/").status_code == 404
    head = city.user("head")
    assert signed_in("head").post(f"/rights/people/{head.pk}/", {"authority": ["1"], "reason": "x"}).status_code == 403
    assert signed_in("teller").get("/rights/holders/").status_code == 403
