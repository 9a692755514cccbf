"""What the database keeps of passwords, one-time codes and open sign-ins. No login of the application may read or write these tables:
the stored functions of this room are the only way to them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yigui.warrants.guards import append_only


class Credential(models.Model):
    """Verifier of a password: the SHA-256 of the key that Argon2id derives from it. Grain: one row per holder (`staff:12`)."""

    holder = models.CharField(max_length=40, primary_key=True)
    salt = models.CharField(max_length=64)
    parameters = models.CharField(max_length=40)
    verifier = models.CharField(max_length=64)
    must_change = models.BooleanField("须修改初始密码", default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "identity_credential"
        verbose_name = "登录凭据"


class Device(models.Model):
    """A one-time code device (动态口令): its secret, and the last step whose code was used. One confirmed device a person."""

    user_id = models.BigIntegerField()
    secret = models.BinaryField()
    step_used = models.BigIntegerField(default=-1)
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # In the demonstration one visitor is many people: only what is signed asks for a code, and the codes of the next ten minutes count too.
    is_demo = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "identity_device"
        verbose_name = "动态口令设备"
        constraints = (models.UniqueConstraint("user_id", condition=Q(ended_at=None), name="device_one_a_person"),)


class Enrolment(models.Model):
    """A code with which somebody enrols their one-time code device (启用码), given by a second person: only its digest is kept. It counts once, for
    seven days; the newest of somebody is the one that counts. `issued_by`: the security administrator; None: the owner's command."""

    user_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    issued_by = models.BigIntegerField(null=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    device_id = models.BigIntegerField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_enrolment"
        verbose_name = "动态口令启用码"
        indexes = (models.Index(fields=["user_id", "-id"], name="enrolment_by_user"),)


class Proof(models.Model):
    """An open sign-in (登录会话) as the database opened it; only the digest of its token is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=40)
    user_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle = models.DurationField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "identity_proof"
        verbose_name = "登录会话"
        indexes = (
            models.Index(fields=["user_id", "-opened_at"], name="proof_open_by_user", condition=Q(ended_at=None)),
            models.Index(fields=["holder"], name="proof_open_by_holder", condition=Q(ended_at=None)),
        )


class Confirmation(models.Model):
    """What somebody confirmed by a one-time code, each code once: the digest of the thing decided."""

    user_id = models.BigIntegerField()
    what = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()
    proof = models.CharField(max_length=64)

    class Meta:
        db_table = "identity_confirmation"
        verbose_name = "口令确认记录"
        triggers: ClassVar[list[Any]] = append_only("confirmation")


class Days(models.Model):
    """Whether the program may say which day it is (业务日期可移动), in a demonstration or a test; the newest row counts. Said by the owner alone."""

    moves = models.BooleanField("业务日期可移动")
    said_at = models.DateTimeField()

    class Meta:
        db_table = "identity_days"
        verbose_name = "业务日期设定"
        triggers: ClassVar[list[Any]] = append_only("days")


class Pepper(models.Model):
    """The secret from which names without an account get their salt. One row, drawn by the migration."""

    pepper = models.BinaryField()

    class Meta:
        db_table = "identity_pepper"


class Try(models.Model):
    """Something that was typed to open a sign-in from outside: against whom, its digest, and in which transaction. It is answered in a later one
    only, so that each try that is answered counts."""

    against = models.CharField(max_length=80)
    typed = models.CharField(max_length=64)
    tried_at = models.DateTimeField()
    xid = models.BigIntegerField()

    class Meta:
        db_table = "identity_try"
        verbose_name = "登录尝试"
        indexes = (models.Index(fields=["against", "tried_at"], name="try_against"),)


class UnitDevice(models.Model):
    """A one-time code device (动态口令) of an employer's operator, with HMAC-SHA-1 as most authenticators have it. One confirmed device a login."""

    login_id = models.BigIntegerField()
    secret = models.BinaryField()
    step_used = models.BigIntegerField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_unit_device"
        verbose_name = "单位动态口令设备"
        constraints = (models.UniqueConstraint("login_id", condition=Q(ended_at=None), name="unit_device_one_a_login"),)


class Text(models.Model):
    """A message with a code, waiting for the courier (短信发送): the one login that reads it, sends it and removes it. Without a phone it is to
    nobody and removed unsent."""

    phone = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "identity_text"
        verbose_name = "待发验证码短信"


class Reader(models.Model):
    """The key of a machine's card reader (读卡器). Grain: one row per machine that has one."""

    kiosk_id = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "identity_reader"
        verbose_name = "读卡器密钥"
