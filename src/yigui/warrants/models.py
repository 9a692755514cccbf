"""Warrants, their signatures, and the history of every protected row."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yigui.warrants.enums import ChangeKind, RiskClass, WarrantKind
from yigui.warrants.guards import append_only


class Warrant(models.Model):
    """A warrant (经办授权凭据): one row per authorised case, run or grant of rights. Never updated, never deleted.

    `xid` and `issued_at` are the identity and the start of the transaction that issued it; the guards accept a write
    only in that very transaction. Both are compared, so that a database restored into a new cluster, whose transaction
    numbers begin again, cannot wake an old warrant.
    """

    kind = models.CharField("类别", max_length=10, choices=WarrantKind.choices)
    subject_id = models.BigIntegerField("所授权的办件或批处理")
    subject_no = models.CharField("办件编号", max_length=40)
    item_code = models.CharField("事项", max_length=16, blank=True)
    risk_class = models.SmallIntegerField("风险等级", choices=RiskClass.choices)
    area_code = models.CharField("参保地", max_length=6, blank=True)
    meeting_id = models.BigIntegerField("会议", null=True)
    xid = models.BigIntegerField("事务号")
    issued_at = models.DateTimeField("签发时间")
    # Whose rows it opens (of a case: whoever its signed form names); empty for a warrant that is about no single people.
    persons = ArrayField(models.BigIntegerField(), verbose_name="所及个人", null=True)
    employers = ArrayField(models.BigIntegerField(), verbose_name="所及单位", null=True)

    class Meta:
        db_table = "warrants_warrant"
        verbose_name = "授权凭据"
        constraints = (
            models.UniqueConstraint("kind", "subject_id", name="warrant_once_per_subject"),
            models.UniqueConstraint("xid", "issued_at", name="warrant_once_per_transaction"),
            models.CheckConstraint(
                condition=Q(risk_class__in=RiskClass.values) & Q(kind__in=WarrantKind.values), name="warrant_known_kind"
            ),
            models.CheckConstraint(
                condition=~Q(kind=WarrantKind.CASE, risk_class=RiskClass.HIGH, meeting_id=None),
                name="warrant_class1_needs_meeting",
            ),
        )
        triggers: ClassVar[list[Any]] = append_only("warrant")

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.subject_no}"


class Signature(models.Model):
    """Who signed which step of the route a warrant rests on; the same person never twice on one warrant."""

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="signatures")
    seq = models.SmallIntegerField("次序")
    step = models.CharField("环节", max_length=20)
    user_id = models.BigIntegerField("经办人")
    signed_at = models.DateTimeField("签署时间")

    class Meta:
        db_table = "warrants_signature"
        verbose_name = "签署"
        constraints = (
            models.UniqueConstraint("warrant", "user_id", name="signature_distinct_people"),
            models.UniqueConstraint("warrant", "seq", name="signature_once_per_step"),
        )
        triggers: ClassVar[list[Any]] = append_only("signature")


class Change(models.Model):
    """Field history (字段变更历史): one row per protected row written, before and after, with its warrant.

    Written by the database itself, for bulk and raw SQL too.
    """

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="changes", db_constraint=False)
    table_name = models.CharField("表", max_length=63)
    row_id = models.BigIntegerField("记录")
    kind = models.CharField("动作", max_length=1, choices=ChangeKind.choices)
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后")
    changed_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        db_table = "warrants_change"
        verbose_name = "字段变更"
        indexes = (models.Index(fields=["table_name", "row_id", "id"], name="change_by_row"),)
        triggers: ClassVar[list[Any]] = append_only("change")


class BulkSeal(models.Model):
    """Digest of a block of rows written in bulk under one warrant (opening load or run), taken by the database.

    Grain: one row per warrant, table and block of ids. The digest is over the rows as they were written: a row changed
    since is put back from the history before it is counted.
    """

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="bulk_seals")
    table_name = models.CharField(max_length=63)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    row_count = models.IntegerField()
    digest = models.CharField(max_length=64)
    # The columns the table had: those added later are left out when the block is taken again. And ids and a short mark of
    # each row, in the same order, to name the row when the digest no longer agrees.
    columns = ArrayField(models.CharField(max_length=63))
    row_ids = ArrayField(models.BigIntegerField())
    row_marks = ArrayField(models.BigIntegerField())
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "warrants_bulk_seal"
        verbose_name = "批量封存"
        constraints = (models.UniqueConstraint("warrant", "table_name", "first_id", name="bulk_seal_once"),)
        triggers: ClassVar[list[Any]] = append_only("bulk_seal")


class WarrantScope(models.Model):
    """What a kind of warrant opens (授权范围): laid out from the declarations of rooms, run kinds and items at each preparation.

    Grain: one row per kind, code and table; the row with table `""` says that the code is known at all.
    """

    kind = models.CharField("类别", max_length=10)
    code = models.CharField("事项或批次种类", max_length=30)
    table_name = models.CharField("表", max_length=63)
    by_hand = models.BooleanField("应用可直接写入", default=True)
    risk_class = models.SmallIntegerField("风险等级", null=True)
    # In the row with table `""`; of a case: what the database asks of its form and its door (`casework/subjects.py`); of a run: `once`, of what one
    # batch is executed in an area (`runs.kinds.Once`).
    about = models.JSONField("申请项与渠道", default=dict, db_default={})

    class Meta:
        db_table = "warrants_scope"
        verbose_name = "授权范围"
        constraints = (models.UniqueConstraint(fields=("kind", "code", "table_name"), name="scope_once"),)


class WarrantField(models.BigIntegerField):
    """`warrant_id` of a protected row: never written by the application, stamped by the database."""

    db_returning = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("verbose_name", "授权凭据")
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)


class Protected(models.Model):
    """Base of every protected model: bears the warrant that authorised the row's present state."""

    warrant_id = WarrantField()

    class Meta:
        abstract = True


class SetSeal(models.Model):
    """Count and digest of the rows one warrant appended to a set-guarded table, taken by the database at the nightly seal.

    The digest is a sum over row hashes: it does not depend on the order in which rows lie.
    """

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="set_seals")
    table_name = models.CharField(max_length=63)
    row_count = models.BigIntegerField()
    digest = models.CharField(max_length=40)
    columns = ArrayField(models.CharField(max_length=63))
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "warrants_set_seal"
        verbose_name = "批量账页封存"
        constraints = (models.UniqueConstraint("warrant", "table_name", name="set_seal_once"),)
        triggers: ClassVar[list[Any]] = append_only("set_seal")


class SetGuarded(models.Model):
    """Base of append-only tables written in sets: every row names the warrant under which it was appended.

    The guards are set by the app's `functions.sql` (`warrants_guard_set_v1`), so that they also stand on partitions.
    """

    warrant_id = models.BigIntegerField("授权凭据", editable=False)

    class Meta:
        abstract = True
