"""Another account for a refund (退费改付): the bank gave it back, or the payee has died and an heir has claimed it.

Asked for from the page of refunds with the ground, checked by a second and approved by a third person; the next batch pays there. What a batch under way was
approved to pay into the old account is taken out when it is executed.
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection

from yigui.common.digests import digest_of
from yigui.common.identifiers import is_bank_account, mask_name, mask_number, says_its_kind
from yigui.common.normalise import plain_identity, plain_name
from yigui.common.reasons import reason_of
from yigui.exchange.import_records import held_numbers
from yigui.payment.errors import PayRefused
from yigui.payment.refunds import Standing, standings
from yigui.receipts.models import Refund, RefundDue, RefundPayee
from yigui.registry.models import FormerIdentity, Person
from yigui.registry.queries import area_over
from yigui.runs.checks import bar
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import prepare
from yigui.staff.models import User

#: The ground in words, characters.


def owed_of(refund_id: int) -> list[Standing]:
    """What is still to be paid of a refund, one row per book."""
    areas = list(RefundDue.objects.filter(refund=refund_id).values_list("area_code", flat=True))
    return [row for row in standings(areas, refund_ids=[refund_id]) if row.is_owed] if areas else []


def asked_in(refund_id: int) -> int | None:
    """The batch that waits to give a refund another account, where one does."""
    open_ones = Batch.objects.filter(
        kind=RefundPayeeKind.code,
        status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED),
        subject__startswith=f"{_subject(refund_id)}-",
    )
    return open_ones.order_by("-id").values_list("pk", flat=True).first()


def _subject(refund_id: int) -> str:
    return f"退费-{refund_id}"


class RefundPayeeKind(RunKind):
    """Gives one refund another account; asked for from the page of refunds."""

    code, name, unit = "refund-payee", "退费改付", Unit.NONE
    help = "another account for a refund"
    writes = ("contributions_refund_payee",)
    #: Where money goes is key information, as the account of a benefit: three people, a warrant of class 1.
    signers = three_people("新账户已凭证件和银行凭证核对。", "改付依据和新账户已逐项核对。", "同意改付。")
    parts = ("payment/runs/refund_payee.html",)
    is_asked_for = False

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """What is asked for.

        Args:
            more: `refund_id`, `bank_code`, `account_name`, `account_no`, of a person's refund the `payee_number` of who has that account, and the
                `reason` in words.

        Raises:
            PayRefused: no such refund, nothing of it is owed, no account, nobody known by number who has it, or no ground.
        """
        refund = Refund.objects.select_related("person").filter(pk=more["refund_id"]).first()
        if refund is None:
            raise PayRefused(f"没有编号为 {more['refund_id']} 的退费，请从“退费支付”页选择。")
        owed = owed_of(refund.pk)
        if not owed:
            raise PayRefused("该笔退费没有待支付的款项（已送银行或已到账），不能改付；银行退回后可以改付。", refund=refund.pk)
        account = {key: str(more[key]).strip() for key in ("bank_code", "account_name", "account_no")}
        if not account["account_name"]:
            raise PayRefused("请填写新账户的户名。", refund=refund.pk)
        if not is_bank_account(account["account_no"]):
            raise PayRefused(f"银行账号“{account['account_no'][:40]}”格式有误，请核对银行卡。", refund=refund.pk)
        payee_number = plain_identity(str(more.get("payee_number", "")))
        if refusal := _payee_refusal(refund, payee_number, account["account_name"]):
            raise PayRefused(refusal, refund=refund.pk)
        reason = reason_of(more["reason"], "请写明改付的依据，如“账户已销户，本人提供新卡”", partial(PayRefused, refund=refund.pk))
        facts = {
            "refund": refund.pk,
            **account,
            "payee_number": payee_number,
            "reason": reason,
            "owed": [[r.due_id, r.amount_fen] for r in owed],
        }
        # A refund may have to move more than once: each time is a batch of its own.
        number = RefundPayee.objects.filter(refund=refund).count() + 1
        areas = sorted({r.area_code for r in owed})
        # Owed out of the books of several areas it is the city's to sign.
        return Opening(area_over(areas), 0, tuple(areas), f"{_subject(refund.pk)}-{number}", facts)

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        summary = dict(work.opening.facts)
        now = owed_of(summary["refund"])[0]
        summary["before"] = [now.account_name, mask_number(now.account_no)]
        is_same = (now.bank_code, now.account_name, now.account_no) == tuple(
            summary[k] for k in ("bank_code", "account_name", "account_no")
        )
        checks = [bar("changed", "新账户与现账户不同", passed=not is_same)]
        fen = sum(fen for _, fen in summary["owed"])
        return Content(len(summary["owed"]), fen, digest_of(summary), summary, checks)

    def look_again(self, batch: Batch) -> None:
        """Refuse where what was owed has been paid meanwhile: the account would change nothing any more."""
        if [[r.due_id, r.amount_fen] for r in owed_of(batch.summary["refund"])] != batch.summary["owed"]:
            raise ContentChanged(f"该笔退费自审批后已支付或有变动，请作废第 {batch.pk} 号批次后重新申请。", batch=batch.pk)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_execute_refund_payee_v1(%s)", [batch.pk])
        return None

    def page(self, batch: Batch) -> dict[str, Any]:
        refund = Refund.objects.select_related("employer", "person").filter(pk=batch.summary.get("refund")).first()
        return {"refund": refund, "said": batch.summary}


def _payee_refusal(refund: Refund, number: str, name: str) -> str:
    """Why an account cannot be that of who has this number, "" where it can: whose the account is tells the number, not the name, which an heir may share
    with the dead."""
    if refund.employer_id is not None or refund.person is None:
        return ""
    if not number or not (says_its_kind(number) or held_numbers([number])):
        return f"请填写新账户持有人的证件号码{f'，{number[:40]} 校验未通过' if number else ''}；收款人死亡的填写继承人的。"
    is_own = number == refund.person.id_number or FormerIdentity.objects.filter(person=refund.person, id_number=number).exists()
    known = refund.person if is_own else Person.objects.filter(id_number=number).first()
    if known is not None and plain_name(known.name) != plain_name(name):
        return f"证件号码 {mask_number(number)} 在参保登记中不是“{mask_name(name)}”，请核对新账户的户名和证件号码。"
    return ""


REFUND_PAYEE = RefundPayeeKind()


def plan_payee(
    *, refund_id: int, bank_code: str, account_name: str, account_no: str, reason: str, user: User, payee_number: str = ""
) -> Batch:
    """Ask for another account of a refund; gives the batch, ready for approval. As `runs.staged.prepare`.

    Args:
        payee_number: of a person's refund the number of who has the account.
    """
    return prepare(
        REFUND_PAYEE, area_code="", period=0, user=user, refund_id=refund_id, bank_code=bank_code, account_name=account_name,
        account_no=account_no, payee_number=payee_number, reason=reason,
    )  # fmt: skip
