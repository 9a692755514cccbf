"""Changes of parameters and how they were signed, trials on the live population, and the rows that the law reads."""

from typing import Any, ClassVar

from django.db import models

from yigui.runs.models import Run
from yigui.staff.models import User
from yigui.warrants.guards import append_only


class ChangeStatus(models.TextChoices):
    """Status of a change of a parameter (参数变更)."""

    PROPOSED = "proposed", "待内控审核"
    CHECKED = "checked", "待领导签署"
    SIGNED = "signed", "已签署"
    REFUSED = "refused", "未批准"
    TAKEN_BACK = "taken_back", "已撤回"


#: A change that somebody still has to decide on.
OPEN = (ChangeStatus.PROPOSED, ChangeStatus.CHECKED)


class Row(models.Model):
    """A row of a table of the law as it is stored: `keys` joined by `|`, "" without keys; `columns` {name: decimal as text}, as a file has them."""

    table_name = models.CharField("参数表", max_length=60)
    keys = models.CharField("项目", max_length=80, blank=True)
    area_code = models.CharField("地区", max_length=8)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("终止日期", null=True)
    columns = models.JSONField("数值")
    source = models.CharField("文件", max_length=160)
    published_on = models.DateField("公布日期")

    class Meta:
        abstract = True


class LaidKind(models.Model):
    """A kind of parameter as the guards ask for it, laid out from the files at each preparation (`laid_kinds.py`).

    `keys`: for each key in order {"is_number", "known": [...]}; `columns`: {name: {"zero", "least", "most", "whole", "decimals", perhaps "codes"}}.
    `tried_by`: what a trial of it looks at: `award` the newest awards, `levy` the month's contributions, `raise` residents' pensions and unemployment
    benefits in payment, "" nothing that stands.
    """

    name = models.CharField("参数表", max_length=60, primary_key=True)
    label = models.CharField("参数", max_length=80)
    is_by_year = models.BooleanField("按年度设定")
    keys = models.JSONField("项目")
    columns = models.JSONField("列")
    tried_by = models.CharField("试算对象", max_length=5, blank=True, db_default="")

    class Meta:
        db_table = "parameters_kind"
        verbose_name = "参数种类"


class FiledRow(models.Model):
    """A row of the files, laid out for the guards at each preparation (`laid_kinds.py`): the database says itself what a change goes before.

    `place` orders the rows of a table as the law reads them: of several the first goes before. `status` and `verified_on` tell whether it begins a new
    validity after a signed row without an end.
    """

    table_name = models.CharField("参数表", max_length=60)
    place = models.IntegerField("序号")
    keys = models.CharField("项目", max_length=80, blank=True)
    area_code = models.CharField("地区", max_length=8)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("终止日期", null=True)
    columns = models.JSONField("数值")
    source = models.TextField("文件")
    status = models.CharField("核实情况", max_length=12)
    verified_on = models.DateField("核实日期", null=True)

    class Meta:
        db_table = "parameters_filed"
        verbose_name = "文件中的参数"
        constraints = (models.UniqueConstraint("table_name", "keys", "place", name="filed_row_once"),)


