"""Templates of authority: made in four steps, rights given by them, and what differs from them."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.conftest import TODAY
from yigui.integrity.verify import verify_all
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.enums import DifferenceKind, Role
from yigui.staff.errors import NotAuthorised, RequestMoved, RightsRefused
from yigui.staff.grant_rights import apply_by_rule, approve_rights, check_rights, grant_rights, refuse_rights
from yigui.staff.inbox_sources import rules_for
from yigui.staff.models import Authority, PostRule, RightsRequest, User
from yigui.staff.rights import may
from yigui.staff.rights_differences import Difference, differences, posts_on
from yigui.staff.set_post_rule import Line, may_move_rule, move_rule, propose_rule, refuse_rule, take_rule_back

UNTIL = dt.date(TODAY.year + 1, 12, 31)
GROUPS = ("*", "REG", "PEN", "REG-004")
CENTRE = "51110001"
COUNTY = "51110201"


def proposed(post: str = "reviewer", *lines: Line, level: str = "city", scope: str = "all", by: str = "head") -> PostRule:
    return propose_rule(
        applicant=city.user(by), post=post, level=level, area_scope=scope, lines=lines or (Line("review", ("*",)),), known_groups=GROUPS,
        reason="岗位调整",
    )  # fmt: skip


def in_force(rule: PostRule) -> PostRule:
    for who in ("auditor", "director", "secadmin"):
        move_rule(rule_id=rule.pk, person=city.user(who))
    return PostRule.objects.get(pk=rule.pk)


def signed(request: RightsRequest) -> RightsRequest:
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    approve_rights(request_id=request.pk, leader=city.user("director"))
    return grant_rights(request_id=request.pk, administrator=city.user("secadmin"))


def person(role: str, agency: str = CENTRE) -> User:
    """Somebody new who signs in: an account without a password is a channel's."""
    return city.new_user(role, agency=agency, password="Ein-Passwort-9")


def by_rule(user: User, by: str = "head") -> RightsRequest:
    return apply_by_rule(applicant=city.user(by), user=user, valid_from=TODAY, valid_to=UNTIL, reason="定岗")


