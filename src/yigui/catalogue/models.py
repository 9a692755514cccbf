"""Item versions as the database knows them: what its guards need to judge a route."""

from django.db import models


class ItemVersion(models.Model):
    """One version of one item. Written by the owner when the catalogue is loaded; the application only reads."""

    code = models.CharField("事项", max_length=16)
    valid_from = models.DateField("生效日期")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=10)
    risk_class = models.SmallIntegerField("风险等级")
    route = models.JSONField("环节")
    digest = models.CharField("SM3", max_length=64)

    class Meta:
        db_table = "catalogue_item_version"
        verbose_name = "事项版本"
        constraints = (models.UniqueConstraint("code", "valid_from", name="item_version_once"),)
