"""A returned case: corrected by the applicant at any door of theirs, taken up at a counter, or withdrawn; and what a return names."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from tests import city
from tests.api.test_api import call, token_for
from tests.conftest import TODAY
from tests.kiosk.test_kiosk import as_operator, as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import signed_in as officer
from tests.pages import submitted, text_of
from tests.portal.test_applying import applied, login_of
from tests.portal.test_signing_in import signed_in
from yigui.casework import waiting
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application
from yigui.casework.errors import CaseRefused, OpinionMissing, PointUnknown, SamePerson, StepMoved
from yigui.casework.findings import Finding
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case, Draft, Event, ReturnPoint
from yigui.casework.progress import doors_for_correction
from yigui.casework.queries import current_step, locked_case
from yigui.casework.query_code import query_code
from yigui.casework.resubmit_case import resubmit_case
from yigui.casework.returns import Point, shares_of_second_returns
from yigui.casework.take_up_case import take_up_case
from yigui.casework.withdraw_case import withdraw_case
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.exchange.models import PartnerAnswer
from yigui.registry.models import Agency, Employment, Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.staff.scope import agencies_of
from yigui.tasks.models import Task


def _pensioners() -> Iterator[Person]:
    return iter(Person.objects.exclude(retired_on=None).filter(life_status="01").exclude(mobile="").order_by("id"))


_units = iter(range(8000, 8100))


def next_pensioner() -> Person:
    return next(city.of_city("returned_pensioners", _pensioners))


def form_of(person: Person, new: str = "13912340000") -> dict[str, Any]:
    return city.basic_change_form(person, new_value=new)


def from_phone(person: Person) -> Case:
    """A pensioner's change of phone, handed in on the phone: class 2."""
    return accept_case(
        city.application(
            "CHG-003", form_of(person), username="channel-mobile", channel="mobile", applicant=person, materials=["id_card"]
        )
    )


def returned(person: Person | None = None, *points: Point) -> tuple[Person, Case]:
    person = person or next_pensioner()
    return person, send_back(from_phone(person), *points)


def send_back(case: Case, *points: Point, by: str = "reviewer") -> Case:
    from yigui.casework.decide_step import decide_step

    step = current_step(case)
    assert step is not None
    return decide_step(
        case_id=case.pk, step_id=step.pk, actor=city.user(by), verdict="returned", opinion="", today=TODAY,
        points=points or (Point("wrong", field="new_value", note="号码少一位"), Point("unclear", material="id_card")),
    )  # fmt: skip


def again(case: Case, form: dict[str, Any], **more: Any) -> Application:
    return city.application(case.item_code, form, case_id=case.pk, **({"materials": ["id_card"]} | more))


def correct_on(client: Client, at: str, case: Case, new: str) -> Case:
    """Correct through the pages of a door: the form, the new value, the submit."""
    page = text_of(client.get(f"{at}/cases/{case.case_no}/"))
    assert "补正并重新提交" in page
    assert "填报项“变更后信息”：填报有误" in page or "填报有误" in page
    url = client.post(f"{at}/cases/{case.case_no}/correct/")["Location"]
    draft = Draft.objects.get(case=case, token=url.strip("/").split("/")[-1])
    assert "退回原因：填报有误（号码少一位）" in text_of(client.get(url))
    assert "退回原因：填报有误（号码少一位）" in text_of(client.post(f"{url}live/", draft.form | {"new_value": new}))
    answer = submitted(client, url)
    assert answer.status_code == 302, text_of(answer)
    return Case.objects.get(pk=case.pk)


def test_corrected_at_another_door_of_the_same_person() -> None:
    person, case = returned()
    machine, _ = registered()
    corrected = correct_on(as_person(machine, person), "/kiosk/me", case, "13912340001")
    assert (corrected.status, corrected.round, corrected.form["new_value"]) == ("open", 2, "13912340001")
    assert corrected.handled_by is not None
    assert (corrected.handled_by.username, corrected.handled_channel) == ("channel-kiosk", "kiosk")
    assert (corrected.accepted_by.username, corrected.channel) == ("channel-mobile", "mobile")
    city.decide(corrected, "reviewer")
    assert city.decide(corrected, "rechecker").status == "finished"
    assert Person.objects.get(pk=person.pk).mobile == "13912340001"


def test_corrected_on_the_phone_it_came_from() -> None:
    person, case = returned()
    assert correct_on(on_the_phone(person), "/m", case, "13912340002").status == "open"


