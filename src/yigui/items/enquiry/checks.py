"""Checks that enquiries share."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts

_OWN = ("id_card", "social_card")


@check("query_right")
def query_right(facts: Facts) -> Iterator[Finding]:
    """The enquirer is the person (own card seen), the unit itself, or holds an authorisation.

    Whoever signed in by themselves is who they are, and the form can name nobody else (`casework.outside_acceptance`).
    """
    if facts.application.login is not None or facts.application.applicant is not None:
        return
    if not any(code in facts.given for code in (*_OWN, "power_of_attorney", "agent_id_card")):
        yield facts.refuse("query_right", "本人查询请核验身份证或社会保障卡原件；代查请收取授权委托书和代办人证件。")
    elif not any(code in facts.given for code in _OWN) and not {"power_of_attorney", "agent_id_card"} <= facts.given.keys():
        yield facts.refuse("query_right", "代查须同时有授权委托书和代办人身份证件。")
