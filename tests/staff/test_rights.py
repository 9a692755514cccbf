"""Authority changes only with three people; incompatible posts stay apart; every page as every role."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import city, money
from tests.archive import papers
from tests.conftest import TODAY
from tests.parameters.test_change_parameter import proposed
from yigui.archive.file_cases import file_due
from yigui.casework.day_end import close_day
from yigui.common.rooms import page_rights, public_pages
from yigui.identity.proof import act_as, code_of, proof_of
from yigui.integrity.verify import verify_all
from yigui.receipts.models import ReceiptFile
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised, RequestMoved, RightsRefused
from yigui.staff.grant_rights import (
    apply_by_rule,
    apply_for_rights,
    apply_to_withdraw,
    approve_rights,
    check_rights,
    grant_rights,
    may_move,
    refuse_rights,
    take_back,
)
from yigui.staff.inbox_sources import requests_for
from yigui.staff.models import Authority, RightsRequest, User
from yigui.staff.rights import may
from yigui.warrants.models import Warrant

_numbers = iter(range(1000))


def new_user(role: str) -> User:
    return city.new_user(role)


def applied(user: User, *, steps: tuple[str, ...] = ("recheck",), by: str = "head", **more: Any) -> RightsRequest:
    values = {
        "item_groups": ["REG"],
        "area_code": "*",
        "valid_from": TODAY,
        "valid_to": dt.date(2027, 12, 31),
        "reason": "工作需要",
    } | more
    return apply_for_rights(applicant=city.user(by), user=user, steps=steps, **values)


def granted(request: RightsRequest) -> RightsRequest:
    """The other three steps of an application."""
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    approve_rights(request_id=request.pk, leader=city.user("director"))
    return grant_rights(request_id=request.pk, administrator=city.user("secadmin"))


def test_applied_examined_approved_and_granted_by_four_people_it_holds() -> None:
    user = new_user("rechecker")
    request = applied(user, amount_fen_max=500_000)
    assert not may(user_id=user.pk, step="recheck", item_code="REG-004", area_code="511102", on=TODAY)
    granted(request)
    ask = {"user_id": user.pk, "step": "recheck", "area_code": "511102"}
    assert may(item_code="REG-004", on=TODAY, **ask)
    assert not may(item_code="PEN-002", on=TODAY, **ask)
    assert not may(item_code="REG-004", on=dt.date(2028, 1, 1), **ask)
    # 有权复核五千元以内的，不能复核八千元的 (R068).
    assert may(item_code="REG-004", on=TODAY, amount_fen=500_000, **ask)
    assert not may(item_code="REG-004", on=TODAY, amount_fen=800_000, **ask)
    warrant = Warrant.objects.get(kind="rights", subject_id=request.pk)
    assert list(warrant.signatures.order_by("seq").values_list("step", flat=True)) == ["apply", "check", "approve", "grant"]
    assert Authority.objects.get(user=user).warrant_id == warrant.pk


def test_one_application_is_for_many_items_and_steps_at_once() -> None:
    user = new_user("teller")
    granted(applied(user, steps=("accept", "recheck"), item_groups=["REG-004", "REG-006", "CHG"]))
    held = set(Authority.objects.filter(user=user).values_list("step", "item_group"))
    assert held == {(s, g) for s in ("accept", "recheck") for g in ("REG-004", "REG-006", "CHG")}


def test_people_of_the_chain_must_differ_and_have_the_post() -> None:
    user = new_user("rechecker")
    with pytest.raises(NotAuthorised):
        applied(user, by="teller")
    request = applied(user, by="director")
    with pytest.raises(RequestMoved):
        approve_rights(request_id=request.pk, leader=city.user("director2"))
    with pytest.raises(NotAuthorised):
        check_rights(request_id=request.pk, controller=city.user("director2"))
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    for leader in ("director", "head", "auditor"):
        with pytest.raises(NotAuthorised):
            approve_rights(request_id=request.pk, leader=city.user(leader))
    approve_rights(request_id=request.pk, leader=city.user("director2"))
    with pytest.raises(NotAuthorised):
        grant_rights(request_id=request.pk, administrator=city.user("sysadmin"))


def test_a_countys_administrator_sets_no_rights_and_has_no_button() -> None:
    county = city.new_user("security_admin", agency="51110201")
    user = User.objects.get(username="reviewer-511102")
    request = applied(user, steps=("review",), by="head")
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    approve_rights(request_id=request.pk, leader=city.user("director"))
    with pytest.raises(NotAuthorised, match="县区不得自行设置"):
        grant_rights(request_id=request.pk, administrator=county)
    with pytest.raises(DatabaseError, match="市级安全保密管理员"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT staff_grant_v1(%s, %s, %s)", [proof_of(county), code_of(county), request.pk])
    for person, has_button in ((county, False), (city.user("secadmin"), True)):
        client = Client()
        client.force_login(person, backend="yigui.identity.staff_backend.StaffBackend")
        page = client.get("/rights/").content.decode()
        assert (f"/rights/{request.pk}/grant/" in page) == has_button


def test_whoever_is_on_turn_refuses_with_a_reason_and_the_applicant_takes_back() -> None:
    request = applied(new_user("rechecker"))
    with pytest.raises(RightsRefused, match="原因"):
        refuse_rights(request_id=request.pk, person=city.user("auditor"), note=" ")
    with pytest.raises(NotAuthorised):
        refuse_rights(request_id=request.pk, person=city.user("director"), note="不同意")
    assert refuse_rights(request_id=request.pk, person=city.user("auditor"), note="岗位不符").status == "refused"
    with pytest.raises(RequestMoved):
        check_rights(request_id=request.pk, controller=city.user("auditor"))
    other = applied(new_user("rechecker"))
    with pytest.raises(RequestMoved):
        take_back(request_id=other.pk, applicant=city.user("head2"))
    assert take_back(request_id=other.pk, applicant=city.user("head")).status == "taken_back"


def test_temporary_authority_is_short_and_lapses_by_itself() -> None:
    user = new_user("rechecker")
    with pytest.raises(RightsRefused, match="最长 31 天"):
        applied(user, is_temporary=True, valid_to=TODAY + dt.timedelta(days=31))
    granted(applied(user, is_temporary=True, valid_to=TODAY + dt.timedelta(days=30)))
    ask = {"user_id": user.pk, "step": "recheck", "item_code": "REG-004", "area_code": "511102"}
    assert may(on=TODAY + dt.timedelta(days=30), **ask)
    assert not may(on=TODAY + dt.timedelta(days=31), **ask)


def test_authority_is_withdrawn_before_its_end_by_two_people_and_what_was_signed_before_counts() -> None:
    user = new_user("reviewer")
    granted(applied(user, steps=("review",), item_groups=["REG", "CHG"]))
    case = city.decide(city.accept_class2(), user.username)
    ids = list(Authority.objects.filter(user=user).values_list("pk", flat=True))
    with pytest.raises(NotAuthorised):
        apply_to_withdraw(applicant=city.user("teller"), user=user, authority_ids=ids, reason="x", today=TODAY)
    with pytest.raises(RightsRefused):
        apply_to_withdraw(
            applicant=city.user("head"), user=city.user("reviewer"), authority_ids=ids, reason="不是他的", today=TODAY
        )
    asked = apply_to_withdraw(applicant=city.user("auditor"), user=user, authority_ids=ids, reason="调离", today=TODAY)
    ask = {"user_id": user.pk, "step": "review", "area_code": "511102", "on": TODAY}
    assert may(item_code="REG-004", **ask)
    with pytest.raises(NotAuthorised):
        grant_rights(request_id=asked.pk, administrator=city.user("sysadmin"))
    grant_rights(request_id=asked.pk, administrator=city.user("secadmin"))
    assert not may(item_code="REG-004", **ask)
    assert not may(item_code="CHG-003", **ask)
    # The case the person reviewed this morning is finished all the same.
    assert city.decide(case, "rechecker").status == "finished"
    # The ledger of today still tells it, that of tomorrow does not.
    assert Authority.objects.held_on(TODAY).filter(user=user).count() == 2
    assert list(verify_all()) == []


def test_what_somebody_signed_before_being_switched_off_counts() -> None:
    user = new_user("reviewer")
    granted(applied(user, steps=("review",)))
    case = city.decide(city.accept_class2(), user.username)
    User.objects.using("super").filter(pk=user.pk).update(is_active=False)
    assert not may(user_id=user.pk, step="review", item_code="REG-001", area_code="511102", on=TODAY)
    assert city.decide(case, "rechecker").status == "finished"


def test_the_inbox_shows_an_application_to_whoever_may_move_it_and_to_nobody_else() -> None:
    request = applied(new_user("rechecker"))
    withdrawal = apply_to_withdraw(
        applicant=city.user("head2"), user=city.user("rechecker2"), reason="调整", today=TODAY,
        authority_ids=Authority.objects.filter(user=city.user("rechecker2"), withdrawn_at=None).values_list("pk", flat=True),
    )  # fmt: skip
    people = list(User.objects.filter(is_active=True).exclude(password="!").select_related("agency__area"))
    for deed in (
        lambda: check_rights(request_id=request.pk, controller=city.user("auditor")),
        lambda: approve_rights(request_id=request.pk, leader=city.user("director")),
        lambda: grant_rights(request_id=request.pk, administrator=city.user("secadmin")),
        lambda: refuse_rights(request_id=withdrawal.pk, person=city.user("secadmin"), note="仍需"),
    ):
        shown = False
        for open_one in (RightsRequest.objects.get(pk=request.pk), RightsRequest.objects.get(pk=withdrawal.pk)):
            for person in people:
                in_inbox = requests_for(person).filter(pk=open_one.pk).exists()
                assert in_inbox == may_move(open_one, person), (open_one, person)
                shown |= in_inbox
        assert shown
        deed()
    waiting = applied(new_user("rechecker"), reason="内控待审")
    client = Client()
    client.force_login(city.user("auditor"), backend="yigui.identity.staff_backend.StaffBackend")
    page = client.get("/inbox/")
    assert page.status_code == 200
    assert "内控待审" in page.content.decode()
    take_back(request_id=waiting.pk, applicant=city.user("head"))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO staff_authority (user_id, step, item_group, area_code, valid_from, valid_to) VALUES ({user}, 'recheck', '*', '*', '2026-01-01', '2030-01-01')",
        "UPDATE staff_authority SET valid_to = '2099-12-31'",
        "UPDATE staff_authority SET withdrawn_at = NULL",
        "UPDATE staff_authority SET item_group = '*', area_code = '*', amount_fen_max = NULL",
        "DELETE FROM staff_authority",
        "SELECT warrants_issue_v1('rights', 1, 'x', '', 2::smallint, '', NULL, '{{}}', '{{}}', '{{}}')",
    ],
)
def test_the_applications_role_writes_no_authority_not_even_under_a_warrant(statement: str) -> None:
    user = new_user("rechecker")
    request = applied(user)
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    approve_rights(request_id=request.pk, leader=city.user("director"))
    administrator = city.user("secadmin")
    with pytest.raises(DatabaseError, match="denied"), transaction.atomic(), connection.cursor() as cursor:
        # The warrant of a real grant is open in this transaction.
        cursor.execute("SELECT staff_grant_v1(%s, %s, %s)", [proof_of(administrator), code_of(administrator), request.pk])
        cursor.execute(statement.format(user=user.pk))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("status = 'granted', granted_by_id = {secadmin}", "YG006"),
        ("status = 'approved', checked_by_id = {auditor}, approved_by_id = {director}", "YG006"),
        ("status = 'checked', checked_by_id = {applicant}", "YG005"),
        ("status = 'checked', checked_by_id = {director}", "YG005"),
        ("status = 'checked', checked_by_id = {auditor}, item_groups = '[\"*\"]'", "YG006"),
        ("user_id = {applicant}", "YG006"),
        ("valid_to = '2099-01-01'", "YG006"),
        ("status = 'refused', refused_by_id = {auditor}, note = ''", "YG005"),
    ],
)
def test_the_database_keeps_the_order_and_the_content_of_an_application(change: str, code: str) -> None:
    request = applied(new_user("rechecker"))
    people = {n: city.user(n).pk for n in ("secadmin", "auditor", "director")} | {"applicant": city.user("head").pk}
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE staff_rights_request SET {change.format(**people)} WHERE id = %s", [request.pk])
    assert error.value.__cause__.sqlstate == code  # type: ignore[union-attr]


def test_a_chain_forged_in_one_transaction_is_refused() -> None:
    user = new_user("rechecker")
    with pytest.raises(DatabaseError, match="分别办理"), transaction.atomic():
        request = applied(user)
        check_rights(request_id=request.pk, controller=city.user("auditor"))
    with pytest.raises(DatabaseError, match="从“已申请”开始"), transaction.atomic():
        act_as(city.user("head"))
        RightsRequest.objects.create(
            user=user, steps=["recheck"], item_groups=["*"], area_code="*", valid_from=TODAY, valid_to=TODAY, reason="x",
            status="approved", applied_by=city.user("head"), checked_by=city.user("auditor"), approved_by=city.user("director"),
        )  # fmt: skip
    request = applied(user)
    administrator = city.user("secadmin")
    with pytest.raises(DatabaseError, match="未走完"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT staff_grant_v1(%s, %s, %s)", [proof_of(administrator), code_of(administrator), request.pk])
    with pytest.raises(DatabaseError, match=r"denied|不能删除"), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).delete()


@pytest.mark.parametrize(
    ("role", "step"), [("rechecker", "accept"), ("teller", "approve"), ("auditor", "review"), ("system_admin", "accept")]
)
def test_a_post_may_hold_only_its_steps(role: str, step: str) -> None:
    with pytest.raises(RightsRefused, match="岗位不能持有"):
        applied(new_user(role), steps=(step,))


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        ("teller", ("accept", "approve")),
        ("director", ("approve", "review")),
        ("auditor", ("review",)),
        ("security_admin", ("accept",)),
    ],
)
def test_incompatible_posts_are_refused_by_the_database(role: str, steps: tuple[str, ...]) -> None:
    user = new_user(role)
    with pytest.raises(DatabaseError) as error, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        for step in steps:
            cursor.execute(
                "INSERT INTO staff_authority (user_id, step, item_group, area_code, valid_from, valid_to) "
                "VALUES (%s, %s, '*', '*', '2026-01-01', '2027-01-01')",
                [user.pk, step],
            )
    assert error.value.__cause__.sqlstate == "YG004"  # type: ignore[union-attr]


def test_no_demo_account_holds_accept_and_approve() -> None:
    held: dict[int, set[str]] = {}
    for right in Authority.objects.all():
        held.setdefault(right.user_id, set()).add(right.step)
    assert not [u for u, steps in held.items() if {"accept", "approve"} <= steps]


def routes() -> list[tuple[str, str]]:
    """Every page route with the page right of its view; open pages and the interface left out."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                right = getattr(pattern.callback, "page_right", None)
                if right is not None:
                    found.append((path, right))

    walk(get_resolver().url_patterns, "/")
    return found


