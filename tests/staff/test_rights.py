"""Authority changes only with three people; incompatible posts stay apart; every page as every role."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import city, money
from tests.conftest import TODAY
from yigui.common.rooms import page_rights
from yigui.registry.models import Agency
from yigui.runs.models import Run
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised, RightsRefused
from yigui.staff.grant_rights import apply_for_rights, approve_rights, grant_rights
from yigui.staff.models import Authority, RightsRequest, User
from yigui.staff.rights import may
from yigui.synthetic.generate_city import opening_warrant
from yigui.warrants.models import Warrant

_numbers = iter(range(1000))


def new_user(role: str) -> User:
    return User.objects.create_user(
        f"u{next(_numbers)}-{role}", "!", full_name="新人", role=role, agency=Agency.objects.get(pk="51110001")
    )


def applied(user: User, *, steps: tuple[str, ...] = ("recheck",), by: str = "head", **more: Any) -> RightsRequest:
    values = {
        "item_group": "REG",
        "area_code": "*",
        "valid_from": TODAY,
        "valid_to": dt.date(2027, 12, 31),
        "reason": "工作需要",
    } | more
    return apply_for_rights(applicant=city.user(by), user=user, steps=steps, **values)


def test_applied_approved_and_granted_by_three_people_it_holds() -> None:
    user = new_user("rechecker")
    request = applied(user, amount_fen_max=500_000)
    assert not may(user_id=user.pk, step="recheck", item_code="REG-004", area_code="511102", on=TODAY)
    approve_rights(request_id=request.pk, leader=city.user("director"), is_approved=True)
    grant_rights(request_id=request.pk, administrator=city.user("secadmin"))
    ask = {"user_id": user.pk, "step": "recheck", "area_code": "511102"}
    assert may(item_code="REG-004", on=TODAY, **ask)
    assert not may(item_code="PEN-002", on=TODAY, **ask)
    assert not may(item_code="REG-004", on=dt.date(2028, 1, 1), **ask)
    # 有权复核五千元以内的，不能复核八千元的 (R068).
    assert may(item_code="REG-004", on=TODAY, amount_fen=500_000, **ask)
    assert not may(item_code="REG-004", on=TODAY, amount_fen=800_000, **ask)
    warrant = Warrant.objects.get(kind="rights", subject_id=request.pk)
    assert warrant.signatures.count() == 3
    assert Authority.objects.get(user=user).warrant_id == warrant.pk


def test_people_of_the_chain_must_differ_and_have_the_post() -> None:
    user = new_user("rechecker")
    with pytest.raises(NotAuthorised):
        applied(user, by="teller")
    request = applied(user, by="director")
    with pytest.raises(NotAuthorised):
        approve_rights(request_id=request.pk, leader=city.user("director"), is_approved=True)
    with pytest.raises(NotAuthorised):
        approve_rights(request_id=request.pk, leader=city.user("head"), is_approved=True)
    approve_rights(request_id=request.pk, leader=city.user("director2"), is_approved=True)
    with pytest.raises(NotAuthorised):
        grant_rights(request_id=request.pk, administrator=city.user("sysadmin"))


def test_the_database_refuses_a_chain_of_one() -> None:
    request = applied(new_user("rechecker"))
    director = city.user("director").pk
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE staff_rights_request SET status = 'approved', applied_by_id = %s, approved_by_id = %s, approved_at = now(), "
            "granted_by_id = %s, granted_at = now() WHERE id = %s",
            [director, director, director, request.pk],
        )
    with pytest.raises(DatabaseError, match="须为不同人员"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT staff_issue_warrant_v1(%s)", [request.pk])


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


def concrete(path: str) -> str:
    case = city.accept_class2()
    values = {
        "<str:case_no>": case.case_no, "<int:material_id>": "1", "<str:person_no>": "510000000001", "<str:unit_no>": "5100000001",
        "<str:code>": "REG-004", "<int:section_id>": "1", "<int:desk_id>": "1",
        "<uuid:token>": "00000000-0000-4000-8000-000000000000", "<int:request_id>": "1",
        "<int:change_id>": "1", "<str:verb>": "approve",
        "<int:batch_id>": str(money.levied().pk), "<slug:reason>": "new", "<slug:verb>": "void", "<int:file_id>": "1", "<int:receipt_id>": "1",
        "<slug:number>": "0", "<int:planned_id>": "1", "<int:period>": "202610", "<path:name>": "tax.csv",
        "<int:number>": "800000000001", "<int:voucher_id>": "1", "<str:account>": "1002",
        "<str:form>": "xml",
    }  # fmt: skip
    for name, value in values.items():
        path = path.replace(name, value)
    return path


def test_the_pages_for_everybody_are_these() -> None:
    found: set[str] = set()

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif hasattr(pattern.callback, "is_public"):
                found.add(path)

    walk(get_resolver().url_patterns, "/")
    assert found == {
        "/v/",
        "/v/<str:code>",
        "/progress/",
        "/sign-in/",
        "/sign-in/code/",
        "/pay/<str:code>",
        "/pay/<str:code>/demo",
        "/guide/",
        "/places/",
        "/kiosk/",
        "/kiosk/activate/",
        "/kiosk/help/",
        "/kiosk/help/state/",
        *(
            f"{at}/{page}"
            for at in ("/unit", "/kiosk/unit")
            for page in ("sign-in/", "sign-in/code/", "open/", "sign-out/", "password/", "password/code/")
        ),
        *(f"{at}/{page}" for at in ("/m", "/kiosk/me") for page in ("sign-in/", "sign-in/code/", "sign-out/", "elder/")),
        *(f"{at}/{page}" for at in ("/m", "/kiosk/me") for page in ("manifest.webmanifest", "sw.js")),
    }


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


@pytest.mark.parametrize(("path", "right"), routes(), ids=lambda value: str(value))
def test_every_page_as_every_role(path: str, right: str) -> None:
    url = concrete(path)
    for role in Role:
        client = Client()
        client.force_login(
            User.objects.filter(role=role, is_active=True).exclude(password="!").order_by("id")[0],
            backend="django.contrib.auth.backends.ModelBackend",
        )
        with read_only():
            status = client.get(url).status_code
        if role in page_rights()[right]:
            assert status != 403, (role, url)
        else:
            assert status in (403, 405), (role, url, status)
        if status == 405:
            status = client.post(url).status_code
            if role in page_rights()[right]:
                assert status != 403 or url.split("/")[-2] in PERSONAL, (role, url, status)
                assert status < 500, (role, url, status)
            else:
                assert status == 403, (role, url, status)
