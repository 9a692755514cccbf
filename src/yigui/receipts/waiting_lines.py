"""Lines that were set aside (待核) or rejected (退回): a person who has looked books them after all, or leaves them out, with the reason.

It is a person of the agency that answers for the area the money came in at; what nothing speaks for, another than whoever brought the file.
"""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import IntegrityError, transaction

from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.receipts.enums import UNREAD, Cause, Fate, Outcome
from yigui.receipts.errors import LineRefused
from yigui.receipts.files import Import, book_line
from yigui.receipts.models import LineEnd, ReceiptFile, ReceiptLine
from yigui.receipts.not_booked import hands_of, missed_among
from yigui.receipts.payouts import returned_among
from yigui.receipts.queries import rejected_of
from yigui.registry.queries import areas_under
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of


def is_open(line: ReceiptLine) -> bool:
    """Whether a person may still decide about a line: it waits, or is one whose reference or content others have too."""
    waits = line.fate == Fate.WAITING or line.cause == Cause.OTHER_CONTENT or (line.cause == Cause.SAME and not line.is_referenced)
    return waits and line.received_on is not None and not hasattr(line, "end")


def is_rejected(line: ReceiptLine) -> bool:
    """Whether a line could not be read as money of ours, and nobody has settled it: put right and sent again, or no money of ours."""
    return line.fate == Fate.REJECTED and line.cause in UNREAD and not hasattr(line, "end")


def may_be_booked(line: ReceiptLine, returned: Collection[int]) -> bool:
    """Whether the line can become a receipt: not where it could not be read, nor where it brings a payment of ours back (`payouts.returned_among`)."""
    return line.received_on is not None and not line.is_debit and line.pk not in returned


def answers_for(user: User, area_code: str) -> bool:
    """Whether somebody's agency answers for the area money came in at: its own, or as that of the city one of its counties."""
    return area_code in areas_under(user.agency.area_id)


def has_brought(user: User, file: ReceiptFile) -> bool:
    """Whether somebody has brought a file of money in; nobody has what a partner's program sent."""
    return file.imported_by_id is not None and is_one_of(user, [file.imported_by_id])


def why_not_left_out(line: ReceiptLine, hands: int, *, brought_it: bool) -> str:
    """Why somebody cannot leave a line out, in a sentence; "" where they can.

    Args:
        hands: how many it takes (`not_booked.hands_of`).
        brought_it: whether it is they who brought its file (`has_brought`).
    """
    if not hands and line.cause in UNREAD:
        return "对账单余额表明该文件还有到账没有入账，退回的行不能按不入账处理；请更正后重新导入整份对账单。"
    if not hands:
        return (
            f"第 {line.row_no} 行是本账户对账单上的到账，账上还没有这笔钱，不能不入账；查明归属前请按“入账”列入暂收款"
            f"{'，确为我方支付退汇的转为发放结果' if line.cause == Cause.RETURNED_PAYOUT else ''}。"
        )
    if hands > 1 and brought_it:
        return "没有对账单余额可以印证，按不入账处理须由导入该文件以外的另一名出纳或会计决定。"
    return ""


@transaction.atomic
def decide_line(*, line_id: int, is_booked: bool, reason: str, user: User, today: date) -> Import | None:
    """Book a line after all, or leave it out; gives what was booked.

    A line that was left out although it may not be (`not_booked.missed_among`) can still be booked.

    Raises:
        LineRefused: no such line, another agency's, decided already, not a contribution, not to be left out, by another, or no reason.
    """
    line = ReceiptLine.objects.select_related("file", "end").filter(pk=line_id).first()
    if line is None or not (is_open(line) or is_rejected(line) or (is_booked and missed_among([line]))):
        raise LineRefused(f"编号 {line_id} 的行不存在，或不需处理、已处理，请刷新后查看。", line=line_id)
    if not answers_for(user, line.area_code):
        raise LineRefused(_OTHERS.format(line.area_code), line=line_id)
    if is_booked and is_rejected(line):
        raise LineRefused(
            "该行没有读成一笔钱，不能直接入账；请更正后重新导入，再按“不入账”处理，依据写明更正后的文件。", line=line_id
        )
    said = reason_of(reason, "请写明依据，如“已与银行核实为另一笔”", LineRefused)
    act_as(user)
    if not is_booked:
        if why := why_not_left_out(line, hands_of([line.pk])[line.pk], brought_it=has_brought(user, line.file)):
            raise LineRefused(why, line=line_id)
        _leave_out([line.pk], said, user)
        return None
    if not may_be_booked(line, returned_among([line], today, user)):
        raise LineRefused("该行是支出、冲正或我方支付的退汇，不能按到账入账；退汇请转为发放结果。", line=line_id)
    done = book_line(line, reason=said, user=user, today=today)
    if not done.new_rows:
        raise LineRefused("同一流水号、同一内容的一笔已经入账，未再入账；请按“不入账”处理。", line=line_id)
    return done


_OTHERS = "收款地区 {} 未入账的行由该地区或其市级经办机构的出纳、会计处理。"
#: Rejected lines of a file that one deed settles at most.
AT_ONCE = 5_000


@transaction.atomic
def settle_rejected(*, file_id: int, reason: str, user: User) -> int:
    """Settle the rejected lines of a file together, with one reason, at most `AT_ONCE`; gives how many.

    Raises:
        LineRefused: no line of the file is rejected and not settled, another agency's, not to be left out, by another, or no reason.
    """
    numbers = list(rejected_of(file_id).order_by("seq").values_list("pk", flat=True)[:AT_ONCE])
    if not numbers:
        raise LineRefused("该文件没有尚未处理的退回行，请刷新后查看。", file=file_id)
    first = ReceiptLine.objects.select_related("file").get(pk=numbers[0])
    if not answers_for(user, first.area_code):
        raise LineRefused(_OTHERS.format(first.area_code), file=file_id)
    # What could not be read stands for its whole file, so one speaks for all.
    if why := why_not_left_out(first, hands_of([first.pk])[first.pk], brought_it=has_brought(user, first.file)):
        raise LineRefused(why, file=file_id)
    said = reason_of(reason, "请写明依据，如“更正后已随第 12 号到账文件入账”", LineRefused)
    act_as(user)
    _leave_out(numbers, said, user)
    return len(numbers)


def _leave_out(lines: Sequence[int], reason: str, user: User) -> None:
    """Put down that lines are not booked, and why.

    Raises:
        LineRefused: a colleague has settled one of them in the same moment.
    """
    ends = [LineEnd(line_id=line, outcome=Outcome.LEFT_OUT, reason=reason, decided_by_id=user.pk) for line in lines]
    try:
        with transaction.atomic():
            LineEnd.objects.bulk_create(ends)
    except IntegrityError as error:
        raise LineRefused("其中有的行刚刚已由他人处理，本次未作改动，请刷新后查看。") from error
