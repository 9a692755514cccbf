"""Areas, agencies, persons, employers, employment and coverage."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from yigui.registry.enums import AreaLevel, EmployerStatus, Insurance, LifeStatus, StopReason
from yigui.warrants.guards import guarded
from yigui.warrants.models import Protected

#: Key information (关键信息): changed only under a stricter warrant than the rest of the row.
PERSON_KEY_COLUMNS = ("id_type", "id_number", "name", "gender", "born_on", "work_started_on", "merged_into_id")
EMPLOYER_KEY_COLUMNS = (
    "name", "credit_code", "legal_rep", "unit_type", "bank_code", "account_name", "account_no", "industry_risk", "status",
)  # fmt: skip


def by_characters(name: str) -> GinIndex:
    """An index of the characters of a name, for a part of it and for pinyin (`search.py`); a change is in it at once, not in a list beside it."""
    return GinIndex(Func(F("name"), Value(None), function="string_to_array"), name=name, fastupdate=False)


class Area(models.Model):
    """An administrative division (行政区划), the city or one of its counties. Source: GB/T 2260."""

    code = models.CharField("区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=40)
    level = models.CharField("级别", max_length=10, choices=AreaLevel.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="counties")

    class Meta:
        db_table = "registry_area"
        verbose_name = "行政区划"

    def __str__(self) -> str:
        return self.name


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies by what became of them."""

    def at_work(self) -> "AgencyQuerySet":
        """Those that were not merged into another."""
        return self.filter(successor=None)

    def now_of(self, code: str) -> "AgencyQuerySet":
        """An agency and all that were merged into it: whose cases it goes on with."""
        return self.filter(Q(code=code) | Q(successor=code))


