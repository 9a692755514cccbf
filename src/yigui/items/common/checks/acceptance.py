"""Checks of every acceptance: channel, window, outlet, materials, one case at a time, time windows."""

from collections.abc import Iterator
from dataclasses import replace

from yigui.casework.findings import Finding, Level
from yigui.casework.handlers import handler_of
from yigui.casework.queries import blocking_case, way_past
from yigui.casework.who_may import why_not_here
from yigui.catalogue.declarations import catalogue
from yigui.common.months import format_period
from yigui.entitlement.kin import kinship
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.checks import check
from yigui.items.common.checks.identity import is_number_wrong
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts


@check("channel_open")
def channel_open(facts: Facts) -> Iterator[Finding]:
    """The channel is listed for the item."""
    if facts.channel not in facts.item.channels:
        names = "、".join(catalogue().channels[c] for c in facts.item.channels)
        yield facts.refuse("channel_open", f"本事项可通过：{names}。")


@check("special_window")
def special_window(facts: Facts) -> Iterator[Finding]:
    """At the counter, nothing is taken at a closed desk, and special business only at the special-business window (R029)."""
    reason = why_not_here(facts.application.operator, facts.item, facts.channel, facts.today)
    if reason is not None and reason.code == "special_desk":
        detail = "请为来人取特殊业务窗口的号，并在本页上方把已填内容转交该窗口，来人不必重填。"
        yield Finding("special_window", reason.sentence, detail=detail)
    elif reason is not None:
        yield Finding("desk_open", reason.sentence, detail="已填内容已存为草稿，分配柜台后可继续提交。")


@check("not_oneself")
def not_oneself(facts: Facts) -> Iterator[Finding]:
    """Nobody accepts their own business, or that of their kin, declared or as the registry knows them (回避, R309)."""
    operator = facts.application.operator
    if facts.person is not None and (words := kinship(operator, facts.person)):
        yield Finding("not_oneself", f"不能受理{words}的业务，请交由其他人员办理（回避）。")


@check("outlet_authorised")
def outlet_authorised(facts: Facts) -> Iterator[Finding]:
    """At a bank outlet, the outlet's class allows the item."""
    if facts.channel == "bank_outlet" and facts.application.outlet_class not in facts.item.outlet_classes:
        yield facts.refuse("outlet_authorised", f"开放的网点类别：{'、'.join(facts.item.outlet_classes) or '无'}。")


@check("materials_complete")
def materials_complete(facts: Facts) -> Iterator[Finding]:
    """Every required material is present or has been shared by its department; one full list of what is missing.

    A paper whose department does not answer now is waited for; whoever has it in hand need not wait.
    """
    missing, waiting = missing_materials(facts)
    if missing:
        names = "、".join(catalogue().materials[code].name for code in missing)
        yield replace(facts.refuse("materials_complete", f"缺：{names}。"), lacks=tuple(missing))
    if waiting:
        names = "、".join(catalogue().materials[code].name for code in waiting)
        yield Finding("materials_complete", f"有关部门暂未应答：{names}。", Level.WAIT, "可以现在提供该材料，或提交后等待核验。")


def missing_materials(facts: Facts) -> tuple[list[str], list[str]]:
    """Codes of the papers that are not there, and of those whose department does not answer now."""
    missing, waiting = [], []
    for code in handler_of(facts.item).materials_needed(facts):
        if code == "employment_registration" and is_number_wrong(facts):
            # Looked up by a number that cannot be one; the number is refused.
            continue
        shared = True if code in facts.given else _stands_in(facts, code)
        if shared is None:
            waiting.append(code)
        elif not shared:
            missing.append(code)
    return missing, waiting


def _stands_in(facts: Facts, material: str) -> bool | None:
    """Whether a department's data stands in for a paper; None when it does not answer now."""
    if material == "employment_registration":
        if isinstance(facts, CoverageFacts) and (work := facts.works_here) is not None:
            facts.shared[material] = f"本单位在册职工，用工关系自 {format_period(work.start_period)} 起未终止"
            return True
        if facts.registration is None:
            return None if facts.partners.is_unanswered(material) else False
        facts.shared[material] = f"公共就业服务中心，{facts.registration.registered_on} 备案"
        return True
    if material == "death_certificate" and isinstance(facts, BenefitFacts) and facts.death is not None:
        # What partners have sent us is on file: nobody is asked for it again.
        facts.shared[material] = f"共享的死亡信息，死亡日期 {facts.death.died_on}"
        return True
    credit_code = facts.get("credit_code") or (facts.employer.credit_code if facts.employer else "")
    return facts.partners.share(material, number=facts.get("id_number") or "", credit_code=credit_code)


@check("no_open_case")
def no_open_case(facts: Facts) -> Iterator[Finding]:
    """The same subject has no unfinished case of this item; the acceptance asks again under its lock."""
    subject = handler_of(facts.item).subject(facts)
    other = blocking_case(subject.key, facts.item.code, own=facts.application.case_id or 0)
    if other is not None:
        yield facts.refuse("no_open_case", way_past(other))


@check("counter_window")
def counter_window(facts: Facts) -> Iterator[Finding]:
    """At the counter the change is accepted only on days 1 to 15 of the month."""
    if not facts.intake.is_open:
        yield facts.refuse("counter_window", f"今天是 {facts.today.month} 月 {facts.today.day} 日。")


@check("period_assigned")
def period_assigned(facts: Facts) -> Iterator[Finding]:
    """The settlement period is the one the window assigns; on self-service from day 16 the person agrees to the next."""
    if facts["settle_period"] is not None and facts["settle_period"] != facts.period:
        yield Finding(
            "period_assigned",
            f"做账期号应为 {format_period(facts.period)}。",
            detail=f"填写的是 {format_period(facts['settle_period'])}，请改正后提交。",
            field="settle_period",
        )
    elif facts.intake.is_shifted:
        yield facts.remind("period_assigned", f"本次业务计入 {format_period(facts.period)}。", field="settle_period")
