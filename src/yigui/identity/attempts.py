"""How often something was tried, and from where an account is used. Both are counted by the database, so that all processes count together."""

from django.db import models


class Attempt(models.Model):
    """Tries of one kind by one key (an address, an account, both) in one span of time. Grain: one row per key and span."""

    key = models.CharField(max_length=200)
    span = models.BigIntegerField()
    count = models.IntegerField()
    until = models.DateTimeField()

    class Meta:
        db_table = "identity_attempt"
        verbose_name = "尝试次数"
        constraints = (models.UniqueConstraint(fields=["key", "span"], name="attempt_once"),)
        indexes = (models.Index(fields=["until"], name="attempt_until"),)


class KnownSource(models.Model):
    """An address from which somebody has signed in to an account: there a stranger's tries elsewhere do not get in the way."""

    account = models.CharField(max_length=120)
    source = models.CharField(max_length=45)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "identity_known_source"
        verbose_name = "常用登录地址"
        constraints = (models.UniqueConstraint(fields=["account", "source"], name="known_source_once"),)
