"""Accounts on the pages: made, first password changed, post by two, reset, unlock, leave; posts by the standard."""

import re

from django.db import connections
from django.test import Client

from tests import city
from tests.pages import page_of, text_of
from tests.staff.test_accounts import number
from yigui.identity.demo import code_of
from yigui.staff.models import AccountRequest, User
from yigui.synthetic.demo_staff import PASSWORD

NEW = "Ganz-Neu-2026"


def signed_in(username: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": password})
    return client


def secret(answer: object) -> str:
    found = re.search(r'id="secret">\s*([^\s<]+)', text_of(answer))
    assert found is not None
    return found[1]


def account(username: str) -> tuple[User, str]:
    answer = signed_in("sysadmin").post(
        "/accounts/",
        {
            "kind": "person",
            "username": username,
            "full_name": "柳如",
            "agency": "51110001",
            "id_number": number(25000 + User.objects.count()),
        },
    )
    assert "初始密码（只显示这一次" in text_of(answer)
    return User.objects.get(username=username), secret(answer)


def test_an_account_made_on_the_page_must_change_its_password_before_anything_else_and_gets_its_post_by_two() -> None:
    user, first = account("liuru")
    client = signed_in("liuru", first)
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/account/password/"
    assert client.get("/account/").headers["Location"] == "/account/password/"
    assert "初始密码" in text_of(client.get("/account/password/"))
    answer = client.post("/account/password/", {"old_password": first, "new_password1": first, "new_password2": first})
    assert "不能与原密码相同" in text_of(answer)
    assert client.get("/account/").headers["Location"] == "/account/password/"
    answer = client.post("/account/password/", {"old_password": first, "new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "密码已修改" in text_of(answer)
    assert client.get("/account/").status_code == 200
    assert client.get("/counter/").status_code == 403
    admin = signed_in("sysadmin")
    address = f"/accounts/{user.pk}/"
    assert "待安全保密管理员确认" in text_of(
        admin.post(address, {"verb": "ask", "kind": "role", "role": "teller", "ask_reason": "新进"}, follow=True)
    )
    request = AccountRequest.objects.latest("id").pk
    assert f"/accounts/requests/{request}/confirm/" not in page_of(admin.get("/accounts/requests/"))
    security = signed_in("secadmin")
    assert "柳如：调整岗位：综合柜员" in text_of(security.get("/inbox/"))
    assert f"/accounts/requests/{request}/confirm/" in text_of(security.get("/accounts/requests/"))
    assert "已办理：柳如，调整岗位：综合柜员" in text_of(security.post(f"/accounts/requests/{request}/confirm/", follow=True))
    # A new post ends the sign-in of the old one.
    assert client.get("/counter/").status_code == 302
    client = signed_in("liuru", NEW)
    assert client.get("/counter/").status_code == 200
    assert "两人办理" in text_of(admin.get(address))


def test_the_first_device_is_enrolled_with_what_a_second_person_hands_over() -> None:
    """The first password comes from the system administrator, the code of enrolment from the security administrator: neither alone does."""
    user, first = account("neuling")
    client = signed_in("neuling", first)
    client.post("/account/password/", {"old_password": first, "new_password1": NEW, "new_password2": NEW})
    assert "启用码不正确" in text_of(client.post("/account/device/", {"enrolment": first}))
    request = AccountRequest.objects.get(user=user, kind="device", status="asked")
    security = signed_in("secadmin")
    assert "启用或更换动态口令" in text_of(security.get("/accounts/requests/"))
    answer = security.post(f"/accounts/requests/{request.pk}/confirm/")
    assert "启用码（只显示这一次" in text_of(answer)
    code = secret(answer)
    assert code not in page_of(security.get("/accounts/requests/"))
    # Whoever sets up a first device goes on in the sign-in they have.
    assert "<svg" in text_of(client.post("/account/device/", {"enrolment": code}))
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT secret FROM identity_device WHERE user_id = %s", [user.pk])
        device = bytes(cursor.fetchone()[0])
    assert client.post("/account/device/", {"code": code_of(device)}).status_code == 302
    assert "请输入动态口令" in text_of(Client().post("/sign-in/", {"username": "neuling", "password": NEW}))


def test_a_locked_and_forgetful_colleague_is_let_in_again_by_two() -> None:
    user, first = account("vergesslich")
    for _ in range(5):
        Client().post("/sign-in/", {"username": "vergesslich", "password": "falsch"})
    assert Client().post("/sign-in/", {"username": "vergesslich", "password": first}).status_code == 429
    admin, security = signed_in("sysadmin"), signed_in("secadmin")
    admin.post(f"/accounts/{user.pk}/", {"verb": "ask", "kind": "unlock", "ask_reason": "本人来电核实"})
    security.post(f"/accounts/requests/{AccountRequest.objects.latest('id').pk}/confirm/")
    assert Client().post("/sign-in/", {"username": "vergesslich", "password": first}).status_code == 302
    admin.post(f"/accounts/{user.pk}/", {"verb": "ask", "kind": "password", "ask_reason": "忘记密码"})
    answer = security.post(f"/accounts/requests/{AccountRequest.objects.latest('id').pk}/confirm/")
    fresh = secret(answer)
    assert fresh not in page_of(security.get("/accounts/requests/"))
    assert Client().post("/sign-in/", {"username": "vergesslich", "password": first}).status_code == 401
    assert signed_in("vergesslich", fresh).get("/account/").headers["Location"] == "/account/password/"


def test_a_leaver_is_filed_on_the_page_and_an_open_session_ends() -> None:
    person = signed_in("guide")
    assert person.get("/account/").status_code == 200
    admin = signed_in("sysadmin")
    address = f"/accounts/{city.user('guide').pk}/"
    assert "写明原因" in text_of(admin.post(address, {"verb": "leave", "leave_reason": " "}))
    assert "已离岗，账号即时停用" in text_of(admin.post(address, {"verb": "leave", "leave_reason": "退休"}, follow=True))
    assert person.get("/account/").status_code == 302
    assert "离岗、转岗交接" in text_of(admin.get(address))


def test_refusals_keep_what_was_typed_and_the_list_is_filtered() -> None:
    admin = signed_in("sysadmin")
    page = text_of(admin.post("/accounts/", {"kind": "person", "username": "teller", "full_name": "重名者", "agency": "51110001"}))
    assert "已被使用" in page
    assert 'value="重名者"' in page
    assert "林晓燕" in text_of(admin.get("/accounts/?name=林晓"))
    assert "林晓燕" not in page_of(admin.get("/accounts/?role=director"))
    assert "没有符合条件的账号" in text_of(admin.get("/accounts/?name=查无此人"))
    assert admin.get("/accounts/999999/").status_code == 404
    assert signed_in("head").get(f"/accounts/{city.user('teller').pk}/").status_code == 403


def test_the_account_of_a_program_is_made_without_a_password_and_its_page_says_how_it_goes_on() -> None:
    values = {"kind": "program", "username": "api-clinic", "full_name": "某医院接口", "agency": "51110001"}
    page = text_of(signed_in("sysadmin").post("/accounts/", values, follow=True))
    assert "接口账号 api-clinic 已建立" in page
    assert "初始密码（只显示这一次" not in page
    assert "接口账号，无人使用" in page
    assert User.objects.get(username="api-clinic").kind == "program"


def test_the_page_of_posts_lists_all_twelve_with_class_level_and_version() -> None:
    page = text_of(signed_in("auditor").get("/posts/"))
    assert "GB/T 35616-2025" in page
    assert "2026年4月1日" in page
    rows = [re.findall(r'<td class="nowrap">\s*([^<]*?)\s*</td>', row) for row in re.findall(r"<tr>(.*?)</tr>", page, flags=re.S)]
    posts = {cells[0]: cells[1:] for cells in rows if cells}
    assert set(posts) == {
        "综合柜员", "审核人员", "专职复核员", "科室负责人", "分管领导", "稽核人员", "出纳", "会计", "导办人员", "系统管理员", "安全保密管理员",
        "安全审计员",
    }  # fmt: skip
    assert all(len(cells) == 2 and all(cells) for cells in posts.values()), posts
    assert all(one in page for one in ("业务经办", "基金财务", "数据管理", "稽核内控"))
    assert "尚未与标准文本核对" in page
    # A county has no cashier of its own: a gap.
    assert "空缺" in text_of(signed_in("auditor").get("/posts/?agency=51110201"))
