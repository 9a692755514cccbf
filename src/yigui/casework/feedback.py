"""Results on their way back (结果反馈): in the message box of every channel at once, and by text and mail to who is not there.

A message names the item, the case and what became of it; amounts and names stay in the message box, behind a sign-in.
"""

import datetime as dt
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from yigui.casework.models import Case, Delivery, Feedback
from yigui.casework.query_code import query_code
from yigui.common import clock
from yigui.db.each import each
from yigui.exchange.texts import send_text

logger = logging.getLogger(__name__)
#: Whoever waits for the answer at the counter or the machine is not sent another one.
PRESENT = dt.timedelta(minutes=3)
ATTEMPTS_MAX = 5
ROWS_MAX = 1000


def phone_of(case: Case) -> str:
    """The number results of a case are sent to; "" where none is known."""
    if case.login is not None:
        return case.login.phone or (case.employer.phone if case.employer else "")
    person = case.applicant or case.person
    if person is not None and person.mobile:
        return person.mobile
    # Somebody who is not registered yet left their number on the form.
    return case.employer.phone if case.employer else str(case.form.get("mobile") or case.form.get("phone") or "")


def _address_of(case: Case) -> str:
    if case.login is not None or case.person is None:
        return case.employer.email if case.employer else str(case.form.get("email") or "")
    return case.person.email


def _send_mail(address: str, text: str) -> None:
    send_mail("社会保险业务办理结果", text, settings.DEFAULT_FROM_EMAIL, [address])


_WAYS: dict[str, tuple[Callable[[Case], str], Callable[[str, str], None]]] = {
    "text": (phone_of, send_text),
    "mail": (_address_of, _send_mail),
}


def text_of(feedback: Feedback) -> str:
    """What is sent: no name, no amount."""
    case = feedback.case
    return (
        f"【社会保险经办】您申请的“{case.item_name}”（办件编号 {case.case_no}）{feedback.get_result_display()}，"
        f"请登录原渠道，或凭办件编号和查询码 {query_code(case.case_no)} 查询：{settings.PUBLIC_URL}/progress/"
    )


def deliver_feedback() -> int:
    """Send what waits, by each configured way once; gives how many results are delivered. A way that fails is tried again."""
    waiting = Feedback.objects.filter(delivered_at=None).order_by("id").values_list("id", flat=True)
    return each(list(waiting[:ROWS_MAX]), _deliver, job="casework.deliver_feedback", mark=_count_attempt).done


@transaction.atomic
def _count_attempt(number: int, error: Exception) -> None:
    """A result that cannot be sent at all is given up like one that was not taken; it stays in the message box."""
    found = Feedback.objects.select_for_update().get(pk=number)
    found.attempts += 1
    if found.attempts >= ATTEMPTS_MAX:
        found.delivered_at = clock.now()
    found.save(update_fields=["attempts", "delivered_at"])


@transaction.atomic
def _deliver(number: int) -> bool:
    rows = Feedback.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=number, delivered_at=None)
    found = rows.select_related("case__person", "case__employer", "case__login", "case__applicant").first()
    if found is None:
        return False
    is_present = found.created_at - found.case.accepted_at < PRESENT
    sent = set(found.deliveries.values_list("way", flat=True))
    failed = False
    for way in settings.FEEDBACK_WAYS if not is_present else ():
        address_of, send = _WAYS[way]
        address = address_of(found.case)
        if not address or way in sent:
            continue
        try:
            send(address, text_of(found))
        except OSError:
            logger.exception("feedback %s by %s", found.pk, way)
            failed = True
            continue
        Delivery.objects.create(feedback=found, way=way)
    found.attempts += 1
    if not failed or found.attempts >= ATTEMPTS_MAX:
        found.delivered_at = clock.now()
    found.save(update_fields=["attempts", "delivered_at"])
    return found.delivered_at is not None
