"""Cases of every class on their way, and what people may and may not do there."""

import datetime as dt
import threading
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, connections

from tests import city
from tests.conftest import TODAY
from yigui.casework import accept_case as accept_module
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, Examination
from yigui.casework.decide_step import claim_step, decide_step, release_step
from yigui.casework.errors import CaseRefused, KeyReused, NoMeeting, OpinionMissing, SamePerson, StepMoved
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case, Event, SamplingRule, Step
from yigui.casework.queries import current_step, light_of
from yigui.casework.queues import my_queue
from yigui.casework.resubmit_case import resubmit_case
from yigui.casework.sampling import add_sampling_rule
from yigui.casework.withdraw_case import withdraw_case
from yigui.common.cache import forget_kept
from yigui.registry.models import CalendarDay, Employer, Person
from yigui.staff.errors import NotAuthorised


def meet(case: Case, *, verdict: str = "passed", attendees: tuple[str, ...] = ("head", "reviewer2")) -> None:
    people = [city.user(name) for name in attendees]
    record_meeting(
        chair=city.user("director"), held_on=TODAY, minutes="会议听取了汇报，查阅了档案，一致形成如下意见。", attendees=people,
        verdicts={case.pk: (verdict, "")}, today=TODAY,
    )  # fmt: skip


def in_queue(username: str, case: Case) -> bool:
    return case.pk in {step.case_id for step in my_queue(city.user(username), TODAY, limit=1000)}


def codes(case: Case) -> list[str]:
    return list(Step.objects.filter(case=case, round=case.round).order_by("seq").values_list("code", flat=True))


def test_class_3_finishes_on_the_spot_with_a_receipt() -> None:
    case = city.accept_class3()
    assert (case.status, codes(case)) == ("finished", ["accept"])
    assert case.document is not None
    assert [e.verb for e in Event.objects.filter(case=case).order_by("seq")] == ["accept", "finish"]
    assert case.feedback.get().message == case.outcome["summary"]


def test_class_2_needs_two_further_people() -> None:
    case = city.accept_class2()
    assert codes(case) == ["accept", "review", "recheck"]
    with pytest.raises(NotAuthorised):
        city.decide(case, "teller")
    assert city.decide(case, "reviewer").status == "open"
    with pytest.raises(NotAuthorised):
        city.decide(case, "reviewer")
    done = city.decide(case, "rechecker")
    assert done.status == "finished"
    assert done.employer is not None
    assert Employer.objects.get(credit_code=done.form["credit_code"]).unit_no == done.employer.unit_no


def test_class_1_needs_record_request_meeting_and_leader() -> None:
    case = city.accept_class1()
    assert codes(case) == ["accept", "review", "recheck", "request", "meeting", "approve"]
    city.decide(case, "reviewer")
    city.decide(case, "rechecker")
    with pytest.raises(OpinionMissing, match="请示环节须写明"):
        city.decide(case, "head", opinion="  ")
    city.decide(case, "head", opinion="该员出生日期登记有误，档案最早记载一致，建议变更。")
    with pytest.raises(NoMeeting, match="没有会议纪要"):
        city.decide(case, "director")
    with pytest.raises(NoMeeting, match="3 人以上"):
        meet(case, attendees=("head",))
    meet(case)
    done = city.decide(case, "director")
    assert done.status == "finished"
    assert done.person is not None
    assert Person.objects.get(pk=done.person.pk).born_on.isoformat() == done.form["new_value"]
    assert [e.verb for e in Event.objects.filter(case=case).order_by("seq")] == [
        "accept", "pass", "pass", "pass", "meeting", "pass", "pass", "finish",
    ]  # fmt: skip


def test_who_chaired_the_meeting_may_approve_and_both_stand_on_the_case() -> None:
    """A meeting is a collective act of three people at least; its chair approves for himself (R254), and each has its own name and time."""
    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name, opinion="档案最早记载一致，建议变更。")
    meet(case)
    done = city.decide(case, "director")
    assert done.status == "finished"
    signed = list(Event.objects.filter(case=case, actor=city.user("director")).order_by("seq").values_list("verb", flat=True))
    assert signed[:3] == ["meeting", "pass", "pass"]
    minutes = case.decisions.get().meeting
    assert minutes.chair == city.user("director")
    assert minutes.attendees.count() >= 3


def test_a_meeting_that_declines_ends_the_case() -> None:
    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case, verdict="declined")
    assert Case.objects.get(pk=case.pk).status == "declined"


