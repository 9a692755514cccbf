"""Bases, injury rates, deferrals, lines, bills, receipts, allocations, orders, refunds, electronic receipts."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from yigui.levy.enums import BillKind
from yigui.registry.enums import Insurance
from yigui.registry.models import Employer, Person
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected, SetGuarded


class ContributionBase(Protected):
    """The declared wage (申报工资) of a person in these months, or the base a flexible worker chose; fen a month.

    Of several rows that hold in a month the newest one counts: a correction is a new row, both values are kept.
    """

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="个人", related_name="+", db_index=False, db_constraint=False)
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="单位", null=True, related_name="+", db_index=False, db_constraint=False
    )
    declared_fen = models.BigIntegerField("申报工资")
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月", null=True)
    year = models.SmallIntegerField("缴费年度", null=True)
    reason = models.CharField("原因", max_length=20)

    class Meta:
        db_table = "contributions_base"
        verbose_name = "缴费基数"
        constraints = (
            models.CheckConstraint(condition=Q(declared_fen__gt=0), name="base_positive"),
            models.CheckConstraint(
                condition=Q(end_period=None) | Q(end_period__gte=F("start_period")), name="base_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=["person", "employer", "start_period"], name="base_by_person"),
            models.Index(fields=["employer", "year"], name="base_by_employer"),
        )
        triggers: ClassVar[list[Any]] = guarded("contribution_base", protection_class=3)


class ResidentGrade(Protected):
    """The grade (缴费档次) a resident pays for the pension from a year on; fen a year.

    Of several rows that hold in a year the newest one counts. `subsidy_group` (代缴或补贴人员类别) as stated at enrolment, "" where it was not
    asked: for those of a group the government pays all or part, so no plan bills them. People taken over without a grade have no row.
    """

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="个人", related_name="+", db_index=False, db_constraint=False)
    grade_fen = models.BigIntegerField("缴费档次")
    start_year = models.SmallIntegerField("起始年度")
    subsidy_group = models.CharField("代缴或补贴人员类别", max_length=2, blank=True)
    reason = models.CharField("原因", max_length=20)

    class Meta:
        db_table = "contributions_resident_grade"
        verbose_name = "居民养老缴费档次"
        constraints = (models.CheckConstraint(condition=Q(grade_fen__gt=0), name="resident_grade_positive"),)
        indexes = (models.Index(fields=["person", "start_year"], name="resident_grade_by_person"),)
        triggers: ClassVar[list[Any]] = guarded("resident_grade", protection_class=3)


class InjuryRate(Protected):
    """The floating step (浮动费率) of an employer's work-injury rate from a month on, percent of the benchmark."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="单位", related_name="+", db_constraint=False)
    floating_percent = models.DecimalField("浮动比例", max_digits=6, decimal_places=2)
    cost_ratio = models.DecimalField("支缴率", max_digits=14, decimal_places=6)
    start_period = models.IntegerField("起始年月")

    class Meta:
        db_table = "contributions_injury_rate"
        verbose_name = "工伤浮动费率"
        constraints = (models.UniqueConstraint("employer", "start_period", name="injury_rate_once"),)
        triggers: ClassVar[list[Any]] = guarded("injury_rate", protection_class=2)


class LevyLine(models.Model):
    """A line of the levy (征缴明细): what is due for one person, insurance and month owed. Amounts in fen.

    `source_id` above zero is the levy batch, below zero minus the case. `period` is the accounting period (AAE002),
    `owed_period` the month the money is for (AAE003). `employer_id` is 0 for a flexible worker. Lines of a batch lie in
    partitions of their own; those of cases are appended to one partition and may be negative (差额).
    """

    pk = models.CompositePrimaryKey("employer_id", "person_id", "insurance", "owed_period", "source_id")
    source_id = models.BigIntegerField("来源")
    person_id = models.BigIntegerField("个人")
    employer_id = models.BigIntegerField("单位")
    area = models.IntegerField("参保地")
    period = models.IntegerField("做账期号")
    owed_period = models.IntegerField("所属期")
    base_fen = models.IntegerField("缴费基数")
    employer_fen = models.IntegerField("单位缴费")
    person_fen = models.IntegerField("个人缴费")
    account_fen = models.IntegerField("记入个人账户")
    insurance = models.SmallIntegerField("险种")
    warrant_id = models.BigIntegerField("授权凭据", null=True)

    class Meta:
        managed = False
        db_table = "contributions_line"
        verbose_name = "征缴明细"


