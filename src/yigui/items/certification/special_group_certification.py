"""Assisted certification of special groups (特殊人群协助认证)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.entitlement.certification import open_assisted_task
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import age_on
from yigui.registry.queries import due_after


@item("CRT-002")
class AssistedCertification(BenefitItem[BenefitFacts]):
    """Makes a task for somebody who cannot come; the benefit is not held while it is open."""

    writes = ("benefits_assisted_task",)
    optional_materials = ("outside_residence_proof", "diagnosis_certificate")

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """What was held back for want of a certification: nothing is, as long as the task is open."""
        return facts.uncertified_fen

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        return [PreviewLine("协助认证任务", "", f"{reason_label('assist_way', facts['assist_way'])}，办结前待遇不停发")]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        due = due_after(facts.today, facts.condition("assisted_visit_working_days"))
        open_assisted_task(
            person=person, group_kind=facts["group_kind"], assist_way=facts["assist_way"], address=facts["address"],
            contact=f"{facts['contact_name']} {facts['phone']}", opened_on=facts.today, due_on=due.day, case_id=case.pk,
        )  # fmt: skip
        way = reason_label("assist_way", facts["assist_way"])
        return Outcome(
            summary=f"{person.name} 的协助认证已受理，方式为{way}，{due.day} 前完成。",
            lines=[("个人编号", person.person_no), ("人群", reason_label("group_kind", facts["group_kind"])), ("方式", way)],
            notes=["任务办结前待遇照常发放；见到本人并留存影像后，以资格认证（CRT-001）记录结果。"],
        )  # fmt: skip


@check("group_fits")
def group_fits(facts: Facts) -> Iterator[Finding]:
    """Age, place or health data support the group."""
    group, person = facts["group_kind"], facts.person
    if person is None:
        return
    old_age = facts.condition("old_age_years")
    if group == "03" and age_on(person.born_on, facts.today) < old_age:
        yield facts.refuse("group_fits", f"高龄指年满 {old_age} 周岁。", field="group_kind")
    if group == "01" and "diagnosis_certificate" not in facts.given:
        yield facts.refuse("group_fits", "患病卧床须收取诊断证明。", field="group_kind")
    if group == "02" and "outside_residence_proof" not in facts.given:
        yield facts.refuse("group_fits", "异地居住须收取居住证明。", field="group_kind")


@check("evidence_of_life")
def evidence_of_life(facts: Facts) -> Iterator[Finding]:
    """How the person will be reached is known; the evidence itself is filed when the task is done."""
    if not facts["address"] or not facts["phone"]:
        yield facts.refuse("evidence_of_life", "请填写地址和联系电话。", field="address")
