"""Codes of the registry. Values follow the catalogue's enumerations and LD/T 92 (险种类型 AAE140)."""

from django.db import models


class Insurance(models.TextChoices):
    """Insurance (险种). The order fixes `INSURANCE_SLOT` and never changes."""

    EMPLOYEE_PENSION = "employee_pension", "企业职工基本养老保险"
    CIVIL_SERVICE_PENSION = "civil_service_pension", "机关事业单位基本养老保险"
    RESIDENT_PENSION = "resident_pension", "城乡居民基本养老保险"
    LAND_PENSION = "land_pension", "被征地农民养老保障"
    UNEMPLOYMENT = "unemployment", "失业保险"
    INJURY = "injury", "工伤保险"
    MATERNITY = "maternity", "生育保险"
    EMPLOYEE_MEDICAL = "employee_medical", "职工基本医疗保险"
    RESIDENT_MEDICAL = "resident_medical", "城乡居民基本医疗保险"


#: Coverages of one person in one slot may not overlap in months. Insurances that exclude each other share a slot:
#: the two pensions of working life, and the medical insurance of employees and of residents (R034).
INSURANCE_SLOT = {
    Insurance.EMPLOYEE_PENSION: 0,
    Insurance.CIVIL_SERVICE_PENSION: 0,
    Insurance.RESIDENT_PENSION: 1,
    Insurance.LAND_PENSION: 2,
    Insurance.UNEMPLOYMENT: 3,
    Insurance.INJURY: 4,
    Insurance.MATERNITY: 5,
    Insurance.EMPLOYEE_MEDICAL: 6,
    Insurance.RESIDENT_MEDICAL: 6,
}

#: The five insurances an enterprise must enrol its employees in. Source: 社会保险法 (2018) 第十、二十三、三十三、四十四、五十三条.
EMPLOYEE_INSURANCES = (
    Insurance.EMPLOYEE_PENSION,
    Insurance.UNEMPLOYMENT,
    Insurance.INJURY,
    Insurance.MATERNITY,
    Insurance.EMPLOYEE_MEDICAL,
)


class AreaLevel(models.TextChoices):
    """Level of an administrative division (行政区划)."""

    CITY = "city", "地级市"
    COUNTY = "county", "县（市、区）"


class LifeStatus(models.TextChoices):
    """Survival status (生存状态, AAC060)."""

    ALIVE = "01", "健在"
    DEAD = "02", "死亡"
    MISSING = "03", "失踪"
    UNKNOWN = "04", "待核实"


class EmployerStatus(models.TextChoices):
    """Status of an employer (单位状态)."""

    ACTIVE = "active", "正常参保"
    CLOSED = "closed", "已注销"


class StopReason(models.TextChoices):
    """Why a coverage ended (停保原因, AAE160)."""

    CONTRACT_ENDED = "01", "解除或终止劳动合同"
    RETIRED = "02", "退休"
    DEAD = "03", "死亡"
    MOVED = "04", "调出"
    ARMY_OR_SCHOOL = "05", "参军升学"
    ABROAD = "06", "出境定居"
    OTHER = "07", "其他"


#: AAE140 of each insurance, used in lines, bills and account entries, where a row counts every byte.
AAE140 = {
    Insurance.EMPLOYEE_PENSION.value: 110, Insurance.CIVIL_SERVICE_PENSION.value: 120, Insurance.RESIDENT_PENSION.value: 170,
    Insurance.LAND_PENSION.value: 180, Insurance.UNEMPLOYMENT.value: 210, Insurance.EMPLOYEE_MEDICAL.value: 310,
    Insurance.RESIDENT_MEDICAL.value: 390, Insurance.INJURY.value: 410, Insurance.MATERNITY.value: 510,
}  # fmt: skip
INSURANCE_OF = {number: Insurance(code) for code, number in AAE140.items()}


def insurance_label(number: int) -> str:
    """The insurance with this AAE140 in words."""
    return INSURANCE_OF[number].label
