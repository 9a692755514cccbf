"""What runs have held back of a benefit (拦截明细): what of it has been paid since, and what the payee is told about the rest."""

from dataclasses import dataclass

from yigui.common.months import format_period
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import certified_until
from yigui.payment.enums import Hold, PaymentStatus
from yigui.payment.models import HeldLine, PayLine, Reissue
from yigui.payment.queries import doubts_of, last_word

LINES_MAX = 24
_MONTHS_MAX = 600
#: To the payee, by what holds the money: why, and what to do next.
_WORDS: dict[int, tuple[str, str]] = {
    Hold.DEAD: (
        "有部门报送了领取人的死亡信息，正在核实",
        "领取人在世的，请本人持身份证到窗口说明，核实后补发；家属请到窗口办理身后待遇",
    ),
    Hold.DEAD_ACCOUNT: (
        "登记的收款账户是死亡人员本人的账户，没有发入",
        "请继承人持身份证、本人的银行卡和亲属关系证明到窗口办理“养老保险待遇发放账户维护”，办理后随下一批次发放",
    ),
    Hold.UNCERTIFIED: ("领取资格认证已逾期", "请办理领取资格认证，办理后未发的月份随下一批次补发"),
    Hold.DOUBLED: ("同一人的两项待遇在同一批次中，正在核实", "核实后发放，也可持身份证到窗口说明"),
    Hold.NOT_IN_PAYMENT: ("待遇已暂停、终止或改期", "对原因有疑问的，请到窗口咨询"),
    Hold.ACCOUNT_CHANGED: ("领取账户已变更，没有发入原账户", "随下一批次发入新账户，不需要办理"),
    Hold.REEMPLOYED: ("有就业参保记录，正在核实", "没有就业的，请持身份证到窗口说明，核实后补发"),
    Hold.SENTENCED: (
        "有部门报送了服刑信息，正在核实",
        "信息有误，或者是缓刑、监外执行的，请持身份证和有关文书到窗口说明，核实后补发",
    ),
    Hold.IN_DOUBT: ("银行对这笔款项的答复前后不一致，正在与银行核实", "款项可能已经到账，请核对账户；没有到账的，核实后重发"),
}  # fmt: skip
#: In place of the next step of who waits for a returned payment whose account was decided before the death: that of the benefit is not asked.
_DECIDED_BEFORE = "请继承人持身份证、本人的银行卡和亲属关系证明到窗口办理“待遇支付退票重发”；原定的重发由经办机构撤回，改按继承人的账户随下一批次发放"
#: In place of the next step of who has been certified since.
_CERTIFIED = "您已办理领取资格认证，未发的月份随下一批次补发"
#: In place of the words of a doubt, once somebody has found out that the money came back.
_AFTER_DOUBT = ("已与银行核实，款项确已退回", "随下一批次重发，不需要办理")


@dataclass(frozen=True)
class HeldMonth:
    """A line that a run held back, and the batch that has paid it since; None while none has.

    `decided`: of one the bank contradicted itself about, what somebody has found out since: `returned` (it goes out again) or `paid`; "" while nobody has.
    `is_again`: it is a returned payment that was to be sent again.
    """

    line: HeldLine
    paid_by: int | None
    decided: str = ""
    is_again: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody waits for the money: a difference that would have been below zero is nobody's, and what has arrived is not waited for."""
        return self.paid_by is None and self.line.hold in _WORDS and self.decided != PaymentStatus.PAID

    @property
    def has_arrived(self) -> bool:
        """Whether the money it was about to send again had arrived after all."""
        return self.line.hold == Hold.ARRIVED or self.decided == PaymentStatus.PAID

    @property
    def label(self) -> str:
        """Why it is held, as of now."""
        if self.decided == PaymentStatus.RETURNED:
            return "已核实确为退票，随下一批次重发"
        return Hold.ARRIVED.label if self.decided else self.line.get_hold_display()


