"""Cases, steps, events, materials, meetings, drafts, feedback and seals."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from yigui.casework.day_sheets import DaySheet as DaySheet
from yigui.casework.enums import FINAL, CaseStatus, FeedbackResult, MaterialSource, ReturnReason, StepState, Verb
from yigui.casework.outcomes import Result, result_of
from yigui.common.identifiers import mask_name
from yigui.documents.models import IssuedDocument, Paper
from yigui.exchange.models import PartnerAnswer
from yigui.identity.models import UnitLogin
from yigui.registry.models import Agency, Area, Employer, Person
from yigui.staff.enums import StepKind
from yigui.staff.locations import Desk
from yigui.staff.models import User
from yigui.warrants.enums import RiskClass
from yigui.warrants.guards import append_only


class Case(models.Model):
    """A case (办件). `area` is the place of insurance (参保归属地), `agency` the place of work (经办地).

    `login` is the employer's operator, `applicant` the person, who applied by themselves; `accepted_by` is then the account
    of the channel.
    """

    case_no = models.CharField("办件编号", max_length=24, unique=True)
    item_code = models.CharField("事项", max_length=16)
    item_version = models.DateField("事项版本")
    item_name = models.CharField("事项名称", max_length=80)
    channel = models.CharField("渠道", max_length=20)
    status = models.CharField("状态", max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    risk_class = models.SmallIntegerField("风险等级", choices=RiskClass.choices)
    risk_reasons = models.JSONField("升级原因", default=list)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases", db_index=False, db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="cases", db_index=False, db_constraint=False)
    subject_key = models.CharField("对象", max_length=40)
    subject_name = models.CharField("对象名称", max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="参保归属地", db_index=False, db_constraint=False)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="经办机构", db_index=False, db_constraint=False)
    amount_fen = models.BigIntegerField("金额（分）", null=True)
    form = models.JSONField("申请内容")
    preview = models.JSONField("拟变更内容", default=list)
    # The money in suspense it was accepted upon: [[receipt, fen]], and of no other it uses any. None of a case accepted before this was kept.
    waiting_money = models.JSONField("所用到账", null=True)
    findings = models.JSONField("核查提示", default=list)
    round = models.SmallIntegerField("轮次", default=1)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="accepted_cases", db_constraint=False)
    login = models.ForeignKey(
        UnitLogin, models.PROTECT, null=True, verbose_name="申报人", related_name="cases", db_index=False, db_constraint=False
    )
    applicant = models.ForeignKey(
        Person, models.PROTECT, null=True, verbose_name="申请人", related_name="+", db_index=False, db_constraint=False
    )
    # Who handed it in after a return, when and through which channel, where that was not the acceptor at the acceptor's door.
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    handled_on = models.DateField("补正提交日期", null=True)
    handled_channel = models.CharField("补正渠道", max_length=20, blank=True, default="", db_default="")
    accepted_at = models.DateTimeField("受理时间")
    accepted_on = models.DateField("受理日期")
    due_on = models.DateField("承诺办结日期")
    is_due_provisional = models.BooleanField("节假日安排待公布", default=False)
    returned_on = models.DateField("退回日期", null=True)
    overdue_noted_on = models.DateField("超时提醒日期", null=True)
    finished_at = models.DateTimeField("办结时间", null=True)
    outcome = models.JSONField("办理结果", default=dict)
    # Why the last attempt to finish (or, while it waits for a partner, to verify) failed; how often, and when the next is due.
    effect_error = models.TextField("办结未成功原因", blank=True)
    tries = models.SmallIntegerField("未成功次数", default=0, db_default=0)
    next_try_at = models.DateTimeField("下次自动重试", null=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, db_index=False)
    idempotency_key = models.CharField("幂等键", max_length=80, null=True, unique=True)
    request_digest = models.CharField(max_length=64)
    # Read by nothing: visits are counted by `visits.VisitCase`. Web servers of release 0.1, which an upgrade leaves running for minutes, name it in every
    # question about a case, so that it goes with the release after.
    visits = models.SmallIntegerField("跑动次数", default=1)

    class Meta:
        db_table = "casework_case"
        verbose_name = "办件"
        indexes = (
            models.Index(fields=["person", "-id"], name="case_by_person", condition=Q(person__isnull=False)),
            models.Index(fields=["employer", "-id"], name="case_by_employer", condition=Q(employer__isnull=False)),
            models.Index(fields=["accepted_by", "-id"], name="case_by_acceptor"),
            models.Index(fields=["due_on"], name="case_unfinished", condition=~Q(status__in=FINAL)),
            models.Index(fields=["id"], name="case_waiting", condition=Q(status=CaseStatus.WAITING)),
            models.Index(fields=["subject_key", "item_code"], name="case_open_subject", condition=~Q(status__in=FINAL)),
            # Lists of a day, of a month.
            models.Index(fields=["accepted_on"], name="case_by_day"),
            # How many of an item a month has brought (月业务量).
            models.Index(fields=["item_code", "area", "accepted_on"], name="case_by_item_area_day"),
        )
        constraints = (models.CheckConstraint(condition=Q(risk_class__in=RiskClass.values), name="case_known_class"),)
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="case_guard", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="RETURN casework_case_guard_v1(TG_OP, OLD, NEW);",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_no} {self.item_name}"

    @property
    def is_about_unit(self) -> bool:
        """Whether it is about an employer, also one not registered yet: its name is nobody's to mask."""
        return self.subject_key.partition(":")[0] in ("employer", "credit_code")

    @property
    def shown_subject(self) -> str:
        """Whom it is about, for lists: an employer by its name, a person's name masked, registered or not."""
        return self.subject_name if self.is_about_unit else mask_name(self.subject_name)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def result(self) -> Result:
        """What came of it, whenever it was finished."""
        return result_of(self.outcome)

    @property
    def handler_id(self) -> int:
        """Whose case it is at the agency: who has taken the correction up, else the acceptor."""
        return self.handled_by_id or self.accepted_by_id


