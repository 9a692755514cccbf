"""Recognising (认领) whose money a receipt with an unknown payer is: a finding with its reason, booked later by FND-001."""

from django.db import IntegrityError, transaction

from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.receipts.errors import ClaimRefused
from yigui.receipts.models import Claim, Receipt
from yigui.registry.queries import employer_by_unit_no
from yigui.staff.models import User


def recognise(*, receipt_id: int, unit_no: str, reason: str, user: User) -> Claim:
    """Record that a receipt is an employer's money.

    Raises:
        ClaimRefused: the payer is known, no such employer, no reason, or recognised already.
    """
    receipt = Receipt.objects.filter(pk=receipt_id, employer_id=None, person_id=None).first()
    if receipt is None:
        raise ClaimRefused("该笔到账不存在，或付款人已知，无需认领。", receipt=receipt_id)
    employer = employer_by_unit_no(unit_no)
    if employer is None:
        raise ClaimRefused(f"未查询到单位编号 {unit_no[:20]}，请核对。", unit_no=unit_no[:20])
    said = reason_of(reason, "请写明认领依据，如“单位出示的汇款凭证”", ClaimRefused)
    try:
        with transaction.atomic():
            act_as(user)
            return Claim.objects.create(receipt=receipt, employer=employer, reason=said, claimed_by_id=user.pk)
    except IntegrityError as error:
        raise ClaimRefused("该笔到账已被认领。", receipt=receipt_id) from error
