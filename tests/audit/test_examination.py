"""A sampled case from its examination to the score: by somebody who had no part, answered, decided by a third, put right, and counted."""

import datetime as dt

import pytest
from django.db import connections, transaction

from tests import city
from tests.audit.samples import COUNTY_TELLER, drawn, error_of, taken, task_of, waiting
from tests.pages import page_of, signed_in, text_of
from yigui.audit.models import Finding, SampledCase, Score
from yigui.audit.verify import samples
from yigui.audit.work import answer, correct, decide, examine, why_unfit
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.db.presence import Moved, asked
from yigui.registry.models import Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import FullView, User
from yigui.tasks.end_task import drop, finish
from yigui.tasks.errors import NotYours, TaskRefused
from yigui.tasks.kinds import kind_of
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import colleagues
from yigui.tasks.references import Reference
from yigui.tasks.who_may import worklist
from yigui.tasks.work_on import hand_on, take

TODAY = city.TODAY


@pytest.fixture(scope="module", autouse=True)
def _month(fresh_city: None) -> None:
    drawn(16, of_county=8)


def one() -> SampledCase:
    """A sampled case nobody has taken, accepted by the city's teller."""
    return next(s for s in waiting() if s.case.accepted_by.username == "teller")


def found(kind: str = "wrong_key_data", *, is_to_correct: bool = True) -> Finding:
    """An error of the teller that the auditor has registered."""
    sampled = one()
    taken(sampled)
    said = error_of(sampled.case, kind, is_to_correct=is_to_correct)
    made = examine(auditor=city.user("auditor"), sampled=sampled, words="对照申请表检查", findings=[said], today=TODAY)
    return made.findings.get()


def objected(finding: Finding, by: User | None = None) -> Task:
    answer(person=by or city.user("teller"), finding=finding, agrees=False, words="申请表上就是这样写的", today=TODAY)
    return Task.objects.get(kind="audit_objection", origin_id=finding.pk)


def looks_after(kind: str, case: Case, username: str) -> bool:
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT audit_looks_after_v1(%s, %s, %s)", [kind, case.pk, city.user(username).pk])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("kind", ["audit_case", "audit_objection", "audit_correction"])
def test_the_posts_of_the_database_are_those_of_the_kinds(kind: str) -> None:
    declared_kind = kind_of(kind, TODAY)
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT audit_posts_v1(%s)", [kind])
        assert set(cursor.fetchone()[0]) == {*declared_kind.posts, *declared_kind.hand_on}


def test_whoever_the_process_names_has_the_post_and_the_place() -> None:
    sampled = one()
    assert looks_after("audit_case", sampled.case, "auditor")
    assert not looks_after("audit_case", sampled.case, "head"), "another post"
    assert not looks_after("audit_case", sampled.case, "reviewer-511102"), "another post elsewhere"
    elsewhere = city.new_user(
        "auditor", agency=city.user(COUNTY_TELLER).agency_id, username="auditor-elsewhere", full_name="外县稽核"
    )
    assert not looks_after("audit_case", sampled.case, elsewhere.username), "a county does not audit its city"
    of_county = SampledCase.objects.filter(sample__agency=city.user(COUNTY_TELLER).agency_id)[0]
    assert looks_after("audit_case", of_county.case, elsewhere.username)
    assert looks_after("audit_case", of_county.case, "auditor"), "a city audits its county"


def test_a_second_task_about_a_sampled_case_lets_nobody_register_anything() -> None:
    sampled = one()
    auditor = city.user("auditor")
    beside = open_task(
        kind="audit_case",
        origin=Reference("audit_case", sampled.pk, "x"),
        agency=auditor.agency,
        area_code=sampled.case.area_id,
        today=TODAY,
        note="x",
    )
    take(task_id=beside.pk, actor=auditor)
    with pytest.raises(NotAuthorised, match="领取了任务"):
        examine(auditor=auditor, sampled=sampled, words="x", findings=[], today=TODAY)


