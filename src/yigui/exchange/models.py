"""Partners, tokens, inbound files and their records."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models

from yigui.documents.sheets import unread_said
from yigui.exchange.contracts import contracts
from yigui.registry.models import Person
from yigui.staff.models import User
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected


class Partner(models.Model):
    """An outside partner (协作单位): a department, a bank, an employer's program.

    With `base_url` it can be asked and told, both signed under the key shared with it; without, it only sends files or uses the interface. The key that is
    written here goes to `PartnerKey` at once, and `KEPT` stays.
    """

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=80)
    is_active = models.BooleanField("启用", default=True)
    base_url = models.CharField("服务地址", max_length=200, blank=True)
    key = models.CharField("签名密钥", max_length=100, blank=True)
    # Who set address and key last; written by the database. Nobody: the owner, by a command.
    connected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    connected_at = models.DateTimeField("登记时间", null=True)

    class Meta:
        db_table = "exchange_partner"
        verbose_name = "协作单位"

    def __str__(self) -> str:
        return self.name


#: What stands for a key that is known.
KEPT = "已登记"


class PartnerKey(models.Model):
    """The key shared with a partner (签名密钥), which no login of the application reads: the database signs and reads signatures with it."""

    partner_id = models.CharField(max_length=40, primary_key=True)
    key = models.CharField("签名密钥", max_length=100)
    kept_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "exchange_partner_key"
        verbose_name = "协作单位密钥"


class ApiToken(models.Model):
    """A partner's token: only its SM3 is kept. Work done with it is `user`'s work, through `channel`."""

    partner = models.ForeignKey(Partner, models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.PROTECT)
    channel = models.CharField("渠道", max_length=20)
    outlet_class = models.CharField("网点类别", max_length=1, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "exchange_api_token"
        verbose_name = "接口凭证"


class FileKind(models.TextChoices):
    """What an inbound file carries."""

    EMPLOYMENT_REGISTRATION = "employment_registration", "就业备案"
    IDENTITY = "identity", "公安人口信息"
    DEATH = "death", "死亡信息"
    LIFE_SIGN = "life_sign", "生存比对信息"
    PRISON = "prison", "服刑信息"


class InboundFile(models.Model):
    """Receipt of a file (收文回执): who sent it, who took it in, when, what was in it. The same content comes in once."""

    kind = models.CharField("类别", max_length=30, choices=FileKind.choices)
    partner = models.ForeignKey(Partner, models.PROTECT)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("SM3", max_length=64)
    row_count = models.IntegerField("行数")
    accepted_count = models.IntegerField("入库")
    rejected = models.JSONField("退回的行", default=list)
    # Every line is one of these; None for files that came in before they were counted apart.
    matched_count = models.IntegerField("入库有效", null=True)
    known_count = models.IntegerField("此前已知", null=True)
    rejected_count = models.IntegerField("退回", null=True)
    waiting_count = models.IntegerField("待核定", null=True)
    unmatched_count = models.IntegerField("未匹配到参保人", null=True)
    #: Lines that wait for a person or are about nobody here: [row, word, sentence], at most `NOTED_MAX`.
    noted = models.JSONField("待核定和未匹配的行", default=list, db_default=[])
    #: Numbers of those of the rejected lines that another area answers for: they wait for the city, which takes them as a file of their own.
    elsewhere = models.JSONField("属其他地区的行", default=list, db_default=[])
    #: The file whose lines of elsewhere this one takes.
    continues = models.OneToOneField("self", models.PROTECT, null=True, related_name="continued", verbose_name="接续的收文")
    #: Heads of columns that nobody read: what stands under them is in the kept file.
    unread_heads = models.JSONField("未读取的列", default=list, db_default=[])
    received_by = models.ForeignKey(User, models.PROTECT, null=True)
    received_at = models.DateTimeField("接收时间", auto_now_add=True)

    class Meta:
        db_table = "exchange_inbound_file"
        verbose_name = "收文"
        constraints = (
            models.UniqueConstraint("kind", "digest", name="inbound_file_once"),
            # Lines in = lines out.
            models.CheckConstraint(
                condition=models.Q(matched_count=None)
                | models.Q(
                    row_count=models.F("matched_count") + models.F("known_count") + models.F("rejected_count")
                    + models.F("waiting_count") + models.F("unmatched_count"),
                    matched_count__gte=0, known_count__gte=0, rejected_count__gte=0, waiting_count__gte=0, unmatched_count__gte=0,
                ),
                name="inbound_file_lines_accounted",
            ),
        )  # fmt: skip
        triggers: ClassVar[list[Any]] = append_only("inbound_file")

    @property
    def continued_by(self) -> "InboundFile | None":
        """The file by which the city took the lines of elsewhere; None while they wait."""
        return getattr(self, "continued", None)

    @property
    def accounted(self) -> str:
        """What became of each line, in words."""
        words = [f"{self.row_count} 行，入库 {self.matched_count} 行", f"退回 {self.rejected_count} 行"]
        if self.elsewhere:
            words[-1] += f"（其中 {len(self.elsewhere)} 行属其他地区，待市级机构接收）"
        for count, word in (
            (self.known_count, "此前已知"),
            (self.waiting_count, "待核定"),
            (self.unmatched_count, "未匹配到参保人"),
        ):
            if count:
                words.insert(-1, f"{word} {count} 行")
        return "，".join(words)

    @property
    def said(self) -> str:
        """What became of each line, and which columns were not read."""
        return f"{self.accounted}。{unread_said(self.unread_heads)}"


class Harmless(models.Model):
    """A head or a line of a partner's files of money that says nothing of the money (无关列登记): asked for by one, confirmed by another of finance. Beside the
    declared lists (`declarations/heads-beside.yaml`, `lines-beside.yaml`), for the files of this sender alone. Written by the owner's functions."""

    partner = models.ForeignKey(Partner, models.PROTECT, db_index=False)
    source = models.CharField("文件种类", max_length=10)
    kind = models.CharField("类别", max_length=10)
    #: As it is compared, and as it stands in the file.
    word = models.CharField("原文", max_length=120)
    shown = models.CharField("显示", max_length=120)
    reason = models.CharField("理由", max_length=200)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField("申请时间")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        db_table = "exchange_harmless"
        verbose_name = "无关列登记"
        constraints = (
            models.UniqueConstraint(
                fields=["partner", "source", "kind", "word"], condition=models.Q(ended_by=None), name="harmless_once"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("asked_by")), name="harmless_by_two"
            ),
        )

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.ended_at is None

    @property
    def state_label(self) -> str:
        return "已停用" if self.ended_at else "已确认" if self.confirmed_at else "待确认"

    @property
    def kind_label(self) -> str:
        return "说明" if self.kind == "line" else "表头"


