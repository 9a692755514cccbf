"""Accounts: made without a post, edited, asked about by one and confirmed by another, left; four classes of posts exclude each other."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.conftest import TODAY
from tests.tasks.work import new_task
from yigui.casework.decide_step import claim_step
from yigui.casework.hand_over import confirm, leave, suspend
from yigui.casework.queries import current_step
from yigui.common.identifiers import read_citizen_number
from yigui.identity.confirm_account import confirm_account
from yigui.identity.proof import act_as, code_of, proof_of
from yigui.integrity.verify import verify_all
from yigui.registry.models import Agency
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.account_requests import ask_about_account, may_decide, refuse_request, take_request_back
from yigui.staff.edit_account import edit_account, make_account, switch_account
from yigui.staff.edit_desk import give_desk
from yigui.staff.errors import AccountRefused, NotAuthorised, RequestMoved
from yigui.staff.locations import Desk
from yigui.staff.models import AccountRequest, Authority, PostHolding, StaffEvent, User
from yigui.staff.organisation import Section
from yigui.staff.rights import may
from yigui.tasks.models import Task
from yigui.tasks.work_on import hand_on, take
from yigui.warrants.models import Warrant

_names = iter(range(1000))


def number(seq: int) -> str:
    """A citizen's number with its check digit."""
    body = f"511102199003{seq:05d}"
    return next(body + c for c in "0123456789X" if read_citizen_number(body + c))


def made(**more: object) -> User:
    seq = next(_names)
    values: dict[str, object] = {
        "actor": city.user("sysadmin"), "username": f"neu{seq}", "full_name": "新来", "id_number": number(20000 + seq),
        "agency": Agency.objects.get(pk="51110001"), "section": None, "managing_department": None, "is_trainee": False,
    } | more  # fmt: skip
    user, password = make_account(**values)  # type: ignore[arg-type]
    assert not password or password not in user.password
    return User.objects.select_related("agency__area").get(pk=user.pk)


def asked(user: User, kind: str, **more: object) -> AccountRequest:
    return ask_about_account(actor=city.user("sysadmin"), user=user, kind=kind, reason="工作需要", **more)  # type: ignore[arg-type]


def confirmed(request: AccountRequest) -> str:
    return confirm_account(request_id=request.pk, administrator=city.user("secadmin")).password


def with_post(role: str, **more: object) -> User:
    user = made(**more)
    confirmed(asked(user, "role", role=role))
    return User.objects.get(pk=user.pk)


def taken_task(user: User) -> Task:
    """A task of the centre handed on to somebody."""
    task = new_task("benefit_review")
    take(task_id=task.pk, actor=city.user("reviewer2"))
    return hand_on(task_id=task.pk, actor=city.user("reviewer2"), note="请您办理。", to=user)