class Agency(models.Model):
    """A social-insurance agency (社会保险经办机构) of the city or of a county.

    A merged one (机构合并, R012) stays, for what was done under its name; `successor` is the agency at work that goes on with it, never
    one that was merged itself.
    """

    code = models.CharField("机构代码", max_length=10, primary_key=True)
    name = models.CharField("名称", max_length=60)
    area = models.ForeignKey(Area, models.PROTECT)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="并入机构")
    merged_on = models.DateField("合并日期", null=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        db_table = "registry_agency"
        verbose_name = "经办机构"

    def __str__(self) -> str:
        return self.name

    @property
    def now_id(self) -> str:
        """The code of the agency at work that stands for it: its own, or its successor's."""
        return self.successor_id or self.code


class CalendarDay(models.Model):
    """The agency's own list of working and free days; goes before the announced calendar (e.g. 政务服务中心周六开放)."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("工作日")
    reason = models.CharField("依据", max_length=100)

    class Meta:
        db_table = "registry_calendar_day"
        verbose_name = "自定工作日"


class Person(Protected):
    """An insured person (参保人). Key information (关键信息) changes only under a class-1 warrant."""

    person_no = models.CharField("个人编号", max_length=12)
    id_type = models.CharField("证件类型", max_length=2)
    id_number = models.CharField("社会保障号码", max_length=18, db_collation="C")
    name = models.CharField("姓名", max_length=60, db_collation="C")
    pinyin = models.CharField("拼音首字母", max_length=60, db_collation="C")
    gender = models.CharField("性别", max_length=1)
    born_on = models.DateField("出生日期")
    work_started_on = models.DateField("参加工作日期", null=True)
    ethnicity = models.CharField("民族", max_length=2, blank=True)
    nationality = models.CharField("国籍或地区", max_length=3, blank=True)
    household_type = models.CharField("户口性质", max_length=2, blank=True)
    household_place = models.CharField("户口所在地", max_length=120, blank=True)
    is_migrant = models.BooleanField("农民工", default=False)
    mobile = models.CharField("移动电话", max_length=20, blank=True)
    address = models.CharField("通讯地址", max_length=200, blank=True)
    email = models.CharField("电子邮箱", max_length=100, blank=True)
    education = models.CharField("学历", max_length=2, blank=True)
    marital_status = models.CharField("婚姻状况", max_length=2, blank=True)
    life_status = models.CharField("生存状态", max_length=2, choices=LifeStatus.choices, default=LifeStatus.ALIVE)
    retired_on = models.DateField("退休日期", null=True)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="参保地", db_index=False, db_constraint=False)
    merged_into = models.ForeignKey("self", models.PROTECT, verbose_name="并入档案", null=True, db_index=False, db_constraint=False)

    class Meta:
        db_table = "registry_person"
        verbose_name = "参保人"
        # Constraints, not `unique=True`: that would add a second, needless index for LIKE to each.
        constraints = (
            models.UniqueConstraint(fields=["person_no"], name="person_one_no"),
            models.UniqueConstraint(fields=["id_number"], name="person_one_number"),
        )
        indexes = (
            # The columns searched by their beginning are collated "C": one B-tree serves LIKE and the order.
            models.Index(fields=["name", "id"], name="person_name"),
            models.Index(fields=["pinyin", "id"], name="person_pinyin"),
            by_characters("person_characters"),
            models.Index(fields=["id"], name="person_not_alive", condition=~Q(life_status="01")),
            models.Index(fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)),
        )
        triggers: ClassVar[list[Any]] = guarded("person", protection_class=3, key_columns=PERSON_KEY_COLUMNS)

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None


class FormerIdentity(models.Model):
    """A number and name a person had before (曾用证件号码与姓名): of a changed record, or of one that was merged into the person's.

    Written by the database with the change itself. Never about a merged record: what led to one leads to the kept one
    from the moment of the merge.
    """

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="个人", related_name="former", db_constraint=False)
    id_number = models.CharField("曾用证件号码", max_length=18, db_collation="C")
    name = models.CharField("当时的姓名", max_length=60, db_collation="C")

    class Meta:
        db_table = "registry_former_identity"
        verbose_name = "曾用证件号码与姓名"
        constraints = (models.UniqueConstraint(fields=["id_number", "name"], name="former_identity_once"),)
        indexes = (by_characters("former_identity_characters"),)


class NameCharacter(models.Model):
    """A character that some name of a person or an employer has: a spelling asks only for those. Written by the database with the name."""

    character = models.CharField("字", max_length=1, primary_key=True, db_collation="C")

    class Meta:
        db_table = "registry_name_character"
        verbose_name = "姓名用字"


class Employer(Protected):
    """An insured employer (参保单位)."""

    unit_no = models.CharField("单位编号", max_length=10, unique=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, db_collation="C")
    name = models.CharField("单位名称", max_length=120, db_collation="C")
    pinyin = models.CharField("拼音首字母", max_length=120, db_collation="C")
    unit_type = models.CharField("单位类型", max_length=2)
    economic_type = models.CharField("经济类型", max_length=3)
    industry = models.CharField("行业代码", max_length=4)
    industry_risk = models.CharField("行业风险类别", max_length=1)
    legal_rep = models.CharField("法定代表人", max_length=60)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="参保地", db_constraint=False)
    address = models.CharField("地址", max_length=200)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)
    contact_name = models.CharField("联系人", max_length=60)
    phone = models.CharField("联系电话", max_length=20)
    email = models.CharField("电子邮箱", max_length=100, blank=True)
    agent_name = models.CharField("经办人", max_length=60, blank=True)
    bank_code = models.CharField("银行行号", max_length=14)
    account_name = models.CharField("户名", max_length=120)
    account_no = models.CharField("银行账号", max_length=40)
    levy_method = models.CharField("征收方式", max_length=2)
    status = models.CharField("单位状态", max_length=10, choices=EmployerStatus.choices, default=EmployerStatus.ACTIVE)
    enrolled_on = models.DateField("参保日期")
    closed_on = models.DateField("注销日期", null=True)

    class Meta:
        db_table = "registry_employer"
        verbose_name = "参保单位"
        constraints = (models.UniqueConstraint("credit_code", condition=Q(status="active"), name="employer_one_active_code"),)
        indexes = (
            models.Index(fields=["name"], name="employer_name"),
            by_characters("employer_characters"),
            models.Index(fields=["pinyin"], name="employer_pinyin"),
            models.Index(fields=["credit_code"], name="employer_code"),
            models.Index(fields=["account_no"], name="employer_by_account"),
        )
        triggers: ClassVar[list[Any]] = guarded("employer", protection_class=3, key_columns=EMPLOYER_KEY_COLUMNS, key_class=2)

    def __str__(self) -> str:
        return self.name


class EmployerEnrolment(Protected):
    """One line per employer and insurance it takes part in (单位参保险种)."""

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="单位", related_name="enrolments", db_index=False, db_constraint=False
    )
    insurance = models.CharField("险种", max_length=24, choices=Insurance.choices)
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月", null=True)

    class Meta:
        db_table = "registry_employer_enrolment"
        verbose_name = "单位参保险种"
        constraints = (models.UniqueConstraint("employer", "insurance", "start_period", name="employer_enrolment_once"),)
        triggers: ClassVar[list[Any]] = guarded("employer_enrolment", protection_class=2)


def _no_overlap(name: str, table: str, key: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse two rows of one key in the same month (重叠参保), as sets, for bulk and raw SQL too.

    A GiST exclusion constraint would say the same, but costs some 65 microseconds a row (measured; five minutes for a city
    of a million), where this rides on the B-tree by person. Two transactions cannot slip past each other: each first takes
    a lock on the person, and then looks with a new snapshot, which READ COMMITTED gives and anything else is refused.
    """
    same_key = " AND ".join(f"other.{column} = new_rows.{column}" for column in key.split(", "))
    body = f"""
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '参保登记须在 READ COMMITTED 隔离级别下写入。';
    END IF;
    PERFORM pg_advisory_xact_lock(7003, (person_id % 2147483647)::integer)
    FROM (SELECT DISTINCT person_id FROM new_rows ORDER BY person_id) AS people;
    IF EXISTS (
        SELECT 1 FROM new_rows JOIN {table} AS other ON {same_key} AND other.id <> new_rows.id
        WHERE other.start_period <= coalesce(new_rows.end_period, 999912)
          AND coalesce(other.end_period, 999912) >= new_rows.start_period) THEN
        RAISE EXCEPTION USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}', TABLE = '{table}',
            MESSAGE = '同一人员的同类关系在相同月份重叠，写入被拒绝。';
    END IF;
    RETURN NULL;
    """
    return [
        pgtrigger.Trigger(
            name=f"{name}_{suffix}", when=pgtrigger.After, level=pgtrigger.Statement, operation=operation,
            referencing=pgtrigger.Referencing(new="new_rows"), func=body,
        )
        for suffix, operation in (("i", pgtrigger.Insert), ("u", pgtrigger.Update))
    ]  # fmt: skip


class Employment(Protected):
    """A person works for an employer (用工关系) in these months, at this declared wage (申报工资, AAC040; fen a month)."""

    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="个人", related_name="employments", db_index=False, db_constraint=False
    )
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="单位", related_name="employments", db_index=False, db_constraint=False
    )
    employment_form = models.CharField("用工形式", max_length=2)
    declared_wage_fen = models.BigIntegerField("申报工资")
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月", null=True)

    class Meta:
        db_table = "registry_employment"
        verbose_name = "用工关系"
        constraints = (
            models.CheckConstraint(
                condition=Q(end_period=None) | Q(end_period__gte=F("start_period")), name="employment_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(declared_wage_fen__gt=0), name="employment_wage_positive"),
        )
        indexes = (
            models.Index(fields=["person", "start_period"], name="employment_by_person"),
            models.Index(fields=["employer", "end_period"], name="employment_by_employer"),
        )
        triggers: ClassVar[list[Any]] = [
            *guarded("employment", protection_class=3),
            *_no_overlap("employment_one_at_a_time", "registry_employment", "person_id"),
        ]


class Coverage(Protected):
    """A person is covered by an insurance (参保关系) in these months; `area` is the place of insurance (参保归属地)."""

    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="个人", related_name="coverages", db_index=False, db_constraint=False
    )
    insurance = models.CharField("险种", max_length=24, choices=Insurance.choices)
    slot = models.SmallIntegerField("互斥组")
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="单位", null=True, related_name="coverages", db_index=False, db_constraint=False
    )
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="参保地", db_index=False, db_constraint=False)
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月", null=True)
    stop_reason = models.CharField("停保原因", max_length=2, choices=StopReason.choices, blank=True)

    class Meta:
        db_table = "registry_coverage"
        verbose_name = "参保关系"
        constraints = (
            models.CheckConstraint(
                condition=Q(end_period=None) | Q(end_period__gte=F("start_period")), name="coverage_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=["person", "insurance"], name="coverage_by_person"),
            models.Index(fields=["employer", "end_period"], name="coverage_by_employer"),
        )
        triggers: ClassVar[list[Any]] = [
            *guarded("coverage", protection_class=3),
            *_no_overlap("coverage_no_overlap", "registry_coverage", "person_id, slot"),
        ]
