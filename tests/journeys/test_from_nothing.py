"""From an empty database to a finished class-1 case, by pages alone: no generated city, nobody's account, section, desk or right."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city, seen
from tests.conftest import _copy_database
from tests.mobile.test_phone import PHOTO, begin, on_the_phone
from tests.pages import submitted, text_of
from tests.pdf import pdf
from tests.staff.test_accounts import number as citizen_number
from yigui.casework.models import Case
from yigui.common.cache import forget_kept
from yigui.common.identifiers import read_citizen_number
from yigui.config.install import install
from yigui.integrity.verify import verify_all
from yigui.registry.models import Person
from yigui.staff.locations import Desk, Location
from yigui.staff.models import AccountRequest, Authority, PostRule, RightsRequest, Section, User
from yigui.warrants import scopes

PASSWORD = "Von-Null-2026-{}"
AREAS = "code,name,level,parent,agency\n511100,乐山市,city,,乐山市社保局\n511102,市中区,county,511100,市中区社保局\n"
#: Everybody besides the administrators: user name, name, post.
PEOPLE = (
    ("t1", "林晓燕", "teller"), ("t9", "何静秋", "teller"), ("rev", "赵文博", "reviewer"), ("rec", "孙丽华", "rechecker"),
    ("head", "郑国强", "section_head"), ("dir", "陈志远", "director"), ("dir2", "蒋德明", "director"), ("aud", "韩正平", "auditor"),
)  # fmt: skip
#: What each post holds.
RULES = (
    ("teller", ("accept",)), ("reviewer", ("review",)), ("rechecker", ("recheck",)), ("section_head", ("request",)),
    ("director", ("meeting", "approve")),
)  # fmt: skip


@pytest.fixture(scope="module")
def nothing(fresh_city: None) -> None:
    """An empty database in the place of the city, with its tables; the file's end brings the city back."""
    _copy_database("prepared", to="yigui")
    # Nobody waits thirty seconds for the next code, in this database either.
    seen.begin()
    scopes.lay_out("super", list(scopes.declared()))
    forget_kept()


class House:
    """The people of a new installation at their browsers."""

    def __init__(self, passwords: dict[str, str]) -> None:
        self.clients = {username: self._first(username, password) for username, password in passwords.items()}

    def _first(self, username: str, password: str) -> Client:
        """Sign in for the first time: the password that was handed out is changed before anything else."""
        client, fresh = Client(), PASSWORD.format(username)
        client.post("/sign-in/", {"username": username, "password": password})
        answer = client.post(
            "/account/password/", {"old_password": password, "new_password1": fresh, "new_password2": fresh}, follow=True
        )
        assert "密码已修改" in text_of(answer)
        return client

    def post(self, who: str, address: str, form: dict[str, Any], *, said: str) -> Any:
        answer = self.clients[who].post(address, form, follow=True)
        assert said in text_of(answer), text_of(answer)[:3000]
        return answer

    def employ(self, username: str, name: str, post: str) -> None:
        """An account by one, its post by two, the first password changed by the person."""
        section = {"section": self.section, "managing_department": self.section}
        page = text_of(self.post("sysadmin", "/accounts/", {
            "kind": "person", "username": username, "full_name": name, "agency": "51110001", "id_number": citizen_number(26001 + User.objects.count()), **section,
        }, said="初始密码（只显示这一次"))  # fmt: skip
        password = re.search(r'id="secret">\s*([^\s<]+)', page)
        assert password is not None
        user = User.objects.get(username=username)
        self.post(
            "sysadmin",
            f"/accounts/{user.pk}/",
            {"verb": "ask", "kind": "role", "role": post, "ask_reason": "任用"},
            said="待安全保密管理员确认",
        )
        self.post("secadmin", f"/accounts/requests/{AccountRequest.objects.latest('id').pk}/confirm/", {}, said="已办理")
        self.clients[username] = self._first(username, password[1])

    @property
    def section(self) -> int:
        return Section.objects.get(name="综合业务科").pk


@pytest.fixture(scope="module")
def house(nothing: None, tmp_path_factory: pytest.TempPathFactory) -> House:
    path: Path = tmp_path_factory.mktemp("new") / "areas.csv"
    path.write_text(AREAS, encoding="utf-8")
    lines = list(install(path, is_written=True))
    passwords = dict(re.findall(r"(\w+)：(\S+-A1)", "\n".join(lines)))
    assert set(passwords) == {"sysadmin", "secadmin", "logadmin"}
    return House(passwords)


