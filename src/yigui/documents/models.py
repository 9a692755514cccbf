"""Stored files, papers on file, issued documents."""

from typing import Any, ClassVar

from django.db import models

from yigui.registry.models import Employer, Person
from yigui.staff.models import User
from yigui.warrants.guards import append_only


class StoredFile(models.Model):
    """A file in the store, named by the SM3 of its content."""

    digest = models.CharField("SM3", max_length=64, primary_key=True)
    size = models.IntegerField("字节数")
    media_type = models.CharField("类型", max_length=100)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "documents_stored_file"
        triggers: ClassVar[list[Any]] = append_only("stored_file")


class Paper(models.Model):
    """A paper on file (在档材料) of a person or employer: which material it is, and until when it may be used again."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, db_constraint=False)
    material_code = models.CharField("材料", max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    file_name = models.CharField("文件名", max_length=200)
    taken_by = models.ForeignKey(User, models.PROTECT)
    taken_on = models.DateField("收取日期")
    valid_until = models.DateField("有效期至", null=True)

    class Meta:
        db_table = "documents_paper"
        indexes = (
            models.Index(fields=["person", "material_code"], name="paper_by_person"),
            models.Index(fields=["employer", "material_code"], name="paper_by_employer"),
        )


class IssuedDocument(models.Model):
    """A document issued by the agency (回执、证明): its content, frozen, and the code by which anyone can verify it."""

    code = models.CharField("验证码", max_length=20, unique=True)
    kind = models.CharField("文书", max_length=40)
    title = models.CharField("标题", max_length=80)
    case_no = models.CharField("办件编号", max_length=40, db_index=True)
    holder = models.CharField("持有人", max_length=120)
    is_holder_person = models.BooleanField(default=True)
    content = models.JSONField("内容")
    digest = models.CharField("SM3", max_length=64)
    issued_on = models.DateField("出具日期")
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "documents_issued"
        triggers: ClassVar[list[Any]] = append_only("issued_document")
