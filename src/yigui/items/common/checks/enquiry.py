"""Checks of enquiries."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.models import Case
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts

_OWN = ("id_card", "social_card")


@check("query_right")
def query_right(facts: Facts) -> Iterator[Finding]:
    """The enquirer is the person (own card seen), the unit itself, or holds an authorisation.

    A progress enquiry by case number alone shows no personal data and needs none of them. Whoever signed in by themselves
    is who they are, and the form can name nobody else (`casework.outside_acceptance`).
    """
    if facts.application.login is not None or facts.application.applicant is not None:
        return
    asks_for_person = bool(facts["id_number"]) or facts.item.code != "ENQ-006"
    if not asks_for_person and not facts["unit_no"]:
        return
    if not any(code in facts.given for code in (*_OWN, "power_of_attorney", "agent_id_card")):
        yield facts.refuse("query_right", "本人查询请核验身份证或社会保障卡原件；代查请收取授权委托书和代办人证件。")
    elif not any(code in facts.given for code in _OWN) and not {"power_of_attorney", "agent_id_card"} <= facts.given.keys():
        yield facts.refuse("query_right", "代查须同时有授权委托书和代办人身份证件。")


@check("case_found")
def case_found(facts: Facts) -> Iterator[Finding]:
    """The case number exists; or, without one, the person or unit has been given."""
    number = facts["case_no"]
    if number and not Case.objects.filter(case_no=number).exists():
        yield facts.refuse("case_found", f"录入的编号：{number}，请核对回执。", field="case_no")
    elif not (number or facts["id_number"] or facts["unit_no"]):
        yield Finding("case_found", "请填写办件编号、社会保障号码、单位编号中的一项。", field="case_no")
