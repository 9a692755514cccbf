"""Accounts, authority and the log of full views."""

import datetime as dt
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import F, Q

from yigui.common.item_codes import scope_words
from yigui.registry.models import Agency
from yigui.staff.agency_merges import AgencyMerge
from yigui.staff.answers_read import AnswerRead
from yigui.staff.declared_kin import DeclaredKin
from yigui.staff.enums import LocationKind, RequestKind, RequestStatus, Role, StepKind, UserKind, ViewGround
from yigui.staff.locations import Desk, Host, Location, OpeningException
from yigui.staff.organisation import Section
from yigui.staff.post_rules import PostRule, RightsCheck
from yigui.staff.posts import AccountRequest, Post, PostHolding
from yigui.staff.records import StaffEvent
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected


def kept_mark() -> str:
    """What stands in an account in the place of a password that the database keeps."""
    return f"kept${secrets.token_hex(16)}"


class UserManager(BaseUserManager["User"]):
    """Accounts by user name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One account per person (一人一号); an account of a partner's program acts for the person named in it.

    A person has two lines (矩阵式管理, R011): the section that guides the business, and the department that manages the day.
    """

    username = models.CharField("用户名", max_length=40, unique=True)
    # Who works with it: fixed when it is made; `staff_is_door_v1` says it to the database's guards.
    kind = models.CharField(
        "账号类别", max_length=8, choices=UserKind.choices, db_default=UserKind.PERSON, default=UserKind.PERSON, editable=False
    )
    full_name = models.CharField("姓名", max_length=60)
    # Empty until a post is given: by two people, and written by the database (`staff_post_guard_v1`).
    role = models.CharField("岗位", max_length=20, choices=Role.choices, blank=True)
    id_number = models.CharField("身份证号", max_length=18, blank=True, db_default="", default="")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所在机构")
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="科室（业务指导）"
    )
    managing_department = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="managed_people", verbose_name="日常管理部门"
    )
    desk = models.ForeignKey(
        Desk, models.SET_NULL, null=True, blank=True, db_column="window_id", related_name="people", verbose_name="柜台"
    )
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="办公场所")
    is_trainee = models.BooleanField("见习", default=False)
    is_active = models.BooleanField("启用", default=True)
    # Set by the database: what somebody signed before it still counts.
    switched_off_at = models.DateTimeField("停用时间", null=True, editable=False)
    must_change_password = models.BooleanField("须修改密码", db_default=False, default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "staff_user"
        verbose_name = "用户"

    def __str__(self) -> str:
        return f"{self.full_name}（{self.post_text}）"

    def set_password(self, raw_password: str | None) -> None:
        """Another password: here only a mark that there is one, drawn anew, by which open sessions end. What it is checked against lies where no
        login of the application reads it (`identity/proof.py`); None: nobody signs in with this account."""
        self.password = UNUSABLE_PASSWORD_PREFIX if raw_password is None else kept_mark()

    def check_password(self, raw_password: str | None) -> bool:
        """The database decides (`identity.proof.sign_in`).

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError("passwords are checked by the database")

    @property
    def is_door(self) -> bool:
        """Whether it is a door's or a program's account (渠道账号、接口账号), under which a channel or a partner's program accepts: nobody signs in
        with it."""
        return self.kind != UserKind.PERSON

    @property
    def post_text(self) -> str:
        """The post in words, as lists of people say it."""
        return f"{self.get_kind_display()}，无人使用" if self.is_door else str(self.get_role_display() or "未定岗")

    @property
    def hall_id(self) -> int | None:
        """The place somebody works at: where the desk stands, or the one named for a person without a desk."""
        return self.desk.location_id if self.desk is not None and self.desk.location_id else self.location_id

    @property
    def outlying_place(self) -> str:
        """Kind of the place somebody works at when it is no hall of the agency (乡镇服务点、合作网点); else empty."""
        place = self.desk.location if self.desk is not None and self.desk.location is not None else self.location
        return "" if place is None or place.kind == LocationKind.HALL else str(place.get_kind_display())


class RightsRequest(models.Model):
    """An application for authority or to withdraw it (岗位权限申请).

    A grant goes four steps: the section applies, internal control examines, a leader approves, the security administrator of the
    city sets. A withdrawal goes two: somebody who answers for the person or internal control asks, the security administrator
    confirms. The database keeps the order (`staff_request_guard_v1`) and carries the end out itself.

    A grant is for every step of `steps` and every item or group of `item_groups`, or for all lines of a template (`post_rule`); a
    withdrawal names authority by its keys.

    Source: 社会保险经办岗位权限管理办法（人社厅发〔2021〕64号）第十六、十七条.
    """

    kind = models.CharField("申请类别", max_length=10, choices=RequestKind.choices, db_default="grant", default="grant")
    user = models.ForeignKey(User, models.PROTECT, related_name="rights_requests")
    steps = models.JSONField("环节", default=list)
    item_groups = models.JSONField("事项范围", db_default=[], default=list)
    area_code = models.CharField("地区范围", max_length=6)
    amount_fen_max = models.BigIntegerField("金额上限", null=True)
    # By template: the rights are those of its lines, and of nothing else.
    post_rule = models.ForeignKey(PostRule, models.PROTECT, null=True, related_name="requests", verbose_name="权限模板")
    withdraws = models.JSONField("收回的授权", db_default=[], default=list)
    is_temporary = models.BooleanField("临时授权", db_default=False, default=False)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")
    reason = models.CharField("申请理由", max_length=200)
    status = models.CharField("状态", max_length=10, choices=RequestStatus.choices, default=RequestStatus.APPLIED)
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(auto_now_add=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.CharField("未批准的原因", max_length=200, blank=True, db_default="", default="")
    # The transaction of the last step: two steps are never one transaction.
    moved_xid = models.BigIntegerField(null=True, editable=False)

    class Meta:
        db_table = "staff_rights_request"
        verbose_name = "权限申请"

    @property
    def scope_text(self) -> str:
        """What it is for, in words: the lines of a template, items, or how many rights are withdrawn."""
        if self.kind == RequestKind.WITHDRAW:
            return f"{len(self.withdraws)} 项现有权限"
        if self.post_rule is not None:
            return f"按权限模板 {self.post_rule_id} 号：{self.post_rule.lines_text}"
        return "、".join(scope_words(group) for group in self.item_groups)

    @property
    def waits_for(self) -> str:
        """Whose turn it is, in words; empty when it is over."""
        if self.kind == RequestKind.WITHDRAW and self.status == RequestStatus.APPLIED:
            return "待安全保密管理员收回"
        return {
            RequestStatus.APPLIED: "待内控审核", RequestStatus.CHECKED: "待领导批准", RequestStatus.APPROVED: "待市级授权",
        }.get(self.status, "")  # type: ignore[call-overload]  # fmt: skip


class AuthorityQuerySet(models.QuerySet["Authority"]):
    """Authority by day."""

    def in_force(self, on: dt.date) -> "AuthorityQuerySet":
        """Held on a day and not withdrawn."""
        return self.filter(valid_from__lte=on, valid_to__gte=on, withdrawn_at=None)

    def held_on(self, on: dt.date) -> "AuthorityQuerySet":
        """Held on a day, as the ledger tells it: also what was withdrawn later that day or since."""
        return self.filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gte=on), valid_from__lte=on, valid_to__gte=on)


class Authority(Protected):
    """One right: a person may do a step for a group of items in an area, up to an amount, between two dates.

    `item_group` is `*`, a group (`REG`) or one item (`REG-004`); `area_code` is `*` or a division.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="authorities")
    step = models.CharField("环节", max_length=20, choices=StepKind.choices)
    item_group = models.CharField("事项范围", max_length=16, default="*")
    area_code = models.CharField("地区范围", max_length=6, default="*")
    amount_fen_max = models.BigIntegerField("金额上限（分）", null=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")
    withdrawn_at = models.DateTimeField("收回时间", null=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        db_table = "staff_authority"
        verbose_name = "岗位授权"
        constraints = (models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="authority_ends_after_start"),)
        indexes = (models.Index(fields=["user", "step"], name="authority_by_user"),)
        triggers: ClassVar[list[Any]] = guarded("authority", protection_class=2)


class FullView(models.Model):
    """Somebody saw a person's or employer's data in full (全量查看记录): who, whose, why."""

    user = models.ForeignKey(User, models.PROTECT)
    subject = models.CharField("对象", max_length=10, choices=[("person", "个人"), ("employer", "单位"), ("case", "办件")])
    subject_id = models.BigIntegerField("对象编号")
    ground = models.CharField("事由类别", max_length=12, choices=ViewGround.choices, blank=True, default="", db_default="")
    reason = models.CharField("事由", max_length=100)
    case_no = models.CharField("办件编号", max_length=40, blank=True)
    viewed_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "staff_full_view"
        verbose_name = "全量查看记录"
        indexes = (
            models.Index(fields=["subject", "subject_id", "-id"], name="full_view_by_subject"),
            models.Index(fields=["user", "-viewed_at"], name="full_view_by_user"),
            models.Index(fields=["-viewed_at"], name="full_view_by_time"),
        )
        triggers: ClassVar[list[Any]] = append_only("full_view")


class DataExport(models.Model):
    """A list somebody takes out of the house (数据导出, R310): who, what, how many rows, what for. Its number stands on the file.

    A long one waits for a head; each expires. What of it was asked is fixed; how often it was taken is counted.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="exports")
    kind = models.CharField("清单", max_length=40)
    parameters = models.JSONField("范围", default=dict)
    rows = models.IntegerField("行数")
    reason = models.CharField("用途", max_length=200)
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    valid_until = models.DateTimeField("有效期至")
    taken = models.IntegerField("下载次数", default=0)
    taken_at = models.DateTimeField("最近下载", null=True)

    class Meta:
        db_table = "staff_export"
        verbose_name = "数据导出"
        indexes = (models.Index(fields=["user", "-id"], name="export_by_user"),)


class SavedView(models.Model):
    """What somebody asks of a list again and again (常用视图), under a name of theirs: which list, and the conditions, sort and size as its address has them."""

    user = models.ForeignKey(User, models.PROTECT, related_name="saved_views", db_constraint=False, db_index=False)
    listing = models.CharField("清单", max_length=40)
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=1000)

    class Meta:
        db_table = "staff_saved_view"
        verbose_name = "常用视图"
        constraints = (models.UniqueConstraint(fields=["user", "listing", "name"], name="saved_view_once"),)


class InboxLook(models.Model):
    """When somebody last looked at what is new in their inbox (铃). One row a person; the business day beside the moment, for what bears only a day."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="inbox_look", db_constraint=False)
    at = models.DateTimeField("查看时间")
    on = models.DateField("业务日期")

    class Meta:
        db_table = "staff_inbox_look"
        verbose_name = "待办查看"


class Refusal(models.Model):
    """Somebody wanted to do what they may not (拒绝记录, R054): who, what, to which case, why not, when. Append-only."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    who = models.CharField("人员", max_length=100)
    deed = models.CharField("操作", max_length=100)
    case_no = models.CharField("办件编号", max_length=40, blank=True)
    code = models.CharField("拒绝代码", max_length=60)
    sentence = models.TextField("拒绝原因")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "staff_refusal"
        verbose_name = "拒绝记录"
        triggers: ClassVar[list[Any]] = append_only("refusal")


def all_items() -> list[str]:
    """Default of a login's items: every item of the platform."""
    return ["*"]


__all__ = [
    "AccountRequest",
    "AgencyMerge",
    "AnswerRead",
    "Authority",
    "DataExport",
    "DeclaredKin",
    "Desk",
    "FullView",
    "Host",
    "InboxLook",
    "Location",
    "OpeningException",
    "Post",
    "PostHolding",
    "PostRule",
    "RightsCheck",
    "RightsRequest",
    "SavedView",
    "Section",
    "StaffEvent",
    "User",
    "all_items",
]