def test_taken_up_at_a_counter_the_teller_is_its_handler() -> None:
    person, case = returned()
    blocked = city.application("CHG-003", form_of(person, "13912340003"), materials=["id_card"])
    with pytest.raises(CaseRefused) as refused:
        accept_case(blocked)
    assert "可在窗口调出接手补正" in refused.value.findings[0].detail
    teller = officer("teller")
    page = text_of(teller.get(f"/cases/{case.case_no}/"))
    assert "接手补正" in page
    form = teller.post(f"/cases/{case.case_no}/take-up/")["Location"]
    assert teller.get(form).status_code == 200
    taken = Case.objects.get(pk=case.pk)
    assert taken.handled_by == city.user("teller")
    event = Event.objects.filter(case=case).latest("seq")
    assert (event.verb, event.actor) == ("take_up", city.user("teller"))
    corrected = resubmit_case(case=taken, application=again(taken, form_of(person, "13912340003")))
    assert (corrected.status, corrected.handled_channel) == ("open", "counter")
    city.decide(corrected, "reviewer")
    # Whoever handed it in does not check it.
    with pytest.raises((SamePerson, NotAuthorised)):
        city.decide(corrected, "teller")
    assert city.decide(corrected, "rechecker").status == "finished"


def test_who_checked_a_case_does_not_take_it_up() -> None:
    """REG-001 is reviewed and rechecked on the floor, where tellers check each other."""
    form = city.unit_form(next(_units))
    application = city.application("REG-001", form, username="api-demo", channel="online", materials=city.UNIT_MATERIALS)
    case = accept_case(application)
    city.decide(case, "reviewer")
    case = send_back(case, Point("wrong", field="address"), by="teller2")
    with pytest.raises(SamePerson):
        take_up_case(case_id=case.pk, actor=city.user("teller2"), today=TODAY)
    for name in ("reviewer", "rechecker", "auditor", "channel-online"):
        with pytest.raises(NotAuthorised):
            take_up_case(case_id=case.pk, actor=city.user(name), today=TODAY)
    assert take_up_case(case_id=case.pk, actor=city.user("teller-511181"), today=TODAY).handler_id == city.user("teller-511181").pk
    case.refresh_from_db()
    with pytest.raises(NotAuthorised, match="峨眉山柜员"):
        resubmit_case(case=case, application=again(case, case.form, username="teller"))


def test_a_colleagues_counter_case_is_taken_up_in_the_same_hall_only() -> None:
    case = city.decide(city.accept_class2(), "reviewer", "returned", "请更正地址")
    with pytest.raises(NotAuthorised, match="林晓燕"):
        take_up_case(case_id=case.pk, actor=city.user("teller-511181"), today=TODAY)
    assert take_up_case(case_id=case.pk, actor=city.user("teller2"), today=TODAY).handled_by == city.user("teller2")


def test_an_open_case_is_not_taken_up() -> None:
    case = from_phone(next_pensioner())
    with pytest.raises(StepMoved):
        take_up_case(case_id=case.pk, actor=city.user("teller"), today=TODAY)


@pytest.mark.parametrize("at", ["/m", "/kiosk/me"])
def test_withdrawn_by_the_applicant_at_any_door(at: str) -> None:
    person, case = returned()
    client = on_the_phone(person) if at == "/m" else as_person(registered()[0], person)
    assert "撤回申请" in text_of(client.get(f"{at}/cases/{case.case_no}/"))
    assert client.post(f"{at}/cases/{case.case_no}/withdraw/", {"reason": " "}).status_code == 422
    assert client.post(f"{at}/cases/{case.case_no}/withdraw/", {"reason": "号码不换了"}).status_code == 302
    event = Event.objects.filter(case=case).latest("seq")
    assert (event.verb, event.note, event.payload) == ("withdraw", "号码不换了", {"applicant": person.person_no})
    assert event.channel == ("mobile" if at == "/m" else "kiosk")
    assert "撤回申请" not in text_of(client.get(f"{at}/cases/{case.case_no}/"))
    # The item is free again, at the counter too.
    assert accept_case(city.application("CHG-003", form_of(person), materials=["id_card"])).status == "open"


def test_withdrawn_at_the_counter_for_an_applicant_from_outside() -> None:
    _, case = returned()
    done = withdraw_case(case_id=case.pk, actor=city.user("teller"), note="本人到窗口要求撤回", today=TODAY)
    assert done.status == "withdrawn"
    assert done.feedback.latest("id").result == "withdrawn"


