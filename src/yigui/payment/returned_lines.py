"""A payment of ours that came back into the account contributions come to (支付退汇): its line becomes the payment's result.

The bank reports such money on the statement of the collecting account, where it is no contribution. Whoever works on the line hands it over;
like any returned payment it is due again once another person has compared it (`bank_results.confirm_results`).
"""

import datetime as dt

from django.db import connection, transaction

from yigui.common.digests import sm3
from yigui.common.locks import Lock
from yigui.payment.bank_results import keep_judged
from yigui.payment.enums import PaymentStatus
from yigui.payment.errors import ResultRefused
from yigui.payment.judge_results import brought_before, judge, of_others
from yigui.payment.models import ResultFile
from yigui.payment.result_formats import ResultRow, Results
from yigui.receipts.enums import DEPOSIT_OF, Cause
from yigui.receipts.errors import LineRefused
from yigui.receipts.models import ReceiptLine
from yigui.receipts.waiting_lines import is_open
from yigui.staff.models import User


def may_be_handed_over(line: ReceiptLine) -> bool:
    """Whether a line is a payment of ours that came back, and nobody has decided about it."""
    return line.cause == Cause.RETURNED_PAYOUT and bool(line.payment_no) and not line.is_debit and is_open(line)


@transaction.atomic
def hand_over(*, line_id: int, user: User, today: dt.date) -> ResultFile:
    """Make a waiting line the result of the payment it names: taken, known already, or waiting where it contradicts what is on record.

    The money lies in the account of the statement, and the books say so, also where the bank's results told of it before and it was booked
    to the expenditure account (支出户): the order of the two files does not matter. Source: 财会〔2017〕28号 (收入户存款, 支出户存款).

    Raises:
        LineRefused: no such line, decided already, not a payment of ours as it was sent, another line brought it, or another agency answers for its
            batch; nothing is changed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [Lock.RESULTS])
    line = ReceiptLine.objects.select_related("file").filter(pk=line_id).first()
    if line is None or not may_be_handed_over(line):
        raise LineRefused(f"第 {line_id} 号待核行不是待处理的支付退汇，或已处理，请刷新后查看。", line=line_id)
    name = f"第 {line.file_id} 号到账文件第 {line.row_no} 行"
    row = ResultRow(1, line.payment_no, PaymentStatus.RETURNED, line.text[:100], line.amount_fen, line.received_on)
    judged = judge(Results([row], []), name, today)
    if judged.rejected:
        _, why = judged.rejected[0]
        raise LineRefused(f"{why}，不能转为发放结果；请与银行核实款项归属，查明前可按“入账”列入暂收款。", line=line_id)
    if of_others([line.payment_no], user.pk):
        raise LineRefused(
            f"该笔退汇是其他经办机构的支付（{line.payment_no}），款项在本账户上：请按“入账”列入暂收款，并告知该批次所属地区的经办机构，由其向银行核实退汇。",
            line=line_id,
        )
    if brought_before([line.pk]):
        raise LineRefused(
            f"这笔支付的退汇款此前已由另一行到账登记，本行（{line.payment_no}）不能再转为发放结果；请与银行核实是否重复退款，查明前可按“入账”列入暂收款。",
            line=line_id,
        )
    try:
        with transaction.atomic():
            return keep_judged(
                judged, digest=sm3(f"receipt-line|{line.pk}"), file_name=name, today=today, user=user,
                deposit=DEPOSIT_OF[line.file.source], ends=line.pk,
            )  # fmt: skip
    except ResultRefused as refused:
        words = f"{refused.message}，本行（{line.payment_no}）不能再转为发放结果；请与银行核实是否重复退款，查明前可按“入账”列入暂收款。"
        raise LineRefused(words, line=line_id) from refused
