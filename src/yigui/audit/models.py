"""Numbers, shares and kinds of errors as declared; samples of finished cases; what was found in them, answered, decided and corrected; scores."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yigui.audit.enums import Frequency, Severity, Stratum, Way
from yigui.casework.models import Case, Step
from yigui.db.dated_models import DatedRow
from yigui.registry.models import Agency, Area, Employer, Person
from yigui.staff.models import User
from yigui.warrants.guards import append_only


class Share(DatedRow):
    """How much of a part of a month's cases is drawn (抽取比例), in per cent, as declared."""

    stratum = models.CharField("分层", max_length=10, choices=Stratum.choices)
    percent = models.SmallIntegerField("比例（%）")
    why = models.CharField("含义", max_length=100)

    class Meta:
        db_table = "audit_share"
        verbose_name = "抽取比例"
        constraints = (
            models.UniqueConstraint("stratum", "valid_from", name="audit_share_once"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="audit_share_percent"),
        )


class AuditRule(DatedRow):
    """A number of audit (稽核规则), as declared."""

    name = models.CharField("名称", max_length=30)
    value = models.IntegerField("取值")
    why = models.CharField("含义", max_length=100)

    class Meta:
        db_table = "audit_rule"
        verbose_name = "稽核规则"
        constraints = (models.UniqueConstraint("name", "valid_from", name="audit_rule_once"),)


class ErrorKind(DatedRow):
    """A kind of error (差错种类) with its points, as declared. `grade`: E1 the gravest."""

    code = models.CharField("代码", max_length=30)
    grade = models.CharField("等次", max_length=2)
    name = models.CharField("名称", max_length=40)
    points = models.SmallIntegerField("扣分")
    place = models.SmallIntegerField("次序")

    class Meta:
        db_table = "audit_error_kind"
        verbose_name = "差错种类"
        constraints = (models.UniqueConstraint("code", "valid_from", name="audit_error_kind_once"),)


class Sample(models.Model):
    """The sample of an agency's cases that were finished in a month (稽核样本), drawn by the database when the month is over.

    `seed` is made under a secret of the database out of agency, month and population: it can be neither told before nor drawn again, and whoever has it
    draws the same cases. `up_to` is the last service that had ended (`rating_service`). `shares` are those that were declared on the day, by part, and the
    least of all (`least`), in per cent.
    """

    month = models.IntegerField("月份")
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    up_to = models.BigIntegerField("截止记录")
    population = models.IntegerField("办结件数")
    population_digest = models.CharField("办结清单摘要", max_length=64)
    shares = models.JSONField("抽取比例")
    seed = models.CharField("种子", max_length=64)
    size = models.IntegerField("抽取件数")
    drawn_on = models.DateField("抽取日期")
    at = models.DateTimeField("抽取时间")

    class Meta:
        db_table = "audit_sample"
        verbose_name = "稽核样本"
        constraints = (models.UniqueConstraint("month", "agency", name="audit_sample_once"),)
        triggers: ClassVar[list[Any]] = append_only("audit_sample")