def test_somebody_else_neither_corrects_nor_withdraws() -> None:
    _, case = returned()
    other = on_the_phone(next_pensioner())
    for deed in ("correct", "withdraw"):
        assert other.post(f"/m/cases/{case.case_no}/{deed}/", {"reason": "x"}).status_code == 404
    employment = Employment.objects.filter(end_period=None).order_by("id")[0]
    login = login_of(employment.employer)
    with pytest.raises(NotAuthorised, match="不是本单位申请"):
        withdraw_case(case_id=case.pk, actor=city.user("channel-online"), note="x", today=TODAY, channel="online", login=login)
    # A person does not end what the employer has applied for about them.
    theirs, _, client = of_employer()
    assert theirs.person is not None
    with pytest.raises(NotAuthorised, match="由他人或单位申请"):
        withdraw_case(
            case_id=theirs.pk, actor=city.user("channel-mobile"), note="x", today=TODAY, channel="mobile", applicant=theirs.person
        )
    assert "撤回申请" in text_of(client.get(f"/unit/cases/{theirs.case_no}/"))


def of_employer() -> tuple[Case, Employment, Client]:
    """An employer's stop of somebody who has settled abroad: class 2, handed in at the platform."""
    employment = city.next_employee()
    login = login_of(employment.employer)
    case = applied(login, "REG-006", city.stop_form(employment, change_reason="06"), materials=["termination_proof"])
    assert case.status == "open"
    return case, employment, signed_in(login)


def test_an_employers_case_is_corrected_by_its_operator_at_the_machine() -> None:
    case, employment, _ = of_employer()
    send_back(case, Point("unclear", material="termination_proof", note="请重拍"))
    machine, _ = registered()
    client = as_operator(machine, login_of(employment.employer))
    url = client.post(f"/kiosk/unit/cases/{case.case_no}/correct/")["Location"]
    assert "退回原因：材料不清晰或缺页（请重拍）" in text_of(client.get(url))
    assert submitted(client, url).status_code == 422
    answer = submitted(client, url, confirmed=["unchanged"])
    assert answer.status_code == 302, text_of(answer)
    case.refresh_from_db()
    assert (case.status, case.round, case.handled_channel) == ("open", 2, "kiosk")


def test_a_case_of_the_interface_is_corrected_and_withdrawn_through_it() -> None:
    person = next_pensioner()
    body = {"item_code": "CHG-003", "form": form_of(person), "materials": [{"code": "id_card"}]}
    number = call("POST", "/cases", body).json()["case_no"]
    case = Case.objects.get(case_no=number)
    send_back(case)
    told = call("GET", f"/cases/{number}").json()
    assert [(p["field"], p["material"], p["reason"]) for p in told["points"]] == [
        ("new_value", "", "wrong"), ("", "id_card", "unclear"),
    ]  # fmt: skip
    correction = {"form": form_of(person, "13912340009"), "materials": [{"code": "id_card"}]}
    assert call("POST", f"/cases/{number}/corrections", correction, token=token_for("reviewer2")).status_code == 404
    corrected = call("POST", f"/cases/{number}/corrections", correction)
    assert (corrected.status_code, corrected.json()["status"]) == (200, "open")
    send_back(Case.objects.get(pk=case.pk))
    assert call("POST", f"/cases/{number}/withdrawal", {"reason": "不办了"}).json()["status"] == "withdrawn"


def test_the_public_progress_says_what_is_missing_and_nothing_private() -> None:
    _, case = returned(None, Point("unclear", material="id_card", note="张三的身份证背面"))
    page = text_of(Client().get("/progress/", {"case_no": case.case_no, "code": query_code(case.case_no)}))
    assert "需要补正" in page
    assert "身份证" in page
    assert "材料不清晰或缺页" in page
    assert "张三" not in page


def test_a_return_names_a_paper_or_a_field_of_the_item() -> None:
    case = from_phone(next_pensioner())
    for point, error in (
        (Point("nonsense", field="new_value"), PointUnknown), (Point("wrong", field="nonsense"), PointUnknown),
        (Point("wrong", material="nonsense"), PointUnknown), (Point("condition"), OpinionMissing),
    ):  # fmt: skip
        with pytest.raises(error):
            send_back(case, point)
    with pytest.raises(OpinionMissing, match="逐项指明"):
        city.decide(case, "reviewer", "returned", "")
    assert not ReturnPoint.objects.filter(case=case).exists()


