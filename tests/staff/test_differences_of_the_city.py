"""Rights of the generated city follow the rules of its posts (R062), and each kind of difference is named when it is brought about."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from tests import city
from tests.casework.test_who_may_matrix import in_queue
from tests.conftest import TODAY
from tests.pages import page_of, signed_in
from tests.staff.test_post_rules import COUNTY, given, person
from tests.staff.test_rights import applied, granted
from yigui.backoffice import rights_report
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.rights_use import ENDING_DAYS, UNUSED_DAYS, report
from yigui.casework.who_may import unfit
from yigui.registry.models import Agency
from yigui.staff import rights_differences
from yigui.staff.enums import DifferenceKind
from yigui.staff.models import Authority, PostRule, User
from yigui.staff.rights_differences import Difference, differences


def all_agencies() -> list[str]:
    return list(Agency.objects.order_by("pk").values_list("pk", flat=True))


def by_rule(user: User) -> list[Authority]:
    """The rights the rule of a post gives, as an opening load brings them."""
    rule = PostRule.objects.in_force().get(post=user.role, level=user.agency.area.level)
    area = "*" if rule.area_scope == "all" else user.agency.area_id
    return [given(user, line["step"], group, area_code=area) for line in rule.lines for group in line["item_groups"]]


class Generated:
    """The city as it is generated, before any test has made somebody."""

    def __init__(self) -> None:
        self.found = differences(all_agencies(), TODAY)
        self.page = page_of(signed_in("auditor").get("/rights/report/", {"agency": COUNTY, "kind": "beyond"}))
        checks = Authority.objects.filter(user__agency__area__level="county").exclude(step="accept").exclude(user__role="teller")
        self.areas_of_counties = list(checks.values_list("user__agency__area_id", "area_code"))


@pytest.fixture(scope="module", autouse=True)
def generated(fresh_city: None) -> Generated:
    return Generated()


def test_the_report_on_the_generated_city_is_empty(generated: Generated) -> None:
    assert generated.found == []
    assert len(all_agencies()) > 10
    assert "没有差异" in generated.page


def test_who_checks_in_a_county_has_the_right_for_the_county_alone(generated: Generated) -> None:
    assert len(generated.areas_of_counties) > 30
    assert [pair for pair in generated.areas_of_counties if pair[0] != pair[1]] == []


def test_a_county_hall_checks_what_its_own_hall_accepts_and_nothing_else() -> None:
    """Any office handles any person (R243): a unit of another county, accepted here, is checked here; no county checks for the city."""
    case = city.accept_class2(username="teller-511181")
    assert case.area_id == "511102"
    step = current_step(case)
    assert step is not None
    own, other, of_area = (city.user(f"hall-reviewer-{code}") for code in ("511181", "511111", "511102"))
    assert [in_queue(step, user) for user in (own, other, of_area)] == [True, False, False]
    city.decide(case, own.username)
    assert city.decide(case, "hall-rechecker-511181").status == "finished"
    # Elsewhere the right for the own county is a right for the own county.
    behind = {"seq": 2, "code": "review", "site": "back_office", "is_last": False, "on": TODAY}
    assert unfit(case, user_id=own.pk, **behind) == "authority"  # type: ignore[arg-type]
    mine = Case.objects.get(pk=city.past_the_guards(city.accept_class2(username="teller-511181"), area_id="511181").pk)
    assert unfit(mine, user_id=own.pk, **behind) is None  # type: ignore[arg-type]


def beyond() -> User:
    user = person("reviewer", COUNTY)
    by_rule(user)
    given(user, "review", "REG", area_code="*")
    return user


def lacking() -> User:
    return person("reviewer", COUNTY)


def temporary() -> User:
    user = person("rechecker", COUNTY)
    by_rule(user)
    granted(applied(user, is_temporary=True, area_code="*", valid_to=TODAY + dt.timedelta(days=30)))
    return user


def gone() -> User:
    user = person("rechecker", COUNTY)
    by_rule(user)
    User.objects.using("super").filter(pk=user.pk).update(is_active=False)
    return user


def exclusive() -> User:
    both = city.new_user("guide", agency=COUNTY), city.new_user("cashier", agency=COUNTY)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET id_number = '511102199003070000' WHERE id = ANY (%s)", [[u.pk for u in both]])
    return both[0]


def unused() -> User:
    user = person("reviewer", COUNTY)
    by_rule(user)
    return user


def ending() -> User:
    user = person("reviewer", COUNTY)
    by_rule(user)
    given(user, "review", area_code=COUNTY[:6], valid_from=TODAY, valid_to=TODAY + dt.timedelta(days=ENDING_DAYS - 1))
    return user


def no_rule() -> User:
    user = person("section_head", COUNTY)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        PostRule.objects.using("super").filter(post="section_head", level="county").delete()
    return user


BROUGHT_ABOUT: dict[DifferenceKind, Callable[[], User]] = {
    DifferenceKind.BEYOND: beyond, DifferenceKind.LACKING: lacking, DifferenceKind.TEMPORARY: temporary, DifferenceKind.GONE: gone,
    DifferenceKind.EXCLUSIVE: exclusive, DifferenceKind.UNUSED: unused, DifferenceKind.ENDING: ending, DifferenceKind.NO_RULE: no_rule,
}  # fmt: skip


@pytest.mark.parametrize("kind", BROUGHT_ABOUT)
def test_each_kind_of_difference_is_named_for_whom_it_is_brought_about(kind: DifferenceKind) -> None:
    user = BROUGHT_ABOUT[kind]()
    on = TODAY + dt.timedelta(days=UNUSED_DAYS) if kind == DifferenceKind.UNUSED else TODAY
    found: list[Difference] = [d for d in report([COUNTY], on) if d.user.pk == user.pk and d.kind == kind]
    assert found
    if kind not in (DifferenceKind.UNUSED, DifferenceKind.ENDING, DifferenceKind.NO_RULE):
        others = {d.kind for d in differences([COUNTY], on) if d.user.pk == user.pk}
        assert others == {kind}
    page = page_of(signed_in("auditor").get("/rights/report/", {"agency": COUNTY, "kind": kind.value})) if on == TODAY else ""
    assert not page or found[0].text.partition("，")[0] in page


def test_nobody_is_left_out_however_many_people_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        lacking()
    at_once = differences(all_agencies(), TODAY)
    assert len(at_once) > 3
    monkeypatch.setattr(rights_differences, "PEOPLE_AT_ONCE", 2)
    assert differences(all_agencies(), TODAY) == at_once


def test_the_page_turns_over_and_counts_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking()
    lacking()
    found = [d for d in report([COUNTY], TODAY) if d.kind == DifferenceKind.LACKING]
    monkeypatch.setattr(rights_report, "ROWS_MAX", len(found) - 1)
    auditor, asked = signed_in("auditor"), {"agency": COUNTY, "kind": "lacking"}
    first, second = (page_of(auditor.get("/rights/report/", asked | {"page": number})) for number in ("1", "2"))
    assert f"（{len(found)}）" in first
    assert "第 1 页，共 2 页" in first
    assert (first.count("/rights/people/"), second.count("/rights/people/")) == (len(found) - 1, 1)
    assert "第 2 页，共 2 页" in page_of(auditor.get("/rights/report/", asked | {"page": "99"}))


def test_every_kind_is_brought_about() -> None:
    assert set(BROUGHT_ABOUT) == set(DifferenceKind)
