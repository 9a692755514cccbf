"""Entitlements, awards, amounts, certification, pay lines, payments and their results."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from yigui.entitlement.enums import MONTHLY_KINDS, AmountSource, BenefitKind, BenefitStatus, CertifyWay, NoticeWay
from yigui.registry.models import Area, Person
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected, SetGuarded


class Benefit(Protected):
    """An entitlement (待遇) of a person, from a month on; paid into one account. Opened only under a class-1 warrant.

    `insurance` is AAE140. A benefit that is paid once begins and ends in the same month. `payee_*` names who is paid: the person,
    or an heir with a number of its own.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="个人", related_name="benefits", db_index=False, db_constraint=False
    )
    kind = models.SmallIntegerField("待遇种类", choices=BenefitKind.choices)
    insurance = models.SmallIntegerField("险种")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="发放地区", db_index=False, db_constraint=False)
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月", null=True)
    status = models.CharField("状态", max_length=10, choices=BenefitStatus.choices, default=BenefitStatus.PENDING)
    suspended_from = models.IntegerField("暂停起始年月", null=True)
    status_reason = models.CharField("状态原因", max_length=100, blank=True)
    contribution_months = models.SmallIntegerField("累计缴费月数", default=0)
    payee_name = models.CharField("领取人", max_length=60)
    payee_number = models.CharField("领取人证件号码", max_length=18)
    bank_code = models.CharField("开户银行", max_length=14, blank=True)
    account_name = models.CharField("户名", max_length=60)
    account_no = models.CharField("账号", max_length=40, db_collation="C")
    case_id = models.BigIntegerField("核定办件", null=True)

    class Meta:
        db_table = "benefits_benefit"
        verbose_name = "待遇"
        constraints = (
            models.CheckConstraint(
                condition=Q(end_period=None) | Q(end_period__gte=F("start_period")), name="benefit_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(suspended_from=None, status__in=("pending", "active", "ended"))
                | Q(suspended_from__isnull=False, status__in=("suspended", "ended")),
                name="benefit_suspended_from",
            ),
            models.UniqueConstraint(
                "person", condition=Q(kind__in=[k.value for k in MONTHLY_KINDS]) & ~Q(status="ended"), name="benefit_one_monthly"
            ),
        )
        indexes = (
            models.Index(fields=["person"], name="benefit_by_person"),
            models.Index(fields=["account_no"], name="benefit_by_account"),
        )
        triggers: ClassVar[list[Any]] = guarded(
            "benefit",
            protection_class=2,
            # Where the money goes is decided as strictly as how much it is.
            key_columns=(
                "person_id", "kind", "insurance", "area_id", "start_period", "contribution_months", "payee_name", "payee_number",
                "bank_code", "account_name", "account_no",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Award(SetGuarded):
    """An assessment as decided (待遇核定): inputs and lines, kept for ever; a recalculation is a new one beside it.

    `lines`: [kind, label, text, fen, source]. `inputs`: what it was made with, as `assess_person.py` writes it.
    """

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="awards", db_constraint=False)
    version = models.SmallIntegerField("版本")
    start_period = models.IntegerField("执行年月")
    base_year = models.SmallIntegerField("计发基数年度", null=True)
    is_provisional = models.BooleanField("预发")
    total_fen = models.BigIntegerField("月标准")
    inputs = models.JSONField("核定依据")
    lines = models.JSONField("核定明细")
    source = models.CharField("来源", max_length=16, choices=AmountSource.choices)
    source_id = models.BigIntegerField("来源编号")
    reason = models.CharField("原因", max_length=200, blank=True)
    assessed_on = models.DateField("核定日期")

    class Meta:
        db_table = "benefits_award"
        verbose_name = "待遇核定"
        constraints = (models.UniqueConstraint("benefit", "version", name="award_version_once"),)
        indexes = (models.Index(fields=["base_year"], condition=Q(is_provisional=True), name="award_provisional"),)

    @property
    def assessed_fen(self) -> int:
        """What its lines come to, without what adjustments had given when it was made."""
        return sum(line[3] for line in self.lines)


class Amount(SetGuarded):
    """The monthly amount of a benefit from a month on (待遇标准), by parts, fen. Of those that began, the last one written last holds."""

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="amounts", db_index=False, db_constraint=False)
    start_period = models.IntegerField("执行年月")
    basic_fen = models.BigIntegerField("基础养老金")
    account_fen = models.BigIntegerField("个人账户养老金")
    transitional_fen = models.BigIntegerField("过渡性养老金", default=0)
    extra_fen = models.BigIntegerField("补贴", default=0)
    adjusted_fen = models.BigIntegerField("历次调待", default=0)
    total_fen = models.BigIntegerField("月标准")
    source = models.CharField("来源", max_length=16, choices=AmountSource.choices)
    source_id = models.BigIntegerField("来源编号")

    class Meta:
        db_table = "benefits_amount"
        verbose_name = "待遇标准"
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    total_fen=F("basic_fen") + F("account_fen") + F("transitional_fen") + F("extra_fen") + F("adjusted_fen")
                ),
                name="amount_sum",
            ),
            models.CheckConstraint(condition=Q(total_fen__gte=0), name="amount_not_negative"),
        )
        indexes = (models.Index(fields=["benefit", "-start_period", "-id"], name="amount_in_force"),)


class BackDue(models.Model):
    """A benefit whose earlier months the next run looks at again (待补发): new, resumed, held before, or assessed anew.

    It decides nothing: the run pays the difference between what is due and what was paid, whoever put the mark.
    """

    benefit_id = models.BigIntegerField("待遇")
    from_period = models.IntegerField("起始年月")
    done_batch = models.BigIntegerField("处理批次", null=True)

    class Meta:
        db_table = "benefits_back_due"
        verbose_name = "待补发"
        indexes = (models.Index(fields=["benefit_id"], condition=Q(done_batch=None), name="back_due_open"),)