def test_a_new_house_takes_in_its_first_case_of_class_one_and_ends_it(house: House) -> None:
    furnish(house)
    for username, name, post in PEOPLE:
        house.employ(username, name, post)
    seat(house)
    give_rights(house)
    person = enrolled(house)
    changed_on_the_phone(person)
    case = accepted(house, person)
    for who in ("rev", "rec"):
        worked(house, who, case)
    worked(house, "head", case, "档案最早记载为 1989-02-03，建议变更。")
    meeting = {
        "held_on": city.TODAY.isoformat(), "minutes": "查阅档案，一致同意变更。", "attendees": [User.objects.get(username=u).pk for u in ("head", "dir2", "aud")],
        f"verdict_{case.pk}": "passed",
    }  # fmt: skip
    house.post("dir", "/meetings/", meeting, said="研究办件 1 件")
    worked(house, "dir2", case)
    case.refresh_from_db()
    assert (case.status, case.risk_class, case.effect_error) == ("finished", 1, ""), list(
        case.steps.values_list("code", "state", "opinion")
    )
    assert Person.objects.get(pk=person.pk).born_on.isoformat() == "1989-02-03"
    assert house.clients["t9"].get(f"/cases/{case.case_no}/receipt.pdf").content.startswith(b"%PDF-")
    assert "没有差异" in text_of(house.clients["aud"].get("/rights/report/"))
    assert list(verify_all()) == []


def furnish(house: House) -> None:
    """Sections, a hall, a general desk and a special one."""
    sections = {
        "综合业务科": ["accept", "recheck"], "业务审核科": ["review"], "局领导": ["lead"], "稽核内控科": ["audit"],
    }  # fmt: skip
    for name, stages in sections.items():
        form = {"verb": "save", "name": name, "stages": stages, "reason": "三定方案"}
        house.post("sysadmin", "/organisation/?new=1", form, said=f"科室“{name}”已保存")
    place = {"verb": "save", "kind": "hall", "name": "市社保大厅", "reason": "新设", "day_0": "09:00-17:00"}
    house.post("sysadmin", "/locations/?new=1", place, said="已保存")
    hall = Location.objects.get().pk
    for number, kind in (("1", "general"), ("9", "special")):
        desk = {"verb": "desk", "number": number, "kind": kind, "reason": "新设"}
        house.post("sysadmin", f"/locations/?location={hall}", desk, said="已设立")


def seat(house: House) -> None:
    for number, username in (("1", "t1"), ("9", "t9")):
        desk, user = Desk.objects.get(number=number), User.objects.get(username=username)
        form = {"verb": "seat", "person": user.pk, "seat_reason": "定岗"}
        house.post("sysadmin", f"/desks/{desk.pk}/", form, said="已分配到")


def give_rights(house: House) -> None:
    """Templates by four people, then rights by the templates by four others where one is concerned."""
    for post, steps in RULES:
        form: dict[str, Any] = {"post": post, "level": "city", "area_scope": "all", "reason": "岗位设置方案"}
        for n, step in enumerate(steps, 1):
            form |= {f"step_{n}": step, f"items_{n}": ["*"], f"amount_{n}": ""}
        house.post("head", "/rights/rules/", form, said="待内控审核")
        rule = PostRule.objects.latest("id").pk
        for who, said in (("aud", "内控已审核"), ("dir", "领导已批准"), ("secadmin", "已办理")):
            house.post(who, f"/rights/rules/{rule}/move/", {}, said=said)
    for username, by, leader in (
        ("t1", "head", "dir"), ("t9", "head", "dir"), ("rev", "head", "dir"), ("rec", "head", "dir"), ("head", "dir2", "dir"),
        ("dir", "head", "dir2"), ("dir2", "head", "dir"),
    ):  # fmt: skip
        user = User.objects.get(username=username)
        form = {"verb": "by_rule", "people": [user.pk], "until": "2027-12-31", "why": "定岗"}
        house.post(by, "/rights/", form, said="提交 1 份申请")
        request = RightsRequest.objects.latest("id").pk
        for who, verb in (("aud", "check"), (leader, "approve"), ("secadmin", "grant")):
            house.post(who, f"/rights/{request}/{verb}/", {}, said=f"权限申请 {request} 号")
        assert Authority.objects.filter(user=user).exists()


