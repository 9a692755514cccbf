"""What was asked at hand-in stands before everybody who decides: the question, the answer, and who gave it."""

import json
from typing import Any

import pytest

from tests import city
from tests.city import application
from tests.entitlement.people import carry, next_retiring, prereview_form
from tests.entitlement.test_dossier import PAPERS, day_of
from tests.pages import page_of, signed_in, submitted, text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application
from yigui.casework.decide_step import claim_step
from yigui.casework.enums import Verb
from yigui.casework.errors import NotConfirmed
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.questions import questions_of
from yigui.casework.verify import finished_cases

KEY = "dossier_complete.average_index"
REASON = "手册原件载明 3.2，军转干部按实际工资计算"


def unlikely(**more: Any) -> Application:
    """A pre-review with an index above the cap of the base."""
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), average_index="3.2", evidence="养老保险手册 川字 0077 号")
    return application("PEN-001", form, username="teller", materials=PAPERS, **more)


def test_a_question_that_asks_for_a_reason_is_not_answered_by_a_yes() -> None:
    with pytest.raises(NotConfirmed, match="平均工资的 3 倍"):
        accept_case(unlikely())
    for said in ({}, {KEY: "是"}, {"dossier_complete.supplement_percent": REASON}):
        with pytest.raises(NotConfirmed, match="须写明理由"):
            accept_case(unlikely(confirmed=("dossier_complete",), reasons=said))
    with pytest.raises(NotConfirmed):
        accept_case(unlikely(reasons={KEY: REASON}))
    assert accept_case(unlikely(confirmed=("dossier_complete",), reasons={KEY: REASON})).status == "open"


def test_the_reviewer_and_the_rechecker_read_the_question_its_answer_and_whose_it_is_above_the_decision() -> None:
    case = accept_case(unlikely(confirmed=("dossier_complete",), reasons={KEY: f" {REASON} "}))
    for username in ("reviewer", "rechecker"):
        client = signed_in(username)
        before = page_of(client.get(f"/cases/{case.case_no}/"))
        # Before the step is theirs: that there is something, and not what.
        assert "提交时的核查提示 1 项" in before
        assert REASON not in before
        step = current_step(case)
        assert step is not None
        claim_step(case_id=case.pk, step_id=step.pk, actor=city.user(username))
        page = page_of(client.get(f"/cases/{case.case_no}/"))
        card = page[page.index('id="questions"') : page.index('id="pass"')]
        assert ("平均工资的 3 倍" in card, REASON in card, city.user("teller").full_name in card) == (True, True, True)
        case = city.decide(case, username)
    case = carry(case)
    document = case.document
    assert case.status == "finished"
    assert document is not None
    (asked,) = [s for s in document.content["sections"] if s["title"] == "提交时的核查提示及答复"]
    assert asked["rows"][0][1:] == [REASON, city.user("teller").full_name]
    assert "提交时的核查提示 1 项已确认" in case.result.summary


def test_nothing_was_asked_and_nothing_is_said_of_it() -> None:
    case = accept_case(application("PEN-001", _plain(), username="teller", materials=PAPERS))
    assert questions_of(case) == []
    assert "核查提示" not in page_of(signed_in("reviewer").get(f"/cases/{case.case_no}/"))
    case = carry(case)
    assert "核查提示" not in json.dumps([case.outcome, case.document.content], ensure_ascii=False)  # type: ignore[union-attr]


def _plain() -> dict[str, Any]:
    person, month = next_retiring()
    return prereview_form(person, day_of(month))


def test_a_yes_is_kept_with_the_name_of_whoever_gave_it() -> None:
    case = city.accept_class1()
    assert case.findings
    assert {(q.answer, q.by) for q in questions_of(case)} == {("已确认", city.user("special").full_name)}
    # A case accepted before names were kept is answered for by its handler.
    older = city.past_the_guards(case, findings=[{k: v for k, v in f.items() if k not in ("answer", "by")} for f in case.findings])
    assert {(q.answer, q.by) for q in questions_of(older)} == {("已确认", city.user("special").full_name)}


def test_an_answer_changed_behind_the_programs_back_is_named() -> None:
    case = accept_case(unlikely(confirmed=("dossier_complete",), reasons={KEY: REASON}))
    where = f"casework_case id={case.pk}"
    assert not [s for s in finished_cases("default") if where in s]
    changed = [f | {"answer": "已核对无误"} for f in case.findings]
    before = case.findings
    city.past_the_guards(case, findings=changed)
    assert [s for s in finished_cases("default") if where in s and "核查提示" in s]
    city.past_the_guards(case, findings=before)
    assert not [s for s in finished_cases("default") if where in s]


def test_the_counter_asks_for_the_reason_keeps_it_when_refused_and_says_nothing_that_nobody_ticked() -> None:
    typed = unlikely()
    client = signed_in("teller")
    url = client.post("/counter/drafts/", {"item": "PEN-001"})["Location"]
    client.post(f"{url}answers/", typed.form)
    for code in PAPERS:
        client.post(f"{url}materials/", {"code": code, "source": "seen"})
    page = page_of(client.get(f"{url}answers/"))
    assert "平均工资的 3 倍" in page
    assert f'name="reason.{KEY}"' in page
    assert "勾选表示：已向来人说明并由其确认" in page
    assert "checked" not in page
    refused = submitted(client, url, confirmed=["dossier_complete"], **{f"reason.{KEY}": "手册"})
    assert refused.status_code == 422
    assert 'value="手册"' in text_of(refused)
    assert "须写明理由" in text_of(refused)
    answer = submitted(client, url, confirmed=["dossier_complete"], **{f"reason.{KEY}": REASON})
    assert answer.status_code == 302, text_of(answer)
    case = Case.objects.get(case_no=answer["Location"].rstrip("/").rsplit("/", 1)[1])
    assert [q.answer for q in questions_of(case)] == [REASON]
    event = case.events.get(verb=Verb.ACCEPT)
    assert event.payload["confirmed"] == ["dossier_complete"]