def given(user: User, step: str, item_group: str = "*", **more: object) -> Authority:
    """A right as an opening load brings it."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        values = {"area_code": "*", "valid_from": dt.date(2026, 1, 1), "valid_to": UNTIL} | more
        return Authority.objects.using("owner").create(user_id=user.pk, step=step, item_group=item_group, **values)


def of(user: User) -> list[Difference]:
    return [d for d in differences([user.agency_id], TODAY) if d.user.pk == user.pk]


def kinds(user: User) -> list[tuple[str, str]]:
    return sorted((d.kind.value, d.text.partition("，")[0]) for d in of(user))


def test_a_template_goes_through_four_people_and_the_newest_is_in_force() -> None:
    before = PostRule.objects.in_force().get(post="reviewer", level="city")
    rule = proposed("reviewer", Line("review", ("REG", "PEN"), 5_000_00), Line("review", ("REG-004",)))
    assert PostRule.objects.in_force().get(post="reviewer", level="city") == before
    for who in ("auditor", "director", "secadmin"):
        assert rule in rules_for(city.user(who))
        assert [
            p for p in ("auditor", "director", "secadmin") if may_move_rule(PostRule.objects.get(pk=rule.pk), city.user(p))
        ] == [who]
        move_rule(rule_id=rule.pk, person=city.user(who))
    rule.refresh_from_db()
    assert PostRule.objects.in_force().get(post="reviewer", level="city") == rule
    assert rule.lines_text == "审核：REG、PEN，金额至 5,000.00 元；审核：REG-004，金额不限"
    with pytest.raises(RequestMoved):
        move_rule(rule_id=rule.pk, person=city.user("secadmin"))
    in_force(proposed("reviewer"))
    assert list(verify_all()) == []


@pytest.mark.parametrize(
    ("post", "lines", "sentence"),
    [
        ("teller", [Line("review", ("*",))], "不能持有“审核”"),
        ("cashier", [Line("accept", ("*",))], "不能持有“受理”"),
        ("teller", [], "未填权限"),
        ("teller", [Line("accept", ())], "（空）"),
        ("teller", [Line("accept", ("XXX",))], "XXX 不存在"),
    ],
)
def test_a_template_that_does_not_fit_the_post_is_refused(post: str, lines: list[Line], sentence: str) -> None:
    with pytest.raises(RightsRefused, match=sentence):
        propose_rule(
            applicant=city.user("head"), post=post, level="city", area_scope="all", lines=lines, known_groups=GROUPS, reason="x"
        )


def test_a_template_is_proposed_at_the_city_once_at_a_time_and_ends_refused_or_taken_back() -> None:
    county = city.new_user("section_head", agency=COUNTY)
    with pytest.raises(NotAuthorised):
        propose_rule(
            applicant=county,
            post="teller",
            level="county",
            area_scope="own",
            lines=[Line("accept", ("*",))],
            known_groups=GROUPS,
            reason="x",
        )
    rule = proposed("rechecker", Line("recheck", ("*",)))
    with pytest.raises(RightsRefused, match="已有在办"):
        proposed("rechecker", Line("recheck", ("*",)))
    for wrong in ("head", "director", "secadmin", "teller"):
        with pytest.raises(NotAuthorised):
            move_rule(rule_id=rule.pk, person=city.user(wrong))
    with pytest.raises(RightsRefused, match="原因"):
        refuse_rule(rule_id=rule.pk, person=city.user("auditor"), note=" ")
    refuse_rule(rule_id=rule.pk, person=city.user("auditor"), note="范围过宽")
    again = proposed("rechecker", Line("recheck", ("*",)), by="head2")
    with pytest.raises(RequestMoved):
        take_rule_back(rule_id=again.pk, applicant=city.user("head"))
    take_rule_back(rule_id=again.pk, applicant=city.user("head2"))
    assert (PostRule.objects.get(pk=rule.pk).status, PostRule.objects.get(pk=again.pk).status) == ("refused", "taken_back")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("lines = '[]'", "YG006"),
        ("post = 'director'", "YG006"),
        ("status = 'granted', granted_by_id = {secadmin}", "YG006"),
        ("status = 'checked', checked_by_id = {head}", "YG005"),
        ("status = 'checked', checked_by_id = {teller}", "YG005"),
        ("status = 'refused', refused_by_id = {auditor}", "YG005"),
    ],
)
def test_the_database_keeps_order_people_and_content_of_a_template(change: str, code: str) -> None:
    rule = proposed("section_head", Line("request", ("*",)))
    people = {n: city.user(n).pk for n in ("secadmin", "head", "teller", "auditor")}
    try:
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE staff_post_rule SET {change.format(**people)} WHERE id = %s", [rule.pk])
        assert error.value.__cause__.sqlstate == code  # type: ignore[union-attr]
    finally:
        take_rule_back(rule_id=rule.pk, applicant=city.user("head"))


def test_a_template_is_never_put_in_force_by_inserting_it() -> None:
    with pytest.raises(DatabaseError, match="须由市级"), transaction.atomic():
        PostRule.objects.create(
            post="teller", level="city", area_scope="all", lines=[], reason="x", status="granted", applied_by=city.user("head")
        )


def test_one_request_gives_all_lines_of_the_template_and_then_nothing_differs() -> None:
    in_force(proposed("reviewer", Line("review", ("REG", "PEN"), 9_000_00), Line("review", ("REG-004",))))
    user = person("reviewer")
    assert {kind for kind, _ in kinds(user)} == {"lacking"}
    request = by_rule(user)
    assert (request.steps, request.scope_text.startswith("按权限模板")) == ([], True)
    signed(request)
    held = set(Authority.objects.filter(user=user).values_list("step", "item_group", "area_code", "amount_fen_max"))
    assert held == {("review", "REG", "*", 900000), ("review", "PEN", "*", 900000), ("review", "REG-004", "*", None)}
    ask = {"user_id": user.pk, "step": "review", "area_code": "511102", "on": TODAY}
    assert may(item_code="PEN-001", amount_fen=900000, **ask)  # type: ignore[arg-type]
    assert not may(item_code="PEN-001", amount_fen=900001, **ask)  # type: ignore[arg-type]
    assert not may(item_code="MED-001", **ask)  # type: ignore[arg-type]
    assert of(user) == []
    # What is held as long already is not given twice.
    signed(by_rule(user))
    assert Authority.objects.filter(user=user).count() == 3
    in_force(proposed("reviewer"))
    assert {kind for kind, _ in kinds(user)} == {"lacking"}
    assert list(verify_all()) == []


def test_a_county_template_for_the_own_area_gives_the_own_area_only() -> None:
    user = person("rechecker", agency=COUNTY)
    request = by_rule(user)
    assert request.area_code == COUNTY[:6]
    signed(request)
    assert set(Authority.objects.filter(user=user).values_list("area_code", flat=True)) == {COUNTY[:6]}
    assert of(user) == []


def test_a_request_by_a_template_that_was_replaced_or_of_another_post_is_refused_by_the_database() -> None:
    user = person("reviewer")
    request = by_rule(user)
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    approve_rights(request_id=request.pk, leader=city.user("director"))
    in_force(proposed("reviewer"))
    with pytest.raises(DatabaseError, match="模板已停用"):
        grant_rights(request_id=request.pk, administrator=city.user("secadmin"))
    refuse_rights(request_id=request.pk, person=city.user("secadmin"), note="模板已替换")
    old = PostRule.objects.filter(post="reviewer", status="granted").order_by("granted_at").first()
    other = PostRule.objects.in_force().get(post="teller", level="city")
    for rule in (old, other):
        with pytest.raises(DatabaseError, match="模板未启用，或与被授权人"), transaction.atomic():
            RightsRequest.objects.create(
                user=user, post_rule=rule, area_code="*", valid_from=TODAY, valid_to=UNTIL, reason="x", applied_by=city.user("head")
            )
    with pytest.raises(DatabaseError, match="模板未启用，或与被授权人"), transaction.atomic():
        RightsRequest.objects.create(
            user=user, post_rule=PostRule.objects.in_force().get(post="reviewer", level="city"), steps=["approve"], item_groups=["*"],
            area_code="*", valid_from=TODAY, valid_to=UNTIL, reason="x", applied_by=city.user("head"),
        )  # fmt: skip


def test_nobody_applies_by_a_template_for_himself_or_for_a_post_without_one() -> None:
    with pytest.raises(NotAuthorised):
        by_rule(city.user("head"), by="head")
    with pytest.raises(NotAuthorised):
        by_rule(city.user("teller2"), by="teller")
    with pytest.raises(RightsRefused, match="没有启用的权限模板"):
        by_rule(city.user("cashier"))


def test_what_is_beyond_the_rule_what_is_lacking_and_what_is_temporary_is_named() -> None:
    user = person("teller")
    given(user, "accept", "REG")
    assert kinds(user) == [("lacking", "受理：全部事项"), ("lacking", "复核：全部事项")]
    in_force(proposed("teller", Line("accept", ("REG",), 100_00)))
    try:
        assert kinds(user) == [("beyond", "受理：REG")]
        narrow = person("teller")
        given(narrow, "accept", "REG-004", amount_fen_max=100_00)
        assert kinds(narrow) == [("lacking", "受理：REG")]
        wide = given(narrow, "accept", "*")
        assert [(d.kind, d.authority_id) for d in of(narrow)] == [(DifferenceKind.BEYOND, wide.pk)]
    finally:
        in_force(proposed("teller", Line("accept", ("*",)), Line("recheck", ("*",))))


def test_somebody_off_and_somebody_with_two_classes_of_posts_is_named() -> None:
    gone = person("reviewer")
    right = given(gone, "review")
    User.objects.using("super").filter(pk=gone.pk).update(is_active=False)
    assert [(d.kind, d.authority_id) for d in of(gone)] == [(DifferenceKind.GONE, right.pk)]
    both = city.new_user("guide"), city.new_user("cashier")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("ALTER TABLE staff_user DISABLE TRIGGER post_guard")
        cursor.execute("UPDATE staff_user SET id_number = '511102199003070000' WHERE id = ANY (%s)", [[u.pk for u in both]])
        cursor.execute("ALTER TABLE staff_user ENABLE TRIGGER post_guard")
    assert [d.kind for d in of(both[0]) if d.kind == DifferenceKind.EXCLUSIVE] == [DifferenceKind.EXCLUSIVE]
    assert "出纳（基金财务" in next(d.text for d in of(both[0]) if d.kind == DifferenceKind.EXCLUSIVE)


def test_every_post_with_steps_has_a_rule_in_the_demonstration_city() -> None:
    found = {(rule.post, rule.level) for rule in PostRule.objects.in_force()}
    assert {post for post, _ in found} == {Role.TELLER, Role.REVIEWER, Role.RECHECKER, Role.SECTION_HEAD, Role.DIRECTOR}
    assert len(found) == 10


def test_the_post_somebody_held_on_a_day_is_told_from_the_record() -> None:
    user = city.new_user("guide")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute(
            "UPDATE staff_post_holding SET held_from = '2026-03-01 09:00+08', held_to = '2026-05-01 17:00+08' WHERE user_id = %s",
            [user.pk],
        )
        cursor.execute(
            "INSERT INTO staff_post_holding (user_id, post, post_class, agency_id, held_from) "
            "VALUES (%s, 'teller', 'business', %s, '2026-05-04 09:00+08')",
            [user.pk, CENTRE],
        )
    days = (
        dt.date(2026, 2, 28),
        dt.date(2026, 3, 1),
        dt.date(2026, 4, 30),
        dt.date(2026, 5, 1),
        dt.date(2026, 5, 2),
        dt.date(2026, 5, 4),
    )
    assert [posts_on([user.pk], day).get(user.pk) for day in days] == [None, "导办人员", "导办人员", None, None, "综合柜员"]
