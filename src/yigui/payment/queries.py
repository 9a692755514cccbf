"""Reads of payment: what was paid, held or returned, and what that leaves of an account. Fen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, QuerySet, Sum, Value

from yigui.accounts.queries import balance_after_draws, balance_of
from yigui.common import clock
from yigui.common.months import add_months, months_of
from yigui.common.sqlfiles import named_sql
from yigui.entitlement.enums import MONTHLY_KINDS, AmountSource, BenefitStatus
from yigui.entitlement.models import Amount, Benefit
from yigui.entitlement.queries import amounts_of, certified_until, holding
from yigui.payment.enums import PAY_KINDS, LineReason, PaymentStatus, ResultFinding
from yigui.payment.models import (
    LaterResult,
    PayLine,
    Payment,
    PaymentResult,
    Reissue,
    ResultFile,
    SettledReturn,
    WaitingResult,
)
from yigui.payment.reason_codes import reason_in_words
from yigui.registry.enums import AAE140
from yigui.registry.models import Person
from yigui.registry.queries import numbers_of
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.models import User

_STATEMENTS = named_sql("payment", "bank_results")
LINES_MAX = 600


@dataclass(frozen=True)
class AccountLeft:
    """A personal account after what the benefit took out of it; fen.

    `standing_fen` is what the account's own entries and interest come to, `drawn_fen` what was paid out of it month by month.
    """

    standing_fen: int
    drawn_fen: int
    left_fen: int


def account_left(person: Person, insurance: str, *, until: int | None = None, run: int | None = None) -> AccountLeft:
    """What is left of the account of an insurance (个人账户余额).

    Args:
        until: the last month of the pension where it ends: months up to it that are still to be paid are drawn too (`to_come`), later ones
            are claimed back. None for what has been paid so far.
        run: given with `until`: month of the next run, where the area has had none yet.

    Source: 社会保险法 (2018) 第十四条, 国发〔2014〕8号 第六条 (余额可以继承).
    """
    number = AAE140[insurance]
    benefits = list(Benefit.objects.filter(person=person, insurance=number, kind__in=MONTHLY_KINDS).order_by("id")[:50])
    rows = PayLine.objects.filter(benefit_id__in=[b.pk for b in benefits], pay_period__lte=until or 999912).values("period")
    draws = [(r["period"], r["fen"]) for r in rows.annotate(fen=Sum("account_fen")).order_by("period") if r["fen"]]
    if until is not None:
        assert run is not None
        for benefit in benefits:
            draws += [(until, one.account_fen) for one in to_come(benefit, benefit.start_period, until, run=run) if one.account_fen]
    left = balance_after_draws(person.pk, number, draws, insurance_name=insurance, area=person.area_id)
    return AccountLeft(balance_of(person.pk, number), sum(fen for _, fen in draws), left)


@dataclass(frozen=True)
class MonthToCome:
    """What a run would still pay of a benefit for a month (YYYYMM), and how much of it comes out of the personal account; fen."""

    month: int
    total_fen: int
    account_fen: int


def to_come(benefit: Benefit, start: int, end: int, *, run: int, is_resumed: bool = False) -> list[MonthToCome]:
    """What the next run would still pay for the months of a range (YYYYMM, both ends): what holds in each, less what was paid.

    As the run reckons for a benefit that is marked (`benefits_stage_v1`): nothing for months before it began, after its end or since its
    suspension, none that a suspension has left behind, none that work stops (`benefits_left_out_v1`). Of a benefit taken over, months before
    the first run of its area were paid by whoever had it then, as its opening amounts say.

    Args:
        run: month of the next run, where the area has had none yet.
        is_resumed: a case resumes the benefit from `start`: the suspension ends, and what one before left behind since then is due again.
    """
    first, last = max(start, benefit.start_period), min(end, benefit.end_period or end)
    if benefit.suspended_from and not is_resumed:
        last = min(last, add_months(benefit.suspended_from, -1))
    if first > last:
        return []
    # What was kept back for an earlier claim was paid all the same.
    lines = PayLine.objects.filter(benefit_id=benefit.pk, pay_period__range=(first, last)).exclude(reason=LineReason.DEDUCTION)
    sums = lines.values_list("pay_period").annotate(total=Sum("amount_fen"), account=Sum("account_fen")).order_by("pay_period")
    paid = {month: (total, account) for month, total, account in sums}
    amounts, left_out = amounts_of(benefit), _left_out(benefit, first, last, is_resumed=is_resumed)
    before = _before_us(benefit, amounts, first, run)
    found = []
    for month in months_of(first, last):
        holds = None if month in left_out else holding(amounts, month)
        if holds is not None:
            total, account = (a + b for a, b in zip(paid.get(month, (0, 0)), before.get(month, (0, 0)), strict=True))
            if holds.total_fen > total:
                found.append(MonthToCome(month, holds.total_fen - total, holds.account_fen - account))
    return found


def _before_us(benefit: Benefit, amounts: Sequence[Amount], first: int, run: int) -> dict[int, tuple[int, int]]:
    """What whoever had a benefit before the house paid for months from `first` on, before the first run of its area, whole and out of the
    account, by its opening amounts; fen."""
    if benefit.case_id:
        return {}
    runs = Batch.objects.filter(kind="pay", status="executed", areas__contains=[benefit.area_id])
    since = runs.order_by("period").values_list("period", flat=True).first() or run
    opening = [amount for amount in amounts if amount.source == AmountSource.OPENING]
    months = months_of(first, add_months(since, -1)) if first < since else ()
    return {m: (holds.total_fen, holds.account_fen) for m in months if (holds := holding(opening, m)) is not None}


def _left_out(benefit: Benefit, first: int, last: int, *, is_resumed: bool) -> set[int]:
    """Months of a benefit that no run pays (`benefits_left_out_v1`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT month FROM benefits_left_out_v1(%s, %s, %s, %s)", [benefit.pk, first, last, is_resumed])
        return {month for (month,) in cursor.fetchall()}


def still_due(benefit: Benefit, start: int, end: int, *, run: int, is_resumed: bool = False) -> int:
    """What the next run would still pay for the months of a range, all together, fen (`to_come`)."""
    return sum(one.total_fen for one in to_come(benefit, start, end, run=run, is_resumed=is_resumed))


def is_namesake(person: Person, *, number: str, name: str) -> bool:
    """Whether a payee is, by number, somebody else than a person and bears a name of theirs (`benefits_namesake_v1`): the name of an account then tells
    nothing of whose it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefits_namesake_v1(%s, %s, %s)", [person.pk, number, name])
        return bool(cursor.fetchone()[0])


def is_dead_persons_account(person: Person, *, number: str, name: str, account_name: str, account_no: str) -> bool:
    """Whether an account named for an heir (number and name) is the dead person's own (`benefits_not_the_heirs_v1`); runs hold what goes there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefits_not_the_heirs_v1(%s, %s, %s, %s, %s)", [person.pk, number, name, account_name, account_no])
        return bool(cursor.fetchone()[0])


def owed_to_heirs(person: Person, *, run: int) -> list[tuple[Benefit, int]]:
    """Benefits of somebody that are paid to another, with what runs up to a month (YYYYMM) still have to pay of each (fen)."""
    own = numbers_of(person)
    rows = (
        Benefit.objects.filter(person=person)
        .exclude(payee_number__in=own)
        .exclude(status=BenefitStatus.PENDING)
        .order_by("id")[:50]
    )
    owed = ((b, still_due(b, b.start_period, b.end_period or run, run=run)) for b in rows)
    return [(benefit, fen) for benefit, fen in owed if fen]


def may_be_held(benefit: Benefit) -> bool:
    """Whether a run may hold a benefit for want of a certification, should the newest have run out (停发前告知)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT benefits_may_hold_v1(%s, %s, %s, %s)",
            [benefit.pk, benefit.person_id, certified_until(benefit.person_id), benefit.area_id],
        )
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class PaidMonth:
    """A line of what a person was paid, with what the bank said about its payment: the newest attempt, where it was sent again (重发)."""

    line: PayLine
    status: str
    attempt: int = 1
    #: The batch the newest attempt went with; None while that waits, and of the first.
    sent_batch: int | None = None
    #: Of what was sent again: the day in the bank's books of its last word about it.
    booked_on: date | None = None
    #: Why the bank gave it back, where that is its last word; "" where it gave no reason.
    reason: str = ""

    @property
    def status_label(self) -> str:
        if self.attempt == 1:
            return PaymentStatus(self.status).label if self.status else "已列入发放，待银行结果"
        if self.sent_batch is None:
            return "退票，已登记重发，待随下一批次发出"
        said = {"": "已提交银行", PaymentStatus.PAID: "已到账", PaymentStatus.RETURNED: "再次退票"}[self.status]
        return f"退票后已随第 {self.sent_batch} 号批次重发，{f'{self.booked_on} ' if self.booked_on else ''}{said}"

    @property
    def advice(self) -> str:
        """To whom it is owed: why the bank gave the money back and what to do next; "" where it has not, or is being sent again."""
        if self.status != PaymentStatus.RETURNED:
            return ""
        why = f"银行退回的原因：{reason_in_words(self.reason)}。" if self.reason else "银行没有说明退回的原因。"
        return f"{why}款项仍在社保经办机构，请核对收款账户，到窗口或在手机端申请“待遇支付退票重发”后重新发放。"


def paid_months(benefit: Benefit, *, start: int = 0, end: int = 999912) -> list[PaidMonth]:
    """Lines of a benefit by month paid for, newest first, at most `LINES_MAX`."""
    rows = PayLine.objects.filter(benefit_id=benefit.pk, pay_period__range=(start, end)).order_by("-pay_period", "version")
    lines = list(rows[:LINES_MAX])
    of_these = {"benefit_id": benefit.pk, "batch_id__in": {line.batch_id for line in lines}}
    words = [(r.attempt, 0, r.batch_id, r.status, r.booked_on, r.reason) for r in PaymentResult.objects.filter(**of_these)]
    words += [(r.attempt, r.seq, r.batch_id, r.status, r.booked_on, r.reason) for r in LaterResult.objects.filter(**of_these)]
    said = {batch: (attempt, status, day, reason) for attempt, _, batch, status, day, reason in sorted(words)}
    again = {
        batch: (attempt, sent)
        for batch, attempt, sent in Reissue.objects.standing()
        .filter(**of_these)
        .order_by("attempt")
        .values_list("batch_id", "attempt", "sent_batch")
        if sent is not None or said.get(batch, (0, "", None, ""))[1] != PaymentStatus.PAID
    }
    return [_paid_month(line, said.get(line.batch_id, (1, "", None, "")), again.get(line.batch_id)) for line in lines]


def _paid_month(line: PayLine, word: tuple[int, str, date | None, str], again: tuple[int, int | None] | None) -> PaidMonth:
    """A line with the last word about its payment (attempt, status, day, reason), and the newest attempt that was sent after the first."""
    told, status, day, reason = word
    if again is None:
        return PaidMonth(line, status, reason=reason)
    attempt, sent = again
    return PaidMonth(line, status, attempt, sent, day, reason) if told == attempt else PaidMonth(line, "", attempt, sent)


def paid_after(benefit: Benefit, period: int) -> list[tuple[int, int]]:
    """Months after `period` that were paid, and how much (fen)."""
    rows = PayLine.objects.filter(benefit_id=benefit.pk, pay_period__gt=period).values("pay_period")
    return [(r["pay_period"], r["fen"]) for r in rows.annotate(fen=Sum("amount_fen")).order_by("pay_period") if r["fen"] > 0]


def paid_before_us(benefit: Benefit, period: int) -> list[tuple[int, int]]:
    """Months after `period` that whoever had the benefit before the house paid (taken over, before the first run of its area), and how much
    its opening amounts say (fen); none where the area has had no run yet."""
    if benefit.case_id:
        return []
    runs = Batch.objects.filter(kind="pay", status="executed", areas__contains=[benefit.area_id])
    first = runs.order_by("period").values_list("period", flat=True).first()
    since = max(add_months(period, 1), benefit.start_period)
    last = add_months(first, -1) if first else 0
    opening = [amount for amount in amounts_of(benefit) if amount.source == AmountSource.OPENING]
    months = months_of(since, last) if since <= last else ()
    return [(month, holds.total_fen) for month in months if (holds := holding(opening, month)) is not None]


def overpaid_since(benefit: Benefit, period: int) -> list[tuple[int, int]]:
    """Months from `period` on that were paid more than holds for them now, and how much more (fen)."""
    found, amounts = [], amounts_of(benefit)
    for month, paid in paid_after(benefit, add_months(period, -1)):
        holds = holding(amounts, month)
        more = paid - (holds.total_fen if holds else 0)
        if more > 0:
            found.append((month, more))
    return found


@dataclass(frozen=True)
class Attempt:
    """One sending of a payment: the account it went to, and why the bank gave it back; "" where the bank gave no reason."""

    number: int
    account_no: str
    reason: str


@dataclass(frozen=True)
class ReturnedPayment:
    """A payment that came back and waits to be sent again: `attempt` is the one that came back, `amount_fen` what is left of it to send; `attempts`
    are all that came back, the last at the end."""

    payment: Payment
    attempt: int
    amount_fen: int
    file_id: int
    attempts: tuple[Attempt, ...]

    @property
    def account_no(self) -> str:
        """The account it came back from."""
        return self.attempts[-1].account_no

    @property
    def reason(self) -> str:
        """Why the bank gave it back the last time."""
        return self.attempts[-1].reason


def returned_payment(benefit: Benefit, batch_id: int) -> ReturnedPayment | None:
    """A payment whose last attempt came back and which was not sent again; what of it has ended a claim is not to be sent."""
    payment = Payment.objects.filter(batch_id=batch_id, benefit_id=benefit.pk).first()
    last = last_word(batch_id, benefit.pk)
    if payment is None or last is None or last.status != PaymentStatus.RETURNED:
        return None
    if Reissue.objects.standing().filter(batch_id=batch_id, benefit=benefit, attempt__gt=last.attempt).exists():
        return None
    settled = SettledReturn.objects.filter(batch_id=batch_id, benefit_id=benefit.pk, attempt=last.attempt).first()
    left = last.amount_fen - (settled.amount_fen if settled else 0)
    return ReturnedPayment(payment, last.attempt, left, last.file_id, _attempts(payment, last.attempt)) if left > 0 else None


def is_of_claimed_months(benefit: Benefit, batch_id: int) -> bool:
    """Whether a payment that came back has months after the end of its benefit in it, and no run has settled the return with the claim for them."""
    of_it = {"batch_id": batch_id, "benefit_id": benefit.pk}
    late = PayLine.objects.filter(**of_it, pay_period__gt=benefit.end_period or 999912).exclude(reason=LineReason.DEDUCTION)
    return late.exists() and not SettledReturn.objects.filter(**of_it).exists()


def _attempts(payment: Payment, until: int) -> tuple[Attempt, ...]:
    """The sendings of a payment up to one of them, with the bank's last word on each."""
    of_it = {"batch_id": payment.batch_id, "benefit_id": payment.benefit_id, "attempt__lte": until}
    accounts = {1: payment.account_no} | dict(Reissue.objects.standing().filter(**of_it).values_list("attempt", "account_no"))
    reasons = dict(PaymentResult.objects.filter(**of_it).values_list("attempt", "reason"))
    reasons |= dict(LaterResult.objects.filter(**of_it).order_by("seq").values_list("attempt", "reason"))
    return tuple(Attempt(number, account, reasons.get(number, "")) for number, account in sorted(accounts.items()))


def returned_words(most: int, areas: Sequence[str]) -> list[PaymentResult | LaterResult]:
    """The newest words of the bank that payments of benefits of some areas came back, at once or later, at most `most`: those that nothing was
    said after."""
    of_areas = Exists(Benefit.objects.filter(pk=OuterRef("benefit_id"), area_id__in=areas))
    after = LaterResult.objects.filter(
        batch_id=OuterRef("batch_id"), benefit_id=OuterRef("benefit_id"), attempt=OuterRef("attempt")
    )
    first = PaymentResult.objects.filter(~Exists(after), of_areas, status=PaymentStatus.RETURNED)
    later = LaterResult.objects.filter(~Exists(after.filter(seq__gt=OuterRef("seq"))), of_areas, status=PaymentStatus.RETURNED)
    newest = ("-file_id", "benefit_id")
    both: list[PaymentResult | LaterResult] = [*first.order_by(*newest)[:most], *later.order_by(*newest)[:most]]
    return sorted(both, key=lambda row: (-row.file_id, row.benefit_id))[:most]


def files_shown(areas: Sequence[str], most: int, file_id: int | None = None) -> list[ResultFile]:
    """The newest files of results that the agency of some areas may see, or the one asked for: of batches it answers for alone; of one without a word on
    any, brought in by somebody of its areas, or, where a program brought it, whoever answers for all."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["files_shown"], {"areas": list(areas), "file": file_id, "most": most})
        numbers = [number for (number,) in cursor.fetchall()]
    found = ResultFile.objects.in_bulk(numbers)
    return [found[number] for number in numbers]


def waiting_shown(areas: Sequence[str]) -> QuerySet[WaitingResult]:
    """Lines that contradict what is on record and that nobody has decided about, of batches of some areas."""
    return WaitingResult.objects.filter(Exists(Batch.objects.filter(pk=OuterRef("batch_id"), area_code__in=areas)), decision=None)


def settled_returns(rows: Sequence[PaymentResult | LaterResult]) -> dict[tuple[int, int, int], int]:
    """How much (fen) of some returned payments has ended claims, by batch, benefit and attempt."""
    found = SettledReturn.objects.filter(benefit_id__in=[row.benefit_id for row in rows])
    return {(s.batch_id, s.benefit_id, s.attempt): s.amount_fen for s in found}


def last_word(batch_id: int, benefit_id: int) -> PaymentResult | LaterResult | None:
    """The bank's last word on the last attempt of a payment it has spoken of."""
    last = PaymentResult.objects.filter(batch_id=batch_id, benefit_id=benefit_id).order_by("-attempt").first()
    if last is None:
        return None
    later = LaterResult.objects.filter(batch_id=batch_id, benefit_id=benefit_id, attempt=last.attempt).order_by("-seq").first()
    return later or last


def is_confirmed(file: ResultFile) -> bool:
    """Whether two people answer for a file of results: what it gives back is due again only then (as `benefits_result_confirmed_v1`)."""
    return file.pk in confirmed_of([file])


def confirmed_of(files: Sequence[ResultFile]) -> set[int]:
    """The numbers of those of some files that two people answer for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f FROM unnest(%s::bigint[]) AS f WHERE benefits_result_confirmed_v1(f)", [[file.pk for file in files]]
        )
        return {number for (number,) in cursor.fetchall()}


def comparable(user_id: int, files: Sequence[ResultFile]) -> set[int]:
    """The numbers of those of some files that somebody may compare with the bank's statement, whoever has done so before."""
    numbers = [file.pk for file in files if file.returned_count]
    with connection.cursor() as cursor:
        cursor.execute("SELECT f FROM unnest(%s::bigint[]) AS f WHERE benefits_may_compare_v1(%s, f)", [numbers, user_id])
        return {number for (number,) in cursor.fetchall()}


def not_ours(user_id: int, batches: Collection[int]) -> int | None:
    """One of these batches for whose results somebody does not answer; None where they answer for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(b) FROM unnest(%s::bigint[]) AS b WHERE NOT benefits_answers_for_result_v1(%s, b)",
            [sorted(batches), user_id],
        )
        return cursor.fetchone()[0]


def unconfirmed_files(user_id: int) -> QuerySet[ResultFile]:
    """Files that gave something back and that fewer than two people answer for, among which somebody may be the next one."""
    returned = ResultFile.objects.filter(returned_count__gt=0)
    open_ones = returned.exclude(Func(F("pk"), function="benefits_result_confirmed_v1", output_field=BooleanField()))
    return open_ones.filter(Func(Value(user_id), F("pk"), function="benefits_may_compare_v1", output_field=BooleanField()))


def waiting_results(user_id: int) -> QuerySet[WaitingResult]:
    """Lines that contradict what is on record and that somebody may find out about: of a batch they answer for, and not of a file they
    brought in themselves."""
    ours = Func(Value(user_id), F("batch_id"), function="benefits_answers_for_result_v1", output_field=BooleanField())
    return WaitingResult.objects.filter(ours, decision=None).exclude(file__user_id=user_id)


def unconfirmed_file(returned: ReturnedPayment) -> ResultFile | None:
    """The file that says a payment came back, where nobody has compared it with the bank's statement yet."""
    file = ResultFile.objects.get(pk=returned.file_id)
    return None if is_confirmed(file) else file


def doubts_of(batch_id: int, benefit_id: int) -> list[WaitingResult]:
    """Lines of the bank about a payment, of whichever attempt, that contradict what is on record and that nobody has decided about (as
    `benefits_in_doubt_v1`): while one is open the payment is not sent again. Oldest first, at most 20."""
    rows = WaitingResult.objects.filter(series="P", batch_id=batch_id, subject_id=benefit_id, decision=None)
    return list(rows.order_by("id")[:20])


def settled_doubts(payments: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """How contradictions of the bank about payments (run and benefit) that somebody has decided about were settled, in words by payment: what
    a line said, what holds, by whom and on what ground. Whoever signs for sending one again reads it."""
    rows = WaitingResult.objects.filter(series="P", decision__isnull=False, batch_id__in={batch for batch, _ in payments})
    found: dict[tuple[int, int], list[str]] = {}
    found_rows = list(rows.select_related("decision").order_by("id"))
    heard = heard_of(found_rows)
    for row in found_rows:
        if (key := (row.batch_id, row.subject_id)) in payments:
            decision, finding = row.decision, finding_in_words(row.decision.verdict, is_heard=row.pk in heard)
            who, day = User.objects.get(pk=decision.user_id), clock.local(decision.decided_at).date()
            found.setdefault(key, []).append(f"{row.sentence}；{day} {who.full_name}核实为“{finding}”，依据：{decision.words}")
    return {key: "。".join(words) for key, words in found.items()}


def heard_of(rows: Sequence[WaitingResult]) -> set[int]:
    """Of some lines that wait, or waited, those (by number) beside which another word of the bank on the same sending is on record."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["heard"], {"lines": [row.pk for row in rows]})
        return {number for (number,) in cursor.fetchall()}


def finding_in_words(verdict: str, *, is_heard: bool) -> str:
    """What a person may find, or has found, out about a line: where nothing was heard before it, there is no earlier word to hold."""
    return "不采信本行" if verdict == ResultFinding.KEPT and not is_heard else ResultFinding(verdict).label


def words_of_doubt(doubt: WaitingResult) -> str:
    """Why a payment the bank contradicts itself about is not sent again, and what to do first."""
    return (
        f"银行结果互相矛盾，尚待核实：回执 {doubt.file_id} 号第 {doubt.row_no} 行，{doubt.sentence}。款项可能已经到账，核实前不能重发；"
        "请先由回执接收人以外、所涉批次的经办机构的会计或出纳在“发放结果”页核实。"
    )


def reissued_payment(benefit: Benefit, batch_id: int) -> Reissue | None:
    """The newest reissue of a payment that does not wait to be sent again; None where it waits, was never sent again, or arrived before it was."""
    if returned_payment(benefit, batch_id) is not None:
        return None
    found = Reissue.objects.standing().filter(batch_id=batch_id, benefit=benefit).order_by("-attempt").first()
    last = last_word(batch_id, benefit.pk)
    ended = found is not None and found.sent_batch is None and last is not None and last.status == PaymentStatus.PAID
    return None if ended else found


def is_locked_for_pay(area: str) -> bool:
    """Whether a run that pays is prepared or approved and not executed: accounts must not change meanwhile.

    Whatever its month: a supplementary run bears the last paid one, and is executed in the next.
    """
    rows = Batch.objects.filter(kind__in=PAY_KINDS, areas__contains=[area])
    return rows.filter(status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED)).exists()