def test_what_is_scored_is_answered_no_more() -> None:
    finding = found()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO audit_score (sample_id, cases, wrong, points, quality, closed_on) VALUES (%s, 1, 0, 0, 100, %s)",
            [finding.examination.sampled.sample_id, TODAY],
        )
    try:
        with pytest.raises(Moved, match="已评定得分"):
            answer(person=city.user("teller"), finding=finding, agrees=True, words="", today=TODAY)
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM audit_score WHERE sample_id = %s", [finding.examination.sampled.sample_id])


def test_from_the_task_to_a_finding_that_does_not_count() -> None:
    sampled = one()
    auditor, page = signed_in("auditor"), f"/audit/cases/{sampled.pk}/"
    assert sampled.case.case_no in page_of(auditor.get("/audit/cases/"))
    assert "登记检查结果" not in page_of(auditor.get(page)), "not before it was taken"
    assert auditor.post(f"{page}look/").status_code == 422
    taken(sampled)
    assert f'href="{page}"' in text_of(auditor.get(f"/tasks/{task_of(sampled).pk}/"))
    assert auditor.post(f"{page}look/").headers["Location"] == f"/cases/{sampled.case.case_no}/"
    look = FullView.objects.filter(case_no=sampled.case.case_no, user__username="auditor").get()
    assert "稽核抽查（任务" in look.reason
    assert sampled.case.subject_name in page_of(auditor.get(f"/cases/{sampled.case.case_no}/"))
    empty = auditor.post(f"{page}examine/", {"words": "已核对", "result": "wrong"})
    assert empty.status_code == 422
    assert "已核对" in text_of(empty), "nothing is lost"
    teller = city.user("teller")
    form = {
        "words": "已核对",
        "result": "wrong",
        "kind_1": "wrong_key_data",
        "doer_1": f"{teller.pk}-",
        "words_1": "号码不符",
        "correct_1": "1",
    }
    for wrong, said in (
        ({"kind_1": ""}, "没有选种类"), ({"doer_1": f"{city.user('teller2').pk}-"}, "没有经办该办件"), ({"words_1": ""}, "请写明情况"),
        ({"result": "sound"}, "未发现差错的不填差错"),
    ):  # fmt: skip
        refused = auditor.post(f"{page}examine/", form | wrong)
        assert refused.status_code == 422
        assert said in text_of(refused)
    with pytest.raises(TaskRefused, match="先在“稽核检查”页登记"):
        finish(task_id=task_of(sampled).pk, actor=city.user("auditor"), outcome="examined", note="好", today=TODAY)
    assert auditor.post(f"{page}examine/", form).status_code == 302
    finding = Finding.objects.get(examination__sampled=sampled)
    assert (finding.points, finding.grade, finding.user_id, finding.answer_until) == (5, "E2", teller.pk, dt.date(2026, 11, 17))
    assert task_of(sampled).state == "done"
    counter, own = signed_in("teller"), f"/audit/findings/{finding.pk}/"
    assert "差错告知" in page_of(counter.get("/inbox/", follow=True))
    assert "号码不符" in page_of(counter.get("/audit/mine/"))
    assert signed_in("teller2").get(own).status_code == 404
    said_again = counter.post(f"{own}answer/", {"says": "object", "words": ""})
    assert said_again.status_code == 422
    assert "请写明理由" in text_of(said_again)
    assert counter.post(f"{own}answer/", {"says": "object", "words": "申请表如此"}).status_code == 302
    assert "已对该差错提出过意见" in text_of(counter.post(f"{own}answer/", {"says": "agree"}))
    task = Task.objects.get(kind="audit_objection", origin_id=finding.pk)
    take(task_id=task.pk, actor=city.user("director"))
    leader = signed_in("director")
    assert f'href="{own}"' in text_of(leader.get(f"/tasks/{task.pk}/"))
    unsaid = leader.post(f"{own}decide/", {"words": "理由"})
    assert "请选择维持或不计差错" in text_of(unsaid)
    assert leader.post(f"{own}decide/", {"stands": "void", "words": "申请表确实如此"}).status_code == 302
    assert Task.objects.get(kind="audit_correction", origin_id=finding.pk).outcome == "withdrawn"
    assert "不计差错：申请表确实如此" in page_of(auditor.get(f"{page}sheet/"))


