"""Rules of keeping, cases that wait to be filed, volumes with their pieces, checks."""

from typing import Any, ClassVar

from django.db import models

from yigui.archive.enums import Period, PieceKind, Stage
from yigui.casework.models import Case
from yigui.registry.models import Agency, Area, Employer, Person
from yigui.staff.models import User
from yigui.warrants.guards import append_only


class Rule(models.Model):
    """How cases of an item are filed (归档规则), as declared: class, what of the scope it is, and how long it is kept at least.

    `years`: with the period `years` only. `source`: what says so; with `undecided`, why nothing does.
    """

    item_code = models.CharField("事项", max_length=16)
    class_no = models.SmallIntegerField("类别号")
    class_name = models.CharField("类别", max_length=20)
    scope = models.CharField("归档范围", max_length=60)
    period = models.CharField("保管期限", max_length=10, choices=Period.choices)
    years = models.SmallIntegerField("年限", null=True)
    source = models.CharField("依据", max_length=200)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True)

    class Meta:
        db_table = "archive_rule"
        verbose_name = "归档规则"
        constraints = (models.UniqueConstraint("item_code", "valid_from", name="archive_rule_once"),)


class Due(models.Model):
    """A finished case that is not filed yet (待归档): the row is written with the finish itself and goes when the volume stands.

    `reason`: why it was not filed; "" before it was tried. `next_at`: when it is tried again.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="archive_due")
    since = models.DateTimeField("办结时间")
    reason = models.TextField("未归档原因", blank=True)
    tries = models.SmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次归档时间")

    class Meta:
        db_table = "archive_due"
        verbose_name = "待归档办件"
        indexes = (models.Index(fields=["next_at", "case"], name="archive_due_next"),)


class Counter(models.Model):
    """The last number given for an agency, year and class: taken under its lock, so that numbers have no gap."""

    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False, db_constraint=False)
    year = models.SmallIntegerField("年度")
    class_no = models.SmallIntegerField("类别号")
    last = models.IntegerField("最后卷号")

    class Meta:
        db_table = "archive_counter"
        verbose_name = "卷号"
        constraints = (models.UniqueConstraint("agency", "year", "class_no", name="archive_counter_once"),)


class Scan(models.Model):
    """How far a job has gone (进度): through the cases finished before there was an archive (`earlier`), and the yearly test (`check`) of a year."""

    name = models.CharField("任务", max_length=10, primary_key=True)
    up_to = models.BigIntegerField("已到")
    year = models.SmallIntegerField("年度", null=True)

    class Meta:
        db_table = "archive_scan"
        verbose_name = "归档进度"


class Volume(models.Model):
    """A volume (案卷): one finished case. Grain: one row a case; number `<agency>-<year>-<class>-<running number>`.

    `year`: of the case's end. `keep_until`: the last day it must be kept; None: permanent, or not decided. `note` (备考): why it was filed with something
    missing, and `filed_by` who answers for that. `digest`: SHA-256 over the pieces (`archive_volume_digest_v1`).
    """

    number = models.CharField("档号", max_length=40, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="经办机构", db_index=False, db_constraint=False)
    year = models.SmallIntegerField("年度")
    class_no = models.SmallIntegerField("类别号")
    class_name = models.CharField("类别", max_length=20)
    seq = models.IntegerField("卷号")
    case = models.OneToOneField(Case, models.PROTECT, related_name="volume", verbose_name="办件")
    case_no = models.CharField("办件编号", max_length=24)
    item_code = models.CharField("事项", max_length=16)
    item_name = models.CharField("事项名称", max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    subject_name = models.CharField("办理对象", max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="参保归属地", db_index=False, db_constraint=False)
    ended_on = models.DateField("办结日期")
    scope = models.CharField("归档范围", max_length=60)
    period = models.CharField("保管期限", max_length=10, choices=Period.choices)
    years = models.SmallIntegerField("年限", null=True)
    keep_until = models.DateField("保管至", null=True)
    source = models.CharField("依据", max_length=200)
    pieces = models.SmallIntegerField("件数")
    pages = models.IntegerField("页数", null=True)
    note = models.CharField("备考", max_length=400, blank=True)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    filed_at = models.DateTimeField("归档时间")
    digest = models.CharField("案卷摘要", max_length=64)

    class Meta:
        db_table = "archive_volume"
        verbose_name = "案卷"
        constraints = (models.UniqueConstraint("agency", "year", "class_no", "seq", name="archive_volume_once"),)
        indexes = (
            models.Index(fields=["person", "-id"], name="archive_by_person", condition=models.Q(person__isnull=False)),
            models.Index(fields=["employer", "-id"], name="archive_by_employer", condition=models.Q(employer__isnull=False)),
            models.Index(fields=["area", "-id"], name="archive_by_area"),
            models.Index(fields=["area", "item_code", "-id"], name="archive_by_item"),
            models.Index(fields=["area", "year", "class_no", "-id"], name="archive_by_year"),
            models.Index(fields=["case_no"], name="archive_by_case_no"),
        )
        triggers: ClassVar[list[Any]] = append_only("archive_volume")

    def __str__(self) -> str:
        return self.number

    @property
    def period_words(self) -> str:
        """How long it is kept, in words."""
        return f"{self.years} 年" if self.period == Period.YEARS else str(self.get_period_display())


_DIGESTS = {"sm3": "SM3", "sha256": "SHA-256"}


class Piece(models.Model):
    """A piece of a volume (卷内文件): conclusions before evidence, the agency's before the applicant's.

    `digest`: `sm3:` of a file or of what a document says, `sha256:` of a record as the database has it, "" where there is no file (an original
    that was seen). `pages`: None where nobody knows. `row_id`: of the record it stands for, of the kind `kind`.
    """

    volume = models.ForeignKey(Volume, models.PROTECT, related_name="listed", db_index=False)
    seq = models.SmallIntegerField("顺序号")
    kind = models.CharField("类别", max_length=10, choices=PieceKind.choices)
    code = models.CharField("代码", max_length=40)
    title = models.CharField("题名", max_length=200)
    maker = models.CharField("责任者", max_length=120)
    made_on = models.DateField("日期", null=True)
    pages = models.IntegerField("页数", null=True)
    media_type = models.CharField("类型", max_length=100, blank=True)
    size = models.IntegerField("字节数", null=True)
    digest = models.CharField("摘要", max_length=80, blank=True)
    row_id = models.BigIntegerField("记录", null=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        db_table = "archive_piece"
        verbose_name = "卷内文件"
        constraints = (models.UniqueConstraint("volume", "seq", name="archive_piece_once"),)
        triggers: ClassVar[list[Any]] = append_only("archive_piece")

    @property
    def digest_words(self) -> str:
        """The digest as a page shows it: which one, and its digits."""
        kind, _, digits = self.digest.partition(":")
        return f"{_DIGESTS[kind]} {digits}" if digits else ""


class Check(models.Model):
    """A test of the four properties (四性检测) of a volume: when, by whom, and what each check found.

    `results`: [{"property", "check", "result", "count", "words"}]. `by`: None for the job.
    """

    volume = models.ForeignKey(Volume, models.PROTECT, related_name="checks", db_index=False)
    stage = models.CharField("环节", max_length=10, choices=Stage.choices)
    tool = models.CharField("检测工具版本", max_length=20)
    results = models.JSONField("结果")
    is_sound = models.BooleanField("全部合格")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "archive_check"
        verbose_name = "四性检测"
        indexes = (models.Index(fields=["volume", "-id"], name="archive_check_by_volume"),)
        triggers: ClassVar[list[Any]] = append_only("archive_check")