def test_one_meeting_decides_several_cases_of_one_item() -> None:
    cases = [city.accept_class1() for _ in range(3)]
    for case in cases:
        for name in ("reviewer", "rechecker", "head"):
            city.decide(case, name)
    meeting = record_meeting(
        chair=city.user("director"), held_on=TODAY, minutes="集中研究三件出生日期变更，逐件通过。",
        attendees=[city.user("head"), city.user("reviewer")], verdicts={c.pk: ("passed", "") for c in cases}, today=TODAY,
    )  # fmt: skip
    assert meeting.decisions.count() == 3
    assert {city.decide(case, "director").status for case in cases} == {"finished"}


def test_the_same_person_never_acts_twice() -> None:
    case = city.accept_class2(username="teller")
    city.decide(case, "reviewer")
    with pytest.raises(SamePerson, match="同一办件的受理、审核、复核不能由同一人办理"):
        city.decide(case, "teller")
    assert city.decide(case, "teller2").status == "finished"


def test_front_desk_and_back_office_stay_apart() -> None:
    case = city.accept_class1()
    city.decide(case, "reviewer")
    with pytest.raises(NotAuthorised, match="前后台分离"):
        city.decide(case, "teller2")
    assert not in_queue("teller2", case)
    step = current_step(case)
    assert step is not None
    assert step.suggested_to is not None
    assert step.suggested_to.role == "rechecker"


def test_facts_raise_the_class_and_say_why() -> None:
    pensioner = Person.objects.exclude(retired_on=None).order_by("id")[3]
    case = accept_case(city.application("CHG-003", city.basic_change_form(pensioner), materials=["id_card"]))
    assert (case.risk_class, case.risk_reasons, codes(case)) == (2, ["领取待遇人员变更联系电话"], ["accept", "review", "recheck"])
    employment = city.next_employee()
    dead = accept_case(city.application("REG-006", city.stop_form(employment, change_reason="03"), materials=["death_certificate"]))
    assert (dead.status, dead.risk_class) == ("open", 2)


def test_sampling_raises_the_class_of_new_cases() -> None:
    drawn = SamplingRule(item_group="CHG-003", share=1, to_class=2, reason="季度抽查", valid_from=TODAY, valid_to=TODAY)
    rule = add_sampling_rule(actor=city.user("auditor"), rule=drawn)
    forget_kept()
    try:
        case = city.accept_class3()
        assert (case.status, case.risk_class, case.risk_reasons) == ("open", 2, ["随机抽查：季度抽查"])
    finally:
        rule.delete(using="owner")
        forget_kept()
    assert city.accept_class3().status == "finished"


def test_the_agencys_own_calendar_moves_due_dates() -> None:
    day = CalendarDay.objects.using("owner").create(day=dt.date(2026, 11, 14), is_workday=True, reason="政务服务中心周六开放")
    try:
        assert city.accept_class1().due_on == dt.date(2026, 11, 16)
    finally:
        day.delete(using="owner")


def test_a_trainees_case_gets_an_added_recheck() -> None:
    case = city.accept_class2(username="trainee")
    assert codes(case) == ["accept", "recheck", "review", "recheck"]
    city.decide(case, "teller2")
    city.decide(case, "reviewer")
    with pytest.raises(SamePerson):
        city.decide(case, "teller2")
    assert city.decide(case, "rechecker").status == "finished"


def test_a_trainees_class_3_case_waits_for_a_colleague() -> None:
    person = city.next_person()
    case = accept_case(city.application("CHG-003", city.basic_change_form(person), username="trainee", materials=["id_card"]))
    assert case.status == "open"
    assert city.decide(case, "teller").status == "finished"


def test_returned_corrected_and_passed_in_a_second_round() -> None:
    case = city.accept_class2()
    with pytest.raises(OpinionMissing):
        city.decide(case, "reviewer", "returned", "")
    assert city.decide(case, "reviewer", "returned", "地址与证照不符，请更正").status == "returned"
    assert current_step(Case.objects.get(pk=case.pk)) is None
    form = case.form | {"address": "市中区嘉定路 2 号"}
    again = city.application("REG-001", form, materials=city.UNIT_MATERIALS, case_id=case.pk)
    resubmitted = resubmit_case(case=case, application=again)
    assert (resubmitted.status, resubmitted.round) == ("open", 2)
    city.decide(case, "reviewer")
    done = city.decide(case, "rechecker")
    assert done.status == "finished"
    assert done.employer is not None
    assert done.employer.address == "市中区嘉定路 2 号"