class SampledCase(models.Model):
    """A case that was drawn (抽中办件). `place`: by the order of the draw; `of_stratum`: how many cases the part it was drawn from had."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="cases")
    case = models.OneToOneField(Case, models.PROTECT, related_name="+")
    stratum = models.CharField("分层", max_length=10, choices=Stratum.choices)
    of_stratum = models.IntegerField("本层件数")
    place = models.IntegerField("抽取顺序")

    class Meta:
        db_table = "audit_sampled_case"
        verbose_name = "抽中办件"
        constraints = (models.UniqueConstraint("sample", "place", name="audit_sampled_once"),)
        triggers: ClassVar[list[Any]] = append_only("audit_sampled_case")


class Examination(models.Model):
    """What came of looking into a sampled case (稽核检查), once, by somebody who had no part in it."""

    sampled = models.OneToOneField(SampledCase, models.PROTECT, related_name="examination")
    is_sound = models.BooleanField("未发现差错")
    words = models.TextField("检查情况")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_on = models.DateField("检查日期")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "audit_examination"
        verbose_name = "稽核检查"
        triggers: ClassVar[list[Any]] = append_only("audit_examination")


class Finding(models.Model):
    """An error that was found (差错), of somebody who had done something in the case, at a step (None: the acceptance). Points as declared on the day."""

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="findings")
    seq = models.SmallIntegerField("次序")
    kind = models.CharField("差错种类", max_length=30)
    kind_name = models.CharField("种类名称", max_length=40)
    grade = models.CharField("等次", max_length=2)
    points = models.SmallIntegerField("扣分")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="责任人")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.TextField("差错情况")
    is_to_correct = models.BooleanField("须更正")
    answer_until = models.DateField("申辩期限")

    class Meta:
        db_table = "audit_finding"
        verbose_name = "差错"
        constraints = (models.UniqueConstraint("examination", "seq", name="audit_finding_once"),)
        triggers: ClassVar[list[Any]] = append_only("audit_finding")

    @property
    def said(self) -> "Answer | None":
        """What the person has said; None: nothing."""
        return getattr(self, "answer", None)

    @property
    def decided(self) -> "Ruling | None":
        """What was decided on an objection; None: nothing."""
        return getattr(self, "ruling", None)

    @property
    def put_right(self) -> "Correction | None":
        """How it was put right; None: not."""
        return getattr(self, "correction", None)


class Answer(models.Model):
    """What the person says of a finding (责任人意见), once: agreed, or an objection (申辩)."""

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="answer")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    is_agreed = models.BooleanField("认可")
    words = models.TextField("意见", blank=True)
    said_on = models.DateField("日期")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "audit_answer"
        verbose_name = "责任人意见"
        triggers: ClassVar[list[Any]] = append_only("audit_answer")


class Ruling(models.Model):
    """What was decided on an objection (申辩处理), by somebody else than who found the error: it stands, or does not count."""

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="ruling")
    stands = models.BooleanField("维持")
    words = models.TextField("理由")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_on = models.DateField("日期")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "audit_ruling"
        verbose_name = "申辩处理"
        triggers: ClassVar[list[Any]] = append_only("audit_ruling")


class Correction(models.Model):
    """How an error was put right (差错更正): the later case that did it, or in words where none was needed."""

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="correction")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.TextField("更正情况")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_on = models.DateField("日期")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "audit_correction"
        verbose_name = "差错更正"
        triggers: ClassVar[list[Any]] = append_only("audit_correction")


class Score(models.Model):
    """The quality of somebody's part in a sample (质量得分), computed by the database once all of it is examined and no objection is open; a row without a
    person is the agency's. Quality: 100 less the points per hundred sampled cases over a hundred, never below 0."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="scores", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cases = models.IntegerField("抽查件数")
    wrong = models.IntegerField("差错件数")
    points = models.IntegerField("扣分")
    quality = models.DecimalField("质量得分", max_digits=5, decimal_places=2)
    closed_on = models.DateField("结果日期")

    class Meta:
        db_table = "audit_score"
        verbose_name = "质量得分"
        constraints = (models.UniqueConstraint("sample", "user", nulls_distinct=False, name="audit_score_once"),)
        triggers: ClassVar[list[Any]] = append_only("audit_score")


class ScreenRule(DatedRow):
    """A rule of screening (筛查规则), as declared. `what`: of a statement what it looks for, of a task its kind, else what is lacking."""

    code = models.CharField("代码", max_length=4)
    name = models.CharField("名称", max_length=40)
    severity = models.CharField("等次", max_length=2, choices=Severity.choices)
    frequency = models.CharField("频次", max_length=10, choices=Frequency.choices)
    way = models.CharField("做法", max_length=10, choices=Way.choices)
    what = models.CharField("内容", max_length=120)

    class Meta:
        db_table = "audit_screen_rule"
        verbose_name = "筛查规则"
        constraints = (models.UniqueConstraint("code", "valid_from", name="audit_screen_rule_once"),)


class Screening(models.Model):
    """That a rule was run on a day (筛查记录): under which version, what it found, what of it was new."""

    rule = models.CharField("规则", max_length=4)
    rule_from = models.DateField("规则版本")
    day = models.DateField("日期")
    hits = models.IntegerField("命中")
    fresh = models.IntegerField("新增")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "audit_screening"
        verbose_name = "筛查记录"
        constraints = (models.UniqueConstraint("rule", "day", name="audit_screening_once"),)
        triggers: ClassVar[list[Any]] = append_only("audit_screening")


class Lead(models.Model):
    """What a rule has found (疑点), once an event: about a person, an employer, or what an officer did. What comes of it is its task's."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="leads")
    rule = models.CharField("规则", max_length=4)
    rule_name = models.CharField("规则名称", max_length=40)
    severity = models.CharField("等次", max_length=2, choices=Severity.choices)
    event = models.CharField("事件", max_length=100)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, db_index=False)
    words = models.CharField("情况", max_length=500)
    found_on = models.DateField("发现日期")

    class Meta:
        db_table = "audit_lead"
        verbose_name = "疑点"
        constraints = (models.UniqueConstraint("rule", "event", name="audit_lead_once"),)
        triggers: ClassVar[list[Any]] = append_only("audit_lead")
