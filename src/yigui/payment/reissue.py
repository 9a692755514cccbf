"""Sending a returned payment again (退票重发), under the warrant of its case."""

from yigui.entitlement.award import Payee
from yigui.payment.models import Payment, PaymentResult, Reissue


def send_again(*, payment: Payment, result: PaymentResult, payee: Payee, case_id: int) -> Reissue:
    """Queue a returned payment for the next run's files, into the account of `payee`; it stays in suspense and is no new expense.

    Args:
        payment: the payment of its run that the bank returned.
        result: the bank's newest result of it; the new attempt is the next one.
    """
    return Reissue.objects.create(
        batch_id=payment.batch_id, benefit_id=payment.benefit_id, attempt=result.attempt + 1, amount_fen=payment.amount_fen,
        bank_code=payee.bank_code, account_name=payee.account_name, account_no=payee.account_no, case_id=case_id,
    )  # fmt: skip
