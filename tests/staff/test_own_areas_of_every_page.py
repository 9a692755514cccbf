"""No page of an officer shows or does what is another county's, but for what is served city-wide. Made from the addresses of the rooms; the finance desk has
its own (`tests/finance/test_areas_of_every_page.py`)."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.urls import URLPattern, reverse

from tests import city
from tests.archive import papers
from tests.exchange.test_deaths import reported, row
from tests.pages import signed_in, text_of
from tests.tasks.work import new_task
from yigui.backoffice import urls as backoffice
from yigui.counter import urls as counter
from yigui.entitlement.models import Benefit
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.models import OutMessage
from yigui.hall import urls as hall
from yigui.registry import search
from yigui.registry.models import Employment, Person
from yigui.registry.search import search_persons
from yigui.staff.enums import ADMINISTRATORS, SERVING, Role, ViewGround
from yigui.staff.full_views import record_full_view
from yigui.staff.models import Refusal, User
from yigui.tasks.death_conflicts import reports_of
from yigui.tasks.models import Task

#: The county of whoever looks; what is looked for is of 511102.
OWN, OTHER_AREA = "51118101", "511102"
ROLES = tuple(role for role in Role if role not in ADMINISTRATORS)
PATTERNS = {
    f"{urls.app_name}:{p.name}": p for urls in (backoffice, counter, hall) for p in urls.urlpatterns if isinstance(p, URLPattern)
}
#: What lists show is of one's own areas.
LISTS = frozenset({
    "backoffice:overview", "backoffice:inbox", "backoffice:inbox_count", "backoffice:inbox_news", "backoffice:overdue", "backoffice:troubled", "backoffice:cases",
    "backoffice:unit_requests",
    "backoffice:partners", "backoffice:meetings", "backoffice:imports", "backoffice:deaths", "backoffice:view_log", "backoffice:exports",
    "backoffice:refusals", "backoffice:sent_messages", "backoffice:volumes", "backoffice:archive_due",
    "backoffice:own_section", "backoffice:kin", "counter:home", "counter:workbench", "counter:my_cases", "counter:day_end",
    "counter:day_sheets", "counter:search",
})  # fmt: skip
#: What is about one thing of an area is refused.
THINGS = frozenset({
    "backoffice:task", "backoffice:task_deed", "backoffice:death", "backoffice:death_settle", "backoffice:resend", "backoffice:drop_message",
    "backoffice:volume", "backoffice:archive_due_case",
    "counter:task_case",
})  # fmt: skip
#: Records of people and employers: refused to whoever does not serve the city's counters.
RECORDS = frozenset({
    "counter:person", "counter:person_in_full", "counter:employer", "counter:employer_in_full", "counter:person_dues", "counter:account",
    "counter:person_record", "counter:person_record_export", "counter:person_benefits", "counter:retirement", "counter:employer_dues",
})  # fmt: skip
#: Why other pages ask no area, or ask it elsewhere.
_CITY_WIDE = "全市通办: a case is followed at any counter by its number; it is masked, and seen in full by who worked on it or has stated a reason, which is logged"
_BY_AUTHORITY = (
    "whoever has the authority of the step for the case's area or hall, or accepted it: `casework_unfit_v1`, tests/casework"
)
_OF_THE_TELLER = "one's own form or list, at a counter where whoever comes is served (全市通办): tests/casework, tests/attacks/d58*"
_BY_AGENCY = "people, places and rights of the agencies one administers (`staff/scope.py`): tests/staff, tests/backoffice"
_SAME_FOR_ALL = "the same for every agency: items, parameters of the law, partners' state, the record of rows"
EXEMPT = {
    **dict.fromkeys(("backoffice:case", "backoffice:receipt", "backoffice:slip", "backoffice:letter", "backoffice:form_paper", "backoffice:export",
                     "backoffice:paper",
                     "backoffice:see_in_full"), _CITY_WIDE),
    **dict.fromkeys(("backoffice:claim", "backoffice:release", "backoffice:decide", "backoffice:withdraw", "backoffice:correct", "backoffice:finish",
                     "backoffice:take_up", "backoffice:send_back", "backoffice:decline", "backoffice:see_for_meeting"), _BY_AUTHORITY),
    **dict.fromkeys(("backoffice:queue", "backoffice:cross_check", "backoffice:take_next", "backoffice:settle"), "parts of the inbox, which is looked at here"),
    **dict.fromkeys((name for name in PATTERNS if name.startswith(("counter:list", "counter:draft", "counter:form", "counter:base", "counter:start_"))),
                    _OF_THE_TELLER),
    **dict.fromkeys((name for name in PATTERNS if name.startswith("hall:")), "the hall one works in, as the account says, and its devices: tests/hall"),
    **dict.fromkeys(("counter:results", "backoffice:find"), "what is found is filtered: tests below"),
    **dict.fromkeys(("backoffice:volume_look", "backoffice:volume_check", "backoffice:archive_note"),
                    "what a page that is looked at here offers: tests/backoffice/test_volumes.py"),
    "backoffice:local_items": "what is paid in one's own areas (`own_areas`): tests/payment/test_local_items.py",
    "backoffice:inbox_look": "one's own mark of when the bell was pressed",
    "backoffice:imports_elsewhere": "lines no county answers for go to the city alone (`take_elsewhere`): tests/exchange/test_rows_judged.py",
    "counter:day_sheet": "sheets of one's own agencies (`sheets_for`): tests/casework",
    "counter:tell": "the database asks who pays (`benefits_notice_guard_v1`, tests/attacks/d46*)",
    **dict.fromkeys((
        "backoffice:calendar", "backoffice:sampling", "backoffice:item_changes", "backoffice:item_change_decide", "backoffice:integrity",
        "backoffice:parameters", "backoffice:parameter_changes", "backoffice:parameter_change", "backoffice:trial_progress",
        "backoffice:item_versions", "backoffice:item_version", "backoffice:jobs", "backoffice:job_retry", "backoffice:upkeep",
        "backoffice:parameter_change_decide", "backoffice:parameter_propose", "backoffice:parameter", "backoffice:parameter_revoke",
        "counter:catalogue", "counter:item",
    ), _SAME_FOR_ALL),
    **dict.fromkeys((
        "backoffice:organisation", "backoffice:merges", "backoffice:merge_decide", "backoffice:locations", "backoffice:hosts", "backoffice:desk",
        "backoffice:section", "backoffice:accounts", "backoffice:account_requests", "backoffice:account_decide", "backoffice:account_of", "backoffice:posts",
        "backoffice:rights", "backoffice:post_rules", "backoffice:post_rule_decide", "backoffice:rights_report", "backoffice:holders", "backoffice:skills",
        "backoffice:rights_of", "backoffice:rights_decide",
    ), _BY_AGENCY),
    "backoffice:export_list": "asks for a list that is looked at here, as whoever asks sees it",
    "backoffice:keep_view": "one's own way to look at a list", "backoffice:forget_view": "one's own way to look at a list",
    "backoffice:message_again": "results of cases of one's own agencies (`casework/sent_messages.py`): tests/casework",
    "backoffice:export_take": "one's own lists: tests/tasks/test_exports.py",
}  # fmt: skip


def stranger(role: str) -> User:
    return city.of_city(f"another county's {role}", lambda: city.new_user(role, agency=OWN))


def employment() -> Employment:
    return next(e for e in iter(city.next_employee, None) if e.person.area_id == OTHER_AREA)


def others() -> dict[str, Any]:
    return city.of_city("what is of another county, beyond its money", _others)


def _others() -> dict[str, Any]:
    work = employment()
    person, employer = work.person, work.employer
    late, stopped, waits = city.accept_class1(), city.accept_class1(), city.accept_class1()
    city.past_the_guards(late, due_on=city.TODAY.replace(day=1))
    city.past_the_guards(stopped, status="approved", effect_error="某某原因")
    city.past_the_guards(waits, status="waiting")
    assert {late.area_id, stopped.area_id, waits.area_id} == {OTHER_AREA}
    with transaction.atomic():
        record_full_view(user=city.user("reviewer"), subject=person, reason="核对某某外县的来电", ground=ViewGround.OTHER)
    Refusal.objects.using("super").create(
        user=city.user("reviewer"), who="某某外县人员", deed="x", code="x", sentence="某某外县拒绝", case_no=late.case_no
    )
    message = OutMessage.objects.create(
        message_id="00000000-0000-4000-8000-000000000113", partner=city.partner("tax", "税务"), kind="insured_change",
        content={"AAE011": late.agency_id, "case_no": late.case_no}, refused="某某外县报文被拒",
    )  # fmt: skip
    # Two files, one with a line that waits and one that is about nobody: their sentences name people.
    lines = f"AAC002,AAC003,AIC037\n{person.id_number},某某外县姓名,2026-10-01\n".encode()
    sender = city.partner("civil_affairs", "民政")
    import_records(DEATHS, content=lines, file_name="d.csv", partner=sender, user=city.user("head"), today=city.TODAY)
    pensioner = next(
        b.person
        for b in Benefit.objects.filter(status="active", kind=1, area_id=OTHER_AREA).select_related("person").order_by("-id")
        if not reports_of(b.person)
    )
    reported(row(pensioner, name="另一人"))
    task = new_task(person=person)
    filed, held = papers.with_paper("another county's"), papers.with_paper("another county's, held")
    assert {filed.area_id, held.area_id} == {OTHER_AREA}
    papers.lost(held)
    volume = papers.filed(filed)
    of = {
        "number": task.pk, "verb": "take", "record_id": reports_of(pensioner)[0].record.pk, "person_no": person.person_no, "unit_no": employer.unit_no,
        "case_no": held.case_no,
    }  # fmt: skip
    marks = (
        late.case_no, stopped.case_no, waits.case_no, person.id_number, person.person_no, pensioner.id_number, pensioner.person_no, "某某外县",
        employer.unit_no, volume.number, held.case_no,
    )  # fmt: skip
    return {
        "of": of,
        "volume": volume.number,
        "marks": marks,
        "message": message.pk,
        "task": task.pk,
        "person": person,
        "employer": employer,
    }


def address(name: str) -> str:
    found, of = others(), others()["of"]
    wanted = PATTERNS[name].pattern.converters
    values = {key: of[key] for key in wanted}
    if name in ("backoffice:resend", "backoffice:drop_message"):
        values["number"] = found["message"]
    if name.startswith("backoffice:volume") and "number" in wanted:
        values["number"] = found["volume"]
    if name == "backoffice:death_settle":
        values["verb"] = "dismiss"
    return reverse(name, kwargs=values)


def shown(page: str) -> list[str]:
    return [mark for mark in others()["marks"] if mark in page]


def test_every_page_asks_an_area_or_says_why_not() -> None:
    parts = [LISTS, THINGS, RECORDS, EXEMPT.keys()]
    assert PATTERNS.keys() == {name for part in parts for name in part}
    assert sum(map(len, parts)) == len(PATTERNS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_shows_nothing_of_another_county(name: str, role: str) -> None:
    answer = signed_in(stranger(role).username).get(address(name) + ("?all=1" if name == "backoffice:exports" else ""), follow=True)
    assert answer.status_code in (200, 403), (name, role)
    # What one's own colleagues were refused bears the address they had typed, whosever it is.
    typed = refused_to_colleagues() if name == "backoffice:refusals" else ""
    assert [mark for mark in shown(text_of(answer)) if mark not in typed] == [], (name, role)


def refused_to_colleagues() -> str:
    """What people of the looking county were refused, in one text."""
    rows = Refusal.objects.filter(user__agency_id=OWN)
    return " ".join(f"{row.case_no} {row.deed} {row.sentence}" for row in rows)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(THINGS))
def test_what_is_about_one_thing_of_another_county_is_refused(name: str, role: str) -> None:
    client = signed_in(stranger(role).username)
    for answer in (
        client.get(address(name), follow=True),
        client.post(address(name), {"reason": "核对后不再发送", "note": "核对后办理"}, follow=True),
    ):
        assert answer.status_code in (200, 403, 404, 405), (name, role)
        assert shown(text_of(answer)) == [], (name, role)
    assert OutMessage.objects.get(pk=others()["message"]).refused == "某某外县报文被拒"
    task = Task.objects.get(pk=others()["task"])
    assert (task.state, task.owner_id) == ("open", None)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in SERVING])
@pytest.mark.parametrize("name", sorted(RECORDS))
def test_records_of_another_county_are_opened_by_who_serves_its_people_alone(name: str, role: str) -> None:
    client = signed_in(stranger(role).username)
    for answer in (client.get(address(name)), client.post(address(name), {"ground": "other", "reason": "来电核对其参保情况"})):
        assert answer.status_code in (403, 405), (name, role)
        if answer.status_code == 403:
            found = others()
            assert [
                m for m in (found["person"].name, found["person"].id_number, found["employer"].name) if m in text_of(answer)
            ] == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "box"), [("counter:results", "q"), ("backoffice:find", "find")])
def test_the_search_finds_them_for_who_serves_the_city(name: str, box: str, role: str) -> None:
    person, employer = others()["person"], others()["employer"]
    client = signed_in(stranger(role).username)
    for typed, number in (
        (person.id_number, person.person_no),
        (person.name, person.person_no),
        (employer.unit_no, employer.unit_no),
    ):
        page = text_of(client.post(reverse(name), {box: typed}, follow=True))
        if typed == person.name and role in SERVING:
            continue
        links = {f"/persons/{number}/", f"/employers/{number}/"}
        assert any(link in page for link in links) == (role in SERVING), (typed, role)


def test_a_list_names_nobody_of_another_county_by_a_number_in_its_address() -> None:
    found = others()
    number, unit = found["person"].person_no, found["employer"].unit_no
    for asked in (f"p{number}", f"u{unit}"):
        page = text_of(signed_in(stranger("section_head").username).get("/cases/", {"who": asked}))
        assert "没有找到这样的个人、单位或办件" in page
        assert "没有找到这样的个人、单位或办件" not in text_of(signed_in("head").get("/cases/", {"who": asked}))


def test_somebody_of_ones_own_county_is_found_behind_the_first_of_a_name() -> None:
    namesakes = list(Person.objects.filter(name__startswith="王").order_by("name", "id"))
    last = next(p for p in reversed(namesakes) if p.area_id == OTHER_AREA)
    assert [p.pk for p in search_persons("王", Q(pk=last.pk)).rows] == [last.pk]
    assert last.pk not in [p.pk for p in search_persons("王").rows]


def test_where_too_many_have_a_name_nobody_is_said_not_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "WIDE_MAX", 2)
    found = search_persons("王", Q(pk__in=[]))
    assert (found.rows, found.has_more) == ([], True)
    page = text_of(signed_in(stranger("section_head").username).post(reverse("counter:results"), {"q": "王"}))
    assert "没有找到" not in page


def test_the_marks_are_what_the_city_sees() -> None:
    found, client = others(), signed_in("head")
    seen = "".join(
        text_of(client.get(address(name)))
        for name in (
            "backoffice:volumes", "backoffice:archive_due",
            "backoffice:overdue", "backoffice:troubled", "backoffice:partners", "backoffice:imports", "backoffice:deaths", "counter:person",
            "counter:employer",
        )
    )  # fmt: skip
    logs = signed_in("auditor")
    seen += text_of(logs.get(address("backoffice:view_log"))) + text_of(logs.get(address("backoffice:refusals"), {"q": "某某外县"}))
    assert set(found["marks"]) - set(shown(seen)) <= {found["person"].id_number}
    for words in ("某某外县拒绝", "某某外县报文被拒", "某某外县姓名", "核对某某外县的来电"):
        assert words in seen, words
