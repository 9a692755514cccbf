"""What the keys of parameter tables are called when a person reads them (参数的键): a table is looked up by codes, told in Chinese.

A number is told with its unit, a code by its word. What a room beside the house adds under a code of its own is told as that code.
"""

from collections.abc import Sequence

#: Codes by the name of the key, as the tables' heads have it.
WORDS: dict[str, dict[str, str]] = {
    "insurance": {
        "employee_pension": "企业职工基本养老保险",
        "civil_service_pension": "机关事业单位基本养老保险",
        "resident_pension": "城乡居民基本养老保险",
        "land_pension": "被征地农民养老保障",
        "unemployment": "失业保险",
        "injury": "工伤保险",
        "maternity": "生育保险",
        "employee_medical": "职工基本医疗保险",
        "resident_medical": "城乡居民基本医疗保险",
    },
    "payer": {"employer": "单位缴费", "individual": "个人缴费", "employee": "职工", "flexible": "灵活就业人员", "total": "合计"},
    "condition": {
        "working_age_years": "最低就业年龄",
        "index_cap_times": "缴费基数上限为平均工资的倍数",
        "resident_age_years": "城乡居民参保最低年龄",
        "near_retirement_months": "临近退休的月数",
        "unproven_back_payment_months": "无须法律文书的一次性补缴月数",
        "deferral_months": "缓缴期限",
        "rate_objection_working_days": "费率异议期",
        "old_age_years": "高龄人员年龄",
        "assisted_visit_working_days": "协助认证完成期限",
        "certification_months": "待遇资格认证周期",
        "trace_of_life_days": "生存痕迹有效天数",
        "rural_grant_continuous_months": "农民合同制工人连续工作月数",
        "unemployment_start_ahead_months": "失业保险金起发可推后的月数",
        "case_bill_due_days": "单笔核定缴清期限",
        "list_at_once_people": "名单即时办结人数",
        "list_limit_working_days": "超过即时办结人数的名单办理时限",
        "payment_order_days": "缴费码有效期",
        "overpayment_instalments": "多领待遇分期退还的最多期数",
    },
    "occasion": {
        "normal": "顺产",
        "difficult": "难产",
        "extra_child": "多胞胎每多一个婴儿",
        "miscarriage_under_4_months": "怀孕未满四个月流产",
        "miscarriage_4_months_or_more": "怀孕满四个月流产",
    },
    "ground": {"special_work": "特殊工种", "lost_capacity": "完全丧失劳动能力"},
    "gender": {"1": "男", "2": "女"},
    "direction": {"early": "提前", "late": "延迟"},
    "kind": {
        "heavy": "繁重体力劳动",
        "hot": "高温、井下、高空",
        "harmful": "有毒有害",
        "levy": "征缴计划",
        "pay": "待遇发放计划",
        "refunds": "退费批次",
        "resident-medical": "居民医保征缴计划",
        "resident-pension": "居民养老征缴计划",
    },
}
#: Numbers by the name of the key.
NUMBERS = {
    "risk_class": "{} 类风险行业",
    "step": "第 {} 档",
    "grade": "{} 级",
    "age": "{} 岁",
    "from_age": "{} 周岁起",
    "from_years": "满 {} 年起",
    "from_month": "第 {} 个月起",
    "from_months": "满 {} 个月起",
}


def words_of(names: Sequence[str], keys: Sequence[str]) -> str:
    """Keys of a table in words, in order: ("insurance", "payer"), ("injury", "employer") is 工伤保险、单位缴费."""
    return "、".join(_word(name, key) for name, key in zip(names, keys, strict=True))


def _word(name: str, key: str) -> str:
    if name in NUMBERS:
        return NUMBERS[name].format(key)
    words = WORDS.get(name)
    return words[key] if words is not None and key in words else key
