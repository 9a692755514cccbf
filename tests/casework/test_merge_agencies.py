"""A county's agency goes into the city's: numbers, balances and logins stay, work goes on, and nothing that was signed is rewritten."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city, money
from tests.conftest import TODAY
from tests.tasks.work import new_task
from yigui.casework.decide_step import claim_step
from yigui.casework.enums import Verb
from yigui.casework.errors import StepMoved
from yigui.casework.merge_agencies import confirm_merge
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.queues import my_queue
from yigui.casework.rights_use import ask_for_yearly_checks
from yigui.casework.who_may import why_not
from yigui.integrity.verify import verify_all
from yigui.levy.models import Bill
from yigui.registry.models import Agency, Employer
from yigui.staff.account_requests import ask_about_account, take_request_back
from yigui.staff.errors import NotAuthorised, OrganisationRefused, RequestMoved
from yigui.staff.inbox_sources import merges_for
from yigui.staff.locations import Desk, Location
from yigui.staff.merge_agencies import ask_to_merge, hindrances, refuse_merge, take_merge_back
from yigui.staff.models import AgencyMerge, Authority, PostHolding, User
from yigui.staff.organisation import Section
from yigui.staff.scope import agencies_of
from yigui.staff.sections import chart_on
from yigui.tasks.models import Task
from yigui.tasks.people import agency_of_area, agency_with
from yigui.tasks.work_on import take
from yigui.warrants.models import Warrant

CENTRE = "51110001"

#: What must be the same before and after, to the fen and to the row.
SUMS = {
    "books": "SELECT fund, area_code, side, sum(amount_fen), count(*) FROM ledger_entry GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "accounts": "SELECT p.area_id, e.insurance, sum(e.amount_fen), count(*) FROM accounts_entry e JOIN registry_person p ON p.id = e.person_id "
    "GROUP BY 1, 2 ORDER BY 1, 2",
    "bills": "SELECT area, insurance, sum(left_fen), count(*) FROM contributions_open_bill GROUP BY 1, 2 ORDER BY 1, 2",
    "people": "SELECT area_id, count(*) FROM registry_person GROUP BY 1 ORDER BY 1",
    "units": "SELECT area_id, count(*) FROM registry_employer GROUP BY 1 ORDER BY 1",
    "coverage": "SELECT area_id, insurance, count(*) FROM registry_coverage GROUP BY 1, 2 ORDER BY 1, 2",
    "benefits": "SELECT area_id, kind, count(*) FROM benefits_benefit GROUP BY 1, 2 ORDER BY 1, 2",
    "cases": "SELECT case_no, status, agency_id, area_id FROM casework_case ORDER BY 1",
}


def agency(code: str) -> Agency:
    return Agency.objects.select_related("area").get(pk=code)


def sums() -> dict[str, list[Any]]:
    with connection.cursor() as cursor:
        found = {}
        for name, statement in SUMS.items():
            cursor.execute(statement)
            found[name] = cursor.fetchall()
            assert found[name], name
        return found


def paid_month() -> None:
    """A month's bills, one of them paid, so that books and accounts hold something."""
    money.levied()
    employer = Bill.objects.filter(area=511102, employer_id__gt=0).order_by("id")[0].employer_id
    state = money.bills(Employer.objects.get(pk=employer))[0]
    money.receive(money.row(state.left_fen, AAZ288=state.bill.id), area="511102")


def asked(merged: str, into: str = CENTRE) -> AgencyMerge:
    return ask_to_merge(actor=city.user("sysadmin"), merged=agency(merged), into=agency(into), reason="编委发〔2026〕9号")


