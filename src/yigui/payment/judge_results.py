"""Judging what a file of the bank says (发放结果核对): each line of it ends as taken, known, pending, waiting or rejected, and none as nothing.

Whatever the order in which files come in and however often, payments end the same: a return on a later day than the arrival is a return after
success (隔日退汇), also where the return was heard of first. What cannot be put in order waits for a person.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db import connection

from yigui.common.money import format_fen
from yigui.common.months import first_day
from yigui.common.normalise import plain_identity
from yigui.common.sqlfiles import named_sql
from yigui.payment.enums import PaymentStatus
from yigui.payment.payees_told import payee_told, without_our_own
from yigui.payment.queries import not_ours
from yigui.payment.result_formats import PENDING, ROWS_MAX, GroupRow, ResultRow, Results, too_many
from yigui.payment.sent_files import payments_of
from yigui.receipts.payouts import Named, register_payouts

#: `P<run>-<benefit>[-<attempt>]` is a payment of a pay run, `R<batch>-<due>` a refund.
_NUMBER = re.compile(r"(?:P(\d{1,18})-(\d{1,18})(?:-(\d{1,3}))?|R(\d{1,18})-(\d{1,18}))", re.ASCII)
#: Final words, which alone can contradict each other.
_FINAL = frozenset(PaymentStatus.values)
#: Series (P or R), batch, benefit or refund, attempt.
Key = tuple[str, int, int, int]


class Good(NamedTuple):
    """A line that is taken in, or that waits; fen. `seq` 0: the first final word on its payment. `booked_on` None: the bank gave no day."""

    row_no: int
    key: Key
    status: str
    reason: str
    amount_fen: int
    booked_on: dt.date | None
    seq: int = 0
    sentence: str = ""


class Sent(NamedTuple):
    """A payment as it was sent, with the bank's last word on it ("" none yet): amount (fen), the day of its run and the run's month, day and
    number of the word, the account it was sent to."""

    amount_fen: int
    executed_on: dt.date
    period: int
    status: str
    said_on: dt.date | None
    seq: int
    account_no: str
    account_name: str

    def earliest(self, today: dt.date) -> dt.date:
        """The first day a result may bear. Of a demonstration whose day was moved back, the first of the run's month."""
        return self.executed_on if self.executed_on <= today else min(first_day(self.period), today)


@dataclass
class Judged:
    """Every line of a file: what became of it. `rejected`: row and sentence."""

    taken: list[Good] = field(default_factory=list)
    waiting: list[Good] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    known: int = 0
    pending: int = 0

    @property
    def lines(self) -> int:
        return len(self.taken) + len(self.waiting) + len(self.rejected) + self.known + self.pending

    def count(self, status: str) -> int:
        """How many were taken in with a status."""
        return sum(1 for good in self.taken if good.status == status)


def judge(results: Results, file_name: str, today: dt.date) -> Judged:
    """What becomes of each line of a file.

    Raises:
        ResultRefused: more payments than a file may have.
    """
    judged = Judged()
    rows = without_our_own(_with_groups(results, judged, file_name), today)
    keyed = [(row, key) for row in rows if (key := _key_of(row, judged)) is not None]
    finals: dict[Key, list[ResultRow]] = {}
    pending: list[tuple[ResultRow, Key]] = []
    for row, key in keyed:
        if row.status in _FINAL:
            finals.setdefault(key, []).append(row)
        else:
            pending.append((row, key))
    sent = _sent([*finals, *(key for _, key in pending)])
    for row, key in pending:
        _pending(row, key, sent, judged)
    for key, said in finals.items():
        one = _only(said, judged)
        if one is not None:
            _final(one, key, sent.get(key), today, judged)
    judged.rejected.sort(key=lambda r: r[0])
    return judged


def _with_groups(results: Results, judged: Judged, file_name: str) -> list[ResultRow]:
    """The lines of a file, with one for each payment of a file or block that is spoken of as a whole.

    What is said of a payment alone says more: beside it the same word on the whole, or a word that is not final, is left out. A word on
    the whole that contradicts it stays, and both are judged.
    """
    rows = list(results.rows)
    alone: dict[str, set[str]] = {}
    for row in rows:
        alone.setdefault(plain_number(row.number), set()).add(row.status)
    # A block says more than its file.
    for group in sorted(results.groups, key=lambda g: not g.block):
        numbers = None if group.fault else payments_of(group.message, group.block)
        if numbers is None or group.count not in (None, len(numbers)):
            rows.append(_unread(group, _why_unread(group, numbers), len(rows)))
            continue
        for number in numbers:
            said = alone.setdefault(number, set())
            if said and (group.status in said or group.status not in _FINAL):
                continue
            said.add(group.status)
            rows.append(ResultRow(len(rows) + 1, number, group.status, group.reason, None, group.booked_on))
        if len(rows) > ROWS_MAX:
            raise too_many(file_name)
    if len(rows) > ROWS_MAX:
        raise too_many(file_name)
    return rows