def ended_days_ago(user: User, days: int) -> None:
    """The holding that has ended did so some days ago."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute(
            "UPDATE staff_post_holding SET held_from = now() - make_interval(days => %s + 100), held_to = now() - make_interval(days => %s) "
            "WHERE user_id = %s AND held_to IS NOT NULL",
            [days, days, user.pk],
        )


def test_a_new_account_has_no_post_until_two_people_give_one() -> None:
    user = made()
    assert (user.role, user.must_change_password) == ("", True)
    request = asked(user, "role", role="teller")
    with pytest.raises(NotAuthorised):
        confirm_account(request_id=request.pk, administrator=city.user("sysadmin"))
    assert User.objects.get(pk=user.pk).role == ""
    confirmed(request)
    assert User.objects.get(pk=user.pk).role == "teller"
    warrant = Warrant.objects.get(kind="account", subject_id=request.pk)
    assert list(warrant.signatures.order_by("seq").values_list("user_id", flat=True)) == [
        city.user("sysadmin").pk,
        city.user("secadmin").pk,
    ]
    holding = PostHolding.objects.get(user=user)
    assert (holding.post, holding.post_class, holding.held_to) == ("teller", "business", None)
    event = StaffEvent.objects.filter(table_name="staff_user", row_id=user.pk).latest("id")
    assert (event.verb, event.actor, event.reason) == ("confirmed", city.user("secadmin"), "工作需要")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"username": "teller"}, "已被使用"),
        ({"username": "有 空格"}, "用户名由字母"),
        ({"full_name": " "}, "请填写姓名"),
        ({"id_number": "511102199003071230"}, "校验不符"),
        ({"username": "api-zhang"}, "留给渠道账号、接口账号"),
        ({"username": "channel-zhang"}, "留给渠道账号、接口账号"),
        ({"username": "zhang", "kind": "program"}, "须以 api- 开头（例如 api-zhang）"),
        ({"username": "channel-hall", "kind": "door"}, "由系统安装时建立"),
    ],
)
def test_an_account_that_does_not_fit_is_refused(more: dict[str, object], sentence: str) -> None:
    with pytest.raises(AccountRefused, match=sentence):
        made(**more)


def test_the_account_of_a_program_has_no_password_and_no_device_and_is_no_officer() -> None:
    user = made(username="api-bank", kind="program")
    assert (user.is_door, user.password, user.must_change_password) == (True, "!", False)
    for kind in ("password", "device", "unlock"):
        with pytest.raises(AccountRefused, match="接口账号，不能登录"):
            asked(user, kind)
    confirmed(asked(user, "role", role="teller"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff_is_door_v1(%s), staff_officer_v1(%s)", [user.pk, user.pk])
        assert cursor.fetchone() == (True, False)


def test_somebody_whose_name_looks_like_a_programs_is_an_officer_by_their_kind() -> None:
    user = made()
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE staff_user SET username = 'api-wang' WHERE id = %s", [user.pk])
        cursor.execute("SELECT staff_is_door_v1(%s), staff_officer_v1(%s)", [user.pk, user.pk])
        assert cursor.fetchone() == (False, True)
    assert not User.objects.get(pk=user.pk).is_door


def test_one_person_has_one_account_in_an_agency() -> None:
    made(id_number=number(11111), username="first-of-two")
    with pytest.raises(AccountRefused, match="first-of-two（一人一号）"):
        made(id_number=number(11111))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_user SET role = 'security_admin' WHERE id = {user}",
        "UPDATE staff_user SET agency_id = '51110201' WHERE id = {user}",
        "UPDATE staff_user SET role = '' WHERE username = 'auditor'",
        "INSERT INTO staff_user (password, username, full_name, role, agency_id, is_trainee, is_active) "
        "VALUES ('x', 'forged', 'x', 'director', '51110001', false, true)",
    ],
)
def test_the_applications_role_gives_nobody_a_post_and_moves_nobody(statement: str) -> None:
    user = made()
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(user=user.pk))
    assert error.value.__cause__.sqlstate == "YG001"  # type: ignore[union-attr]


def test_under_the_warrant_of_one_request_nobody_elses_post_and_no_other_post_is_given() -> None:
    user, other = made(), made()
    request = asked(user, "role", role="guide")
    for statement in (
        f"role = 'director' WHERE id = {other.pk}",
        f"role = 'director' WHERE id = {user.pk}",
        f"agency_id = '51110201' WHERE id = {user.pk}",
    ):
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            administrator, asker = city.user("secadmin"), city.user("sysadmin")
            cursor.execute("SELECT staff_change_post_v1(%s, %s, %s)", [proof_of(administrator), code_of(administrator), request.pk])
            act_as(asker)
            cursor.execute(f"UPDATE staff_user SET {statement}")
        assert error.value.__cause__.sqlstate == "YG001"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("status = 'done', decided_by_id = {secadmin}", "YG001"),
        ("status = 'done', decided_by_id = {sysadmin}", "YG005"),
        ("role = 'director'", "YG006"),
        ("user_id = {sysadmin}", "YG006"),
        ("status = 'refused', decided_by_id = {secadmin}", "YG005"),
    ],
)
def test_the_database_keeps_people_and_content_of_a_request(change: str, code: str) -> None:
    request = asked(made(), "role", role="guide")
    people = {n: city.user(n).pk for n in ("secadmin", "sysadmin")}
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE staff_account_request SET {change.format(**people)} WHERE id = %s", [request.pk])
    assert error.value.__cause__.sqlstate == code  # type: ignore[union-attr]


def test_asked_and_confirmed_in_one_transaction_is_refused() -> None:
    with pytest.raises(DatabaseError, match="分别办理"), transaction.atomic():
        confirmed(asked(made(), "unlock"))


def test_a_finance_post_for_a_business_holder_is_refused_and_after_leaving_waits_the_set_days() -> None:
    user = with_post("teller")
    with pytest.raises(AccountRefused, match="四类岗位互斥：新来现任 综合柜员（业务经办）"):
        confirmed(asked(user, "role", role="accountant"))
    refuse_request(
        request_id=AccountRequest.objects.get(user=user, status="asked").pk, administrator=city.user("secadmin"), note="互斥"
    )
    # Another post of the same class is no matter.
    confirmed(asked(user, "role", role="rechecker"))
    confirmed(asked(user, "role", role=""))
    assert User.objects.get(pk=user.pk).role == ""
    request = asked(user, "role", role="accountant")
    with pytest.raises(AccountRefused, match="曾任"):
        confirmed(request)
    ended_days_ago(user, 29)
    with pytest.raises(AccountRefused, match="曾任"):
        confirmed(request)
    ended_days_ago(user, 31)
    confirmed(request)
    assert User.objects.get(pk=user.pk).role == "accountant"


def test_the_classes_exclude_each_other_over_two_agencies_for_the_same_person() -> None:
    with_post("teller", id_number=number(22222))
    county = made(id_number=number(22222), agency=Agency.objects.get(pk="51110201"))
    with pytest.raises(AccountRefused, match="互斥"):
        confirmed(asked(county, "role", role="cashier"))
    take_request_back(request_id=AccountRequest.objects.get(user=county, status="asked").pk, actor=city.user("sysadmin"))
    confirmed(asked(county, "role", role="reviewer"))
    # A number that is only told afterwards does not get round it.
    finance = with_post("cashier")
    with pytest.raises(DatabaseError, match="互斥"), transaction.atomic():
        User.objects.using("super").filter(pk=finance.pk).update(id_number=number(22222))


def test_a_post_without_a_class_cannot_be_given() -> None:
    user = made()
    request = asked(user, "role", role="guide")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("UPDATE staff_post SET post_class = '' WHERE code = 'guide'")
    try:
        with pytest.raises(AccountRefused, match="没有登记类别"):
            confirmed(request)
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("UPDATE staff_post SET post_class = 'business' WHERE code = 'guide'")


def test_a_new_post_or_a_transfer_recalls_all_rights() -> None:
    user = city.new_user("teller")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Authority.objects.using("owner").create(
            user_id=user.pk, step="accept", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2030, 1, 1)
        )
    ask = {"user_id": user.pk, "step": "accept", "item_code": "REG-004", "area_code": "511102", "on": TODAY}
    assert may(**ask)
    confirmed(asked(user, "transfer", to_agency=Agency.objects.get(pk="51110201")))
    moved = User.objects.get(pk=user.pk)
    assert (moved.agency_id, moved.role, moved.desk_id, moved.section_id) == ("51110201", "", None, None)
    assert not may(**ask)
    assert list(verify_all()) == []


def test_a_leaver_filed_today_has_no_sign_in_tonight_and_claims_go_back_and_are_listed() -> None:
    reviewer = city.user("reviewer")
    case = city.accept_class1()
    step = current_step(case)
    assert step is not None
    claim_step(case_id=case.pk, step_id=step.pk, actor=reviewer)
    returned = city.decide(city.accept_class2(username="teller2"), "reviewer2", "returned", "材料不清")
    task = taken_task(reviewer)
    request, left = leave(actor=city.user("sysadmin"), user=reviewer, reason="退休")
    assert (left.released, left.tasks, left.counts["released"]) == ([case.case_no], [task.pk], 1)
    step.refresh_from_db()
    assert (step.claimed_by_id, step.state) == (None, "ready")
    assert not User.objects.get(pk=reviewer.pk).is_active
    event = StaffEvent.objects.filter(table_name="staff_user", row_id=reviewer.pk, verb="left").latest("id")
    assert event.details["released"] == [case.case_no]
    task.refresh_from_db()
    assert (task.owner_id, task.state) == (None, "open")
    with pytest.raises(AccountRefused, match="已有待确认"):
        leave(actor=city.user("sysadmin"), user=User.objects.get(pk=reviewer.pk), reason="退休")
    held = Authority.objects.in_force(TODAY).filter(user=reviewer).count()
    assert held >= 1
    confirmed(request)
    assert Authority.objects.in_force(TODAY).filter(user=reviewer).count() == 0
    assert User.objects.get(pk=reviewer.pk).role == ""
    with pytest.raises(AccountRefused, match="已离岗"):
        leave(actor=city.user("sysadmin"), user=User.objects.get(pk=reviewer.pk), reason="退休")
    _, teller = leave(actor=city.user("sysadmin"), user=city.user("teller2"), reason="离职")
    assert returned.case_no in teller.returned
    assert list(verify_all()) == []


def test_whoever_is_transferred_or_switched_off_hands_the_work_over_and_a_refusal_leaves_it() -> None:
    changes: tuple[tuple[str, dict[str, object]], ...] = (
        ("transfer", {"to_agency": Agency.objects.get(pk="51110201")}), ("role", {"role": "rechecker"}), ("off", {}),
    )  # fmt: skip
    for kind, more in changes:
        reviewer = city.new_user("reviewer", password="Ein-Passwort-9", id_number=number(19004))
        task = taken_task(reviewer)
        if kind == "off":
            with pytest.raises(AccountRefused, match="原因"):
                suspend(actor=city.user("sysadmin"), user=reviewer, reason=" ")
            assert Task.objects.get(pk=task.pk).owner_id == reviewer.pk
            suspend(actor=city.user("sysadmin"), user=reviewer, reason="长期病假")
        else:
            request = asked(reviewer, kind, **more)
            with pytest.raises(NotAuthorised):
                confirm(request_id=request.pk, administrator=city.user("sysadmin"))
            assert Task.objects.get(pk=task.pk).owner_id == reviewer.pk
            confirm(request_id=request.pk, administrator=city.user("secadmin"))
        assert Task.objects.get(pk=task.pk).owner_id is None
        event = StaffEvent.objects.filter(table_name="staff_user", row_id=reviewer.pk).latest("id")
        assert event.details["tasks"] == [task.pk]
    assert list(verify_all()) == []


def test_requests_are_refused_for_oneself_twice_and_without_reason() -> None:
    user = made()
    with pytest.raises(NotAuthorised):
        ask_about_account(actor=city.user("sysadmin"), user=city.user("sysadmin"), kind="unlock", reason="x")
    with pytest.raises(NotAuthorised):
        ask_about_account(actor=city.user("head"), user=user, kind="unlock", reason="x")
    with pytest.raises(AccountRefused, match="原因"):
        ask_about_account(actor=city.user("sysadmin"), user=user, kind="unlock", reason=" ")
    with pytest.raises(AccountRefused, match="没有变化"):
        asked(user, "role", role="")
    with pytest.raises(AccountRefused, match="调往的机构"):
        asked(user, "transfer", to_agency=user.agency)
    first = asked(user, "unlock")
    with pytest.raises(AccountRefused, match="已有待确认"):
        asked(user, "unlock")
    with pytest.raises(RequestMoved):
        take_request_back(request_id=first.pk, actor=city.user("secadmin"))
    with pytest.raises(AccountRefused, match="原因"):
        refuse_request(request_id=first.pk, administrator=city.user("secadmin"), note="")


def test_a_countys_administrator_unlocks_but_gives_no_post() -> None:
    county = city.new_user("security_admin", agency="51110201")
    user = made(agency=Agency.objects.get(pk="51110201"))
    unlock, post = asked(user, "unlock"), asked(user, "role", role="teller")
    assert (may_decide(unlock, county), may_decide(post, county)) == (True, False)
    with pytest.raises(NotAuthorised):
        confirm_account(request_id=post.pk, administrator=county)
    assert confirm_account(request_id=unlock.pk, administrator=county).request.status == "done"


def test_an_account_is_edited_with_a_reason_by_somebody_else() -> None:
    user = made(id_number="")
    section = Section.objects.get(agency_id="51110001", name="待遇审核科")
    edit = {
        "full_name": "改名",
        "id_number": "",
        "section": section,
        "managing_department": section,
        "location": None,
        "is_trainee": True,
    }
    actor = city.user("sysadmin")
    with pytest.raises(AccountRefused, match="依据"):
        edit_account(actor=actor, user=user, reason="", **edit)  # type: ignore[arg-type]
    edit_account(actor=actor, user=user, reason="更正", **edit)  # type: ignore[arg-type]
    assert User.objects.get(pk=user.pk).section == section
    with pytest.raises(AccountRefused, match="另一名系统管理员"):
        edit_account(actor=actor, user=actor, reason="x", **edit)  # type: ignore[arg-type]
    other = Section.objects.filter(agency_id="51110201").first()
    with pytest.raises(AccountRefused, match="不属于所在机构"):
        edit_account(actor=actor, user=user, reason="x", **edit | {"section": other})  # type: ignore[arg-type]
    with pytest.raises(AccountRefused, match="本人"):
        switch_account(actor=actor, user=actor, is_active=False, reason="x")
    assert not switch_account(actor=actor, user=user, is_active=False, reason="长期出差").is_active
    with pytest.raises(AccountRefused, match="已停用"):
        switch_account(actor=actor, user=user, is_active=False, reason="长期出差")


def test_a_number_once_told_is_not_taken_away_again() -> None:
    user = with_post("teller", id_number=number(13333))
    edit = {"full_name": "新来", "section": None, "managing_department": None, "location": None, "is_trainee": False}
    with pytest.raises(AccountRefused, match="不能清空"):
        edit_account(actor=city.user("sysadmin"), user=user, id_number=" ", reason="x", **edit)  # type: ignore[arg-type]
    with pytest.raises(DatabaseError, match="不能清空"), transaction.atomic():
        User.objects.using("super").filter(pk=user.pk).update(id_number="")


def test_a_post_is_given_to_somebody_whose_number_is_known_and_a_number_is_corrected_out_of_office() -> None:
    """By the number it is told who is one person: without it, or with another one, four exclusive classes would hold for nobody."""
    nameless = made(id_number="")
    with pytest.raises(AccountRefused, match="身份证号尚未登记"):
        confirmed(asked(nameless, "role", role="accountant"))
    assert User.objects.get(pk=nameless.pk).role == ""
    teller = with_post("teller", id_number=number(12444))
    edit = {"full_name": "李改号", "section": None, "managing_department": None, "location": None, "is_trainee": False}
    with pytest.raises(AccountRefused, match="在岗，身份证号不能由一人更正"):
        edit_account(actor=city.user("sysadmin"), user=teller, id_number=number(12555), reason="更正", **edit)  # type: ignore[arg-type]
    with pytest.raises(DatabaseError, match="在岗，身份证号不能由一人更正"), transaction.atomic():
        sysadmin = city.user("sysadmin")
        act_as(sysadmin)
        User.objects.filter(pk=teller.pk).update(id_number=number(12555))
    # Out of office it is corrected; what was held under the number before is still that person's.
    confirmed(asked(teller, "role", role=""))
    out = User.objects.get(pk=teller.pk)
    edit_account(actor=city.user("sysadmin"), user=out, id_number=number(12555), reason="更正", **edit)  # type: ignore[arg-type]
    for known in (number(12444), number(12555)):
        with pytest.raises(AccountRefused, match="四类岗位互斥"):
            with_post("cashier", id_number=known, agency=Agency.objects.get(pk="51110201"))


def test_only_a_system_administrator_who_answers_for_the_agency_makes_and_edits_accounts() -> None:
    user = made(id_number="")
    county = city.new_user("system_admin", agency="51110201")
    edit = {
        "full_name": "x", "id_number": "", "section": None, "managing_department": None, "location": None, "is_trainee": False,
    }  # fmt: skip
    for actor in (county, city.user("head"), city.user("secadmin")):
        with pytest.raises(NotAuthorised):
            made(actor=actor)
        with pytest.raises(NotAuthorised):
            edit_account(actor=actor, user=user, reason="x", **edit)  # type: ignore[arg-type]
        with pytest.raises(NotAuthorised):
            switch_account(actor=actor, user=user, is_active=False, reason="x")
    assert made(actor=county, agency=Agency.objects.get(pk="51110201")).agency_id == "51110201"


def test_nobody_at_a_special_desk_becomes_a_trainee() -> None:
    user = with_post("teller")
    special = Desk.objects.get(location__name="市政务服务中心社保大厅", number="9")
    give_desk(actor=city.user("head2"), person=user, desk=special, reason="专责")
    edit = {
        "full_name": "新来",
        "id_number": user.id_number,
        "section": None,
        "managing_department": None,
        "location": None,
        "is_trainee": True,
    }
    with pytest.raises(AccountRefused, match="特殊业务窗口"):
        edit_account(actor=city.user("sysadmin"), user=user, reason="x", **edit)  # type: ignore[arg-type]
