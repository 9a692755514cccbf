"""Accounts, authority, windows and the log of full views."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from yigui.registry.models import Agency, Employer, Person
from yigui.staff.enums import RequestStatus, Role, Step, WindowKind
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected


class CounterWindow(models.Model):
    """A window (窗口) in a hall: general business or special business (专人专责)."""

    agency = models.ForeignKey(Agency, models.PROTECT)
    number = models.CharField("窗口号", max_length=8)
    kind = models.CharField("窗口类别", max_length=10, choices=WindowKind.choices)

    class Meta:
        db_table = "staff_window"
        verbose_name = "窗口"
        constraints = (models.UniqueConstraint("agency", "number", name="window_once"),)

    def __str__(self) -> str:
        return f"{self.number}号{self.get_kind_display()}"


class UserManager(BaseUserManager["User"]):
    """Accounts by user name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One account per person (一人一号); an account of a partner's program acts for the person named in it."""

    username = models.CharField("用户名", max_length=40, unique=True)
    full_name = models.CharField("姓名", max_length=60)
    role = models.CharField("岗位", max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所在机构")
    section = models.CharField("科室", max_length=40, blank=True)
    managing_department = models.CharField("日常管理部门", max_length=40, blank=True)
    window = models.ForeignKey(CounterWindow, models.SET_NULL, null=True, blank=True, verbose_name="窗口")
    is_trainee = models.BooleanField("见习", default=False)
    is_active = models.BooleanField("启用", default=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "staff_user"
        verbose_name = "用户"

    def __str__(self) -> str:
        return f"{self.full_name}（{self.get_role_display()}）"


class RightsRequest(models.Model):
    """An application for authority (岗位权限申请): the section applies, a leader approves, the security administrator grants.

    Source: 社会保险经办岗位权限管理办法（人社厅发〔2021〕64号）.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="rights_requests")
    steps = models.JSONField("环节")
    item_group = models.CharField("事项范围", max_length=16)
    area_code = models.CharField("地区范围", max_length=6)
    amount_fen_max = models.BigIntegerField("金额上限", null=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")
    reason = models.CharField("申请理由", max_length=200)
    status = models.CharField("状态", max_length=10, choices=RequestStatus.choices, default=RequestStatus.APPLIED)
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "staff_rights_request"
        verbose_name = "权限申请"


class Authority(Protected):
    """One right: a person may do a step for a group of items in an area, up to an amount, between two dates.

    `item_group` is `*`, a group (`REG`) or one item (`REG-004`); `area_code` is `*` or a division.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="authorities")
    step = models.CharField("环节", max_length=20, choices=Step.choices)
    item_group = models.CharField("事项范围", max_length=16, default="*")
    area_code = models.CharField("地区范围", max_length=6, default="*")
    amount_fen_max = models.BigIntegerField("金额上限（分）", null=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")

    class Meta:
        db_table = "staff_authority"
        verbose_name = "岗位授权"
        constraints = (models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="authority_ends_after_start"),)
        indexes = (models.Index(fields=["user", "step"], name="authority_by_user"),)
        triggers: ClassVar[list[Any]] = guarded("authority", protection_class=2)


class WorkSession(models.Model):
    """An open sign-in of a person; when the limit is reached the oldest is ended."""

    user = models.ForeignKey(User, models.CASCADE)
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "staff_work_session"


class FullView(models.Model):
    """Somebody saw a person's or employer's data in full (全量查看记录): who, whose, why."""

    user = models.ForeignKey(User, models.PROTECT)
    subject = models.CharField("对象", max_length=10, choices=[("person", "个人"), ("employer", "单位")])
    subject_id = models.BigIntegerField("对象编号")
    reason = models.CharField("事由", max_length=100)
    case_no = models.CharField("办件编号", max_length=40, blank=True)
    viewed_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "staff_full_view"
        verbose_name = "全量查看记录"
        indexes = (models.Index(fields=["subject", "subject_id", "-id"], name="full_view_by_subject"),)
        triggers: ClassVar[list[Any]] = append_only("full_view")


def all_items() -> list[str]:
    """Default of a login's items: every item of the platform."""
    return ["*"]


class UnitLogin(models.Model):
    """Login of an employer's operator (单位经办人账号); without a password until its first use.

    `items` are groups (`REG`) or items (`REG-004`) the operator may apply for, or `*`. A manager adds operators and sets their items.
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
        db_table = "staff_unit_request"
        verbose_name = "网上服务开通申请"
        constraints = (models.UniqueConstraint("employer", condition=models.Q(decided_at=None), name="unit_request_open_once"),)


class OneTimeCode(models.Model):
    """A code sent to a phone (短信验证码): used once, within minutes, after few wrong tries. Only its digest is kept.

    `holder` says whose it is and what for: `unit:<id>`, `person:<id>`, `certify:<id>`.
    """

    holder = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    is_used = models.BooleanField(default=False)

    class Meta:
        db_table = "staff_one_time_code"
        verbose_name = "短信验证码"
        indexes = (models.Index(fields=["holder", "-id"], name="one_time_code_by_holder"),)


class OutsideSession(models.Model):
    """An open sign-in of somebody outside the agency: whose rows the database shows them, until when.

    Only the SHA-256 of the session's secret is kept. Row-level security asks this table; an ended session sees nothing.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    channel = models.CharField("渠道", max_length=20)
    started_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "staff_outside_session"
        verbose_name = "外部会话"
        constraints = (
            models.CheckConstraint(
                condition=Q(employer=None, person__isnull=False) | Q(employer__isnull=False, person=None),
                name="outside_session_is_one",
            ),
        )


class Kiosk(models.Model):
    """A machine of a self-service area (自助终端), in an agency's hall or with a host (bank, tax hall). Its secret is kept as SM3.

    A card reader (读卡器) is a program on the machine at `reader_url`; what it reads is signed with `reader_key`.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所属机构")
    name = models.CharField("名称", max_length=40)
    place = models.CharField("布设地点", max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField("启用", default=True)
    seen_at = models.DateTimeField("最近联系", null=True)
    reader_url = models.CharField("读卡器地址", max_length=120, blank=True)
    reader_key = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "staff_kiosk"
        verbose_name = "自助终端"
        constraints = (models.UniqueConstraint("agency", "name", name="kiosk_once"),)