class Certification(SetGuarded):
    """A certification that a pensioner lives (领取资格认证), good to the end of a month."""

    person_id = models.BigIntegerField("个人")
    certified_on = models.DateField("认证日期")
    valid_until = models.IntegerField("有效至")
    way = models.CharField("方式", max_length=10, choices=CertifyWay.choices)
    source_id = models.BigIntegerField("来源")

    class Meta:
        db_table = "benefits_certification"
        verbose_name = "资格认证"
        constraints = (models.UniqueConstraint("person_id", "certified_on", "way", name="certification_once"),)
        indexes = (models.Index(fields=["person_id", "-valid_until"], name="certification_by_person"),)


class SuspensionNotice(models.Model):
    """Somebody was told that a certification runs out and the benefit will be held (停发前告知): when, how, and what they said.

    `valid_until` (YYYYMM, 0 for never certified) is the certification it is about: a new one makes the notices of the old one count no more.
    """

    person_id = models.BigIntegerField("个人")
    valid_until = models.IntegerField("认证有效至")
    told_on = models.DateField("告知日期")
    way = models.CharField("方式", max_length=10, choices=NoticeWay.choices)
    result = models.CharField("告知情况", max_length=200)
    told_by_id = models.BigIntegerField("告知人")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        db_table = "benefits_suspension_notice"
        verbose_name = "停发前告知"
        constraints = (models.UniqueConstraint("person_id", "valid_until", "told_on", "way", name="suspension_notice_once"),)
        triggers: ClassVar[list[Any]] = append_only("suspension_notice")

    def __str__(self) -> str:
        return f"{self.told_on} {self.get_way_display()}"


class AssistedTask(Protected):
    """A task to certify somebody who cannot (协助认证任务); while it is open the benefit is not held."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assisted_tasks", db_constraint=False)
    group_kind = models.CharField("人群", max_length=10)
    assist_way = models.CharField("协助方式", max_length=10)
    address = models.CharField("地址", max_length=200)
    contact = models.CharField("联系人及电话", max_length=100)
    opened_on = models.DateField("受理日期")
    due_on = models.DateField("完成期限")
    closed_on = models.DateField("完成日期", null=True)
    case_id = models.BigIntegerField("办件")

    class Meta:
        db_table = "benefits_assisted_task"
        verbose_name = "协助认证任务"
        indexes = (models.Index(fields=["due_on"], condition=Q(closed_on=None), name="assisted_open"),)
        triggers: ClassVar[list[Any]] = guarded("assisted_task", protection_class=3)


class PreReview(Protected):
    """The agreed result of a retirement pre-review (退休预审), which the award quotes."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="pre_reviews", db_constraint=False)
    retire_type = models.CharField("退休类别", max_length=2)
    group = models.CharField("退休年龄类别", max_length=3)
    retired_on = models.DateField("拟退休日期")
    work_started_on = models.DateField("参加工作日期")
    deemed_months = models.SmallIntegerField("视同缴费月数")
    paid_months = models.SmallIntegerField("实际缴费月数")
    problems = models.JSONField("须补正的问题", default=list)
    case_id = models.BigIntegerField("办件")

    class Meta:
        db_table = "benefits_pre_review"
        verbose_name = "退休预审"
        triggers: ClassVar[list[Any]] = guarded("pre_review", protection_class=2)


class DossierFact(SetGuarded):
    """A fact of the retirement dossier (退休档案): its value as text, where it was read and when; confirmed by the case's reviewers.

    `name` is that of a need (`law/needs.py`). Written once, by the pre-review whose warrant it bears; a later pre-review of the
    person makes a dossier of its own.
    """

    pre_review = models.ForeignKey(PreReview, models.PROTECT, related_name="facts", db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="dossier_facts", db_index=False, db_constraint=False)
    name = models.CharField("事实", max_length=30)
    value = models.CharField("值", max_length=200)
    source = models.CharField("来源", max_length=200)
    dated_on = models.DateField("依据日期", null=True)

    class Meta:
        db_table = "benefits_dossier_fact"
        verbose_name = "退休档案事实"
        constraints = (models.UniqueConstraint("pre_review", "name", name="dossier_fact_once"),)
        indexes = (models.Index(fields=["person", "-id"], name="dossier_fact_by_person"),)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class Recovery(Protected):
    """Months paid without right and how they come back (多领待遇追回): `monthly_fen` is kept back from each payment."""

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="recoveries", db_constraint=False)
    start_period = models.IntegerField("多领起始年月")
    end_period = models.IntegerField("多领终止年月")
    amount_fen = models.BigIntegerField("应退金额")
    monthly_fen = models.BigIntegerField("每月抵扣", default=0)
    is_prior_year = models.BooleanField("以前年度")
    ground = models.CharField("依据", max_length=200)
    case_id = models.BigIntegerField("办件")

    class Meta:
        db_table = "benefits_recovery"
        verbose_name = "多领追回"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0) & Q(monthly_fen__gte=0), name="recovery_positive"),)
        triggers: ClassVar[list[Any]] = guarded("recovery", protection_class=2)


class RecoveryReturn(SetGuarded):
    """Money that came back for a recovery: paid in by a case, or kept back by a run."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="returns", db_constraint=False)
    amount_fen = models.BigIntegerField("退回金额")
    source = models.CharField("来源", max_length=10)
    source_id = models.BigIntegerField("来源编号")

    class Meta:
        db_table = "benefits_recovery_return"
        verbose_name = "退回明细"
        constraints = (
            models.UniqueConstraint("recovery", "source", "source_id", name="return_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="return_positive"),
        )
