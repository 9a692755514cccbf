"""A deed on a case that is refused shows its page again, with the sentence and what was typed; a return says what to correct."""

from django.test import Client

from tests import city
from tests.pages import signed_in, text_of
from yigui.casework.models import Case, ReturnPoint, Step
from yigui.casework.queries import current_step
from yigui.casework.withdraw_case import withdraw_case


def claimed() -> tuple[Client, Case, Step]:
    case = city.accept_class2()
    step = current_step(case)
    assert step is not None
    client = signed_in("reviewer")
    client.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    return client, case, step


def decide(client: Client, case: Case, step: Step, verdict: str, **more: str) -> tuple[int, str]:
    answer = client.post(f"/cases/{case.case_no}/decide/", {"step": step.pk, "verdict": verdict, **more})
    return answer.status_code, text_of(answer)


def test_declining_without_an_opinion_shows_the_case_with_the_sentence() -> None:
    client, case, step = claimed()
    status, page = decide(client, case, step, "declined")
    assert (status, "不予办理须写明原因" in page, 'id="opinion"' in page) == (422, True, True)
    assert Case.objects.get(pk=case.pk).status == "open"


def test_a_return_that_names_nothing_keeps_the_opinion() -> None:
    client, case, step = claimed()
    status, page = decide(client, case, step, "returned", opinion="执照照片第二页看不清")
    assert (status, "须逐项指明" in page, "执照照片第二页看不清</textarea>" in page) == (422, True, True)


def test_another_reason_without_a_note_tells_nothing_and_is_refused() -> None:
    client, case, step = claimed()
    status, page = decide(client, case, step, "returned", **{"material:business_licence": "other", "material:id_card": "unclear"})
    assert status == 422
    assert "材料“营业执照或统一社会信用代码证照”的退回原因为“其他”，须在说明中写明" in page
    assert '<option value="other" selected>' in page
    assert not ReturnPoint.objects.filter(case=case).exists()


def test_a_note_without_a_reason_is_refused_and_not_left_out() -> None:
    client, case, step = claimed()
    typed = {"field:unit_name": "", "note:field:unit_name": "少一个字", "material:business_licence": "unclear"}
    status, page = decide(client, case, step, "returned", **typed)
    assert (status, "没有选择退回原因" in page, 'value="少一个字"' in page) == (422, True, True)
    assert not ReturnPoint.objects.filter(case=case).exists()
    status, _ = decide(client, case, step, "returned", **typed | {"field:unit_name": "wrong"})
    assert status == 302
    assert ReturnPoint.objects.filter(case=case).count() == 2


def test_who_decides_a_case_withdrawn_meanwhile_sees_how_it_stands() -> None:
    client, case, step = claimed()
    withdraw_case(case_id=case.pk, actor=city.user("teller"), note="不办了", today=city.TODAY)
    status, page = decide(client, case, step, "passed", opinion="同意")
    assert status == 409
    assert ('id="refused"' in page, "已撤回" in page) == (True, True)


def test_who_may_not_is_refused_and_led_back_to_the_case() -> None:
    case = city.accept_class2()
    answer = signed_in("teller2").post(f"/cases/{case.case_no}/correct/")
    assert answer.status_code == 409
    assert 'id="refused"' in text_of(answer)