def test_what_is_to_be_put_right_is_linked_with_the_case_that_did_it() -> None:
    finding = found()
    task = Task.objects.get(kind="audit_correction", origin_id=finding.pk)
    assert (task.posts, task.due_on) == (["section_head"], dt.date(2026, 11, 24))
    head = city.user("head")
    take(task_id=task.pk, actor=head)
    with pytest.raises(TaskRefused, match="登记更正"):
        finish(task_id=task.pk, actor=head, outcome="corrected", note="好", today=TODAY)
    about: Case = finding.examination.sampled.case
    other = city.accept_class3()
    for number in (other.case_no, about.case_no, "0"):
        with pytest.raises(Moved, match="不能作为更正的依据"):
            correct(officer=head, finding=finding, case_no=number, words="已更正", today=TODAY)

    assert about.person is not None
    by_case = accept_case(
        city.application(
            "CHG-003",
            city.basic_change_form(about.person, new_value="13911112222", old_value=Person.objects.get(pk=about.person.pk).mobile),
            materials=["id_card"],
        )
    )
    assert by_case.status == "finished"
    page = f"/audit/findings/{finding.pk}/"
    assert signed_in("head").post(f"{page}correct/", {"case_no": by_case.case_no, "words": "已重新办理"}).status_code == 302
    assert Task.objects.get(pk=task.pk).outcome == "corrected"
    assert by_case.case_no in page_of(signed_in("auditor").get(page))
    with pytest.raises(NotAuthorised):
        correct(officer=head, finding=finding, case_no="", words="再来一次", today=TODAY)


def test_who_had_a_part_neither_sees_nor_takes_nor_is_given_the_examination() -> None:
    sampled, number = one(), "510101199001010045"
    # Nobody is a teller and an auditor at once: the auditor's account is known as the teller's later.
    twin = city.user(city.new_user("auditor", id_number=number, password="Ein-Passwort-9").username)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT id_number FROM staff_user WHERE username = 'teller'")
        (former,) = cursor.fetchone()
        cursor.execute("UPDATE staff_user SET id_number = %s WHERE username = 'teller'", [number])
    try:
        task = task_of(sampled)
        assert not Task.objects.filter(worklist(twin), pk=task.pk).exists()
        with pytest.raises(NotYours, match="经办过该办件"):
            take(task_id=task.pk, actor=twin)
        taken(sampled)
        with pytest.raises(TaskRefused, match="经办过该办件"):
            hand_on(task_id=task.pk, actor=city.user("auditor"), note="请办", to=twin)
        with pytest.raises(NotAuthorised):
            examine(auditor=twin, sampled=sampled, words="没有差错", findings=[], today=TODAY)
        with pytest.raises(NotYours, match="不能撤销"):
            drop(task_id=task.pk, actor=city.user("head"), note="不办了", today=TODAY)
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE staff_user SET id_number = %s WHERE username = 'teller'", [former])
    examine(auditor=city.user("auditor"), sampled=sampled, words="没有差错", findings=[], today=TODAY)
    with pytest.raises(NotAuthorised, match="先在待办中领取"):
        examine(auditor=city.user("auditor"), sampled=sampled, words="再登记", findings=[], today=TODAY)