def test_a_merge_keeps_numbers_balances_and_logins_and_the_work_goes_on() -> None:
    paid_month()
    open_case = city.accept_class2(username="teller-511102")
    task = take(task_id=new_task("benefit_review", at="51110201").pk, actor=city.user("reviewer-511102"))
    people = dict(User.objects.filter(agency="51110201").values_list("username", "password"))
    rights = set(Authority.objects.filter(user__username__in=people, withdrawn_at=None).values_list("pk", flat=True))
    before = sums()
    merge = asked("51110201")
    assert merge in merges_for(city.user("secadmin"))
    merge, moved_tasks = confirm_merge(merge_id=merge.pk, administrator=city.user("secadmin"))
    assert sums() == before
    assert merge.moved["people"] == len(people) == 4
    assert dict(User.objects.filter(username__in=people).values_list("username", "password")) == people
    assert set(User.objects.filter(username__in=people).values_list("agency_id", flat=True)) == {CENTRE}
    assert set(Authority.objects.filter(user__username__in=people, withdrawn_at=None).values_list("pk", flat=True)) == rights
    assert not any(model.objects.filter(agency="51110201").exists() for model in (User, Section, Location, Desk))
    assert {s.name for s in Section.objects.filter(agency=CENTRE)} >= {"综合业务科", "综合业务股"}
    old = agency("51110201")
    assert (old.successor_id, old.merged_on, agency(CENTRE).successor_id) == (CENTRE, TODAY, None)
    assert old not in agencies_of(city.user("sysadmin"))
    ask_for_yearly_checks(TODAY)
    asked_of = set(
        Task.objects.filter(kind="rights_check", origin_no__endswith=f"-{TODAY.year}").values_list("origin_no", flat=True)
    )
    assert f"{CENTRE}-{TODAY.year}" in asked_of
    assert f"51110201-{TODAY.year}" not in asked_of
    # Who signed: a warrant of two people, and the holdings by agency.
    warrant = Warrant.objects.get(kind="merge", subject_id=merge.pk)
    signers = list(warrant.signatures.order_by("seq").values_list("user_id", flat=True))
    assert signers == [city.user("sysadmin").pk, city.user("secadmin").pk]
    teller = city.user("teller-511102")
    held = PostHolding.objects.filter(user=teller).order_by("id")
    assert [(h.agency_id, h.held_to is None) for h in held] == [("51110201", False), (CENTRE, True)]
    # The task goes on with whoever has it, the case on the floor of those who came along.
    assert moved_tasks >= 1
    task.refresh_from_db()
    assert (task.agency_id, task.state, task.owner) == (CENTRE, "taken", city.user("reviewer-511102"))
    step = current_step(open_case)
    assert step is not None
    assert step in my_queue(city.user("hall-reviewer-511102"), TODAY)
    with pytest.raises(NotAuthorised, match="权限"):
        claim_step(case_id=open_case.pk, step_id=step.pk, actor=city.user("hall-reviewer-511111"))
    with pytest.raises(NotAuthorised, match="现场"):
        claim_step(case_id=open_case.pk, step_id=step.pk, actor=city.user("reviewer"))
    city.decide(open_case, "hall-reviewer-511102")
    done = city.decide(open_case, "hall-rechecker-511102")
    assert (done.status, done.agency_id, done.case_no) == ("finished", "51110201", open_case.case_no)
    # Where the area's work goes from now on.
    assert agency_of_area("511102").pk == CENTRE
    assert agency_with(["teller"], old).pk == CENTRE  # type: ignore[union-attr]
    assert chart_on(TODAY).above["51110201"] == CENTRE
    assert city.accept_class2(username="teller-511102").agency_id == CENTRE
    assert list(verify_all()) == []


def test_two_counties_go_one_after_the_other_and_each_points_to_who_is_at_work_now() -> None:
    for merged, into in (("51111101", "51111201"), ("51111201", "51111301")):
        confirm_merge(merge_id=asked(merged, into).pk, administrator=city.user("secadmin"))
    assert [agency(code).successor_id for code in ("51111101", "51111201", "51111301")] == ["51111301", "51111301", None]
    names = set(Section.objects.filter(agency="51111301").values_list("name", flat=True))
    assert {"综合业务股", "综合业务股（原五通桥区）"} <= names
    assert len(names) == Section.objects.filter(agency="51111301").count()
    assert agency_of_area("511111").pk == "51111301"
    assert list(verify_all()) == []


def test_a_successor_nobody_signed_for_is_named() -> None:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("UPDATE registry_agency SET successor_id = %s WHERE code = '51118101'", [CENTRE])
    try:
        assert "registry_agency code=51118101：并入机构没有合并记录。" in list(verify_all())
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("UPDATE registry_agency SET successor_id = NULL WHERE code = '51118101'")


