"""Calls for help at a machine."""

import uuid

from django.db import models

from yigui.identity.models import Kiosk, UnitLogin
from yigui.registry.models import Person
from yigui.staff.models import User


class HelpCall(models.Model):
    """A visitor asked for help (求助): where, about which form, who came, and what they wrote."""

    kiosk = models.ForeignKey(Kiosk, models.PROTECT)
    login = models.ForeignKey(UnitLogin, models.PROTECT, null=True)
    applicant = models.ForeignKey(Person, models.PROTECT, null=True, db_constraint=False)
    draft_token = models.UUIDField("草稿", null=True)
    session_key = models.CharField(max_length=40, default=uuid.uuid4)
    asked_at = models.DateTimeField("求助时间", auto_now_add=True)
    helper = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="协助人员")
    joined_at = models.DateTimeField("加入时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    note = models.CharField("留言", max_length=300, blank=True)

    class Meta:
        db_table = "kiosk_help_call"
        verbose_name = "求助"
        indexes = (models.Index(fields=["kiosk", "-id"], name="help_call_by_kiosk"),)
