"""Sending a returned payment again (退票重发), under the warrant of its case."""

from yigui.entitlement.award import Payee
from yigui.payment.errors import ReissueRefused
from yigui.payment.models import Reissue
from yigui.payment.queries import ReturnedPayment, doubts_of, words_of_doubt


def send_again(*, returned: ReturnedPayment, payee: Payee, case_id: int) -> Reissue:
    """Queue a returned payment for the next run's files, into the account of `payee`; it stays in suspense and is no new expense.

    Raises:
        ReissueRefused: the bank contradicts itself about the payment, and nobody has decided.
    """
    payment = returned.payment
    for doubt in doubts_of(payment.batch_id, payment.benefit_id):
        raise ReissueRefused(words_of_doubt(doubt), batch=payment.batch_id)
    return Reissue.objects.create(
        batch_id=payment.batch_id, benefit_id=payment.benefit_id, attempt=returned.attempt + 1, amount_fen=returned.amount_fen,
        bank_code=payee.bank_code, account_name=payee.account_name, account_no=payee.account_no, case_id=case_id,
    )  # fmt: skip
