"""Partners, tokens, inbound files and their records."""

from typing import Any, ClassVar

from django.db import models

from yigui.staff.models import User
from yigui.warrants.guards import append_only


class Partner(models.Model):
    """An outside partner (协作单位): a department, a bank, an employer's program."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=80)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        db_table = "exchange_partner"
        verbose_name = "协作单位"

    def __str__(self) -> str:
        return self.name


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


class InboundFile(models.Model):
    """Receipt of a file (收文回执): who sent it, who took it in, when, what was in it. The same content comes in once."""

    kind = models.CharField("类别", max_length=30, choices=FileKind.choices)
    partner = models.ForeignKey(Partner, models.PROTECT)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("SM3", max_length=64)
    row_count = models.IntegerField("行数")
    accepted_count = models.IntegerField("入库")
    rejected = models.JSONField("退回的行", default=list)
    received_by = models.ForeignKey(User, models.PROTECT, null=True)
    received_at = models.DateTimeField("接收时间", auto_now_add=True)

    class Meta:
        db_table = "exchange_inbound_file"
        verbose_name = "收文"
        constraints = (models.UniqueConstraint("kind", "digest", name="inbound_file_once"),)
        triggers: ClassVar[list[Any]] = append_only("inbound_file")


class EmploymentRegistration(models.Model):
    """A person registered as employed (就业用工备案) by an employer on a day."""

    id_number = models.CharField("证件号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    credit_code = models.CharField("用人单位", max_length=18)
    registered_on = models.DateField("备案日期")
    file = models.ForeignKey(InboundFile, models.PROTECT, related_name="registrations", db_index=False, db_constraint=False)
    row_no = models.IntegerField("行号")

    class Meta:
        db_table = "exchange_employment_registration"
        verbose_name = "就业备案"
        constraints = (models.UniqueConstraint("id_number", "credit_code", "registered_on", name="employment_registration_once"),)
        triggers: ClassVar[list[Any]] = append_only("employment_registration")


class IdentityRecord(models.Model):
    """Identity data shared by public security (公安人口信息), as received."""

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    gender = models.CharField("性别", max_length=1)
    born_on = models.DateField("出生日期")
    file = models.ForeignKey(InboundFile, models.PROTECT, related_name="identities", db_index=False, db_constraint=False)

    class Meta:
        db_table = "exchange_identity_record"
        verbose_name = "公安人口信息"
        indexes = (models.Index(fields=["id_number"], name="identity_by_number"),)
        triggers: ClassVar[list[Any]] = append_only("identity_record")


class DeathRecord(models.Model):
    """A death as reported by civil affairs, public security or the funeral home (死亡信息), as received."""

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    died_on = models.DateField("死亡日期")
    file = models.ForeignKey(InboundFile, models.PROTECT, related_name="deaths", db_index=False, db_constraint=False)
    row_no = models.IntegerField("行号")

    class Meta:
        db_table = "exchange_death_record"
        verbose_name = "死亡信息"
        constraints = (models.UniqueConstraint("id_number", "died_on", name="death_record_once"),)
        triggers: ClassVar[list[Any]] = append_only("death_record")


class LifeSign(models.Model):
    """A trace that a person was alive on a day (生存比对信息): medical settlement, travel, vaccination, as received."""

    id_number = models.CharField("公民身份号码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    seen_on = models.DateField("发生日期")
    file = models.ForeignKey(InboundFile, models.PROTECT, related_name="life_signs", db_index=False, db_constraint=False)
    row_no = models.IntegerField("行号")

    class Meta:
        db_table = "exchange_life_sign"
        verbose_name = "生存比对信息"
        constraints = (models.UniqueConstraint("id_number", "seen_on", name="life_sign_once"),)
        triggers: ClassVar[list[Any]] = append_only("life_sign")