def receipt_file() -> int:
    """The number of a file of money, made where the city has none yet."""
    return (
        ReceiptFile.objects.values_list("pk", flat=True).first() or money.receive(money.row(1_00, AAB004="无人知道的单位")).file.pk
    )


def sheet_of_a_day() -> int:
    """The sheet of a teller's day: once a city."""

    def make() -> int:
        teller = city.user(city.new_user("teller", password="Ein-Passwort-9").username)
        return close_day(actor=teller, day=TODAY, bound=(), explanation="", today=TODAY).pk

    return city.of_city("sheet of a day", make)


def case_with_a_gap() -> str:
    """The number of a finished case that was not filed."""
    held = papers.with_paper("pages, held")
    put_back = papers.lost(held)
    file_due()
    put_back()
    return held.case_no


def concrete(path: str) -> str:
    case = city.accept_class2() if "<str:case_no>" in path else city.of_city("case of the pages", city.accept_class2)
    values = {
        "<str:case_no>": case.case_no, "<int:material_id>": "1", "<str:person_no>": "510000000001", "<str:unit_no>": "5100000001",
        "<str:code>": "REG-004", "<int:section_id>": "1", "<int:user_id>": "1", "<int:desk_id>": "1",
        "<uuid:token>": "00000000-0000-4000-8000-000000000000", "<int:request_id>": "1",
        "<int:change_id>": "1", "<int:rule_id>": "1", "<int:merge_id>": "1", "<str:verb>": "approve",
        "<int:batch_id>": str(money.levied().pk), "<slug:reason>": "new", "<slug:verb>": "void", "<int:file_id>": "1", "<int:receipt_id>": "1",
        "<slug:number>": "0", "<slug:code>": "cases", "<int:planned_id>": "1", "<int:period>": "202610", "<path:name>": "tax.csv",
        "<int:number>": "800000000001", "<int:voucher_id>": "1", "<str:account>": "1002", "<int:refund_id>": "1", "<int:waiting_id>": "1", "<int:reissue_id>": "1",
        "<str:form>": "xml", "<int:record_id>": "1", "<int:line_id>": "1", "<int:claim_id>": "1", "<int:service>": "1",
    }  # fmt: skip
    if path.startswith("/counter/days/<int:sheet_id>/"):
        values["<int:sheet_id>"] = str(sheet_of_a_day())
    if path.startswith("/finance/receipts/<int:file_id>/"):
        values["<int:file_id>"] = str(receipt_file())
    if path.startswith("/parameters/"):
        values["<path:name>"] = "contribution/base_bounds"
    if path.startswith("/parameters/changes/"):
        values["<int:number>"] = str(city.of_city("parameter change", lambda: proposed().pk))
    if path.startswith("/archive/due/"):
        values["<str:case_no>"] = city.of_city("case with a gap", case_with_a_gap)
    values["<str:number>"] = (
        city.of_city("volume of the pages", lambda: papers.filed(papers.with_paper("pages")).number)
        if "<str:number>" in path
        else ""
    )
    for name, value in values.items():
        path = path.replace(name, value)
    return path


