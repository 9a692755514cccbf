"""Checks of benefits and of those who draw them."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.months import format_period
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.payment.queries import is_locked_for_pay
from yigui.registry.enums import AAE140, Insurance


@check("alive")
def alive(facts: BenefitFacts) -> Iterator[Finding]:
    """Neither our record nor shared data show the person as dead."""
    if facts.person is not None and facts.person.life_status == "02":
        yield facts.refuse("alive", field="id_number")
    elif facts.death is not None:
        yield facts.refuse("alive", f"死亡日期 {facts.death.died_on}。", field="id_number", source="死亡信息共享")


@check("appraisal_exists")
def appraisal_exists(facts: Facts) -> Iterator[Finding]:
    """A labour capacity conclusion is on file, not dated in the future."""
    if "labour_capacity_conclusion" not in facts.given:
        yield facts.refuse("appraisal_exists", field="appraisal_no")
    appraised_on = facts.get("appraisal_date")
    if appraised_on and appraised_on > facts.today:
        yield Finding("appraisal_exists", f"鉴定日期 {appraised_on} 晚于今天。", field="appraisal_date")


@check("no_duplicate_benefit")
def no_duplicate_benefit(facts: BenefitFacts) -> Iterator[Finding]:
    """No other benefit of the same kind is in payment."""
    benefit = facts.benefit
    if benefit is not None:
        paying = (BenefitStatus.ACTIVE, BenefitStatus.SUSPENDED)
        rows = Benefit.objects.filter(person=facts.person, kind=benefit.kind, status__in=paying)
        other = rows.exclude(pk=benefit.pk).order_by("id").first()
        if other is not None:
            yield facts.refuse("no_duplicate_benefit", f"{other.get_kind_display()}自 {format_period(other.start_period)} 起在发。")


def not_awarded_before(facts: Facts, *kinds: BenefitKind) -> Iterator[Finding]:
    """None of these one-off benefits was awarded before."""
    known = Benefit.objects.filter(person=facts.person, kind__in=kinds).order_by("id").first() if facts.person else None
    if known is not None:
        yield facts.refuse("no_duplicate_benefit", f"{known.get_kind_display()}已于 {format_period(known.start_period)} 核定。")


@check("is_pensioner")
def is_pensioner(facts: BenefitFacts) -> Iterator[Finding]:
    """The person receives a benefit of this kind: a pension, or an unemployment benefit where the item is about those too."""
    benefit = facts.benefit
    if benefit is None or (benefit.kind == BenefitKind.UNEMPLOYMENT and Insurance.UNEMPLOYMENT.value not in facts.item.insurances):
        yield facts.refuse("is_pensioner", field="id_number")
    elif (insurance := facts.get("insurance")) and benefit.insurance != AAE140.get(insurance):
        yield facts.refuse("is_pensioner", f"在领待遇：{benefit.get_kind_display()}。", field="insurance")


@check("freeze_before_pay")
def freeze_before_pay(facts: BenefitFacts) -> Iterator[Finding]:
    """A list of payments is made and not executed, or about to be made: who changes the account now is left out of it, and is paid into the new
    account with the next one; the applicant agrees to that."""
    benefit = facts.benefit
    if benefit is not None and is_locked_for_pay(benefit.area_id):
        yield facts.remind("freeze_before_pay", "发放批次已生成、尚未执行：变更账户后该批次不再向您发放，由下一批次发入新账户。")
    elif facts.intake.is_shifted:
        yield facts.remind("freeze_before_pay")


@check("retired_confirmed")
def retired_confirmed(facts: Facts) -> Iterator[Finding]:
    """The retirement has been approved."""
    if facts.person is None or not facts.person.is_retired:
        yield facts.refuse("retired_confirmed", "请先办理退休核定。", field="id_number")