class AskOutcome(models.TextChoices):
    """What came of a question."""

    FOUND = "found", "查到"
    MISSING = "missing", "未查到"
    UNAVAILABLE = "unavailable", "对方未应答"
    MALFORMED = "malformed", "应答不符合约定"


class PartnerAnswer(models.Model):
    """One question to a partner and its answer (共享核验记录), kept as proof: what was asked, what came back, signed by whom.

    `body` is the answer as it came, which `signature` is of; `moment` (microseconds since 1970) when the question was signed. The database takes none
    that is not the partner's (`exchange_answer_ground_v1`); answers of earlier releases have neither.
    """

    request_id = models.UUIDField(unique=True)
    service = models.CharField("服务", max_length=40)
    partner = models.ForeignKey(Partner, models.PROTECT, db_index=False)
    subject = models.CharField("所问的摘要", max_length=64)
    request = models.JSONField("所问")
    outcome = models.CharField("结果", max_length=12, choices=AskOutcome.choices)
    data = models.JSONField("应答", default=dict)
    signature = models.CharField("应答签名", max_length=64, blank=True)
    body = models.TextField("应答原文", blank=True, default="", db_default="")
    moment = models.BigIntegerField("提问时刻", null=True)
    took_ms = models.IntegerField("用时（毫秒）")
    asked_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "exchange_answer"
        verbose_name = "共享核验记录"
        indexes = (
            models.Index(fields=["service", "subject", "-id"], name="answer_by_subject"),
            models.Index(fields=["partner", "-id"], name="answer_by_partner"),
        )
        triggers: ClassVar[list[Any]] = append_only("answer")

    @property
    def name(self) -> str:
        """What the service is called."""
        return contracts().services[self.service].name if self.service in contracts().services else self.service


