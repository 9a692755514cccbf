"""Why a payment differs from the one before (明白账, R296): the difference in parts that add up to it, in words for the person."""

from dataclasses import dataclass

from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.entitlement.enums import AmountSource
from yigui.entitlement.models import Amount, Benefit
from yigui.entitlement.queries import amount_at
from yigui.payment.enums import LineReason
from yigui.payment.models import PayLine, Raised
from yigui.runs.models import Batch

#: Lines of one payment that are read: back pay of forty years.
_LINES_MAX = 600
#: What a changed standard came from, in words.
_CHANGED = {
    AmountSource.AWARD: "核定", AmountSource.RECALCULATION: "重新核定", AmountSource.ADJUSTMENT: "年度调整基本养老金", AmountSource.OPENING: "期初数据",
    AmountSource.RAISE: "按新标准调整",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """The newest payment beside the one before it, by month of the run (YYYYMM), fen; `reasons` in words with their part of the difference.

    The parts add up to `now_fen - before_fen`.
    """

    period: int
    before_period: int
    now_fen: int
    before_fen: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def fen(self) -> int:
        return self.now_fen - self.before_fen

    @property
    def sentence(self) -> str:
        """How the two compare, in one sentence."""
        head = f"{format_period(self.period)} 发放 {format_fen(self.now_fen)} 元，"
        if not self.fen:
            return f"{head}与 {format_period(self.before_period)} 相同。"
        return f"{head}比 {format_period(self.before_period)} {'多' if self.fen > 0 else '少'} {format_fen(abs(self.fen))} 元："


def difference_of(benefit: Benefit) -> Difference | None:
    """Why the newest payment of a benefit differs from the one before; None before there are two."""
    rows = PayLine.objects.filter(benefit_id=benefit.pk)
    periods = list(rows.order_by("-period").values_list("period", flat=True).distinct()[:2])
    if len(periods) == 1 or not periods:
        return None
    now, before = (list(rows.filter(period=period).order_by("pay_period", "version")[:_LINES_MAX]) for period in periods)
    parts = [*_standard(benefit, now, before), *_once(now, before)]
    totals = [sum(line.amount_fen for line in lines) for lines in (now, before)]
    return Difference(periods[0], periods[1], totals[0], totals[1], tuple((words, fen) for words, fen in parts if fen))


def _month(lines: list[PayLine]) -> PayLine | None:
    return next((line for line in lines if line.reason == LineReason.MONTH), None)


def _standard(benefit: Benefit, now: list[PayLine], before: list[PayLine]) -> list[tuple[str, int]]:
    """What the month's own standard makes of the difference, and what it came from."""
    new, old = _month(now), _month(before)
    if new is None or old is None:
        fen = (new.amount_fen if new else 0) - (old.amount_fen if old else 0)
        words = "上期没有发放当月待遇" if new else "本期没有发放当月待遇"
        return [(words, fen)]
    # One that was decided later may hold for the earlier month too, which was paid at the old one.
    standard = amount_at(benefit, new.pay_period)
    if standard is None or standard.total_fen != new.amount_fen:
        return [("月标准变动", new.amount_fen - old.amount_fen)]
    came = f"自 {format_period(standard.start_period)} 起{_CHANGED[AmountSource(standard.source)]}"
    words = f"{came}，月标准由 {format_fen(old.amount_fen)} 元变为 {format_fen(new.amount_fen)} 元"
    return [(words + _document(benefit, standard), new.amount_fen - old.amount_fen)]


def _document(benefit: Benefit, standard: Amount) -> str:
    """The document of an annual adjustment, as its batch names it; of a raise of standards what it rests on."""
    if standard.source == AmountSource.RAISE:
        of = {"batch_id": standard.source_id, "benefit_id": benefit.pk, "start_period": standard.start_period}
        return "".join(f"（{words}）" for words in Raised.objects.filter(**of).values_list("words", flat=True))
    if standard.source != AmountSource.ADJUSTMENT:
        return ""
    batch = Batch.objects.filter(pk=standard.source_id, kind="adjust").first()
    source = "" if batch is None else batch.summary.get("source", "")
    return f"（{source}）" if source else ""


#: What a payment may have beside the month's own, in words.
_ONCE = {LineReason.UNPAID: "补发未发月份", LineReason.DIFFERENCE: "补发差额", LineReason.DEDUCTION: "抵扣以前多领"}


def _once(now: list[PayLine], before: list[PayLine]) -> list[tuple[str, int]]:
    """What the payments had beside the month's own, and what it makes of the difference; "not any more" where the newer has none of a kind."""
    found = []
    for reason, words in _ONCE.items():
        new, old = _of(now, reason), _of(before, reason)
        new_fen, old_fen = sum(line.amount_fen for line in new), sum(line.amount_fen for line in old)
        if new and old:
            said = f"本期{_said(words, reason, new)}，上期{_said(words, reason, old)}"
            found.append((said, new_fen - old_fen))
        elif new:
            found.append((f"本期{_said(words, reason, new)}", new_fen))
        elif old:
            found.append((f"上期{_said(words, reason, old)}，不再发生", -old_fen))
    return found


def _of(lines: list[PayLine], reason: LineReason) -> list[PayLine]:
    return [line for line in lines if line.reason == reason]


def _said(words: str, reason: LineReason, lines: list[PayLine]) -> str:
    """Some lines of a kind in words: the months they are for, and how much."""
    fen = format_fen(abs(sum(line.amount_fen for line in lines)))
    if reason == LineReason.DEDUCTION:
        return f"{words} {fen} 元"
    months = sorted({line.pay_period for line in lines})
    span = format_period(months[0]) + (f" 至 {format_period(months[-1])}" if len(months) > 1 else "")
    return f"{words} {span} 共 {len(months)} 个月 {fen} 元"
