"""Personal accounts."""

from typing import Any, ClassVar

from django.db import models

from yigui.registry.enums import Insurance
from yigui.registry.models import Person
from yigui.warrants.guards import guarded
from yigui.warrants.models import Protected

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