def test_an_objection_is_decided_by_neither_who_found_nor_who_made_the_error() -> None:
    finding = found(is_to_correct=False)
    assert not Task.objects.filter(kind="audit_correction", origin_id=finding.pk).exists()
    with pytest.raises(NotAuthorised, match="责任人本人"):
        answer(person=city.user("teller2"), finding=finding, agrees=True, words="", today=TODAY)
    with pytest.raises(Moved, match="期限已于 2026-11-17 届满"):
        answer(person=city.user("teller"), finding=finding, agrees=True, words="", today=dt.date(2026, 11, 18))
    task = objected(finding)
    assert not Task.objects.filter(worklist(city.user("auditor")), pk=task.pk).exists()
    with pytest.raises(NotYours, match="登记差错的人员和责任人以外"):
        take(task_id=task.pk, actor=city.user("auditor"))
    with pytest.raises(NotAuthorised):
        decide(officer=city.user("head"), finding=finding, stands=True, words="维持", today=TODAY)


def _decided(task: Task, *, stands: bool) -> None:
    """By somebody of its pool who can."""
    fit = next(u for u in colleagues(task.posts, task.agency_id) if not why_unfit("audit_objection", task.origin_id, u))
    officer = city.user(fit.username)
    take(task_id=task.pk, actor=officer)
    decide(officer=officer, finding=Finding.objects.get(pk=task.origin_id), stands=stands, words="已核对", today=TODAY)


def test_scores_come_when_all_is_said_and_only_from_what_stands() -> None:
    teller, close = city.user(COUNTY_TELLER), "SELECT audit_close_v1(%s)"
    cases = waiting(teller.agency_id)
    assert len(cases) == 4
    mine, findings = Score.objects.filter(sample=cases[0].sample_id), []
    for sampled, kind in zip(cases, ("wrong_amount", "scan", "wrong_right", ""), strict=True):
        taken(sampled)
        said = [error_of(sampled.case, kind, is_to_correct=False)] if kind else []
        made = examine(auditor=city.user("auditor"), sampled=sampled, words="已检查", findings=said, today=TODAY)
        findings += made.findings.all()
    asked(close, dt.date(2026, 11, 17))
    assert not mine.exists(), "something can still be said"
    task = objected(findings[2], teller)
    _decided(objected(findings[0], teller), stands=True)
    asked(close, dt.date(2026, 11, 18))
    assert not mine.exists(), "an objection is open"
    _decided(task, stands=False)
    asked(close, dt.date(2026, 11, 17))
    assert not mine.exists(), "something can still be said of the second"
    asked(close, dt.date(2026, 11, 18))
    total, own = mine.get(user=None), mine.get(user=teller)
    # 10 and 1 stand, 10 do not: 100 less 11 points of 4 cases over a hundred.
    assert (
        (own.cases, own.wrong, own.points, own.quality) == (total.cases, total.wrong, total.points, total.quality) == (4, 2, 11, 0)
    )
    assert f'<strong class="num">{own.quality}</strong>' in page_of(signed_in(COUNTY_TELLER).get("/audit/mine/"))
    sample = page_of(signed_in("head").get(f"/audit/samples/{total.sample_id}/"))
    assert total.sample.seed in sample
    assert list(samples("default")) == []
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_score SET points = 0 WHERE id = %s", [own.pk])
        assert any("得分与登记的差错不符" in sentence for sentence in samples("super"))
        transaction.set_rollback(True, using="super")


def test_another_county_sees_none_of_it() -> None:
    sampled = SampledCase.objects.filter(sample__agency="51110001").latest("pk")
    finding = found()
    for role in ("auditor", "section_head", "director"):
        user = city.new_user(role, agency="51118101", password="Ein-Passwort-9")
        client = signed_in(user.username)
        assert sampled.case.case_no not in page_of(client.get("/audit/cases/"))
        for page in (
            f"/audit/cases/{sampled.pk}/",
            f"/audit/cases/{sampled.pk}/sheet/",
            f"/audit/samples/{sampled.sample_id}/",
            f"/audit/findings/{finding.pk}/",
        ):
            assert client.get(page).status_code == 404, page