class ParameterChange(Row):
    """A proposed row: by whom, from which document, why; examined by internal control and signed by a leader who was shown a trial. Three people.

    `before` is what held on its first day, written by the database: {"columns", "source", "area", "from", "to", "number"}; {} where nothing did.
    `late_reason` says why a row holds from a day that has gone by. `is_transcribed`: the area is wider than the agency's own, which copies the upper
    office's document because that office works elsewhere. `refused_by` is who ended it otherwise: whoever's turn it was, or the proposer.
    """

    label = models.CharField("参数", max_length=80)
    before = models.JSONField("变更前", default=dict)
    reason = models.CharField("理由", max_length=400)
    late_reason = models.CharField("追溯生效的理由", max_length=400, blank=True)
    is_transcribed = models.BooleanField("据上级文件录入")
    status = models.CharField("状态", max_length=10, choices=ChangeStatus.choices, default=ChangeStatus.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_on = models.DateField("提出日期")
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.CharField("未批准的原因", max_length=200, blank=True)
    trial = models.ForeignKey("Trial", models.PROTECT, null=True, related_name="+")
    #: The signed change this one takes out of force (撤销), whose content it repeats; None for a new row.
    revokes = models.ForeignKey("self", models.PROTECT, null=True, related_name="revocations")

    class Meta:
        db_table = "parameters_change"
        verbose_name = "参数变更"
        constraints = (
            models.UniqueConstraint(
                "table_name", "keys", "area_code", condition=models.Q(status__in=OPEN), name="parameter_change_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="parameter_ends_after_start",
            ),
            models.UniqueConstraint(
                "revokes", condition=models.Q(status__in=(*OPEN, ChangeStatus.SIGNED)), name="parameter_revoked_once"
            ),
        )


class ParameterRow(Row):
    """A signed row, which the law reads from the moment it stands here. Written by `parameters_sign_v1` alone; of two the one with the higher id is
    the newer. It is never changed nor taken away: another signed row is laid over it, or one that revokes it (`revokes`), which itself says nothing."""

    change = models.OneToOneField(ParameterChange, models.PROTECT, related_name="row")
    signed_at = models.DateTimeField("签署时间")
    # The agency of the signer at that moment: it stays the office that has set the value wherever the signer works later.
    agency_code = models.CharField("签署机构", max_length=12, db_default="")
    revokes = models.BigIntegerField("所撤销的参数变更", null=True)

    class Meta:
        db_table = "parameters_row"
        verbose_name = "已签署的参数"
        triggers: ClassVar[list[Any]] = append_only("parameter_row")


class Trial(models.Model):
    """A trial (试算) of a change on the live population: what would be computed with it and without it, and who is touched.

    Sums are of one month, in fen; the database makes them from the lines that were staged, and with them `summary` and `digest`, which is over every
    line, the listed ones or not. `facts` says what it rests on (the newest signed row, awards, bases; of contributions month and rates), so that the
    database can tell when that is no longer so. The program ends only a trial that came to nothing. Frozen once it has ended.
    """

    change = models.ForeignKey(ParameterChange, models.PROTECT, related_name="trials")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    content = models.CharField("所试内容的摘要", max_length=64, blank=True)
    facts = models.JSONField("所依据的数据", default=dict)
    looked_at = models.IntegerField("试算人数", default=0)
    touched = models.IntegerField("涉及人数", default=0)
    before_fen = models.BigIntegerField("变更前月合计", default=0)
    after_fen = models.BigIntegerField("变更后月合计", default=0)
    summary = models.JSONField("试算结果", default=dict)
    digest = models.CharField("摘要", max_length=64, blank=True)
    error = models.CharField("未完成的原因", max_length=400, blank=True)

    class Meta:
        db_table = "parameters_trial"
        verbose_name = "参数变更试算"


class StagedLine(models.Model):
    """One of those a trial looks at while it runs, touched or not: written and summed by the owner's functions, gone when the trial has ended."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="+")
    kind = models.CharField("类别", max_length=6)
    person_id = models.BigIntegerField("个人")
    employer_id = models.BigIntegerField("单位", null=True)
    benefit_id = models.BigIntegerField("待遇", null=True)
    area_code = models.CharField("地区", max_length=6)
    before_fen = models.BigIntegerField("变更前", null=True)
    after_fen = models.BigIntegerField("变更后", null=True)
    refused = models.TextField("不能试算的原因", blank=True)

    class Meta:
        db_table = "parameters_trial_staged"
        verbose_name = "试算中的明细"
        constraints = (
            models.UniqueConstraint("trial", "benefit_id", name="staged_benefit_once"),
            models.CheckConstraint(
                condition=models.Q(
                    before_fen__isnull=False, after_fen__isnull=False, before_fen__gte=0, after_fen__gte=0, refused=""
                )
                | (models.Q(before_fen=None, after_fen=None) & ~models.Q(refused="")),
                name="staged_sums_or_reason",
            ),
        )


class TrialLine(models.Model):
    """One touched person of a trial, the biggest changes first, so many as are listed; fen a month.

    `kind`: `run` an award that the recalculation makes again, `task` one that people have to make again, `levy` what is due of a payer's month.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="lines")
    place = models.IntegerField("序号")
    kind = models.CharField("类别", max_length=6)
    person_id = models.BigIntegerField("个人")
    employer_id = models.BigIntegerField("单位", null=True)
    area_code = models.CharField("地区", max_length=6)
    before_fen = models.BigIntegerField("变更前")
    after_fen = models.BigIntegerField("变更后")

    class Meta:
        db_table = "parameters_trial_line"
        verbose_name = "参数变更试算明细"
        constraints = (models.UniqueConstraint("trial", "place", name="trial_line_once"),)
