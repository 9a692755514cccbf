"""Certification of a pensioner (领取养老金资格认证)."""

from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Offer, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import format_period, period_of
from yigui.entitlement.award import certify
from yigui.entitlement.enums import CertifyWay
from yigui.entitlement.queries import assisted_task_of, certified_until
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known

#: Doors nobody sits at: the person takes a picture of themselves, and people compare it.
SELF_SERVICE = frozenset({"mobile", "online", "kiosk"})

#: How a certification is made at each door (certify_way): by phone, at the kiosk, at an outlet; in person at the counter.
_CERTIFY_WAY = {"mobile": "02", "online": "02", "kiosk": "03", "bank_outlet": "04"}
#: The way of the form (certify_way) as a certification keeps it.
_WAY = {
    "01": CertifyWay.DATA, "02": CertifyWay.MOBILE, "03": CertifyWay.KIOSK, "04": CertifyWay.OUTLET, "05": CertifyWay.COUNTER,
    "06": CertifyWay.ASSISTED, "07": CertifyWay.ASSISTED, "08": CertifyWay.ASSISTED,
}  # fmt: skip


@item("CRT-001")
class BenefitCertification(BenefitItem[BenefitFacts]):
    """Records the yearly certification with its way; months held back for want of it follow with the next run.

    Where nobody sees the person, they take a picture of themselves, and two people compare it with the record (class 2).
    """

    writes = ("benefits_assisted_task", "benefits_certification")
    offered_for = Offer.CERTIFY
    optional_materials = ("photo",)

    def prefill(self, known: Known) -> dict[str, Any]:
        """Alive, and seen as the door sees people: in person at the counter."""
        values = super().prefill(known)
        return values | {"survival_status": "01", "certify_way": _CERTIFY_WAY.get(known.channel, "05")} if known.person else values

    def materials_needed(self, facts: BenefitFacts) -> list[str]:
        return [*super().materials_needed(facts), *(["photo"] if facts.channel in SELF_SERVICE else [])]

    def risk(self, facts: BenefitFacts) -> tuple[int, list[str]]:
        if facts.channel in SELF_SERVICE:
            return 2, ["自助认证，现场照片由人工比对"]
        return super().risk(facts)

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """What was held back for want of the certification, all months together; None where nothing was."""
        return facts.uncertified_fen

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        until = certified_until(facts.person.pk) if facts.person else 0
        return [PreviewLine("认证有效期", f"至 {format_period(until)}" if until else "无", f"自 {facts.today} 起一年")]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        before = certified_until(person.pk)
        was_helped = assisted_task_of(person) is not None
        until = certify(person_id=person.pk, on=facts.today, way=_WAY[facts["certify_way"]], source_id=case.pk)
        notes = ["请在有效期届满前再次认证，数据比对成功的无须办理。"]
        if before < facts.period:
            notes.append("因逾期未认证未发的月份列入补发批次（次日生成；有支付计划待执行的，随该计划），经三人审批后发放。")
        if was_helped:
            notes.append("协助认证任务同时办结。")
        return Outcome(
            summary=f"{person.name} 的领取资格认证已通过，有效至 {format_period(until)}。",
            lines=[("个人编号", person.person_no), ("认证日期", str(facts.today)), ("有效至", format_period(until))],
            notes=notes,
        )  # fmt: skip


@check("face_match")
def face_match(facts: Facts) -> Iterator[Finding]:
    """Somebody has seen the person: the card at the counter, the face by device; a person who is not alive is not certified."""
    if facts["survival_status"] not in (None, "01"):
        yield Finding("face_match", "生存状态不是“健在”，不能认证；死亡的请办理遗属待遇或注销。", field="survival_status")
    elif "id_card" not in facts.given:
        yield facts.refuse("face_match", "请核验本人身份证原件。")
    elif facts.channel in SELF_SERVICE and facts.given.get("photo") != "scanned":
        yield facts.refuse("face_match", "请现场拍摄一张本人正面照片。")


@check("due_window")
def due_window(facts: Facts) -> Iterator[Finding]:
    """A certification within its term is said to be done already; it may still be renewed."""
    until = certified_until(facts.person.pk) if facts.person else 0
    if until > period_of(facts.today) + 1:
        yield facts.remind("due_window", f"现有认证有效至 {format_period(until)}。")