def _why_unread(group: GroupRow, numbers: list[str] | None) -> str:
    """Why a word on a whole file or block is not taken."""
    name = (group.block or group.message)[:40]
    if group.fault:
        return group.fault
    if numbers is None:
        return f"文件或批次“{name}”不是本系统发出的，或已没有支付"
    return f"文件或批次“{name}”写明 {group.count} 笔，本系统发出 {len(numbers)} 笔，两者不符，未采信，请与银行核实"


def _unread(group: GroupRow, fault: str, before: int) -> ResultRow:
    return ResultRow(before + 1, "", "", "", None, None, fault)


def plain_number(number: str) -> str:
    """A payment number as it was given out: full-width forms, blanks, what nobody sees, and small letters folded."""
    return plain_identity(number)


def _key_of(row: ResultRow, judged: Judged) -> Key | None:
    """What a line is about; None when it is rejected for that. A line that contradicts another is looked at whatever else is wrong with it."""
    number = plain_number(row.number)
    found = _NUMBER.fullmatch(number)
    if found is not None and (row.status or not row.fault):
        return _key(found)
    if not number and row.fault:
        judged.rejected.append((row.row_no, row.fault))
    elif found is None:
        judged.rejected.append((row.row_no, f"支付编号“{row.number.strip()[:40]}”不是本系统的编号" if number else "没有支付编号"))
    else:
        judged.rejected.append((row.row_no, f"{number} 的{row.fault}"))
    return None


def _key(found: re.Match[str]) -> Key:
    if found[4]:
        return "R", int(found[4]), int(found[5]), 1
    return "P", int(found[1]), int(found[2]), int(found[3] or 1)


def sent_as_named(named: Mapping[int, Named], today: dt.date) -> set[int]:
    """Which lines of money, by their key, name a payment as it was sent: its amount, not before the day it may have come back (`LookUp`)."""
    keys = {line: _key(found) for line, n in named.items() if (found := _NUMBER.fullmatch(plain_number(n.number)))}
    sent = _sent(keys.values())
    return {
        line
        for line, key in keys.items()
        if key in sent and sent[key].amount_fen == named[line].amount_fen and sent[key].earliest(today) <= named[line].day
    }


def of_others(numbers: Iterable[str], user_id: int) -> set[str]:
    """Which of some numbers name payments of batches whose results somebody does not answer for (`AnswersNot`)."""
    batches = {number: _key(found)[1] for number in numbers if (found := _NUMBER.fullmatch(plain_number(number)))}
    return {number for number, batch in batches.items() if not_ours(user_id, {batch}) is not None}