class Bill(models.Model):
    """A bill (缴费单): what an employer, or a person paying alone, owes for one insurance out of one batch or case. Fen.

    `paid_fen` is no column: it is the sum of the allocations. Never changed; a negative bill is a credit (抵缴).
    `for_bill` of a surcharge is the bill that was late.
    """

    pk = models.CompositePrimaryKey("id", "source_id", "area")
    id = models.BigIntegerField("缴费单号")
    source_id = models.BigIntegerField("来源")
    employer_id = models.BigIntegerField("单位")
    person_id = models.BigIntegerField("个人")
    area = models.IntegerField("参保地")
    insurance = models.SmallIntegerField("险种")
    kind = models.SmallIntegerField("类型", choices=BillKind.choices)
    period = models.IntegerField("做账期号")
    start_period = models.IntegerField("所属期起")
    end_period = models.IntegerField("所属期止")
    person_count = models.IntegerField("人数")
    base_fen = models.BigIntegerField("基数合计")
    employer_fen = models.BigIntegerField("单位部分")
    person_fen = models.BigIntegerField("个人部分")
    account_fen = models.BigIntegerField("记入个人账户")
    total_fen = models.BigIntegerField("应缴合计")
    due_on = models.DateField("缴费期限")
    for_bill = models.BigIntegerField("所属缴费单", null=True)
    warrant_id = models.BigIntegerField("授权凭据", null=True)

    class Meta:
        managed = False
        db_table = "contributions_bill"
        verbose_name = "缴费单"


class OpenBill(models.Model):
    """A bill money is still to come for, or a credit still to be set off (未结清缴费单): what matching looks at; fen.

    Derived, and kept by the database alone: it opens with its bill, shrinks with every allocation and goes when nothing is
    left, so that matching reads what is open instead of the bills of all years. `yigui verify` holds it against the bills.
    """

    bill_id = models.BigIntegerField("缴费单号", primary_key=True)
    source_id = models.BigIntegerField("来源")
    employer_id = models.BigIntegerField("单位")
    person_id = models.BigIntegerField("个人")
    area = models.IntegerField("参保地")
    insurance = models.SmallIntegerField("险种")
    kind = models.SmallIntegerField("类型", choices=BillKind.choices)
    start_period = models.IntegerField("所属期起")
    due_on = models.DateField("缴费期限")
    total_fen = models.BigIntegerField("应缴合计")
    left_fen = models.BigIntegerField("未结清")

    class Meta:
        db_table = "contributions_open_bill"
        verbose_name = "未结清缴费单"
        constraints = (
            models.CheckConstraint(
                condition=Q(total_fen__gt=0, left_fen__gt=0, left_fen__lte=F("total_fen"))
                | Q(total_fen__lt=0, left_fen__lt=0, left_fen__gte=F("total_fen")),
                name="open_bill_left",
            ),
        )
        indexes = (models.Index(fields=["employer_id", "person_id"], name="open_bill_by_payer"),)


class LevyRate(models.Model):
    """The rates and bounds a levy batch was made with: the law's parameters as they were read, with the rule and since when it holds.

    Append-only. Batches from before the rules were kept have the source alone.
    """

    batch_id = models.BigIntegerField()
    area_code = models.CharField(max_length=6)
    insurance = models.CharField(max_length=24, choices=Insurance.choices)
    aae140 = models.SmallIntegerField()
    payer = models.CharField(max_length=10)
    risk_class = models.CharField(max_length=1, blank=True)
    employer_e8 = models.BigIntegerField()
    person_e8 = models.BigIntegerField()
    account_e8 = models.BigIntegerField()
    floor_fen = models.BigIntegerField()
    ceiling_fen = models.BigIntegerField()
    source = models.CharField(max_length=200)
    rule = models.CharField("费率依据", max_length=300, blank=True, default="")
    bounds_rule = models.CharField("上下限依据", max_length=300, blank=True, default="")

    class Meta:
        db_table = "contributions_levy_rate"
        indexes = (models.Index(fields=["batch_id"], name="levy_rate_by_batch"),)
        triggers: ClassVar[list[Any]] = append_only("levy_rate")


class MovedLook(models.Model):
    """That a month was worked out for rates and bounds which have moved, and nobody is touched by them (无差额): not done again every morning.

    Grain: (kind of the batch, area, month). `moved` is the digest of what had moved, against which batches: when either is another, the month
    is worked out again. Written by the job that makes plans by themselves; nothing is decided by it but whether that job looks.
    """

    kind = models.CharField("类别", max_length=30)
    area_code = models.CharField("地区", max_length=6)
    period = models.IntegerField("所属期")
    moved = models.CharField("变更内容的 SM3", max_length=64)
    looked_on = models.DateField("计算日期")

    class Meta:
        db_table = "contributions_moved_look"
        verbose_name = "无差额的费率变更"
        constraints = (models.UniqueConstraint("kind", "area_code", "period", name="moved_look_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.area_code} {self.period}"


class ContributionYear(SetGuarded):
    """Months paid in a calendar year as taken over from before the levy plans (历年缴费记录): months, and the sum of their bases (fen).

    Grain: (person, insurance AAE140, year). What was levied here is not in it: `record.py` adds the two.
    """

    pk = models.CompositePrimaryKey("person_id", "insurance", "year")
    person_id = models.BigIntegerField("个人")
    insurance = models.SmallIntegerField("险种")
    year = models.SmallIntegerField("年度")
    months = models.SmallIntegerField("缴费月数")
    base_sum_fen = models.BigIntegerField("缴费基数合计")

    class Meta:
        db_table = "contributions_year"
        verbose_name = "历年缴费记录"
        constraints = (
            models.CheckConstraint(condition=models.Q(months__range=(1, 12)), name="contribution_year_months"),
            models.CheckConstraint(condition=models.Q(base_sum_fen__gt=0), name="contribution_year_base"),
        )
