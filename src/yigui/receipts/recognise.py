"""Recognising (认领) whose money a receipt with an unknown payer is: a finding with its reason, booked later.

It is set off against what the payer owes by FND-001, or refunded by LVY-011. What was recognised wrongly is undone by
two people (撤销认领), for what is left of it; what bills have taken is taken back by a batch (认领收回, `claim_reversal`), which undoes the claim too.
"""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from yigui.common.normalise import plain_code, plain_identity
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.receipts.errors import ClaimRefused
from yigui.receipts.models import Claim, ClaimUndo, Receipt
from yigui.receipts.queries import claims_in_force, left_of
from yigui.registry.models import Employer, Person
from yigui.registry.queries import employer_by_unit_no, person_by_number
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of

ASKED = "请写明认领依据，如“单位出示的汇款凭证”"
#: What is true of money that bills have taken.
TAKEN = "已抵缴缴费单的部分，由会计或科室负责人在认领记录页申请收回，经复核、审批后恢复欠费并回到暂收款。"


@dataclass(frozen=True)
class Recognition:
    """A receipt and whom it is to be claimed for, looked at before: what came with the money that speaks for somebody else, in sentences."""

    receipt: Receipt
    employer: Employer | None
    person: Person | None
    doubts: tuple[str, ...]


def look_at(*, receipt_id: int, unit_no: str = "", id_number: str = "") -> Recognition:
    """Whom a receipt would be claimed for, and what speaks against it; nothing is written. Of the two numbers exactly one is given.

    Raises:
        ClaimRefused: the payer is known, no such employer or person, both or neither, or recognised already.
    """
    receipt = Receipt.objects.filter(pk=receipt_id, employer_id=None, person_id=None).first()
    if receipt is None:
        raise ClaimRefused("该笔到账不存在，或付款人已知，无需认领。", receipt=receipt_id)
    unit_no, id_number = plain_code(unit_no), plain_identity(id_number)
    if bool(unit_no) == bool(id_number):
        raise ClaimRefused("请填写单位编号或证件号码中的一项。", receipt=receipt_id)
    employer: Employer | None = None
    person: Person | None = None
    if unit_no:
        employer = employer_by_unit_no(unit_no)
        if employer is None:
            raise ClaimRefused(f"未查询到单位编号 {unit_no[:20]}，请核对。", unit_no=unit_no[:20])
    else:
        person = person_by_number(id_number)
        if person is None:
            raise ClaimRefused("未查询到该证件号码的参保人，请核对。", receipt=receipt_id)
    if receipt_id in claims_in_force([receipt_id]):
        raise ClaimRefused("该笔到账已被认领；认领有误的，先撤销认领。", receipt=receipt_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contributions_claim_doubts_v1(%s, %s, %s)",
            [receipt_id, employer.pk if employer else None, person.pk if person else None],
        )
        (doubts,) = cursor.fetchone()
    return Recognition(receipt, employer, person, tuple(doubts))


def recognise(*, receipt_id: int, unit_no: str = "", id_number: str = "", reason: str, ground: str = "", user: User) -> Claim:
    """Record that a receipt is an employer's or a person's money: of the two numbers exactly one is given.

    Args:
        ground: why it is theirs although what came with the money speaks for somebody else; asked for where it does.

    Raises:
        ClaimRefused: as `look_at`, or no reason, or no ground where one is asked for.
    """
    found = look_at(receipt_id=receipt_id, unit_no=unit_no, id_number=id_number)
    said = reason_of(reason, ASKED, ClaimRefused)
    why = ""
    if found.doubts:
        asked = f"{'；'.join(found.doubts)}。仍属认领对象的，请写明核实情况，如“付款人为其代缴，有委托书”"
        why = reason_of(ground, asked, ClaimRefused)
    before = Claim.objects.filter(receipt=found.receipt).count()
    try:
        with transaction.atomic():
            act_as(user)
            return Claim.objects.create(
                receipt=found.receipt, employer=found.employer, person=found.person, reason=said, ground=why, claimed_by_id=user.pk,
                nth=before + 1,
            )  # fmt: skip
    except IntegrityError as error:
        raise ClaimRefused("该笔到账已被认领。", receipt=receipt_id) from error


@transaction.atomic
def undo_claim(*, claim_id: int, reason: str, user: User) -> ClaimUndo:
    """Ask that a claim be undone, or confirm what another has asked for: the second person's word undoes it, for what is left of the money.

    Raises:
        ClaimRefused: no claim in force, nothing of the money is left, no reason, or the same person.
    """
    claim = Claim.objects.select_related("receipt").filter(pk=claim_id).first()
    if claim is None or claim_id not in {c.pk for c in claims_in_force([claim.receipt_id]).values()}:
        raise ClaimRefused("该认领不存在或已撤销，请刷新后查看。", claim=claim_id)
    if not left_of([claim.receipt])[claim.receipt_id]:
        raise ClaimRefused("该笔到账已全部抵缴或退费，没有可以撤销认领的余额；" + TAKEN, claim=claim_id)
    act_as(user)
    asked = ClaimUndo.objects.filter(claim=claim).first()
    if asked is None:
        said = reason_of(reason, "请写明撤销认领的原因，如“汇款凭证与单位不符”", ClaimRefused)
        return ClaimUndo.objects.create(claim=claim, reason=said, asked_by_id=user.pk)
    if is_one_of(user, [asked.asked_by_id]):
        raise ClaimRefused("撤销认领须由申请人以外的另一人确认。", claim=claim_id)
    asked.confirmed_by_id, asked.confirmed_at = user.pk, timezone.now()
    asked.save(update_fields=["confirmed_by_id", "confirmed_at"])
    return asked
