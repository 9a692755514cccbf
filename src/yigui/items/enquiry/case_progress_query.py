"""Query of the progress and result of a case (办件进度与结果查询)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, Subject, key_of_person
from yigui.casework.models import Case
from yigui.casework.progress import progress_of
from yigui.items.common.base import ItemHandler, item
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.enquiry.checks import query_right

_CASES_MAX = 20


@item("ENQ-006")
class CaseProgressQuery(ItemHandler[Facts]):
    """Shows step, post in charge, due date and result; never who the person is nor what was asked for."""

    optional_materials = ("power_of_attorney", "agent_id_card")

    def subject(self, facts: Facts) -> Subject:
        area = facts.application.operator.agency.area_id
        if facts.person is not None:
            return Subject(key_of_person(facts.person.id_number), facts.person.name, facts.person.area_id, person=facts.person)
        if facts.employer is not None:
            return Subject(f"employer:{facts.employer.pk}", facts.employer.name, facts.employer.area_id, employer=facts.employer)
        return Subject(f"case:{facts['case_no']}", facts["case_no"] or "", area)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        cases = Case.objects.exclude(pk=case.pk).exclude(item_code__startswith="ENQ-").order_by("-id")
        if facts["case_no"]:
            found = list(Case.objects.filter(case_no=facts["case_no"]))
        elif facts.person is not None:
            found = list(cases.filter(person=facts.person)[:_CASES_MAX])
        else:
            found = list(cases.filter(employer=facts.employer)[:_CASES_MAX]) if facts.employer else []
        rows = [progress_of(c, facts.today) for c in found]
        return Outcome(
            summary=f"查询到办件 {len(rows)} 件。" if rows else "没有查询到办件。",
            sections=[
                {
                    "title": "办理进度",
                    "head": ["办件编号", "事项", "状态", "当前环节（岗位）", "承诺办结日期"],
                    "rows": [[r.case_no, r.item_name, r.status, r.step, r.due] for r in rows],
                }
            ]
            if rows
            else [],
        )


@check("query_right", of="ENQ-006")
def progress_right(facts: Facts) -> Iterator[Finding]:
    """As for other enquiries; a case number alone shows no personal data and needs no paper."""
    if facts["id_number"] or facts["unit_no"]:
        yield from query_right(facts)


@check("case_found")
def case_found(facts: Facts) -> Iterator[Finding]:
    """The case number exists; or, without one, the person or unit has been given."""
    number = facts["case_no"]
    if number and not Case.objects.filter(case_no=number).exists():
        yield facts.refuse("case_found", f"录入的编号：{number}，请核对回执。", field="case_no")
    elif not (number or facts["id_number"] or facts["unit_no"]):
        yield Finding("case_found", "请填写办件编号、社会保障号码、单位编号中的一项。", field="case_no")
