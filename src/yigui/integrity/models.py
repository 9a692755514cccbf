"""The nightly seals, and the record of rows."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from yigui.warrants.guards import append_only


class Seal(models.Model):
    """The nightly seal (每日封存): one root over the heads of all chains that grew, and over the seal before."""

    day = models.DateField("日期")
    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    chain_count = models.IntegerField()
    previous = models.CharField(max_length=64)
    root = models.CharField("根摘要", max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "casework"
        db_table = "casework_seal"
        verbose_name = "每日封存"
        constraints = (models.UniqueConstraint("first_event_id", name="seal_in_a_row"),)
        triggers: ClassVar[list[Any]] = append_only("seal")


class Shape(models.Model):
    """The columns (记录格式) in which the rows of a table are recorded: as the table has them, in its order. With other columns a new shape.

    `attached` is the column by whose value a batch attaches its rows as a part; "" for none.
    """

    id = models.AutoField(primary_key=True)
    table_name = models.CharField("表", max_length=63)
    columns = ArrayField(models.CharField(max_length=63))
    keys = ArrayField(models.CharField(max_length=63))
    attached = models.CharField(max_length=63)

    class Meta:
        db_table = "integrity_shape"
        verbose_name = "记录格式"
        triggers: ClassVar[list[Any]] = append_only("integrity_shape")


class Entry(models.Model):
    """An entry of the record of rows (记录摘要): what one statement wrote, as keys and digests; see docs/verification-format.md.

    `op` is I, U or D; O for rows taken in as they stood; P for those of an attached part, named in `part`; R for digests in a new shape.
    """

    shape = models.ForeignKey(Shape, models.PROTECT, db_constraint=False)
    part = models.CharField(max_length=63)
    op = models.CharField(max_length=1)
    keys = ArrayField(models.TextField())
    digests = ArrayField(models.BinaryField(null=True))
    # SHA-256 of all before.
    stamp = models.BinaryField()

    class Meta:
        db_table = "integrity_entry"
        verbose_name = "记录摘要"
        triggers: ClassVar[list[Any]] = append_only("integrity_entry")


class Root(models.Model):
    """A seal of the record (记录封存): count and digest of the entries since the seal before, chained to it and numbered from 1."""

    number = models.IntegerField("序号", primary_key=True)
    day = models.DateField("日期")
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    entry_count = models.BigIntegerField()
    total_count = models.BigIntegerField("累计条数")
    digest = models.CharField(max_length=64)
    # The newest root over the chains of events at that time.
    events = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    root = models.CharField("根摘要", max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "integrity_root"
        verbose_name = "记录封存"
        triggers: ClassVar[list[Any]] = append_only("integrity_root")


class Policy(models.Model):
    """What the server made of a declared row-level policy (行级安全策略): kept by the owner at a preparation, compared by `yigui verify`.

    Grain: one row per policy, declaration, text and release of the server. `declared` and `standing` are SHA-256 of the texts.
    """

    table_name = models.CharField("表", max_length=63)
    name = models.CharField("策略", max_length=63)
    declared = models.CharField(max_length=64)
    standing = models.CharField(max_length=64)
    server = models.IntegerField("服务器版本")
    kept_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        db_table = "integrity_policy"
        verbose_name = "行级安全策略"
        triggers: ClassVar[list[Any]] = append_only("integrity_policy")


class Catalogue(models.Model):
    """What the catalogue of the database was (数据库目录清单) when a preparation had made it: kept by the owner, compared by `yigui verify`.

    Grain: two rows per program and release of the server. The first is kept as a preparation begins (`things` empty) and says what then
    differed from the preparation before (`differed`, sentences); the second, when it is through, says of every thing, by kind and name, the first
    sixteen places of the SHA-256 of what it is. `program` is the SHA-256 over the sources.
    """

    program = models.CharField("程序", max_length=64)
    server = models.IntegerField("服务器版本")
    things = models.JSONField("清单", null=True)
    differed = models.JSONField("准备前的差异", default=list)
    kept_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        db_table = "integrity_catalogue"
        verbose_name = "数据库目录清单"
        triggers: ClassVar[list[Any]] = append_only("integrity_catalogue")


class Counter(models.Model):
    """The second place that knows how many seals there are (封存计数): one row."""

    id = models.SmallIntegerField(primary_key=True)
    number = models.IntegerField()
    total_count = models.BigIntegerField()
    root = models.CharField(max_length=64)

    class Meta:
        db_table = "integrity_counter"
        verbose_name = "封存计数"
