"""What is asked before a deed that cannot be undone: what, whose, how much; nothing is done before the answer, and the answer takes along what was typed."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.test.html import Element, parse_html

from tests import city, money
from tests.casework.test_returned_cases import Point, send_back
from tests.conftest import TODAY
from tests.pages import page_of, signed_in, text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as unit_signed_in
from tests.staff.test_rights import applied
from yigui.casework.drafts import open_draft
from yigui.casework.models import Case, Draft, SamplingRule
from yigui.casework.queries import current_step
from yigui.casework.sampling import add_sampling_rule
from yigui.common.identifiers import mask_name
from yigui.common.money import format_fen
from yigui.runs.batches import approve_batch
from yigui.runs.models import Batch
from yigui.staff.models import RightsRequest

DIALOG = {"X-Dialog": "1"}


def _elements(tree: Any) -> list[Element]:
    found = [child for child in tree.children if isinstance(child, Element)]
    return found + [e for child in found for e in _elements(child)]


def asked(client: Client, url: str, **typed: str) -> str:
    """The question that a form is answered with; nothing else is on it but what the deed is about."""
    page = page_of(client.post(f"{url}?ask", typed, headers=DIALOG))
    assert page.startswith('<dialog class="sure"')
    assert 'id="sure-warning"' in page
    # Without a script the same stands on a page, with the frame of its door.
    whole = page_of(client.post(f"{url}?ask", typed))
    assert "<title>" in whole
    assert 'id="sure-warning"' in whole
    return page


def answered(client: Client, page: str) -> Any:
    """What the form of a question does, sent as it stands."""
    form = next(e for e in _elements(parse_html(f"<div>{page}</div>")) if e.name == "form")
    fields = [dict(e.attributes) for e in _elements(form) if e.name == "input"]
    url = dict(form.attributes)["action"]
    assert "ask" not in url
    return client.post(url, {f["name"]: f.get("value", "") for f in fields})


def test_executing_a_batch_repeats_which_and_how_much() -> None:
    batch = money.plan(202611, "511102")
    client, url = signed_in("head"), f"/finance/batches/{batch.pk}/execute/"
    # One that may not be executed yet is refused by the deed, not asked about.
    assert client.post(f"{url}?ask").status_code == 302
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    assert f'action="{url}?ask"' in page_of(client.get(f"/finance/batches/{batch.pk}/"))
    page = asked(client, url)
    assert f"执行第 {batch.pk} 号批次？" in page
    for words in (f"{format_fen(batch.total_fen)} 元", f"{batch.row_count:,} 行", city.user("director").full_name, "不能撤销"):
        assert words in page, words
    assert Batch.objects.get(pk=batch.pk).status == "approved"
    answered(client, page)
    assert Batch.objects.get(pk=batch.pk).status == "executed"


def test_voiding_repeats_the_reason_and_without_one_is_refused_at_once() -> None:
    batch = money.plan(202610, "511181")
    client, url = signed_in("head"), f"/finance/batches/{batch.pk}/void/"
    assert "作废的原因" in text_of(client.post(f"{url}?ask", {"reason": " "}, follow=True))
    page = asked(client, url, reason="数据有误，重新核对")
    assert "数据有误，重新核对" in page
    answered(client, page)
    assert Batch.objects.get(pk=batch.pk).void_reason == "数据有误，重新核对"


def test_declining_names_the_item_the_applicant_and_the_reason() -> None:
    case = city.accept_class2()
    step, client = current_step(case), signed_in("reviewer")
    assert step is not None
    client.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    url = f"/cases/{case.case_no}/decide/"
    assert f'formaction="{url}?ask"' in page_of(client.get(f"/cases/{case.case_no}/"))
    typed = {"step": str(step.pk), "verdict": "declined"}
    # What is missing is said at once, at the place where it is missing.
    assert "不予办理须写明原因" in text_of(client.post(f"{url}?ask", typed | {"opinion": " "}))
    page = asked(client, url, **typed, opinion="证照“已注销”")
    for words in (case.case_no, case.item_name, case.subject_name, "证照“已注销”", "不能恢复"):
        assert words in page, words
    assert Case.objects.get(pk=case.pk).status == "open"
    answered(client, page)
    case = Case.objects.get(pk=case.pk)
    assert case.status == "declined"
    assert "证照“已注销”" in page_of(client.get(f"/cases/{case.case_no}/"))


def test_who_may_not_is_refused_and_not_asked() -> None:
    case = city.accept_class2()
    step = current_step(case)
    assert step is not None
    typed = {"step": str(step.pk), "verdict": "declined", "opinion": "不符合条件"}
    answer = signed_in("reviewer2").post(f"/cases/{case.case_no}/decide/?ask", typed, headers=DIALOG)
    assert "sure-title" not in text_of(answer) or Case.objects.get(pk=case.pk).status == "open"
    answer = signed_in("auditor").post(f"/cases/{case.case_no}/decide/?ask", typed, headers=DIALOG)
    assert answer.status_code == 403
    assert "sure-title" not in text_of(answer)


def test_a_case_that_is_not_corrected_is_declined_after_a_question() -> None:
    case = city.accept_class2()
    send_back(case, Point("wrong", field="address", note="与证照不符"))
    client = signed_in("head")
    page = asked(client, f"/cases/{case.case_no}/decline/", opinion="逾期未补正")
    assert "逾期未补正" in page
    answered(client, page)
    assert Case.objects.get(pk=case.pk).status == "declined"


def test_the_money_a_case_sets_free_is_repeated() -> None:
    case = city.past_the_guards(city.accept_class2(), amount_fen=1_234_567)
    page = asked(signed_in("teller"), f"/cases/{case.case_no}/withdraw/", opinion="申请人不办了")
    assert page.count("12,345.67 元") == 2
    answered(signed_in("teller"), page)
    assert Case.objects.get(pk=case.pk).status == "withdrawn"


def test_an_applicant_is_asked_at_their_own_door() -> None:
    mine = city.next_employee()
    login = login_of(mine.employer)
    client = unit_signed_in(login)
    case = city.past_the_guards(city.accept_class2(), employer_id=mine.employer_id, login_id=login.pk, channel="online")
    url = f"/unit/cases/{case.case_no}/withdraw/"
    assert f'action="{url}?ask"' in page_of(client.get(f"/unit/cases/{case.case_no}/"))
    page = asked(client, url, reason="单位不办了")
    assert "单位不办了" in page
    answered(client, page)
    assert Case.objects.get(pk=case.pk).status == "withdrawn"


def test_a_draft_is_thrown_away_after_its_subject_was_named() -> None:
    person = city.next_person()
    draft = open_draft(user=city.user("teller"), item_code="CHG-003", form={}, person=person)
    client, url = signed_in("teller"), f"/counter/drafts/{draft.token}/drop/"
    assert f'action="{url}?ask"' in page_of(client.get(f"/counter/drafts/{draft.token}/"))
    page = asked(client, url)
    assert mask_name(person.name) in page
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert answered(client, page).status_code == 302
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_what_one_has_asked_for_is_taken_back_after_it_was_named() -> None:
    user = city.new_user("rechecker", full_name="甄复核", password="Ein-Passwort-9")
    request = applied(user)
    client, url = signed_in("head"), f"/rights/{request.pk}/take-back/"
    assert f'action="{url}?ask"' in page_of(client.get("/rights/"))
    page = asked(client, url)
    for words in ("甄复核", "复核", request.scope_text, "工作需要"):
        assert words in page, words
    assert RightsRequest.objects.get(pk=request.pk).status == "applied"
    # Somebody else's is refused by the deed.
    assert "sure-title" not in text_of(signed_in("director").post(f"{url}?ask"))
    answered(client, page)
    assert RightsRequest.objects.get(pk=request.pk).status == "taken_back"


def test_a_rule_and_an_account_are_stopped_after_they_were_named() -> None:
    add_sampling_rule(
        actor=city.user("auditor"),
        rule=SamplingRule(
            item_group="REG", share=Decimal("0.05"), to_class=2, reason="内控计划抽查", valid_from=TODAY, set_by=city.user("auditor"),
            valid_to=TODAY + dt.timedelta(days=30),
        ),
    )  # fmt: skip
    client = signed_in("auditor")
    page = asked(client, "/sampling/", end=str(SamplingRule.objects.order_by("-pk")[0].pk))
    assert "5.00%" in page
    answered(client, page)
    assert SamplingRule.objects.order_by("-pk")[0].ended_at is not None
    user = city.new_user("reviewer", full_name="甄停用", password="Ein-Passwort-9")
    client = signed_in("sysadmin")
    page = asked(client, f"/accounts/{user.pk}/", verb="switch-off", switch_reason="长期外出学习")
    assert "甄停用" in page
    assert "长期外出学习" in page
    answered(client, page)
    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.parametrize("url", ["/finance/batches/1/execute/", "/sampling/", "/accounts/1/"])
def test_a_get_asks_nothing(url: str) -> None:
    assert "sure-title" not in text_of(signed_in("head").get(f"{url}?ask"))
