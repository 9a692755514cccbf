"""What holds for every agency of the house is the city's to change; what is another agency's is theirs."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from yigui.casework.models import SamplingRule
from yigui.casework.sampling import add_sampling_rule, end_sampling_rule
from yigui.db.presence import act_as
from yigui.exchange.asking import connect_partner
from yigui.exchange.models import Partner
from yigui.identity.models import Kiosk, UnitRequest
from yigui.identity.unit_logins import decide_request
from yigui.kiosk.calls import join, waiting_calls
from yigui.kiosk.models import HelpCall
from yigui.registry.models import CalendarDay, Employer
from yigui.shell.inbox import inbox_page
from yigui.staff.edit_location import save_host, say_exception
from yigui.staff.errors import NotAuthorised, OrganisationRefused
from yigui.staff.locations import Host
from yigui.staff.models import FullView, User
from yigui.staff.records import StaffEvent
from yigui.staff.set_calendar_day import set_calendar_day

COUNTY = "51111101"
LATER = TODAY + dt.timedelta(days=20)
WEEK = ["09:00-17:00"] * 5 + ["", ""]


def of_county(role: str) -> User:
    return city.new_user(role, agency=COUNTY, password="Ab-12345678")


def test_the_calendar_is_the_citys_says_whose_it_is_and_is_corrected_while_the_day_is_to_come() -> None:
    head, county = city.user("head"), of_county("section_head")
    with pytest.raises(NotAuthorised, match="市级"):
        set_calendar_day(actor=county, day=LATER, is_workday=False, reason="县里放假", today=TODAY)
    page = signed_in(county.username).get("/calendar/")
    assert "登记</button>" not in page.content.decode()
    assert "市级" in text_of(signed_in(county.username).post("/calendar/", {"day": LATER.isoformat(), "reason": "县里放假"}))
    with pytest.raises(DatabaseError, match="市级"), transaction.atomic():
        act_as(county)
        CalendarDay.objects.create(day=LATER, is_workday=False, reason="县里放假")
    with pytest.raises(OrganisationRefused, match="已过"):
        set_calendar_day(actor=head, day=TODAY - dt.timedelta(days=1), is_workday=False, reason="市政府通知", today=TODAY)
    with pytest.raises(OrganisationRefused, match="依据"):
        set_calendar_day(actor=head, day=LATER, is_workday=False, reason=" ", today=TODAY)
    answer = signed_in("head").post("/calendar/", {"day": LATER.isoformat(), "reason": "市政府通知"})
    assert answer.status_code == 302
    day = CalendarDay.objects.get(day=LATER)
    assert (day.is_workday, day.reason) == (False, "市政府通知")
    set_calendar_day(actor=head, day=LATER, is_workday=True, reason="更正", today=TODAY)
    assert CalendarDay.objects.get(day=LATER).is_workday
    events = StaffEvent.objects.filter(table_name="registry_calendar_day", row_id=day.pk).order_by("id")
    assert [(e.kind, e.verb, e.actor_id, e.reason) for e in events] == [
        ("I", "calendar_set", head.pk, "市政府通知"), ("U", "calendar_set", head.pk, "更正"),
    ]  # fmt: skip


def test_rules_of_sampling_are_the_citys() -> None:
    def rule() -> SamplingRule:
        return SamplingRule(item_group="CHG-003", share=1, to_class=2, reason="抽查", valid_from=LATER, valid_to=LATER)

    county = of_county("auditor")
    with pytest.raises(NotAuthorised, match="市级"):
        add_sampling_rule(actor=county, rule=rule())
    made = add_sampling_rule(actor=city.user("auditor"), rule=rule())
    with pytest.raises(NotAuthorised, match="市级"):
        end_sampling_rule(actor=county, rule_id=made.pk)
    assert end_sampling_rule(actor=city.user("auditor"), rule_id=made.pk).ended_by == city.user("auditor")


def test_hosts_and_their_days_are_the_citys() -> None:
    county = of_county("system_admin")
    with pytest.raises(NotAuthorised, match="市级"):
        save_host(actor=county, name="县政务服务中心", address="", week=WEEK, reason="进驻")
    host = Host.objects.first() or save_host(actor=city.user("sysadmin"), name="政务服务中心", address="", week=WEEK, reason="进驻")
    with pytest.raises(NotAuthorised, match="市级"):
        say_exception(actor=county, owner=host, day=LATER, hours="", reason="县里试试", today=TODAY)
    with pytest.raises(DatabaseError, match="市级"), transaction.atomic():
        act_as(county)
        Host.objects.filter(pk=host.pk).update(address="别处")
    assert say_exception(actor=city.user("sysadmin"), owner=host, day=LATER, hours="", reason="市里通知", today=TODAY).host == host


def test_partners_are_connected_by_the_city() -> None:
    partner = Partner.objects.order_by("code").first() or city.partner("civil_affairs", "民政")
    county = of_county("system_admin")
    with pytest.raises(NotAuthorised, match="市级"):
        connect_partner(code=partner.code, address="https://example.org/x", key="k" * 32, user=county)
    with pytest.raises(DatabaseError, match="市级"), transaction.atomic():
        act_as(county)
        Partner.objects.filter(pk=partner.pk).update(base_url="https://example.org/x")


def test_a_login_is_opened_where_the_employer_is_insured() -> None:
    employer = Employer.objects.filter(area_id="511102").order_by("id")[7]
    asked = UnitRequest.objects.create(employer=employer, full_name="李晓", phone="13800000000")
    county = of_county("section_head")
    assert [w for w in inbox_page(county, TODAY, code="unit_requests").rows if w.row.key == str(asked.pk)] == []
    assert employer.name not in text_of(signed_in(county.username).get("/unit-requests/"))
    with pytest.raises(NotAuthorised, match="参保地"):
        decide_request(number=asked.pk, by=county, is_granted=True)
    assert [w.row.key for w in inbox_page(city.user("head"), TODAY, code="unit_requests").rows if w.row.key == str(asked.pk)]
    assert decide_request(number=asked.pk, by=city.user("head"), is_granted=True).is_granted


def test_a_visitor_is_helped_by_the_people_of_that_floor() -> None:
    kiosk = Kiosk.objects.select_related("agency").filter(agency="51110001").order_by("id")[0]
    call = HelpCall.objects.create(kiosk=kiosk, applicant=city.next_person(), session_key="x" * 20)
    stranger, helper = city.user("teller-511111"), city.user("guide")
    assert call not in waiting_calls(stranger)
    views = FullView.objects.count()
    with pytest.raises(NotAuthorised, match=kiosk.agency.name):
        join(number=call.pk, helper=stranger)
    assert FullView.objects.count() == views
    assert call in waiting_calls(helper)
    assert join(number=call.pk, helper=helper).helper == helper