def brought_before(lines: Iterable[int]) -> set[int]:
    """Which of some lines of statements bring back what another line has brought before (`BroughtBefore`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT l FROM unnest(%s::bigint[]) AS l WHERE benefits_brought_before_v1(l)", [sorted(lines)])
        return {line for (line,) in cursor.fetchall()}


def _only(said: Sequence[ResultRow], judged: Judged) -> ResultRow | None:
    """The one line a file has on a payment; None where it has none that holds. The same said twice counts once."""
    number = plain_number(said[0].number)
    sound = [row for row in said if not row.fault]
    amounts = {row.amount_fen for row in sound} - {None}
    days = {row.booked_on for row in sound} - {None}
    accounts = {row.account_no for row in sound} - {""}
    if len({row.status for row in said}) > 1 or len(amounts) > 1 or len(days) > 1 or len(accounts) > 1:
        lines = "、".join(str(row.row_no) for row in said[:10])
        judged.rejected.extend(
            (row.row_no, f"{number} 在文件中有互相矛盾的结果（第 {lines} 行），均未采信，请与银行核实后重新取得文件")
            for row in said
        )
        return None
    judged.rejected.extend((row.row_no, f"{number} 的{row.fault}") for row in said if row.fault)
    if not sound:
        return None
    judged.known += len(sound) - 1
    day = next((row.booked_on for row in sound if row.booked_on), None)
    amount = next((row.amount_fen for row in sound if row.amount_fen is not None), None)
    reason = next((row.reason for row in sound if row.reason), "")
    name = next((row.account_name for row in sound if row.account_name), "")
    return replace(
        sound[0], amount_fen=amount, booked_on=day, reason=reason, account_no=next(iter(accounts), ""), account_name=name
    )


def _pending(row: ResultRow, key: Key, sent: dict[Key, Sent], judged: Judged) -> None:
    number = plain_number(row.number)
    if key not in sent:
        judged.rejected.append((row.row_no, f"没有支付编号为 {number} 的支付"))
    elif row.fault:
        judged.rejected.append((row.row_no, f"{number} 的{row.fault}"))
    elif row.status == PENDING:
        judged.pending += 1
    else:
        judged.rejected.append((row.row_no, f"{number} 的处理结果无法识别"))


def _final(row: ResultRow, key: Key, sent: Sent | None, today: dt.date, judged: Judged) -> None:
    """Where a final word on a payment goes."""
    number, day = plain_number(row.number), row.booked_on
    if sent is None:
        judged.rejected.append((row.row_no, f"没有支付编号为 {number} 的支付"))
    elif row.amount_fen is not None and row.amount_fen != sent.amount_fen:
        judged.rejected.append(
            (row.row_no, f"{number} 金额 {format_fen(row.amount_fen)} 与支付金额 {format_fen(sent.amount_fen)} 不符")
        )
    elif (told := payee_told(row, sent.account_no, sent.account_name)).another:
        judged.rejected.append((row.row_no, f"{number} {told.another}，未采信；请与银行核实该笔付给了谁"))
    elif day is not None and day > today:
        judged.rejected.append((row.row_no, f"{number} 的记账日期 {day} 晚于今天"))
    elif day is not None and day < (first := sent.earliest(today)):
        judged.rejected.append((row.row_no, f"{number} 的记账日期 {day} 早于支付（{first}），请与银行核实"))
    else:
        good = Good(row.row_no, key, row.status, row.reason, sent.amount_fen, day)
        before = len(judged.taken)
        _beside(good, number, sent, judged)
        # What changes nothing, or waits already, need not be compared.
        if told.unclear and len(judged.taken) > before:
            unheard = "" if sent.status else "此前没有结果"
            words = "；".join(filter(None, [f"{number} {told.unclear}，请核实该笔付给了谁", unheard]))
            judged.waiting.append(judged.taken.pop()._replace(seq=0, sentence=words[:200]))


def _beside(good: Good, number: str, sent: Sent, judged: Judged) -> None:
    """A word beside the last one on the same payment: the first, the same again, in order with it, or against it."""
    day, before = good.booked_on, sent.said_on
    is_return = good.status == PaymentStatus.RETURNED
    if not sent.status:
        judged.taken.append(good)
    elif sent.status == good.status or (not is_return and day is not None and before is not None and day < before):
        # An arrival heard of after the return that followed it on a later day changes nothing.
        judged.known += 1
    elif is_return and (day is None or before is None or day >= before):
        judged.taken.append(good._replace(seq=sent.seq + 1))
    else:
        said, now = PaymentStatus(sent.status).label, PaymentStatus(good.status).label
        words = f"{number} 已于 {before} 接收为“{said}”，本行为{f' {day} ' if day else '未注明日期的'}“{now}”，两者矛盾"
        judged.waiting.append(good._replace(sentence=words[:200]))


_SENT = named_sql("payment", "bank_results")


def _sent(keys: Iterable[Key]) -> dict[Key, Sent]:
    """The payments of some numbers that were sent, with the last word on each."""
    asked: dict[str, list[Key]] = {"P": [], "R": []}
    for key in Counter(keys):
        asked[key[0]].append(key)
    found: dict[Key, Sent] = {}
    with connection.cursor() as cursor:
        for series, statement in (("P", "sent"), ("R", "sent_refunds")):
            if asked[series]:
                cursor.execute(_SENT[statement], [list(column) for column in zip(*(key[1:] for key in asked[series]), strict=True)])
                found |= {
                    (series, batch, subject, attempt): Sent(fen, on, period, status or "", said_on, seq or 0, account, name)
                    for batch, subject, attempt, fen, on, period, status, said_on, seq, account, name in cursor.fetchall()
                }
    return found


register_payouts(sent_as_named, of_others, brought_before)
