"""A pension assessed anew (养老待遇重新核定)."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.errors import YiguiError
from yigui.common.money import format_fen, parse_yuan, plain_fen
from yigui.common.months import format_period, months_of, period_of
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.award import add_award, owe_back
from yigui.entitlement.dossier import NONE
from yigui.entitlement.enums import AmountSource
from yigui.entitlement.models import Award, Benefit
from yigui.entitlement.queries import amount_at
from yigui.items.common.award import component_preview, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.pension.facts import PensionFacts
from yigui.law.pension import Assessment
from yigui.law.province import TITLES
from yigui.payment.queries import overpaid_since

_YEARS, _DEEMED, _INDEX, _ACCOUNT, _TITLES = "01", "02", "03", "04", "06"


#: Beyond these a new value is a slip of the hand, whatever the law: months of sixty years, an index, an account of ten million yuan.
_MONTHS_MAX = 720
_INDEX_MAX = 20
_ACCOUNT_FEN_MAX = 10**9


def _within(value: Decimal, most: int) -> Decimal:
    """A value from zero to a bound; ValueError for any other."""
    if not 0 <= value <= most:
        raise ValueError(value)
    return value


def _months(value: str) -> int:
    return int(_within(Decimal(int(value)), _MONTHS_MAX))


def _changed(inputs: dict[str, Any], what: str, value: str) -> dict[str, Any]:
    """The inputs of an award with one of them corrected; ValueError for a value that is none."""
    match what:
        case "01":
            return inputs | {"total_months": _months(value)}
        case "02":
            months = _months(value)
            more = months - inputs["deemed_months"]
            return inputs | {
                "deemed_months": months, "total_months": inputs["total_months"] + more,
                "pre_account_months": inputs["pre_account_months"] + more, "deemed_years": -(-months // 12),
            }  # fmt: skip
        case "03":
            return inputs | {"average_index": str(_within(Decimal(value), _INDEX_MAX)), "years": []}
        case "04":
            # What was corrected by hand is final: the interest published later is in it or is corrected again.
            kept = {key: old for key, old in inputs.items() if key != "account_since"}
            return kept | {"account_fen": int(_within(Decimal(parse_yuan(value)), _ACCOUNT_FEN_MAX))}
        case "06":
            return inputs | {"titles": sorted(titles_in(value))}
    raise ValueError(what)


def titles_in(text: str) -> frozenset[str]:
    """Titles by code or word, between commas; 无 for none. ValueError for a word that is none, and for nothing at all."""
    by_word = {word: code for code, word in TITLES.items()} | {code: code for code in TITLES}
    words = [w.strip() for w in text.replace("，", ",").replace("、", ",").split(",") if w.strip()]
    if words in (["无"], [NONE]):
        return frozenset()
    if not words or any(w not in by_word for w in words):
        raise ValueError(text)
    return frozenset(by_word[w] for w in words)


@item("PEN-009")
class PensionRecalculation(BenefitItem[PensionFacts]):
    """Makes the award again with the corrected value; both versions stay side by side, the difference is paid or claimed back."""

    writes = ("benefits_amount", "benefits_award")

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        return {"benefit_start": format_period(benefit.start_period)}

    def _found(self, facts: PensionFacts) -> tuple[Award, Assessment, dict[str, Any], bool]:
        benefit = facts.benefit
        award = benefit.awards.order_by("-version").first() if benefit else None
        if award is None:
            raise YiguiError("没有可重新核定的待遇。")
        try:
            inputs = _changed(award.inputs, facts["change_item"], (facts["new_value"] or "").strip())
        except (ValueError, InvalidOperation) as error:
            raise YiguiError(f"“新值”{facts['new_value']} 不适用于所选的变更项目，请核对。") from error
        assessment, made_from, is_provisional = reassess(inputs, facts.today)
        return award, assessment, made_from, is_provisional

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The difference of all months from the start to this one, paid later or asked back; one month's new standard at least."""
        if facts.benefit is None:
            return None
        award, assessment, *_ = self._found(facts)
        start = max(facts["benefit_start"] or facts.benefit.start_period, facts.benefit.start_period)
        months = months_of(start, max(start, period_of(facts.today)))
        return max(assessment.total_fen, abs(assessment.total_fen - award.total_fen) * len(months))

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        award, assessment, *_ = self._found(facts)
        return [
            PreviewLine("月标准", f"{format_fen(award.total_fen)} 元", f"{format_fen(assessment.total_fen)} 元"),
            *component_preview(assessment.components),
        ]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        award, assessment, inputs, is_provisional = self._found(facts)
        start = max(facts["benefit_start"], benefit.start_period)
        now = amount_at(benefit, start)
        add_award(
            benefit, start=start, components=assessment.components, inputs=inputs, source=AmountSource.RECALCULATION, source_id=case.pk,
            today=facts.today, base_year=inputs["base_year"], is_provisional=is_provisional, reason=facts["reason"],
            adjusted_fen=now.adjusted_fen if now else 0,
        )  # fmt: skip
        owe_back(benefit, start=start)
        follow_ups = []
        over = overpaid_since(benefit, start)
        if over:
            fen = sum(fen for _, fen in over)
            words = f"重核后月标准由 {format_fen(award.total_fen)} 元降为 {format_fen(assessment.total_fen)} 元，已多发 {len(over)} 个月。"
            form = {"start_month": format_period(over[0][0]), "end_month": format_period(over[-1][0]), "amount": plain_fen(fen)}
            follow_ups.append(FollowUp("recovery", words, fen, form={"FND-003": form}))
        what = reason_label("pension_recalc_item", facts["change_item"])
        return Outcome(
            summary=f"{person.name} 的待遇已重新核定：{format_fen(award.total_fen)} 元改为 {format_fen(assessment.total_fen)} 元，自 {format_period(start)} 起。",
            lines=[("个人编号", person.person_no), ("变更项目", what), ("原值", facts["old_value"]), ("新值", facts["new_value"]),
                   ("原月标准（元）", format_fen(award.total_fen)), ("新月标准（元）", format_fen(assessment.total_fen))],
            sections=[sheet_section(assessment.components)],
            notes=[f"已多发 {format_fen(sum(fen for _, fen in over))} 元，按多领追回。" if over else "差额随下一批次补发。"],
            follow_ups=follow_ups,
        )  # fmt: skip


@check("new_ground")
def new_ground(facts: BenefitFacts) -> Iterator[Finding]:
    """There is an award to be made again, and the value differs from the one it was made with."""
    benefit = facts.benefit
    award = benefit.awards.order_by("-version").first() if benefit else None
    if benefit is None:
        return
    if award is None or not award.inputs.get("retired_on"):
        yield facts.refuse("new_ground", "期初转入的待遇没有核定依据，请先补录原核定表。", field="id_number")
    if facts["old_value"] == facts["new_value"]:
        yield facts.refuse("new_ground", "新值与原值相同。", field="new_value")