def test_a_return_on_the_page_names_what_was_chosen() -> None:
    case = from_phone(next_pensioner())
    client = officer("reviewer")
    step = current_step(case)
    assert step is not None
    client.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    page = text_of(client.get(f"/cases/{case.case_no}/"))
    assert 'name="field:new_value"' in page
    answer = client.post(
        f"/cases/{case.case_no}/decide/",
        {
            "step": step.pk,
            "verdict": "returned",
            "field:new_value": "wrong",
            "note:field:new_value": "号码少一位",
            "material:id_card": "",
        },
    )
    assert answer.status_code == 302
    point = ReturnPoint.objects.get(case=case)
    assert (point.field, point.reason, point.note, point.is_ours) == ("new_value", "wrong", "号码少一位", False)
    assert "号码少一位" in text_of(client.get(f"/cases/{case.case_no}/"))


def second_return(first: Point, changed: dict[str, Any], second: Point, **more: Any) -> tuple[Case, dt.date]:
    """Returned for one thing, corrected, returned for another; gives the case and the due day before."""
    person, case = returned(None, first)
    later = TODAY + dt.timedelta(days=7)
    corrected = resubmit_case(
        case=case,
        application=again(
            case, case.form | changed, username="channel-mobile", channel="mobile", applicant=person, today=later, **more
        ),
    )
    due = corrected.due_on
    return send_back(corrected, second), due


def test_what_could_have_been_seen_the_first_time_is_our_error() -> None:
    case, due = second_return(
        Point("wrong", field="new_value"), {"new_value": "13912340005"}, Point("unclear", material="id_card", note="背面看不清")
    )
    assert ReturnPoint.objects.get(case=case, round=2).is_ours
    task = Task.objects.get(kind="second_return", origin_id=case.pk)
    assert (task.posts, "首轮已可发现" in task.note, "背面看不清" in task.note) == (["section_head"], True, False)
    page = text_of(officer("head").get(f"/cases/{case.case_no}/"))
    assert "首轮已可发现，计为我方差错" in page
    # The promised day does not move for it.
    person = case.applicant
    corrected = resubmit_case(
        case=case,
        application=again(
            case, case.form, username="channel-mobile", channel="mobile", applicant=person, today=TODAY + dt.timedelta(days=14)
        ),
    )
    assert corrected.due_on == due
    listed = text_of(officer("head").get("/troubled/"))
    assert case.case_no in listed


@pytest.mark.parametrize(
    ("first", "changed", "second"),
    [
        # The applicant was told and left it as it was.
        (Point("wrong", field="new_value"), {}, Point("wrong", field="new_value")),
        # It was corrected, and is wrong in a new way.
        (Point("wrong", field="new_value"), {"new_value": "13912340006"}, Point("wrong", field="new_value")),
        # The case as a whole says nothing of what could be seen.
        (Point("wrong", field="new_value"), {"new_value": "13912340007"}, Point("condition", note="请补充说明")),
    ],
)
def test_what_could_not_have_been_seen_is_not(first: Point, changed: dict[str, Any], second: Point) -> None:
    case, _ = second_return(first, changed, second)
    assert not ReturnPoint.objects.filter(case=case, is_ours=True).exists()
    assert not Task.objects.filter(kind="second_return", origin_id=case.pk).exists()


def test_a_paper_that_came_with_the_correction_is_not_either() -> None:
    case, _ = second_return(
        Point("wrong", field="new_value"), {"new_value": "13912340008"}, Point("unclear", material="agent_id_card"),
        materials=["id_card", "agent_id_card"],
    )  # fmt: skip
    assert not ReturnPoint.objects.filter(case=case, is_ours=True).exists()


def corrected_by_special(case: Case, **more: Any) -> Application:
    """The special desk hands a class-1 case in again with another day."""
    day = dt.date.fromisoformat(case.form["old_value"]) - dt.timedelta(days=20)
    form = case.form | {"new_value": day.isoformat()}
    return city.application(case.item_code, form, case_id=case.pk, username="special", materials=city.KEY_MATERIALS, **more)


