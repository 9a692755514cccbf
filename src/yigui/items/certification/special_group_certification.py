"""Assisted certification of special groups (特殊人群协助认证)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.entitlement.models import AssistedTask
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.facts import Facts
from yigui.registry.queries import due_after

#: Working days in which somebody has been there.
_WORKING_DAYS = 15


@item("CRT-002")
class AssistedCertification(Item):
    """Makes a task for somebody who cannot come; the benefit is not held while it is open."""

    optional_materials = ("outside_residence_proof", "diagnosis_certificate")

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return [PreviewLine("协助认证任务", "", f"{reason_label('assist_way', facts['assist_way'])}，办结前待遇不停发")]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        due = due_after(facts.today, _WORKING_DAYS)
        AssistedTask.objects.create(
            person=person, group_kind=facts["group_kind"], assist_way=facts["assist_way"], address=facts["address"],
            contact=f"{facts['contact_name']} {facts['phone']}"[:100], opened_on=facts.today, due_on=due.day, case_id=case.pk,
        )  # fmt: skip
        way = reason_label("assist_way", facts["assist_way"])
        return Outcome(
            summary=f"{person.name} 的协助认证已受理，方式为{way}，{due.day} 前完成。",
            facts=[("个人编号", person.person_no), ("人群", reason_label("group_kind", facts["group_kind"])), ("方式", way)],
            notes=["任务办结前待遇照常发放；见到本人并留存影像后，以资格认证（CRT-001）记录结果。"],
        )  # fmt: skip