def test_what_stands_in_the_way_is_said_before_and_at_the_confirmation() -> None:
    county = agency("51112301")
    assert hindrances(county, agency(CENTRE)) == []
    assert "两个不同" in hindrances(county, county)[0]
    assert "上级机构" in "".join(hindrances(agency(CENTRE), county))
    merge = asked("51112301")
    with pytest.raises(OrganisationRefused, match="已有在办"):
        asked("51112301")
    head = city.new_user("section_head", agency=county.pk, full_name="曾股长")
    with pytest.raises(OrganisationRefused, match="曾股长"):
        confirm_merge(merge_id=merge.pk, administrator=city.user("secadmin"))
    User.objects.using("super").filter(pk=head.pk).update(is_active=False)
    newcomer = city.new_user("teller", agency=county.pk)
    request = ask_about_account(actor=city.user("sysadmin"), user=newcomer, kind="unlock", reason="x")
    with pytest.raises(OrganisationRefused, match="1 份待确认的账号办理"):
        confirm_merge(merge_id=merge.pk, administrator=city.user("secadmin"))
    take_request_back(request_id=request.pk, actor=city.user("sysadmin"))
    assert User.objects.filter(agency=county.pk).exists()
    confirm_merge(merge_id=merge.pk, administrator=city.user("secadmin"))
    with pytest.raises(OrganisationRefused, match="不能再合并"):
        asked("51112301")


def test_only_administrators_of_the_city_and_never_one_alone() -> None:
    county = city.new_user("system_admin", agency="51112401")
    for wrong in (county, city.user("secadmin"), city.user("head")):
        with pytest.raises(NotAuthorised):
            ask_to_merge(actor=wrong, merged=agency("51112401"), into=agency(CENTRE), reason="x")
    User.objects.using("super").filter(pk=county.pk).update(is_active=False)
    with pytest.raises(OrganisationRefused, match="批准"):
        ask_to_merge(actor=city.user("sysadmin"), merged=agency("51112401"), into=agency(CENTRE), reason=" ")
    merge = asked("51112401")
    for wrong in (city.user("sysadmin"), city.user("director"), city.new_user("security_admin", agency="51112601")):
        with pytest.raises(NotAuthorised):
            confirm_merge(merge_id=merge.pk, administrator=wrong)
    with pytest.raises(OrganisationRefused, match="原因"):
        refuse_merge(merge_id=merge.pk, administrator=city.user("secadmin"), note="")
    with pytest.raises(RequestMoved):
        take_merge_back(merge_id=merge.pk, actor=city.user("secadmin"))
    refuse_merge(merge_id=merge.pk, administrator=city.user("secadmin"), note="文件未到")
    take_merge_back(merge_id=asked("51112401").pk, actor=city.user("sysadmin"))
    assert agency("51112401").successor_id is None


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE staff_agency_merge SET status = 'done', decided_by_id = {secadmin} WHERE id = {merge}", "YG001"),
        ("UPDATE staff_agency_merge SET status = 'done', decided_by_id = {sysadmin} WHERE id = {merge}", "YG005"),
        ("UPDATE staff_agency_merge SET into_id = '51112601' WHERE id = {merge}", "YG006"),
        ("UPDATE registry_agency SET successor_id = '51110001' WHERE code = '51112901'", "42501"),
        ("UPDATE staff_user SET agency_id = '51110001' WHERE username = 'teller-511129'", "YG001"),
        ("SELECT staff_merge_agencies_v1('{sysadmin}', '1', {merge}, current_date)", "YG009"),
        ("SELECT staff_merge_agencies_v1('', '', {merge}, current_date)", "YG009"),
    ],
)
def test_the_database_moves_nobody_without_both(statement: str, code: str) -> None:
    merge = AgencyMerge.objects.filter(merged="51112901", status="asked").first() or asked("51112901")
    people = {name: city.user(name).pk for name in ("secadmin", "sysadmin", "director")}
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(merge=merge.pk, **people))
    assert error.value.__cause__.sqlstate == code  # type: ignore[union-attr]


def test_a_case_of_a_merged_agency_that_was_returned_is_taken_up_by_a_teller_who_goes_on_with_it() -> None:
    case = city.accept_class2(username="teller-511132")
    case = city.decide(case, "hall-reviewer-511132", "returned", "材料不清")
    confirm_merge(merge_id=asked("51113201").pk, administrator=city.user("secadmin"))
    case = Case.objects.select_related("agency", "accepted_by", "handled_by", "area").get(pk=case.pk)
    assert why_not(city.user("teller2"), case, Verb.TAKE_UP, TODAY) is None
    elsewhere = why_not(city.user("teller-511181"), case, Verb.TAKE_UP, TODAY)
    assert elsewhere is not None
    assert elsewhere.error is not StepMoved
    assert Task.objects.filter(agency="51113201", state__in=("open", "taken", "handed_on")).count() == 0
