"""Electronic receipts (社保电子票据): numbered, as PDF with a verification code, void with a reason."""

import datetime as dt
from functools import partial

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.money import format_fen
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.documents.issue import issue_document
from yigui.law.contribution import describe_period
from yigui.receipts.errors import ReceiptRefused
from yigui.receipts.models import ElectronicReceipt, Receipt
from yigui.receipts.settle import bills_paid_by
from yigui.receipts.waiting_lines import answers_for
from yigui.registry.enums import insurance_label
from yigui.registry.models import Employer, Person
from yigui.registry.queries import area_name
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.models import User


@transaction.atomic
def issue_electronic_receipt(*, receipt: Receipt, user: User, today: dt.date) -> ElectronicReceipt:
    """Issue the electronic receipt of money that paid bills, in the name of the issuer's agency; the same one again when there is a valid one.

    Raises:
        ReceiptRefused: the money has not paid anything yet (it is in suspense), is being undone or taken back, or came in at an area another
            agency answers for.
    """
    _refuse_foreign(receipt, user)
    known = ElectronicReceipt.objects.filter(receipt=receipt, voided_at=None).first()
    if known is not None:
        return known
    paid = bills_paid_by(receipt)
    if not paid:
        raise ReceiptRefused("该笔到账尚未认定到缴费单，暂不能开具票据。", receipt=receipt.pk)
    # The database asks the same (`contributions_ticket_free_v1`).
    under_way = Batch.objects.filter(
        kind__in=("claim-reversal", "receipt-reversal"), status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED), summary__receipt=receipt.pk
    ).first()  # fmt: skip
    if under_way is not None:
        raise ReceiptRefused(
            f"该笔到账正在办理收回或冲回（第 {under_way.pk} 号批次），不能开具电子票据；款项确应保留的，先作废该批次再开具。",
            receipt=receipt.pk,
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('contributions_electronic_no')")
        (serial,) = cursor.fetchone()
    act_as(user)
    number = f"{receipt.area_code}{today.year % 100:02d}{serial:010d}"
    bill = paid[0][0]
    payer = Employer.objects.filter(pk=bill.employer_id).first() or Person.objects.filter(pk=bill.person_id).first()
    total = sum(fen for _, fen in paid)
    rows = [
        [
            insurance_label(b.insurance),
            describe_period(b.start_period, b.end_period),
            str(b.id),
            b.get_kind_display(),
            format_fen(fen),
        ]
        for b, fen in paid
    ]
    document = issue_document(
        kind="payment_voucher", title="社会保险费电子票据", case_no=number, holder=payer.name if payer else receipt.payer_name,
        is_holder_person=isinstance(payer, Person), issued_on=today,
        content={
            "agency": user.agency.name,
            "facts": [
                ("票据号", number), ("缴费人", payer.name if payer else receipt.payer_name), ("到账日期", receipt.received_on.isoformat()),
                ("到账流水号", receipt.reference), ("金额合计（元）", format_fen(total)), ("参保归属地", area_name(str(bill.area))),
                ("收款地区", area_name(receipt.area_code)),
            ],
            "sections": [{"title": "缴费明细", "head": ["险种", "所属期", "缴费单号", "类型", "金额（元）"], "rows": rows}],
            "notes": ["本票据凭验证码或二维码核验；作废后核验页会注明。"],
        },
    )  # fmt: skip
    return ElectronicReceipt.objects.create(number=number, receipt=receipt, document_code=document.code, amount_fen=total)


@transaction.atomic
def void_electronic_receipt(*, number: str, reason: str, user: User) -> ElectronicReceipt:
    """Void (作废) a receipt; its verification page says so from now on. A new one can then be issued for the same money.

    Raises:
        ReceiptRefused: no such receipt, void already, or no reason.
    """
    found = ElectronicReceipt.objects.select_for_update().filter(number=number).first()
    if found is None or found.voided_at is not None:
        raise ReceiptRefused(f"没有票据号为 {number} 的有效票据。", number=number)
    _refuse_foreign(found.receipt, user)
    said = reason_of(reason, f"请写明票据 {number} 作废的原因", partial(ReceiptRefused, number=number))
    act_as(user)
    ElectronicReceipt.objects.filter(pk=found.pk).update(voided_at=clock.now(), void_reason=said, voided_by_id=user.pk)
    found.refresh_from_db()
    return found


def _refuse_foreign(receipt: Receipt, user: User) -> None:
    """The database asks the same (`contributions_ticket_hand_v1`)."""
    if not answers_for(user, receipt.area_code):
        words = f"收款地区 {receipt.area_code} 的电子票据由该地区或其市级经办机构的出纳、会计开具和作废。"
        raise ReceiptRefused(words, receipt=receipt.pk)


def void_note(document_code: str) -> str:
    """Sentence for the verification page of a void receipt; "" for a valid one or another document."""
    found = ElectronicReceipt.objects.filter(document_code=document_code).exclude(voided_at=None).first()
    return (
        f"该票据已于 {clock.local(found.voided_at):%Y-%m-%d} 作废，原因：{found.void_reason}。" if found and found.voided_at else ""
    )