@dataclass(frozen=True)
class Waiting:
    """Money a payee waits for: since which month (YYYYMM), how many of them, why, and what to do next."""

    since: int
    months: int
    why: str
    next_step: str

    @property
    def words(self) -> str:
        span = format_period(self.since) + (f" 起 {self.months} 个月" if self.months > 1 else "")
        return f"{span}的待遇暂未发放：{self.why}。{self.next_step}。"


def held_of(benefit: Benefit) -> list[HeldMonth]:
    """What executed runs held back of a benefit, newest first, at most `LINES_MAX`."""
    held = list(HeldLine.objects.filter(benefit_id=benefit.pk).order_by("-id")[:LINES_MAX])
    if not held:
        return []
    rows = PayLine.objects.filter(benefit_id=benefit.pk).order_by("batch_id")
    lines = list(rows.values_list("pay_period", "batch_id", "period")[:_MONTHS_MAX])
    again = list(Reissue.objects.filter(benefit_id=benefit.pk).order_by("attempt").values_list("batch_id", "sent_batch"))
    sent = {batch: with_batch for batch, with_batch in again if with_batch is not None}
    # A returned payment is held under the month of the run it went with first.
    months = {period for _, batch, period in lines if batch in {of for of, _ in again}}
    decided = _decided(benefit, held, lines)
    return [
        HeldMonth(line, _paid_by(line, lines, sent), decided.get(line.pk, ""), is_again=line.pay_period in months) for line in held
    ]


def _decided(benefit: Benefit, held: list[HeldLine], lines: list[tuple[int, int, int]]) -> dict[int, str]:
    """Of the held lines the bank contradicted itself about: what its last word is now, by line, where nobody is still to find out.

    The payment is the one that was first sent in the run of the line's month.
    """
    doubted = [line for line in held if line.hold == Hold.IN_DOUBT]
    found = {}
    for line in doubted:
        batches = {batch for _, batch, period in lines if period == line.pay_period}
        words = [
            word
            for batch in sorted(batches)
            if not doubts_of(batch, benefit.pk) and (word := last_word(batch, benefit.pk)) is not None
        ]
        resent = Reissue.objects.standing().filter(benefit_id=benefit.pk, batch_id__in=batches).exists()
        if resent and len(batches) == len(words):
            waits = any(word.status == PaymentStatus.RETURNED for word in words)
            found[line.pk] = str(PaymentStatus.RETURNED if waits else PaymentStatus.PAID)
    return found


def _paid_by(held: HeldLine, lines: list[tuple[int, int, int]], sent: dict[int, int]) -> int | None:
    """The batch that has paid the month of a held line since, or before where that is why it was held; of a returned payment, whose line bears the
    month of the run it went with first, the batch that has sent it again."""
    is_late = held.hold == Hold.PAID_MEANWHILE
    later = (
        batch
        for month, batch, _ in lines
        if month == held.pay_period and batch != held.batch_id and (is_late or batch > held.batch_id)
    )
    again = (
        sent[batch] for _, batch, period in lines if period == held.pay_period and batch in sent and sent[batch] > held.batch_id
    )
    return next(later, None) or next(again, None)


def waiting_of(benefit: Benefit, held: list[HeldMonth]) -> list[Waiting]:
    """What the payee of a benefit waits for, by reason, the oldest first. Of a month that several runs held the newest counts."""
    newest: dict[int, HeldMonth] = {}
    for one in held:
        newest.setdefault(one.line.pay_period, one)
    by_hold: dict[int, list[int]] = {}
    for month, one in sorted(newest.items()):
        if one.is_open:
            by_hold.setdefault(one.line.hold, []).append(month)
    found = []
    for hold, months in by_hold.items():
        why, next_step = _WORDS[hold]
        if hold == Hold.IN_DOUBT and all(newest[month].decided for month in months):
            why, next_step = _AFTER_DOUBT
        if hold == Hold.DEAD_ACCOUNT and all(newest[month].is_again for month in months):
            next_step = _DECIDED_BEFORE
        if hold == Hold.UNCERTIFIED and certified_until(benefit.person_id) >= months[-1]:
            next_step = _CERTIFIED
        found.append(Waiting(months[0], len(months), why, next_step))
    return sorted(found, key=lambda one: one.since)