def sent_back_by_partner(case: Case) -> None:
    """A partner's answer does not let the case pass."""
    city.past_the_guards(case, status="waiting")
    assert case.person is not None
    city.partner("police", "市公安局")
    answer = PartnerAnswer.objects.using("super").create(
        request_id=uuid.uuid4(), service="identity", partner_id="police", subject="0" * 64, request={"id_number": case.person.id_number}, outcome="found",
        took_ms=1,
    )  # fmt: skip
    with transaction.atomic():
        waiting._send_back(
            locked_case(case.pk), [Finding("differs", "与共享数据不一致", field="new_value")], [str(answer.request_id)]
        )


def at_meeting() -> Case:
    """A class-1 case whose turn is the meeting, accepted by the special desk."""
    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    return Case.objects.get(pk=case.pk)


def returned_by_meeting(case: Case, *points: Point) -> Case:
    record_meeting(
        chair=city.user("director"), held_on=TODAY, minutes="会议听取汇报，查阅档案，认为材料须补正。", today=TODAY,
        attendees=[city.user("head"), city.user("reviewer2")], verdicts={case.pk: ("returned", "")}, points={case.pk: points},
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def test_a_return_by_a_meeting_names_paper_field_and_reason() -> None:
    case = at_meeting()
    client = officer("director")
    page = text_of(client.get("/meetings/"))
    at = f"{case.pk}."
    assert f'name="{at}material:id_card"' in page
    typed: dict[str, Any] = {
        "held_on": TODAY.isoformat(), "minutes": "会议听取汇报，查阅档案，认为材料须补正。",
        "attendees": [city.user("head").pk, city.user("reviewer2").pk], f"verdict_{case.pk}": "returned",
    }  # fmt: skip
    # Nothing is named, or a reason is missing: refused, and what was typed stands.
    assert "逐项指明" in text_of(client.post("/meetings/", typed))
    page = text_of(client.post("/meetings/", typed | {f"{at}field:new_value": "", f"note:{at}field:new_value": "与档案不一致"}))
    assert "没有选择退回原因" in page
    assert "与档案不一致" in page
    assert Case.objects.get(pk=case.pk).status == "open"
    named = {
        f"{at}field:new_value": "inconsistent",
        f"note:{at}field:new_value": "与档案不一致",
        f"{at}material:id_card": "unclear",
    }
    answer = client.post("/meetings/", typed | named)
    assert answer.status_code == 302, text_of(answer)
    case.refresh_from_db()
    assert case.status == "returned"
    points = (
        ReturnPoint.objects.filter(case=case)
        .order_by("material_code")
        .values_list("material_code", "field", "reason", "made_by__username")
    )
    assert list(points) == [("", "new_value", "inconsistent", "director"), ("id_card", "", "unclear", "director")]
    told = case.feedback.latest("id").message
    assert "材料与填报内容不一致（与档案不一致）" in told
    assert "材料不清晰或缺页" in told


def test_what_a_meeting_returns_the_second_time_is_our_error_too() -> None:
    case = send_back(city.accept_class1(), Point("wrong", field="new_value"))
    case = resubmit_case(case=case, application=corrected_by_special(case))
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    due = case.due_on
    case = returned_by_meeting(case, Point("unclear", material="id_card", note="背面看不清"))
    assert ReturnPoint.objects.get(case=case, round=2).is_ours
    task = Task.objects.get(kind="second_return", origin_id=case.pk)
    assert task.posts == ["section_head"]
    again_ = resubmit_case(case=case, application=corrected_by_special(case, today=TODAY + dt.timedelta(days=14)))
    assert again_.due_on == due


def test_what_a_partner_sent_back_in_between_hides_no_error_of_ours() -> None:
    """A person returns it, then a partner's answer does, then a person for what stood there from the first time on."""
    person, case = returned(None, Point("wrong", field="new_value"))
    hand_in = {"username": "channel-mobile", "channel": "mobile", "applicant": person}
    case = resubmit_case(case=case, application=again(case, case.form | {"new_value": "13912340021"}, **hand_in))
    sent_back_by_partner(case)
    case = Case.objects.get(pk=case.pk)
    case = resubmit_case(case=case, application=again(case, case.form | {"new_value": "13912340022"}, **hand_in))
    case = send_back(case, Point("unclear", material="id_card"), Point("wrong", field="new_value"))
    assert dict(ReturnPoint.objects.filter(case=case, round=3).values_list("material_code", "is_ours")) == {
        "id_card": True,
        "": False,
    }


def test_the_database_takes_no_return_that_names_nothing() -> None:
    case = from_phone(next_pensioner())
    for alias in ("default", "owner"):
        with pytest.raises(DatabaseError, match="逐项指明材料或填报项和原因"), transaction.atomic(using=alias):
            Case.objects.using(alias).filter(pk=case.pk).update(status="returned")


@contextmanager
def returned_in_two_counties(case: Case, since: dt.datetime) -> Iterator[list[User]]:
    """A section of the same name in two counties, in each somebody who has returned the case after a moment: the first for what was ours."""
    counties = Agency.objects.exclude(area__level="city").filter(user__isnull=False).distinct().order_by("pk")[:2]
    makers = [User.objects.filter(agency=county).order_by("pk")[0] for county in counties]
    made: list[tuple[Section, ReturnPoint]] = []
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for maker, is_ours in zip(makers, (True, False), strict=True):
            section = Section.objects.using("super").create(
                agency_id=maker.agency_id, name="参保登记股", valid_from=dt.date(2020, 1, 1)
            )
            User.objects.using("super").filter(pk=maker.pk).update(section_id=section.pk)
            point = ReturnPoint.objects.using("super").create(
                case_id=case.pk, round=9, field="new_value", reason="wrong", is_ours=is_ours, made_by_id=maker.pk
            )
            ReturnPoint.objects.using("super").filter(pk=point.pk).update(made_at=since + dt.timedelta(hours=1))
            made.append((section, point))
    try:
        yield makers
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for maker, (section, point) in zip(makers, made, strict=True):
                ReturnPoint.objects.using("super").filter(pk=point.pk).delete()
                User.objects.using("super").filter(pk=maker.pk).update(section_id=maker.section_id)
                Section.objects.using("super").filter(pk=section.pk).delete()


def test_shares_of_second_returns_are_of_a_section_of_one_agency_and_within_what_one_may_see() -> None:
    """Sections of one name in two counties are two, and a county reads its own alone."""
    _, case = returned()
    since = clock.now() + dt.timedelta(days=1)
    with returned_in_two_counties(case, since) as (one, other):
        shares = shares_of_second_returns(since, Agency.objects.all())
        own = shares_of_second_returns(since, agencies_of(one))
    assert {(s.agency, s.section, s.returned, s.ours) for s in shares} == {
        (one.agency.name, "参保登记股", 1, 1), (other.agency.name, "参保登记股", 1, 0),
    }  # fmt: skip
    assert [(s.agency, s.percent) for s in own] == [(one.agency.name, "100.0%")]


def test_the_page_of_troubled_cases_names_the_agency_of_each_share() -> None:
    second_return(
        Point("wrong", field="new_value"), {"new_value": "13912340031"}, Point("unclear", material="id_card", note="背面看不清")
    )
    page = text_of(officer("head").get("/troubled/"))
    assert "经办机构" in page
    assert city.user("reviewer").agency.name in page


def test_a_door_that_does_not_take_the_item_offers_no_correction() -> None:
    """PEN-006 is taken at counters only from persons: neither phone nor letter sends them to a platform that has no login for them."""
    person = next_pensioner()
    at_counter = Case(item_code="PEN-006", item_version=catalogue().versions["PEN-006"][0].valid_from, person=person)
    assert doors_for_correction(at_counter) == "请到窗口补正后重新提交"
    _, case = returned(person, Point("unclear", material="id_card"))
    city.past_the_guards(case, item_code="PEN-006", item_version=at_counter.item_version, item_name="暂停养老保险待遇申请")
    client = on_the_phone(person)
    page = text_of(client.get(f"/m/cases/{case.case_no}/"))
    assert "请到窗口补正后重新提交" in page
    assert ("补正并重新提交" in page, "网上服务平台" in page) == (False, False)
    answer = client.post(f"/m/cases/{case.case_no}/correct/")
    assert answer.status_code == 403
    assert "不能在这里补正，请到窗口补正后重新提交" in text_of(answer)
    assert not Draft.objects.filter(case=case).exists()


def test_where_to_correct_is_asked_for_who_applied() -> None:
    login = login_of(city.next_employee().employer)
    version = catalogue().versions["REG-004"][0].valid_from
    assert (
        doors_for_correction(Case(item_code="REG-004", item_version=version, login=login))
        == "可在网上服务平台、自助服务区补正后重新提交，也可到窗口办理"
    )
    version = catalogue().versions["CHG-003"][0].valid_from
    assert "网上服务平台" not in doors_for_correction(Case(item_code="CHG-003", item_version=version, applicant=next_pensioner()))