def test_a_correction_cannot_change_whom_the_case_is_about() -> None:
    case = city.accept_class1()
    city.decide(case, "reviewer", "returned", "请更正")
    other = city.next_person()
    again = city.application(
        "CHG-004", city.key_change_form(other), username="special", materials=city.KEY_MATERIALS, case_id=case.pk
    )
    with pytest.raises(CaseRefused, match="不能更换办理对象"):
        resubmit_case(case=case, application=again)


def test_declined_with_a_reason_is_final() -> None:
    case = city.decide(city.accept_class2(), "reviewer", "declined", "证照已吊销")
    assert case.status == "declined"
    assert set(Step.objects.filter(case=case).values_list("state", flat=True)) == {"passed", "declined", "dropped"}
    with pytest.raises(StepMoved):
        withdraw_case(case_id=case.pk, actor=city.user("teller"), note="不办了", today=TODAY)


def test_only_the_acceptor_withdraws_and_only_before_the_end() -> None:
    case = city.accept_class2()
    with pytest.raises(NotAuthorised, match="林晓燕"):
        withdraw_case(case_id=case.pk, actor=city.user("teller2"), note="不办了", today=TODAY)
    with pytest.raises(OpinionMissing):
        withdraw_case(case_id=case.pk, actor=city.user("teller"), note=" ", today=TODAY)
    assert withdraw_case(case_id=case.pk, actor=city.user("teller"), note="申请人要求", today=TODAY).status == "withdrawn"
    with pytest.raises(StepMoved):
        withdraw_case(case_id=city.accept_class3().pk, actor=city.user("teller"), note="晚了", today=TODAY)


def test_a_claimed_step_is_not_taken_by_a_colleague_until_released() -> None:
    case = city.accept_class2()
    step = current_step(case)
    assert step is not None
    claim_step(case_id=case.pk, step_id=step.pk, actor=city.user("reviewer"))
    with pytest.raises(StepMoved, match="赵文博"):
        claim_step(case_id=case.pk, step_id=step.pk, actor=city.user("reviewer2"))
    with pytest.raises(StepMoved, match="赵文博"):
        city.decide(case, "reviewer2")
    assert not in_queue("reviewer2", case)
    release_step(case_id=case.pk, step_id=step.pk, actor=city.user("reviewer"), note="请同事接着看")
    assert in_queue("reviewer2", case)
    assert city.decide(case, "reviewer2").status == "open"


def test_queues_show_only_what_authority_covers() -> None:
    case = city.accept_class2()
    assert in_queue("reviewer", case)
    assert not in_queue("reviewer-511181", case)
    assert not in_queue("rechecker", case)
    assert not in_queue("teller", case)


def test_rechecks_are_suggested_in_turn_to_people_other_than_the_acceptor() -> None:
    # What other tests have left lies longer back than the turn looks.
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE casework_step SET ready_at = ready_at - interval '1 day'")
        cursor.execute("SET session_replication_role = DEFAULT")
    suggested = []
    for _ in range(3):
        case = city.accept_class2(username="teller")
        city.decide(case, "reviewer")
        step = current_step(case)
        assert step is not None
        assert step.suggested_to is not None
        suggested.append(step.suggested_to.username)
    assert "teller" not in suggested
    # Whoever has the least waiting is next: nobody twice in a row, whatever other tests have left.
    assert all(one != following for one, following in pairwise(suggested))


def in_threads(count: int, work: Any) -> list[Any]:
    """Run `work(n)` in threads that start together; results or exceptions by number."""
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_reviewers_at_once_one_decides() -> None:
    case = city.accept_class2()
    step = current_step(case)
    assert step is not None
    names = ["reviewer", "reviewer2"]

    def decide(n: int) -> Case:
        return decide_step(case_id=case.pk, step_id=step.pk, actor=city.user(names[n]), verdict="passed", opinion="", today=TODAY)

    results = in_threads(2, decide)
    assert sorted(type(r).__name__ for r in results) == ["Case", "StepMoved"]
    assert Event.objects.filter(case=case, verb="pass").count() == 1


def test_a_double_submit_is_one_case() -> None:
    form = city.basic_change_form(city.next_person())

    def submit(_: int) -> Case:
        return accept_case(city.application("CHG-003", form, materials=["id_card"], idempotency_key=f"double-{form['id_number']}"))

    results = in_threads(4, submit)
    assert {r.pk for r in results} == {results[0].pk}
    assert Case.objects.filter(idempotency_key=f"double-{form['id_number']}").count() == 1


