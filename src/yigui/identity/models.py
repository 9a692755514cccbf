"""Sessions, logins of units, codes, sessions of outsiders, machines."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yigui.identity.attempts import Attempt, KnownSource
from yigui.identity.credentials import Confirmation, Credential, Days, Device, Pepper, Proof, Reader, Text, Try, UnitDevice
from yigui.identity.keepings import Keeping
from yigui.registry.models import Agency, Employer, Person
from yigui.staff.locations import Location
from yigui.staff.models import User, all_items


class WorkSession(models.Model):
    """An open sign-in of a person; when the limit is reached the oldest is ended. `seen_at` is when they worked last: its rest ends it."""

    user = models.ForeignKey(User, models.CASCADE)
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField("最近操作", db_default=Now())

    class Meta:
        app_label = "staff"
        db_table = "staff_work_session"


class UnitLogin(models.Model):
    """Login of an employer's operator (单位经办人账号); without a password until its first use.

    `items` are groups (`REG`) or items (`REG-004`) the operator may apply for, or `*`. A manager adds operators and sets their items.
    The verifier of the password and the device lie where the application cannot read them (`credentials`); the columns that held them are empty.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="logins", db_constraint=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    full_name = models.CharField("经办人", max_length=60, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    password = models.CharField(max_length=128, blank=True)
    is_manager = models.BooleanField("单位管理员", default=True)
    items = models.JSONField("事项范围", default=all_items)
    is_active = models.BooleanField("启用", default=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    totp_key = models.CharField("动态口令密钥", max_length=40, blank=True)
    totp_used = models.BigIntegerField("最近用过的口令", default=-1)
    totp_tries = models.SmallIntegerField(default=0)
    totp_locked_until = models.DateTimeField(null=True)

    class Meta:
        app_label = "staff"
        db_table = "staff_unit_login"
        verbose_name = "单位账号"


class UnitRequest(models.Model):
    """An employer's request for a login (网上服务开通申请), and who at the agency decided on it."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+", db_constraint=False)
    full_name = models.CharField("经办人", max_length=60)
    phone = models.CharField("手机", max_length=20)
    requested_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(default=False)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        app_label = "staff"
        db_table = "staff_unit_request"
        verbose_name = "网上服务开通申请"
        constraints = (models.UniqueConstraint("employer", condition=models.Q(decided_at=None), name="unit_request_open_once"),)


class OneTimeCode(models.Model):
    """A code sent to a phone (短信验证码): used once, within minutes, after few wrong tries. Made by the database,
    which keeps its digest; no login of the application can read it.

    `holder` says whose it is: `unit:<user name>`, `person:<digest of number and name>`. `source` is the browser that asked for it (a digest
    of its session): only there does the code open anything, and only there do wrong tries count. `address` is where it was asked from.
    `mark` is the database's own (`identity_text_mark_v1`); verification names a code without it.
    """

    holder = models.CharField(max_length=80)
    source = models.CharField(max_length=64, blank=True, default="", db_default="")
    address = models.CharField(max_length=45, blank=True, default="", db_default="")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    is_used = models.BooleanField(default=False)
    mark = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        app_label = "staff"
        db_table = "staff_one_time_code"
        verbose_name = "短信验证码"
        indexes = (models.Index(fields=["holder", "-id"], name="one_time_code_by_holder"),)


class OutsideSession(models.Model):
    """An open sign-in of somebody outside the agency: whose rows the database shows them, until when.

    Only the SHA-256 of the session's secret is kept. Row-level security asks this table; a session that was ended, that is out of date, or
    that has rested longer than `idle` sees nothing. `login` is the operator's, empty for persons and for sessions older than this column.
    `mark` is the database's own (`identity_session_mark_v1`); verification names a session without it.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    channel = models.CharField("渠道", max_length=20)
    started_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    login = models.ForeignKey(UnitLogin, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    seen_at = models.DateTimeField("最近操作", db_default=Now())
    idle = models.DurationField("无操作时限", db_default=dt.timedelta(minutes=20))
    address = models.CharField("登录地址", max_length=45, blank=True, default="", db_default="")
    browser = models.CharField("浏览器", max_length=60, blank=True, default="", db_default="")
    mark = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        app_label = "staff"
        db_table = "staff_outside_session"
        verbose_name = "外部会话"
        indexes = (
            models.Index(fields=["employer"], name="outside_open_by_unit", condition=Q(ended_at=None)),
            models.Index(fields=["person"], name="outside_open_by_person", condition=Q(ended_at=None)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(employer=None, person__isnull=False) | Q(employer__isnull=False, person=None),
                name="outside_session_is_one",
            ),
        )


class Kiosk(models.Model):
    """A machine of a self-service area (自助终端), in an agency's hall or with a host (bank, tax hall). Its secret is kept as SM3.

    A card reader (读卡器) is a program on the machine at `reader_url`; what it reads is signed with a key that only the database keeps
    (`credentials.Reader`); the column that held it is empty.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所属机构")
    name = models.CharField("名称", max_length=40)
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="kiosks", verbose_name="办事场所")
    place = models.CharField("布设位置", max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField("启用", default=True)
    seen_at = models.DateTimeField("最近联系", null=True)
    reader_url = models.CharField("读卡器地址", max_length=120, blank=True)
    reader_key = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "staff"
        db_table = "staff_kiosk"
        verbose_name = "自助终端"
        constraints = (models.UniqueConstraint("agency", "name", name="kiosk_once"),)


__all__ = [
    "Attempt",
    "Confirmation",
    "Credential",
    "Days",
    "Device",
    "Keeping",
    "Kiosk",
    "KnownSource",
    "OneTimeCode",
    "OutsideSession",
    "Pepper",
    "Proof",
    "Reader",
    "Text",
    "Try",
    "UnitDevice",
    "UnitLogin",
    "UnitRequest",
    "WorkSession",
]
