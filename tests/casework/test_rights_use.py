"""Rights nobody uses, rights that end, and the yearly check by internal control of the level above."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.conftest import TODAY
from tests.staff.test_post_rules import given
from yigui.casework import rights_use
from yigui.casework.rights_use import ask_for_yearly_checks, check_year, ending_rights, report, unused_rights
from yigui.db.each import LeftBehind, answered_for
from yigui.integrity.verify import verify_all
from yigui.registry.models import Agency
from yigui.staff.enums import DifferenceKind
from yigui.staff.errors import NotAuthorised, RightsRefused
from yigui.staff.grant_rights import apply_to_withdraw, grant_rights
from yigui.staff.models import RightsCheck, User
from yigui.tasks.end_task import finish
from yigui.tasks.errors import TaskRefused
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

CENTRE = "51110001"


def unused_of(user: User, on: dt.date = TODAY) -> list[int | None]:
    return [d.authority_id for d in unused_rights([CENTRE], on) if d.user.pk == user.pk]


def test_a_right_is_unused_until_a_step_of_one_of_its_items_uses_it() -> None:
    user = city.new_user("teller", password="Ein-Passwort-9")
    group, single, young = given(user, "accept", "CHG"), given(user, "accept", "PEN-001"), given(user, "recheck", valid_from=TODAY)
    assert unused_of(user) == [group.pk, single.pk]
    assert young.pk not in unused_of(user)
    case = city.accept_class3(username=user.username)
    assert case.item_code.startswith("CHG-")
    assert unused_of(user) == [single.pk]
    assert unused_of(user, TODAY + dt.timedelta(days=91)) == [group.pk, single.pk, young.pk]


def test_an_account_of_a_channel_is_not_reported_as_idle() -> None:
    given(city.user("channel-kiosk"), "accept", "REG")
    assert unused_of(city.user("channel-kiosk")) == []


def test_rights_that_end_within_thirty_days_are_listed_the_first_first() -> None:
    user = city.new_user("reviewer")
    later, soon = (given(user, "review", group, valid_to=TODAY + dt.timedelta(days=n)) for group, n in (("REG", 29), ("PEN", 3)))
    given(user, "review", "MED", valid_to=TODAY + dt.timedelta(days=30))
    given(user, "review", "UNE", valid_to=TODAY - dt.timedelta(days=1))
    assert [d.authority_id for d in ending_rights([CENTRE], TODAY) if d.user.pk == user.pk] == [soon.pk, later.pk]


def test_the_yearly_check_is_made_by_control_of_the_city_once_a_year_and_its_findings_become_a_task() -> None:
    county = Agency.objects.select_related("area").get(pk="51111301")
    idle = city.new_user("reviewer", agency=county.pk, password="Ein-Passwort-9")
    given(idle, "review", area_code="511113", valid_to=TODAY + dt.timedelta(days=400))
    check = {"agency": county, "year": TODAY.year, "conclusion": "总体合规，长期未用的收回。", "today": TODAY}
    for wrong in (city.user("head"), city.user("secadmin"), city.new_user("auditor", agency=county.pk)):
        with pytest.raises(NotAuthorised):
            check_year(actor=wrong, **check)  # type: ignore[arg-type]
    auditor = city.user("auditor")
    for change in ({"conclusion": " "}, {"year": TODAY.year - 2}, {"year": TODAY.year + 1}):
        with pytest.raises(RightsRefused):
            check_year(actor=auditor, **check | change)  # type: ignore[arg-type]
    assert ask_for_yearly_checks(dt.date(TODAY.year, 9, 30)) == 0
    missing = ask_for_yearly_checks(TODAY)
    asked = Task.objects.get(kind="rights_check", origin_no=f"{county.pk}-{TODAY.year}")
    assert (asked.agency_id, asked.posts) == (CENTRE, ["auditor"])
    made = check_year(actor=auditor, **check)  # type: ignore[arg-type]
    assert made.counts["unused"] >= 1
    assert any("新人：审核：全部事项" in one["text"] for one in made.findings)
    assert Task.objects.get(pk=asked.pk).state == "done"
    open_now = Task.objects.filter(kind="rights_check", state="open", origin_no__endswith=f"-{TODAY.year}")
    assert open_now.count() == missing - 1
    assert ask_for_yearly_checks(TODAY) == missing - 1
    with pytest.raises(RightsRefused, match="已登记"):
        check_year(actor=auditor, **check)  # type: ignore[arg-type]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        RightsCheck.objects.filter(pk=made.pk).update(conclusion="改")
    assert list(verify_all()) == []


def test_the_task_about_findings_ends_as_mended_only_when_none_is_left() -> None:
    county = Agency.objects.select_related("area").get(pk="51112301")
    check_year(actor=city.user("auditor"), agency=county, year=TODAY.year, conclusion="见清单", today=TODAY)
    task = Task.objects.get(kind="rights_findings", origin_no=f"{county.pk}-{TODAY.year}")
    head = User.objects.filter(agency_id=task.agency_id, role="section_head").order_by("username").first()
    assert head is not None
    take(task_id=task.pk, actor=head)
    with pytest.raises(TaskRefused, match="未整改"):
        finish(task_id=task.pk, actor=head, outcome="mended", note="", today=TODAY)
    wrong = [
        d for d in report([county.pk], TODAY) if d.authority_id and d.kind not in (DifferenceKind.ENDING, DifferenceKind.TEMPORARY)
    ]
    for user in {d.user for d in wrong}:
        asked = apply_to_withdraw(
            applicant=head, user=user, authority_ids=[d.authority_id for d in wrong if d.user == user and d.authority_id], reason="检查",
            today=TODAY,
        )  # fmt: skip
        grant_rights(request_id=asked.pk, administrator=city.user("secadmin"))
    finish(task_id=task.pk, actor=head, outcome="explained", note="其余按模板另行补授。", today=TODAY)
    assert Task.objects.get(pk=task.pk).state == "done"


def test_one_agency_that_cannot_be_asked_stops_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Agency.objects.at_work().order_by("code")[0]
    opening = rights_use.open_task

    def opens(**given: Any) -> Task:
        if given["origin"].number.startswith(first.pk):
            raise RuntimeError("no place left")
        return opening(**given)

    monkeypatch.setattr(rights_use, "open_task", opens)
    others = Agency.objects.at_work().exclude(pk=first.pk).count()
    with pytest.raises(LeftBehind, match=first.name), answered_for():
        ask_for_yearly_checks(dt.date(TODAY.year + 1, 10, 1))
    assert Task.objects.filter(kind="rights_check", origin_no__endswith=f"-{TODAY.year + 1}").count() == others > 0