class OutMessage(models.Model):
    """A message to a partner (发件), sent until it is taken; its id makes it count once however often it arrives.

    `refused` says why it stands still: the partner refused it, or our own program failed on it (`faults`). From there a person
    sends it again or drops it.
    """

    message_id = models.UUIDField(unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, db_index=False)
    kind = models.CharField("类别", max_length=40)
    content = models.JSONField("内容")
    made_at = models.DateTimeField("产生时间", auto_now_add=True)
    attempts = models.IntegerField("发送次数", default=0)
    next_try_at = models.DateTimeField("下次发送", null=True)
    taken_at = models.DateTimeField("对方收讫时间", null=True)
    refused = models.CharField("对方拒收原因", max_length=300, blank=True)
    faults = models.SmallIntegerField("本系统出错次数", default=0, db_default=0)
    dropped_at = models.DateTimeField("不再发送的时间", null=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    drop_reason = models.CharField("不再发送的原因", max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "exchange_out_message"
        verbose_name = "发件"
        indexes = (
            models.Index(fields=["partner", "id"], name="out_message_waiting", condition=models.Q(taken_at=None, refused="")),
        )

    @property
    def stands(self) -> str:
        """Why it does not go out, in two words: 搁置 where our own program failed on it, else 对方拒收."""
        return "搁置" if self.faults else "对方拒收"


class InMessage(models.Model):
    """A message of a partner (收件) and what we answered; the same id counts once."""

    partner = models.ForeignKey(Partner, models.PROTECT, db_index=False)
    message_id = models.CharField("对方编号", max_length=64)
    kind = models.CharField("类别", max_length=40)
    digest = models.CharField("SM3", max_length=64)
    content = models.JSONField("内容")
    result = models.JSONField("答复", default=dict)
    received_at = models.DateTimeField("接收时间", auto_now_add=True)

    class Meta:
        db_table = "exchange_in_message"
        verbose_name = "收件"
        constraints = (models.UniqueConstraint("partner", "message_id", name="in_message_once"),)
        indexes = (models.Index(fields=["-id"], name="in_message_noted", condition=models.Q(result__has_key="noted")),)
        triggers: ClassVar[list[Any]] = append_only("in_message")


class FromPartner(models.Model):
    """A record of a partner: from a file, an answer, or a message."""

    file = models.ForeignKey(InboundFile, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    row_no = models.IntegerField("行号", default=0, db_default=0)
    answer = models.ForeignKey(PartnerAnswer, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    message = models.ForeignKey(InMessage, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        abstract = True

    @property
    def received_at(self) -> dt.datetime | None:
        """When it came in."""
        if self.file is not None:
            return self.file.received_at
        if self.answer is not None:
            return self.answer.asked_at
        return self.message.received_at if self.message else None


class EmploymentRegistration(FromPartner):
    """A person registered as employed (就业用工备案) by an employer on a day."""

    id_number = models.CharField("证件号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    credit_code = models.CharField("用人单位", max_length=18)
    registered_on = models.DateField("备案日期")

    class Meta:
        db_table = "exchange_employment_registration"
        verbose_name = "就业备案"
        constraints = (
            models.UniqueConstraint("id_number", "credit_code", "registered_on", "name", name="employment_registration_once"),
        )
        indexes = (models.Index(fields=["file", "row_no"], name="registration_by_file", condition=models.Q(row_no__gt=0)),)
        triggers: ClassVar[list[Any]] = append_only("employment_registration")


class IdentityRecord(FromPartner):
    """Identity data shared by public security (公安人口信息), as received."""

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    gender = models.CharField("性别", max_length=1)
    born_on = models.DateField("出生日期")

    class Meta:
        db_table = "exchange_identity_record"
        verbose_name = "公安人口信息"
        # None comes in files of lines.
        indexes = (models.Index(fields=["id_number"], name="identity_by_number"),)
        triggers: ClassVar[list[Any]] = append_only("identity_record")


class DeathRecord(FromPartner):
    """A death as reported by civil affairs, public security or the funeral home (死亡信息), as received."""

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    died_on = models.DateField("死亡日期")

    class Meta:
        db_table = "exchange_death_record"
        verbose_name = "死亡信息"
        # The same day under another name is another report: which of the two is right is for somebody to settle.
        constraints = (models.UniqueConstraint("id_number", "died_on", "name", name="death_record_once"),)
        indexes = (models.Index(fields=["file", "row_no"], name="death_record_by_file", condition=models.Q(row_no__gt=0)),)
        triggers: ClassVar[list[Any]] = append_only("death_record")


class DeathVerdict(models.Model):
    """What a reviewer made of a reported death that contradicts our record or another report (死亡信息核定): it holds, or it does not."""

    class Settled(models.TextChoices):
        HOLDS = "holds", "属实"
        DISMISSED = "dismissed", "不予采信"

    record = models.OneToOneField(DeathRecord, models.PROTECT, related_name="verdict", db_constraint=False)
    verdict = models.CharField("核定", max_length=10, choices=Settled.choices)
    reason = models.CharField("理由", max_length=300)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField("核定时间", auto_now_add=True)

    class Meta:
        db_table = "exchange_death_verdict"
        verbose_name = "死亡信息核定"
        triggers: ClassVar[list[Any]] = append_only("death_verdict")


class DeathWithdrawal(Protected):
    """A death report taken back because the person lives (误报死亡更正), under the warrant of its case; the report itself stays."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False)
    record = models.OneToOneField(DeathRecord, models.PROTECT, related_name="withdrawal", db_constraint=False)
    case_id = models.BigIntegerField("办件")

    class Meta:
        db_table = "exchange_death_withdrawal"
        verbose_name = "误报死亡更正"
        triggers: ClassVar[list[Any]] = guarded("death_withdrawal", protection_class=1)


class LifeSign(FromPartner):
    """A trace that a person was alive on a day (生存比对信息): medical settlement, travel, vaccination, as received."""

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    seen_on = models.DateField("发生日期")

    class Meta:
        db_table = "exchange_life_sign"
        verbose_name = "生存比对信息"
        constraints = (models.UniqueConstraint("id_number", "seen_on", "name", name="life_sign_once"),)
        indexes = (models.Index(fields=["file", "row_no"], name="life_sign_by_file", condition=models.Q(row_no__gt=0)),)
        triggers: ClassVar[list[Any]] = append_only("life_sign")


class PrisonRecord(FromPartner):
    """A sentence being served (服刑信息) as reported by the courts or the prisons, as received; without an end it still runs.

    Of one sentence (of a person, begun on a day) a later report with another end is kept beside the earlier ones; the newest counts.

    Probation and serving outside a prison are not reported here, but may be by mistake: whoever follows a hit makes sure.
    """

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    began_on = models.DateField("服刑起始日期")
    ended_on = models.DateField("服刑终止日期", null=True)

    class Meta:
        db_table = "exchange_prison_record"
        verbose_name = "服刑信息"
        indexes = (
            models.Index(fields=["id_number", "began_on"], name="prison_record_by_sentence"),
            models.Index(fields=["file", "row_no"], name="prison_record_by_file", condition=models.Q(row_no__gt=0)),
        )
        triggers: ClassVar[list[Any]] = append_only("prison_record")