class SamplingRule(models.Model):
    """Random sampling (随机抽查): of the cases of a group this share is raised to a class. Set by the auditors."""

    item_group = models.CharField("事项范围", max_length=16)
    share = models.DecimalField("抽查比例", max_digits=5, decimal_places=4)
    to_class = models.SmallIntegerField("升至等级", choices=RiskClass.choices)
    reason = models.CharField("依据", max_length=100)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    ended_at = models.DateTimeField("停用时间", null=True, editable=False)

    class Meta:
        db_table = "casework_sampling_rule"
        verbose_name = "抽查规则"
        constraints = (
            models.CheckConstraint(condition=Q(share__gt=0) & Q(share__lte=1), name="sampling_share"),
            models.CheckConstraint(condition=Q(to_class__in=(1, 2)), name="sampling_raises"),
        )


class Step(models.Model):
    """A step (环节) of a case's route. A return starts a new round of steps; the old ones stay as history."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", db_index=False)
    round = models.SmallIntegerField("轮次")
    seq = models.SmallIntegerField("次序")
    code = models.CharField("环节", max_length=20, choices=StepKind.choices)
    reason = models.CharField("设置原因", max_length=60, blank=True)
    site = models.CharField("办理地点", max_length=12)
    state = models.CharField("状态", max_length=10, choices=StepState.choices, default=StepState.WAITING)
    item_code = models.CharField("事项", max_length=16)
    area_code = models.CharField("参保地", max_length=6)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False, db_constraint=False)
    suggested_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    claimed_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    decided_at = models.DateTimeField("处理时间", null=True)
    decided_on = models.DateField("处理日期", null=True)
    opinion = models.TextField("意见", blank=True)

    class Meta:
        db_table = "casework_step"
        verbose_name = "环节"
        constraints = (models.UniqueConstraint("case", "round", "seq", name="step_once_per_round"),)
        indexes = (
            models.Index(fields=["code", "ready_at"], name="step_ready", condition=Q(state="ready")),
            # What a person has done, by day: reports of a section, rights nobody uses.
            models.Index(fields=["decided_by", "decided_on"], name="step_by_decider", condition=Q(decided_by__isnull=False)),
        )
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="step_guard", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="RETURN casework_step_guard_v1(TG_OP, OLD, NEW);",
            )
        ]  # fmt: skip


class SignedOutcome(models.Model):
    """What a case would write, as whoever passed a step has signed it (核定结果): [[table, rows, fen, digest]]. Grain: one row per passed step of
    a reviewed case that moves money or sets a benefit; the case is finished with the same or not at all (`sql/outcomes.sql`).
    """

    step = models.OneToOneField(Step, models.PROTECT, primary_key=True, related_name="signed_outcome")
    outcome = models.JSONField("核定结果")
    signed_at = models.DateTimeField("签署时间")

    class Meta:
        db_table = "casework_signed_outcome"
        verbose_name = "核定结果"
        triggers: ClassVar[list[Any]] = append_only("signed_outcome")


class Event(models.Model):
    """One link of a case's event chain: what happened, who did it, and the SM3 over it and the link before."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    seq = models.SmallIntegerField("次序")
    verb = models.CharField("事件", max_length=20, choices=Verb.choices)
    actor = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, db_constraint=False)
    actor_name = models.CharField("经办人", max_length=60)
    actor_role = models.CharField("岗位", max_length=20)
    channel = models.CharField("渠道", max_length=20)
    note = models.TextField("说明", blank=True)
    payload = models.JSONField("内容", default=dict)
    at = models.DateTimeField("时间")
    previous = models.CharField("上一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        db_table = "casework_event"
        verbose_name = "办件事件"
        constraints = (models.UniqueConstraint("case", "seq", name="event_once"),)
        triggers: ClassVar[list[Any]] = append_only("event")


class CaseMaterial(models.Model):
    """A material (材料) of a case and where it came from."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    material_code = models.CharField("材料", max_length=40)
    source = models.CharField("来源", max_length=10, choices=MaterialSource.choices)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        db_table = "casework_case_material"
        verbose_name = "办件材料"


class CaseProof(models.Model):
    """A partner's answer a case rests on (部门核验凭据)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="proofs", db_index=False)
    answer = models.ForeignKey(PartnerAnswer, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "casework_case_proof"
        verbose_name = "部门核验凭据"
        constraints = (models.UniqueConstraint("case", "answer", name="case_proof_once"),)
        triggers: ClassVar[list[Any]] = append_only("case_proof")


class ReturnPoint(models.Model):
    """One thing a return names (退回要点): the paper or the field (neither: the case as a whole), the reason, and words to it.

    `is_ours`: it was there just so when the case was returned before, and was not named then (二次补正责任, R278).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="return_points", db_index=False)
    round = models.SmallIntegerField("轮次")
    material_code = models.CharField("材料", max_length=40, blank=True)
    field = models.CharField("填报项", max_length=60, blank=True)
    reason = models.CharField("退回原因", max_length=20, choices=ReturnReason.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    is_ours = models.BooleanField("应一次告知而未告知", default=False)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    made_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "casework_return_point"
        verbose_name = "退回要点"
        indexes = (
            models.Index(fields=["case", "round"], name="return_point_by_case"),
            models.Index(fields=["-id"], name="return_point_ours", condition=Q(is_ours=True)),
        )
        triggers: ClassVar[list[Any]] = append_only("return_point")


class Draft(models.Model):
    """An unfinished form a teller has open; nothing typed is lost. Its token is the idempotency key of the submit."""

    token = models.UUIDField(unique=True)
    user = models.ForeignKey(User, models.PROTECT)
    login = models.ForeignKey(UnitLogin, models.PROTECT, null=True)
    applicant = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    item_code = models.CharField(max_length=16)
    person = models.ForeignKey(Person, models.PROTECT, null=True, db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, db_constraint=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_constraint=False)
    form = models.JSONField(default=dict)
    materials = models.JSONField(default=dict)
    # The special desk it has been handed over to and where nobody has taken it yet; who handed it over, and when (R029).
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+", db_constraint=False)
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    handed_at = models.DateTimeField("转交时间", null=True)
    updated_at = models.DateTimeField(auto_now=True)
    # How often what is typed has changed; what each open page (标签页) showed last, and what the last versions were: for a merge by field.
    version = models.IntegerField("版次", default=0, db_default=0)
    seen = models.JSONField("各页所见", default=dict, db_default={})
    # Rows of the list of a form (职工名册) as they were read, with those kept of earlier files: each stands in the form, came back, was no data, or was
    # replaced by a later row of the same person (`casework_draft_lines_v1`). None where there is no list.
    lines_in = models.IntegerField("名册读入行数", null=True)

    class Meta:
        db_table = "casework_draft"
        verbose_name = "草稿"
        indexes = (
            models.Index(fields=["user", "-updated_at"], name="draft_by_user", condition=Q(login=None, applicant=None)),
            models.Index(fields=["login", "-updated_at"], name="draft_by_login", condition=Q(login__isnull=False)),
            models.Index(fields=["applicant", "-updated_at"], name="draft_by_applicant", condition=Q(applicant__isnull=False)),
        )


class ApplicationList(models.Model):
    """One item for many people from a file (名单申报): each row with its values, its verdict, and the case it became."""

    token = models.UUIDField(unique=True)
    user = models.ForeignKey(User, models.PROTECT)
    login = models.ForeignKey(UnitLogin, models.PROTECT, null=True)
    employer = models.ForeignKey(Employer, models.PROTECT, db_constraint=False)
    item_code = models.CharField("事项", max_length=16)
    file_name = models.CharField("文件名", max_length=200)
    # By material code, the paper that holds for everybody on the list.
    papers = models.JSONField(default=dict)
    rows = models.JSONField()
    # Rows of the file, and those that went over from earlier lists: as many stand in `rows` for ever
    # (`casework_list_rows_v1`). None for lists from before they were counted.
    lines_in = models.IntegerField("读入行数", null=True)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        db_table = "casework_application_list"
        verbose_name = "名单"
        indexes = (models.Index(fields=["employer", "-id"], name="application_list_by_employer"),)


class Meeting(models.Model):
    """A collective decision (集体研究) with minutes; several cases of one item may be decided in one meeting."""

    item_code = models.CharField("事项", max_length=16)
    held_on = models.DateField("会议日期")
    chair = models.ForeignKey(User, models.PROTECT, related_name="+")
    minutes = models.TextField("会议纪要")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "casework_meeting"
        verbose_name = "会议"
        triggers: ClassVar[list[Any]] = append_only("meeting")


class Attendee(models.Model):
    """A person who sat in a meeting (参会人员)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees")
    user = models.ForeignKey(User, models.PROTECT)

    class Meta:
        db_table = "casework_attendee"
        constraints = (models.UniqueConstraint("meeting", "user", name="attendee_once"),)
        triggers: ClassVar[list[Any]] = append_only("attendee")


class Decision(models.Model):
    """What a meeting decided on one case."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    round = models.SmallIntegerField()
    verdict = models.CharField("结论", max_length=10)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        db_table = "casework_decision"
        constraints = (models.UniqueConstraint("case", "round", name="decision_once_per_round"),)
        triggers: ClassVar[list[Any]] = append_only("decision")


class Feedback(models.Model):
    """A result on its way back through the channel it came from (结果反馈)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="feedback")
    channel = models.CharField("渠道", max_length=20)
    message = models.TextField("内容")
    result = models.CharField("结果", max_length=10, choices=FeedbackResult.choices, default=FeedbackResult.FINISHED)
    attempts = models.SmallIntegerField("发送次数", default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "casework_feedback"
        verbose_name = "结果反馈"
        indexes = (models.Index(fields=["id"], name="feedback_waiting", condition=Q(delivered_at=None)),)


class Delivery(models.Model):
    """A result that was sent by a way (短信、邮件), once."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="deliveries", db_index=False)
    way = models.CharField("方式", max_length=10)
    sent_at = models.DateTimeField("发送时间", auto_now_add=True)

    class Meta:
        db_table = "casework_delivery"
        verbose_name = "反馈发送"
        constraints = (models.UniqueConstraint("feedback", "way", name="delivery_once"),)


class Resend(models.Model):
    """A result that a person had sent by text once more (再次发送): who, why, and whether the gateway took it. Append-only.

    What was delivered or given up waits no more (`casework_delivery_v1`); this stands beside it.
    """

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="resends")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField("原因", max_length=200)
    is_taken = models.BooleanField("网关已接收")
    sent_at = models.DateTimeField("发送时间", auto_now_add=True)

    class Meta:
        db_table = "casework_resend"
        verbose_name = "结果再次发送"
        triggers: ClassVar[list[Any]] = append_only("resend")