def test_a_request_whose_twin_is_finished_meanwhile_is_not_refused_for_what_that_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = city.basic_change_form(city.next_person())
    application = city.application("CHG-003", form, materials=["id_card"], idempotency_key=f"twin-{form['id_number']}")
    examined, twins = accept_module.agreed, []

    def after_its_twin(asked: Application) -> Examination:
        monkeypatch.setattr(accept_module, "agreed", examined)
        twins.append(accept_case(asked))
        return examined(asked)

    monkeypatch.setattr(accept_module, "agreed", after_its_twin)
    assert accept_case(application) == twins[0]
    with pytest.raises(CaseRefused):
        accept_case(city.application("CHG-003", form, materials=["id_card"], idempotency_key=f"later-{form['id_number']}"))


def test_a_key_used_for_another_request_is_refused() -> None:
    first = city.basic_change_form(city.next_person())
    accept_case(city.application("CHG-003", first, materials=["id_card"], idempotency_key="used-once"))
    with pytest.raises(KeyReused):
        accept_case(
            city.application("CHG-003", first | {"new_value": "13900000009"}, materials=["id_card"], idempotency_key="used-once")
        )


def test_two_tellers_enrol_the_same_person_at_once_and_one_is_refused() -> None:
    seeker = city.next_seeker()

    def enrol(n: int) -> Case:
        return accept_case(city.application("REG-004", city.enrolment_form(seeker), username=("teller", "teller2")[n]))

    results = in_threads(2, enrol)
    finished = [r for r in results if isinstance(r, Case) and r.status == "finished"]
    assert len(finished) == 1
    person = Person.objects.get(id_number=seeker.id_number)
    assert person.coverages.count() == 5
    other = next(r for r in results if r not in finished)
    assert isinstance(other, CaseRefused) or "登记" in other.effect_error or "已有同类" in other.effect_error


def test_a_second_case_of_the_same_subject_and_item_is_refused_while_one_is_open() -> None:
    person = city.next_person()
    first = accept_case(city.application("CHG-004", city.key_change_form(person), username="special", materials=city.KEY_MATERIALS))
    with pytest.raises(CaseRefused, match="该对象有同类业务正在办理") as error:
        accept_case(city.application("CHG-004", city.key_change_form(person), username="special", materials=city.KEY_MATERIALS))
    assert first.case_no in error.value.findings[0].detail


def test_any_agency_handles_any_person_and_both_places_are_kept() -> None:
    person = city.next_person()
    case = accept_case(city.application("CHG-003", city.basic_change_form(person), username="teller-511181", materials=["id_card"]))
    assert case.status == "finished"
    assert (case.area_id, case.agency_id) == (person.area_id, "51118101")


def test_due_dates_count_working_days_and_lights_change() -> None:
    case = city.accept_class1()
    # Five working days after Tuesday 10 November 2026.
    assert case.due_on == dt.date(2026, 11, 17)
    assert not case.is_due_provisional
    assert light_of(case, dt.date(2026, 11, 12)) == "green"
    assert light_of(case, dt.date(2026, 11, 17)) == "amber"
    assert light_of(case, dt.date(2026, 11, 18)) == "red"


def test_the_clock_stands_still_while_the_applicant_corrects() -> None:
    case = city.accept_class1()
    city.decide(case, "reviewer", "returned", "请补充档案页")
    later = TODAY + dt.timedelta(days=7)
    again = city.application("CHG-004", case.form, username="special", materials=city.KEY_MATERIALS, case_id=case.pk, today=later)
    assert resubmit_case(case=case, application=again).due_on == dt.date(2026, 11, 24)


def test_a_due_date_in_a_year_without_announced_holidays_says_so() -> None:
    person = city.next_person()
    case = accept_case(
        city.application(
            "CHG-004", city.key_change_form(person), username="special", materials=city.KEY_MATERIALS, today=dt.date(2027, 3, 1)
        )
    )
    assert case.is_due_provisional


def test_whoever_has_decided_a_step_in_another_page_is_told_that_it_was_them() -> None:
    case = city.accept_class1()
    step = current_step(case)
    assert step is not None
    city.decide(case, "reviewer")
    again = {"case_id": case.pk, "step_id": step.pk, "verdict": "passed", "opinion": "同意", "today": TODAY}
    with pytest.raises(StepMoved, match="您已在另一页面办理"):
        decide_step(actor=city.user("reviewer"), **again)
    with pytest.raises(StepMoved, match="已由他人处理"):
        decide_step(actor=city.user("reviewer2"), **again)