def test_the_pages_for_everybody_are_those_their_rooms_declare() -> None:
    found: set[str] = set()

    def walk(patterns: list[Any], space: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, pattern.namespace or space)
            elif hasattr(pattern.callback, "is_public"):
                found.add(f"{space}:{pattern.name}")

    walk(get_resolver().url_patterns, "")
    assert found == public_pages()
    assert {"staff:sign_in", "enquiry:verify", "kiosk_me:sign_in"} <= found


@contextmanager
def read_only() -> Iterator[None]:
    """A GET never writes: while this holds, the database refuses any write of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")


#: Deeds that are somebody's own: the page is the role's, the case (or the batch) another's; who may do them is tested by itself.
PERSONAL = frozenset(
    {
        "claim",
        "release",
        "decide",
        "withdraw",
        "correct",
        "finish",
        "take-up",
        "return",
        "decline",
        "check",
        "approve",
        "void",
        "execute",
    }
)


#: What the door says to whoever may not come in.
CLOSED = "您的岗位没有打开本页的权限"
#: Pages of things this city does not have: they answer 404 to whoever may open them.
NOT_THERE = frozenset(
    {
        "/cases/<str:case_no>/export/", "/cases/<str:case_no>/papers/<int:material_id>/", "/cases/<str:case_no>/receipt.pdf",
        "/ratings/<int:service>/", "/ratings/<int:service>/repair/", "/counter/drafts/<uuid:token>/notice.pdf",
        "/cases/<str:case_no>/letter.pdf", "/counter/drafts/<uuid:token>/", "/counter/drafts/<uuid:token>/answers/", "/counter/drafts/<uuid:token>/form.pdf",
        "/finance/refunds/<int:refund_id>/payee/", "/finance/results/again/<int:reissue_id>/withdraw/",
        "/finance/results/<int:file_id>/", "/deaths/<int:record_id>/",
        "/counter/drafts/<uuid:token>/list/returned.xlsx", "/counter/list/<uuid:token>/", "/counter/list/<uuid:token>/returned.xlsx",
        "/finance/tickets/<slug:number>.pdf", "/finance/suspense/claims/<int:claim_id>/",
        "/finance/vouchers/<int:voucher_id>/", "/kiosk/calls/<int:number>/", "/tasks/<int:number>/",
        "/audit/samples/<int:number>/", "/audit/cases/<int:number>/", "/audit/cases/<int:number>/sheet/", "/audit/findings/<int:number>/",
    }
)  # fmt: skip

#: Pages where, beside the right to the page, the record itself decides: whoever did not work on it is told who may; a list asks the right of its own page.
OF_RECORDS = frozenset(
    {
        "/cases/<str:case_no>/export/", "/cases/<str:case_no>/papers/<int:material_id>/", "/cases/<str:case_no>/receipt.pdf",
        "/cases/<str:case_no>/slip.pdf", "/cases/<str:case_no>/form.pdf", "/sections/<int:section_id>/", "/counter/days/<int:sheet_id>/",
        "/cases/<str:case_no>/letter.pdf",
        "/lists/<slug:code>/views/", "/lists/<slug:code>/views/<int:number>/", "/lists/<slug:code>/export/",
        # A bad rating opens to who has taken its task.
        "/ratings/<int:service>/", "/ratings/<int:service>/repair/",
    }
)  # fmt: skip


def browser_of(role: str) -> Client:
    """A browser in which somebody of this role has signed in, and has done nothing else yet: one sign-in for all pages, while it lasts."""
    keys: dict[str, str] = city.of_city("sign-ins of the roles", dict)
    client = Client()
    if role not in keys or not Session.objects.filter(pk=keys[role]).exists():
        client.force_login(
            User.objects.filter(role=role, is_active=True).exclude(password="!").order_by("id")[0],
            backend="yigui.identity.staff_backend.StaffBackend",
        )
        keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.cookies[settings.SESSION_COOKIE_NAME] = keys[role]
    return client


@pytest.mark.parametrize(("path", "right"), routes(), ids=lambda value: str(value))
def test_every_page_as_every_role(path: str, right: str) -> None:
    url = concrete(path)
    opened = False
    for role in Role:
        client = browser_of(role)
        with read_only():
            answer = client.get(url)
        status = answer.status_code
        if role in page_rights()[right]:
            is_refused = status == 403 and path in OF_RECORDS and CLOSED not in answer.content.decode(errors="replace")
            assert status in (200, 302, 405, 409) or is_refused or (status == 404 and path in NOT_THERE), (role, url, status)
            opened |= status not in (403, 404)
        else:
            assert status in (403, 405), (role, url, status)
        if status == 405:
            answer = client.post(url)
            status = answer.status_code
            if role in page_rights()[right]:
                assert CLOSED not in answer.getvalue().decode(errors="replace"), (role, url, status)
                assert status != 403 or path in OF_RECORDS or url.split("/")[-2] in PERSONAL, (role, url, status)
                assert status < 500, (role, url, status)
            else:
                assert status == 403, (role, url, status)
                assert CLOSED in answer.content.decode(), (role, url)
    assert opened or path in NOT_THERE, url


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount_fen_max": -500}, "须大于 0 元"),
        ({"amount_fen_max": 0}, "须大于 0 元"),
        ({"valid_to": dt.date(2099, 12, 31)}, "最长至次年年末（2027-12-31）"),
        ({"valid_to": dt.date(2028, 1, 1)}, "最长至次年年末"),
        ({"valid_to": TODAY - dt.timedelta(days=1)}, "早于生效日期"),
    ],
)
def test_what_is_asked_for_has_limits(changed: dict[str, Any], words: str) -> None:
    before = RightsRequest.objects.count()
    with pytest.raises(RightsRefused, match=words):
        applied(new_user("rechecker"), **changed)
    assert RightsRequest.objects.count() == before


def test_by_the_template_it_ends_in_time_too() -> None:
    before = RightsRequest.objects.count()
    with pytest.raises(RightsRefused, match="最长至次年年末"):
        apply_by_rule(
            applicant=city.user("head"), user=new_user("rechecker"), valid_from=TODAY, valid_to=dt.date(2099, 1, 1), reason="新到岗"
        )
    assert RightsRequest.objects.count() == before
