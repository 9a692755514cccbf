"""The record of every change of an account or of the organisation, and the deed under which a change is made."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connections, models, transaction

from yigui.db.presence import act_as
from yigui.staff.enums import StaffVerb
from yigui.warrants.guards import append_only

if TYPE_CHECKING:
    from yigui.staff.models import User


class StaffEvent(models.Model):
    """One change of an account or of the organisation (机构人员变动记录), written by the database itself (`staff_record_v1`).

    Who did it and why is told by the deed open in the transaction; a change outside a deed is recorded too, with the verb
    `unknown`. `before` and `after` are whole rows; a password stands as the digest of its hash.
    """

    at = models.DateTimeField("时间")
    verb = models.CharField("事项", max_length=20)
    actor = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+", db_constraint=False, verbose_name="经办人")
    actor_name = models.CharField("经办人姓名", max_length=60, blank=True)
    table_name = models.CharField("表", max_length=63)
    row_id = models.BigIntegerField("记录")
    kind = models.CharField("动作", max_length=1)
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    details = models.JSONField("附记", default=dict)

    class Meta:
        db_table = "staff_event"
        verbose_name = "机构人员变动记录"
        indexes = (models.Index(fields=["table_name", "row_id", "-id"], name="staff_event_by_row"),)
        triggers: ClassVar[list[Any]] = append_only("staff_event")

    @property
    def subject(self) -> str:
        """The person, section or place concerned, by name."""
        row = self.after or self.before or {}
        return str(row.get("full_name") or row.get("name") or "")

    @property
    def verb_label(self) -> str:
        """What was done, in words."""
        return StaffVerb(self.verb).label


@contextmanager
def deed(*, actor: "User | None", verb: StaffVerb, reason: str = "", using: str = "default", **details: Any) -> Iterator[None]:
    """One transaction whose changes of staff and organisation are recorded as done by a person, for a reason.

    Args:
        actor: who does it, having signed in; None for a command of the owner.
        reason: why, in the person's words.
        details: what else belongs to the record, as JSON.
    """
    said = {"actor": actor.pk if actor else None, "verb": verb.value, "reason": reason, "details": details}
    with transaction.atomic(using=using):
        if actor is not None and using == "default":
            act_as(actor)
        before = _say(json.dumps(said, ensure_ascii=False), using)
        yield
        # Undone with the transaction, the setting goes by itself.
        if not transaction.get_rollback(using=using):
            _say(before, using)


def _say(text: str, using: str) -> str:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('yigui.deed', true), ''), set_config('yigui.deed', %s, true)", [text])
        before, _ = cursor.fetchone()
    return str(before)
