"""Certification of a pensioner (领取养老金资格认证)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import add_months, format_period
from yigui.entitlement.award import certify
from yigui.entitlement.enums import CertifyWay
from yigui.entitlement.queries import assisted_task_of, certified_until, due_between
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.checks.benefit import SELF_SERVICE
from yigui.items.common.facts import Facts

#: The way of the form (certify_way) as a certification keeps it.
_WAY = {
    "01": CertifyWay.DATA, "02": CertifyWay.MOBILE, "03": CertifyWay.KIOSK, "04": CertifyWay.OUTLET, "05": CertifyWay.COUNTER,
    "06": CertifyWay.ASSISTED, "07": CertifyWay.ASSISTED, "08": CertifyWay.ASSISTED,
}  # fmt: skip


@item("CRT-001")
class BenefitCertification(Item):
    """Records the yearly certification with its way; months held back for want of it follow with the next run.

    Where nobody sees the person, they take a picture of themselves, and two people compare it with the record (class 2).
    """

    optional_materials = ("photo",)

    def materials_needed(self, facts: Facts) -> list[str]:
        return [*super().materials_needed(facts), *(["photo"] if facts.channel in SELF_SERVICE else [])]

    def risk(self, facts: Facts) -> tuple[int, list[str]]:
        if facts.channel in SELF_SERVICE:
            return 2, ["自助认证，现场照片由人工比对"]
        return super().risk(facts)

    def amount_fen(self, facts: Facts) -> int | None:
        """What was held back for want of the certification, all months together; None where nothing was."""
        until = certified_until(facts.person.pk) if facts.person else 0
        if facts.benefit is None or until >= facts.period:
            return None
        start = max(add_months(until, 1) if until else facts.benefit.start_period, facts.benefit.start_period)
        return due_between(facts.benefit, start, facts.period)

    def preview(self, facts: Facts) -> list[PreviewLine]:
        until = certified_until(facts.person.pk) if facts.person else 0
        return [PreviewLine("认证有效期", f"至 {format_period(until)}" if until else "无", f"自 {facts.today} 起一年")]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        before = certified_until(person.pk)
        was_helped = assisted_task_of(person) is not None
        until = certify(person_id=person.pk, on=facts.today, way=_WAY[facts["certify_way"]], source_id=case.pk)
        notes = ["请在有效期届满前再次认证，数据比对成功的无须办理。"]
        if before < facts.period:
            notes.append("因逾期未认证未发的月份，随下一批次补发。")
        if was_helped:
            notes.append("协助认证任务同时办结。")
        return Outcome(
            summary=f"{person.name} 的领取资格认证已通过，有效至 {format_period(until)}。",
            facts=[("个人编号", person.person_no), ("认证日期", str(facts.today)), ("有效至", format_period(until))],
            notes=notes,
        )  # fmt: skip
