"""Personal accounts."""

from typing import Any, ClassVar

from django.db import models

from yigui.registry.enums import Insurance
from yigui.registry.models import Person
from yigui.warrants.guards import guarded
from yigui.warrants.models import Protected, SetGuarded

#: Insurances with a personal account. Source: 社会保险法 (2018) 第十一、十四条; 国发〔1998〕44号.
ACCOUNT_INSURANCES = (Insurance.EMPLOYEE_PENSION, Insurance.EMPLOYEE_MEDICAL)


class AccountStatus(models.TextChoices):
    """Status of a personal account (账户状态)."""

    OPEN = "open", "正常"
    SEALED = "sealed", "封存"


class PersonalAccount(Protected):
    """The personal account of a person for an insurance; opened once, kept for life."""

    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="个人", related_name="accounts", db_index=False, db_constraint=False
    )
    insurance = models.CharField("险种", max_length=24, choices=Insurance.choices)
    opened_period = models.IntegerField("建账年月")
    status = models.CharField("状态", max_length=10, choices=AccountStatus.choices, default=AccountStatus.OPEN)

    class Meta:
        db_table = "accounts_personal_account"
        verbose_name = "个人账户"
        constraints = (models.UniqueConstraint("person", "insurance", name="account_once"),)
        triggers: ClassVar[list[Any]] = guarded("personal_account", protection_class=3)


class EntryKind(models.IntegerChoices):
    """Kind of an account entry (记账类别). From `REFUND` on an entry takes away, and needs a class-1 warrant."""

    CONTRIBUTION = 1, "缴费记账"
    BACK_PAYMENT = 2, "补缴记账"
    ADJUSTMENT = 3, "差额记账"
    REENTRY = 4, "更正重记"
    SUBSIDY = 5, "补贴记账"
    MERGED_IN = 6, "并档转入"
    INTEREST = 7, "更正补记利息"
    REFUND = 11, "退费冲减"
    REVERSAL = 12, "冲正"
    PAYOUT = 13, "一次性支付"
    DRAWN = 14, "已随待遇支付"
    MERGED_OUT = 15, "并档转出"
    INTEREST_BACK = 16, "更正冲减利息"


#: Interest a correction adds or takes away; its month owed is December of the year it is for. No contribution of that month.
INTEREST_KINDS = (EntryKind.INTEREST, EntryKind.INTEREST_BACK)


class AccountEntry(SetGuarded):
    """An entry of a personal account: append-only, credited when the money has arrived. Partitioned by year of booking.

    Grain: (person, insurance, year, owed_period, kind, source): one source credits a month once. `period` is the accounting
    period (AAE002); of a correction of earlier years it is January, so that the year bears its whole interest on it. `owed_period`
    is the month the money is for (AAE003). `source_id`: the bill, or minus the case.
    """

    pk = models.CompositePrimaryKey("person_id", "insurance", "year", "owed_period", "kind", "source_id")
    person_id = models.BigIntegerField("个人")
    insurance = models.SmallIntegerField("险种")
    year = models.SmallIntegerField("记账年度")
    period = models.IntegerField("做账期号")
    owed_period = models.IntegerField("所属期")
    kind = models.SmallIntegerField("类别", choices=EntryKind.choices)
    base_fen = models.BigIntegerField("缴费基数")
    amount_fen = models.BigIntegerField("金额")
    source_id = models.BigIntegerField("来源")

    class Meta:
        managed = False
        db_table = "accounts_entry"
        verbose_name = "个人账户账页"


class AccountYear(models.Model):
    """An account at the end of a year (年度结转): opening, credits, interest, closing. Written by the interest run.

    Partitioned by `batch_id`: a run fills a table of its own and attaches it under its warrant.
    """

    pk = models.CompositePrimaryKey("person_id", "insurance", "year", "batch_id")
    batch_id = models.BigIntegerField("批次")
    person_id = models.BigIntegerField("个人")
    insurance = models.SmallIntegerField("险种")
    year = models.SmallIntegerField("年度")
    opening_fen = models.BigIntegerField("年初余额")
    credits_fen = models.BigIntegerField("本年记账")
    interest_fen = models.BigIntegerField("本年利息")
    closing_fen = models.BigIntegerField("年末余额")

    class Meta:
        managed = False
        db_table = "accounts_year"
        verbose_name = "个人账户年度结转"