def enrolled(house: House) -> Person:
    """The first insured person of the house."""
    body = "511102199001010"
    number = next(n for k in range(10, 100) for c in "0123456789X" if read_citizen_number(n := f"{body}{k}{c}"))
    citizen = read_citizen_number(number)
    assert citizen is not None
    form = {
        "id_number": number, "person_name": "第一人", "gender": citizen.gender, "birth_date": "1990-01-01", "household_type": "01",
        "household_address": "市中区", "mobile": "13812345678", "insurances": ["employee_pension"], "contribution_base": "6000",
        "enrol_date": city.TODAY.isoformat(), "pay_channel": "01",
    }  # fmt: skip
    done = handed_in(house, "t1", {"item": "REG-007"}, form, seen=["id_card"], generated=["application_form"])
    assert done.status == "finished"
    return Person.objects.get(id_number=number)


def changed_on_the_phone(person: Person) -> None:
    """A door of a new installation stands open: it hands in, under the account that the installation made."""
    phone = on_the_phone(person)
    url = begin(phone, "CHG-003")
    form = city.basic_change_form(person, change_item="01", old_value=person.mobile, new_value="13800001234")
    phone.post(f"{url}live/", form)
    paper = {"code": "id_card", "source": "scanned", "file": SimpleUploadedFile("id.jpg", PHOTO)}
    phone.post(f"{url}materials/", paper)
    answer = submitted(phone, url, **form)
    assert answer.status_code == 302, text_of(answer)
    done = Case.objects.get(person=person, item_code="CHG-003")
    assert (done.status, done.channel, done.accepted_by.username) == ("finished", "mobile", "channel-mobile")


def accepted(house: House, person: Person) -> Case:
    form = city.key_change_form(person, new_value="1989-02-03")
    return handed_in(
        house, "t9", {"item": "CHG-004", "person_no": person.person_no}, form, seen=["id_card"], generated=["application_form"],
        scanned=["identity_change_proof", "personnel_file"],
    )  # fmt: skip


def handed_in(
    house: House,
    who: str,
    begun: dict[str, str],
    form: dict[str, Any],
    *,
    seen: list[str],
    generated: list[str],
    scanned: list[str] | None = None,
) -> Case:
    """A form at the counter, from its beginning to the case."""
    client = house.clients[who]
    url = client.post("/counter/drafts/", begun).headers["Location"]
    client.post(f"{url}live/", form)
    for code in seen:
        client.post(f"{url}materials/", {"code": code, "source": "seen"})
    for code in generated:
        client.post(f"{url}materials/", {"code": code, "source": "generated"})
    for code in scanned or []:
        paper = SimpleUploadedFile(f"{code}.pdf", pdf(code.encode()), content_type="application/pdf")
        client.post(f"{url}materials/", {"code": code, "source": "scanned", "file": paper})
    page = text_of(client.post(f"{url}answers/", form, follow=True))
    confirmed = re.findall(r'name="confirmed" value="([^"]+)"', page)
    answer = submitted(client, url, confirmed=confirmed)
    assert answer.status_code == 302, text_of(answer)[:4000]
    return Case.objects.get(case_no=answer.headers["Location"].split("/")[-2])


def worked(house: House, who: str, case: Case, opinion: str = "同意") -> None:
    """Found in the inbox, claimed and passed."""
    client, address = house.clients[who], f"/cases/{case.case_no}/"
    assert case.case_no in text_of(client.get("/inbox/?kind=step"))
    step = re.search(r'name="step" value="(\d+)"', text_of(client.get(address)))
    assert step is not None
    client.post(f"{address}claim/", {"step": step[1]})
    # Whoever passes the last step signs for what the page shows of the effects.
    shown = re.search(r'name="shown" value="(\w+)"', text_of(client.get(address)))
    form = {"step": step[1], "verdict": "passed", "opinion": opinion} | ({"shown": shown[1]} if shown else {})
    house.post(who, f"{address}decide/", form, said="通过")
    assert case.steps.get(pk=step[1]).state == "passed"
